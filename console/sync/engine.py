"""Per connection: pull what is new, apply it, back off when the platform asks to or doesn't answer."""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace

from console.adapters.contract import Adapter
from console.domain.conversation import ConnectionKey, Message
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Cursor,
    Forbidden,
    Page,
    PlatformError,
    RateLimited,
    Stream,
    Unreachable,
)
from console.store.connection import Store
from console.store.write import connections, pages
from console.store.write.connections import Round
from console.sync.harmless import harmless, space

log = logging.getLogger(__name__)
MOST_AT_ONCE = 100  # changes in one transaction, so that a decision never waits long for the lock
PAUSE_S = 0.002
NEWS_PAGES = 20  # of each stream, before any of them goes on to what is older
SPACES_EVERY_MS = 600_000
SIGN_IN_AGAIN_MS = 300_000

_STATES: dict[type[PlatformError], str] = {
    AuthExpired: "sign_in", Forbidden: "forbidden", RateLimited: "limited", Unreachable: "unreachable",
    BadResponse: "bad",
}  # fmt: skip


@dataclass(slots=True)
class Pulled:
    """What one round brought. `error` is None when all went well."""

    pages: int = 0
    messages: int = 0
    threads: int = 0
    error: PlatformError | None = None
    retry_at_ms: int | None = None

    def then(self, later: Pulled) -> Pulled:
        """Two rounds as one."""
        return replace(later, pages=self.pages + later.pages, messages=self.messages + later.messages,
                       threads=self.threads + later.threads)  # fmt: skip


