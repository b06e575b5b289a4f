"""The first pull of a network of 50,000 messages: the newest of everything first, stopped anywhere, and all of it in the end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.adapters.contract import Adapter
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read.connections import connections
from console.store.write.connections import NewConnection, put
from console.sync.allowances import Allowances
from console.sync.connecting import Patience, adapter_for
from console.sync.engine import Engine
from tests.adapters.test_yammer_contract import TOKEN, config_of
from tests.fakes.yammer import Yammer
from tests.figures import Note
from tests.virtual_clock import VirtualClock

GROUPS, THREADS, ANSWERS = 25, 400, 4
MESSAGES = GROUPS * THREADS * (1 + ANSWERS)


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer() as served:
        groups = [served.home, *(served.group(f"Groep {n}", "redactie", "sanne", "joris") for n in range(GROUPS - 1))]
        for thread in range(THREADS):
            for group in groups:
                post = served.post("sanne", f"Vraag {thread}?", group)
                for answer in range(ANSWERS):
                    served.answer("joris", post.id, f"Antwoord {answer}")
        yield served


class Collecting:
    """One process after the other that collects this network into one store, on one clock."""

    def __init__(self, yammer: Yammer, folder: Path) -> None:
        self.yammer = yammer
        self.clock = VirtualClock()
        yammer.counts_on(self.clock.now_s)
        self.store = Store(folder, now_ms=self.clock.now_ms, policy=Policy())
        prepare(self.store.folder)
        config = config_of(yammer)
        put(self.store, NewConnection(config.connection, "Engage", "yammer", "yammer", config.url, "", config.server,
                                      config.account, "Redactie", 0, 0, config.settings))  # fmt: skip
        self._allowances = Allowances(self.store, self.clock)

    async def until(self, asked: int) -> bool:
        """A process that is ended after so many requests; whether all was collected before that."""
        (row,) = connections(self.store)
        adapter: Adapter = adapter_for(
            self.store, row, TOKEN, Patience(), self.clock.now_ms, allowance=self._allowances.of(row.key)
        )
        engine = Engine(self.store, row.key, adapter, lambda ids: None)
        left, loop, enough = len(self.yammer.asked) + asked, asyncio.get_running_loop(), asyncio.Event()

        def arrived(authorization: str, target: str) -> None:
            if len(self.yammer.asked) + 1 >= left:  # this one comes on top
                loop.call_soon_threadsafe(enough.set)

        self.yammer.arrived = arrived

        async def work() -> None:
            while self.held() < MESSAGES:
                pulled = await engine.round()
                assert pulled.error is None, pulled.error

        async def first_of_both() -> bool:
            tasks: list[asyncio.Task[Any]] = [asyncio.create_task(work()), asyncio.create_task(enough.wait())]
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            return tasks[0] in done and tasks[0].exception() is None

        ended: bool = (await self.clock.run(first_of_both()))[0]
        await adapter.close()
        return ended

    def held(self) -> int:
        return int(self.store.read("SELECT count(*) AS n FROM message")[0]["n"])

    def threads(self) -> dict[str, set[str]]:
        """The conversations shown of each space."""
        found: dict[str, set[str]] = {}
        for row in self.store.read(
            "SELECT s.key AS space, t.key AS key FROM thread AS t JOIN space AS s ON s.id = t.space_id"
        ):
            found.setdefault(row["space"], set()).add(row["key"])
        return found


@pytest.mark.long
async def test_a_network_of_fifty_thousand_messages_shows_its_newest_first_and_is_collected_in_the_end(
    yammer: Yammer, tmp_path: Path, note: Note
) -> None:
    here = Collecting(yammer, tmp_path)
    seed = random.randrange(1 << 30)
    draw = random.Random(seed)
    assert len(yammer.said) == MESSAGES == 50_000
    began_s = here.clock.now_s()
    useful = GROUPS + 3  # the list of communities, the feed, and one page of each
    await here.until(useful)
    useful_s = here.clock.now_s() - began_s
    site = config_of(yammer).server
    for group in yammer.groups:
        newest = sorted(one.id for one in yammer.said.values() if one.group == group and one.id == one.thread)[-20:]
        shown = here.threads()[f"yammer:{site}:group:{group}"]
        assert shown == {f"yammer:{site}:message:{number}" for number in newest}, "the newest, and nothing older yet"
    ends = 1
    while not await here.until(draw.randrange(200, 900)):
        ends += 1
        assert ends < 60
    assert ends > 3
    assert here.held() == MESSAGES
    assert here.store.read("SELECT count(*) AS n FROM message WHERE state = 'deleted'")[0]["n"] == 0
    assert max(yammer.highest.values()) <= 10
    note(
        f"seed {seed}: the newest of {GROUPS} spaces after {useful} requests ({useful / GROUPS:.1f} a space) and {useful_s:.0f} s;"
        f" {MESSAGES} messages in {len(yammer.asked)} requests over {ends} processes and"
        f" {(here.clock.now_s() - began_s) / 3600:.1f} h of the network's clock, at most {max(yammer.highest.values())} of a kind in 30 s"
    )
    here.store.close()
