"""No word lost and none sent twice, whatever happens: a machine that looks for a way."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.desk import outbox as person
from console.desk import replies, undo
from console.desk.seat import Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import ENDS, Intent, State
from console.domain.platform import BadResponse, Found, Performed, RateLimited, Unreachable
from console.store.read import outbox
from console.store.read.thread import pending_reports
from console.store.write import folding, intents
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.houses import CONNECTION, DAY_MS, US, Clock, House, house, key, world_with


class Killed(BaseException):
    """The process ends here."""


class Weather:
    """What becomes of the next request, told to the adapter that stands in front of the real one."""

    def __init__(self) -> None:
        self.next = "fair"
        self.met = Counter[str]()
        self.late: list[tuple[int, Intent]] = []


class Stormy(Memory):
    """The memory adapter with a line that breaks before or after the platform did its work."""

    weather: Weather

    async def perform(self, intent: Intent) -> Performed:
        weather, self.weather.next = self.weather.next, "fair"
        self.weather.met[weather] += 1
        if weather == "never left":
            raise Unreachable(maybe_sent=False)
        if weather == "lost before":
            raise Unreachable
        if weather == "limited":
            raise RateLimited(5)
        if weather == "killed before":
            raise Killed
        if weather == "finishes later":
            # The server goes on with it after its client gave up, within the time it is known to need.
            self.weather.late.append((self._tools.now_ms() + LATE_MS, intent))
            raise Unreachable
        performed = await super().perform(intent)
        if weather == "lost after":
            raise Unreachable
        if weather == "garbage":
            raise BadResponse
        if weather == "killed after":
            raise Killed
        return performed

    async def finish(self) -> None:
        """What the server was still busy with is done by now."""
        due = [intent for at_ms, intent in self.weather.late if at_ms <= self._tools.now_ms()]
        self.weather.late = [(at_ms, i) for at_ms, i in self.weather.late if at_ms > self._tools.now_ms()]
        for intent in due:
            await super().perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        if self.weather.next == "no look":
            self.weather.next = "fair"
            raise Unreachable
        return await super().find_sent(intent, matched)


WEATHERS = ["fair", "never left", "lost before", "lost after", "garbage", "limited", "killed before", "killed after",
            "finishes later"]  # fmt: skip
LATE_MS = 1_500
TEXTS = st.sampled_from(["Dank je wel!", "Om half negen.", "We zoeken het uit."])


class OutboxMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.house: House = house(self.folder)
        self.weather = Weather()
        self.world, _plain = world_with(str(self.folder / "world.db"), self.house.clock)
        self._start()
        asyncio.run(self.engine.round(everything=True))
        self.thread = ThreadKey(key("message", "vraag"))
        self.made: list[str] = []

    def _start(self) -> None:
        store = self.house.store
        plain = stormy(self.folder, self.house)
        plain.weather = self.weather
        self.adapter = plain
        self.engine = Engine(store, CONNECTION, plain, lambda ids: None)
        self.delivery = Delivery(store, CONNECTION, plain, lambda: self.house.clock.now / 1000)

    @rule(text=TEXTS)
    def reply(self, text: str) -> None:
        decision = replies.reply(self.house.desk, self.thread, text, MessageKey(self.thread))
        self.made.append(decision.intents[0].id)

    @rule(weather=st.sampled_from(WEATHERS), ms=st.sampled_from([0, 500, 11_000]))
    def deliver(self, weather: str, ms: int) -> None:
        self._forward(ms)
        self.weather.next = weather
        try:
            asyncio.run(self.delivery.step())
        except Killed:
            self._restart()

    @rule()
    def _restart(self) -> None:
        """A new process: the collector's first act is to call what was being sent uncertain."""
        self.house.store.close()
        self._start()
        intents.recover(self.house.store)
        folding.catch_up(self.house.store)

    @rule(ms=st.sampled_from([100, 1_600, 3_000, 30_000]))
    def time_passes(self, ms: int) -> None:
        self._forward(ms)

    def _forward(self, ms: int) -> None:
        """Time goes in small steps: what finishes late finishes between two of ours."""
        while ms > 0:
            step = min(ms, 1_000)
            self.house.clock.forward(step)
            asyncio.run(self.adapter.finish())
            ms -= step

    @rule()
    def look_fails_once(self) -> None:
        self.weather.next = "no look"

    @rule()
    def pull(self) -> None:
        asyncio.run(self.engine.round(everything=True))

    @precondition(lambda self: self.made)
    @rule()
    def take_back(self) -> None:
        try:
            undo.undo(self.house.desk)
        except Refused:
            return

    @rule()
    def settle_what_asks(self) -> None:
        for row in outbox.intents(self.house.store):
            if row.intent.state in (State.CONFLICT, State.FAILED):
                person.retry(self.house.desk, row.intent.id)

    @invariant()
    def no_word_twice(self) -> None:
        if hasattr(self, "world"):
            marks = Counter(row["mark"] for row in self.world.posts("memory") if row["mark"])
            assert all(count == 1 for count in marks.values()), marks

    @invariant()
    def no_word_lost(self) -> None:
        if not hasattr(self, "world"):
            return
        there = {row["mark"] for row in self.world.posts("memory")}
        for intent_id in self.made:
            row = outbox.intent(self.house.store, intent_id)
            assert row is not None
            if row.intent.state is State.SENT:
                assert intent_id in there, "said to be sent, and isn't"
            elif row.intent.state is State.WITHDRAWN:
                assert intent_id not in there, "said to be taken back, and is there"

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        # Fair weather at last: everything ends well by itself, and every word that was not taken back is there once.
        for _round in range(12):
            self.settle_what_asks()
            self.weather.next = "fair"
            self._forward(130_000)
            asyncio.run(self.delivery.step())
        left = [row.intent for row in outbox.intents(self.house.store) if row.intent.state not in ENDS]
        assert not left, left
        self.no_word_lost()
        self.no_word_twice()
        self.house.store.close()
        shutil.rmtree(self.folder)


