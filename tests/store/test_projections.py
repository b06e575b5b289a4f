"""What is shown equals the fold of everything decided, whatever the order, the process or the collector."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.desk import drafts, replies, triage, undo
from console.domain.conversation import Change, Message, MessageGone, MessageKey, MessageState, ThreadKey
from console.domain.platform import Page
from console.domain.query import parse
from console.domain.triage import TriageStatus, What
from console.store import care
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import changes, names, queue, search, thread
from console.store.read.queue import QueueRow, View
from console.store.write import folding, pages
from console.store.write.decisions import NewEvent, append
from tests.houses import CONNECTION, DAY_MS, HOUR_MS, NOW_MS, House, house, key, said

VERBS = ["done", "reopen", "snooze", "assign", "tag", "untag", "note", "undo", "reply", "read", "fold", "say"]


def shown(store: Store) -> list[QueueRow]:
    return queue.page(store, View("all"), 100)[0]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(VERBS), st.integers(0, 2)), max_size=20))
def test_the_rows_equal_the_fold_of_all_events_after_every_command(
    tmp_path_factory: pytest.TempPathFactory, commands: list[tuple[str, int]]
) -> None:
    of = house(tmp_path_factory.mktemp("house"))
    keys = [of.say(f"m{n}", "Weet iemand hoe dit werkt?", ago_ms=(n + 1) * HOUR_MS) for n in range(3)]
    for count, (verb, which) in enumerate(commands):
        of.clock.forward(60_000)
        _do(of, verb, keys[which], which, count)
        before = shown(of.store)
        states = {row.key: thread.triage(of.store, row.key) for row in before}
        for row in before:
            assert row.assignee == states[row.key].assignee
            assert row.tags == states[row.key].tags
            if states[row.key].status is TriageStatus.ESCALATED:
                assert row.state == "escalated"
        folding.catch_up(of.store)
        assert shown(of.store) == before, "folding changes nothing that is shown"
    folding.rebuild(of.store)
    assert shown(of.store) == queue.page(of.store, View("all"), 100)[0]
    of.store.close()


def _do(of: House, verb: str, at: ThreadKey, which: int, count: int) -> None:
    desk = of.desk
    match verb:
        case "done":
            triage.done(desk, [at])
        case "reopen":
            triage.decide(desk, What.REOPEN, [at], {})
        case "snooze":
            triage.snooze(desk, [at], of.clock.now + HOUR_MS)
        case "assign":
            triage.assign(desk, [at], "Karin")
        case "tag":
            triage.tag(desk, [at], ["rooster"])
        case "untag":
            triage.decide(desk, What.UNTAG, [at], {"tag": "rooster"})
        case "note":
            triage.note(desk, at, "Kijk hier nog eens naar.")
        case "undo" if undo.undoable(desk) is not None:
            undo.undo(desk)
        case "reply":
            replies.reply(desk, at, "We zoeken het uit.")
        case "read":
            drafts.mark_read(desk, at, of.clock.now, "zzz")
        case "fold":
            folding.catch_up(of.store)
        case "say":
            of.say(f"x{count}", "En morgen dan?", by="joris", ago_ms=0, root=f"m{which}")


def conversation() -> list[Change]:
    """Two threads whose messages only name what they answer, as a platform without threads gives them; under one of
    those messages a thread was opened all the same.
    """
    made: list[Change] = []
    for n in range(12):
        name, answers = f"m{n}", f"m{n - 2}" if n >= 2 else ""
        for change in said(name, f"Tekst {n}?", by=f"p{n % 3}", at_ms=NOW_MS - (20 - n) * HOUR_MS, answers=answers):
            made.append(replace(change, root=None) if isinstance(change, Message) else change)
    made += said("t0", "Apart besproken", at_ms=NOW_MS - HOUR_MS, answers="m4", root="m4")
    made += said("t1", "Dank", at_ms=NOW_MS - HOUR_MS // 2, answers="t0", root="m4")
    return [change for change in made if not hasattr(change, "locked")]


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_pages_in_any_order_give_the_same_threads_reasons_and_order(
    tmp_path_factory: pytest.TempPathFactory, shuffle: random.Random
) -> None:
    straight, mixed = house(tmp_path_factory.mktemp("a")), house(tmp_path_factory.mktemp("b"))
    changes_made = conversation()
    straight.apply(*changes_made)
    shuffle.shuffle(changes_made)
    for change in changes_made:
        mixed.apply(change)
    facts = [[_facts(row) for row in shown(of.store)] for of in (straight, mixed)]
    assert facts[0] == facts[1]
    assert len(facts[0]) == 2
    straight.store.close()
    mixed.store.close()


def _facts(row: QueueRow) -> tuple[object, ...]:
    return (row.key, row.messages, row.level, row.due_at_ms, row.reasons, row.opened_at_ms, row.last_at_ms)


def test_the_same_page_twice_changes_nothing(tmp_path: Path) -> None:
    of = house(tmp_path)
    page = Page(tuple(said("a", "Hoi allemaal", at_ms=NOW_MS)), {"seq": 1})
    assert pages.apply(of.store, CONNECTION, "feed", page).thread_ids
    assert pages.apply(of.store, CONNECTION, "feed", page).thread_ids == frozenset()


def test_a_decision_on_a_thread_that_becomes_an_alias_stays_with_its_message(tmp_path: Path) -> None:
    of = house(tmp_path)
    changes_made = conversation()
    late, early = changes_made[2:], changes_made[:2]
    of.apply(*late)
    younger = ThreadKey(key("message", "m2"))
    triage.tag(of.desk, [younger], ["vervoer"])
    of.apply(*early)
    folding.catch_up(of.store)
    tagged = [row for row in shown(of.store) if row.tags]
    assert [row.key for row in tagged] == [key("message", "m0")]
    assert names.thread(of.store, younger) == key("message", "m0")


def test_earlier_words_are_kept_also_when_the_cache_is_thrown_away(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "De eerste versie.", ago_ms=HOUR_MS)
    of.apply(*said("a", "De tweede versie.", at_ms=NOW_MS - HOUR_MS))
    of.apply(MessageGone(MessageKey(at), NOW_MS, True))
    triage.tag(of.desk, [at], ["weg"])
    drafts.keep_reply(of.desk, at, "Half geschreven", None)
    of.store.close()
    for file in tmp_path.glob("cache.db*"):
        file.unlink()
    prepare(of.store.folder)
    of.apply(*said("a", "De eerste versie.", at_ms=NOW_MS - HOUR_MS))
    folding.catch_up(of.store)
    assert [version.text for version in thread.versions(of.store, MessageKey(at))] == [
        "De eerste versie.", "De tweede versie.",
    ]  # fmt: skip
    draft = drafts.reply_draft(of.desk, at)
    assert draft is not None
    assert draft.text == "Half geschreven"
    assert shown(of.store)[0].tags == ("weg",)


def test_done_with_thanks_stays_done_and_a_question_opens_it(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoe laat gaat de bus?", ago_ms=2 * HOUR_MS)
    triage.done(of.desk, [at])
    folding.catch_up(of.store)
    of.clock.forward(HOUR_MS)
    of.say("b", "Dank je wel!", ago_ms=0, root="a")
    assert shown(of.store)[0].state == "done"
    of.clock.forward(HOUR_MS)
    of.say("c", "En waar stopt hij?", ago_ms=0, root="a")
    assert shown(of.store)[0].state == "open"


def test_a_message_that_was_tidied_up_keeps_its_words_and_its_reasons_and_comes_back(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Waar stopt de bus?", ago_ms=2 * HOUR_MS)
    before = shown(of.store)[0]
    assert of.apply(MessageGone(MessageKey(at), NOW_MS, kept=True)), "an open window is told"
    (held,) = thread.messages(of.store, before.thread_id)
    assert (held.state, held.text) == ("away", "Waar stopt de bus?")
    assert shown(of.store)[0].reasons == before.reasons
    assert len(search.search(of.store, parse("bus"))[0]) == 1
    of.apply(*said("a", "Waar stopt de bus?", at_ms=NOW_MS - 2 * HOUR_MS))
    assert [one.state for one in thread.messages(of.store, before.thread_id)] == ["visible"]
    assert thread.versions(of.store, MessageKey(at)) == []


def test_a_report_opens_a_done_thread_and_is_void_when_its_message_goes(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Wat een onzin.", ago_ms=2 * HOUR_MS)
    triage.done(of.desk, [at])
    folding.catch_up(of.store)
    of.report("r1", "a")
    assert queue.page(of.store, View("flagged"))[0][0].reasons[0].kind == "reported"
    of.apply(MessageGone(MessageKey(at), NOW_MS, None))
    folding.catch_up(of.store)
    assert queue.page(of.store, View("flagged"))[0] == []


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE event SET what = 'done' WHERE origin_seq = 2",
        "UPDATE event SET \"by\" = 'Iemand anders' WHERE origin_seq = 2",
        'UPDATE event SET payload = \'{"tag":"vier"}\' WHERE origin_seq = 2',
        'UPDATE event SET payload = \'{"tag":"vier"}\' WHERE origin_seq = 3',
        "DELETE FROM event WHERE origin_seq = 1",
        "DELETE FROM event WHERE origin_seq = 2",
        "DELETE FROM event WHERE origin_seq = 3",
        "DELETE FROM event",
    ],
)
def test_a_changed_or_removed_decision_shows(tmp_path: Path, harm: str) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    for text in ("een", "twee", "drie"):
        triage.tag(of.desk, [at], [text])
    assert care.broken_chains(of.store) == []
    with of.store.writing(of.store.ledger) as ledger:
        ledger.exec_driver_sql(harm)
    assert len(care.broken_chains(of.store)) == 1
    assert [check.name for check in care.checks(of.store) if not check.ok] == ["chain"]


def test_an_erased_payload_leaves_the_chain_whole(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    triage.note(of.desk, at, "Persoonlijk")
    triage.done(of.desk, [at])
    with of.store.writing(of.store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE event SET payload = '{}' WHERE what = 'note'")
    assert care.broken_chains(of.store) == []
    assert [check.name for check in care.checks(of.store) if not check.ok] == ["emptied"]


def test_the_clock_of_the_ledger_never_goes_back(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    first = append(of.store, [NewEvent(at, What.DONE, "Noor")])[0]
    of.clock.now -= 10 * DAY_MS
    second = append(of.store, [NewEvent(at, What.REOPEN, "Noor")])[0]
    assert second.hlc > first.hlc
    assert thread.triage(of.store, at).status is TriageStatus.OPEN


def test_a_reader_hears_which_threads_changed_in_either_file(tmp_path: Path) -> None:
    of = house(tmp_path)
    at = of.say("a", "Hoi?")
    other = Store(tmp_path, now_ms=of.clock, policy=of.store.policy)
    ring = changes.Changes(other)
    assert ring.poll() == frozenset()
    triage.done(of.desk, [at])
    assert ring.poll() == {shown(of.store)[0].thread_id}
    of.say("b", "Nieuw?")
    assert len(ring.poll() or ()) >= 1
    assert ring.poll() == frozenset()
    other.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("roosters", {"a", "b"}), ("rooster", {"a", "b"}), ('"late dienst"', {"b"}), ("from:joris", {"b"}), ("-rooster", {"c"}),
     ("is:held", {"c"}), ("in:plein rooster from:fatma", {"a"}), ("before:2020-01-01", set()), ("tag:vroeg", {"a"}),
     ("platform:memory is:done", set()), ('"; DROP TABLE message; --', None), ("rooster OR NEAR(", {"x"})],
)  # fmt: skip
def test_search_finds_what_is_asked_and_never_reads_it_as_sql(
    tmp_path: Path, typed: str, found: set[str] | None
) -> None:
    of = house(tmp_path)
    at = of.say("a", "De roosters hangen er.")
    of.say("b", "Mijn rooster heeft een late dienst.", by="joris")
    of.say("c", "Iets heel anders.", state=MessageState.HELD)
    triage.tag(of.desk, [at], ["vroeg"])
    folding.catch_up(of.store)
    if found is None:
        with pytest.raises(Exception, match="open_quote"):
            parse(typed)
        return
    hits, _following = search.search(of.store, parse(typed))
    assert {hit.key.rsplit(":", 1)[1] for hit in hits} == (found if found != {"x"} else set())


@pytest.mark.parametrize(
    "typed",
    [
        "from:özlem",
        "from:ozlem",
        "from:ÖZLEM",
        'from:"Şahin"',
        "from:sahin",
        "from:yildiz",
        "in:één",
        "in:een",
        "tag:überuren",
        "tag:UBERUREN",
    ],
)
def test_a_name_is_found_however_its_letters_are_typed(tmp_path: Path, typed: str) -> None:
    of = house(tmp_path)
    at = of.say("a", "Dag.", by="Özlem Şahin-Yıldız")
    of.say("b", "Ook dag.", by="Bram")
    triage.tag(of.desk, [at], ["Überuren"])
    folding.catch_up(of.store)
    of.store.cache.exec_driver_sql("UPDATE space SET title = 'Één plein'")
    hits, _following = search.search(of.store, parse(typed))
    assert {hit.key.rsplit(":", 1)[1] for hit in hits} == ({"a", "b"} if typed.startswith("in:") else {"a"})
    assert {row.key for row in queue.page(of.store, View("all", query=parse(typed)), 9)[0]} >= {at}


def test_paging_by_place_gives_every_thread_once(tmp_path: Path) -> None:
    of = house(tmp_path)
    for n in range(25):
        of.say(f"m{n}", "Weet iemand dit?", ago_ms=n * HOUR_MS)
    seen: list[str] = []
    after = None
    while True:
        rows, after = queue.page(of.store, View("inbox"), 7, after)
        seen += [row.key for row in rows]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 25
    whole = [row.key for row in queue.rows(of.store, queue.order(of.store, View("inbox")).ids)]
    assert seen == whole
