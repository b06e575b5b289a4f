"""Which conversation a link of Facebook, LinkedIn, Viva Engage or Workplace leads to, and what it is called here.

Links from mails carry tokens that sign in whoever follows them. Of a link nothing is kept but the ids in it; the
permalink is made anew from those. Mails, exports and pasted links are keyed by the same ids, so that a message is one
row whichever way it came. Pure; no link is followed.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from dataclasses import dataclass, replace
from itertools import pairwise

from console.adapters.link_wrappers import Link, unwrapped
from console.domain.conversation import MessageKey, PersonKey, SpaceKey, ThreadKey, key_of

FACEBOOK, LINKEDIN, YAMMER, WORKPLACE = "facebook", "linkedin", "yammer", "workplace"
PENDING, REPORTED, MEMBERS = "pending", "reported", "members"
_ID = re.compile(r"[A-Za-z0-9]{1,120}")  # Facebook's newer ids have letters (pfbid…)
_NUMBER = re.compile(r"\d{1,25}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a link leads. What it doesn't tell is "".

    server     the middle of the keys. Of Viva Engage a link doesn't tell the number of the network, which stands in the
               keys of its API: who knows it puts it in (`replace(place, server="www.yammer.com/5897")`)
    group      number of the group, or its name in addresses where the link has only that
    page       number or name of the page, where it is no group
    post       number of the post: of the thread
    comment    number of the comment, "" where the link leads to the post
    above      number of the comment that this comment answers
    queue      PENDING, REPORTED or MEMBERS: what waits for the group's administrators
    permalink  made of these ids alone
    """

    platform: str
    server: str
    group: str = ""
    page: str = ""
    post: str = ""
    comment: str = ""
    above: str = ""
    queue: str = ""
    permalink: str = ""


def place_of(url: str) -> Place | None:
    """Where a link leads, also behind redirects and wrappers; None when to none of these platforms' conversations."""
    link = unwrapped(url)
    if link is None:
        return None
    if _within(link.host, "facebook.com", "fb.com", "workplace.com"):
        return _facebook(link)
    if _within(link.host, "linkedin.com"):
        return _linkedin(link)
    if _within(link.host, "yammer.com", "engage.cloud.microsoft"):
        return _yammer(link)
    return None


def leads_to_person(url: str) -> bool:
    """Whether a link leads to somebody's own page."""
    link = unwrapped(url)
    if link is None:
        return False
    path = link.path
    if _within(link.host, "facebook.com", "workplace.com") and path.strip("/") in ("n", "nd"):
        path = f"/{link.bare.lstrip('/')}"
    steps = [step for step in path.partition("?")[0].split("/") if step]
    steps = steps[1:] if steps[:1] == ["comm"] else steps
    if _within(link.host, "facebook.com", "workplace.com"):
        alone = len(steps) == 1 and steps[0] not in _NO_PEOPLE and not steps[0].endswith(".php")
        return steps[:1] == ["profile.php"] or alone or (len(steps) > 3 and steps[2] == "user")
    if _within(link.host, "linkedin.com"):
        return len(steps) > 1 and steps[0] == "in"
    return _within(link.host, "yammer.com", "engage.cloud.microsoft") and "users" in steps[:-1]


def space_key(place: Place) -> SpaceKey:
    kind, remote = ("group", place.group) if place.group or not place.page else ("page", place.page)
    return SpaceKey(key_of(place.platform, place.server, kind, remote))


def thread_key(place: Place) -> ThreadKey:
    return ThreadKey(message_key(replace(place, comment="")))


def message_key(place: Place) -> MessageKey:
    """Of the comment, else of the post itself."""
    if place.platform == YAMMER:
        name = f"{place.post}/{place.comment}" if place.comment and place.comment != place.post else place.post
        return MessageKey(key_of(YAMMER, place.server, "message", name))
    kind, remote = ("comment", place.comment) if place.comment else ("post", place.post)
    return MessageKey(key_of(place.platform, place.server, kind, remote))


def group_url(place: Place) -> str:
    """Where people find the group, or the page; "" where the link told of neither."""
    if place.group.startswith("~") or not (place.group or place.page):
        return ""
    if place.platform == YAMMER:
        return _engage_url("groups", "Group", place.group)
    return f"https://{place.server}/{f'groups/{place.group}' if place.group else place.page}/"


def post_url(place: Place) -> str:
    """Where people find the conversation itself."""
    return re.sub(r"[?&](?:comment_id|commentUrn)=.*\Z", "", place.permalink)


def person_key(place: Place, name: str) -> PersonKey:
    """Of somebody who is known by name alone: the same name in the same group is the same person."""
    said = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return PersonKey(key_of(place.platform, place.server, "person", f"{place.group or place.page}/{said}"))


