"""The transition table, row by row as the house's plan draws it; whatever is not in it can't happen."""

from __future__ import annotations

import pytest

from console.domain.outbox import INVERSE, WRITTEN, Kind, NotPossible, On, State, after

WORD_BACK = [("sent", "word_back", "handoff"), ("withdrawn", "word_back", "handoff")]
NEWER_VERDICT_BACK = [("withdrawn", "conflict_again", "conflict"), ("withdrawn", "failed_again", "failed")]
BACK = [*WORD_BACK, *NEWER_VERDICT_BACK]
ROWS = [
    ("draft", "send", "queued"), ("draft", "drop", "withdrawn"),
    ("queued", "due", "sending"), ("queued", "thread_changed", "conflict"), ("queued", "no_way", "handoff"),
    ("sending", "confirmed", "sent"), ("sending", "nothing_left", "queued"), ("sending", "rate_limited", "queued"),
    ("sending", "auth_expired", "queued"), ("sending", "refused", "failed"), ("sending", "answer_lost", "uncertain"),
    ("uncertain", "found", "sent"), ("uncertain", "surely_absent", "queued"), ("uncertain", "cant_tell", "uncertain"),
    ("uncertain", "says_sent", "sent"), ("uncertain", "retry", "queued"), ("uncertain", "drop", "withdrawn"),
    ("conflict", "retry", "queued"), ("conflict", "drop", "withdrawn"),
    ("failed", "retry", "queued"), ("failed", "drop", "withdrawn"),
    ("handoff", "placed", "sent"), ("handoff", "found", "sent"), ("handoff", "drop", "withdrawn"),
    ("handoff", "opened", "handoff"), ("handoff", "reminded", "handoff"), ("handoff", "cant_tell", "handoff"),
    ("handoff", "not_it", "handoff"),
    ("conflict", "superseded", "withdrawn"), ("failed", "superseded", "withdrawn"), *BACK,
]  # fmt: skip
WITH_WORDS = [
    ("queued", "take_back", "draft"),
    ("conflict", "edit", "draft"),
    ("failed", "edit", "draft"),
    ("handoff", "edit", "draft"),
]
WITHOUT_WORDS = [("queued", "take_back", "withdrawn")]


def rows_of(kind: Kind) -> dict[tuple[str, str], str]:
    rows = ROWS + (WITH_WORDS if kind in WRITTEN else WITHOUT_WORDS)
    return {(state, on): then for state, on, then in rows}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("state", State)
def test_only_what_the_table_says_can_happen(state: State, kind: Kind) -> None:
    rows = rows_of(kind)
    for on in On:
        then = rows.get((state.value, on.value))
        if then is None:
            with pytest.raises(NotPossible):
                after(state, on, kind)
        else:
            assert after(state, on, kind) is State(then), (state, on)


def test_what_was_sent_or_withdrawn_is_at_its_end_but_for_a_persons_own_word() -> None:
    assert [row for row in (*ROWS, *WITH_WORDS) if row[0] in ("sent", "withdrawn")] == BACK


def test_every_state_is_reached_and_left() -> None:
    rows = [*ROWS, *WITH_WORDS]
    assert {then for _state, _on, then in rows} == set(State)
    left = {state for state, on, _then in rows if (state, on) not in {row[:2] for row in BACK}}
    assert left == set(State) - {State.SENT, State.WITHDRAWN}


def test_an_inverse_takes_back_its_own_and_words_have_none() -> None:
    assert all(INVERSE[INVERSE[kind]] is kind for kind in INVERSE)
    assert not WRITTEN & INVERSE.keys()
