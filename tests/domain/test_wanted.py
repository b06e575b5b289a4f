"""What a platform is to show of a message by the decisions that stand, and what leads there."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from console.domain.outbox import INVERSE, LEAVES, Kind
from console.domain.wanted import SHOWS, Done, Says, wanted, way_to


def sent(kind: Kind, made: int) -> Done:
    """One that left at once, and arrived before anything else was made."""
    leaves = frozenset(state.value for state in LEAVES.get(kind, ())) | {SHOWS[kind][1]}
    return Done(kind, leaves, made, made + 1, made + 2)


HIDE, SHOW, DELETE = Kind.HIDE, Kind.UNHIDE, Kind.DELETE


@pytest.mark.parametrize(
    ("says", "done", "to", "so"),
    [
        ([Says(HIDE, True, "visible", 10)], [sent(HIDE, 10)], "hidden", True),
        ([Says(HIDE, False, "visible", 10)], [sent(HIDE, 10)], "visible", False),
        ([Says(HIDE, False, "held", 10)], [sent(HIDE, 10)], "held", False),
        ([Says(HIDE, False, "visible", 10)], [], "visible", True),
        ([Says(HIDE, True, "visible", 10), Says(HIDE, False, "hidden")], [sent(HIDE, 10)], "hidden", True),
        ([Says(HIDE, False, "visible", 10), Says(HIDE, True, "held")], [sent(HIDE, 10)], "hidden", True),
        ([Says(HIDE, True, "visible", 10), Says(SHOW, False, "hidden", 20)], [sent(HIDE, 10), sent(SHOW, 20)], "hidden", False),
        ([Says(HIDE, False, "visible", 10), Says(SHOW, False, "hidden", 20)], [sent(HIDE, 10), sent(SHOW, 20)], "visible", True),
        ([Says(Kind.PIN, False, "", 10), Says(Kind.UNPIN, False, "", 20)], [sent(Kind.PIN, 10), sent(Kind.UNPIN, 20)], "no", True),
        ([Says(Kind.PIN, True, "", 10), Says(Kind.UNPIN, False, "", 20)], [sent(Kind.PIN, 10), sent(Kind.UNPIN, 20)], "yes", False),
    ],
)  # fmt: skip
def test_the_last_that_stands_says_what_is_shown_and_else_it_is_as_it_was(
    says: Sequence[Says], done: Sequence[Done], to: str, *, so: bool
) -> None:
    found = wanted(says, done)
    assert (found.to, found.so) == (to, so)


def test_what_somebody_else_did_in_between_is_what_it_goes_back_to() -> None:
    twice = [Says(HIDE, True, "visible", 10), Says(HIDE, False, "visible", 20)]
    assert wanted(twice, [sent(HIDE, 10), sent(HIDE, 20)])[:3] == ("visible", "hidden", False)
    on_its_way = Done(HIDE, frozenset({"hidden"}), 10, 11, 30)
    assert wanted(twice, [on_its_way, sent(HIDE, 40)]).to == "hidden", "it wasn't shown yet when the second was made"
    assert wanted(twice, [Done(HIDE, frozenset({"hidden"}), 10), sent(HIDE, 20)]).to == "hidden", "it never left"
    by_hand = Done(HIDE, frozenset({"hidden", "visible"}), 10, 11, 11)
    assert wanted(twice, [by_hand, sent(HIDE, 20)]).to == "hidden", "done by hand where it is never shown"


def test_a_decision_that_hangs_is_the_last_word_once_it_leaves() -> None:
    says = [Says(HIDE, True, "visible", 10), Says(SHOW, False, "hidden", 20)]
    assert wanted(says, [Done(HIDE, frozenset({"hidden"}), 10), sent(SHOW, 20)])[:3] == ("hidden", "hidden", True)


def test_each_kind_leads_back_by_its_opposite() -> None:
    for kind, (what, value) in SHOWS.items():
        before = SHOWS[INVERSE[kind]][1]
        assert way_to(what, value, before)[-1] is INVERSE[kind] or kind in (SHOW, Kind.UNSPAM, Kind.RESTORE)
        assert all(one in SHOWS for one in way_to(what, value, before))


@pytest.mark.parametrize(
    ("there", "to", "kinds"),
    [
        ("deleted", "hidden", (Kind.RESTORE, Kind.HIDE)),
        ("deleted", "held", (Kind.RESTORE, Kind.HOLD)),
        ("spam", "hidden", (Kind.UNSPAM, Kind.HIDE)),
        ("hidden", "held", (Kind.HOLD,)),
        ("hidden", "deleted", (Kind.DELETE,)),
        ("hidden", "away", (Kind.UNHIDE,)),
        ("away", "visible", ()),
    ],
)
def test_what_was_removed_is_put_back_before_anything_else(there: str, to: str, kinds: tuple[Kind, ...]) -> None:
    assert way_to("state", there, to) == kinds
