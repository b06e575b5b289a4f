"""Working hours: when a target runs and when it rests.

Moments are UTC epoch milliseconds; working time is counted in minutes. Days are looked up in the organisation's
own zone, so a working day lasts as long on the day the clock changes as on any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

MINUTE_MS = 60_000
DAY_MS = 86_400_000
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, eq=False)
class WorkingHours:
    """days: weekday (Monday 0) -> (start, end) in minutes since midnight, in order, not overlapping."""

    timezone: str = "Europe/Amsterdam"
    days: Mapping[int, tuple[tuple[int, int], ...]] = field(
        default_factory=lambda: dict.fromkeys(range(5), ((510, 1020),))
    )
    holidays: frozenset[date] = frozenset()

    @cached_property
    def minutes_a_day(self) -> int:
        """The length of the longest working day: what "one working day" means."""
        return max((sum(end - start for start, end in spans) for spans in self.days.values()), default=0)


@lru_cache(maxsize=4096)
def _spans(hours: WorkingHours, day: int) -> tuple[tuple[int, int], ...]:
    """The working spans of a day (counted from 1970) as (from_ms, to_ms)."""
    on = _EPOCH + timedelta(days=day)
    if on in hours.holidays:
        return ()
    zone = ZoneInfo(hours.timezone)
    midnight = datetime(on.year, on.month, on.day, tzinfo=zone)
    found = []
    for start, end in hours.days.get(on.weekday(), ()):
        # Wall-clock times of that day: where the clock jumps, the span starts and ends by the clock on the wall.
        a = (midnight + timedelta(minutes=start)).astimezone(UTC)
        b = (midnight + timedelta(minutes=end)).astimezone(UTC)
        found.append((int(a.timestamp() * 1000), int(b.timestamp() * 1000)))
    return tuple(found)


def add_working(hours: WorkingHours, from_ms: int, minutes: int) -> int:
    """The moment at which so many working minutes have passed since `from_ms`.

    Without any working time in a year ahead it counts as if every hour were one.
    """
    left_ms = minutes * MINUTE_MS
    day = from_ms // DAY_MS - 1
    for offset in range(368):
        for start_ms, end_ms in _spans(hours, day + offset):
            begin_ms = max(start_ms, from_ms)
            if begin_ms >= end_ms:
                continue
            if left_ms <= end_ms - begin_ms:
                return begin_ms + left_ms
            left_ms -= end_ms - begin_ms
    return from_ms + minutes * MINUTE_MS


def working_between(hours: WorkingHours, from_ms: int, to_ms: int) -> int:
    """Whole working minutes between two moments; 0 when the second is not later."""
    passed_ms = 0
    for day in range(from_ms // DAY_MS - 1, to_ms // DAY_MS + 2):
        for start_ms, end_ms in _spans(hours, day):
            passed_ms += max(0, min(end_ms, to_ms) - max(start_ms, from_ms))
    return passed_ms // MINUTE_MS
