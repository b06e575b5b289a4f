"""A clock that stands still until a test moves it; what waits on it wakes in its order. Meets `budgets.Clock`."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

SETTLE = 20  # turns of the loop in which everything that can go on does
BEGIN_MS = 1_795_600_000_000  # 25 November 2026


class VirtualClock:
    def __init__(self, at_s: float = 1000.0) -> None:
        self._at_s = self._began_s = at_s
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    def now_s(self) -> float:
        return self._at_s

    def now_ms(self) -> int:
        return BEGIN_MS + round((self._at_s - self._began_s) * 1000)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        rung = asyncio.get_running_loop().create_future()
        sleeper = (self._at_s + seconds, rung)
        self._sleepers.append(sleeper)
        told = asyncio.create_task(event.wait())
        try:
            await asyncio.wait({told, rung}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            self._sleepers.remove(sleeper)

    async def advance(self, seconds: float) -> None:
        """Let so much time pass, and everything happen that happens in it."""
        end_s = self._at_s + seconds
        await self.settle()
        while (next_s := self._next_s()) is not None and next_s <= end_s:
            self._jump(next_s)
            await self.settle()
        self._at_s = end_s

    async def settle(self) -> None:
        for _turn in range(SETTLE):
            await asyncio.sleep(0)

    async def run(self, *work: Coroutine[Any, Any, Any]) -> list[Any]:
        """Do all of this at once, which speaks to real servers; whenever something waits on this clock, time passes."""
        doing = asyncio.gather(*work)
        try:
            while not doing.done():
                await asyncio.sleep(0.001)  # answers come over a real line
                if (next_s := self._next_s()) is not None:
                    self._jump(next_s)
            return await doing
        finally:
            doing.cancel()

    def _next_s(self) -> float | None:
        return min((at_s for at_s, rung in self._sleepers if not rung.done()), default=None)

    def _jump(self, to_s: float) -> None:
        self._at_s = max(self._at_s, to_s)
        for at_s, rung in self._sleepers:
            if at_s <= self._at_s and not rung.done():
                rung.set_result(None)
