"""How many requests an account may make, whose turn is next, and when the platform wants none at all.

A platform counts what arrives; we only know when a request left and when its answer was here. So a request holds its
place from before it leaves until a whole window after its answer: then no window of the platform's can hold too many,
however slow the line is.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

from console.domain.platform import RateLimited

MARGIN_S = 0.05  # two clocks never run quite alike
FIRST_WAIT_S, LAST_WAIT_S = 30.0, 300.0  # after a refusal that doesn't say how long
KEPT_SHARE = 5  # one of so many requests is kept for what a person waits for
# Where the platform says how much of what it allows is used up: from where pulling slows down, and where it rests.
SLOW_SHARE, FULL_SHARE = 0.75, 0.95
SLOWEST_S, REST_S = 20.0, 300.0


@dataclass(frozen=True, slots=True)
class Budget:
    """At most `requests` in any window of `per_s` seconds.

    published  the platform says so; else it is our own measure
    """

    requests: int
    per_s: float
    published: bool = True


OURS = Budget(100, 10.0, published=False)


@dataclass(frozen=True, slots=True)
class Work:
    """What a request is for: "deliver", "check", "pictures", "spaces" or "pull". `about` is the intent or stream."""

    kind: str = "pull"
    about: str = ""

    @property
    def waited_for(self) -> bool:
        """A person waits for it: it goes first, and may use what pulling leaves."""
        return self.kind in ("deliver", "check")

    @property
    def rank(self) -> int:
        return ("deliver", "check", "pictures").index(self.kind) if self.kind in ("deliver", "check", "pictures") else 3


PULLING = Work()
_work: ContextVar[Work] = ContextVar("work", default=PULLING)


@contextlib.contextmanager
def work(kind: str, about: str = "") -> Iterator[None]:
    """Says what the requests inside are for; the adapter in between need not know."""
    token = _work.set(Work(kind, about))
    try:
        yield
    finally:
        _work.reset(token)


class Clock(Protocol):
    """`now_s` never goes back; `now_ms` is the clock on the wall. Tests bring a clock of their own."""

    def now_s(self) -> float: ...

    def now_ms(self) -> int: ...

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Until the event is set, but no longer than so many seconds."""


class RealClock:
    def now_s(self) -> float:
        return time.monotonic()

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)


@dataclass(slots=True, eq=False)
class Wait:
    """A request that waits for its turn. Moments are of the steady clock.

    due_s  None while that hangs on an answer, or on others that go first
    why    "budget": the window is full; "behind": others go first
    """

    work: Work
    budget: str
    since_s: float
    number: int
    due_s: float | None = None
    why: str = "budget"


@dataclass(frozen=True, slots=True)
class Spent:
    """The requests that a budget counts still: how many seconds ago each had its answer, and how many are on their way."""

    name: str
    budget: Budget
    ages_s: tuple[float, ...]
    flying: int


class _Window:
    """One budget's requests: those on their way, and when the answers of the others were here, oldest first."""

    def __init__(self, budget: Budget, ended_s: Sequence[float]) -> None:
        self.budget = budget
        self.ended_s = deque(ended_s)
        self.flying = 0

    def forget(self, now_s: float) -> None:
        while self.ended_s and self.ended_s[0] + self.budget.per_s + MARGIN_S <= now_s:
            self.ended_s.popleft()

    def free_s(self, now_s: float, work: Work) -> tuple[float, bool]:
        """When one more may leave, and whether that is certain: it isn't while it hangs on requests on their way."""
        self.forget(now_s)
        kept = 0 if work.waited_for else self.budget.requests // KEPT_SHARE
        over = self.flying + len(self.ended_s) - (self.budget.requests - kept)
        if over < 0:
            return now_s, True
        if over < len(self.ended_s):
            return self.ended_s[over] + self.budget.per_s + MARGIN_S, True
        return now_s + self.budget.per_s, False


