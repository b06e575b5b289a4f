"""One person on several platforms: joined by verified mail, joined and set apart by hand, and all of it taken back."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.desk import people as verbs
from console.desk import triage, undo
from console.desk.seat import Refused
from console.domain.conversation import Change, Message, MessageKey, Person, PersonKey, Thread, ThreadKey, key_of
from console.domain.people import Decided, How, persons, same_mail
from console.domain.query import parse
from console.domain.reasons import ReasonKind
from console.store import care
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import people, queue, search, thread
from console.store.read.changes import Changes
from console.store.read.people import decisions
from console.store.write import connections, folding
from tests.houses import DAY_MS, HOUR_MS, NOW_MS, SPACE, House, house, key

MAIL = "fatma@waterland.example"
PLATFORMS = ("yammer", "humhub", "wordpress")


def identity(platform: str, name: str) -> PersonKey:
    return PersonKey(key_of(platform, "waterland.example", "user", name))


YAMMER, HUMHUB, WORDPRESS = (identity(platform, "fatma") for platform in PLATFORMS)


def says(who: PersonKey, opens: str, /, text: str = "Dag.", ago_ms: int = HOUR_MS, **facts: Any) -> list[Change]:
    """The changes of somebody opening a thread, with what their platform tells of them."""
    told = {"name": "Fatma Yıldız", "joined_at_ms": NOW_MS - 900 * DAY_MS} | facts
    message = MessageKey(key("message", opens))
    return [
        Person(who, **told),
        Thread(ThreadKey(message), SPACE, f"Over {opens}"),
        Message(message, SPACE, who, NOW_MS - ago_ms, f"<p>{text}</p>", text, root=ThreadKey(message)),
    ]


def vouched(mail: str = MAIL) -> dict[str, Any]:
    return {"mail": mail, "mail_verified": True}


@pytest.fixture
def of(tmp_path: Path) -> House:
    return house(tmp_path)


def known(store: Store, who: PersonKey) -> set[PersonKey]:
    return set(people.members(store, who))


def card(store: Store, who: PersonKey) -> people.PersonCard:
    found = people.person(store, who)
    assert found is not None
    return found


def test_the_same_verified_address_is_one_person_at_once(of: House) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", ago_ms=0, **vouched("Fatma@Waterland.Example")))
    assert known(of.store, YAMMER) == {YAMMER, HUMHUB}
    shown = card(of.store, HUMHUB)
    assert [one.key for one in shown.identities] == [HUMHUB, YAMMER]
    assert {one.how for one in shown.identities} == {How.MAIL}
    assert [(one.platform, one.messages, one.spaces) for one in shown.identities] == [
        ("humhub", 1, 1),
        ("yammer", 1, 1),
    ]
    assert [found.title for found in shown.threads] == ["Over b", "Over a"]
    assert shown.threads_total == shown.messages == 2


def test_an_address_that_nobody_vouches_for_never_joins(of: House) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(WORDPRESS, "b", mail=MAIL))
    assert known(of.store, WORDPRESS) == {WORDPRESS}
    of.apply(Person(WORDPRESS, "Fatma Yıldız", **vouched()))
    assert known(of.store, WORDPRESS) == {WORDPRESS, YAMMER}
    of.apply(Person(WORDPRESS, "Fatma Yıldız", mail=MAIL))
    assert known(of.store, WORDPRESS) == {WORDPRESS}


def test_name_and_department_only_suggest_and_a_no_stays_a_no(of: House) -> None:
    of.apply(
        *says(YAMMER, "a", department="De Meerpaal"), *says(HUMHUB, "b", name="fatma  YILDIZ", department="de meerpaal")
    )
    of.apply(
        *says(WORDPRESS, "c", department=""),
        *says(identity("yammer", "joris"), "d", name="Joris", department="De Meerpaal"),
    )
    assert known(of.store, YAMMER) == {YAMMER}
    assert [found.first.key for found in card(of.store, YAMMER).suggestions] == [HUMHUB]
    assert [(one.key, other.key) for one, other in people.all_suggestions(of.store)] == [(HUMHUB, YAMMER)]
    verbs.keep_apart(of.desk, YAMMER, HUMHUB)
    assert not card(of.store, YAMMER).suggestions
    assert not card(of.store, HUMHUB).suggestions
    folding.catch_up(of.store)
    of.apply(*says(HUMHUB, "e", name="Fatma Yıldız", department="De Meerpaal"))
    assert not people.all_suggestions(of.store)
    undo.undo(of.desk)
    assert card(of.store, YAMMER).suggestions


def test_joined_by_hand_shows_in_the_same_frame_and_is_undone_with_the_same_key(of: House) -> None:
    of.apply(*says(YAMMER, "a"), *says(HUMHUB, "b", name="F. Yıldız"))
    ring = Changes(of.store)
    verbs.join(of.desk, YAMMER, HUMHUB)
    assert known(of.store, HUMHUB) == {YAMMER, HUMHUB}
    assert {one.how for one in card(of.store, YAMMER).identities} == {How.HAND}
    assert len(ring.poll() or ()) == 2, "whoever shows their threads hears of it"
    last = undo.undoable(of.desk)
    assert last is not None
    assert last.event.payload["names"] == ["Fatma Yıldız", "F. Yıldız"]
    undo.undo(of.desk)
    assert known(of.store, HUMHUB) == {HUMHUB}
    assert [row.undone for row in thread.history(of.store)] == [False, True]
    assert care.broken_chains(of.store) == []


def test_set_apart_by_hand_holds_against_every_address_and_can_be_taken_back(of: House) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", **vouched()))
    verbs.split(of.desk, HUMHUB)
    folding.catch_up(of.store)
    of.apply(*says(WORDPRESS, "c", **vouched()), Person(HUMHUB, "Fatma Y.", **vouched()))
    assert known(of.store, HUMHUB) == {HUMHUB}
    assert card(of.store, HUMHUB).first.how is How.APART
    assert known(of.store, YAMMER) == {YAMMER, WORDPRESS}
    undo.undo(of.desk, card(of.store, HUMHUB).first.decision)
    assert known(of.store, YAMMER) == {YAMMER, WORDPRESS, HUMHUB}


@pytest.mark.parametrize(
    ("verb", "code"),
    [
        (lambda desk: verbs.join(desk, YAMMER, HUMHUB), "one_person"),
        (lambda desk: verbs.keep_apart(desk, YAMMER, YAMMER), "one_person"),
        (lambda desk: verbs.split(desk, WORDPRESS), "one_identity"),
        (lambda desk: verbs.join(desk, YAMMER, identity("yammer", "nobody")), "no_person"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_writes_nothing(of: House, verb: Any, code: str) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", **vouched()), *says(WORDPRESS, "c"))
    with pytest.raises(Refused) as refused:
        verb(of.desk)
    assert refused.value.code == code
    assert thread.history(of.store) == []


def test_decisions_find_their_people_again_when_the_cache_is_thrown_away(of: House) -> None:
    told = [*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", **vouched()), *says(WORDPRESS, "c")]
    of.apply(*told)
    verbs.split(of.desk, HUMHUB)
    verbs.join(of.desk, YAMMER, WORDPRESS)
    of.store.close()
    for file in of.store.folder.glob("cache.db*"):
        file.unlink()
    prepare(of.store.folder)
    assert people.person(of.store, YAMMER) is None
    of.apply(*told[6:], *told[:3])
    of.apply(*told[3:6])
    folding.catch_up(of.store)
    assert known(of.store, WORDPRESS) == {YAMMER, WORDPRESS}
    assert known(of.store, HUMHUB) == {HUMHUB}


def test_a_search_by_name_finds_what_they_said_everywhere(of: House) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", name="Nachtuil", handle="uil", **vouched()))
    of.apply(*says(WORDPRESS, "c", name="Iemand anders"))
    for typed in ("from:fatma", "from:nachtuil", "from:uil"):
        hits, _following = search.search(of.store, parse(typed))
        assert {hit.key for hit in hits} == {key("message", "a"), key("message", "b")}, typed
        rows = queue.page(of.store, queue.View("all", query=parse(typed)), 9)[0]
        assert {row.key for row in rows} == {key("message", "a"), key("message", "b")}, typed


def test_who_was_on_another_platform_for_years_is_no_newcomer(of: House) -> None:
    of.apply(*says(HUMHUB, "b", "Hallo allemaal", **{**vouched(), "joined_at_ms": NOW_MS - DAY_MS}))
    assert newcomers(of) == {key("message", "b")}
    of.apply(*says(YAMMER, "a", ago_ms=400 * DAY_MS, **vouched()))
    assert newcomers(of) == set()
    verbs.split(of.desk, HUMHUB)
    folding.catch_up(of.store)
    assert newcomers(of) == {key("message", "b")}
    undo.undo(of.desk)
    folding.catch_up(of.store)
    assert newcomers(of) == set()


def newcomers(of: House) -> set[str]:
    rows = queue.page(of.store, queue.View("all"), 99)[0]
    return {row.key for row in rows if any(reason.kind is ReasonKind.NEWCOMER for reason in row.reasons)}


def test_when_a_connection_is_forgotten_the_others_stay_one_person(of: House) -> None:
    of.apply(*says(YAMMER, "a", **vouched()), *says(HUMHUB, "b", **vouched()), *says(WORDPRESS, "c", **vouched()))
    with of.store.writing(of.store.cache) as cache:  # as if the first of them had its connection to itself
        cache.exec_driver_sql("INSERT INTO space(key, connection, remote_id) VALUES ('other', 'other', 'x')")
        cache.exec_driver_sql(
            "UPDATE message SET space_id = (SELECT id FROM space WHERE key = 'other') WHERE key = ?",
            (key("message", "b"),),
        )
    connections.forget(of.store, "other")
    assert known(of.store, YAMMER) == {YAMMER, WORDPRESS}
    assert people.person(of.store, HUMHUB) is None


def test_an_address_that_very_many_have_is_nobodys(of: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.store.write.persons.MOST_OF_ONE_MAIL", 3)
    keys = [identity("humhub", f"p{n}") for n in range(5)]
    for n, who in enumerate(keys[:3]):
        of.apply(*says(who, f"m{n}", **vouched("info@waterland.example")))
    assert known(of.store, keys[0]) == set(keys[:3]), "so many may be one person"
    of.apply(*says(keys[3], "m3", **vouched("info@waterland.example")))
    assert known(of.store, keys[0]) == {keys[0]}
    of.apply(*says(keys[4], "m4", **vouched("info@waterland.example")))
    assert known(of.store, keys[4]) == {keys[4]}
    for who in keys[3:]:
        of.apply(Person(who, "Anders", **vouched("anders@waterland.example")))
    assert known(of.store, keys[0]) == set(keys[:3])


def test_a_person_with_a_thousand_identities_is_joined_split_and_shown(of: House) -> None:
    keys = [identity("yammer", f"p{n:04}") for n in range(1000)]
    for start in range(0, 1000, 100):
        of.apply(*(change for n in range(start, start + 100) for change in says(keys[n], f"m{n}", **vouched())))
    assert len(people.members(of.store, keys[0])) == 1000
    verbs.split(of.desk, keys[500])
    assert len(people.members(of.store, keys[0])) == 999
    verbs.join(of.desk, keys[500], keys[0])
    folding.catch_up(of.store)
    shown = card(of.store, keys[500])
    assert (shown.identities_total, len(shown.identities), len(shown.threads), shown.threads_total) == (
        1000,
        6,
        6,
        1000,
    )


def test_a_decision_about_people_says_nothing_about_threads(of: House) -> None:
    of.apply(*says(YAMMER, "a"), *says(HUMHUB, "b"))
    verbs.join(of.desk, YAMMER, HUMHUB)
    triage.done(of.desk, [ThreadKey(key("message", "a"))])
    folding.catch_up(of.store)
    assert {row.state for row in queue.page(of.store, queue.View("all"), 9)[0]} == {"open", "done"}
    assert next(check.detail for check in care.checks(of.store) if check.name == "orphans") == "0"


WHO = [identity(platform, name) for platform in PLATFORMS[:2] for name in ("fatma", "joris", "sem")]
JOINED = (None, NOW_MS - DAY_MS, NOW_MS - 900 * DAY_MS)
MAILS = ("", "a@w.example", "b@w.example")
CHOICES = st.tuples(
    st.sampled_from(["tell", "tell", "join", "split", "apart", "undo", "fold", "rebuild", "lose"]),
    st.integers(0, 5), st.integers(0, 5), st.integers(0, 2),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.lists(CHOICES, max_size=25), st.randoms(use_true_random=False))
def test_in_any_order_of_pages_and_decisions_the_persons_are_those_of_all_facts_and_decisions(
    tmp_path_factory: pytest.TempPathFactory, choices: list[tuple[str, int, int, int]], shuffle: random.Random
) -> None:
    of = house(tmp_path_factory.mktemp("house"))
    told: dict[PersonKey, list[Change]] = {}
    for n, (verb, one, other, mail) in enumerate(choices):
        of.clock.forward(60_000)
        try:
            match verb:
                case "tell":
                    told[WHO[one]] = says(
                        WHO[one], f"m{one}", ago_ms=one * HOUR_MS, mail=MAILS[mail], mail_verified=other < 4,
                        joined_at_ms=JOINED[other % 3],
                    )  # fmt: skip
                    of.apply(*told[WHO[one]])
                case "join":
                    verbs.join(of.desk, WHO[one], WHO[other])
                case "split":
                    verbs.split(of.desk, WHO[one])
                case "apart":
                    verbs.keep_apart(of.desk, WHO[one], WHO[other])
                case "undo":
                    undo.undo(of.desk)
                case "fold":
                    folding.catch_up(of.store)
                case "rebuild":
                    folding.rebuild(of.store)
                case "lose":
                    _pulled_again(of, told, shuffle)
        except Refused:
            pass
        expected = _from_scratch(of.store, told)
        assert _shown(of.store, "person_shown") == expected, f"after {n}, {verb}"
    folding.catch_up(of.store)
    assert _shown(of.store, "person") == _shown(of.store, "person_shown") == _from_scratch(of.store, told)
    reasons = newcomers(of)
    folding.rebuild(of.store)
    assert newcomers(of) == reasons
    of.store.close()


def _pulled_again(of: House, told: dict[PersonKey, list[Change]], shuffle: random.Random) -> None:
    of.store.close()
    for file in of.store.folder.glob("cache.db*"):
        file.unlink()
    prepare(of.store.folder)
    pages = list(told.values())
    shuffle.shuffle(pages)
    for changes in pages:
        of.apply(*changes)


def _from_scratch(store: Store, told: dict[PersonKey, list[Change]]) -> dict[str, tuple[str, str]]:
    facts = {changes[0].key: changes[0] for changes in told.values() if isinstance(changes[0], Person)}
    mails = {key: same_mail(one.mail) if one.mail_verified else "" for key, one in facts.items()}
    decided: Decided = decisions(store.reader)[1]
    return {key: (place.who, place.how.value) for key, place in persons(mails, decided).items()}


def _shown(store: Store, table: str) -> dict[str, tuple[str, str]]:
    rows = store.read(f"SELECT p.key, w.key AS who, p.how FROM {table} AS p JOIN person AS w ON w.id = p.who_id")
    return {row["key"]: (row["who"], row["how"]) for row in rows}
