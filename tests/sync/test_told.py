"""A collector at work tells what waits for its turn, and leaves nothing behind that waits no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from console.adapters import transport
from console.adapters.budgets import Budget
from console.domain.conversation import ConnectionKey
from console.store.read.card import card
from console.store.read.waits import budgets
from console.store.write.connections import NewConnection, put
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.adapters.test_humhub_contract import config_of
from tests.fakes.humhub import HumHub
from tests.houses import house


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not ready():  # noqa: ASYNC110  # it is a database that is looked at, nobody can set an event
            await asyncio.sleep(0.05)


async def test_the_collector_tells_what_waits_until_it_waits_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "OURS", Budget(3, 600.0, published=False))
    here = house(tmp_path)
    secrets = SecretStore(here.store.folder, "een wachtzin")
    with HumHub() as site:
        for number in range(5):
            site.say("joris", site.post("sanne", f"Vraag {number}?").id, "Antwoord")
        config = config_of(site)
        key = ConnectionKey(f"humhub:{config.server}:connection:us")
        put(here.store, NewConnection(key, "Intranet", "humhub", "humhub", config.url, config.user, config.server,
                                      config.account, "Redactie", 0, 0, config.settings))  # fmt: skip
        secrets.put(key, {"token": "redactie-token"})

        def waits() -> list[tuple[str, str]]:
            found = card(here.store, key)
            return [] if found is None else [(one.what, one.why) for one in found.waiting]

        collector = Collector(here.store, secrets, Patience(), lambda said: None)
        watching = asyncio.create_task(collector.watch())
        try:
            await until(lambda: ("pull", "budget") in waits())
        finally:
            collector.stop()
            await watching
        assert len(site.asked) == 3
        assert waits() == [], "nobody waits any more"
        [left] = budgets(here.store, key)
        assert left.left(here.clock.now) == 0
        # The next one goes on counting where this one ended.
        again = Collector(here.store, secrets, Patience(), lambda said: None)
        watching = asyncio.create_task(again.watch())
        try:
            await until(lambda: any(why == "budget" for _what, why in waits()))
        finally:
            again.stop()
            await watching
        assert len(site.asked) == 3
    here.store.close()
