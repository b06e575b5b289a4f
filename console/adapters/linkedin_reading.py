"""What LinkedIn says of a Page, read into our values. No I/O: a test can feed it any broken row.

A post is named by the last two parts of its URN, `share-7123`; a comment with the post it stands under and the comment it
answers, so that the store's keys tell what a conversation holds. LinkedIn names no members: who they are is their URN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from console.adapters.linkedin_text import plain_of
from console.adapters.markup import from_plain, plain
from console.adapters.rows import first_line, number, raw_of, told
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
    text_hash,
)

SERVER = "www.linkedin.com"  # the middle of every key, whichever server is asked
SITE = "https://www.linkedin.com"
MAX_TITLE_CHARS = 100
REACTIONS: Mapping[str, str] = {
    "LIKE": "👍", "PRAISE": "👏", "EMPATHY": "❤️", "INTEREST": "💡", "APPRECIATION": "🤝", "ENTERTAINMENT": "😄",
}  # fmt: skip
_URN = re.compile(r"urn:li:(share|ugcPost|activity):([0-9]{1,25})\Z")
_NAME = re.compile(r"(share|ugcPost|activity)-([0-9]{1,25})\Z")
_COMMENT = re.compile(r"[0-9]{1,25}\Z")
_ACTOR = re.compile(r"urn:li:((?:person|organization|member|company):[A-Za-z0-9_-]{1,60})\Z")


@dataclass(frozen=True, slots=True)
class Home:
    """The Page: its number and its name, under which it speaks itself."""

    page: str
    name: str = ""

    @property
    def urn(self) -> str:
        return f"urn:li:organization:{self.page}"

    @property
    def space(self) -> SpaceKey:
        return SpaceKey(key_of("linkedin", SERVER, "page", self.page))


def post_key(post: str) -> MessageKey:
    """The key of a post by its URN."""
    match = _URN.match(post)
    return MessageKey(key_of("linkedin", SERVER, "post", f"{match[1]}-{match[2]}" if match else ""))


def comment_key(post: str, comment: str, top: str = "") -> MessageKey:
    """The key of a comment on a post, or of an answer to the comment `top`."""
    name = post_key(post).rpartition(":")[2]
    return MessageKey(key_of("linkedin", SERVER, "comment", "/".join(filter(None, (name, top, comment)))))


def person_key(urn: str) -> PersonKey:
    return PersonKey(key_of("linkedin", SERVER, "user", urn.removeprefix("urn:li:")))


def _parts(key: str | None) -> list[str]:
    head, _, name = (key or "").rpartition(":")
    return name.split("/") if head.endswith((":post", ":comment")) else [""]


def post_in(key: str | None) -> str:
    """The URN of the post that a key names or stands under, "" when it is none of ours."""
    match = _NAME.match(_parts(key)[0])
    return f"urn:li:{match[1]}:{match[2]}" if match else ""


def comment_in(key: str | None) -> str:
    """The comment that a key names, "" when it names something else."""
    parts = _parts(key)
    return parts[-1] if len(parts) > 1 and _COMMENT.match(parts[-1]) else ""


def top_in(key: str | None) -> str:
    """The comment that a key names or stands under, "" for a post."""
    parts = _parts(key)
    return parts[1] if len(parts) > 1 and _COMMENT.match(parts[1]) else ""


def post_of(row: object) -> str:
    """The URN of a post, "" for a row without one."""
    urn = told(row, "id")
    return urn if isinstance(urn, str) and _URN.match(urn) else ""


def comment_of(row: object) -> str:
    """The number of a comment, "" for a row without one."""
    found = told(row, "id")
    return found if isinstance(found, str) and _COMMENT.match(found) else ""


def urn_of(row: object) -> str:
    """The URN of a comment: it names what it stands under, which may be spelt otherwise than the post."""
    urn = told(row, "commentUrn", "$URN")
    return (
        urn
        if isinstance(urn, str) and re.fullmatch(r"urn:li:comment:\(urn:li:\w+:[0-9]{1,25},[0-9]{1,25}\)", urn)
        else ""
    )


def actor_of(row: object) -> str:
    urn = told(row, "actor")
    return urn if isinstance(urn, str) and _ACTOR.match(urn) else ""


def text_of(row: object) -> str | None:
    text = told(told(row, "message"), "text")
    return text if isinstance(text, str) else None


def said_ms(row: object) -> int:
    """When a comment or a post was made, 0 where it doesn't say."""
    return number(told(told(row, "created"), "time")) or number(told(row, "publishedAt", "createdAt"))


def answers_of(row: object) -> int:
    """How many answers a comment has."""
    return number(told(told(row, "commentsSummary"), "totalFirstLevelComments", "aggregatedTotalComments"))


def comments_of(numbers: object) -> int | None:
    """How many comments a post has, answers among them; None where nothing tells."""
    summary = told(numbers, "commentSummary", "commentsSummary")
    count = told(summary, "count", "aggregatedTotalComments")
    return count if type(count) is int and count >= 0 else None


