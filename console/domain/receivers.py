"""Who a reported message can be passed on to, and who is on duty."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.calendar import MINUTE_MS, WorkingHours, working_between
from console.domain.hours_said import BadHours, hours_of

_MAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_PARTS = frozenset({"name", "mail", "hours"})


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody of the settings. `hours`: when they are there, None for always; `said`: as it was written."""

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


class BadPeople(ValueError):
    """A list that can't be used. code: bad_person, no_name, same_name, bad_mail, bad_hours; `value` is what is wrong."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code} {value}".rstrip())
        self.code = code
        self.value = value


def people_of(value: Any, working: WorkingHours) -> tuple[Receiver, ...]:
    """`[{ name = "…", mail = "…", hours = "…" }]`, in its order. Raises BadPeople."""
    if not isinstance(value, list):
        raise BadPeople("bad_person")
    found: dict[str, Receiver] = {}
    for one in value:
        if not isinstance(one, Mapping) or set(one) - _PARTS or not all(isinstance(part, str) for part in one.values()):
            raise BadPeople("bad_person")
        person = person_of(one, working)
        if person.name.casefold() in found:
            raise BadPeople("same_name", person.name)
        found[person.name.casefold()] = person
    return tuple(found.values())


def person_of(one: Mapping[str, str], working: WorkingHours) -> Receiver:
    """One of them. Raises BadPeople."""
    name, mail, said = (" ".join(one.get(part, "").split()) for part in ("name", "mail", "hours"))
    if not name:
        raise BadPeople("no_name")
    if mail and not _MAIL.fullmatch(mail):
        raise BadPeople("bad_mail", mail)
    try:
        return Receiver(name, mail, hours_of(said, working), said)
    except BadHours as wrong:
        raise BadPeople("bad_hours", wrong.said) from None
