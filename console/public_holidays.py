"""The days a country is free. Computing them takes a tenth of a second, so they are kept in a file a year."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path


class UnknownCountry(ValueError):
    """No country of that name whose holidays are known."""


def public_holidays(country: str, today: date, folder: Path) -> frozenset[date]:
    """The public holidays of the two years before and the two after, by a country's two letters.

    They are kept in `folder` where that exists and can be written. Raises UnknownCountry.
    """
    file = folder / f"holidays-{country}-{today.year}.txt"
    with contextlib.suppress(OSError, ValueError):
        kept = frozenset(date.fromisoformat(line) for line in file.read_text(encoding="ascii").split())
        if kept:
            return kept
    found = _computed(country, range(today.year - 2, today.year + 3))
    if folder.is_dir():
        with contextlib.suppress(OSError):
            fresh = file.with_suffix(f".{os.getpid()}")
            fresh.write_text("".join(f"{day}\n" for day in sorted(found)), encoding="ascii")
            os.replace(fresh, file)
    return found


def _computed(country: str, years: range) -> frozenset[date]:
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=years))
    except (NotImplementedError, ValueError):
        raise UnknownCountry(country) from None
