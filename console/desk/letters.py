"""Filling a letter in for a verdict: its variables get the values of the message, the verdict and whoever gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from console.desk.seat import Desk
from console.domain.house_policies import HousePolicy
from console.domain.letters import REPORTER, Letter, To, filled
from console.store.read.judged import Reported


def values(desk: Desk, about: Reported, policies: Sequence[HousePolicy]) -> Mapping[str, str]:
    """What each variable stands for, "" where nobody knows. Several reporters have no name in common."""
    return {
        "author": about.author, "reporter": about.reporters[0] if len(about.reporters) == 1 else "",
        "space": about.space, "title": " ".join(about.title.split())[:80],
        "policies": ", ".join(policy.title for policy in policies), "moderator": desk.moderator,
    }  # fmt: skip


def written(desk: Desk, letter: Letter, about: Reported, policies: Sequence[HousePolicy]) -> str:
    """The letter as it will leave. Raises Unfilled: a letter with a gap doesn't.

    Where several reported it, their letter still says REPORTER: each gets it with their own name.
    """
    named = values(desk, about, policies)
    if letter.to is To.REPORTER and len(about.reporters) > 1:
        named = {**named, "reporter": REPORTER}
    return filled(letter.text, named)


def found(letters: Sequence[Letter], to: To, typed: str) -> Letter | None:
    """The letter that somebody means by a title or a unique beginning of it; None where it is none or several."""
    wanted = typed.strip().casefold()
    near = [one for one in letters if one.to is to and one.title.casefold().startswith(wanted)]
    return near[0] if wanted and len(near) == 1 else None
