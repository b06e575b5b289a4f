"""A clock on which an hour passes between two looks: a limit that was told is over when one looks again."""

from __future__ import annotations

import asyncio
import itertools

HOUR_S = 3600.0


class Hours:
    """For tests of what is said about a limit, without waiting for its end. Meets `budgets.Clock`."""

    def __init__(self) -> None:
        self._hours = itertools.count(1)

    def now_s(self) -> float:
        return next(self._hours) * 2 * HOUR_S

    def now_ms(self) -> int:
        return int(self.now_s() * 1000)

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        await asyncio.sleep(0)
