"""A verdict is one decision: what it settles here, what it does there, and what one undo takes back of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.desk import answers, together, undo, verdicts
from console.desk.seat import Desk, Refused
from console.desk.verdicts import AsSeen
from console.domain.conversation import MessageGone, MessageKey, MessageState, PersonKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind, State
from console.domain.triage import What
from console.domain.verdicts import Action, Judgement, latest, settled, standing
from console.sentences.effects import effects
from console.store.connection import Store
from console.store.read import judged, queue, records, thread
from console.store.rows import event_of
from console.store.write import folding, judging
from tests.desk.there import There, reported
from tests.houses import HOUR_MS, NOW_MS, House, house, key, said

PRIVACY = HousePolicy(1, "Privacy van cliënten")
THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)
AUTHOR = PersonKey(key("user", "fatma"))
HIDE, DELETE = Judgement(Action.HIDE, (PRIVACY,)), Judgement(Action.DELETE, (PRIVACY,))
KEEP, ESCALATE = Judgement(Action.KEEP), Judgement(Action.ESCALATE, to="Ineke Brouwer, HR", note="Kijk jij?")


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    made.say("vraag", "Kamer 12 was weer lastig.")
    made.report("r1", "vraag")
    made.report("r2", "vraag")
    return made


def reports(of: House) -> list[str]:
    row = queue.row(of.store, THREAD)
    assert row is not None
    return [report.state for report in thread.messages(of.store, row.thread_id)[0].reports]


def without(of: House, kind: str) -> None:
    """The platform has no such thing any more."""
    of.store.cache.exec_driver_sql(
        "UPDATE space SET capabilities = replace(capabilities, ?, ?)", (f'"{kind}": "api"', f'"{kind}": "no"')
    )


def waits(of: House) -> list[str]:
    return [item.message for item in judged.waiting(of.store)]


@pytest.mark.parametrize(
    ("judgement", "becomes", "does"),
    [
        (KEEP, "dismissed", ["settle"]),
        (HIDE, "upheld", ["settle", "hide"]),
        (DELETE, "upheld", ["settle", "delete"]),
        (ESCALATE, "pending", []),
    ],
)
def test_a_verdict_settles_all_reports_and_does_its_work_there(
    of: House, judgement: Judgement, becomes: str, does: list[str]
) -> None:
    made = verdicts.plan(of.desk, MESSAGE, judgement)
    given_ = verdicts.give(of.desk, MESSAGE, judgement)
    assert reports(of) == [becomes, becomes]
    assert [intent.kind.value for intent in given_.intents] == does == [step.kind.value for step in made.steps]
    assert {intent.decision for intent in given_.intents} <= {given_.event}
    assert waits(of) == [], "it doesn't wait any more"
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert row.state == ("escalated" if judgement is ESCALATE else "open")
    folding.catch_up(of.store)
    folding.rebuild(of.store)
    assert (reports(of), waits(of)) == ([becomes, becomes], [])


@pytest.mark.parametrize("judgement", [KEEP, HIDE, DELETE, ESCALATE], ids=lambda judgement: judgement.action.value)
def test_one_undo_takes_all_of_it_back(of: House, judgement: Judgement) -> None:
    before = everything(of.store)
    verdicts.give(of.desk, MESSAGE, judgement)
    assert everything(of.store) != before
    undo.undo(of.desk)
    assert everything(of.store) == before
    assert waits(of) == [MESSAGE]


def test_a_new_report_on_a_judged_message_opens_it_again_with_the_verdict_in_view(of: House) -> None:
    first = verdicts.give(of.desk, MESSAGE, KEEP)
    of.clock.forward(HOUR_MS)
    of.report("r3", "vraag")
    assert (reports(of), waits(of)) == (["dismissed", "dismissed", "pending"], [MESSAGE])
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    assert about.verdict is not None
    assert about.verdict.key == first.event
    verdicts.give(of.desk, MESSAGE, HIDE)
    assert reports(of) == ["upheld"] * 3, "the last verdict holds for all that it knew of"
    undo.undo(of.desk)
    assert reports(of) == ["dismissed", "dismissed", "pending"]


def test_an_escalated_message_stays_until_a_person_decides(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, ESCALATE)
    of.say("vraag2", "Nog iets", root="vraag", by="joris")
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert (row.state, row.reports) == ("escalated", 2)
    assert thread.triage(of.store, THREAD).escalated_to == "Ineke Brouwer, HR"
    assert [note.text for note in thread.notes(of.store, THREAD)] == ["Kijk jij?"]
    verdicts.give(of.desk, MESSAGE, HIDE)
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert (row.state, row.reports) == ("open", 0)


def test_a_thread_stays_escalated_for_the_message_that_was_passed_on(of: House) -> None:
    of.say("antwoord", "Zelf ook.", root="vraag", by="joris", ago_ms=0)
    of.report("r9", "antwoord")
    verdicts.give(of.desk, MESSAGE, ESCALATE)
    assert waits(of) == [key("message", "antwoord")], "the other one still waits for us"
    verdicts.give(of.desk, MessageKey(key("message", "antwoord")), KEEP)
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert row.state == "escalated"


def test_without_its_content_a_report_is_void_and_never_waits(of: House) -> None:
    of.apply(MessageGone(MESSAGE, NOW_MS, True))
    assert (reports(of), waits(of)) == (["void", "void"], [])
    with pytest.raises(Refused, match="gone"):
        verdicts.give(of.desk, MESSAGE, HIDE)
    of.apply(*said("vraag", "Kamer 12 was weer lastig.", at_ms=NOW_MS - HOUR_MS))
    assert (reports(of), waits(of)) == (["pending", "pending"], [MESSAGE])


def test_a_report_upheld_by_removing_its_message_stays_upheld(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, DELETE)
    of.apply(MessageGone(MESSAGE, NOW_MS, False))
    assert reports(of) == ["upheld", "upheld"]


@pytest.mark.parametrize(
    ("judgement", "code"),
    [
        (Judgement(Action.HIDE), "no_policy"),
        (Judgement(Action.DELETE), "no_policy"),
        (Judgement(Action.ESCALATE, to=" "), "no_receiver"),
        (Judgement(Action.KEEP, to_reporter="Dank"), "no_reporter"),
        (Judgement(Action.KEEP, to_author="x" * 1001), "too_long"),
    ],
)
def test_a_verdict_that_misses_something_writes_nothing(of: House, judgement: Judgement, code: str) -> None:
    before = everything(of.store)
    with pytest.raises(Refused) as refused:
        verdicts.give(of.desk, MESSAGE, judgement)
    assert refused.value.code == code
    assert everything(of.store) == before


def test_where_the_platform_has_no_such_thing_nothing_is_judged(of: House) -> None:
    without(of, "hide")
    with pytest.raises(Refused) as refused:
        verdicts.give(of.desk, MESSAGE, HIDE)
    assert refused.value.code == "no_way"
    assert reports(of) == ["pending", "pending"]


def test_letting_stand_is_given_where_the_platform_cannot_show_it_again(of: House) -> None:
    without(of, "unhide")
    of.apply(*said("vraag", "Kamer 12 was weer lastig.", at_ms=NOW_MS - HOUR_MS, state=MessageState.HIDDEN))
    made = verdicts.plan(of.desk, MESSAGE, KEEP)
    told = [effect.text for effect in effects(made, 10, (), NOW_MS, offline=False) if effect.where == "platform"]
    assert told[0].endswith("can't show it again: the verdict stands here only.")
    decision = verdicts.give(of.desk, MESSAGE, KEEP)
    assert [intent.kind for intent in decision.intents] == [Kind.SETTLE]
    assert reports(of) == ["dismissed", "dismissed"]
    undo.undo(of.desk)
    assert reports(of) == ["pending", "pending"]


def test_letting_stand_what_readers_cannot_see_shows_it_to_them(of: House) -> None:
    of.apply(*said("vraag", "Kamer 12 was weer lastig.", at_ms=NOW_MS - HOUR_MS, state=MessageState.HELD))
    assert [step.kind for step in verdicts.plan(of.desk, MESSAGE, KEEP).steps] == [Kind.SETTLE, Kind.APPROVE]


def test_what_changed_since_it_was_shown_is_not_judged(of: House) -> None:
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    seen = AsSeen(about.text_hash, "")
    of.apply(*said("vraag", "Er was iets.", at_ms=NOW_MS - HOUR_MS))
    with pytest.raises(Refused, match="changed_since"):
        verdicts.give(of.desk, MESSAGE, HIDE, as_seen=seen)
    assert waits(of) == [MESSAGE]


def test_the_same_verdict_by_two_people_at_once_is_given_once(of: House) -> None:
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    seen = AsSeen(about.text_hash, "")
    verdicts.give(of.desk, MESSAGE, HIDE, as_seen=seen)
    with pytest.raises(Refused) as refused:
        verdicts.give(of.desk, MESSAGE, HIDE, as_seen=seen)
    assert (refused.value.code, refused.value.facts["by"]) == ("decided_since", "Noor")
    assert len(judged.waiting(of.store)) == 0
    assert of.store.read("SELECT count(*) AS n FROM ledger.event WHERE what = 'verdict'")[0]["n"] == 1


def test_what_was_judged_and_is_edited_since_waits_for_another_verdict(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, KEEP)
    of.clock.forward(HOUR_MS)
    of.apply(*said("vraag", "Kamer 12, mevrouw Jansen, was weer lastig.", at_ms=NOW_MS - HOUR_MS))
    assert [(item.message, item.changed, item.reports) for item in judged.waiting(of.store)] == [(MESSAGE, True, 0)]
    folding.catch_up(of.store)
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert "edited" in [reason.kind for reason in row.reasons]
    verdicts.give(of.desk, MESSAGE, KEEP)
    assert waits(of) == []


def test_a_skip_is_kept_and_changes_nothing(of: House) -> None:
    verdicts.skip(of.desk, MESSAGE)
    assert waits(of) == [MESSAGE]
    assert [row.event.what.value for row in thread.history(of.store, THREAD)] == ["skip"]


def test_the_record_of_author_and_reporter_counts_what_came_of_reports(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    of.say("later", "En weer.", ago_ms=0)
    of.report("r5", "later")
    record = records.authors_record(of.store, AUTHOR)
    assert (record.upheld, record.dismissed, record.pending) == (2, 0, 1)
    earlier = records.verdicts_on_author(of.store, AUTHOR, MessageKey(key("message", "later")), 5)
    assert [found.title for found in earlier] == ["Over vraag"]


# --- on the platform


@pytest.fixture
def there(tmp_path: Path) -> There:
    return reported(tmp_path, "Onbeleefd", settle_scale=1)


def test_all_effects_arrive_and_are_taken_back_as_far_as_they_can(there: There) -> None:
    given_ = verdicts.give(
        there.here.desk, MESSAGE, Judgement(Action.HIDE, (PRIVACY,), to_author="Wil je dat anders zeggen?")
    )
    there.deliver()
    assert [there.state(intent) for intent in given_.intents] == [State.SENT] * 3
    assert there.world.report("m1")["state"] != "pending"
    assert there.world.post("vraag")["state"] == "hidden"
    there.pull()
    undone = undo.undo(there.here.desk)
    there.deliver()
    assert [intent.kind for intent in undone.remains] == [Kind.REPLY, Kind.SETTLE]
    assert there.world.post("vraag")["state"] == "visible"


def test_taken_back_in_time_nothing_leaves(there: There) -> None:
    verdicts.give(there.here.desk, MESSAGE, Judgement(Action.DELETE, (PRIVACY,), to_author="Weg ermee."))
    undone = undo.undo(there.here.desk)
    there.deliver()
    assert (undone.remains, undone.restored) == ((), "Weg ermee.")
    assert there.world.report("m1")["state"] == "pending"
    assert there.world.post("vraag")["state"] == "visible"


# --- together


def test_several_are_judged_as_one_decision_and_taken_back_as_one(tmp_path: Path) -> None:
    of = filled(tmp_path)
    before = everything(of.store)
    keys = [MessageKey(key("message", f"m{n}")) for n in range(3)]
    verdicts.give(of.desk, keys[0], KEEP)
    first = everything(of.store)
    made = together.plan_together(of.desk, [*keys, keys[1]], HIDE)
    assert (len(made.plans), made.left_out) == (3, ()), "each once"
    together.give_together(of.desk, made)
    as_the_fold(of.store)
    assert judged.waiting(of.store) == []
    of.clock.forward(1000)
    undo.undo(of.desk, undo_of(of, keys[1]))
    assert everything(of.store) == first, "whichever of them is named"
    undo.undo(of.desk)
    assert everything(of.store) == before


def test_what_cannot_be_judged_is_left_out_and_named(tmp_path: Path) -> None:
    of = filled(tmp_path)
    of.apply(MessageGone(MessageKey(key("message", "m1")), NOW_MS, True))
    keys = [MessageKey(key("message", f"m{n}")) for n in (1, 2)]
    made = together.plan_together(of.desk, keys, HIDE)
    assert [(message, refused.code) for message, refused in made.left_out] == [(keys[0], "gone")]
    with pytest.raises(Refused, match="nothing_left"):
        together.give_together(of.desk, together.plan_together(of.desk, keys[:1], HIDE))


def undo_of(of: House, message: MessageKey) -> str:
    return str(of.store.read("SELECT event FROM ledger.verdict WHERE message = :key", {"key": message})[0]["event"])


# --- any history


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["keep", "hide", "delete", "escalate", "closes", "returns"]), st.integers(0, 2)),
        max_size=8,
    )
)
def test_any_verdicts_followed_by_their_undos_give_the_state_before(
    tmp_path_factory: pytest.TempPathFactory, choices: list[tuple[str, int]]
) -> None:
    of = filled(tmp_path_factory.mktemp("house"))
    states = [everything(of.store)]
    for action, which in choices:
        of.clock.forward(1000)
        if decide(of, action, which):
            as_the_fold(of.store)
            states.append(everything(of.store))
    for state in reversed(states[:-1]):
        undo.undo(of.desk)
        as_the_fold(of.store)
        assert everything(of.store) == state
    folding.catch_up(of.store)
    assert everything(of.store) == states[0]
    of.store.close()


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["keep", "hide", "escalate", "closes", "returns", "undo"]), st.integers(0, 11)),
        max_size=12,
    )
)
def test_tables_equal_the_fold_whatever_is_taken_back_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, choices: list[tuple[str, int]]
) -> None:
    """Also the taking back of a taking back, by the name of its event."""
    of = filled(tmp_path_factory.mktemp("house"))
    made: list[str] = []
    for action, which in choices:
        of.clock.forward(1000)
        if action != "undo":
            made += decide(of, action, which % 3)
        elif made:
            with suppress(Refused):  # it was taken back already
                made.append(undo.undo(of.desk, made[which % len(made)]).decision.event)
        as_the_fold(of.store)
    before = everything(of.store)
    folding.rebuild(of.store)
    judging.rebuild(of.store)
    assert everything(of.store) == before
    of.store.close()


def decide(of: House, action: str, which: int) -> list[str]:
    """A verdict on that message, or the answer of whom it was passed on to; the event, none where nobody was asked."""
    message = MessageKey(key("message", f"m{which}"))
    if action not in ("closes", "returns"):
        by_name = {"keep": KEEP, "hide": HIDE, "delete": DELETE, "escalate": ESCALATE}
        with suppress(Refused):  # what is on its way to be gone isn't hidden
            return [verdicts.give(of.desk, message, by_name[action]).event]
        return []
    with suppress(Refused):
        return [answers.record(of.desk, message, "Gezien.", closes=action == "closes").event]
    return []


def filled(folder: Path) -> House:
    of = house(folder)
    for n in range(3):
        of.say(f"m{n}", f"Bericht {n}", ago_ms=HOUR_MS, root="m0" if n == 1 else "", by="fatma" if n else "joris")
        of.report(f"r{n}", f"m{n}")
    return of


def everything(store: Store) -> Sequence[object]:
    """What every screen shows of it: rows, reports, and what waits."""
    rows = queue.page(store, queue.View("all"), 100)[0]
    shown = [(m.key, m.state, [(r.key, r.state) for r in m.reports]) for row in rows
             for m in thread.messages(store, row.thread_id)]  # fmt: skip
    facts = [(row.key, row.state, row.reports, row.level, row.due_at_ms, row.reasons, row.unread) for row in rows]
    return [facts, shown, judged.waiting(store)]


def as_the_fold(store: Store) -> None:
    events = [event_of(row) for row in store.read("SELECT * FROM ledger.event")]
    verdicts_ = standing(events)
    folded = {
        report: (found.event, found.state)
        for report, found in settled(verdicts_, standing(events, What.ANSWER)).items()
    }
    assert {row["report"]: (row["event"], row["state"]) for row in store.read("SELECT * FROM ledger.settled")} == folded
    holding = {message: event.key for message, event in latest(verdicts_).items()}
    assert {row["message"]: row["event"] for row in store.read("SELECT * FROM ledger.verdict")} == holding


def test_the_same_verdict_by_two_people_in_the_same_instant_is_given_once(of: House) -> None:
    """Two windows on one profile, each past its look at what stands when the other writes."""
    about = judged.reported(of.store, MESSAGE)
    assert about is not None
    seen, at_once, ended = AsSeen(about.text_hash, ""), threading.Barrier(2, timeout=20), []

    def judge(name: str) -> None:
        store = Store(of.store.folder, now_ms=of.clock, policy=of.store.policy)
        try:
            desk = Desk(store, name, 10_000)
            assert verdicts.plan(desk, MESSAGE, HIDE).about.verdict is None, "neither sees a verdict"
            at_once.wait()
            verdicts.give(desk, MESSAGE, HIDE, as_seen=seen)
            ended.append(name)
        except Refused as refused:
            ended.append(f"{refused.code} by {refused.facts['by']}")
        finally:
            store.close()

    people = [threading.Thread(target=judge, args=(name,)) for name in ("Noor", "Karin")]
    for person in people:
        person.start()
    for person in people:
        person.join(30)
    first = next(one for one in ended if " by " not in one)
    assert sorted(ended) == sorted([first, f"decided_since by {first}"])
    made = of.store.read("SELECT kind, count(*) AS n FROM ledger.intent GROUP BY kind")
    assert {row["kind"]: row["n"] for row in made} == {"settle": 1, "hide": 1}