def read_space(row: object, page: str) -> Space:
    name, vanity = told(row, "localizedName", "name"), told(row, "vanityName")
    known_as = vanity if isinstance(vanity, str) and re.fullmatch(r"[\w-]+", vanity) else page
    url = f"{SITE}/company/{known_as}/"
    return Space(Home(page).space, page, plain(name) if isinstance(name, str) and name else page, url)


def read_post(row: object, numbers: object, home: Home) -> list[Change]:
    """The author, the thread and the opening message of a post; [] for a row without a URN."""
    post = post_of(row)
    if not post:
        return []
    key, url = post_key(post), f"{SITE}/feed/update/{post}"
    thread = Thread(ThreadKey(key), home.space, "", url, told(numbers, "commentsState") == "CLOSED")
    try:
        words = told(row, "commentary")
        if words is not None and not isinstance(words, str):
            raise TypeError("no text")
        body = from_plain(plain_of(words or ""))
        files = _files(told(row, "content"))
        title = first_line(body.text, MAX_TITLE_CHARS) or next((one.name for one in files), "")
        thread = replace(thread, title=title)
        urn = told(row, "author")
        if not isinstance(urn, str) or not _ACTOR.match(urn) or not said_ms(row):
            raise TypeError("nobody said it, or never")
        edited = told(told(row, "lifecycleStateInfo"), "isEditedByAuthor") is True
        message = Message(
            key=key,
            space=home.space,
            author=person_key(urn),
            posted_at_ms=said_ms(row),
            html=body.html,
            text=body.text,
            root=thread.key,
            edited_at_ms=number(told(row, "lastModifiedAt")) or None if edited else None,
            title=title,
            attachments=files,
            reactions=_reactions(told(numbers, "reactionSummaries")),
            url=url,
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        return [thread, replace(_unreadable(row, key, home), root=thread.key)]
    return [person_of(urn, home), thread, message]


def read_comments(rows: Iterable[object], post: str, home: Home, top: str = "") -> list[Change]:
    """The authors and messages of comments on a post, or of the answers to its comment `top`, as they come."""
    return [change for row in rows for change in _read_comment(row, post, home, top)]


def _read_comment(row: object, post: str, home: Home, top: str) -> list[Change]:
    comment = comment_of(row)
    try:
        text, urn, at_ms = text_of(row), actor_of(row), said_ms(row)
        if not comment or text is None or not urn or not at_ms:
            raise TypeError("no comment")
        body = from_plain(text)
        changed_ms = number(told(told(row, "lastModified"), "time"))
        likes = number(told(told(row, "likesSummary"), "totalLikes", "aggregatedTotalLikes"))
        link = f"{SITE}/feed/update/{post}?commentUrn=urn%3Ali%3Acomment%3A%28{post.rpartition('urn:li:')[2].replace(':', '%3A')}%2C{comment}%29"
        message = Message(
            key=comment_key(post, comment, top),
            space=home.space,
            author=person_key(urn),
            posted_at_ms=at_ms,
            html=body.html,
            text=body.text,
            root=ThreadKey(post_key(post)),
            parent=comment_key(post, top) if top else post_key(post),
            edited_at_ms=changed_ms if changed_ms > at_ms else None,
            reactions=((REACTIONS["LIKE"], likes),) if likes else (),
            url=link,
        )
    except (TypeError, ValueError, AttributeError, OverflowError):
        key = comment_key(post, comment, top) if comment else None
        return [replace(_unreadable(row, key, home), root=ThreadKey(post_key(post)))]
    return [person_of(urn, home), message]


def person_of(urn: str, home: Home) -> Person:
    """LinkedIn gives no names of members: each stays recognisable by the end of their URN."""
    name = home.name if urn == home.urn else ""
    return Person(person_key(urn), name or f"LinkedIn {urn.rpartition(':')[2]}")


def _files(content: object) -> tuple[Attachment, ...]:
    """What hangs at a post, by name; it opens on LinkedIn."""
    found = []
    for kind in ("media", "article", "poll", "document"):
        part = told(content, kind)
        name = told(part, "title", "question")
        if isinstance(part, Mapping):
            found.append(
                Attachment(
                    first_line(plain(name), MAX_TITLE_CHARS) if isinstance(name, str) and name else kind, "", None
                )
            )
    return tuple(found)


def _reactions(summaries: object) -> tuple[tuple[str, int], ...]:
    counts = [(emoji, number(told(told(summaries, kind), "count"))) for kind, emoji in REACTIONS.items()]
    return tuple((emoji, count) for emoji, count in counts if count)


def _unreadable(row: object, key: MessageKey | None, home: Home) -> Message:
    raw = raw_of(row)
    return Message(
        key=key or MessageKey(key_of("linkedin", SERVER, "unread", text_hash(raw))),
        space=home.space,
        author=PersonKey(key_of("linkedin", SERVER, "name", "")),
        posted_at_ms=said_ms(row),
        html="",
        text="",
        state=MessageState.UNREADABLE,
        raw=raw,
    )
