"""Settling the reports of a message: seen at once, taken back while it can be, and never over a report nobody saw."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.desk import by_hand, replies, undo
from console.desk import outbox as person
from console.desk.seat import Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, Kind, State
from console.domain.platform import Found, Performed, Sighting, Unreachable
from console.store.read import queue, thread
from console.store.write import folding, intents
from tests.desk.there import There
from tests.houses import house, key, world_with

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)


class Reported(There):
    """There, a message was reported twice."""

    def shown(self) -> list[str]:
        row = queue.row(self.here.store, THREAD)
        assert row is not None
        message = thread.messages(self.here.store, row.thread_id)[0]
        return [report.state for report in message.reports]

    def counted(self) -> int:
        row = queue.row(self.here.store, THREAD)
        assert row is not None
        assert ("reported" in {reason.kind for reason in row.reasons}) is (row.reports > 0)
        return row.reports

    def on_the_platform(self) -> list[str]:
        return [self.world.report(name)["state"] for name in ("m1", "m2")]

    def settle(self) -> Intent:
        return replies.act(self.here.desk, Kind.SETTLE, THREAD, MESSAGE).intents[0]


@pytest.fixture
def there(tmp_path: Path) -> Reported:
    here = house(tmp_path)
    world, _plain = world_with(str(tmp_path / "world.db"), here.clock)
    world.put_person("joris", "Joris")
    for name in ("m1", "m2"):
        world.put_report(name, "vraag", "joris", here.clock.now, "Onbeleefd")
    return Reported(here, world, tmp_path)


def test_settled_reports_go_at_once_and_on_the_platform_too(there: Reported) -> None:
    assert there.counted() == 2
    intent = there.settle()
    assert there.shown() == ["dismissed", "dismissed"]
    assert there.counted() == 0
    assert there.on_the_platform() == ["pending", "pending"], "it waits its undo time"
    there.deliver()
    assert there.state(intent) is State.SENT
    assert there.on_the_platform() == ["dismissed", "dismissed"]
    folding.catch_up(there.here.store)
    assert (there.shown(), there.counted()) == (["dismissed", "dismissed"], 0)
    there.pull()
    folding.rebuild(there.here.store)
    assert (there.shown(), there.counted()) == (["dismissed", "dismissed"], 0)


def test_taken_back_in_time_they_wait_again(there: Reported) -> None:
    intent = there.settle()
    undo.undo(there.here.desk)
    assert (there.shown(), there.counted()) == (["pending", "pending"], 2)
    there.deliver()
    assert there.state(intent) is State.WITHDRAWN
    assert there.on_the_platform() == ["pending", "pending"]


def test_a_report_that_came_since_stops_it_and_is_shown(there: Reported) -> None:
    intent = there.settle()
    there.world.put_report("m3", "vraag", "fatma", there.here.clock.now, "Reclame")
    there.pull()
    assert there.shown() == ["dismissed", "dismissed", "pending"]
    assert there.counted() == 1
    there.deliver()
    assert there.state(intent) is State.CONFLICT
    assert there.on_the_platform() == ["pending", "pending"]
    assert there.shown() == ["pending", "pending", "pending"], "a conflict settles nothing"
    person.drop(there.here.desk, intent.id)
    again = there.settle()
    there.deliver()
    assert there.state(again) is State.SENT
    assert there.world.report("m3")["state"] == "dismissed"


def test_what_is_settled_cannot_be_settled_again(there: Reported) -> None:
    there.settle()
    with pytest.raises(Refused) as refused:
        there.settle()
    assert refused.value.code == "nothing_reported"


def test_after_it_left_it_stays_and_says_so(there: Reported) -> None:
    there.settle()
    there.deliver()
    undone = undo.undo(there.here.desk)
    assert undone.sent_at_ms is not None
    assert not undone.decision.intents
    assert there.shown() == ["dismissed", "dismissed"]


def test_one_that_is_settled_by_hand_is_settled_once_somebody_says_so(there: Reported) -> None:
    """Where the platform has no way but the browser, and lists the report for ever after."""
    there.here.store.cache.exec_driver_sql(
        'UPDATE space SET capabilities = replace(capabilities, \'"settle": "api"\', \'"settle": "handoff"\')'
    )
    intent = there.settle()
    assert there.state(intent) is State.HANDOFF
    assert there.counted() == 2, "not before it is done"
    by_hand.placed(there.here.desk, intent.id)
    assert there.counted() == 0
    there.pull()
    folding.rebuild(there.here.store)
    assert there.counted() == 0


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
def test_with_its_answer_lost_it_is_settled_once(there: Reported, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    performed: list[str] = []
    real = type(there.adapter).perform

    async def lost(self: object, intent: Intent) -> Performed:
        performed.append(intent.id)
        if len(performed) > 1:
            return await real(there.adapter, intent)  # type: ignore[arg-type]
        if after:
            await real(there.adapter, intent)  # type: ignore[arg-type]
        raise Unreachable

    monkeypatch.setattr(type(there.adapter), "perform", lost)
    intent = there.settle()
    there.deliver()
    assert there.state(intent) is State.UNCERTAIN
    assert there.counted() == 0
    intents.recover(there.here.store)
    for _round in range(3):
        there.deliver(130_000)
    assert there.state(intent) is State.SENT
    assert there.on_the_platform() == ["dismissed", "dismissed"]
    assert len(performed) == (1 if after else 2)
    found: Found = asyncio.run(there.adapter.find_sent(intent, frozenset()))
    assert found.sighting == "seen"


@pytest.mark.parametrize("newer", [False, True], ids=["the same", "and one more"])
def test_tried_again_while_nobody_knows_it_settles_what_its_maker_saw(
    there: Reported, monkeypatch: pytest.MonkeyPatch, newer: bool
) -> None:
    real = type(there.adapter).perform

    async def lost(self: object, intent: Intent) -> Performed:
        raise Unreachable

    async def unsure(self: object, intent: Intent, matched: frozenset[str]) -> Found:
        return Found(Sighting.UNCLEAR)

    with monkeypatch.context() as bad_day:
        bad_day.setattr(type(there.adapter), "perform", lost)
        bad_day.setattr(type(there.adapter), "find_sent", unsure)
        intent = there.settle()
        there.deliver()
        there.deliver()
    assert there.intent(intent).asks, "a person must say"
    assert there.shown() == ["dismissed", "dismissed"]
    assert type(there.adapter).perform is real
    if newer:
        there.world.put_report("m3", "vraag", "fatma", there.here.clock.now, "Reclame")
        there.pull()
    person.retry(there.here.desk, intent.id)
    assert set(there.shown()) == {"dismissed"}
    there.deliver()
    assert there.state(intent) is State.SENT
    assert there.on_the_platform() == ["dismissed", "dismissed"]
    if newer:
        assert there.world.report("m3")["state"] == "dismissed", "it was shown when the person said: try again"
