"""The demo begins with a history: decided by several people on earlier days, each by the desk's own verb."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import words
from console.cli.delivering import sync_once
from console.cli.earlier_days import EarlierDays
from console.cli.session import Session
from console.desk import returning
from console.desk.seat import Desk
from console.domain.triage import What
from console.domain.verdicts import Action
from console.settings import save
from console.store.care import checks
from console.store.connection import Store
from console.store.public_id import public_id
from console.store.read import judged
from console.store.rows import event_of
from console.sync import demo
from tests.cli.program import Program

DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    words.use("nl")
    session = Session(home, "demo", "nl")
    save(session.folder(), demo.SETTINGS)
    with session.store(must_exist=False) as empty:
        community = demo.make(empty, words.resources() / "demo")
    EarlierDays(session.folder(), session.settings(), community).live_through()
    sync_once(session, frozenset(), lambda said: None)
    with session.store() as found:
        yield found


def events(store: Store, what: What) -> list[tuple[str, str]]:
    """Who did this, and on which message."""
    found = [event_of(row) for row in store.read("SELECT * FROM ledger.event ORDER BY hlc")]
    return [(one.by, (one.message or one.thread).split(":", 3)[-1]) for one in found if one.what is what]


def test_three_people_decided_on_several_earlier_days_and_the_chain_holds(store: Store) -> None:
    found = [event_of(row) for row in store.read("SELECT * FROM ledger.event ORDER BY hlc")]
    assert {one.by for one in found} == {"Noor van der Meer", "Karin Smit", "Yara Willems"}
    assert {Action(one.payload["action"]) for one in found if one.what is What.VERDICT} == set(Action)
    days = {(store.now_ms() - one.at_ms) // DAY_MS for one in found}
    assert len(days) >= 6, "and the same days back, whenever it is made"
    assert max(days) == 11
    assert [one.at_ms for one in found] == sorted(one.at_ms for one in found)
    assert [one.name for one in checks(store) if not one.ok] == []


def test_two_verdicts_were_taken_back_and_one_of_them_on_its_platform_too(store: Store) -> None:
    assert events(store, What.UNDO) == [("Yara Willems", "dak"), ("Yara Willems", "kamernummer")]
    left = store.read("SELECT kind, state FROM ledger.intent WHERE message LIKE '%:dak' ORDER BY created_at_ms")
    assert [(row["kind"], row["state"]) for row in left] == [("hide", "sent"), ("unhide", "sent")]
    state = store.read("SELECT key, state FROM message WHERE key LIKE '%:dak' OR key LIKE '%:kamernummer'")
    assert {row["state"] for row in state} == {"visible"}


def test_an_appeal_waits_for_whoever_sits_here(store: Store) -> None:
    (waits,) = [one for one in judged.waiting(store) if one.appealed]
    about = judged.reported(store, waits.message)
    assert about is not None
    assert about.appeal is not None
    assert (about.appeal.asked, about.appeal.judged_by) == (demo.MODERATOR, "Karin Smit")
    assert about.state == "hidden", "it was hidden, on its platform"


def test_one_that_was_passed_on_was_answered_and_one_is_still_out(store: Store) -> None:
    assert events(store, What.ANSWER) == [("Karin Smit", "geduld")]
    out = store.read("SELECT DISTINCT message FROM report_shown WHERE passed_on")
    assert [row["message"].split(":")[-1] for row in out] == ["naalden"]


def test_a_new_report_stands_beside_the_earlier_verdict(store: Store) -> None:
    (again,) = [one for one in judged.waiting(store) if one.message.endswith(":rollators")]
    about = judged.reported(store, again.message)
    assert about is not None
    assert about.verdict is not None
    assert (about.verdict.by, len(about.pending), len(about.reports)) == ("Karin Smit", 1, 2)


def test_the_return_report_has_one_conflict_and_nothing_else_is_left_to_send(store: Store) -> None:
    told = returning.look(Desk(store, demo.MODERATOR))
    assert told is not None
    assert [(item.event.message or "").split(":")[-1] for item in told.waiting] == ["cijfers"]
    assert len(told.items) == 2
    states = [row["state"] for row in store.read("SELECT state FROM ledger.intent")]
    assert sorted(set(states)) == ["conflict", "sent", "withdrawn"]
    assert states.count("conflict") == 1


def test_something_is_in_hand(store: Store) -> None:
    mine = store.read("SELECT key FROM thread_shown WHERE assignee = :who", {"who": demo.MODERATOR})
    assert len(mine) >= 4
    assert len(events(store, What.NOTE)) == 2


def test_the_terminal_shows_what_became_of_each_report_what_is_known_of_its_author_and_what_was_changed(
    store: Store, home: Path
) -> None:
    threads = {row["title"]: public_id("t", row["key"]) for row in store.read("SELECT key, title FROM thread")}
    program = Program(home)
    said = program("show", threads["Rollatorspreekuur"], COLUMNS="1000").stdout
    assert re.search(r"⚑ Tineke Veldhuis · .* · Privacy van cliënten · dismissed · “Met achternaam", said)
    assert re.search(r"⚑ Gerrit Jonker · .* · Privacy van cliënten · “Zijn zoon", said), "this one waits"
    assert "Reports about Petra van Dam: 0 upheld, 1 dismissed" in said
    assert "Wrote as well in Zelf roosteren: " in said
    assert "Karin Smit: verdict: let stand (1. Privacy van cliënten)" in said, "its history"
    said = program("show", threads["Wat we met het onderzoek doen"], "--versions", COLUMNS="1000").stdout
    assert "[-: 3,1, met de opmerkingen erbij-]. Ik zet ze [-vanavond-] online" in said
    assert (
        "after that: Ik heb van iemand van HR de cijfers van transport al gekregen. Ik zet ze {+toch maar niet+}"
        in said
    )
