"""A clock on the wall that goes by itself and jumps when told, with a collector that lives by it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from console.adapters.memory_world import MemoryWorld
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.policy import Policy
from console.store.connection import Row, Store
from console.store.opening import driver_of
from console.store.preparing import prepare
from console.store.read.accounts import our_accounts
from console.store.read.thread import triage
from console.store.write.connections import NewConnection, put
from console.store.write.facts import gather
from console.store.write.projecting import COLUMNS, projection
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from tests.houses import CONNECTION, DAY_MS, US, key

ZONE = ZoneInfo("Europe/Amsterdam")
SETTLE_SCALE = 0.5  # two seconds become one
PATIENCE_S = 30.0


def moment(text: str) -> int:
    """UTC epoch milliseconds of a time in Amsterdam."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp() * 1000)


class Wall:
    """The clock on the wall: a steady one, and how far it is ahead of that."""

    def __init__(self, begin_ms: int) -> None:
        self._ahead_ms = begin_ms - self._steady_ms()

    def __call__(self) -> int:
        return self._steady_ms() + self._ahead_ms

    def forward(self, ms: int) -> None:
        """Sleep, or with less than nothing be set back: the steady clock sees nothing of it."""
        self._ahead_ms += ms

    def _steady_ms(self) -> int:
        return int(time.monotonic() * 1000)


@dataclass(slots=True)
class Laptop:
    """A profile on a laptop with a clock of its own, and the platform it is connected with."""

    wall: Wall
    world: MemoryWorld
    store: Store
    desk: Desk

    @asynccontextmanager
    async def collecting(self) -> AsyncIterator[None]:
        """A collector runs; on leaving it has ended."""
        ready = asyncio.Event()
        own = Store(self.store.folder, now_ms=self.wall, policy=self.store.policy)  # as a process of its own has
        patience = Patience(timeout_s=2.0, settle_scale=SETTLE_SCALE, poll_s=0.2)
        collector = Collector(
            own, SecretStore(own.folder), patience, lambda said: ready.set() if "ready" in said else None
        )
        watching = asyncio.create_task(collector.watch())
        await asyncio.wait_for(ready.wait(), PATIENCE_S)
        try:
            yield
        finally:
            collector.stop()
            await watching
            own.close()

    def not_as_from_scratch(self) -> list[str]:
        """Threads whose row is not what its messages and decisions come to at this moment."""
        rows = {row["id"]: row for row in self.store.read(f"SELECT id, key, {', '.join(COLUMNS)} FROM thread")}
        found = gather(self.store.reader, driver_of(self.store.ledger), rows, our_accounts(self.store))
        return [
            rows[one.thread_id]["key"]
            for one in found
            if tuple(rows[one.thread_id][name] for name in COLUMNS) != projection(self.store, one).values
        ]

    def is_right(self) -> bool:
        """Everything is pulled and folded, and every row is as if it were worked out now."""
        rows = self.store.read("SELECT coalesce(max(json_extract(cursor, '$.seq')), 0) AS seq FROM stream")
        fresh = self.store.read("SELECT 1 FROM ledger.fresh LIMIT 1")
        return not fresh and not self.world.feed("memory", rows[0]["seq"], 1) and not self.not_as_from_scratch()

    def asleep(self) -> list[ThreadKey]:
        """Threads that are snoozed until a moment that is past."""
        rows = self.store.read(
            "SELECT key FROM thread WHERE state = 'snoozed' AND snoozed_until_ms <= :now", {"now": self.wall()}
        )
        return [ThreadKey(row["key"]) for row in rows]

    def row(self, name: str) -> Row:
        found = self.store.read("SELECT * FROM thread_shown WHERE key = :key", {"key": key("message", name)})
        return found[0]

    def folded(self, name: str) -> str:
        return triage(self.store, ThreadKey(key("message", name))).status.value


async def until(ready: Callable[[], bool], what: str) -> None:
    """Let everything go on until something is so."""
    for _look in range(int(PATIENCE_S / 0.02)):
        if ready():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


@contextlib.contextmanager
def laptop(folder: Path, begin_ms: int, undo_ms: int = 0) -> Iterator[Laptop]:
    """A new profile, connected with a platform on which nothing is said yet."""
    wall = Wall(begin_ms)
    world = MemoryWorld(str(folder / "world.db"))
    world.put_person("us", "Wij")
    for n in range(5):
        world.put_person(f"p{n}", f"Collega {n}", joined_ms=begin_ms - 900 * DAY_MS)
    world.put_space("plein", "memory", "Het plein")
    store = Store(folder / "profile", now_ms=wall, policy=Policy())
    prepare(store.folder)
    facts = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    put(store, NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij", 0, 0, facts))
    try:
        yield Laptop(wall, world, store, Desk(store, "Noor", undo_ms))
    finally:
        store.close()
        world.close()
