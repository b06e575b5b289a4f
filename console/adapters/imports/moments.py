"""Moments as files write them, as UTC epoch milliseconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LATEST_MS = 253_402_300_799_999  # the last moment of the year 9999
_UTC = re.compile(r"[ ]?(?:UTC|GMT)\Z", re.IGNORECASE)


def moment_ms(written: object, timezone: str = "UTC") -> int | None:
    """A moment of ISO 8601 ("2026-11-23T09:12:44Z", "2026-11-23 09:12:44 UTC", "…+0000"); None for what is none.

    timezone  the zone (IANA) of a moment that names none
    """
    if not isinstance(written, str) or len(written) > 60:
        return None
    try:
        return in_zone_ms(datetime.fromisoformat(_UTC.sub("+00:00", written.strip())), timezone)
    except ValueError:
        return None


def in_zone_ms(at: datetime, timezone: str) -> int | None:
    """The same for a moment that was read otherwise; None for one before 1970."""
    try:
        told = int((at if at.tzinfo else at.replace(tzinfo=_zone(timezone))).timestamp() * 1000)
    except (OverflowError, ValueError):
        return None
    return told if told >= 0 else None


def epoch_ms(written: object, per_second: int = 1) -> int | None:
    """A count since 1970 as a number or as text, `per_second` of them to a second; None for what is none."""
    if isinstance(written, str) and written.isascii() and written.isdecimal() and len(written) < 18:
        written = int(written)
    if isinstance(written, bool) or not isinstance(written, int | float | Decimal) or not 0 <= written < LATEST_MS:
        return None
    told = int(written * 1000 / per_second)
    return told if told <= LATEST_MS else None


@lru_cache(maxsize=8)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
