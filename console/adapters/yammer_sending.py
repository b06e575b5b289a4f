"""What a moderator decides, carried out in Yammer, and looked for when nobody confirmed it.

Yammer takes no number of ours and knows no duplicates: a reply that may have arrived is looked for by who, where, what
and when, and a person is asked when it isn't there, or when there are two.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from console.adapters.outgoing import sighting
from console.adapters.rows import Row, in_order, number, told
from console.adapters.yammer_api import Feed, feed_in
from console.adapters.yammer_pulling import Reader
from console.adapters.yammer_reading import number_in, read_all, said_ms, thread_in, thread_of
from console.adapters.yammer_text import says, sendable
from console.domain.conversation import Change, Message, MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Forbidden, Found, NotFound, Performed, Rejected, Sighting

SLACK_MS = 5 * 60_000  # by which two clocks may differ
LOOK_PAGES = 10  # of a thread; in one that goes on faster, what we sent is looked for among all that is ours
_LIKES = {Kind.REACT: True, Kind.UNREACT: False}


class Sender:
    """Performs intents in one network, and finds them. `me` is our own number there."""

    def __init__(self, reader: Reader, me: int) -> None:
        self._reader = reader
        self._api = reader.api
        self._site = reader.site
        self._me = me

    # -- doing -----------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.REPLY:
            return await self._reply(intent)
        if intent.kind is Kind.DELETE:
            return await self._delete(intent)
        if intent.kind in _LIKES:
            return await self._like(intent)
        raise Rejected(code="not_possible")

    async def _reply(self, intent: Intent) -> Performed:
        text, to = sendable(intent.text), number_in(intent.message) or number_in(intent.thread)
        if not to:
            raise NotFound(code="no_thread")
        answer = await self._api.send("POST", "messages.json", form={"body": text, "replied_to_id": str(to)})
        feed = feed_in(answer)
        row = next((row for row in feed.rows if number(told(row, "id"))), None)
        if row is None:
            raise BadResponse(answer.host, code="not_expected", maybe_sent=True)
        thread = number(told(row, "thread_id")) or thread_in(intent.thread)
        return Performed(self._site.message(thread, number(told(row, "id"))), self._shown([row], feed))

    def _shown(self, rows: Iterable[Any], feed: Feed) -> tuple[Change, ...]:
        """What to show at once; nothing of what doesn't say all: that comes with the next page."""
        changes = in_order(read_all(rows, feed.refs, self._site))
        return () if any(isinstance(one, Message) and one.raw for one in changes) else changes

    async def _delete(self, intent: Intent) -> Performed:
        this, key = number_in(intent.message), intent.message
        if not this or key is None:
            raise NotFound(code="no_thread")
        try:
            await self._api.send("DELETE", f"messages/{this}")
        except NotFound as error:
            # Yammer says this of what is gone, and of what we may not remove as well.
            if await self._is_there(this):
                raise Forbidden(error.words, code="yammer_not_ours") from None
        return Performed(key, (MessageGone(key, self._reader.tools.now_ms()),))

    async def _is_there(self, message: int) -> bool:
        try:
            await self._api.message(message)
        except NotFound:
            return False
        return True

    async def _like(self, intent: Intent) -> Performed:
        this = number_in(intent.message)
        if not this:
            raise NotFound(code="no_thread")
        verb = "POST" if _LIKES[intent.kind] else "DELETE"
        await self._api.send(verb, "messages/liked_by/current.json", {"message_id": this})
        return Performed(str(intent.message), self._shown(*await self._row(intent)))

    async def _row(self, intent: Intent) -> tuple[list[Any], Feed]:
        """A message on a page of its own, which tells whether we like it."""
        thread, this = thread_in(intent.message), number_in(intent.message)
        feed = await self._api.feed(f"in_thread/{thread}", {"older_than": this + 1, "limit": 1}, sure=True)
        return [row for row in feed.rows if number(told(row, "id")) == this], feed

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived: a reply by its words, anything else by what it brings about."""
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, matched)
        if intent.kind is Kind.DELETE:
            return sighting(not await self._is_there(number_in(intent.message)), intent)
        if intent.kind not in _LIKES:
            return Found(Sighting.ABSENT)
        return await self._find_like(intent)

    async def _find_like(self, intent: Intent) -> Found:
        rows, feed = await self._row(intent)
        if not rows:
            return Found(Sighting.UNCLEAR)
        this = number_in(intent.message)
        names = told(told(rows[0], "liked_by"), "names")
        by_name = any(number(told(one, "user_id")) == self._me for one in (names if isinstance(names, list) else ()))
        likes = this in feed.liked if feed.liked is not None else by_name
        return sighting(likes == _LIKES[intent.kind], intent)

    async def _find_reply(self, intent: Intent, matched: frozenset[str]) -> Found:
        thread, to = thread_in(intent.thread), number_in(intent.message) or number_in(intent.thread)
        after_ms = intent.created_at_ms - SLACK_MS
        try:
            ours, to_its_end = await self._ours(f"in_thread/{thread}", after_ms, LOOK_PAGES)
        except NotFound:
            return Found(Sighting.UNCLEAR)
        if not to_its_end:
            ours += [one for one in (await self._ours("sent", after_ms, 1))[0] if one not in ours]
        found, doubtful = [], False
        for row, feed in ours:
            key = self._site.message(thread, number(row.get("id")))
            if thread_of(row) != thread or key in matched or not says(row, feed.refs.name, intent.text):
                continue
            # In the newer client an answer to an answer stands under what opened the thread.
            if number(row.get("replied_to_id")) in (to, thread):
                found.append(key)
            else:
                doubtful = True
        if len(set(found)) == 1 and not doubtful:
            return Found(Sighting.SEEN, found[0])
        return Found(Sighting.UNCLEAR if found or doubtful else Sighting.ABSENT)

    async def _ours(self, route: str, after_ms: int, pages: int) -> tuple[list[tuple[Row, Feed]], bool]:
        """What we said there since, and whether all there is since was looked at."""
        ours: list[tuple[Row, Feed]] = []
        below = 0
        for _ in range(pages):
            feed = await self._api.feed(route, {"older_than": below} if below else {}, sure=not below)
            rows = [row for row in feed.rows if isinstance(row, dict)]
            ours += [
                (row, feed) for row in rows if number(row.get("sender_id")) == self._me and said_ms(row) >= after_ms
            ]
            moments = [moment for row in rows if (moment := said_ms(row))]
            if not feed.older or not feed.oldest or min(moments, default=after_ms) < after_ms:
                return ours, True
            below = feed.oldest
        return ours, False
