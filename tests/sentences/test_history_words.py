"""Looking in the history for the words that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console import words
from console.desk import triage, verdicts
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.verdicts import Action, Judgement
from console.sentences.history_words import meant
from console.store.read.history import Asked, page
from tests.houses import House, house, key


@pytest.fixture
def of(tmp_path: Path) -> Iterator[House]:
    """A note, a message let stand, and one that was hidden, in Dutch."""
    words.use("nl")
    made = house(tmp_path)
    for name in ("vraag", "ander"):
        made.say(name, "Kamer 12 was weer lastig.")
        made.report(f"over {name}", name)
    triage.note(made.desk, ThreadKey(key("message", "vraag")), "Even bellen.")
    verdicts.give(made.desk, MessageKey(key("message", "vraag")), Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),)))
    verdicts.give(made.desk, MessageKey(key("message", "ander")), Judgement(Action.KEEP))
    yield made
    words.use("en")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("verbergen",), ["hide"]), (("oordeel", "STAAN"), ["keep"]), (("oordeel",), ["keep", "hide"]),
        (("notitie",), [None]), (("notitie", "bellen"), [None]), (("verwijderen",), []), (("verbergen", "bellen"), []),
    ],
)  # fmt: skip
def test_a_decision_is_found_by_what_it_is_called(of: House, typed: tuple[str, ...], found: list[str | None]) -> None:
    rows, _next = page(of.store, Asked(words=typed, meant=meant(typed)), 10)
    assert [row.event.payload.get("action") for row in rows] == found
