"""Removals of several steps and reports settled, among replies and in any weather: a machine that looks for a way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from console.desk import replies
from console.desk.seat import Refused
from console.domain.conversation import MessageKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Performed
from console.store.read import outbox
from console.store.read.thread import pending_reports
from tests.houses import key
from tests.sync.test_outbox_machine import Killed, OutboxMachine, Stormy

POSTS = ("eerste", "tweede", "derde")
EARLIER = "Eerder stond hier iets anders"


class Halfway(Stormy):
    """The process may also end between two requests of one intent, the first confirmed."""

    first_steps: Counter[IntentId]

    async def perform(self, intent: Intent) -> Performed:
        if self.weather.next == "halfway":
            self.weather.next = "fair"
            post = self._post(intent.message or intent.thread)
            if intent.kind is Kind.DELETE and post["edited_ms"] is not None and not intent.steps:
                self._world.forget_earlier_words(post["id"])
                self._tools.confirmed(intent.id, "earlier words")
                self.first_steps[intent.id] += 1
            raise Killed
        return await super().perform(intent)


class ModeratingMachine(OutboxMachine):
    """A thread with three answers by colleagues: they are edited, reported, removed, settled and taken back."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[IntentId, set[str]] = {}
        self.reported = 0
        self.first_steps = Counter[IntentId]()

    def _start(self) -> None:
        super()._start()
        self.adapter.__class__ = Halfway
        assert isinstance(self.adapter, Halfway)
        self.adapter.first_steps = self.first_steps
        if not self.seen and self.world.posts("memory") and len(self.world.posts("memory")) == 1:
            for n, name in enumerate(POSTS):
                self.world.say(name, "plein", "fatma", self.house.clock.now - 1000 + n, EARLIER, answers="vraag")

    @rule(post=st.sampled_from(POSTS), text=st.sampled_from(["Beter zo.", "Nog beter."]))
    def a_colleague_edits(self, post: str, text: str) -> None:
        self.world.edit(post, text, self.house.clock.now)

    @rule(post=st.sampled_from(POSTS))
    def a_colleague_reports(self, post: str) -> None:
        self.reported += 1
        self.world.put_report(f"r{self.reported}", post, "fatma", self.house.clock.now, "Onbeleefd")

    @rule(post=st.sampled_from(POSTS))
    def remove(self, post: str) -> None:
        self._act(Kind.DELETE, post)

    @rule(post=st.sampled_from(POSTS))
    def settle(self, post: str) -> None:
        self._act(Kind.SETTLE, post)

    def _act(self, kind: Kind, post: str) -> None:
        message = MessageKey(key("message", post))
        before = self._pending(message)
        try:
            intent = replies.act(self.house.desk, kind, self.thread, message).intents[0]
        except Refused:
            return
        if kind is Kind.SETTLE:
            self.seen[intent.id] = before

    def settle_what_asks(self) -> None:
        for row in outbox.intents(self.house.store):
            if row.intent.state is State.CONFLICT and row.intent.id in self.seen:
                self.seen[row.intent.id] |= self._pending(row.intent.message)
        super().settle_what_asks()

    @rule(ms=st.sampled_from([0, 11_000]))
    def end_halfway(self, ms: int) -> None:
        self.deliver("halfway", ms)

    @invariant()
    def only_what_was_seen_is_settled(self) -> None:
        if not hasattr(self, "world"):
            return
        seen = {name for names in self.seen.values() for name in names}
        settled = {facts["id"] for facts in self._reports() if facts["state"] == "dismissed"}
        assert settled <= seen, "a report that nobody saw was settled"

    @invariant()
    def a_confirmed_step_is_not_done_again(self) -> None:
        assert all(count == 1 for count in self.first_steps.values()), self.first_steps

    @invariant()
    def what_is_said_to_be_done_is_done(self) -> None:
        if not hasattr(self, "world"):
            return
        acted: dict[str, list[Intent]] = {}
        for row in outbox.intents(self.house.store, open_only=False):
            intent = row.intent
            if intent.kind is Kind.SETTLE and intent.state is State.SENT:
                pending = {facts["id"] for facts in self._reports() if facts["state"] == "pending"}
                assert not pending & self.seen[intent.id], "said to be settled, and isn't"
            if intent.kind in {Kind.DELETE, Kind.RESTORE} and intent.state is not State.WITHDRAWN:
                acted.setdefault(intent.message or "", []).append(intent)
        for message, (only, *others) in acted.items():
            if only.kind is Kind.DELETE and only.state is State.SENT and not others:
                assert self.world.post(message.rsplit(":", 1)[-1])["state"] == "deleted", (
                    "said to be removed, and isn't"
                )

    def _pending(self, message: MessageKey | None) -> set[str]:
        return (
            {report.rsplit(":", 1)[-1] for report in pending_reports(self.house.store, message)} if message else set()
        )

    def _reports(self) -> Iterator[dict[str, str]]:
        for n in range(1, self.reported + 1):
            yield self.world.report(f"r{n}")


def test_the_process_really_ends_between_two_steps() -> None:
    machine = ModeratingMachine()
    machine.begin()
    machine.a_colleague_edits("eerste", "Beter zo.")
    machine.pull()
    machine.remove("eerste")
    machine.end_halfway(11_000)
    assert list(machine.first_steps.values()) == [1]
    machine.deliver("fair", 11_000)
    machine.deliver("fair", 11_000)
    assert machine.world.post("eerste")["state"] == "deleted"
    assert list(machine.first_steps.values()) == [1]
    machine.teardown()


TestModerating = ModeratingMachine.TestCase
TestModerating.settings = settings(max_examples=30, stateful_step_count=30, deadline=None)


@pytest.mark.long
def test_every_step_is_done_once_on_ten_times_as_many_ways() -> None:
    run_state_machine_as_test(
        ModeratingMachine, settings=settings(max_examples=300, stateful_step_count=50, deadline=None)
    )
