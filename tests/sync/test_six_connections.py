"""Six connections at work: pulling, answering, being checked; and no platform sees more than it allows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.adapters import transport, yammer_discovery
from console.adapters.budgets import Budget
from console.adapters.contract import Config
from console.adapters.yammer_api import BUDGETS
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import State
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, put
from console.sync.allowances import Allowances
from console.sync.connecting import Patience, Wanted, adapter_for, check
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.adapters.test_buddypress_contract import config_of as buddypress_config
from tests.adapters.test_humhub_contract import config_of as humhub_config
from tests.adapters.test_yammer_contract import config_of as yammer_config
from tests.fakes.buddypress import BuddyPress
from tests.fakes.humhub import HumHub
from tests.fakes.meter import Meter
from tests.fakes.yammer import Yammer
from tests.figures import Note
from tests.virtual_clock import VirtualClock

OURS = Budget(6, 30.0, published=False)  # stricter than Yammer's own, so that it matters


@dataclass(slots=True)
class Site:
    """A fake, the connection to it as its check left it, and what its meter may show at most."""

    fake: HumHub | BuddyPress | Yammer
    config: Config
    secrets: dict[str, str]
    limit: Budget

    def kind(self, target: str) -> str:
        """Which of its budgets the platform counts a request in."""
        return "messages" if isinstance(self.fake, Yammer) and target.startswith("/api/v1/messages") else ""


def a_humhub(stack: ExitStack) -> Site:
    site = stack.enter_context(HumHub())
    for number in range(12):
        post = site.post("sanne", f"Vraag {number}?")
        for answer in range(4):
            site.say("joris", post.id, f"Antwoord {number}.{answer}")
    return Site(site, humhub_config(site), {"token": "redactie-token"}, OURS)


def a_buddypress(stack: ExitStack) -> Site:
    site = stack.enter_context(BuddyPress())
    us, sanne = site.account("redactie", "Redactie", moderates=True), site.account("sanne", "Sanne de Wit")
    for number in range(4):
        room = site.room(f"Groep {number}", us, sanne)
        for question in range(30):
            site.post(sanne, f"Vraag {question}?", room)
    return Site(site, buddypress_config(site), {"password": site.accounts["redactie"].password}, OURS)


def a_yammer(stack: ExitStack) -> Site:
    network = stack.enter_context(Yammer())
    for number in range(3):
        group = network.group(f"Groep {number}", "redactie", "sanne", "joris")
        for question in range(25):
            opened = network.post("sanne", f"Vraag {question}?", group)
            for answer in range(4 if question % 6 == 0 else 0):
                network.answer("joris", opened.id, f"Antwoord {answer}")
    return Site(network, yammer_config(network), {"token": "redactie-token"}, BUDGETS["messages"])


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    with ExitStack() as stack:
        yield [make(stack) for make in (a_humhub, a_buddypress, a_yammer) for _n in range(2)]


class AtWork:
    """What the collector does for one connection, as far as it asks something of the platform."""

    def __init__(self, store: Store, site: Site, number: int, allowances: Allowances) -> None:
        self.site, self._store, config = site, store, site.config
        self.key = f"{config.platform}:{config.server}:connection:{number}"
        put(store, NewConnection(self.key, f"nr {number}", config.platform, config.platform, config.url, config.user,
                                 config.server, config.account, "Redactie", 0, 0, config.settings))  # fmt: skip
        row = next(row for row in connections(store) if row.key == self.key)
        self._allowance = allowances.of(self.key)
        self.adapter = adapter_for(store, row, site.secrets, Patience(), store.now_ms, allowance=self._allowance)
        self.engine = Engine(store, row.key, self.adapter, lambda ids: None)
        self.delivery = Delivery(store, row.key, self.adapter, full_in_s=self._allowance.full_in_s)

    async def pull(self) -> None:
        for _round in range(2):
            pulled = await self.engine.round(everything=True)
            assert pulled.error is None, pulled.error

    async def check(self) -> None:
        config = self.site.config
        wanted = Wanted(config.platform, "x", config.url, config.user, config.settings)
        await check(wanted, self.site.secrets, Patience(), self._store.now_ms(), self._allowance)

    async def answer(self, desk: Desk, clock: VirtualClock) -> None:
        """Two replies, while the same account is being read."""
        thread = ""
        while not thread:
            await clock.wait(asyncio.Event(), 1.0)
            found = self._store.read("SELECT key FROM thread WHERE connection = :key LIMIT 1", {"key": self.key})
            thread = found[0]["key"] if found else ""
        for text in ("Dat zoek ik uit.", "Om negen uur."):
            replies.reply(desk, ThreadKey(thread), text, MessageKey(thread))
        while self.on_its_way():
            await self.delivery.step()
            await clock.wait(asyncio.Event(), 1.0)

    def on_its_way(self) -> list[State]:
        rows = outbox.intents(self._store)
        return [
            row.intent.state for row in rows if row.intent.connection == self.key and row.intent.state is not State.SENT
        ]


async def all_at_work(store: Store, sites: list[Site], clock: VirtualClock) -> list[Meter]:
    allowances = Allowances(store, clock)
    desk, meters = Desk(store, "Noor", 0), [Meter(clock.now_s, site.limit.per_s) for site in sites]
    for site, meter in zip(sites, meters, strict=True):
        site.fake.arrived = lambda authorization, target, site=site, meter=meter: meter.count("us", site.kind(target))
    working = [AtWork(store, site, number, allowances) for number, site in enumerate(sites)]
    await clock.run(*(work for one in working for work in (one.pull(), one.check(), one.answer(desk, clock))))
    for one in working:
        assert not one.on_its_way()
        await one.adapter.close()
    return meters


async def test_no_platform_sees_more_than_it_allows_with_six_connections_at_work(
    tmp_path: Path, sites: list[Site], monkeypatch: pytest.MonkeyPatch, note: Note
) -> None:
    monkeypatch.setattr(transport, "OURS", OURS)
    clock = VirtualClock()
    store = Store(tmp_path, now_ms=clock.now_ms, policy=Policy())
    prepare(store.folder)
    meters = await all_at_work(store, sites, clock)
    assert all(meter.total > site.limit.requests for meter, site in zip(meters, sites, strict=True)), "it mattered"
    highest = [max(meter.highest.values()) for meter in meters]
    for site, meter, most in zip(sites, meters, highest, strict=True):
        limit = site.limit
        note(
            f"{site.config.platform}: {meter.total} requests, never more than {most} of {limit.requests} in {limit.per_s:.0f} s"
        )
    assert all(most <= site.limit.requests for most, site in zip(highest, sites, strict=True)), highest
    assert store.read("SELECT count(*) AS n FROM message")[0]["n"] > 6 * 60
    store.close()


async def test_the_meter_shows_what_an_adapter_without_a_budget_does(
    tmp_path: Path, sites: list[Site], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "OURS", Budget(1_000_000, 30.0))
    monkeypatch.setattr(yammer_discovery, "BUDGETS", dict.fromkeys(BUDGETS, Budget(1_000_000, 30.0)))
    clock = VirtualClock()
    store = Store(tmp_path, now_ms=clock.now_ms, policy=Policy())
    prepare(store.folder)
    meters = await all_at_work(store, sites, clock)
    assert all(max(meter.highest.values()) > site.limit.requests for meter, site in zip(meters, sites, strict=True))
    store.close()
