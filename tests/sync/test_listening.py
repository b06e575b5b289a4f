"""A platform that tells of news: it is on the screen at once, and waiting for it is in nobody's way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.desk import replies
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, State
from console.domain.platform import Cursor, Page, Performed, Stream, Unreachable
from console.store.connection import Store
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, put
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.engine import Engine
from console.sync.secret_store import SecretStore
from tests.houses import CONNECTION, US, House, house, key, world_with

HOUR_S = 3600.0


class Switchboard(Memory):
    """A memory adapter that is polled once an hour, and whose waiting a test holds in its hand."""

    waiting: asyncio.Event
    ring: asyncio.Event
    dead: bool = False
    listened: int = 0

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        super().__init__(config, secrets, tools)
        self.waiting, self.ring = asyncio.Event(), asyncio.Event()

    def streams(self) -> tuple[Stream, ...]:
        return (Stream("feed", every_s=HOUR_S, live=True), Stream("other", every_s=0.05))

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.key == "other":
            return Page((), {"n": int(str((cursor or {}).get("n", 0))) + 1})
        if self.dead:
            raise Unreachable(maybe_sent=False)
        return await super().pull(stream, cursor)

    async def listen(self, stream: Stream, cursor: Cursor) -> Page:
        self.listened += 1
        if self.dead:
            raise Unreachable(maybe_sent=False)
        self.waiting.set()
        await self.ring.wait()
        self.ring.clear()
        return await self.pull(stream, cursor)


@pytest.fixture
def here(tmp_path: Path) -> House:
    return house(tmp_path)


@pytest.fixture
def world(here: House, tmp_path: Path) -> MemoryWorld:
    world, _plain = world_with(str(tmp_path / "world.db"), here.clock)
    where = {"world": str(tmp_path / "world.db"), "shows": "memory", "us": "us"}
    new = NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij", 0, 0, where)
    put(here.store, new)
    return world


async def until(ready: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not ready():  # noqa: ASYNC110  # it is a database that is looked at, nobody can set an event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def watching(here: House, made: list[Memory], kind: type[Memory], monkeypatch: pytest.MonkeyPatch,
                   poll_s: float | None = None) -> AsyncIterator[Collector]:  # fmt: skip
    def adapter(config: Config, secrets: Mapping[str, str], tools: Tools) -> Memory:
        made.append(kind(config, secrets, tools))
        return made[-1]

    monkeypatch.setattr("console.sync.connecting.find", lambda key: adapter)
    monkeypatch.setattr("console.sync.collector.needs_secrets", lambda key: False)
    # A store of its own, as a process of its own has: that is how it notices what the desk writes.
    store = Store(here.store.folder, now_ms=here.clock, policy=here.store.policy)
    collector = Collector(store, SecretStore(store.folder), Patience(poll_s=poll_s), lambda said: None)
    task = asyncio.create_task(collector.watch())
    try:
        yield collector
    finally:
        collector.stop()
        async with asyncio.timeout(10):
            await task
        store.close()


def holds(here: House, name: str) -> bool:
    return bool(here.store.read("SELECT 1 FROM message WHERE key = :key", {"key": key("message", name)}))


def health(here: House) -> tuple[str, int | None]:
    found = connections(here.store)[0].health
    return found.state, found.retry_at_ms


@pytest.mark.parametrize("live", [True, False])
async def test_news_arrives_without_asking(
    here: House, world: MemoryWorld, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    """With the control: the same platform, asked once an hour, shows nothing for an hour."""
    able = {"memory": Memory.default_capabilities}
    if not live:
        deaf = {name: way for name, way in able["memory"].ways.items() if name != "live"}
        able = {"memory": type(able["memory"])(deaf)}
    monkeypatch.setattr("console.adapters.memory.SHOWS", able)
    made: list[Memory] = []
    async with watching(here, made, Memory, monkeypatch, poll_s=HOUR_S):
        await until(lambda: holds(here, "vraag"))
        world.say("nieuw", "plein", "fatma", here.clock.now, "En nu?", answers="vraag")
        if live:
            await until(lambda: holds(here, "nieuw"))
        else:
            await asyncio.sleep(0.5)
            assert not holds(here, "nieuw")


async def test_waiting_is_in_nobodys_way(here: House, world: MemoryWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Memory] = []
    async with watching(here, made, Switchboard, monkeypatch) as collector:
        await until(lambda: bool(made) and made[0].waiting.is_set())  # type: ignore[attr-defined]
        made_id = replies.reply(here.desk, ThreadKey(key("message", "vraag")), "Om half negen.", undo=False)
        await until(lambda: outbox.intent(here.store, made_id.intents[0].id).intent.state is State.SENT)  # type: ignore[union-attr]
        before = _other(here)
        here.clock.forward(100)
        await until(lambda: _other(here) > before)
        world.say("nieuw", "plein", "fatma", here.clock.now, "En nu?", answers="vraag")
        told = await collector._sync_named(frozenset())
        assert told[0]["ok"]
        assert holds(here, "nieuw")


def _other(here: House) -> int:
    found = here.store.read("SELECT cursor FROM stream WHERE key = 'other'")
    return int(found[0]["cursor"].split(":")[1].strip(" }"))


async def test_what_was_pulled_while_waiting_is_not_taken_back(here: House, world: MemoryWorld, tmp_path: Path) -> None:
    adapter = _switchboard(here, tmp_path)
    engine = Engine(here.store, CONNECTION, adapter, lambda ids: None)
    stream = adapter.streams()[0]
    await engine.listen(stream)  # the first brings what was there
    waits = asyncio.create_task(engine.listen(stream))
    await adapter.waiting.wait()
    world.say("een", "plein", "fatma", here.clock.now, "Een", answers="vraag")
    pulled = await engine.round(everything=True)
    cursor = here.store.read("SELECT cursor FROM stream WHERE key = 'feed'")[0]["cursor"]
    adapter.ring.set()
    heard = await waits
    assert (pulled.messages, heard.messages, heard.pages) == (1, 0, 0), "the late page is dropped"
    assert here.store.read("SELECT cursor FROM stream WHERE key = 'feed'")[0]["cursor"] == cursor
    world.say("twee", "plein", "fatma", here.clock.now, "Twee", answers="vraag")
    adapter.ring.set()
    assert (await engine.listen(stream)).messages == 1
    assert holds(here, "twee")
    await adapter.close()


async def test_a_line_that_fails_shows_and_is_tried_less_and_less(
    here: House, world: MemoryWorld, tmp_path: Path
) -> None:
    adapter = _switchboard(here, tmp_path)
    engine = Engine(here.store, CONNECTION, adapter, lambda ids: None)
    stream = adapter.streams()[0]
    await engine.listen(stream)
    adapter.dead = True
    waits = []
    for _turn in range(3):
        heard = await engine.listen(stream)
        assert isinstance(heard.error, Unreachable)
        waits.append((heard.retry_at_ms or 0) - here.clock.now)
        assert health(here) == ("unreachable", heard.retry_at_ms)
    assert waits == [2_000, 4_000, 8_000]
    adapter.dead = False
    adapter.ring.set()
    assert (await engine.listen(stream)).error is None
    assert health(here) == ("ok", None)
    await adapter.close()


async def test_a_failing_live_stream_isnt_hidden_by_others_that_go_well(
    here: House, world: MemoryWorld, tmp_path: Path
) -> None:
    adapter = _switchboard(here, tmp_path)
    engine = Engine(here.store, CONNECTION, adapter, lambda ids: None)
    await engine.listen(adapter.streams()[0])

    async def refused(stream: Stream, cursor: Cursor) -> Page:
        raise ValueError("a bug")

    adapter.listen = refused  # type: ignore[method-assign]
    await engine.listen(adapter.streams()[0])
    await engine.round()
    assert health(here)[0] == "bad"
    await adapter.close()


async def test_an_answer_of_ours_that_comes_by_settles_what_was_uncertain(
    here: House, world: MemoryWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer was lost and no look succeeds; the message itself is the proof."""

    class Lost(Memory):
        async def perform(self, intent: Intent) -> Performed:
            await super().perform(intent)
            raise Unreachable

        async def find_sent(self, intent: Intent, matched: frozenset[str]) -> object:  # type: ignore[override]
            raise Unreachable

    async with watching(here, [], Lost, monkeypatch, poll_s=HOUR_S):
        await until(lambda: holds(here, "vraag"))
        made = replies.reply(here.desk, ThreadKey(key("message", "vraag")), "Om half negen.", undo=False).intents[0]
        await until(lambda: outbox.intent(here.store, made.id).intent.state is State.SENT)  # type: ignore[union-attr]
    row = outbox.intent(here.store, made.id)
    assert row is not None
    assert [step.on for step in row.steps][:3] == ["made", "due", "answer_lost"]
    assert row.steps[-1].on == "found"
    assert row.intent.remote_message == MessageKey(key("message", f"ours-{made.id}-0"))


def _switchboard(here: House, folder: Path) -> Switchboard:
    where = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    return Switchboard(Config(CONNECTION, "memory", "", "us", "here", US, settings=where), {}, Tools(now_ms=here.clock))