class Allowance:
    """What one account at one server may still ask: shared by everything that asks in its name.

    before    name of a budget -> ages in seconds of the requests that were made before this program started
    empty_s   how long the platform wanted no requests at that moment
    moved     called with a budget before a request of it leaves, when its answer is here, and on a refusal
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        before: Mapping[str, Sequence[float]] | None = None,
        empty_s: float = 0.0,
        moved: Callable[[Budget], None] = lambda budget: None,
    ) -> None:
        self.clock: Clock = clock or RealClock()
        now_s = self.clock.now_s()
        self._before = {name: sorted(now_s - age_s for age_s in ages_s) for name, ages_s in (before or {}).items()}
        self._windows: dict[str, _Window] = {}
        self._waits: list[Wait] = []
        self._number = 0
        self._refusals = 0
        self._empty_until_s = now_s + empty_s
        self._pulling_from_s = now_s
        self._moved = moved
        self._something = asyncio.Event()

    @contextlib.asynccontextmanager
    async def turn(self, name: str, budget: Budget) -> AsyncIterator[None]:
        """Waits until one more request may leave; inside it is on its way.

        Raises RateLimited at once while the platform wants no requests: whoever asked comes back by itself.
        """
        window = self._windows.get(name)
        if window is None:
            window = self._windows[name] = _Window(budget, self._before.pop(name, ()))
        await self._wait(name, window)
        window.flying += 1
        try:
            self._moved(budget)
            yield
        finally:
            window.flying -= 1
            window.ended_s.append(self.clock.now_s())
            self._moved(budget)
            self._wake()

    def refused(self, retry_after_s: float | None) -> float:
        """The platform wants no more: nothing leaves until then. Returns how many seconds that is.

        retry_after_s  what it asked for; where it doesn't say, 30 s, and twice as long each time up to 5 minutes
        """
        now_s = self.clock.now_s()
        if retry_after_s is None and now_s < self._empty_until_s:
            return self._empty_until_s - now_s  # an answer to what left before we knew
        if retry_after_s is None:
            retry_after_s = min(FIRST_WAIT_S * 2**self._refusals, LAST_WAIT_S)
            self._refusals += 1
        self._empty_until_s = max(self._empty_until_s, now_s + retry_after_s)
        for window in self._windows.values():
            self._moved(window.budget)
        self._wake()
        return self._empty_until_s - now_s

    def welcome(self) -> None:
        """An answer that refuses nothing."""
        if self.clock.now_s() >= self._empty_until_s:
            self._refusals = 0

    def used(self, share: float, regain_s: float = 0.0) -> None:
        """The platform says how much of what it allows is used up, 1.0 for all of it, and how long until it allows more.

        Pulling slows down from SLOW_SHARE on and rests from FULL_SHARE on, so that what a person waits for still
        leaves; where the platform says how long nothing is allowed, nothing leaves.
        """
        if regain_s > 0:
            self.refused(regain_s)
        elif share >= FULL_SHARE:
            self._pulling_from_s = self.clock.now_s() + REST_S
        elif share >= SLOW_SHARE:
            slow = (share - SLOW_SHARE) / (FULL_SHARE - SLOW_SHARE)
            self._pulling_from_s = self.clock.now_s() + max(1.0, slow * SLOWEST_S)
        else:
            self._pulling_from_s = self.clock.now_s()

    def absorb(self, other: Allowance) -> None:
        """Count what was asked under another name, now that it is known to be the same account."""
        for name, window in other._windows.items():
            mine = self._windows.setdefault(name, _Window(window.budget, self._before.pop(name, ())))
            mine.ended_s = deque(sorted((*mine.ended_s, *window.ended_s)))
        self._empty_until_s = max(self._empty_until_s, other._empty_until_s)
        self._pulling_from_s = max(self._pulling_from_s, other._pulling_from_s)

    def add(self, ages_s: Mapping[str, Sequence[float]]) -> None:
        """Count what another program asked in this account's name: name of a budget -> how many seconds ago."""
        now_s = self.clock.now_s()
        for name, ages in ages_s.items():
            moments_s = [now_s - age_s for age_s in ages]
            if name in self._windows:
                window = self._windows[name]
                window.ended_s = deque(sorted((*window.ended_s, *moments_s)))
            else:
                self._before[name] = sorted((*self._before.get(name, ()), *moments_s))

    def full_in_s(self) -> float:
        """How long until what a person waits for may leave, whichever budget it needs; 0 when it may at once."""
        now_s = self.clock.now_s()
        urgent = Work("deliver")
        free_s = [window.free_s(now_s, urgent)[0] for window in self._windows.values()]
        return max([0.0, self._empty_until_s - now_s, *(at_s - now_s for at_s in free_s)])

    def empty_for_s(self) -> float:
        """How long the platform wants no requests, 0 when it does."""
        return max(0.0, self._empty_until_s - self.clock.now_s())

    def spent(self) -> list[Spent]:
        now_s = self.clock.now_s()
        found = []
        for name, window in sorted(self._windows.items()):
            window.forget(now_s)
            found.append(Spent(name, window.budget, tuple(now_s - at_s for at_s in window.ended_s), window.flying))
        return found

    def waits(self) -> list[Wait]:
        """What waits for its turn, first who is next."""
        return sorted(self._waits, key=lambda wait: (wait.work.rank, wait.number))

    async def _wait(self, name: str, window: _Window) -> None:
        self._number += 1
        me = Wait(_work.get(), name, self.clock.now_s(), self._number)
        self._waits.append(me)
        self._wake()  # some may stand behind it now
        try:
            while True:
                now_s = self.clock.now_s()
                if now_s < self._empty_until_s:
                    raise RateLimited(self._empty_until_s - now_s, code="http_429")
                free_s, certain = window.free_s(now_s, me.work)
                if not me.work.waited_for and free_s < self._pulling_from_s:
                    if self._pulling_from_s - now_s > SLOWEST_S:
                        raise RateLimited(self._pulling_from_s - now_s, code="nearly_spent")
                    free_s, certain = self._pulling_from_s, True
                first = next(wait for wait in self.waits() if wait.budget == name) is me
                if first and free_s <= now_s:
                    return
                me.due_s, me.why = free_s if first and certain else None, "budget" if first else "behind"
                seconds = free_s - now_s if first and certain else window.budget.per_s
                await self.clock.wait(self._something, seconds)
        finally:
            self._waits.remove(me)
            self._wake()

    def _wake(self) -> None:
        self._something.set()
        self._something = asyncio.Event()
