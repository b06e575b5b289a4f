"""Who is on duty, urgent reports, and what is wrong with people in the settings. Nothing here tells what was written."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from console.domain.duty import Duty
from console.domain.receivers import Receiver
from console.sentences.shown import clock
from console.words import _, ngettext


def people_sentence(code: str, value: str = "") -> str:
    """What is wrong with somebody in a list of receivers, or of who is on duty."""
    match code:
        case "no_name":
            return _("Somebody there has no name.")
        case "same_name":
            return _("‘{name}’ stands there twice; a name is what people choose by.").format(name=value)
        case "bad_mail":
            return _("‘{value}’ is no mail address; one looks like hr@example.org.").format(value=value)
        case "bad_hours":
            return _("‘{value}’ are no hours; they look like 09:00-17:00, or mon-fri 17:00-23:00; sat, sun 09:00-21:00.").format(value=value)  # fmt: skip
        case _:
            return _("A list of people belongs there, like {example}.").format(example='[{ name = "Ineke Brouwer, HR", mail = "hr@example.org", hours = "09:00-17:00" }]')  # fmt: skip


def urgent_title(count: int) -> str:
    return ngettext("{n} urgent report", "{n} urgent reports", count).format(n=count)


def urgent_sentence(policies: Sequence[str], duty: Duty, now_ms: int) -> str:
    """Which policies they are under and, where this moderator is off duty, who isn't."""
    under = ", ".join(dict.fromkeys(policies)) + "."
    return under if duty.mine else f"{under} {who_sentence(duty, now_ms)}"


def who_sentence(duty: Duty, now_ms: int) -> str:
    """Who is on duty now, or comes next."""
    if duty.mine and not duty.others:
        return _("You are on duty.")
    if duty.mine:
        return _("On duty with you: {names}.").format(names=_named(duty.others))
    if duty.others:
        return _("You are off duty; on duty now: {names}.").format(names=_named(duty.others))
    if duty.next is not None:
        person, at_ms = duty.next
        return _("Nobody is on duty until {time}, when {name} is.").format(
            time=clock(at_ms, now_ms), name=_named((person,))
        )
    return _("Nobody is on duty now.")


def _named(people: Sequence[Receiver]) -> str:
    return ", ".join(f"{one.name} ({one.mail})" if one.mail else one.name for one in people)


def hours_words(person: Receiver) -> str:
    """When somebody is there, day by day: "Mon-Fri 17:00-23:00, Sat-Sun 09:00-21:00"."""
    if person.hours is None:
        return _("Always there")
    names, days = _("Mon Tue Wed Thu Fri Sat Sun").split(), person.hours.days
    parts: list[str] = []
    for spans, numbers in groupby(range(7), lambda day: days.get(day, ())):
        if spans:
            found = [names[number] for number in numbers]
            named = found[0] if len(found) == 1 else f"{found[0]}-{found[-1]}"
            parts.append(f"{named} {' + '.join(map(_span, spans))}")
    said = ", ".join(parts) or _("Never there")
    return _("{hours}; not on public holidays").format(hours=said) if person.hours.holidays and parts else said


def _span(span: tuple[int, int]) -> str:
    start, end = span
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
