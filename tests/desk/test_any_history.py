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

from console.desk import appeals, bulk, replies, together, triage, undo, verdicts
from console.desk.bulk import Verb
from console.desk.bulk_verbs import Approve, Judge, Triage
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
from console.store.read.outbox import of_decision
from console.store.read.stands import ids_of
from console.store.rows import event_of, intent_of
from console.store.write import connections, folding, intents
from tests.houses import CONNECTION, DAY_MS, HOUR_MS, SPACE, house, key, said

NAMES = ["m0", "m1", "m2", "m3"]
TEXTS = {name: f"Weet iemand iets over {name}?" for name in NAMES}
WHO = st.sampled_from(["Noor", "Karin", "Bram"])
MESSAGE = st.sampled_from(NAMES)
SEVERAL = st.lists(st.sampled_from(["m0", "m2", "m3"]), min_size=1, max_size=3)
CLOCK = st.sampled_from([1, 60_000, -HOUR_MS, -1, 3 * HOUR_MS, -30 * DAY_MS, DAY_MS])
PRIVACY = HousePolicy(1, "Privacy van cliënten")
JUDGEMENTS = {
    "keep": Judgement(Action.KEEP), "hide": Judgement(Action.HIDE, (PRIVACY,)),
    "delete": Judgement(Action.DELETE, (PRIVACY,)),
    "escalate": Judgement(Action.ESCALATE, to="Ineke", note="Kijk jij?"),
}  # fmt: skip
VERBS: dict[str, Verb] = {name: Judge(judgement) for name, judgement in JUDGEMENTS.items()} | {
    "approve": Approve(), "done": Triage(What.DONE), "tag": Triage(What.TAG, ({"tag": "rooster"}, {"tag": "zorg"})),
}  # fmt: skip
LEAVES_AS = {
    Kind.HIDE: MessageState.HIDDEN, Kind.UNHIDE: MessageState.VISIBLE, Kind.DELETE: MessageState.DELETED,
    Kind.RESTORE: MessageState.VISIBLE, Kind.APPROVE: MessageState.VISIBLE, Kind.HOLD: MessageState.HELD,
}  # fmt: skip
SAYS = {"keep": "visible", "unhide": "visible", "approve": "visible", "hide": "hidden", "delete": "deleted"}
STUCK_OR_SUPERSEDED = """
  SELECT i.decision, i.message, i."by", i.state
    FROM ledger.intent AS i
    JOIN ledger.intent_step AS s ON s.id = (SELECT max(id) FROM ledger.intent_step WHERE intent = i.id)
   WHERE i.state = 'conflict' OR i.state = 'withdrawn' AND s."on" = 'superseded'
"""


def root_of(name: str) -> str:
    return "m0" if name == "m1" else name


