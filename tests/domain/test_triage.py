"""What the events of a thread come to: one order on every console, and taking back without touching later ones."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.domain.conversation import ThreadKey
from console.domain.triage import TriageEvent, TriageState, What, fold, next_hlc, version_of

THREAD = ThreadKey("memory:here:message:vraag")


def event(at: int, what: What, by: str = "Noor", undoes: str = "", origin: str = "", **payload: Any) -> TriageEvent:
    """The event of moment `at`; its key is `e<at>`."""
    return TriageEvent(
        key=f"e{at}{origin}", origin=origin or by, origin_seq=at, hlc=at << 16, at_ms=at, by=by, thread=THREAD,
        message=None, seen_version="", what=what, undoes=undoes, payload=payload, payload_hash="",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("what", "payload", "told"),
    [
        (What.DONE, {}, {"status": "done"}),
        (What.SNOOZE, {"until_ms": 9}, {"status": "snoozed", "snoozed_until_ms": 9}),
        (What.ESCALATE, {"to": "Ineke", "text": "Kijk jij?"}, {"status": "escalated", "escalated_to": "Ineke"}),
        (What.ASSIGN, {"to": "Karin"}, {"assignee": "Karin"}),
        (What.TAG, {"tag": "rooster"}, {"tags": ("rooster",)}),
        (What.NOTE, {"text": "Bel salaris"}, {"status": "open"}),
        (What.ACT, {"kind": "hide"}, {"status": "open"}),
    ],
)
def test_an_event_says_what_the_thread_is_and_taken_back_it_says_nothing(
    what: What, payload: dict[str, Any], told: dict[str, Any]
) -> None:
    made = event(1, what, **payload)
    state = fold([made])
    assert {name: getattr(state, name) for name in told} == told
    assert [note.text for note in state.notes] == ([payload["text"]] if "text" in payload else [])
    assert fold([made, event(2, What.UNDO, undoes="e1")]) == TriageState()
    assert fold([made, event(2, What.UNDO, undoes="e1"), event(3, What.UNDO, undoes="e2")]) == state


def test_a_decision_ends_the_one_before_it() -> None:
    events = [event(1, What.ESCALATE, to="Ineke"), event(2, What.SNOOZE, until_ms=9), event(3, What.REOPEN)]
    for count, status in ((1, "escalated"), (2, "snoozed"), (3, "open")):
        assert fold(events[:count]).status == status
    assert (fold(events).escalated_to, fold(events).snoozed_until_ms) == ("", None)


def test_taking_back_leaves_a_colleagues_later_decision_alone() -> None:
    events = [event(1, What.ASSIGN, to="Noor"), event(2, What.ASSIGN, by="Karin", to="Karin"),
              event(3, What.UNDO, undoes="e1")]  # fmt: skip
    assert fold(events).assignee == "Karin"


@given(st.permutations(range(6)))
def test_every_console_comes_to_the_same_whatever_the_order_of_arrival(order: list[int]) -> None:
    events = [event(1, What.DONE), event(1, What.REOPEN, by="Karin"), event(2, What.TAG, tag="b"),
              event(2, What.TAG, by="Karin", tag="a"), event(3, What.UNDO, undoes="e2"),
              event(4, What.SNOOZE, until_ms=9)]  # fmt: skip
    assert fold([events[n] for n in order]) == fold(events)


def test_the_clock_of_events_only_goes_forward() -> None:
    last = 0
    for now_ms in (100, 100, 50, 100, 200):
        assert next_hlc(last, now_ms) > last
        last = next_hlc(last, now_ms)
    assert last == 200 << 16


def test_a_version_is_that_of_what_was_seen_in_whatever_order_it_was_read() -> None:
    seen = [("a", "1"), ("b", "2"), ("c", "3")]
    assert {version_of(order, "e1") for order in itertools.permutations(seen)} == {version_of(seen, "e1")}
    others = [version_of(seen, "e2"), version_of(seen[:2], "e1"), version_of([*seen[:2], ("c", "4")], "e1")]
    assert version_of(seen, "e1") not in others
    assert len(set(others)) == 3
