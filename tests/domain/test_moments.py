"""Moments as people type them."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.domain.until import QUICK, NotAMoment, counted_from, moment_of

NOW = datetime(2026, 11, 25, 16, 6, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [("tomorrow", 26, 9), ("morgen", 26, 9), ("today 18:00", 25, 18), ("tuesday", 1, 9), ("tue 14:00", 1, 14),
     ("thursday", 26, 9), ("vrijdag 14:00", 27, 14), ("2026-11-28T10:00", 28, 10), ("2026-11-28", 28, 9)],
)  # fmt: skip
def test_a_day_by_name_or_date(typed: str, day: int, hour: int) -> None:
    found = moment_of(typed, NOW)
    assert (found.day, found.hour) == (day, hour)


@pytest.mark.parametrize("typed", QUICK)
def test_every_moment_that_the_window_offers_lies_ahead(typed: str) -> None:
    assert moment_of(typed, NOW) > NOW


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", NOW), ("Nu", NOW), ("2026-11-01", datetime(2026, 11, 1, tzinfo=NOW.tzinfo)),
        ("2026-11-01 14:30", datetime(2026, 11, 1, 14, 30, tzinfo=NOW.tzinfo)),
        ("today", datetime(2026, 11, 25, tzinfo=NOW.tzinfo)), ("7d", NOW - timedelta(days=7)),
        ("friday 14:00", datetime(2026, 11, 27, 14, 0, tzinfo=NOW.tzinfo)),
    ],
)  # fmt: skip
def test_what_counts_may_begin_behind_us_and_a_day_from_its_beginning(typed: str, meant: datetime) -> None:
    assert counted_from(typed, NOW) == meant


@pytest.mark.parametrize("typed", ["", "ooit", "2026-13-01", "25:00"])
def test_what_is_no_moment_is_none_to_count_from_either(typed: str) -> None:
    with pytest.raises(NotAMoment):
        counted_from(typed, NOW)


@pytest.mark.parametrize("typed", ["now", "2026-11-01", "today"])
def test_nothing_is_set_aside_until_a_moment_behind_us(typed: str) -> None:
    with pytest.raises(NotAMoment):
        moment_of(typed, NOW)
