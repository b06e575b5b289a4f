"""What a person finishes in the browser, whatever happens in between: a machine that looks for a way to do it twice or forget it.

The person of this machine is the worst there is: pastes or doesn't, says so or doesn't, is told nothing by the platform
or half of it, opens two windows, and pulls the plug.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.desk import by_hand, drafts, replies, undo
from console.desk import outbox as person
from console.desk.seat import Refused
from console.domain.conversation import MessageKey, PersonKey, ThreadKey, key_of
from console.domain.handoff import folded
from console.domain.outbox import BY_HAND, Intent, Kind, NotPossible, State
from console.domain.platform import Performed
from console.store.preparing import prepare
from console.store.read import outbox
from console.store.read.outbox import IntentRow
from console.store.write import connections, folding, handoffs, intents
from console.store.write.connections import NewConnection
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.houses import CONNECTION, HOUR_MS, House, house

LONG = "Dank voor je vraag. We zoeken het vandaag uit en je hoort het uiterlijk morgen voor twaalven."
OTHER = "Goed dat je het zegt: we nemen het mee in het overleg van donderdag en komen er dan op terug."
TEXTS = st.sampled_from([LONG, OTHER, "Dank je wel!"])
WAYS = st.sampled_from(["as it is", "cut short by the platform", "with other white space", "with a word changed"])
OURS = PersonKey(key_of("facebook", "here", "user", "us"))
PICK = st.integers(0, 5)


@dataclass
class Pasted:
    """What really stands on the platform by our hand, and for which intent the person put it there."""

    post: str
    intent: str
    plain: bool  # its words are those of the intent, or the beginning of them
    shown: bool = False


class NeverSends(Memory):
    """On this platform nothing goes by itself: being asked to is the fault that is looked for."""

    async def perform(self, intent: Intent) -> Performed:
        raise AssertionError(f"the program tried to place {intent.kind} itself")


class HandoffMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.house: House = house(self.folder)
        connections.put(
            self.house.store,
            NewConnection(CONNECTION, "Hier", "facebook", "memory", "", "us", "here", OURS, "Wij", 0, 0, {}),
        )
        self.pasted: list[Pasted] = []
        self.made: list[str] = []
        self.opened: Counter[str] = Counter()
        self.said: set[str] = set()  # intents of which the person said that they are there
        self.let_go: set[str] = set()
        self.asked_first: set[str] = set()
        self._start()
        clock = self.house.clock
        self.world.put_person("us", "Wij")
        self.world.put_person("fatma", "Fatma")
        self.world.put_space("plein", "facebook", "Het plein")
        self.world.say(
            "vraag", "plein", "fatma", clock.now - HOUR_MS, "Weet iemand hoe laat de bus gaat?", title="De bus"
        )
        self.thread = ThreadKey(_key("vraag"))
        self.pull()

    def _start(self) -> None:
        where = {"world": str(self.folder / "world.db"), "shows": "facebook", "us": "us"}
        config = Config(CONNECTION, "facebook", "", "us", "here", OURS, settings=where)
        self.adapter = NeverSends(config, {}, Tools(now_ms=self.house.clock))
        self.world = self.adapter._world
        self.engine = Engine(self.house.store, CONNECTION, self.adapter, lambda ids: None)
        self.delivery = Delivery(self.house.store, CONNECTION, self.adapter, lambda: self.house.clock.now / 1000)

    # --- what the moderator does in the program

    @rule(text=TEXTS)
    def reply(self, text: str) -> None:
        self.made.append(replies.reply(self.house.desk, self.thread, text).intents[0].id)

    @rule()
    def hide(self) -> None:
        self.made.append(replies.act(self.house.desk, Kind.HIDE, self.thread, MessageKey(self.thread)).intents[0].id)

    @rule(pick=PICK, stale=st.booleans(), way=st.none() | WAYS, page=st.booleans())
    def open(self, pick: int, stale: bool, way: str | None, page: bool) -> None:
        """The key, and what they do in the browser; `stale` is another window, that doesn't know of the last time."""
        row = self._waiting(pick)
        if row is None:
            return
        try:
            by_hand.opened(self.house.desk, row.intent.id, None if stale else row.opened_ms)
        except Refused:
            assert row.opened_ms is not None, "only what was opened elsewhere is refused"
            return
        assert not (stale and row.opened_ms), "another window opened it a second time without asking"
        self.opened[row.intent.id] += 1
        if way is not None and row.intent.kind is Kind.REPLY:
            self.paste(row.intent, way)
        elif row.intent.kind is Kind.HIDE and way is not None:
            self.world.change("vraag", state="hidden")
        if page:
            self.pull()

    @rule(pick=PICK)
    def yes(self, pick: int) -> None:
        row = self._waiting(pick)
        if row is not None:
            by_hand.placed(self.house.desk, row.intent.id)
            self.said.add(row.intent.id)

    @rule(pick=PICK)
    def that_is_something_else(self, pick: int) -> None:
        row = self._waiting(pick)
        if row is not None and row.like is not None:
            by_hand.not_it(self.house.desk, row.intent.id)

    @rule(pick=PICK, anew=st.booleans())
    def let_it_go(self, pick: int, anew: bool) -> None:
        row = self._waiting(pick)
        if row is None:
            return
        if anew and row.intent.kind is Kind.REPLY:
            person.edit(self.house.desk, row.intent.id)
        else:
            person.drop(self.house.desk, row.intent.id)
        self.let_go.add(row.intent.id)

    @rule(pick=PICK)
    def think_again(self, pick: int) -> None:
        if not self.made:
            return
        intent_id = self.made[pick % len(self.made)]
        try:
            by_hand.word_back(self.house.desk, intent_id)
        except NotPossible:
            return
        self.said.discard(intent_id)
        self.let_go.discard(intent_id)

    @rule()
    def take_back(self) -> None:
        try:
            undone = undo.undo(self.house.desk)
        except Refused as refused:
            self.asked_first.add(str(refused.facts.get("intent", "")))
            return
        for intent in undone.decision.intents:
            assert intent.state is State.HANDOFF, "by hand is taken back by hand"
            self.made.append(intent.id)
        for intent_id in self.made:
            if self._intent(intent_id).state is State.WITHDRAWN:
                self.let_go.add(intent_id)

    # --- what they do in the browser, and what the platform tells of it

    def paste(self, intent: Intent, way: str) -> None:
        """They put it there, once."""
        if any(one.intent == intent.id for one in self.pasted):
            return
        text = {"as it is": intent.text, "cut short by the platform": intent.text[:60] + "…",
                "with other white space": intent.text.replace(" ", "\n"),
                "with a word changed": intent.text.replace("je", "jou")}[way]  # fmt: skip
        self.house.clock.forward(1_000)
        name = f"ons-{len(self.pasted)}"
        self.world.say(name, "plein", "us", self.house.clock.now, text, answers="vraag")
        cut = way == "cut short by the platform"
        plain = way in ("as it is", "with other white space") or (cut and len(intent.text) > 60)
        self.pasted.append(Pasted(name, intent.id, plain))

    @rule()
    def show_there(self) -> None:
        self.world.change("vraag", state="visible")

    @rule(text=TEXTS)
    def a_colleague_says_the_same(self, text: str) -> None:
        self.house.clock.forward(1_000)
        self.world.say(f"fatma-{self.house.clock.now}", "plein", "fatma", self.house.clock.now, text, answers="vraag")

    @rule()
    def pull(self) -> None:
        asyncio.run(self.engine.round(everything=True))
        for one in self.pasted:
            one.shown = True

    @rule()
    def collector_steps(self) -> None:
        asyncio.run(self.delivery.step())

    # --- the plug

    @rule()
    def restart(self) -> None:
        self.house.store.close()
        self._start()
        intents.recover(self.house.store)
        folding.catch_up(self.house.store)
        handoffs.settle(self.house.store)

    @rule()
    def the_copy_is_thrown_away(self) -> None:
        self.house.store.close()
        self.house.store.cache_path.unlink()
        prepare(self.house.store.folder)
        self._start()
        self.pull()
        folding.catch_up(self.house.store)

    @rule()
    def time_passes(self) -> None:
        self.house.clock.forward(3 * HOUR_MS)

    # --- what must never happen

    def _intent(self, intent_id: str) -> Intent:
        row = outbox.intent(self.house.store, intent_id)
        assert row is not None, "it is gone"
        return row.intent

    def _waiting(self, pick: int) -> IntentRow | None:
        rows = by_hand.waiting(self.house.desk)
        return rows[pick % len(rows)] if rows else None

    @invariant()
    def nothing_is_forgotten(self) -> None:
        """Each is yours to finish, or ended by your word, or by what the platform shows."""
        if not hasattr(self, "thread"):
            return
        listed = {row.intent.id for row in by_hand.waiting(self.house.desk)}
        assert outbox.counts(self.house.store).for_you == len(listed)
        shown = {_key(one.post) for one in self.pasted if one.shown}
        for intent_id in self.made:
            intent = self._intent(intent_id)
            match intent.state:
                case State.HANDOFF:
                    assert intent_id in listed
                case State.SENT if intent.kind is Kind.REPLY:
                    assert intent_id in self.said or intent.remote_message in shown, "nobody said so and it isn't there"
                case State.SENT:
                    assert intent_id in self.said or BY_HAND not in intent.steps
                case _:
                    assert intent_id in self.let_go, intent

    @invariant()
    def nothing_that_is_seen_there_is_asked_for_again(self) -> None:
        """Else a person would place it twice, by our doing."""
        if not hasattr(self, "thread"):
            return
        waiting = {
            row.intent.id: row.intent for row in by_hand.waiting(self.house.desk) if row.intent.kind is Kind.REPLY
        }
        claimed = {self._intent(intent_id).remote_message for intent_id in self.made}
        for one in self.pasted:
            intent = waiting.get(one.intent)
            if intent is None or not one.shown or not one.plain:
                continue
            # Of equal texts any may be the one; but each message ends one of them.
            assert _key(one.post) in claimed, f"{intent.text} stands there and is asked for"

    @invariant()
    def only_what_was_opened_is_asked_about_before_it_is_taken_back(self) -> None:
        if hasattr(self, "thread"):
            assert self.asked_first - {""} <= set(self.opened)

    @invariant()
    def one_message_is_one_reply(self) -> None:
        if hasattr(self, "thread"):
            found = Counter(
                intent.remote_message for intent in map(self._intent, self.made)
                if intent.remote_message and not intent.asks
            )  # fmt: skip
            assert all(count == 1 for count in found.values()), found

    @invariant()
    def words_that_were_let_go_are_a_draft(self) -> None:
        if not hasattr(self, "thread"):
            return
        draft = drafts.reply_draft(self.house.desk, self.thread)
        kept = {folded(text) for text in drafts.set_aside(self.house.desk, self.thread)}
        kept |= {folded(draft.text)} if draft else set()
        for intent_id in self.let_go:
            intent = self._intent(intent_id)
            if intent.kind is Kind.REPLY and intent.state in (State.WITHDRAWN, State.DRAFT):
                elsewhere = any(
                    self._intent(other).text == intent.text for other in self.made if other not in self.let_go
                )
                assert elsewhere or any(text.startswith(folded(intent.text)) for text in kept), intent.text

    def teardown(self) -> None:
        if hasattr(self, "thread"):
            self.nothing_is_forgotten()
            self.house.store.close()
            shutil.rmtree(self.folder)


def _key(post: str) -> str:
    return key_of("facebook", "here", "message", post)


TestHandoff = HandoffMachine.TestCase
TestHandoff.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@pytest.mark.long
def test_nothing_is_placed_twice_or_forgotten_on_ten_times_as_many_ways() -> None:
    run_state_machine_as_test(
        HandoffMachine, settings=settings(max_examples=400, stateful_step_count=50, deadline=None)
    )
