"""How spaces are read: what moved, what is new in each, and what a page of threads leaves out.

A page of threads has twenty of them, by their last activity, each with its opening and its two newest answers. What
lies between is a gap, filled from the thread itself. Numbers grow with time, so one of them says what is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.adapters.contract import FetchedThread, Tools
from console.adapters.rows import in_order, number, told
from console.adapters.yammer_api import EXTENDED, Api, Feed
from console.adapters.yammer_moving import POLL_S, Moving
from console.adapters.yammer_reading import GENERAL, PRIVATE, Refs, Site, read_all, said_ms, space_of, thread_of
from console.domain.conversation import Change
from console.domain.platform import Cursor, Forbidden, NotFound, Page

FEED_PAGES = 5  # of the feed that tells what moved; what is behind them, every space is looked at for
MOST_GAPS = 400  # of one space; the sweep finds what more there is
SHOWN_REPLIES = 2


@dataclass(frozen=True, slots=True)
class Talk:
    """A thread as a page of threads shows it.

    replies  oldest first
    shown    the newest number that the page shows of it: what the page is ordered by
    latest   the newest number in it, as far as anything tells
    """

    thread: int
    opening: Any
    replies: list[Any]
    shown: int
    latest: int

    @property
    def first_shown(self) -> int:
        return min((number(told(row, "id")) for row in self.replies), default=0)


def talks_in(feed: Feed) -> list[Talk]:
    """The threads of a page, in its order; rows without a number are left out."""
    found = []
    for row in feed.rows:
        thread = thread_of(row)
        if thread:
            replies = [one for one in feed.replies.get(thread, ()) if number(told(one, "id"))]
            replies.sort(key=lambda one: number(told(one, "id")))
            shown = max(number(told(one, "id")) for one in (row, *replies))
            found.append(Talk(thread, row, replies, shown, max(shown, feed.refs.latest(thread))))
    return found


class Reader:
    """Reads the spaces of one network."""

    def __init__(self, api: Api, site: Site, tools: Tools, since_ms: int) -> None:
        self.api = api
        self.site = site
        self.tools = tools
        self.since_ms = since_ms
        self.moving = Moving(tools.now_ms)

    def route(self, space: str) -> str:
        return space if space in (GENERAL, PRIVATE) else f"in_group/{space}"

    # -- what moved ------------------------------------------------------------------------------------------------------

    async def feed(self, cursor: Cursor | None, spaces: Sequence[str]) -> Page:
        """Which of these spaces moved since the cursor: `newest`, and `moved`, space -> number, what nobody looked at yet.

        It brings nothing itself: what is new is read where it stands.
        """
        at: dict[str, Any] = dict(cursor or {})
        begun, newest = "newest" in at, number(at.get("newest"))
        page = await self.api.feed("")
        rows, top, poll_s = list(page.rows), max([newest, *page.numbers]), max(POLL_S, page.poll_s)
        for _ in range(FEED_PAGES - 1):
            if not begun or not page.older or page.oldest <= newest:
                break
            page = await self.api.feed("", {"older_than": page.oldest})
            rows += page.rows
        told_before = [(str(space), number(found)) for space, found in dict(at.get("moved") or {}).items()]
        told_now = [(space_of(row), number(told(row, "id"))) for row in rows]
        moved: dict[str, int] = {}
        for space, found in (*told_before, *told_now):
            if space in spaces and (found > newest or (space, found) in told_before):
                moved[space] = max(found, moved.get(space, 0))
        left = self.moving.feed_told(moved, whole=begun and (not page.older or page.oldest <= newest))
        onward = {"newest": str(top), "moved": {space: str(found) for space, found in left.items()}}
        return Page((), onward, again_at_ms=self.tools.now_ms() + int(poll_s * 1000))

    # -- what is new in a space ------------------------------------------------------------------------------------------

    async def news(self, space: str, cursor: Cursor | None, spaces: Iterable[str]) -> Page:
        """What is new in a space since the cursor.

        The cursor: `newest`, up to where all is known; `gaps` [[thread, down to, below]]; `looked_ms`; while it walks
        back to what is known `top`, the newest it saw, and `walk`, below which it goes on.
        """
        if not cursor or "newest" not in cursor:
            return await self._first(space, spaces)
        at: dict[str, Any] = dict(cursor)
        newest, gaps = number(at["newest"]), list(at.get("gaps") or ())
        if "walk" in at or self.moving.wants_a_look(space, newest, number(at.get("looked_ms"))):
            return await self._look(space, at)
        self.moving.looked(space, newest, gaps=bool(gaps))
        if not gaps or self.moving.makes_room():
            return Page((), at)
        return await self._fill(space, at)

    async def _first(self, space: str, spaces: Iterable[str]) -> Page:
        """The newest threads of a space in one request. What they leave out waits until every space had its turn."""
        feed = await self.api.feed(self.route(space), EXTENDED, sure=True)
        talks = talks_in(feed)
        shown = [talk for talk in talks if max(map(said_ms, (talk.opening, *talk.replies))) >= self.since_ms]
        newest = max((talk.latest for talk in talks), default=0)
        gaps = [gap for talk in shown if (gap := _gap(talk, 0, feed.refs))]
        self.moving.looked(space, newest, gaps=bool(gaps))
        onward = {"newest": str(newest), "gaps": gaps, "looked_ms": self.tools.now_ms()}
        return Page(self._read(shown, feed.refs, space), onward, more=bool(gaps) and self.moving.all_looked(spaces))

    async def _look(self, space: str, at: dict[str, Any]) -> Page:
        newest, walk = number(at["newest"]), number(at.get("walk"))
        feed = await self.api.feed(self.route(space), {**EXTENDED, **({"older_than": walk} if walk else {})}, sure=True)
        talks = talks_in(feed)
        fresh = [talk for talk in talks if talk.latest > newest]
        gaps = [gap for talk in fresh if (gap := _gap(talk, newest, feed.refs))]
        gaps = [*gaps, *(gap for gap in at.get("gaps") or () if gap not in gaps)][:MOST_GAPS]
        top = max([number(at.get("top")), newest, *(talk.latest for talk in talks)])
        oldest = min((talk.shown for talk in talks), default=0)
        changes = self._read(fresh, feed.refs, space)
        if feed.older and newest < oldest and (not walk or oldest < walk):
            return Page(changes, {**at, "gaps": gaps, "top": str(top), "walk": str(oldest)}, more=True)
        self.moving.looked(space, top, gaps=bool(gaps))
        return Page(changes, {"newest": str(top), "gaps": gaps, "looked_ms": self.tools.now_ms()}, more=bool(gaps))

    async def _fill(self, space: str, at: dict[str, Any]) -> Page:
        """One page of a thread into the first of the gaps."""
        (thread, down_to, below), *others = at["gaps"]
        try:
            changes, below = await self._thread_page(number(thread), number(below), space)
        except (NotFound, Forbidden):  # the thread went; whether all of it did, the sweep asks
            changes, below = [], 0
        open_still = below > max(number(down_to), number(thread))
        gaps = [[thread, down_to, str(below)], *others] if open_still else others
        self.moving.looked(space, number(at["newest"]), gaps=bool(gaps))
        return Page(in_order(changes), {**at, "gaps": gaps}, more=bool(gaps))

    async def _thread_page(self, thread: int, below: int, space: str) -> tuple[list[Change], int]:
        """A page of a thread, and the number below which it goes on; 0 at its end, and where what counts ends."""
        feed = await self.api.feed(f"in_thread/{thread}", {"older_than": below}, sure=True)
        changes = read_all(feed.rows, feed.refs, self.site, self.known(space))
        ends = any(0 < said_ms(row) < self.since_ms for row in feed.rows)
        return changes, feed.oldest if feed.older and not ends and feed.oldest < below else 0

    async def thread(self, thread: int, space: str, most: int) -> FetchedThread:
        """A thread however old, from its newest back to its opening. Raises PlatformError."""
        if not thread:
            raise NotFound
        changes: list[Change] = []
        count, below = 0, 0
        while not count or (below and count < most):
            feed = await self.api.feed(f"in_thread/{thread}", {"older_than": below} if below else {}, sure=not below)
            changes += read_all(feed.rows, feed.refs, self.site, self.known(space))
            count += len(feed.rows)
            if not feed.older or not feed.rows or (below and feed.oldest >= below):
                return FetchedThread(in_order(changes))
            below = feed.oldest
        return FetchedThread(in_order(changes), whole=False)

    def known(self, space: str) -> str:
        """The space that rows stand in whatever they say, "" where they say so themselves."""
        return PRIVATE if space == PRIVATE else ""

    def _read(self, talks: Iterable[Talk], refs: Refs, space: str) -> tuple[Change, ...]:
        rows = [row for talk in talks for row in (talk.opening, *talk.replies)]
        return in_order(read_all(rows, refs, self.site, self.known(space)))


def _gap(talk: Talk, newest: int, refs: Refs) -> list[str] | None:
    """What lies between the two answers shown and what is known: [thread, down to, below].

    Of a thread that is new to us Yammer's own count tells that there is nothing; where it counts wrong, the sweep finds it.
    """
    if len(talk.replies) < SHOWN_REPLIES or talk.first_shown <= newest:
        return None
    if talk.thread > newest and refs.updates(talk.thread) == 1 + len(talk.replies):
        return None
    return [str(talk.thread), str(newest), str(talk.first_shown)]