def stormy(folder: Path, of: House) -> Stormy:
    where = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    config = Config(CONNECTION, "memory", "", "us", "here", US, settings=where)
    store = of.store
    tools = Tools(
        now_ms=of.clock, confirmed=lambda intent, step: intents.confirm(store, intent, step),
        pending_reports=lambda message: pending_reports(store, message),
    )  # fmt: skip
    return Stormy(config, {}, tools)


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


@pytest.mark.long
def test_no_word_is_lost_or_sent_twice_on_ten_times_as_many_ways() -> None:
    run_state_machine_as_test(OutboxMachine, settings=settings(max_examples=400, stateful_step_count=50, deadline=None))


async def test_absence_believed_at_once_sends_twice(tmp_path: Path) -> None:
    """The control: without the time to settle, a server that finishes late makes two of one."""
    doubled = await _late_answer(tmp_path / "a", settle_scale=0)
    assert doubled == 2
    assert await _late_answer(tmp_path / "b", settle_scale=1) == 1


async def test_a_clock_set_forward_is_no_time_to_settle(tmp_path: Path) -> None:
    """With the control: counted by the clock on the wall alone, it makes two of one."""
    assert await _late_answer(tmp_path / "a", settle_scale=1, set_forward_ms=DAY_MS, by_the_wall=True) == 2
    assert await _late_answer(tmp_path / "b", settle_scale=1, set_forward_ms=DAY_MS) == 1


async def _late_answer(folder: Path, *, settle_scale: float, set_forward_ms: int = 0, by_the_wall: bool = False) -> int:
    """How often a reply arrives that the server finishes after its client gave up; meanwhile the clock may be set."""
    of = house(folder)
    world, _plain = world_with(str(folder / "world.db"), of.clock)
    where = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    config = Config(CONNECTION, "memory", "", "us", "here", US, settings=where)
    adapter = Stormy(config, {}, Tools(now_ms=of.clock, settle_scale=settle_scale))
    adapter.weather = Weather()
    await Engine(of.store, CONNECTION, adapter, lambda ids: None).round(everything=True)
    steady = Clock()
    by = of.clock if by_the_wall else steady
    delivery = Delivery(of.store, CONNECTION, adapter, lambda: by.now / 1000)
    replies.reply(of.desk, ThreadKey(key("message", "vraag")), "Om half negen.")
    of.clock.forward(10_000)
    adapter.weather.next = "finishes later"
    for _round in range(40):
        await delivery.step()
        if adapter.weather.late and set_forward_ms:
            of.clock.forward(set_forward_ms)
            set_forward_ms = 0
            await delivery.step()
        of.clock.forward(200)
        steady.forward(200)
        await adapter.finish()
    assert adapter.weather.met["finishes later"] == 1, "the fault was really there"
    return sum(1 for row in world.posts("memory") if row["mark"])
