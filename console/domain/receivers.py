"""Who a reported message can be passed on to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.calendar import MINUTE_MS, WorkingHours, working_between


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody outside the console, or in it. `hours`: when they are there, None for always; `said`: as it was written."""

    name: str
    mail: str = ""
    hours: WorkingHours | None = None
    said: str = ""

    def is_there(self, now_ms: int) -> bool:
        return self.hours is None or working_between(self.hours, now_ms, now_ms + MINUTE_MS) > 0


def named(receivers: Iterable[Receiver], typed: str) -> Receiver | None:
    """The one that somebody means by a name or a unique beginning of it; None where it is nobody's or several's."""
    wanted = typed.strip().casefold()
    found = [one for one in receivers if one.name.casefold().startswith(wanted)]
    exact = [one for one in found if one.name.casefold() == wanted]
    return (exact or found)[0] if wanted and (len(found) == 1 or exact) else None