def _within(host: str, *domains: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _is(pattern: re.Pattern[str], text: str | None) -> str:
    """The text if it is whole what the pattern says, else ""."""
    return text if text and pattern.fullmatch(text) else ""


# -- Facebook, and Workplace, which is built alike -----------------------------------------------------------------------

_NO_PEOPLE = frozenset(
    {"groups", "settings", "help", "login", "notifications", "messages", "policies", "privacy", "home", "n", "nd"}
)
_LANGUAGES = re.compile(
    r"(?:www|web|m|mbasic|touch|business|d|l|lm|[a-z]{2}-[a-z]{2})\.facebook\.com|(?:www\.)?fb\.com"
)
_QUEUES = {
    "pending_posts": PENDING, "pending": PENDING, "reported_content": REPORTED, "member-requests": MEMBERS,
    "member_requests": MEMBERS, "requests": MEMBERS, "participant_requests": MEMBERS,
}  # fmt: skip
_QUEUE_PATHS = {PENDING: "pending_posts/", REPORTED: "reported_content/", MEMBERS: "member-requests/"}


def _facebook(link: Link) -> Place | None:
    path, query = link.path, link.query
    if path.strip("/") in ("n", "nd") and link.bare:  # in mails the path is the first parameter
        path = "/" + link.bare.lstrip("/")
        path, _, more = path.partition("?")
        query = {**dict(pair.partition("=")[::2] for pair in more.split("&") if pair), **query}
    platform, server = FACEBOOK, "www.facebook.com"
    if not (_LANGUAGES.fullmatch(link.host) or link.host == "facebook.com"):
        platform = WORKPLACE
        server = f"{link.host.removesuffix('.facebook.com').removesuffix('.workplace.com')}.workplace.com"
    steps = [step for step in path.split("/") if step]
    comment = _is(_NUMBER, query.get("comment_id"))
    answer = _is(_NUMBER, query.get("reply_comment_id"))
    here = Place(platform, server, comment=answer or comment, above=comment if answer else "")
    if len(steps) >= 2 and steps[0] == "groups":
        group = _is(_NAME, steps[1])
        return _in_group(replace(here, group=group), steps[2:], query) if group else None
    if steps[:1] in (["permalink.php"], ["story.php"]):
        page, post = _is(_NUMBER, query.get("id")), _is(_ID, query.get("story_fbid"))
        return _with_page(here, page, post)
    if len(steps) >= 3 and steps[1] == "posts":
        return _with_page(here, _is(_NAME, steps[0]), _is(_ID, re.sub(r"\A.*[:-]", "", steps[-1])))
    return None


def _with_page(here: Place, page: str, post: str) -> Place | None:
    if not page or not post:
        return None
    url = f"https://{here.server}/permalink.php?story_fbid={post}&id={page}"
    if not page.isdecimal():
        url = f"https://{here.server}/{page}/posts/{post}"
    return replace(here, page=page, post=post, permalink=_with_comment(here, url))


def _in_group(here: Place, rest: list[str], query: dict[str, str]) -> Place:
    named = rest[1] if len(rest) > 1 and rest[0] in ("posts", "permalink") else rest[0] if rest else ""
    post = _is(_ID, named) if named.isdecimal() or len(rest) > 1 else ""
    post = post or _is(_NUMBER, query.get("multi_permalinks", "").partition(",")[0])
    post = post or (_is(_NUMBER, query.get("id")) if query.get("view") == "permalink" else "")
    root = f"https://{here.server}/groups/{here.group}/"
    if post:
        form = "posts" if here.platform == FACEBOOK else "permalink"
        return replace(here, post=post, permalink=_with_comment(here, f"{root}{form}/{post}/"))
    queue = _QUEUES.get(rest[0], "") if rest else ""
    return replace(here, queue=queue, comment="", above="", permalink=root + _QUEUE_PATHS.get(queue, ""))


def _with_comment(here: Place, url: str) -> str:
    if not here.comment:
        return url
    first = f"comment_id={here.above}&reply_comment_id={here.comment}" if here.above else f"comment_id={here.comment}"
    return f"{url}{'&' if '?' in url else '?'}{first}"


# -- LinkedIn ------------------------------------------------------------------------------------------------------------

_URN = re.compile(r"(?:urn:li:)?(activity|share|ugcPost|groupPost):(?:(\d{1,25})-)?(\d{1,25})")
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?[A-Za-z]{1,20}:(?:\d{1,25}-)?\d{1,25},(\d{1,25})\)")
_DASHED = re.compile(r"urn:li:fsd_comment:\((\d{1,25}),")
_IN_WORDS = re.compile(r"[-_](activity|share|ugcPost)-(\d{5,25})(?:-[A-Za-z0-9_-]{0,12})?\Z")


