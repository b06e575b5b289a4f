"""What a moderator decides, carried out in HumHub, and looked for when nobody confirmed it.

HumHub takes no number of ours and knows no duplicates: a reply that may have arrived is looked for by who, where, what
and when, and a person is asked when it isn't there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from console.adapters.humhub_pulling import Reader
from console.adapters.humhub_reading import (
    COMMENT,
    DELETED,
    POST,
    author_of,
    comment_in,
    content_in,
    meta_of,
    parent_of,
    read_comments,
)
from console.adapters.humhub_text import says, written
from console.adapters.outgoing import ready, refuse_if_changed, sighting
from console.adapters.rows import Row, in_order, number, told
from console.domain.conversation import Change, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import Forbidden, Found, NotFound, Performed, Rejected, Sighting

MAX_BYTES = 65_535  # of a text: the size of the column, counted in bytes
SLACK_MS = 120_000  # by which two clocks may differ
_MARKS: Mapping[Kind, tuple[str, bool]] = {
    Kind.LOCK: ("locked_comments", True),
    Kind.UNLOCK: ("locked_comments", False),
    Kind.PIN: ("pinned", True),
    Kind.UNPIN: ("pinned", False),
    Kind.HIDE: ("archived", True),
    Kind.UNHIDE: ("archived", False),
}


class Sender:
    """Performs intents in one HumHub, and finds them. `me` is our own number there."""

    def __init__(self, reader: Reader, me: int) -> None:
        self._reader = reader
        self._api = reader.api
        self._site = reader.site
        self._me = me

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.REPLY:
            return await self._reply(intent)
        if intent.kind in _MARKS:
            return await self._mark(intent)
        if intent.kind is Kind.EDIT:
            return await self._edit(intent)
        if intent.kind is Kind.DELETE:
            return await self._delete(intent)
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent) -> Performed:
        content, text = content_in(intent.thread), sendable(intent.text)
        if not content:
            raise NotFound(code="no_thread")
        meta = await self._meta(content)
        if number(meta.get("state")) == DELETED:
            raise NotFound(code="no_thread")
        if meta.get("locked_comments") in (True, 1, "1"):
            raise Rejected(code="locked")
        model, parent = str(meta.get("object_model") or ""), number(meta.get("object_id"))
        if comment_in(intent.message):
            model, parent = COMMENT, await self._answered(comment_in(intent.message))
        row = await self._api.change(
            "POST", "comment", {"objectModel": model, "objectId": parent, "Comment": {"message": text}}
        )
        return Performed(self._site.comment(content, number(row["id"])), self._shown(row, content, intent))

    async def _answered(self, comment: int) -> int:
        """The comment to answer under: HumHub has one level of answers, so an answer's neighbour is its sibling."""
        try:
            row = await self._api.one(f"comment/{comment}")
        except NotFound as error:
            raise NotFound(error.words, code="parent_gone") from None
        return parent_of(row) or comment

    async def _edit(self, intent: Intent) -> Performed:
        text, content, comment = sendable(intent.text), content_in(intent.message), comment_in(intent.message)
        row = await self._api.one(f"comment/{comment}") if comment else await self._post(content)
        who = author_of(row) if comment else author_of(meta_of(told(row, "content")))
        if who != self._me:
            raise Forbidden(code="not_ours")
        if not says(row.get("message"), intent.text):
            refuse_if_changed(intent, self._shown(row, content, intent) if comment else self._reader.read(row))
            if comment:
                row = await self._api.change("PUT", f"comment/{comment}", {"Comment": {"message": text}})
            else:
                row = await self._api.change("PUT", f"post/{number(row['id'])}", {"data": {"message": text}})
            if not says(row.get("message"), intent.text):
                raise Rejected(code="not_taken")
        shown = self._shown(row, content, intent) if comment else in_order(self._reader.read(row))
        return Performed(str(intent.message), shown)

    async def _delete(self, intent: Intent) -> Performed:
        comment, content = comment_in(intent.message), content_in(intent.message)
        if not content:
            raise NotFound(code="no_thread")
        with contextlib.suppress(NotFound):  # it is gone, whoever did it
            await self._api.remove(f"comment/{comment}" if comment else f"content/{content}")
        key = self._site.comment(content, comment) if comment else self._site.content(content)
        return Performed(key, (MessageGone(key, self._reader.tools.now_ms()),))

    async def _mark(self, intent: Intent) -> Performed:
        name, wanted = _MARKS[intent.kind]
        if comment_in(intent.message) and name == "archived":
            raise Rejected(code="only_posts")
        row = await self._post(content_in(intent.thread))
        if not _is(row, name, wanted):
            # Without its text a post would be refused; the text is the one just read.
            data = {"message": row.get("message"), "content": {"metadata": {name: int(wanted)}}}
            row = await self._api.change("PUT", f"post/{number(row['id'])}", {"data": data})
            if not _is(row, name, wanted):
                raise Rejected(code="not_taken")
        return Performed(str(intent.thread), in_order(self._reader.read(row)))

    async def _meta(self, content: int) -> Row:
        return meta_of(await self._api.one(f"content/{content}"))

    async def _post(self, content: int) -> Row:
        """The post that a content is. Raises Rejected "only_posts" for a thing of another module."""
        meta = await self._meta(content)
        if meta.get("object_model") != POST:
            raise Rejected(code="only_posts")
        return await self._api.one(f"post/{number(meta.get('object_id'))}")

    def _shown(self, row: Row, content: int, intent: Intent) -> tuple[Change, ...]:
        """What to show of a comment at once; nothing when its answer doesn't say all: then it comes with the next page."""
        if not isinstance(told(row, "createdAt", "created_at"), str):
            return ()
        return in_order(read_comments([row], content, intent.space, self._site))

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived: a reply by its words, anything else by what it brings about."""
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, matched)
        content, comment = content_in(intent.message or intent.thread), comment_in(intent.message)
        try:
            if intent.kind in _MARKS:
                if comment_in(intent.message) and _MARKS[intent.kind][0] == "archived":
                    return Found(Sighting.ABSENT)
                return sighting(_is(await self._post(content), *_MARKS[intent.kind]), intent)
            if intent.kind is Kind.DELETE and not comment:
                return sighting(number((await self._meta(content)).get("state")) == DELETED, intent)
            row = await self._api.one(f"comment/{comment}") if comment else await self._post(content)
        except NotFound:
            return sighting(intent.kind is Kind.DELETE, intent)
        return sighting(intent.kind is Kind.EDIT and says(row.get("message"), intent.text), intent)

    async def _find_reply(self, intent: Intent, matched: frozenset[str]) -> Found:
        content = content_in(intent.thread)
        under = comment_in(intent.message)
        if under:
            try:
                under = await self._answered(under)
            except NotFound:
                return Found(Sighting.UNCLEAR)
        doubtful = False
        for row in await self._rows(content):
            key = self._site.comment(content, number(told(row, "id")))
            if author_of(row) != self._me or key in matched or not says(told(row, "message"), intent.text):
                continue
            if parent_of(row) == under and self._since(row, intent):
                return Found(Sighting.SEEN, key)
            doubtful = True
        return Found(Sighting.UNCLEAR if doubtful else Sighting.ABSENT)

    async def _rows(self, content: int) -> list[Any]:
        """All comments under a content, answers among them too."""
        rows, _all = await self._reader.listed(content)
        return [one for row in rows for one in (row, *(told(row, "comments") or ()))]

    def _since(self, row: object, intent: Intent) -> bool:
        try:
            return self._site.moment_ms(told(row, "createdAt", "created_at")) >= intent.created_at_ms - SLACK_MS
        except (TypeError, ValueError, OverflowError):
            return False


def _is(post: Row, name: str, wanted: bool) -> bool:
    return (meta_of(told(post, "content")).get(name) in (True, 1, "1")) == wanted


def sendable(text: str) -> str:
    """A moderator's plain text as HumHub wants it. Raises Rejected "empty" or "too_long"."""
    return ready(written(text), MAX_BYTES)
