"""What a moderator decides, carried out on a Page and in its name, and looked for when nobody confirmed it.

LinkedIn takes no number of ours: a reply that may have arrived is looked for by who, where, what and when, and a person is
asked when it isn't there, or when there are two.
"""

from __future__ import annotations

import contextlib
from typing import Any

from console.adapters.linkedin_api import encoded
from console.adapters.linkedin_pulling import OVERLAP, Reader
from console.adapters.linkedin_reading import (
    actor_of,
    comment_in,
    comment_key,
    comment_of,
    post_in,
    read_comments,
    said_ms,
    text_of,
    top_in,
    urn_of,
)
from console.adapters.outgoing import by_its_words, ready, refuse_if_changed, sighting
from console.adapters.rows import Row, in_order, told
from console.adapters.transport import Answer
from console.domain.conversation import Change, Message, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Forbidden, Found, NotFound, Performed, Rejected, Sighting

MAX_BYTES = 1_250  # of a comment: LinkedIn counts characters, of which some take more
SLACK_MS = 120_000  # by which two clocks may differ
LOOK_PAGES = 10


class Sender:
    """Performs intents as one Page, and finds them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._api = reader.api
        self._home = reader.home
        self._as_us = f"?actor={encoded(reader.home.urn)}"

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.REPLY:
            return await self._reply(intent)
        if intent.kind is Kind.EDIT:
            return await self._edit(intent)
        if intent.kind is Kind.DELETE:
            return await self._delete(intent)
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent) -> Performed:
        text, post = sendable(intent.text), post_in(intent.thread)
        top, under, about = await self._answered(intent)
        body: dict[str, Any] = {"actor": self._home.urn, "object": about, "message": {"text": text}}
        if top:
            body["parentComment"] = under
        answer = await self._api.send("POST", f"socialActions/{encoded(under)}/comments", body)
        row = answer.json() if answer.is_json else {}
        made = comment_of(row) or _made(answer)
        if not made:
            raise BadResponse(answer.host, code="not_expected", maybe_sent=True)
        return Performed(comment_key(post, made, top), self._shown(row, post, top))

    async def _answered(self, intent: Intent) -> tuple[str, str, str]:
        """What is answered: the comment on the post, its URN, and what both are about. There is one level of answers."""
        post, top = post_in(intent.thread), top_in(intent.message)
        if not post:
            raise NotFound(code="no_thread")
        if not top:
            numbers = (await self._api.numbers([post])).get(post)
            if numbers is None:
                raise NotFound(code="no_thread")
            if told(numbers, "commentsState") == "CLOSED":
                raise Rejected(code="locked")
            return "", post, post
        try:
            row = await self._api.one(f"socialActions/{encoded(post)}/comments/{top}")
            if top != comment_in(intent.message):
                await self._api.one(
                    f"socialActions/{encoded(urn_of(row) or post)}/comments/{comment_in(intent.message)}"
                )
        except NotFound as error:
            raise NotFound(error.words, code="parent_gone") from None
        about = told(row, "object")
        return top, urn_of(row) or post, about if isinstance(about, str) else post

    async def _edit(self, intent: Intent) -> Performed:
        text, post = sendable(intent.text), post_in(intent.message)
        if not comment_in(intent.message):
            raise Rejected(code="posts_by_hand")
        route = await self._reader.route(intent.message)
        row = await self._api.one(route)
        if actor_of(row) != self._home.urn:
            raise Forbidden(code="not_ours")
        if not says(row, intent.text):
            refuse_if_changed(intent, read_comments([row], post, self._home, _top(intent)))
            patch = {"patch": {"message": {"$set": {"text": text}}}}
            await self._api.send("POST", f"{route}{self._as_us}", patch, restli="PARTIAL_UPDATE")
            row = {**row, "message": {"text": text}}
        return Performed(str(intent.message), self._shown(row, post, _top(intent)))

    async def _delete(self, intent: Intent) -> Performed:
        key = intent.message
        if key is None or not post_in(key):
            raise NotFound(code="no_thread")
        with contextlib.suppress(NotFound):  # it is gone, whoever did it
            if comment_in(key):
                await self._api.send("DELETE", f"{await self._reader.route(key)}{self._as_us}")
            else:
                await self._api.send("DELETE", f"posts/{encoded(post_in(key))}", restli="DELETE")
        return Performed(key, (MessageGone(key, self._reader.tools.now_ms()),))

    def _shown(self, row: Row, post: str, top: str) -> tuple[Change, ...]:
        """What to show of a comment at once; nothing when its answer doesn't say all: then it comes with the next page."""
        changes = in_order(read_comments([row], post, self._home, top))
        return () if any(isinstance(one, Message) and one.raw for one in changes) else changes

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived: a reply by its words, anything else by what it brings about."""
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, matched)
        if intent.kind not in (Kind.EDIT, Kind.DELETE):
            return Found(Sighting.ABSENT)
        try:
            if comment_in(intent.message):
                row = await self._reader.comment(intent.message)
            else:
                row = await self._api.one(f"posts/{encoded(post_in(intent.message))}")
        except NotFound:
            return sighting(intent.kind is Kind.DELETE, intent)
        return sighting(intent.kind is Kind.EDIT and says(row, intent.text), intent)

    async def _find_reply(self, intent: Intent, matched: frozenset[str]) -> Found:
        post, after_ms = post_in(intent.thread), intent.created_at_ms - SLACK_MS
        try:
            top, under, _about = await self._answered(intent)
            rows, to_its_end = await self._rows(under)
        except NotFound:
            return Found(Sighting.UNCLEAR)
        ours = [row for row in rows if actor_of(row) == self._home.urn and said_ms(row) >= after_ms]
        found = {comment_key(post, comment_of(row), top) for row in ours if says(row, intent.text)}
        return by_its_words(found - matched, everything=to_its_end)

    async def _rows(self, under: str) -> tuple[list[Any], bool]:
        """What was said there, and whether that is all."""
        rows: list[Any] = []
        start = 0
        for _ in range(LOOK_PAGES):
            listing = await self._api.comments(under, start)
            rows += listing.rows
            if not listing.onward:
                return rows, True
            start = max(start + 1, listing.onward - OVERLAP)
        return rows, False


def _top(intent: Intent) -> str:
    """The comment that the message of an intent answers, "" for one on the post itself."""
    top = top_in(intent.message)
    return top if top != comment_in(intent.message) else ""


def _made(answer: Answer) -> str:
    """The number of what was made, from the header that names it, as a number or at the end of a URN."""
    name = answer.headers.get("x-restli-id", "").rstrip(")").rpartition(",")[2]
    return comment_of({"id": name})


def says(row: object, text: str) -> bool:
    """Whether a comment has these words, whatever became of the spaces around and between them."""
    words = text_of(row)
    return words is not None and words.split() == text.split()


def sendable(text: str) -> str:
    """A moderator's plain text as LinkedIn takes it. Raises Rejected "empty" or "too_long"."""
    return ready(text.replace("\r\n", "\n").strip(), MAX_BYTES)