def _linkedin(link: Link) -> Place | None:
    here = Place(LINKEDIN, "www.linkedin.com")
    steps = [step for step in link.path.split("/") if step]
    steps = steps[1:] if steps[:1] == ["comm"] else steps
    if steps[:2] == ["feed", "update"]:
        urn = _URN.search("/".join(steps[2:])) or _URN.search(link.query.get("updateEntityUrn", ""))
        return _update(here, link, urn.group(1), urn.group(2) or "", urn.group(3)) if urn else None
    if steps[:1] == ["posts"] and len(steps) > 1:
        words = _IN_WORDS.search(steps[1])
        return _update(here, link, words.group(1), "", words.group(2)) if words else None
    if steps[:1] == ["groups"] and len(steps) > 1:
        return _linkedin_group(here, link, steps[1:])
    return None


def _linkedin_group(here: Place, link: Link, steps: list[str]) -> Place | None:
    group = _is(_NUMBER, steps[0])
    if not group:  # once they had names before the number: /groups/Naam-van-de-groep-4455
        found = re.search(r"-(\d{3,25})\Z", steps[0])
        group = found.group(1) if found else ""
    if not group:
        return None
    post = re.fullmatch(rf"{group}-(\d{{1,25}})", steps[1]) if len(steps) > 1 else None
    if post:
        return _update(here, link, "groupPost", group, post.group(1))
    managed = "/".join(steps[1:])
    queue = ""
    if "manage" in managed or "request" in managed:
        queue = MEMBERS if "member" in managed or "request" in managed else PENDING
    url = f"https://{here.server}/groups/{group}/"
    return replace(here, group=group, queue=queue, permalink=f"{url}manage/" if queue else url)


def _update(here: Place, link: Link, kind: str, group: str, post: str) -> Place:
    named = _COMMENT.search(link.query.get("commentUrn", "")) or _DASHED.search(link.query.get("dashCommentUrn", ""))
    answer = _COMMENT.search(link.query.get("replyUrn", "")) or _DASHED.search(link.query.get("dashReplyUrn", ""))
    above = named.group(1) if named and answer else ""
    comment = answer.group(1) if answer else named.group(1) if named else ""
    urn = f"groupPost:{group}-{post}" if group else f"{kind}:{post}"
    url = f"https://{here.server}/feed/update/urn:li:{urn}"
    if comment:
        url += f"?commentUrn=urn%3Ali%3Acomment%3A%28{urn.replace(':', '%3A')}%2C{comment}%29"
    return replace(here, group=group, post=post, comment=comment, above=above, permalink=url)


# -- Viva Engage ---------------------------------------------------------------------------------------------------------


def _yammer(link: Link) -> Place | None:
    here = Place(YAMMER, "www.yammer.com")
    path, query = link.path, dict(link.query)
    if link.fragment.startswith("/"):  # the pages of before kept their own path behind the #
        path, _, more = link.fragment.partition("?")
        query |= dict(pair.partition("=")[::2] for pair in more.split("&") if pair)
    steps = [step for step in path.split("/") if step]
    group = post = message = ""
    for before, step in pairwise(steps):
        match before.lower():
            case "threads" | "articles" | "questions":
                post = _engage_id(step) or post
            case "messages":
                message = _engage_id(step) or message
            case "groups":
                group = _engage_id(step) or group
    post = post or _is(_NUMBER, query.get("threadId"))
    message = message or _is(_NUMBER, query.get("messageId"))
    group = group or (_is(_NUMBER, query.get("feedId")) if "ingroup" in path.lower() else "")
    if not (group or post or message):
        return None
    thread = post or message
    comment = message if post and message != post else ""
    url = _engage_url("threads", "Thread", thread) if thread else _engage_url("groups", "Group", group)
    return replace(here, group=group, post=thread, comment=comment, permalink=url)


def _engage_id(step: str) -> str:
    """A number, as it stands or within the JSON that Engage's addresses hold in base64."""
    if step.isascii() and step.isdecimal():
        return _is(_NUMBER, step)
    try:
        told = json.loads(base64.urlsafe_b64decode(step[:400].encode("ascii") + b"=" * (-len(step[:400]) % 4)))
    except (ValueError, RecursionError):
        return ""
    return _is(_NUMBER, str(told.get("id"))) if isinstance(told, dict) else ""


def _engage_url(part: str, kind: str, number: str) -> str:
    told = json.dumps({"_type": kind, "id": number}, separators=(",", ":")).encode()
    return f"https://engage.cloud.microsoft/main/{part}/{base64.urlsafe_b64encode(told).decode().rstrip('=')}"
