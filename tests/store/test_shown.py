"""How a message is shown is how it stands there, with what is on its way and what was done by hand laid over it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import replies
from console.domain.conversation import MessageKey, MessageState, ThreadKey
from console.domain.outbox import BY_HAND, Intent, Kind, On
from console.store.read import queue
from console.store.write import folding
from console.store.write.intents import move
from tests.houses import HOUR_MS, House, house, key

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    made.say("vraag", "Weet iemand hoe laat de bus gaat?")
    made.report("r1", "vraag")
    return made


def act(of: House, kind: Kind, text: str = "", who: str = "Noor") -> Intent:
    return replies.act(replace(of.desk, moderator=who), kind, THREAD, MESSAGE, text=text).intents[0]


def done(of: House, intent: Intent, *steps: str) -> None:
    move(of.store, intent.id, On.DUE)
    move(of.store, intent.id, On.CONFIRMED, steps=steps, sent_at_ms=of.clock.now)


def shown(of: House) -> tuple[str, str]:
    (row,) = of.store.read("SELECT shown_state, pending FROM message_shown WHERE key = :key", {"key": MESSAGE})
    return row["shown_state"], row["pending"] or ""


def test_what_says_nothing_of_where_it_stands_covers_nothing(of: House) -> None:
    act(of, Kind.HIDE)
    act(of, Kind.SETTLE)
    assert shown(of) == ("hidden", "settle")


def test_what_waits_for_a_person_is_not_shown_as_coming_and_covers_nothing(of: House) -> None:
    act(of, Kind.HIDE)
    move(of.store, act(of, Kind.UNHIDE, who="Karin").id, On.THREAD_CHANGED, error="moderated")
    assert shown(of) == ("hidden", "unhide")


def test_the_last_that_is_on_its_way_is_what_is_shown(of: House) -> None:
    act(of, Kind.HIDE)
    act(of, Kind.DELETE)
    assert shown(of) == ("deleted", "delete")
    act(of, Kind.RESTORE)
    assert shown(of) == ("visible", "restore")


def test_what_was_done_by_hand_is_shown_until_something_else_was_done(of: House) -> None:
    by_hand, after_it = act(of, Kind.HIDE), act(of, Kind.APPROVE)
    done(of, by_hand, BY_HAND)
    assert shown(of) == ("visible", "approve"), "what is on its way comes after it"
    done(of, after_it)
    assert shown(of) == ("visible", ""), "the platform never showed it hidden, and now it isn't"


def held(of: House) -> int:
    """How many wait for approval in its row: as the desk worked it out, and as the collector does."""
    row = queue.row(of.store, THREAD)
    assert row is not None
    folding.catch_up(of.store)
    again = queue.row(of.store, THREAD)
    assert again is not None
    assert again.held == row.held
    return row.held


def test_the_row_of_a_conversation_tells_the_same_whatever_the_clock_said(of: House) -> None:
    of.say("vraag", "Weet iemand hoe laat de bus gaat?", state=MessageState.HELD)
    act(of, Kind.APPROVE)
    assert (shown(of), held(of)) == (("visible", "approve"), 0)
    of.clock.forward(-HOUR_MS)
    act(of, Kind.HOLD)
    assert (shown(of), held(of)) == (("held", "hold"), 1)


def test_what_was_approved_by_hand_and_held_since_waits_again(of: House) -> None:
    of.say("vraag", "Weet iemand hoe laat de bus gaat?", state=MessageState.HELD)
    approved = act(of, Kind.APPROVE)
    done(of, approved, BY_HAND)
    assert (shown(of), held(of)) == (("visible", ""), 0)
    done(of, act(of, Kind.HOLD))
    assert (shown(of), held(of)) == (("held", ""), 1)
