"""What a moderator decides, carried out on a Page and in its name, and looked for when nobody confirmed it.

Facebook takes no number of ours: a reply that may have arrived is looked for by who, where, what and when, and a
person is asked when it isn't there, or when there are two. About a comment a Page writes privately once, within a week;
Facebook itself refuses a second time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any

from console.adapters.facebook_api import BLOCKED_S, listing_in
from console.adapters.facebook_pulling import Reader
from console.adapters.facebook_reading import (
    COMMENT_FIELDS,
    POST_FIELDS,
    author_of,
    comment_in,
    comment_key,
    node_of,
    parent_of,
    post_in,
    read_comments,
    read_post,
    said_ms,
)
from console.adapters.outgoing import by_its_words, ready, refuse_if_changed, sighting
from console.adapters.rows import Row, in_order, told
from console.domain.conversation import Change, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Forbidden, Found, NotFound, Performed, RateLimited, Rejected, Sighting

MAX_BYTES = 8_000  # of a text: nobody publishes how many characters Facebook takes
SLACK_MS = 120_000  # by which two clocks may differ
LOOK_PAGES = 10  # of a hundred comments, newest first
_HIDES = {Kind.HIDE: True, Kind.UNHIDE: False}
_LIKES = {Kind.REACT: True, Kind.UNREACT: False}


class Sender:
    """Performs intents as one Page, and finds them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._api = reader.api
        self._page = reader.page
        self._blocked_until_ms = 0

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        """Do it. Raises RateLimited for an hour once Facebook stopped what the Page says: asking on makes that worse."""
        left_ms = self._blocked_until_ms - self._reader.tools.now_ms()
        if 0 < left_ms <= BLOCKED_S * 1000:
            raise RateLimited(left_ms / 1000, code="facebook_blocked")
        try:
            return await self._perform(intent)
        except RateLimited as error:
            if error.code == "facebook_blocked":
                self._blocked_until_ms = self._reader.tools.now_ms() + int(BLOCKED_S * 1000)
            raise

    async def _perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.REPLY:
            return await self._reply(intent)
        if intent.kind is Kind.EDIT:
            return await self._edit(intent)
        if intent.kind is Kind.DELETE:
            return await self._delete(intent)
        if intent.kind is Kind.WRITE:
            return await self._write(intent)
        if intent.kind in _HIDES:
            return await self._hide(intent)
        if intent.kind in _LIKES:
            return await self._like(intent)
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent) -> Performed:
        text, post = sendable(intent.text), post_in(intent.thread)
        under = await self._answered(intent)
        row = await self._api.change("POST", f"{under}/comments", {"message": text}, fields=COMMENT_FIELDS)
        if not node_of(row):
            raise BadResponse(code="not_expected", maybe_sent=True)
        return Performed(comment_key(post, node_of(row)), self._shown(row, post))

    async def _answered(self, intent: Intent) -> str:
        """What to answer under: Facebook has one level of answers, so an answer's neighbour is its sibling."""
        post, comment = post_in(intent.thread), comment_in(intent.message)
        if not post:
            raise NotFound(code="no_thread")
        if not comment:
            row = await self._api.one(post, fields="id,comments.limit(0).summary(can_comment)")
            if told(told(told(row, "comments"), "summary"), "can_comment") is False:
                raise Rejected(code="locked")
            return post
        try:
            row = await self._api.one(comment, fields="id,parent{id}")
        except NotFound as error:
            raise NotFound(error.words, code="parent_gone") from None
        return parent_of(row) or comment

    async def _edit(self, intent: Intent) -> Performed:
        text, post, comment = sendable(intent.text), post_in(intent.message), comment_in(intent.message)
        if not comment:
            raise Rejected(code="posts_by_hand")
        row = await self._api.one(comment, fields=COMMENT_FIELDS)
        if author_of(row) != self._page:
            raise Forbidden(code="not_ours")
        if not says(row, intent.text):
            refuse_if_changed(intent, read_comments([row], post, self._page))
            await self._api.change("POST", comment, {"message": text})
            row = {**row, "message": text}
        return Performed(str(intent.message), self._shown(row, post))

    async def _delete(self, intent: Intent) -> Performed:
        this, key = comment_in(intent.message) or post_in(intent.message), intent.message
        if not this or key is None:
            raise NotFound(code="no_thread")
        with contextlib.suppress(NotFound):  # it is gone, whoever did it
            await self._api.change("DELETE", this)
        return Performed(key, (MessageGone(key, self._reader.tools.now_ms()),))

    async def _hide(self, intent: Intent) -> Performed:
        comment, wanted = comment_in(intent.message), _HIDES[intent.kind]
        if not comment:
            raise Rejected(code="only_comments")
        row = await self._api.one(comment, fields=f"{COMMENT_FIELDS},can_hide")
        if (row.get("is_hidden") is True) is not wanted:
            if wanted and row.get("can_hide") is False:
                raise Rejected(code="facebook_no_hiding")
            await self._api.change("POST", comment, {"is_hidden": str(wanted).lower()})
            # Facebook may say yes and leave it as it is.
            row = await self._api.one(comment, fields=COMMENT_FIELDS)
            if (row.get("is_hidden") is True) is not wanted:
                raise Rejected(code="not_taken")
        return Performed(str(intent.message), self._shown(row, post_in(intent.message)))

    async def _like(self, intent: Intent) -> Performed:
        this = comment_in(intent.message) or post_in(intent.message)
        if not this:
            raise NotFound(code="no_thread")
        if await self._likes(this) is not _LIKES[intent.kind]:
            await self._api.change("POST" if _LIKES[intent.kind] else "DELETE", f"{this}/likes")
        row = await self._api.one(this, fields=COMMENT_FIELDS if comment_in(intent.message) else POST_FIELDS)
        changes = (
            self._shown(row, post_in(intent.message))
            if comment_in(intent.message)
            else in_order(read_post(row, self._page))
        )
        return Performed(str(intent.message), changes)

    async def _likes(self, this: str) -> bool:
        """Whether the Page likes it. Raises NotFound."""
        row = await self._api.one(this, fields="id,likes.limit(0).summary(has_liked)")
        return told(told(told(row, "likes"), "summary"), "has_liked") is True

    async def _write(self, intent: Intent) -> Performed:
        """Privately to who wrote a comment."""
        text, comment = sendable(intent.text), comment_in(intent.message)
        if not comment:
            raise Rejected(code="only_comments")
        row = await self._api.one(comment, fields="id,can_reply_privately")
        if row.get("can_reply_privately") is False:
            raise Rejected(code="facebook_no_private")
        body = {"recipient": {"comment_id": comment}, "message": {"text": text}}
        await self._api.send("POST", f"{self._page}/messages", body=body)
        return Performed(str(intent.message))

    def _shown(self, row: Row, post: str) -> tuple[Change, ...]:
        """What to show of a comment at once; nothing when its answer doesn't say all: then it comes with the next page."""
        return in_order(read_comments([row], post, self._page)) if said_ms(row) and author_of(row) else ()

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived: a reply by its words, anything else by what it brings about."""
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, matched)
        this = comment_in(intent.message) or post_in(intent.message)
        if not this:
            return Found(Sighting.ABSENT)
        try:
            return await self._find_action(intent, this)
        except NotFound:
            return sighting(intent.kind is Kind.DELETE, intent)

    async def _find_action(self, intent: Intent, this: str) -> Found:
        if intent.kind in _LIKES:
            return sighting(await self._likes(this) is _LIKES[intent.kind], intent)
        if intent.kind is Kind.WRITE:
            return await self._find_private(intent, this)
        if not comment_in(intent.message):
            await self._api.one(this, fields="id")
            return Found(Sighting.ABSENT)
        row = await self._api.one(this, fields=COMMENT_FIELDS)
        if intent.kind in _HIDES:
            return sighting((row.get("is_hidden") is True) is _HIDES[intent.kind], intent)
        return sighting(intent.kind is Kind.EDIT and says(row, intent.text), intent)

    async def _find_private(self, intent: Intent, comment: str) -> Found:
        """By the conversation that hangs at the comment; a Page that may still write one hasn't written one."""
        row = await self._api.one(
            comment, fields="id,can_reply_privately,private_reply_conversation{messages.limit(25){message}}"
        )
        messages = listing_in(told(told(row, "private_reply_conversation"), "messages"))
        if messages is not None and any(says(one, intent.text) for one in messages.rows):
            return Found(Sighting.SEEN, str(intent.message))
        return Found(Sighting.ABSENT if row.get("can_reply_privately") is True else Sighting.UNCLEAR)

    async def _find_reply(self, intent: Intent, matched: frozenset[str]) -> Found:
        post, after_ms = post_in(intent.thread), intent.created_at_ms - SLACK_MS
        try:
            under = await self._answered(intent)
            rows, to_its_end = await self._since(under, after_ms)
        except NotFound:
            return Found(Sighting.UNCLEAR)
        ours = [row for row in rows if author_of(row) == self._page and says(row, intent.text)]
        return by_its_words({comment_key(post, node_of(row)) for row in ours} - matched, everything=to_its_end)

    async def _since(self, under: str, after_ms: int) -> tuple[list[Any], bool]:
        """What was said there since then, and whether that is all."""
        rows: list[Any] = []
        after = ""
        order: Mapping[str, str] = {"order": "reverse_chronological", "filter": "toplevel"}
        for _ in range(LOOK_PAGES):
            listing = await self._api.listing(
                f"{under}/comments", fields="id,message,created_time,from{id}", limit=100, after=after, **order
            )
            rows += [row for row in listing.rows if said_ms(row) >= after_ms]
            after = listing.after
            if not after or any(0 < said_ms(row) < after_ms for row in listing.rows):
                return rows, True
        return rows, False


def says(row: object, text: str) -> bool:
    """Whether a row has these words, whatever became of the spaces around and between them."""
    words = told(row, "message")
    return isinstance(words, str) and words.split() == text.split()


def sendable(text: str) -> str:
    """A moderator's plain text as Facebook takes it. Raises Rejected "empty" or "too_long"."""
    return ready(text.replace("\r\n", "\n").strip(), MAX_BYTES)
