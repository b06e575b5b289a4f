"""A round of review: nothing moves under the eyes of who reads, and nothing that waits is passed by unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.domain.conversation import MessageKey, PersonKey, ThreadKey
from console.store.read.judged import Waiting
from console.views.models.review_round import Outcome, Round


def waiting(name: str, reports: int = 1) -> Waiting:
    return Waiting(
        MessageKey(name), name, ThreadKey(name), name, PersonKey(name), 1, name, "", "yammer", 1, reports, False
    )


def begun(names: str) -> Round:
    made = Round()
    made.take([waiting(name) for name in names], 0)
    return made


def order(of: Round) -> str:
    return "".join(item.waiting.message for item in of.items)


def here(of: Round) -> str:
    return "" if of.current is None else of.current.waiting.message


def test_what_is_new_joins_at_the_end_and_nothing_moves() -> None:
    of = begun("abc")
    of.settle(Outcome.JUDGED, "", 1)
    assert of.take([waiting(name) for name in "xbcy"], 2)
    assert (order(of), here(of)) == ("abcxy", "b")
    assert not of.take([waiting(name) for name in "xbcy"], 3)


def test_what_is_urgent_stands_first_when_a_round_begins() -> None:
    of = Round()
    of.take([waiting(name) for name in "abcd"], 0, [MessageKey("b"), MessageKey("d")])
    assert (order(of), here(of)) == ("bdac", "b"), "each in the order in which they waited"
    assert [item.urgent for item in of.items] == [True, True, False, False]


def test_what_is_urgent_joins_right_after_what_is_read_and_nothing_above_moves() -> None:
    of = begun("abcd")
    of.settle(Outcome.JUDGED, "", 1)
    assert of.take([waiting(name) for name in "bcdxy"], 2, [MessageKey("y")])
    assert (order(of), here(of)) == ("abycdx", "b")
    assert not of.take([waiting(name) for name in "bcdxy"], 3, [MessageKey("y")])
    assert of.take([waiting(name) for name in "bcdxy"], 4, [MessageKey("d"), MessageKey("y")]), "reported once more"
    assert (order(of), here(of)) == ("abdycx", "b")
    assert of.take([waiting(name) for name in "bcdxy"], 5), "under no urgent policy any more: it keeps its place"
    assert (order(of), here(of)) == ("abdycx", "b")


def test_what_comes_first_of_what_is_urgent_comes_before_the_rest_also_when_it_joins_later() -> None:
    of = Round()
    of.take([waiting(name) for name in "abcd"], 0, [MessageKey("d"), MessageKey("b")])
    assert order(of) == "dbac", "in the order that is given, not by how long they waited"
    assert of.take([waiting(name) for name in "abcdx"], 1, [MessageKey(name) for name in "dxb"])
    assert (order(of), here(of)) == ("dxbac", "d")


def test_when_all_is_done_the_urgent_one_of_the_new_ones_is_there() -> None:
    of = begun("a")
    of.settle(Outcome.JUDGED, "", 1)
    of.take([waiting(name) for name in "xy"], 2, [MessageKey("y")])
    assert (order(of), here(of)) == ("ayx", "y")


def test_what_is_urgent_above_comes_next_and_what_was_asked_for_before_it() -> None:
    of = Round()
    of.take([waiting(name) for name in "abcd"], 0, [MessageKey("a")])
    of.go(MessageKey("b"))
    of.bring_forward([MessageKey("d")])
    reached = []
    while of.left:
        reached.append(here(of))
        of.settle(Outcome.JUDGED, "", 1)
    assert "".join(reached) == "bdac"


def test_a_passed_over_one_that_becomes_urgent_waits_again() -> None:
    of = begun("ab")
    of.settle(Outcome.SKIPPED, "", 1)
    of.take([waiting("a", 2), waiting("b")], 2, [MessageKey("a")])
    assert order(of) == "ab"
    assert [item.outcome for item in of.items] == [None, None]
    of.step(-1)
    of.settle(Outcome.SKIPPED, "", 3)
    of.take([waiting("a", 2), waiting("b")], 4, [MessageKey("a")])
    assert of.items[0].outcome is Outcome.SKIPPED, "and is passed over again like any other"


def test_after_the_last_one_come_those_left_behind() -> None:
    of = begun("abc")
    of.step(1)
    of.step(1)
    of.settle(Outcome.JUDGED, "", 1)
    assert here(of) == "a"
    of.settle(Outcome.JUDGED, "", 1)
    of.settle(Outcome.SKIPPED, "", 1)
    assert (here(of), of.judged, of.left) == ("", 2, 0)


def test_what_waits_no_more_is_marked_and_comes_back_when_it_does() -> None:
    of = begun("ab")
    of.take([waiting("b")], 1)
    assert of.items[0].outcome is Outcome.GONE
    of.take([waiting("b"), waiting("a")], 2)
    assert (order(of), of.items[0].outcome) == ("ab", None)


def test_a_new_report_on_a_judged_one_opens_it_again() -> None:
    of = begun("ab")
    of.settle(Outcome.JUDGED, "kept", 1)
    of.take([waiting("b")], 2)
    assert of.items[0].outcome is Outcome.JUDGED
    of.take([waiting("b"), waiting("a", reports=2)], 3)
    assert of.items[0].outcome is None


def test_those_of_one_person_can_come_next() -> None:
    of = begun("abcde")
    of.bring_forward([MessageKey("d"), MessageKey("a")])
    assert (order(of), here(of)) == ("adbce", "a")


def test_how_long_it_takes_is_said_when_enough_were_judged() -> None:
    of = begun("abcdef")
    for n in (1, 2, 3):
        assert of.left_ms() is None
        of.settle(Outcome.JUDGED, "", n * 20_000)
    assert of.left_ms() == 60_000


@given(st.lists(st.sampled_from(["judge", "skip", "next", "back", "take", "urgent", "undo", "forward"]), max_size=30))
def test_every_one_that_waits_is_reached(steps: list[str]) -> None:
    of = begun("abcd")
    for n, step in enumerate(steps):
        match step:
            case "judge":
                of.settle(Outcome.JUDGED, "", n)
            case "skip":
                of.settle(Outcome.SKIPPED, "", n)
            case "next" | "back":
                of.step(1 if step == "next" else -1)
            case "take":
                of.take([item.waiting for item in of.items if item.outcome is not Outcome.JUDGED], n)
            case "urgent":
                waits = [item.waiting for item in of.items if item.outcome is not Outcome.JUDGED]
                of.take(waits, n, [MessageKey("c")])
            case "undo":
                of.reopen(MessageKey("b"), n)
            case "forward":
                of.bring_forward([MessageKey("d")])
        assert sorted(order(of)) == list("abcd")
    while of.left:
        if of.current is None or of.current.outcome is not None:
            of.advance()
        assert of.current is not None
        of.settle(Outcome.JUDGED, "", 99)
    of.advance()
    assert of.current is None
