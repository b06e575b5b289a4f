"""The history, asked by conversation, moderator, colleague, time and words; page by page, whatever was taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import replies, triage, undo
from console.domain.query import QueryError
from console.store.read.history import Asked, all_of, page
from tests.houses import DAY_MS, House, house


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    karin = replace(made.desk, moderator="Karin")
    bus, rooster = made.say("a", "Hoe laat gaat de bus?"), made.say("b", "Wie maakt het rooster?", by="Özlem")
    triage.note(karin, bus, "Bel de vervoerder, alsjeblieft")
    made.clock.forward(DAY_MS)
    replies.reply(made.desk, bus, "Om half negen.")
    triage.tag(made.desk, [bus, rooster], ["vroeg"])
    undo.undo(made.desk)
    return made


def whats(of: House, asked: Asked) -> list[str]:
    return [row.event.what.value for row in all_of(of.store, asked)]


def test_it_is_asked_by_all_that_one_remembers_of_it(of: House) -> None:
    everything = ["undo", "undo", "tag", "tag", "act", "note"]
    assert whats(of, Asked()) == everything
    assert whats(of, Asked(by="karin")) == ["note"]
    assert whats(of, Asked(words=("VERVOERDER", "bel"))) == ["note"]
    assert whats(of, Asked(words=("half", "negen"))) == ["act"], "also what was answered"
    assert whats(of, Asked(words=("vroeg", "vervoerder"))) == []
    assert whats(of, Asked(words=("%",))) == []
    assert whats(of, Asked(about="ozlem")) == ["undo", "tag"]
    assert whats(of, Asked(about="Niemand")) == []
    assert whats(of, Asked(since_ms=of.clock.now)) == everything[:-1]
    assert whats(of, Asked(until_ms=of.clock.now)) == ["note"]
    undone = [row.undone for row in all_of(of.store, Asked(words=("vroeg",)))]
    assert undone == [True, True]


def test_pages_follow_each_other_without_a_gap_also_when_something_is_decided_meanwhile(of: House) -> None:
    whole = [row.event.key for row in all_of(of.store, Asked())]
    first, following = page(of.store, Asked(), 2)
    triage.done(of.desk, [first[0].event.thread])
    paged = first
    while following is not None:
        rows, following = page(of.store, Asked(), 2, following)
        paged = [*paged, *rows]
    assert [row.event.key for row in paged] == whole


@pytest.mark.parametrize("after", ["x", "[]", '["a", 1, 2]', "[1, 2, 3]", f'[{2**80}, "o", 1]'])
def test_a_page_that_nobody_gave_is_told(of: House, after: str) -> None:
    with pytest.raises(QueryError):
        page(of.store, Asked(), 2, after)
