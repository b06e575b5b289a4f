"""Who is on duty for what can't wait, by the hours in the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.calendar import WorkingHours, add_working
from console.domain.receivers import Receiver


@dataclass(frozen=True, slots=True)
class Duty:
    """At one moment.

    mine     whether this moderator is on duty: by their own hours on the list, without an entry there by the working hours
    others   who else is
    next     who comes on duty first where nobody is, and when; None where nobody ever does
    """

    mine: bool
    others: tuple[Receiver, ...]
    next: tuple[Receiver, int] | None = None


def duty_at(people: Sequence[Receiver], moderator: str, working: WorkingHours, now_ms: int) -> Duty:
    """Who is on duty now; with nobody on the list the moderator is, in the working hours."""
    me = next((one for one in people if one.name.casefold() == moderator.strip().casefold()), None)
    mine = (me or Receiver(moderator, hours=working)).is_there(now_ms)
    others = tuple(one for one in people if one is not me and one.is_there(now_ms))
    if mine or others:
        return Duty(mine, others)
    begins = [
        (add_working(one.hours, now_ms, 0), n)
        for n, one in enumerate(people)
        if one.hours is not None and one.hours.days
    ]
    return Duty(mine, others, (people[min(begins)[1]], min(begins)[0]) if begins else None)
