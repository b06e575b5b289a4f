"""Hours as people write them: "09:00-17:00", "mon-fri 17:00-23:00; sat, sun 09:00-21:00", "always"."""

from __future__ import annotations

import re
from itertools import pairwise

from console.domain.calendar import WorkingHours

DAY_MIN = 1440
_ALWAYS = frozenset({"always", "altijd"})
_DAYS = ({"mon", "ma"}, {"tue", "di"}, {"wed", "wo"}, {"thu", "do"}, {"fri", "vr"}, {"sat", "za"}, {"sun", "zo"})
_NUMBER = {name: number for number, names in enumerate(_DAYS) for name in names}
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)-(\d{1,2}):([0-5]\d)")
_NAMED = re.compile(r"([a-z]+)(?:-([a-z]+))?")


class BadHours(ValueError):
    """What somebody wrote is no hours; `said` is the part that isn't."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def hours_of(said: str, working: WorkingHours) -> WorkingHours | None:
    """These hours; None for always. Without days they are those of `working`, and free days are free.

    Where days are named they count on free days too. A span may go past midnight. Raises BadHours.
    """
    text = said.strip().lower()
    if not text or text in _ALWAYS:
        return None
    days: dict[int, list[tuple[int, int]]] = {}
    named_days = False
    for part in text.split(";"):
        named, spans = _part(part)
        named_days = named_days or bool(named)
        for day in named or [day for day, hours in working.days.items() if hours]:
            for start, end in spans:
                if end > start:
                    days.setdefault(day, []).append((start, end))
                    continue
                days.setdefault(day, []).append((start, DAY_MIN))
                if end:
                    days.setdefault((day + 1) % 7, []).append((0, end))
    for found in days.values():
        found.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
            raise BadHours(said)
    holidays = frozenset() if named_days else working.holidays
    return WorkingHours(working.timezone, {day: tuple(found) for day, found in days.items()}, holidays)


def _part(part: str) -> tuple[list[int], list[tuple[int, int]]]:
    """The days and the spans of one part."""
    days: list[int] = []
    spans: list[tuple[int, int]] = []
    joined = "-".join(piece.strip() for piece in part.replace("–", "-").split("-"))
    for word in joined.replace(",", " ").split():
        span, named = _SPAN.fullmatch(word), _NAMED.fullmatch(word)
        if span is not None:
            start, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
            if start >= DAY_MIN or end > DAY_MIN or start == end:
                raise BadHours(word)
            spans.append((start, end))
        elif named is not None and named[1] in _NUMBER and (named[2] or named[1]) in _NUMBER and not spans:
            first, last = _NUMBER[named[1]], _NUMBER[named[2] or named[1]]
            days += [(first + n) % 7 for n in range((last - first) % 7 + 1)]
        else:
            raise BadHours(word)
    if not spans:
        raise BadHours(part.strip())
    return days, spans
