"""Decided by hand wins; a verified mail address joins the rest; nothing depends on the order things became known."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.conversation import PersonKey, ThreadKey
from console.domain.people import Decided, How, Placed, concerned, fold_people, persons, same_mail
from console.domain.triage import TriageEvent, What

A, B, C, D = (PersonKey(f"p:server:user:{name}") for name in "abcd")


def event(n: int, what: What, one: Sequence[str] = (), others: Sequence[str] = (), undoes: str = "") -> TriageEvent:
    payload = {"identities": list(one), "others": list(others)}
    return TriageEvent(
        f"e{n}", "here", n, n, n, "Noor", ThreadKey(""), None, what, undoes=undoes or None, payload=payload
    )


def joined(n: int, *keys: str) -> TriageEvent:
    return event(n, What.JOIN_PEOPLE, keys)


def split(n: int, key: str, *rest: str) -> TriageEvent:
    return event(n, What.SPLIT_PERSON, [key], rest)


def undo(n: int, of: int) -> TriageEvent:
    return event(n, What.UNDO, undoes=f"e{of}")


def groups(placed: dict[PersonKey, Placed]) -> set[frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, place in placed.items():
        found.setdefault(place.who, set()).add(key)
    return {frozenset(keys) for keys in found.values()}


def test_one_verified_address_is_one_person_and_says_so() -> None:
    placed = persons({A: "f@waterland.example", B: "f@waterland.example", C: "", D: "g@waterland.example"}, Decided())
    assert placed == {A: Placed(A, How.MAIL), B: Placed(A, How.MAIL), C: Placed(C, How.ALONE), D: Placed(D, How.ALONE)}


def test_who_is_set_apart_stays_apart_whatever_mail_says_and_comes_back_by_hand() -> None:
    mails = dict.fromkeys((A, B, C, D), "f@waterland.example")
    events = [split(1, B, A, C)]
    placed = persons(mails, fold_people(events))
    assert groups(placed) == {frozenset({A, C, D}), frozenset({B})}
    assert placed[B].how is How.APART
    events.append(joined(2, B, A, C, D))
    assert groups(persons(mails, fold_people(events))) == {frozenset({A, B, C, D})}
    events.append(undo(3, 2))
    assert groups(persons(mails, fold_people(events))) == {frozenset({A, C, D}), frozenset({B})}
    events.append(undo(4, 1))
    assert groups(persons(mails, fold_people(events))) == {frozenset({A, B, C, D})}


def test_a_split_holds_when_an_address_would_bring_them_together_by_a_roundabout_way() -> None:
    events = [split(1, A, B), joined(2, A, C)]
    placed = persons({A: "", B: "f@waterland.example", C: "f@waterland.example"}, fold_people(events))
    assert groups(placed) == {frozenset({A, C}), frozenset({B})}


def test_declined_stays_declined_when_the_addresses_turn_out_the_same() -> None:
    decided = fold_people([event(1, What.KEEP_APART, [A], [B])])
    placed = persons({A: "x@waterland.example", B: "x@waterland.example"}, decided)
    assert groups(placed) == {frozenset({A}), frozenset({B})}
    assert decided.are_somebody_else([A], {B, C})
    assert not decided.are_somebody_else([A], {C})


def test_who_was_taken_out_of_a_person_joined_by_hand_leaves_the_others_together() -> None:
    decided = fold_people([joined(1, A, B), joined(2, A, B, C), split(3, B, A, C)])
    assert groups(persons(dict.fromkeys((A, B, C), ""), decided)) == {frozenset({A, C}), frozenset({B})}


def test_an_erased_decision_says_nothing() -> None:
    erased = TriageEvent("e1", "here", 1, 1, 1, "Noor", ThreadKey(""), None, What.JOIN_PEOPLE)
    broken = event(2, What.JOIN_PEOPLE, [A])
    assert fold_people([erased, broken]) == Decided(by={A: "e2"})


def test_a_decision_is_about_the_identities_that_it_takes_back() -> None:
    events = [joined(1, A, B), undo(2, 1), undo(3, 2), event(4, What.KEEP_APART, [C], [D])]
    assert concerned(events, ["e3"]) == {A, B}
    assert concerned(events, ["e4"]) == {C, D}


KEYS = [PersonKey(f"p:server:user:{n}") for n in range(6)]
MAILS = ["", "a@w.example", "b@w.example"]
CHOICES = st.tuples(st.sampled_from(["join", "split", "apart", "undo"]), st.integers(0, 5), st.integers(0, 5))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(CHOICES, max_size=10),
    st.lists(st.sampled_from(MAILS), min_size=6, max_size=6),
    st.randoms(use_true_random=False),
)
def test_any_order_gives_the_same_persons_and_no_address_overrules_a_hand(
    choices: list[tuple[str, int, int]], told: list[str], shuffle: random.Random
) -> None:
    mails = dict(zip(KEYS, told, strict=True))
    events: list[TriageEvent] = []
    for n, (verb, one, other) in enumerate(choices, 1):
        match verb:
            case "join":
                events.append(joined(n, KEYS[one], KEYS[other]))
            case "split":
                events.append(split(n, KEYS[one], *({KEYS[other]} - {KEYS[one]})))
            case "apart" if one != other:
                events.append(event(n, What.KEEP_APART, [KEYS[one]], [KEYS[other]]))
            case "undo" if one + 1 < n:
                events.append(undo(n, one + 1))
    decided = fold_people(events)
    found = persons(mails, decided)
    mixed, items = list(events), list(mails.items())
    shuffle.shuffle(mixed)
    shuffle.shuffle(items)
    assert persons(dict(items), fold_people(mixed)) == found
    by_hand = persons(dict.fromkeys(KEYS, ""), decided)
    for key in KEYS:
        assert found[found[key].who].who == found[key].who <= key, "no chains and no cycles"
        assert groups({key: found[key]}), key
        for said in decided.declined.get(key, ()):
            for other in said:
                if by_hand[key].who != by_hand[other].who:
                    assert found[key].who != found[other].who, "a split or a no is never overruled by an address"
        if decided.groups.get(key):
            assert {found[other].who for other in decided.groups[key]} == {found[key].who}, "a join by hand holds"


def test_a_person_of_a_thousand_identities_is_worked_out() -> None:
    keys = [PersonKey(f"p:server:user:{n:04}") for n in range(1000)]
    mails = {key: "shared@w.example" if n % 2 else "" for n, key in enumerate(keys)}
    events = [joined(n, keys[n - 1], keys[n]) for n in range(1, 1000)]
    events += [split(n, keys[n - 1000], *keys[500:]) for n in range(1000, 1100)]
    assert len(groups(persons(mails, fold_people(events)))) == 101


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("Fatma@Waterland.Example ", "fatma@waterland.example"),
        ("o'neil+x@a.b", "o'neil+x@a.b"),
        ("fatma", ""),
        ("@a.b", ""),
        ("a@b", ""),
        ("a@.", ""),
        ("a b@c.d", ""),
        ("a@b@c.d", ""),
        ("Fatma <fatma@waterland.example>", ""),
        ("a\u202e@b.c", ""),
        ("x" * 250 + "@a.example", ""),
        ("ﬀ@a.b", "ﬀ@a.b"),
        ("\u212aarin@a.b", "\u212aarin@a.b"),
        ("stra\u00dfe@a.b", "stra\u00dfe@a.b"),
    ],
)
def test_an_address_is_compared_without_capitals_and_nothing_that_only_looks_like_it(written: str, same: str) -> None:
    assert same_mail(written) == same
