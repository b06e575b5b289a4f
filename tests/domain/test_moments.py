"""Moments as people type them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from console.domain.until import QUICK, moment_of

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
