"""A profile with a small platform behind it, which the collector's own parts serve when a test says so."""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.adapters.memory_world import MemoryWorld
from console.domain.outbox import Intent, State
from console.store.read import outbox
from console.store.read.connections import connections
from console.store.write import folding
from console.store.write.connections import NewConnection, put
from console.sync.connecting import Patience, adapter_for
from console.sync.delivery import Delivery
from console.sync.engine import Engine
from tests.houses import CONNECTION, US, House, house, world_with


class There:
    """`here` is the house, `world` the platform as it really is. Nothing moves by itself."""

    def __init__(self, here: House, world: MemoryWorld, folder: Path, settle_scale: float = 0) -> None:
        where = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
        put(here.store, NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij", 0, 0, where))
        self.here, self.world = here, world
        row, patience = connections(here.store)[0], Patience(settle_scale=settle_scale)
        self.adapter = adapter_for(here.store, row, {}, patience, here.clock)
        self.delivery = Delivery(here.store, CONNECTION, self.adapter, lambda: here.clock.now / 1000)
        self.pull()

    def pull(self) -> None:
        asyncio.run(Engine(self.here.store, CONNECTION, self.adapter, lambda ids: None).round(everything=True))
        folding.catch_up(self.here.store)

    def deliver(self, forward_ms: int = 11_000) -> None:
        self.here.clock.forward(forward_ms)
        asyncio.run(self.delivery.step())

    def intent(self, intent: Intent) -> Intent:
        row = outbox.intent(self.here.store, intent.id)
        assert row is not None
        return row.intent

    def state(self, intent: Intent) -> State:
        return self.intent(intent).state


def reported(folder: Path, reason: str, settle_scale: float = 0) -> There:
    """A profile with one message on its platform, which Joris reported for this reason."""
    here = house(folder)
    world, _plain = world_with(str(folder / "world.db"), here.clock)
    world.put_person("joris", "Joris")
    world.put_report("m1", "vraag", "joris", here.clock.now, reason)
    return There(here, world, folder, settle_scale)
