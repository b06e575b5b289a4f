"""Working hours: across nights, weekends, holidays and the days on which the clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.calendar import MINUTE_MS, WorkingHours, add_working, working_between

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
OFFICE = WorkingHours()
LUNCH = WorkingHours(days=dict.fromkeys(range(5), ((510, 720), (765, 1020))))
NIGHTS = WorkingHours(days=dict.fromkeys(range(7), ((0, 420), (1380, 1440))))
NEW_YORK = WorkingHours("America/New_York", holidays=frozenset({date(2026, 11, 26)}))
NEVER = WorkingHours(days={})
START, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2026, 2028))
MOMENTS = st.integers(START, END)
HOURS = st.sampled_from([OFFICE, LUNCH, NIGHTS, NEW_YORK])


def ams(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).timestamp() * 1000)


@pytest.mark.parametrize(
    ("from_", "minutes", "to"),
    [
        ("2026-11-16 09:00", 60, "2026-11-16 10:00"),
        ("2026-11-16 16:30", 60, "2026-11-17 09:00"),
        ("2026-11-16 16:00", 60, "2026-11-16 17:00"),
        ("2026-11-16 03:00", 60, "2026-11-16 09:30"),
        ("2026-11-20 16:30", 60, "2026-11-23 09:00"),
        ("2026-11-21 12:00", 0, "2026-11-23 08:30"),
        ("2026-11-16 08:30", 510, "2026-11-16 17:00"),
        ("2026-11-16 09:00", 1530, "2026-11-19 09:00"),
    ],
)
def test_a_target_rests_outside_working_hours(from_: str, minutes: int, to: str) -> None:
    assert add_working(OFFICE, ams(from_), minutes) == ams(to)


def test_a_break_is_no_working_time() -> None:
    assert add_working(LUNCH, ams("2026-11-16 11:30"), 60) == ams("2026-11-16 13:15")
    assert working_between(LUNCH, ams("2026-11-16 11:30"), ams("2026-11-16 13:15")) == 60


def test_a_holiday_is_no_working_day() -> None:
    christmas = WorkingHours(holidays=frozenset({date(2026, 12, 25)}))
    assert add_working(OFFICE, ams("2026-12-24 16:30"), 60) == ams("2026-12-25 09:00")
    assert add_working(christmas, ams("2026-12-24 16:30"), 60) == ams("2026-12-28 09:00")
    assert working_between(christmas, ams("2026-12-24 16:30"), ams("2026-12-28 09:00")) == 60


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"], ids=["spring", "autumn"])
def test_an_office_day_is_as_long_on_the_day_the_clock_changes(day: str) -> None:
    sundays = WorkingHours(days={6: ((510, 1020),)})
    morning, evening = ams(f"{day} 08:30"), ams(f"{day} 17:00")
    assert working_between(sundays, morning, evening) == 510
    assert add_working(sundays, ams(f"{day} 00:00"), 510) == evening


def test_a_night_is_as_long_as_it_really_is() -> None:
    nights = WorkingHours(days={6: ((0, 420),)})
    assert working_between(nights, ams("2026-03-29 00:00"), ams("2026-03-29 12:00")) == 360
    assert working_between(nights, ams("2026-10-25 00:00"), ams("2026-10-25 12:00")) == 480


def test_a_working_day_is_the_longest_of_the_week() -> None:
    assert OFFICE.minutes_a_day == 510
    assert LUNCH.minutes_a_day == 465
    assert WorkingHours(days={0: ((540, 600),), 1: ((540, 660),)}).minutes_a_day == 120
    assert NEVER.minutes_a_day == 0


def test_who_never_works_counts_every_hour() -> None:
    assert add_working(NEVER, START, 90) == START + 90 * MINUTE_MS


@settings(deadline=None)
@given(hours=HOURS, from_ms=MOMENTS, minutes=st.integers(1, 5000))
def test_as_much_working_time_passes_as_was_asked_for(hours: WorkingHours, from_ms: int, minutes: int) -> None:
    to_ms = add_working(hours, from_ms, minutes)
    assert working_between(hours, from_ms, to_ms) == minutes
    assert working_between(hours, from_ms, to_ms - 1) == minutes - 1


@settings(deadline=None)
@given(hours=HOURS, a_ms=MOMENTS, b_ms=MOMENTS, minutes=st.integers(0, 3000))
def test_later_is_never_due_earlier(hours: WorkingHours, a_ms: int, b_ms: int, minutes: int) -> None:
    early, late = sorted((a_ms, b_ms))
    assert add_working(hours, early, minutes) <= add_working(hours, late, minutes)
    assert add_working(hours, early, minutes) >= early
    assert working_between(hours, late, early) == 0


@settings(deadline=None, max_examples=50)
@given(hours=HOURS, from_ms=MOMENTS, days=st.integers(0, 6))
def test_working_time_is_what_the_clock_on_the_wall_says(hours: WorkingHours, from_ms: int, days: int) -> None:
    """Counted again, minute by minute."""
    zone = ZoneInfo(hours.timezone)
    from_ms -= from_ms % MINUTE_MS
    moment, counted = datetime.fromtimestamp(from_ms / 1000, UTC), 0
    for _ in range(days * 1440):
        there = moment.astimezone(zone)
        minute = there.hour * 60 + there.minute
        spans = () if there.date() in hours.holidays else hours.days.get(there.weekday(), ())
        counted += any(start <= minute < end for start, end in spans)
        moment += timedelta(minutes=1)
    assert working_between(hours, from_ms, from_ms + days * 1440 * MINUTE_MS) == counted


@settings(deadline=None)
@given(hours=HOURS, a_ms=MOMENTS, gaps=st.tuples(st.integers(0, 10**9), st.integers(0, 10**9)))
def test_working_time_adds_up(hours: WorkingHours, a_ms: int, gaps: tuple[int, int]) -> None:
    b_ms, c_ms = a_ms + gaps[0], a_ms + gaps[0] + gaps[1]
    parts = working_between(hours, a_ms, b_ms) + working_between(hours, b_ms, c_ms)
    assert parts <= working_between(hours, a_ms, c_ms) <= parts + 1
