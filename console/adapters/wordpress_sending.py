"""What a moderator decides, carried out on a blog, and looked for when nobody confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.outgoing import refuse_if_changed, sighting
from console.adapters.rows import Row
from console.adapters.transport import USER_AGENT
from console.adapters.wordpress_api import COMMENT_FIELDS, GONE, Api
from console.adapters.wordpress_blog import Blog
from console.adapters.wordpress_reading import Keys, mark_in, marked, read_comment, read_post
from console.adapters.wp_rest import PER_PAGE
from console.adapters.wp_rows import id_of, in_order, number_in, says, sendable, written_ms
from console.domain.conversation import Change, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Forbidden, Found, NotFound, Performed, Rejected, Sighting

MAX_BYTES = 65_525  # of a comment: the column's size less what MySQL needs; counted in bytes
MAX_PAGES = 20  # of our own comments under one post, when one of them is looked for
SLACK_MS = 60_000  # by which a moment that the blog wrote down may be off, its clock's difference with ours taken off
MAX_VARIANTS = 30  # of a text that was said before
STATUSES = ("all", "spam", "trash", "post-trashed")
_BINNED = frozenset({"trash", "post-trashed"})
_SET: Mapping[Kind, str] = {
    Kind.APPROVE: "approve",
    Kind.HOLD: "hold",
    Kind.HIDE: "hold",
    Kind.UNHIDE: "approve",
    Kind.SPAM: "spam",
    Kind.UNSPAM: "unspam",
    Kind.RESTORE: "untrash",
}
_READS = {"approve": "approved"}  # `approve` is what one sets, `approved` what one reads
_POST_FIELDS: Mapping[Kind, tuple[str, str | bool]] = {
    Kind.LOCK: ("comment_status", "closed"),
    Kind.UNLOCK: ("comment_status", "open"),
    Kind.PIN: ("sticky", True),
    Kind.UNPIN: ("sticky", False),
}


class Sender:
    """Performs intents on one blog, and finds them."""

    def __init__(self, api: Api, keys: Keys, me: int, site_url: str, blog: Blog) -> None:
        self._api = api
        self._keys = keys
        self._me = me
        self._site_url = site_url
        self._blog = blog

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.REPLY:
            return await self._reply(intent)
        if intent.kind in _POST_FIELDS:
            return await self._change_post(intent)
        number = number_in(intent.message, "comment")
        if not number:
            # Binning a post takes its comments along, and only its own pages bring them back: by hand.
            raise Rejected(code="posts_by_hand")
        if intent.kind is Kind.EDIT:
            return await self._edit(intent, number)
        if intent.kind is Kind.DELETE:
            return await self._bin(number)
        if intent.kind in _SET:
            return await self._set(intent.kind, number)
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent) -> Performed:
        post = number_in(intent.thread, "post")
        if not post:
            raise NotFound(code="no_thread")
        parent = number_in(intent.message, "comment")
        text = sendable(intent.text, MAX_BYTES)
        if parent:
            # WordPress takes any number for a parent: one that is gone, or stands under another post.
            above = await self._api.one(f"comments/{parent}", {"_fields": COMMENT_FIELDS})
            if above.get("status") in _BINNED or above.get("post") != post:
                raise NotFound(code="parent_gone")
        body: dict[str, Any] = {
            "post": post,
            "parent": parent,
            "content": text,
            "author_user_agent": marked(USER_AGENT, intent.id),
            # Without a valid password nobody may say who writes: then the request is refused, never made anonymous.
            "author": self._me,
        }
        row = await self._post_once(intent, body)
        if row is None:
            return Performed((await self.find(intent, frozenset())).message)
        # Who may not moderate isn't told the status: then it comes with the next page.
        changes = in_order(self._read(row)) if "status" in row else ()
        return Performed(self._keys.comment(id_of(row)), changes)

    async def _post_once(self, intent: Intent, body: dict[str, Any]) -> Row | None:
        """Posts the comment; None when it stands there already with our mark.

        The same words by the same person in the same place are refused as a duplicate. When they were said by another
        intent, they are said again with one character written as its number: read the same, compared differently.
        """
        text = str(body["content"])
        for variant in range(MAX_VARIANTS):
            try:
                return await self._api.change("comments", {**body, "content": varied(text, variant)})
            except Rejected as error:
                if error.code != "comment_duplicate":
                    raise
                refused = error
            if variant == 0:
                found = (await self.find(intent, frozenset())).sighting
                if found is Sighting.SEEN:
                    return None
                if found is Sighting.UNCLEAR and intent.attempts > 1:
                    # An earlier try may be what stands there: a look, or a person, has to say.
                    raise BadResponse(refused.words, code=refused.code, maybe_sent=True)
        raise refused

    async def _edit(self, intent: Intent, number: int) -> Performed:
        text = sendable(intent.text, MAX_BYTES)
        now = await self._api.one(f"comments/{number}", {"_fields": COMMENT_FIELDS})
        if now.get("author") != self._me:
            raise Forbidden(code="not_ours")
        if now.get("status") in _BINNED:
            raise Rejected(code="in_bin")
        if not says(now, intent.text):
            refuse_if_changed(intent, self._read(now))
            now = await self._api.change(f"comments/{number}", _keeping_agent(now, content=text))
            if not says(now, intent.text):
                raise Rejected(code="not_taken")
        return self._shown(now)

    async def _bin(self, number: int) -> Performed:
        try:
            row = await self._api.change(f"comments/{number}", {}, "DELETE")
        except NotFound as error:
            if error.code not in GONE:
                raise
            found = await self._blog.comment(number)
            if found is None:
                key = self._keys.comment(number)
                return Performed(key, (MessageGone(key, self._blog.now_ms),))
            row = found
        if row.get("status") != "trash":
            raise Rejected(code="not_taken")
        return self._shown(row)

    async def _set(self, kind: Kind, number: int) -> Performed:
        now = await self._api.one(f"comments/{number}", {"_fields": COMMENT_FIELDS})
        if not done(kind, now):
            if now.get("status") in _BINNED and kind is not Kind.RESTORE:
                raise Rejected(code="in_bin")  # setting a status would take it out
            now = await self._api.change(f"comments/{number}", _keeping_agent(now, status=_SET[kind]))
            # A status that WordPress doesn't take is ignored with a cheerful answer.
            if not done(kind, now):
                raise Rejected(code="not_taken")
        return self._shown(now)

    async def _change_post(self, intent: Intent) -> Performed:
        number = number_in(intent.thread, "post")
        field, value = _POST_FIELDS[intent.kind]
        now = await self._blog.post(number)
        if now is None:
            raise NotFound(code="rest_post_invalid_id")
        if field not in now:
            raise Rejected(code="pages_cannot_pin")
        if now.get(field) != value:
            now = await self._api.change(f"{self._blog.routes[number]}/{number}", {field: value})
            if now.get(field) != value:
                raise Rejected(code="not_taken")
        return Performed(self._keys.post(number), in_order(read_post(now, self._keys)))

    def _read(self, row: Row) -> list[Change]:
        return read_comment(row, self._keys, self._me, self._site_url)

    def _shown(self, row: Row) -> Performed:
        return Performed(self._keys.comment(id_of(row)), in_order(self._read(row)))

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived. A reply is known by our mark in it; anything else by what it brings about."""
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, matched)
        if intent.kind in _POST_FIELDS:
            field, value = _POST_FIELDS[intent.kind]
            post = await self._blog.post(number_in(intent.thread, "post"))
            return sighting(post is not None and post.get(field) == value, intent)
        row = await self._blog.comment(number_in(intent.message, "comment"))
        if row is None:
            return sighting(intent.kind is Kind.DELETE, intent)
        if intent.kind is Kind.EDIT:
            return sighting(says(row, intent.text), intent)
        return sighting(done(intent.kind, row), intent)

    async def _find_reply(self, intent: Intent, matched: frozenset[str]) -> Found:
        sure = True
        for status in STATUSES:
            params: dict[str, str | int] = {
                "post": number_in(intent.thread, "post"),
                "author": self._me,
                "status": status,
                "orderby": "id",
                "order": "desc",
                "_fields": "id,parent,author,author_user_agent,content,date_gmt",
            }
            for page in range(MAX_PAGES):
                listing = await self._api.listing("comments", {**params, "offset": page * PER_PAGE})
                for row in listing.rows:
                    key = self._keys.comment(id_of(row))
                    if key in matched:
                        continue
                    if mark_in(row, self._me) == intent.id:
                        return Found(Sighting.SEEN, key)
                    ahead_ms = (listing.date_ms or self._blog.now_ms) - self._blog.now_ms
                    sure = sure and not self._may_be(row, intent, ahead_ms)
                if not listing.goes_on_after(page * PER_PAGE):
                    break
            else:
                sure = False
        return Found(Sighting.ABSENT if sure else Sighting.UNCLEAR)

    def _may_be(self, row: Row, intent: Intent, ahead_ms: int) -> bool:
        """Whether this could be our reply with its mark gone: whoever edits a comment by a program takes it off.

        ahead_ms  how far the blog's clock is ahead of ours
        """
        if mark_in(row, self._me) or not says(row, intent.text):
            return False
        return written_ms(row) - ahead_ms >= intent.created_at_ms - SLACK_MS


