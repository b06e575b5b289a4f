"""An account that may ask nothing more for now: what is wanted of it waits, is told, and can be taken back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from console.adapters.budgets import Allowance, Budget, work
from console.desk import replies
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import State
from console.store.opening import opened
from console.store.read.waits import BudgetRow, budgets
from console.store.write.requests import Request
from console.sync.allowances import Allowances, as_left, asked_since
from console.sync.connecting import Patience
from console.sync.delivery import Delivery
from console.sync.pictures import Pictures
from console.sync.requests import Requests
from console.sync.road import Packing
from console.sync.secret_store import SecretStore
from tests.desk.there import There
from tests.houses import CONNECTION, House, house, key, world_with
from tests.virtual_clock import VirtualClock

TEN, MANY = Budget(10, 30.0), Budget(100, 10.0, published=False)


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


async def spend(allowance: Allowance, requests: int, budget: Budget = TEN, kind: str = "check") -> None:
    for _n in range(requests):
        with work(kind):
            async with allowance.turn("messages", budget):
                pass


def test_a_reply_without_a_place_stays_queued_until_there_is_one(here: House, tmp_path: Path) -> None:
    world, _adapter = world_with(str(tmp_path / "world.db"), here.clock)
    there = There(here, world, tmp_path)
    clock = VirtualClock()
    allowance = Allowance(clock)
    there.delivery = Delivery(here.store, CONNECTION, there.adapter, full_in_s=allowance.full_in_s)
    thread = ThreadKey(key("message", "vraag"))
    reply = replies.reply(here.desk, thread, "Om negen uur.", MessageKey(thread)).intents[0]
    asyncio.run(spend(allowance, 10))
    there.deliver()
    waiting = there.intent(reply)
    assert (waiting.state, waiting.waits_for, waiting.attempts) == (State.QUEUED, "limit", 0)
    assert 30_000 <= waiting.not_before_ms - here.clock.now <= 30_100
    asyncio.run(clock.advance(30.1))
    there.deliver(30_100)
    assert there.state(reply) is State.SENT


async def test_a_check_beside_the_running_adapter_spends_from_the_same_purse(here: House) -> None:
    allowances = Allowances(here.store)
    assert allowances.of(CONNECTION) is allowances.of(CONNECTION)
    await spend(allowances.of_unknown("yammer  "), 4)
    await spend(allowances.of(CONNECTION), 4)
    allowances.is_really("yammer  ", CONNECTION)
    [spent] = allowances.of(CONNECTION).spent()
    assert len(spent.ages_s) == 8
    assert allowances.of_unknown("yammer  ").spent() == [], "who asks under that name next may be somebody else"


async def test_a_collector_that_starts_anew_goes_on_counting(here: House) -> None:
    clock = VirtualClock()
    await spend(Allowances(here.store, clock).of(CONNECTION), 10)
    here.clock.forward(20_000)
    again = Allowances(here.store, clock).of(CONNECTION)
    asking = asyncio.create_task(spend(again, 1))
    await clock.advance(9.9)
    assert not asking.done()
    await clock.advance(0.2)
    assert asking.done()


async def test_a_request_that_was_on_its_way_when_the_collector_ended_may_have_arrived_last(here: House) -> None:
    async def killed(allowance: Allowance) -> None:
        async with allowance.turn("messages", TEN):
            await asyncio.Event().wait()

    clock = VirtualClock()
    killed_soon = asyncio.create_task(killed(Allowances(here.store, clock).of(CONNECTION)))
    await clock.settle()
    assert budgets(here.store, CONNECTION)[0].spent_ms == (None,)
    here.clock.forward(25_000)
    again = as_left(here.store, CONNECTION, clock)
    asking = asyncio.gather(*(spend(again, 1) for _n in range(10)))
    await clock.advance(29.9)
    assert len(again.waits()) == 1
    killed_soon.cancel()
    await clock.advance(10)
    await asking


async def test_what_the_platform_asked_for_outlives_the_collector(here: House) -> None:
    clock = VirtualClock()
    before = Allowances(here.store, clock)
    await spend(before.of(CONNECTION), 1)
    before.of(CONNECTION).refused(60.0)
    before.tell()
    here.clock.forward(20_000)
    assert as_left(here.store, CONNECTION, clock).empty_for_s() == pytest.approx(40.0, abs=0.01)


async def test_a_budget_of_many_is_written_once_a_second_and_one_of_few_before_each_request(here: House) -> None:
    clock = VirtualClock()
    allowances = Allowances(here.store, clock)
    await spend(allowances.of(CONNECTION), 40, MANY)
    assert budgets(here.store, CONNECTION) == []
    allowances.tell()
    [many] = budgets(here.store, CONNECTION)
    assert (many.left(here.clock.now), many.published) == (60, False)
    await spend(allowances.of("yammer:here:connection:us"), 3)
    [few] = budgets(here.store, "yammer:here:connection:us")
    assert (few.left(here.clock.now), few.published) == (7, True)
    assert few.left(here.clock.now + 30_001) == 10, "what is written stays true while nothing is written"


def test_a_quiet_account_has_nothing_left() -> None:
    row = BudgetRow("", 10, 30_000, True, (), quiet_until_ms=5_000)
    assert (row.left(4_999), row.left(5_000)) == (0, 10)


def waiting(here: House) -> list[tuple[str, str, str, int | None]]:
    rows = here.store.read("SELECT work, about, why, since_ms, due_at_ms FROM wait ORDER BY id")
    return [(row["work"], row["about"], row["why"], row["due_at_ms"]) for row in rows]


async def test_who_waits_longer_than_a_moment_is_told_and_who_goes_on_no_longer(here: House) -> None:
    clock = VirtualClock()
    allowances = Allowances(here.store, clock)
    await spend(allowances.of(CONNECTION), 10)
    pull = asyncio.create_task(spend(allowances.of(CONNECTION), 1, kind="pull"))
    await clock.advance(0.9)
    here.clock.forward(900)
    allowances.tell()
    assert waiting(here) == []
    await clock.advance(1)
    here.clock.forward(1_000)
    allowances.tell()
    [(kind, _about, why, due_ms)] = waiting(here)
    assert (kind, why) == ("pull", "budget")
    assert due_ms is not None
    assert 28_000 <= due_ms - here.clock.now <= 28_200
    other = opened(here.store.cache_path)
    seen = other.execute("PRAGMA data_version").fetchone()
    for _second in range(5):
        await clock.advance(1)
        here.clock.forward(1_000)
        allowances.tell()
    assert other.execute("PRAGMA data_version").fetchone() == seen, "nothing is written while it goes on waiting"
    other.close()
    await clock.advance(30)
    allowances.tell()
    assert waiting(here) == []
    await pull


async def test_what_the_command_line_asked_while_it_connected_counts_for_the_collector(here: House) -> None:
    """`connect` and then `sync --once`, within half a minute: two programs, one account."""
    clock = VirtualClock()
    allowances = Allowances(here.store, clock)
    checking = as_left(here.store, CONNECTION, clock)
    await spend(checking, 4)
    asked = asked_since(checking, here.clock.now, here.clock.now)
    assert asked == {"messages": [here.clock.now] * 4}
    here.clock.forward(10_000)
    request = Request("1", "renew", {"key": CONNECTION, "asked": asked})
    renewed: list[str] = []

    async def renew(key: str) -> None:
        renewed.append(key)

    async def nothing(names: frozenset[str]) -> list[dict[str, object]]:
        return []

    secrets = SecretStore(here.store.folder, "x")
    fetching = Pictures(here.store, lambda connection: None, 0)
    packing = Packing(here.store, lambda: nothing(frozenset()), fetching, 0)
    await Requests(here.store, secrets, Patience(), nothing, renew, fetching, allowances, packing).carry_out(request)
    assert renewed == [CONNECTION]
    asking = asyncio.gather(*(spend(allowances.of(CONNECTION), 1) for _n in range(10)))
    await clock.advance(19.9)
    assert len(allowances.of(CONNECTION).waits()) == 4
    await clock.advance(0.2)
    assert not allowances.of(CONNECTION).waits()
    await asking