class AnyHistory(RuleBasedStateMachine):
    """One profile with three conversations; m1 is an answer in the first. The platform does as it is asked at once."""

    def __init__(self) -> None:
        super().__init__()
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(bulk, "AT_ONCE", 2)
        self.folder = Path(tempfile.mkdtemp(prefix="any-history-"))

    @initialize()
    def begin(self) -> None:
        self.of = house(self.folder)
        # Settled reports can't be opened again anywhere: there is no such thing here.
        can = capabilities(
            reply="api",
            hide="api",
            unhide="api",
            delete="api",
            restore="api",
            approve="api",
            hold="api",
            max_bytes=1000,
        )
        connections.put_spaces(self.of.store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), can)])
        self.said_at = self.of.clock.now - HOUR_MS
        for name in NAMES:
            self.show(name, MessageState.HELD if name == "m3" else MessageState.VISIBLE)
            self.of.report(f"r{name}", name, ago_ms=HOUR_MS // 2)
        self.before = everything(self.of.store)

    def show(self, name: str, state: MessageState) -> None:
        root = root_of(name)
        self.of.apply(*said(name, TEXTS[name], at_ms=self.said_at, root="" if root == name else root, state=state))

    def desk(self, who: str) -> Desk:
        return replace(self.of.desk, moderator=who)

    @rule(ms=CLOCK)
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

    @rule(
        who=WHO, names=SEVERAL, verb=st.sampled_from(sorted(VERBS)), meanwhile=st.none() | st.tuples(WHO, MESSAGE),
        theirs=st.booleans(), stops=st.booleans(),
    )  # fmt: skip
    def decide_on_many(
        self, who: str, names: list[str], verb: str, meanwhile: tuple[str, str] | None, *, theirs: bool, stops: bool
    ) -> None:
        """Weighed, while somebody may judge one of them, and made in pieces of two that may be stopped after the first."""
        desk, made = self.desk(who), VERBS[verb]
        ids = ids_of(self.of.store, [ThreadKey(key("message", name)) for name in names])
        weighed = bulk.weigh(desk, made, ids.values())
        if meanwhile is not None:
            self.judge(*meanwhile, "keep")
        bulk.carry_out(desk, made, weighed.with_theirs() if theirs else weighed, lambda done: not (stops and done))

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

    @rule(which=st.integers(0, 3), turns=st.lists(st.tuples(CLOCK, st.booleans()), min_size=1, max_size=4))
    def take_back_what_was_decided_as_one(self, which: int, turns: list[tuple[int, bool]]) -> None:
        """One of the newest, then what took that back, and so on; in between the clock moves, and what is due arrives."""
        marks = list(dict.fromkeys(e.payload["together"] for e in self.events() if e.payload.get("together")))[::-1]
        if not marks:
            return
        mark = marks[which % len(marks)]
        for ms, arrives in turns:
            self.of.clock.forward(ms)
            if arrives:
                self.deliver()
            event = next(event for event in self.events() if event.payload.get("together") == mark)
            try:
                done = undo.undo(self.desk(event.by), event.key)
            except Refused:
                return
            self.what_is_shown_is_the_fold_of_all_events()
            self.the_platform_shows_what_the_decisions_that_stand_say()
            taken = next(one for one in self.events() if one.key == done.decision.event)
            if (mark := taken.payload.get("together", "")) == "":
                return

    @rule(which=st.integers(0, 7))
    def something_comes_into_conflict(self, which: int) -> None:
        """Not what takes something back: the platform shows what stands only once its person has said so."""
        found = self.of.store.read(
            "SELECT i.id FROM ledger.intent AS i JOIN ledger.event AS e ON e.key = i.decision"
            " WHERE i.state = 'queued' AND e.what <> 'undo' ORDER BY i.rowid"
        )
        if found:
            intents.move(self.of.store, found[which % len(found)]["id"], On.THREAD_CHANGED, error="edited")

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
            wanted = {**dict.fromkeys(self.on_its_way(), "visible"), MessageKey(key("message", "m3")): "held"}
            gone = undone(self.events())
            for event in self.events():
                judged = event.what is What.VERDICT
                said = event.payload.get("action" if judged else "kind")
                then = event.payload.get("shown", event.payload.get("seen", {}).get("state"))
                if judged and said == "hide" and then == "deleted":
                    continue  # what is gone isn't hidden: such a verdict, on an appeal, stands here only
                if event.key not in gone:
                    for message in self.about(event):
                        wanted[message] = SAYS.get(said, wanted[message])
            waits = {MessageKey(row["message"]) for row in self.of.store.read(STUCK_OR_SUPERSEDED)}
            for message, there in self.on_its_way().items():
                # Where a decision waits for its maker, or waited when it was superseded, that says more than the decisions.
                assert message in waits or there in (
                    wanted[message],
                    "held" if wanted[message] == "hidden" else wanted[message],
                )

    @invariant()
    def nobody_is_asked_about_what_they_judged_anew_since(self) -> None:
        if hasattr(self, "before"):
            events = self.events()
            gone, place = undone(events), {event.key: n for n, event in enumerate(events)}
            for row in self.of.store.read(STUCK_OR_SUPERSEDED):
                newer = [
                    one for one in events[place[row["decision"]] + 1 :]
                    if one.what is What.VERDICT and one.message == row["message"] and one.by == row["by"] and one.key not in gone
                ]  # fmt: skip
                if row["decision"] not in gone:
                    assert row["state"] == ("withdrawn" if newer else "conflict")

    def about(self, event: TriageEvent) -> list[MessageKey]:
        """The messages of which a decision says how they are to be shown."""
        if event.what is What.ACT:
            return [one.message for one in of_decision(self.of.store, event.key) if one.message is not None]
        return [event.message] if event.message is not None else []

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
            self.patched.undo()
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
