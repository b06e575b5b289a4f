"""Waiting for a moment of the clock on the wall, which jumps: a laptop sleeps, somebody sets it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

LOOK_AGAIN_S = 1.0


async def until_ms(
    now_ms: Callable[[], int], at_ms: int, wake: asyncio.Event | None = None, *, least_s: float = 0.0
) -> None:
    """Wait until the clock shows `at_ms` or `wake` is set, and at least `least_s`.

    After a laptop's sleep the moment may be long past: it is looked at every second. Where the clock was set back it
    would not come for hours: the wait never takes longer than the moment was away when it began.
    """
    wake = asyncio.Event() if wake is None else wake
    ends_s = time.monotonic() + max(least_s, (at_ms - now_ms()) / 1000)
    left_s = ends_s - time.monotonic()
    while left_s > 0 and not wake.is_set():
        await wait(wake, min(left_s, LOOK_AGAIN_S))
        left_s = min(ends_s - time.monotonic(), (at_ms - now_ms()) / 1000)


async def wait(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but no longer than so many seconds."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
