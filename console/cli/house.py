"""The policies and letters that hold, in the terminal; while the own text can't be read, that is said."""

from __future__ import annotations

from console.cli.session import Session, say
from console.domain.house_policies import HousePolicy
from console.domain.letters import Letter
from console.house_texts import Found, HouseTexts, InUse
from console.sentences.troubles import in_use_sentence


def policies_in_use(session: Session) -> tuple[HousePolicy, ...]:
    return _in_use(HouseTexts(session.folder()).policies())


def letters_in_use(session: Session) -> tuple[Letter, ...]:
    return _in_use(HouseTexts(session.folder()).letters())


def _in_use(used: InUse[Found]) -> Found:
    if broken := in_use_sentence(used):
        say(broken)
    return used.found
