"""`has:note` finds what has a note that stands, whatever was taken back and whose taking back was taken back."""

from __future__ import annotations

from pathlib import Path

from console.desk import triage, undo, verdicts
from console.domain.conversation import MessageKey
from console.domain.query import parse
from console.domain.verdicts import Action, Judgement
from console.store.read import queue
from tests.houses import House, house


def found(of: House) -> int:
    return len(queue.page(of.store, queue.View("all", query=parse("has:note")))[0])


def test_a_note_is_found_while_it_stands(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    note = triage.note(of.desk, at, "Bel even.").event
    assert found(of) == 1
    first = undo.undo(of.desk, note).decision.event
    assert found(of) == 0
    second = undo.undo(of.desk, first).decision.event
    assert found(of) == 1
    undo.undo(of.desk, second)
    assert found(of) == 0


def test_what_was_said_with_passing_on_is_a_note_too(tmp_path: Path) -> None:
    of = house(tmp_path)
    for name, note in (("a", "Kijk jij?"), ("b", "")):
        message = MessageKey(of.say(name, "Hoi?"))
        verdicts.give(of.desk, message, Judgement(Action.ESCALATE, to="Ineke", note=note))
    assert found(of) == 1
