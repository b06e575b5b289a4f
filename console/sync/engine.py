"""Per connection: pull what is new, apply it, back off when the platform asks to or doesn't answer."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from console.adapters.budgets import work
from console.adapters.contract import Adapter, FetchedThread, Lacking, Listener, ThreadSource
from console.domain.conversation import Change, ConnectionKey, Message, Space
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
    Way,
)
from console.store.connection import Store
from console.store.errors import StoreError
from console.store.write import answers, connections, handoffs, pages
from console.store.write.connections import Round
from console.sync.harmless import harmless

log = logging.getLogger(__name__)
MESSAGES_AT_ONCE, MOST_AT_ONCE = (
    100,
    400,
)  # in one transaction, so that nobody waits long: messages, and all that changes
PAUSE_S = 0.002
MOST_OF_A_THREAD = 2000  # messages that are fetched of one conversation
NEWS_PAGES = 20  # of each stream, before any of them goes on to what is older
SPACES_EVERY_MS = 600_000
SIGN_IN_AGAIN_MS = 300_000
REST_MS = 60_000

_STATES: dict[type[PlatformError], str] = {
    AuthExpired: "sign_in", Forbidden: "forbidden", RateLimited: "limited", Unreachable: "unreachable",
    BadResponse: "bad",
}  # fmt: skip


@dataclass(slots=True)
class Pulled:
    """What one round, or one wait for news, brought. `error` is None when all went well.

    retry_at_ms   not again before this moment, None when at will
    """

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
    """Pulls one connection's streams, each from its own cursor, and waits for news where the platform tells of it."""

    def __init__(
        self, store: Store, connection: ConnectionKey, adapter: Adapter, changed: Callable[[frozenset[int]], None],
        caught_up: Callable[[], None] = lambda: None,
        heard: Callable[[Sequence[Message]], None] = lambda messages: None,
    ) -> None:  # fmt: skip
        """Whom to tell: `changed` which threads a page changed, `heard` what was said in it; `caught_up` is called as
        soon as a round has brought the news, after a time without any.
        """
        self._store = store
        self._connection = connection
        self._adapter = adapter
        self._changed = changed
        self._caught_up = caught_up
        self._heard = heard
        # By what was done: "" for a round, or the stream that was listened to.
        self._failures: dict[str, int] = {}
        self._wrong: dict[str, Round] = {}
        self._spaces_at_ms = 0
        self._turn = asyncio.Lock()
        self._asking = 0  # rounds that wait for theirs
        # A stream is read from its cursor by one task at a time; waiting for news is not reading.
        self._reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._listened: set[str] = set()
        self._at_end: set[str] = set()
        self.behind = True
        self._retry_at_ms = 0
        self._wrote_s = 0.0  # by the loop's clock

    async def round(self, *, everything: bool = False, only_news: bool = False, whole: bool = False) -> Pulled:
        """Pull every stream that is due, or every stream; one round at a time.

        A round that has come to what is older leaves it where it is as soon as news is due or somebody asks for a round:
        the next one goes on there. One that is to be `whole` stays to the end.

        News comes first: the first pages of each stream, before long histories and sweeps. Until it is there, at the
        start and after the platform didn't answer, `behind` says that colleagues may have done what we can't know.
        Never raises a PlatformError: it is in the answer.
        """
        async with self._in_turn():
            self._note_working()
            pulled = await self._safely("", partial(self._streams, everything, only_news, whole))
            if self.behind and not isinstance(pulled.error, Unreachable):
                # Whoever can't read a thing here for another reason still may answer.
                self._have_news()
        return pulled

    @contextlib.asynccontextmanager
    async def _in_turn(self) -> AsyncIterator[None]:
        self._asking += 1
        try:
            await self._turn.acquire()
        finally:
            self._asking -= 1
        try:
            yield
        finally:
            self._turn.release()

    async def fetch_thread(self, lacking: Lacking, fits: Callable[[int], bool]) -> str:
        """Fetch one conversation however old it is, and store it, if the bytes of its words fit.

        Returns "" where all of it is here now, else why not: "no_way" (this platform gives none), "over_limit", "very_long".
        Raises PlatformError, StoreError; what is stored by then stays.
        """
        can = self._adapter.capabilities(lacking.space).way("threads_in") is Way.API
        if not can or not isinstance(self._adapter, ThreadSource):
            return "no_way"
        async with self._in_turn():
            with work("threads", lacking.thread):
                found = await _from(self._adapter, lacking)
            page = _followed(Page(harmless(found.changes), {}), connections.ignored_spaces(self._store))
            messages = [change for change in page.changes if isinstance(change, Message)]
            if not fits(sum(len(one.html) + len(one.text) for one in messages)):
                return "over_limit"
            self._tell(await self._apply_pieces(_pieces(tuple(page.changes))), messages)
            if found.whole:
                pages.note_whole(self._store, lacking.thread)
        return "" if found.whole else "very_long"

    async def listen(self, stream: Stream) -> Pulled:
        """Wait once for news on a live stream, and take it in; what was missed before is pulled first.

        Errors are in the answer, as in `round`. From now on rounds leave the stream alone, but for those that pull
        everything or make up for a time without news.
        """
        self._listened.add(stream.key)
        heard = await self._safely(stream.key, partial(self._listen, stream))
        if isinstance(heard.error, Unreachable):
            self._at_end.discard(stream.key)
        elif heard.error is None and self.behind:
            return heard.then(await self.round(only_news=True))
        return heard

    def live(self) -> list[Stream]:
        """The streams on which this connection can be told of news, and on which nobody waits yet."""
        if not isinstance(self._adapter, Listener):
            return []
        return [stream for stream in self._followed_streams() if stream.live and stream.key not in self._listened]

    def retry_ms(self) -> int | None:
        """When we look again after a failure; None where that is not to come."""
        return self._retry_at_ms if self._retry_at_ms > self._store.now_ms() else None

    def next_ms(self) -> int:
        """When the next stream is due that nobody listens to."""
        streams = [stream for stream in self._followed_streams() if stream.key not in self._listened]
        return min((self._due_ms(stream) for stream in streams), default=self._store.now_ms() + REST_MS)

    def _followed_streams(self) -> Sequence[Stream]:
        """What is pulled; nothing where the adapter can't say, of which the next round tells."""
        try:
            return self._wanted_streams()
        except Exception:
            log.exception("streams of %s", self._connection)
            return ()

    def _wanted_streams(self) -> list[Stream]:
        """The adapter's streams, without those of spaces that nobody follows: they would cost requests for nothing."""
        ignored = connections.ignored_spaces(self._store)
        return [stream for stream in self._adapter.streams() if stream.space not in ignored]

    async def _safely(self, what: str, work: Callable[[Pulled], Awaitable[None]]) -> Pulled:
        """Do a round, or wait for news, and note how it went."""
        pulled = Pulled()
        try:
            await work(pulled)
        except PlatformError as error:
            self._failed(what, pulled, error)
        except StoreError as error:  # our disk's trouble, and no mistake of the adapter's
            log.warning("keeping what %s brought: %s", self._connection, error)
            self._failed(what, pulled, BadResponse(code=error.code))
        except Exception:
            log.exception("pulling %s", self._connection)
            self._failed(what, pulled, BadResponse(code="bug"))
        else:
            self._failures.pop(what, None)
            self._wrong.pop(what, None)
            # Something answered: what can't be reached even so says so again.
            self._wrong = {other: last for other, last in self._wrong.items() if last.state != "unreachable"}
            self._retry_at_ms = 0
            self._note(Round("ok", pages=pulled.pages, messages=pulled.messages))
        return pulled

    async def _streams(self, everything: bool, only_news: bool, whole: bool, pulled: Pulled) -> None:
        await self._spaces(everything)
        streams = [stream for stream in self._wanted_streams() if everything or self._is_due(stream)]
        news = [stream for stream in streams if not stream.sweep]
        more = [stream for stream in news if not await self._stream(stream, pulled, NEWS_PAGES)]
        if self.behind:
            self._have_news()
        if not only_news:
            # What was left halfway goes on before what was done is done anew.
            sweeps = sorted((stream for stream in streams if stream.sweep), key=self._due_ms)
            for stream in (*more, *sweeps):
                while not await self._stream(stream, pulled, 1):
                    if not whole and self._something_newer(more):
                        return
                    self._note_working()

    def _something_newer(self, unfinished: Sequence[Stream]) -> bool:
        """Whether news is due by now, or somebody asks for a round."""
        older = {stream.key for stream in unfinished}
        news = (one for one in self._followed_streams() if not one.sweep and one.every_s and one.key not in older)
        return self._asking > 0 or any(self._is_due(stream) for stream in news)

    def _is_due(self, stream: Stream) -> bool:
        if stream.key in self._listened:
            return self.behind
        return self._due_ms(stream) <= self._store.now_ms()

    def _due_ms(self, stream: Stream) -> int:
        row = self._store.cache.exec_driver_sql(
            "SELECT again_at_ms, pulled_at_ms, more FROM stream WHERE connection = ? AND key = ?",
            (self._connection, stream.key),
        ).first()
        if row is None or row.pulled_at_ms > self._store.now_ms():  # the clock was set back since
            return 0
        # One that was stopped halfway, with the process perhaps, goes on at once.
        rests_s = 0 if row.more else stream.every_s
        return int(max(row.again_at_ms, row.pulled_at_ms + int(rests_s * 1000)))

    def _have_news(self) -> None:
        self.behind = False
        self._caught_up()

    async def _listen(self, stream: Stream, pulled: Pulled) -> None:
        cursor = self._cursor(stream)
        if cursor is None or stream.key not in self._at_end:
            await self._stream(stream, pulled)
            self._at_end.add(stream.key)
            return
        assert isinstance(self._adapter, Listener), "only such an adapter has live streams"
        with work("pull", stream.key):
            page = await self._adapter.listen(stream, cursor)
        async with self._reading[stream.key]:
            if self._cursor(stream) != cursor:
                return  # pulled meanwhile: what this page brought is read again from there
            await self._take(stream, page, pulled)
        if page.more:
            self._at_end.discard(stream.key)

    async def _stream(self, stream: Stream, pulled: Pulled, most: int | None = None) -> bool:
        """Pull a stream until it is caught up, or so many pages; whether it is caught up."""
        async with self._reading[stream.key]:
            for count in itertools.count(1):
                with work("pull", stream.key):
                    page = await self._adapter.pull(stream, self._cursor(stream))
                await self._take(stream, page, pulled)
                if not page.more or count == most:
                    return not page.more
                self._note_working()
        raise AssertionError

    async def _take(self, stream: Stream, page: Page, pulled: Pulled) -> None:
        """Store a page, and tell whom it concerns."""
        page = _followed(replace(page, changes=harmless(page.changes)), connections.ignored_spaces(self._store))
        threads = await self._apply(stream, page)
        put_capabilities(self._store, self._connection, self._adapter, page.changes)
        messages = [change for change in page.changes if isinstance(change, Message)]
        pulled.pages += 1
        pulled.messages += len(messages)
        pulled.threads += len(threads)
        pulled.retry_at_ms = page.again_at_ms
        self._tell(threads, messages)

    def _tell(self, threads: frozenset[int], messages: Sequence[Message]) -> None:
        if threads:
            handoffs.settle(self._store, threads)
            answers.take(self._store, threads)
            self._changed(threads)
        self._heard(messages)

    async def _apply_pieces(self, pieces: Iterable[tuple[Change, ...]]) -> frozenset[int]:
        found: set[int] = set()
        for piece in pieces:
            await self._pause()
            found |= pages.apply_changes(self._store, self._connection, piece).thread_ids
            self._wrote_s = asyncio.get_running_loop().time()
        return frozenset(found)

    async def _apply(self, stream: Stream, page: Page) -> frozenset[int]:
        """Big pages go in pieces; only the last one moves the cursor, so a crash pulls the whole page again."""
        pieces = list(_pieces(tuple(page.changes)))
        found = await self._apply_pieces(pieces[:-1])
        await self._pause()
        last = replace(page, changes=pieces[-1])
        found |= pages.apply(self._store, self._connection, stream.key, last).thread_ids
        self._wrote_s = asyncio.get_running_loop().time()
        return found

    async def _pause(self) -> None:
        """Leave others their moment since the last transaction; most of it went by while the next page was pulled."""
        await asyncio.sleep(max(0.0, self._wrote_s + PAUSE_S - asyncio.get_running_loop().time()))

    async def _spaces(self, everything: bool) -> None:
        now_ms = self._store.now_ms()
        if everything or not 0 <= now_ms - self._spaces_at_ms < SPACES_EVERY_MS:
            with work("spaces"):
                spaces = await self._adapter.spaces()
            put_capabilities(self._store, self._connection, self._adapter, harmless(spaces))
            self._spaces_at_ms = now_ms

    def _cursor(self, stream: Stream) -> Cursor | None:
        row = self._store.cache.exec_driver_sql(
            "SELECT cursor FROM stream WHERE connection = ? AND key = ?", (self._connection, stream.key)
        ).first()
        return None if row is None else json.loads(row.cursor)

    def _failed(self, what: str, pulled: Pulled, error: PlatformError) -> None:
        self._failures[what] = self._failures.get(what, 0) + 1
        now_ms = self._store.now_ms()
        wait_ms = int(min(2_000 * 2 ** min(self._failures[what] - 1, 6), 120_000))
        if isinstance(error, RateLimited):
            wait_ms = int(error.retry_after_s * 1000)
        elif isinstance(error, AuthExpired):
            wait_ms = SIGN_IN_AGAIN_MS
        pulled.error, pulled.retry_at_ms = error, now_ms + wait_ms
        self._retry_at_ms = pulled.retry_at_ms
        self.behind = self.behind or isinstance(error, Unreachable)
        state = next((name for kind, name in _STATES.items() if isinstance(error, kind)), "bad")
        self._wrong[what] = Round(state, error.code or type(error).__name__, error.words, pulled.retry_at_ms)
        self._note(replace(self._wrong[what], pages=pulled.pages, messages=pulled.messages))

    def _note(self, last: Round) -> None:
        """Write how the connection is doing: well only when all that is pulled and listened to is."""
        if last.state == "ok" and self._wrong:
            last = replace(next(iter(self._wrong.values())), pages=last.pages, messages=last.messages)
        connections.note_health(self._store, self._connection, last)

    def _note_working(self) -> None:
        with self._store.writing(self._store.cache) as cache:
            cache.exec_driver_sql("UPDATE health SET working = 1 WHERE connection = ?", (self._connection,))


