"""The collector delivers by itself, and when somebody asks for news: never the same thing twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.desk import replies
from console.domain.conversation import ThreadKey
from console.domain.outbox import Intent
from console.domain.platform import Performed
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.houses import CONNECTION, US, house, key, world_with


class Slow(Memory):
    """A platform that takes its time to answer."""

    asked = 0

    async def perform(self, intent: Intent) -> Performed:
        self.asked += 1
        for _turn in range(50):
            await asyncio.sleep(0)
        return await super().perform(intent)


async def test_two_deliveries_at_once_send_nothing_twice(tmp_path: Path) -> None:
    of = house(tmp_path)
    world, _plain = world_with(str(tmp_path / "world.db"), of.clock)
    where = {"world": str(tmp_path / "world.db"), "shows": "memory", "us": "us"}
    adapter = Slow(Config(CONNECTION, "memory", "", "us", "here", US, settings=where), {}, Tools(now_ms=of.clock))
    await Engine(of.store, CONNECTION, adapter, lambda ids: None).round(everything=True)
    for text in ("Om half negen.", "En om negen uur ook."):
        replies.reply(of.desk, ThreadKey(key("message", "vraag")), text, undo=False)
    delivery = Delivery(of.store, CONNECTION, adapter)
    sent = await asyncio.gather(delivery.step(), delivery.step())
    assert adapter.asked == sum(sent) == sum(1 for post in world.posts("memory") if post["mark"]) == 2
