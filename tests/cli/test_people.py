"""`luisterpost people`: who is one person, decided from the command line and taken back there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console import settings, words
from console.cli import app
from console.domain.conversation import Person, PersonKey
from tests.houses import house, key, said


@pytest.fixture
def home(tmp_path: Path) -> Path:
    settings.save(tmp_path / "p", {("you", "name"): "Noor"})
    made = house(tmp_path / "p")
    for n, (name, who) in enumerate((("fatma", "Fatma Yıldız"), ("uil", "Nachtuil"), ("joris", "Joris"))):
        made.apply(*said(f"m{n}", "Dag.", by=name, at_ms=made.clock.now - n))
        made.apply(Person(PersonKey(key("user", name)), who, name, mail=f"{name}@w.example", department="Zorg"))
    made.store.close()
    return tmp_path


@pytest.fixture
def call(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str, code: int = 0) -> Any:
        words.use("en")
        assert app.run(["--home", str(home), "--profile", "p", "--lang", "en", *arguments]) == code
        told = capsys.readouterr()
        return json.loads(told.out) if "--json" in arguments and not code else told.out + told.err

    return run


def ids(call: Any, name: str) -> list[str]:
    return [one["id"] for one in call("people", "show", name, "--json")["people"][0]["identities"]]


def test_two_are_joined_set_apart_and_it_is_taken_back(call: Any) -> None:
    (fatma,), (owl,) = ids(call, "yildiz"), ids(call, "nachtuil")
    joined = call("people", "join", fatma, owl, "--json")
    assert [one["how"] for one in joined["people"][0]["identities"]] == ["hand", "hand"]
    assert set(ids(call, "nachtuil")) == {fatma, owl}
    assert "joined by hand" in call("people", "show", "nachtuil")
    assert "Taken back: Fatma Yıldız and Nachtuil joined as one person." in call("undo")
    assert ids(call, "nachtuil") == [owl]
    call("people", "join", fatma[:8], owl[:8])
    call("people", "split", owl)
    assert ids(call, "nachtuil") == [owl]
    told = call("history", "--json")["events"]
    assert [(one["what"], one["thread"]) for one in told][:2] == [("split_person", None), ("join_people", None)]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["people", "merge"], 2, "Choose one of: show, join, split, apart, suggestions."),
        (["people", "join", "p1"], 2, "Say who: an id stands in ‘luisterpost people show NAME’."),
        (["people", "join", "pzz", "pzz"], 1, "Nothing is called ‘pzz’ here."),
        (["people", "split", "p"], 2, "‘p’ is the beginning of several:"),
        (["people", "show", "nobody at all"], 1, "Nothing is called ‘nobody at all’ here."),
        (["people"], 0, "Nobody looks like somebody else."),
    ],
)
def test_what_cannot_be_is_said_plainly(call: Any, arguments: list[str], code: int, said: str) -> None:
    assert said in call(*arguments, code=code)


def test_who_stands_alone_is_not_split(call: Any) -> None:
    (joris,) = ids(call, "joris")
    assert "there is nothing to set apart" in call("people", "split", joris, code=1)
    assert "They are one person already." in call("people", "apart", joris, joris, code=1)
