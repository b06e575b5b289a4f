"""The letters that can go with a verdict: to choose among, and taken into what is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.letters import Letter, To
from console.views.flagged.choice import Choice
from console.widgets.picker import Choice as Picked
from console.words import _


def letter_choices(known: Sequence[Letter]) -> list[Picked]:
    """Each with whom it goes to, then none at all."""
    to_whom = {To.AUTHOR: _("to the author"), To.REPORTER: _("to the reporter")}
    return [*((f"{one.title} · {to_whom[one.to]}", str(n)) for n, one in enumerate(known)), (_("No letter"), "")]


def take_letter(choice: Choice, known: Sequence[Letter], value: str) -> None:
    """One to the author and one to the reporter at most; "" takes all away."""
    if value.isdecimal() and int(value) < len(known):
        choice.letter_to[known[int(value)].to] = known[int(value)]
    else:
        choice.letter_to.clear()