def _keeping_agent(row: Row, **fields: str) -> dict[str, str]:
    """A change that says again what the comment came with: WordPress would put our own program's name there."""
    return {**fields, "author_user_agent": str(row.get("author_user_agent") or "")}


def done(kind: Kind, row: Row) -> bool:
    """Whether a comment's status is what an act wants."""
    status = row.get("status")
    if kind is Kind.UNSPAM:
        return status != "spam"
    if kind is Kind.RESTORE:
        return status not in _BINNED
    if kind is Kind.DELETE:
        return status == "trash"
    wanted = _SET.get(kind, "")
    return bool(wanted) and status == _READS.get(wanted, wanted)


def varied(text: str, variant: int) -> str:
    """The text with its n-th last letter written as a number: `variant` 0 is the text itself."""
    if not variant:
        return text
    places = [at for at, char in enumerate(text) if (char.isalnum() or char in ".,!?") and not _in_entity(text, at)]
    if len(places) < variant:
        return f"{text}{'&#8203;' * variant}"  # too short to vary: as many spaces without width behind it
    at = places[-variant]
    return f"{text[:at]}&#{ord(text[at])};{text[at + 1 :]}"


def _in_entity(text: str, at: int) -> bool:
    """Whether this character is part of `&amp;`, `&lt;` or `&gt;`, the only ones we write."""
    begin = text.rfind("&", max(0, at - 4), at)
    return begin >= 0 and ";" not in text[begin:at]