def put_capabilities(store: Store, connection: ConnectionKey, adapter: Adapter, changes: Iterable[Change]) -> None:
    """Store the spaces among these changes with what can be done in each now."""
    spaces = [change for change in changes if isinstance(change, Space)]
    if spaces:
        connections.put_spaces(store, connection, [(space, adapter.capabilities(space.key)) for space in spaces])


async def _from(adapter: ThreadSource, lacking: Lacking) -> FetchedThread:
    """What an adapter gives; it may be anybody's, and what it raises besides is told like an answer that nobody understands."""
    try:
        return await adapter.fetch_thread(lacking, MOST_OF_A_THREAD)
    except PlatformError:
        raise
    except Exception as error:
        log.exception("fetching %s", lacking.thread)
        raise BadResponse(code="bug", maybe_sent=False) from error


def _pieces(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """The changes in their order, in pieces for one transaction each; one at least."""
    begin = messages = 0
    for at, change in enumerate(changes):
        said = isinstance(change, Message)
        if at - begin == MOST_AT_ONCE or (said and messages == MESSAGES_AT_ONCE):
            yield changes[begin:at]
            begin, messages = at, 0
        messages += said
    yield changes[begin:]


def _followed(page: Page, ignored: frozenset[str]) -> Page:
    """The page without what was said in spaces that nobody wants collected."""
    if not ignored:
        return page
    return replace(page, changes=tuple(c for c in page.changes if getattr(c, "space", None) not in ignored))
