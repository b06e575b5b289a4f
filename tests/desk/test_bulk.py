"""One decision about many conversations: counted first, some left out with why, stopped or not, taken back as one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.desk import bulk, replies, triage, undo, verdicts
from console.desk.bulk import Outcome, Verb, Weighed
from console.desk.bulk_verbs import Approve, Judge, Triage
from console.domain.conversation import MessageGone, MessageKey, MessageState, Space, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind, State
from console.domain.platform import Way, capabilities
from console.domain.triage import TriageEvent, What
from console.domain.verdicts import Action, Judgement
from console.store.errors import StoreFull
from console.store.read import outbox, queue
from console.store.read.stands import ids_of, stands
from console.store.rows import event_of
from console.store.write import connections, folding
from tests.desk.test_any_history import everything
from tests.houses import CONNECTION, SPACE, House, house, key, said

NAMES = ["m0", "m1", "m2", "m3"]
DONE = Triage(What.DONE)
HIDE = Judge(Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),)))


@pytest.fixture
def of(tmp_path: Path) -> House:
    return filled(tmp_path)


def filled(folder: Path) -> House:
    """Four conversations: in two something is reported, in one a comment waits for approval."""
    made = house(folder)
    for name in NAMES:
        made.say(name, f"Weet iemand iets over {name}?")
    made.report("r0", "m0")
    made.report("r2", "m2")
    made.say("h", "Mag dit?", root="m3", state=MessageState.HELD)
    return made


def thread(name: str) -> ThreadKey:
    return ThreadKey(key("message", name))


def ids(of: House, *names: str) -> list[int]:
    return list(ids_of(of.store, [thread(name) for name in names or NAMES]).values())


def weighed(of: House, verb: Verb, *names: str) -> Weighed:
    return bulk.weigh(of.desk, verb, ids(of, *names))


def why(found: Outcome | Weighed) -> dict[str, str]:
    return {one.thread.rpartition(":")[2]: one.why.code for one in found.left_out}


def states(of: House) -> dict[str, str]:
    return {row.key.rpartition(":")[2]: row.state for row in queue.page(of.store, queue.View("all"), 100)[0]}


def test_what_is_so_already_is_counted_and_nothing_is_decided_there(of: House) -> None:
    triage.done(of.desk, [thread("m1")])
    found = weighed(of, DONE)
    assert (len(found.items), found.nothing, found.left_out) == (3, 1, ())
    assert sum(item.stand.reports for item in found.items) == 2, "so many reports go on waiting"
    made = bulk.carry_out(of.desk, DONE, found)
    assert (made.count, set(states(of).values())) == (3, {"done"})
    assert undo.undo(of.desk).count == 3
    assert states(of)["m1"] == "done", "that was another decision"


def test_what_changed_since_it_was_counted_is_left_out_with_why(of: House) -> None:
    found = weighed(of, DONE)
    of.say("a", "Ik ook.", root="m0")
    of.report("r1", "m1")
    triage.assign(replace(of.desk, moderator="Karin"), [thread("m2")], "Karin")
    made = bulk.carry_out(of.desk, DONE, found)
    assert why(made) == {"m0": "said_since", "m1": "reported_since", "m2": "acted_since"}
    assert next(one.why.facts for one in made.left_out if one.why.code == "acted_since") == {"by": "Karin"}
    assert states(of) == {"m0": "open", "m1": "open", "m2": "open", "m3": "done"}
    again = bulk.carry_out(of.desk, DONE, weighed(of, DONE, "m0", "m1"))
    assert (again.count, again.left_out) == (2, ()), "who was told can go on with them"


def test_what_changed_since_it_was_marked_is_left_out_when_it_is_counted(of: House) -> None:
    marked = stands(of.store, ids(of))
    of.say("a", "Ik ook.", root="m0")
    triage.tag(of.desk, [thread("m1")], ["rooster"])
    found = bulk.weigh(of.desk, DONE, marked, marked)
    assert why(found) == {"m0": "said_since"}, "what one decided oneself is no change"


def test_what_is_not_here_any_more_is_left_out(of: House) -> None:
    found = weighed(of, DONE)
    with of.store.writing(of.store.cache) as cache:
        cache.exec_driver_sql("DELETE FROM thread WHERE key = ?", (thread("m1"),))
    assert why(bulk.carry_out(of.desk, DONE, found)) == {"m1": "no_thread"}
    assert [one.why.code for one in bulk.weigh(of.desk, DONE, [999_999]).left_out] == ["no_thread"]


def test_what_somebody_else_has_is_left_out_unless_asked_for_but_may_be_given_to_another(of: House) -> None:
    triage.assign(replace(of.desk, moderator="Karin"), [thread("m1")], "Karin")
    found = weighed(of, DONE)
    assert [item.stand.assignee for item in found.theirs] == ["Karin"]
    assert why(bulk.carry_out(of.desk, DONE, found)) == {"m1": "theirs"}
    assert states(of)["m1"] == "open"
    assert bulk.carry_out(of.desk, DONE, weighed(of, DONE, "m1").with_theirs()).count == 1
    assert len(weighed(of, Triage(What.ASSIGN, ({"to": "Bram"},))).items) == 4


def test_who_stops_keeps_what_is_done_and_takes_it_back_as_one(of: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    before, told = everything(of.store), []

    def go_on(at: int) -> bool:
        told.append(at)
        return at < 2

    made = bulk.carry_out(of.desk, DONE, weighed(of, DONE), go_on)
    assert (made.count, len(made.rest), told) == (2, 2, [0, 1, 2])
    assert sorted(states(of).values()) == ["done", "done", "open", "open"]
    assert undo.undo(of.desk).count == 2
    assert everything(of.store) == before


def test_a_full_disk_halfway_keeps_what_is_done_and_says_so(of: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 1)
    real = triage.append

    def full(*args: Any, **named: Any) -> Any:
        if sorted(states(of).values()).count("done") == 2:
            raise StoreFull(of.store.ledger_path)
        return real(*args, **named)

    monkeypatch.setattr(triage, "append", full)
    made = bulk.carry_out(of.desk, DONE, weighed(of, DONE))
    assert (made.count, len(made.rest), type(made.error)) == (2, 2, StoreFull)
    assert undo.undo(of.desk).count == 2


def test_all_that_wait_in_many_conversations_are_approved_where_the_platform_can(of: House) -> None:
    found = weighed(of, Approve())
    assert (len(found.items), found.nothing, dict(found.ways), found.stays) == (1, 3, {Way.API: 1}, 0)
    made = bulk.carry_out(of.desk, Approve(), found)
    assert [row.intent.kind for row in outbox.intents(of.store)] == [Kind.APPROVE]
    assert made.count == 1
    undo.undo(of.desk)
    assert [row.intent.state for row in outbox.intents(of.store)] in ([], [State.WITHDRAWN])
    connections.put_spaces(of.store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), capabilities(reply="api"))])
    assert why(weighed(of, Approve())) == {"m3": "no_way"}


def test_one_verdict_for_all_that_is_reported_leaves_out_what_was_edited_or_judged_since(of: House) -> None:
    found = weighed(of, HIDE)
    assert (len(found.items), found.nothing) == (2, 2)
    assert found.ways[Way.API] == 4, "two are hidden, and their reports settled there"
    of.apply(*said("m0", "Iets heel anders.", at_ms=of.clock.now - 1))
    verdicts.give(replace(of.desk, moderator="Karin"), MessageKey(thread("m2")), Judgement(Action.KEEP))
    made = bulk.carry_out(of.desk, HIDE, found)
    assert (made.count, why(made)) == (0, {"m0": "changed_since", "m2": "decided_since"})


def test_who_is_gone_is_left_out_of_a_verdict_for_all(of: House) -> None:
    found = weighed(of, HIDE)
    of.apply(MessageGone(MessageKey(thread("m2")), of.clock.now, True))
    made = bulk.carry_out(of.desk, HIDE, found)
    assert (made.count, why(made)) == (1, {"m2": "gone"})


VERBS: Mapping[str, Verb] = {
    "done": DONE, "snooze": Triage(What.SNOOZE, ({"until_ms": 9_999_999_999_999},)), "assign": Triage(What.ASSIGN, ({"to": "Bram"},)),
    "tag": Triage(What.TAG, ({"tag": "rooster"}, {"tag": "nacht"})), "approve": Approve(), "hide": HIDE,
    "keep": Judge(Judgement(Action.KEEP)),
}  # fmt: skip
MEANWHILE = ("nothing", "said", "reported", "judged", "assigned")


def check_any_bulk(verb: str, meanwhile: list[str], at_once: int, stop_at: int, *, again: bool) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(bulk, "AT_ONCE", at_once)
        of = filled(Path(folder))
        karin = replace(of.desk, moderator="Karin")
        found = weighed(of, VERBS[verb])
        for name, happens in zip(NAMES, meanwhile, strict=True):
            if happens == "said":
                of.say(f"more-{name}", "Ik ook.", root=name)
            elif happens == "reported":
                of.report(f"more-{name}", name)
            elif happens == "judged":
                replies.act(karin, Kind.HIDE, thread(name), MessageKey(thread(name)))
            elif happens == "assigned":
                triage.assign(karin, [thread(name)], "Karin")
        before = everything(of.store)
        made = bulk.carry_out(of.desk, VERBS[verb], found, lambda at: at < stop_at)
        accounted = made.count + len(made.left_out) + len(made.rest)
        assert accounted == len(found.items) + len(found.all_left_out), "each is done, left out with why, or to come"
        if again:
            folding.catch_up(of.store)
        if made.count:
            undo.undo(of.desk)
        assert everything(of.store) == before
        of.store.close()


ANY = {
    "verb": st.sampled_from(sorted(VERBS)), "meanwhile": st.lists(st.sampled_from(MEANWHILE), min_size=4, max_size=4),
    "at_once": st.integers(1, 4), "stop_at": st.integers(0, 5), "again": st.booleans(),
}  # fmt: skip


@given(**ANY)
@settings(max_examples=5, deadline=None)
def test_any_bulk_taken_back_is_as_before(
    verb: str, meanwhile: list[str], at_once: int, stop_at: int, again: bool
) -> None:
    check_any_bulk(verb, meanwhile, at_once, stop_at, again=again)


@pytest.mark.long
@given(**ANY)
@settings(max_examples=300, deadline=None)
def test_any_of_many_bulks_taken_back_is_as_before(
    verb: str, meanwhile: list[str], at_once: int, stop_at: int, again: bool
) -> None:
    check_any_bulk(verb, meanwhile, at_once, stop_at, again=again)


def test_done_again_it_leaves_in_the_order_in_which_it_was_decided(of: House) -> None:
    bulk.carry_out(of.desk, HIDE, weighed(of, HIDE))
    of.report("r1", "m1")
    letter = Judgement(Action.KEEP, to_author="Dat mag gewoon.")
    verdicts.give(of.desk, MessageKey(key("message", "m1")), letter)
    first = queued(of)
    assert [kind for kind, message in first if message.endswith("m1")] == ["reply", "settle"]
    for _taking_back in range(2):
        undo.undo(of.desk)  # the letter's verdict, then all of them
    back = [event.key for event in events(of) if event.what is What.UNDO]
    for event in (back[-1], back[0]):
        undo.undo(of.desk, event)
    assert queued(of) == first


def queued(of: House) -> list[tuple[str, str]]:
    rows = of.store.read("SELECT kind, message FROM ledger.intent WHERE state = 'queued' ORDER BY rowid")
    return [(row["kind"], row["message"]) for row in rows]


def events(of: House) -> list[TriageEvent]:
    return [event_of(row) for row in of.store.read("SELECT * FROM ledger.event ORDER BY hlc")]
