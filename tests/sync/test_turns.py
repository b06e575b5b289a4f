"""The collector delivers by itself, and when somebody asks for news: never the same thing twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.desk import replies
from console.domain.conversation import ThreadKey
from console.domain.outbox import Intent
from console.domain.platform import Cursor, Page, Performed, Stream
from console.sync.delivery import Delivery
from console.sync.engine import Engine, Pulled
from tests.houses import CONNECTION, US, House, house, key, world_with


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


class LongStory(Memory):
    """A platform whose history takes a hundred pages, one each minute; its news is asked for every five."""

    def streams(self) -> Sequence[Stream]:
        return (Stream("feed", every_s=300.0), Stream("history", 0, sweep=True))

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        self.pulled.append(stream.key)
        await self.between()
        if stream.key == "feed":
            return await super().pull(stream, cursor)
        number = int(str((cursor or {}).get("page", 0))) + 1
        self.of.clock.forward(60_000)
        return Page((), {"page": number}, more=number < 100)

    of: House
    pulled: list[str]
    between: Callable[[], Awaitable[None]]


def long_story(of: House, tmp_path: Path) -> tuple[LongStory, MemoryWorld]:
    world, _plain = world_with(str(tmp_path / "world.db"), of.clock)
    where = {"world": str(tmp_path / "world.db"), "shows": "memory", "us": "us"}
    adapter = LongStory(Config(CONNECTION, "memory", "", "us", "here", US, settings=where), {}, Tools(now_ms=of.clock))

    async def nothing() -> None:
        return None

    adapter.of, adapter.pulled, adapter.between = of, [], nothing
    return adapter, world


async def test_a_long_history_never_keeps_news_waiting(tmp_path: Path) -> None:
    of = house(tmp_path)
    adapter, _world = long_story(of, tmp_path)
    engine = Engine(of.store, CONNECTION, adapter, lambda ids: None)
    rounds = 0
    while "history" not in adapter.pulled or engine.next_ms() <= of.clock.now:
        await engine.round()
        rounds += 1
        assert rounds < 60
        if adapter.pulled.count("history") == 100:
            break
    gaps = "".join("n" if key == "feed" else "h" for key in adapter.pulled).strip("n").split("n")
    assert max(map(len, gaps)) <= 5, "news is asked for in time, whatever is older"
    assert adapter.pulled.count("history") == 100, "and the history comes to its end, no page twice"


async def test_who_asks_for_news_now_does_not_wait_for_the_end_of_the_history(tmp_path: Path) -> None:
    of = house(tmp_path)
    adapter, _world = long_story(of, tmp_path)
    engine = Engine(of.store, CONNECTION, adapter, lambda ids: None)
    asked: list[asyncio.Task[Pulled]] = []

    async def ask_meanwhile() -> None:
        if adapter.pulled[-3:] == ["history"] * 3 and not asked:
            asked.append(asyncio.create_task(engine.round(everything=True, only_news=True)))
            await asyncio.sleep(0)

    adapter.between = ask_meanwhile
    await engine.round(everything=True)
    await asked[0]
    assert adapter.pulled == ["feed", "history", "history", "history", "feed"]


async def test_one_round_that_is_to_be_whole_stays_to_the_end(tmp_path: Path) -> None:
    of = house(tmp_path)
    adapter, _world = long_story(of, tmp_path)
    await Engine(of.store, CONNECTION, adapter, lambda ids: None).round(everything=True, whole=True)
    assert adapter.pulled == ["feed", *["history"] * 100]