class Engine:
    """Pulls one connection's streams, each from its own cursor."""

    def __init__(
        self, store: Store, connection: ConnectionKey, adapter: Adapter, changed: Callable[[frozenset[int]], None],
        caught_up: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`caught_up` is called as soon as a round has brought the news, after a time without any."""
        self._store = store
        self._connection = connection
        self._adapter = adapter
        self._changed = changed
        self._caught_up = caught_up
        self._failures = 0
        self._spaces_at_ms = 0
        self._turn = asyncio.Lock()
        self.behind = True
        self._retry_at_ms = 0

    async def round(self, *, everything: bool = False, only_news: bool = False) -> Pulled:
        """Pull every stream that is due, or every stream; one round at a time.

        News comes first: the first pages of each stream, before long histories and sweeps. Until it is there, at the
        start and after the platform didn't answer, `behind` says that colleagues may have done what we can't know.
        Never raises a PlatformError: it is in the answer.
        """
        async with self._turn:
            pulled = Pulled()
            self._note(Round("ok", working=True), only_working=True)
            try:
                await self._streams(pulled, everything, only_news)
            except PlatformError as error:
                self._failed(pulled, error)
            except Exception:
                log.exception("pulling %s", self._connection)
                self._failed(pulled, BadResponse(code="bug"))
            else:
                self._failures = 0
                self._note(Round("ok", pages=pulled.pages, messages=pulled.messages))
            self._retry_at_ms = pulled.retry_at_ms or 0
            if isinstance(pulled.error, Unreachable):
                self.behind = True
            elif self.behind:
                # Whoever can't read a thing here for another reason still may answer.
                self._have_news()
        return pulled

    async def _streams(self, pulled: Pulled, everything: bool, only_news: bool) -> None:
        await self._spaces(everything)
        streams = [s for s in self._adapter.streams() if everything or self._due_ms(s) <= self._store.now_ms()]
        news = [stream for stream in streams if not stream.sweep]
        more = [stream for stream in news if not await self._stream(stream, pulled, NEWS_PAGES)]
        if self.behind:
            self._have_news()
        if not only_news:
            for stream in (*more, *(stream for stream in streams if stream.sweep)):
                await self._stream(stream, pulled)

    def retry_ms(self) -> int | None:
        """When we look again after a failure; None where that is not to come."""
        return self._retry_at_ms if self._retry_at_ms > self._store.now_ms() else None

    def _have_news(self) -> None:
        self.behind = False
        self._caught_up()

    def next_ms(self) -> int:
        """When the next stream is due."""
        return min((self._due_ms(stream) for stream in self._adapter.streams()), default=self._store.now_ms() + 60_000)

    def _due_ms(self, stream: Stream) -> int:
        row = self._store.cache.exec_driver_sql(
            "SELECT again_at_ms, pulled_at_ms FROM stream WHERE connection = ? AND key = ?",
            (self._connection, stream.key),
        ).first()
        if row is None or row.pulled_at_ms > self._store.now_ms():  # the clock was set back since
            return 0
        return int(max(row.again_at_ms, row.pulled_at_ms + int(stream.every_s * 1000)))

    async def _stream(self, stream: Stream, pulled: Pulled, most: int | None = None) -> bool:
        """Pull a stream until it is caught up, or so many pages; whether it is caught up."""
        cursor = self._cursor(stream)
        ignored = connections.ignored_spaces(self._store)
        for count in itertools.count(1):
            page = await self._adapter.pull(stream, cursor)
            threads = await self._apply(stream, _followed(page, ignored))
            pulled.pages += 1
            pulled.messages += sum(isinstance(change, Message) for change in page.changes)
            pulled.threads += len(threads)
            if threads:
                self._changed(threads)
            cursor = page.cursor
            if not page.more or count == most:
                return not page.more
            self._note(Round("ok", pages=0, messages=0, working=True), only_working=True)
        raise AssertionError

    async def _apply(self, stream: Stream, page: Page) -> frozenset[int]:
        """Big pages go in pieces; only the last one moves the cursor, so a crash pulls the whole page again."""
        found: set[int] = set()
        changes = harmless(page.changes)
        pieces = [changes[n : n + MOST_AT_ONCE] for n in range(0, len(changes), MOST_AT_ONCE)] or [()]
        for piece in pieces[:-1]:
            found |= pages.apply_changes(self._store, self._connection, piece).thread_ids
            await asyncio.sleep(PAUSE_S)
        last = replace(page, changes=pieces[-1])
        found |= pages.apply(self._store, self._connection, stream.key, last).thread_ids
        await asyncio.sleep(PAUSE_S)
        return frozenset(found)

    async def _spaces(self, everything: bool) -> None:
        now_ms = self._store.now_ms()
        if everything or not 0 <= now_ms - self._spaces_at_ms < SPACES_EVERY_MS:
            offered = await self._adapter.spaces()
            connections.put_spaces(
                self._store,
                self._connection,
                [(space(found), self._adapter.capabilities(found.key)) for found in offered],
            )
            self._spaces_at_ms = now_ms

    def _cursor(self, stream: Stream) -> Cursor | None:
        row = self._store.cache.exec_driver_sql(
            "SELECT cursor FROM stream WHERE connection = ? AND key = ?", (self._connection, stream.key)
        ).first()
        return None if row is None else json.loads(row.cursor)

    def _failed(self, pulled: Pulled, error: PlatformError) -> None:
        self._failures += 1
        now_ms = self._store.now_ms()
        wait_ms = int(min(2_000 * 2 ** min(self._failures - 1, 6), 120_000))
        if isinstance(error, RateLimited):
            wait_ms = int(error.retry_after_s * 1000)
        elif isinstance(error, AuthExpired):
            wait_ms = SIGN_IN_AGAIN_MS
        pulled.error, pulled.retry_at_ms = error, now_ms + wait_ms
        state = next((name for kind, name in _STATES.items() if isinstance(error, kind)), "bad")
        self._note(Round(state, error.code or type(error).__name__, error.words, pulled.retry_at_ms, pulled.pages,
                         pulled.messages))  # fmt: skip

    def _note(self, last: Round, *, only_working: bool = False) -> None:
        if only_working:
            with self._store.writing(self._store.cache) as cache:
                cache.exec_driver_sql("UPDATE health SET working = 1 WHERE connection = ?", (self._connection,))
        else:
            connections.note_health(self._store, self._connection, last)


def _followed(page: Page, ignored: frozenset[str]) -> Page:
    """The page without what was said in spaces that nobody wants collected."""
    if not ignored:
        return page
    return replace(page, changes=tuple(c for c in page.changes if getattr(c, "space", None) not in ignored))
