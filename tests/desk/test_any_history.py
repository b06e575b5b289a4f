"""Any history of several moderators, with takings back of takings back: what is shown is the fold of all events."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from console.desk import appeals, replies, together, triage, undo, verdicts
from console.desk.seat import Desk, Refused
from console.domain.conversation import MessageKey, MessageState, Space, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind, On
from console.domain.platform import capabilities
from console.domain.triage import TriageEvent, TriageStatus, What, fold, undone
from console.domain.verdicts import Action, Judgement, latest, settled, standing
from console.store import care
from console.store.connection import Store
from console.store.read import queue, thread
from console.store.rows import event_of, intent_of
from console.store.write import connections, folding, intents
from tests.houses import CONNECTION, DAY_MS, HOUR_MS, SPACE, house, key, said

NAMES = ["m0", "m1", "m2", "m3"]
TEXTS = {name: f"Weet iemand iets over {name}?" for name in NAMES}
WHO = st.sampled_from(["Noor", "Karin", "Bram"])
MESSAGE = st.sampled_from(NAMES)
SEVERAL = st.lists(st.sampled_from(["m0", "m2", "m3"]), min_size=1, max_size=3)
PRIVACY = HousePolicy(1, "Privacy van cliënten")
JUDGEMENTS = {
    "keep": Judgement(Action.KEEP), "hide": Judgement(Action.HIDE, (PRIVACY,)),
    "delete": Judgement(Action.DELETE, (PRIVACY,)),
    "escalate": Judgement(Action.ESCALATE, to="Ineke", note="Kijk jij?"),
}  # fmt: skip
LEAVES_AS = {
    Kind.HIDE: MessageState.HIDDEN, Kind.UNHIDE: MessageState.VISIBLE, Kind.DELETE: MessageState.DELETED,
    Kind.RESTORE: MessageState.VISIBLE,
}  # fmt: skip
SAYS = {"keep": "visible", "unhide": "visible", "hide": "hidden", "delete": "deleted"}


def root_of(name: str) -> str:
    return "m0" if name == "m1" else name


class AnyHistory(RuleBasedStateMachine):
    """One profile with three conversations; m1 is an answer in the first. The platform does as it is asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="any-history-"))

    @initialize()
    def begin(self) -> None:
        self.of = house(self.folder)
        # Settled reports can't be opened again anywhere: there is no such thing here.
        can = capabilities(reply="api", hide="api", unhide="api", delete="api", restore="api", max_bytes=1000)
        connections.put_spaces(self.of.store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), can)])
        self.said_at = self.of.clock.now - HOUR_MS
        for name in NAMES:
            self.show(name, MessageState.VISIBLE)
            self.of.report(f"r{name}", name, ago_ms=HOUR_MS // 2)
        self.before = everything(self.of.store)

    def show(self, name: str, state: MessageState) -> None:
        root = root_of(name)
        self.of.apply(*said(name, TEXTS[name], at_ms=self.said_at, root="" if root == name else root, state=state))

    def desk(self, who: str) -> Desk:
        return replace(self.of.desk, moderator=who)

    @rule(ms=st.sampled_from([1, 60_000, -HOUR_MS, -1, 3 * HOUR_MS, -30 * DAY_MS, DAY_MS]))
    def the_clock_moves(self, ms: int) -> None:
        self.of.clock.forward(ms)

    @rule(who=WHO, names=SEVERAL, verb=st.sampled_from(["done", "reopen", "snooze", "assign", "tag", "untag"]))
    def decide(self, who: str, names: list[str], verb: str) -> None:
        desk, threads = self.desk(who), [ThreadKey(key("message", name)) for name in names]
        match verb:
            case "done":
                triage.done(desk, threads)
            case "reopen":
                triage.decide(desk, What.REOPEN, threads, {})
            case "snooze":
                triage.snooze(desk, threads, self.of.clock.now + HOUR_MS)
            case "assign":
                triage.assign(desk, threads, who)
            case "tag":
                triage.tag(desk, threads, ["rooster", who])
            case "untag":
                triage.decide(desk, What.UNTAG, threads, {"tag": "rooster"})

    @rule(who=WHO, name=MESSAGE, action=st.sampled_from(sorted(JUDGEMENTS)))
    def judge(self, who: str, name: str, action: str) -> None:
        with suppress(Refused):
            verdicts.give(self.desk(who), MessageKey(key("message", name)), JUDGEMENTS[action], again=True)

    @rule(who=WHO, action=st.sampled_from(sorted(JUDGEMENTS)))
    def judge_all(self, who: str, action: str) -> None:
        desk, messages = self.desk(who), [MessageKey(key("message", name)) for name in NAMES]
        with suppress(Refused):
            together.give_together(desk, together.plan_together(desk, messages, JUDGEMENTS[action]))

    @rule(who=WHO, name=MESSAGE)
    def appeal(self, who: str, name: str) -> None:
        with suppress(Refused):
            appeals.appeal(self.desk(who), MessageKey(key("message", name)), "Dat bedoelde ik niet.")

    @rule(who=WHO, name=MESSAGE, kind=st.sampled_from([Kind.HIDE, Kind.UNHIDE]))
    def act(self, who: str, name: str, kind: Kind) -> None:
        message = MessageKey(key("message", name))
        if self.on_its_way()[message] != "deleted":
            replies.act(self.desk(who), kind, ThreadKey(key("message", root_of(name))), message)

    @rule(who=WHO)
    def take_back_the_last(self, who: str) -> None:
        with suppress(Refused):
            undo.undo(self.desk(who))

    @rule(which=st.integers(0, 40))
    def take_back_any(self, which: int) -> None:
        found = self.events()
        if found:
            event = found[which % len(found)]
            with suppress(Refused):
                undo.undo(self.desk(event.by), event.key)

    @rule()
    def deliver(self) -> None:
        for row in self.of.store.read("SELECT * FROM ledger.intent WHERE state = 'queued' ORDER BY rowid"):
            intent = intent_of(row)
            intents.move(self.of.store, intent.id, On.DUE)
            intents.move(self.of.store, intent.id, On.CONFIRMED, sent_at_ms=self.of.clock.now)
            self.show(str(intent.message).rsplit(":", 1)[1], LEAVES_AS[intent.kind])

    @rule()
    def fold(self) -> None:
        folding.catch_up(self.of.store)

    @invariant()
    def what_is_shown_is_the_fold_of_all_events(self) -> None:
        if not hasattr(self, "before"):
            return
        store, events = self.of.store, self.events()
        assert names(store, "SELECT event FROM ledger.undone") == undone(events)
        judged, answers = standing(events), standing(events, What.ANSWER)
        folded = {report: (found.event, found.state) for report, found in settled(judged, answers).items()}
        rows = store.read("SELECT * FROM ledger.settled")
        assert {row["report"]: (row["event"], row["state"]) for row in rows if row["report"] in folded} == folded
        assert names(store, "SELECT event FROM ledger.verdict") == {event.key for event in latest(judged).values()}
        assert names(store, "SELECT event FROM ledger.appeal") == {one.key for one in standing(events, What.APPEAL)}
        for row in shown(store):
            state = fold(event for event in events if event.thread == row.key)
            assert (row.assignee, row.tags) == (state.assignee, state.tags)
            if state.status is TriageStatus.ESCALATED:
                assert row.state == "escalated"
        assert care.broken_chains(store) == []

    @invariant()
    def the_platform_shows_what_the_decisions_that_stand_say(self) -> None:
        if hasattr(self, "before"):
            wanted = dict.fromkeys(self.on_its_way(), "visible")
            gone = undone(self.events())
            for event in self.events():
                judged = event.what is What.VERDICT
                said = event.payload.get("action" if judged else "kind")
                then = event.payload.get("shown", event.payload.get("seen", {}).get("state"))
                if judged and said == "hide" and then == "deleted":
                    continue  # what is gone isn't hidden: such a verdict, on an appeal, stands here only
                if event.key not in gone and event.message in wanted:
                    wanted[event.message] = SAYS.get(said, wanted[event.message])
            assert self.on_its_way() == wanted

    def on_its_way(self) -> dict[MessageKey, str]:
        """How each message will be there once all has arrived."""
        there = {MessageKey(row["key"]): row["state"] for row in self.of.store.read("SELECT key, state FROM message")}
        for row in self.of.store.read("SELECT * FROM ledger.intent WHERE state = 'queued' ORDER BY rowid"):
            intent = intent_of(row)
            there[intent.message] = LEAVES_AS[intent.kind].value
        return there

    def events(self) -> list[TriageEvent]:
        rows = self.of.store.read("SELECT * FROM ledger.event ORDER BY hlc, origin, origin_seq")
        return [event_of(row) for row in rows]

    def teardown(self) -> None:
        try:
            if hasattr(self, "before"):
                self.all_taken_back_it_is_as_before()
        finally:
            self.of.store.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def all_taken_back_it_is_as_before(self) -> None:
        for who in ("Noor", "Karin", "Bram"):
            while undo.undoable(self.desk(who)) is not None:
                assert not undo.undo(self.desk(who)).stays, "each taking back takes something back"
        self.deliver()
        after = self.seen_then()
        assert after[1:] == self.before[1:], "states of messages, reports, what waits to be sent, verdicts"
        assert after == self.before

    def seen_then(self) -> list[object]:
        """As it would be seen at the beginning: reasons depend on the time."""
        self.of.clock.now = self.said_at + HOUR_MS
        folding.catch_up(self.of.store)
        folding.rebuild(self.of.store)
        return everything(self.of.store)


def names(store: Store, sql: str) -> set[str]:
    return {row["event"] for row in store.read(sql)}


def shown(store: Store) -> list[queue.QueueRow]:
    return queue.page(store, queue.View("all"), 100)[0]


def everything(store: Store) -> list[object]:
    """What all screens show of it: rows first; then reports, verdicts, and what waits to be sent."""
    rows = shown(store)
    messages = [
        (m.key, m.state, [(r.key, r.state) for r in m.reports])
        for row in sorted(rows, key=lambda row: row.key) for m in thread.messages(store, row.thread_id)
    ]  # fmt: skip
    facts = [(row.key, row.state, row.assignee, row.tags, row.level, row.due_at_ms, row.reasons) for row in rows]
    waits = [
        tuple(row)
        for row in store.read("SELECT kind, message FROM ledger.intent WHERE state NOT IN ('sent', 'withdrawn')")
    ]
    judged = [tuple(row) for row in store.read("SELECT message, action FROM ledger.verdict")]
    return [facts, messages, waits, judged]


class TestAnyHistory(AnyHistory.TestCase):  # type: ignore[name-defined, misc]  # made by Hypothesis
    settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


@pytest.mark.long
class TestManyHistories(AnyHistory.TestCase):  # type: ignore[name-defined, misc]
    settings = settings(max_examples=300, stateful_step_count=50, deadline=None)
