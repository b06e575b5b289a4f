"""Moments as people type them: "2h", "tomorrow", "friday 14:00", "2026-12-01"."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

MORNING = time(9, 0)
_SPAN = re.compile(r"(\d{1,4})\s*(min|m|h|u|d|w)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_SPANS = {"min": 1, "m": 1, "h": 60, "u": 60, "d": 1440, "w": 10080}
_WEEKDAYS = (
    ("monday", "mon", "maandag", "ma"), ("tuesday", "tue", "dinsdag", "di"), ("wednesday", "wed", "woensdag", "wo"),
    ("thursday", "thu", "donderdag", "do"), ("friday", "fri", "vrijdag", "vr"), ("saturday", "sat", "zaterdag", "za"),
    ("sunday", "sun", "zondag", "zo"),
)  # fmt: skip
QUICK = ("1h", "3h", "17:00", "tomorrow", "monday", "1w")


class NotAMoment(ValueError):
    """What was typed is no moment, or none that lies ahead where that is asked."""


def moment_of(text: str, now: datetime) -> datetime:
    """The moment ahead that `text` means at `now` (with its zone). Days without a time mean nine in the morning.

    Raises NotAMoment.
    """
    found = _moment(text, now, MORNING, 1)
    if found <= now:
        raise NotAMoment(text)
    return found


def counted_from(text: str, now: datetime) -> datetime:
    """As moment_of, but it may also be "now" or lie behind, days without a time mean their beginning, and "7d" means ago.

    Raises NotAMoment.
    """
    return now if text.strip().lower() in ("now", "nu") else _moment(text, now, time.min, -1)


def _moment(text: str, now: datetime, of_day: time, direction: int) -> datetime:
    typed = " ".join(text.lower().split())
    span = _SPAN.fullmatch(typed)
    if span:
        return now + direction * timedelta(minutes=int(span[1]) * _SPANS[span[2]])
    try:
        return _day_and_time(typed, now, of_day)
    except ValueError:
        raise NotAMoment(text) from None


def _day_and_time(typed: str, now: datetime, of_day: time) -> datetime:
    clock = _CLOCK.search(typed)
    at = time(int(clock[1]), int(clock[2])) if clock else of_day
    named = _CLOCK.sub("", typed).strip()
    if named[:1].isdigit():
        named = named.removesuffix("t")  # 2026-12-01T09:00
    if not named:
        if clock is None:
            raise ValueError(typed)
        today = datetime.combine(now.date(), at, now.tzinfo)
        return today if today > now else today + timedelta(days=1)
    if named in ("today", "vandaag"):
        return datetime.combine(now.date(), at, now.tzinfo)
    if named in ("tomorrow", "morgen"):
        return datetime.combine(now.date() + timedelta(days=1), at, now.tzinfo)
    for number, names in enumerate(_WEEKDAYS):
        if named in names:
            days = (number - now.weekday() - 1) % 7 + 1
            return datetime.combine(now.date() + timedelta(days=days), at, now.tzinfo)
    return datetime.combine(datetime.fromisoformat(named).date(), at, now.tzinfo)
