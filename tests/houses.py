"""Small stores, desks and worlds for tests: the real ones, with a clock that tests set."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from console.adapters.contract import Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.desk.seat import Desk
from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)
from console.domain.platform import Page, capabilities
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.write import connections, pages
from console.store.write.connections import NewConnection

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
NOW_MS = 1_795_510_800_000  # a Tuesday morning in November 2026
CONNECTION = ConnectionKey("memory:here:connection:us")
SPACE = SpaceKey("memory:here:space:plein")
US = PersonKey("memory:here:user:us")


class Clock:
    """Time that only moves when told."""

    def __init__(self, now_ms: int = NOW_MS) -> None:
        self.now = now_ms

    def __call__(self) -> int:
        return self.now

    def forward(self, ms: int) -> None:
        self.now += ms


@dataclass(slots=True)
class House:
    """A profile with one connection, to fill by hand."""

    store: Store
    clock: Clock
    desk: Desk
    seq: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def apply(self, *changes: Change) -> frozenset[int]:
        """One page of changes, applied as the collector would."""
        page = Page((Space(SPACE, "plein", "Het plein"), *changes), {"seq": next(self.seq)})
        return pages.apply(self.store, CONNECTION, "feed", page).thread_ids

    def say(self, name: str, text: str, *, by: str = "fatma", ago_ms: int = HOUR_MS, root: str = "", answers: str = "",
            state: MessageState = MessageState.VISIBLE, joined_ms: int | None = NOW_MS - 900 * DAY_MS) -> ThreadKey:  # fmt: skip
        """Somebody says something; without root it opens a thread. Returns the thread's key."""
        self.apply(*said(name, text, by=by, at_ms=self.clock.now - ago_ms, root=root, answers=answers, state=state,
                         joined_ms=joined_ms))  # fmt: skip
        return ThreadKey(key("message", root or name))

    def report(self, name: str, message: str, ago_ms: int = 0) -> None:
        self.apply(Report(ReportKey(name), MessageKey(key("message", message)), self.clock.now - ago_ms, "Onbeleefd"))


def key(kind: str, name: str) -> str:
    return key_of("memory", "here", kind, name)


def said(name: str, text: str, *, by: str = "fatma", at_ms: int, root: str = "", answers: str = "",
         state: MessageState = MessageState.VISIBLE, joined_ms: int | None = NOW_MS - 900 * DAY_MS,
         mark: str = "") -> Sequence[Change]:  # fmt: skip
    """The changes that one message brings."""
    person = PersonKey(key("user", by))
    changes: list[Change] = [Person(person, by.title(), by, joined_at_ms=joined_ms)]
    if not root:
        changes.append(Thread(ThreadKey(key("message", name)), SPACE, f"Over {name}"))
    changes.append(
        Message(
            MessageKey(key("message", name)), SPACE, person, at_ms, f"<p>{text}</p>", text,
            root=ThreadKey(key("message", root or name)),
            parent=MessageKey(key("message", answers)) if answers else None, state=state, mark=mark,
        )
    )  # fmt: skip
    return changes


def house(folder: Path, *, start_line_ms: int = 0) -> House:
    """An empty profile with one connection whose platform can do everything."""
    clock = Clock()
    store = Store(folder, now_ms=clock, policy=Policy(mentions=("@communicatie",)))
    prepare(store.folder)
    connections.put(
        store,
        NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij", 0, start_line_ms, {}),
    )
    can = capabilities(
        reply="api", edit="api", approve="api", hold="api", hide="api", unhide="api", delete="api", restore="api",
        lock="api", unlock="api", pin="handoff", settle="api", threads_in="api", max_bytes=1000,
    )  # fmt: skip
    connections.put_spaces(store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), can)])
    return House(store, clock, Desk(store, "Noor", 10_000))


def world_with(path: str, clock: Clock) -> tuple[MemoryWorld, Memory]:
    """A small world with one thread, and the adapter that serves it."""
    world = MemoryWorld(path)
    world.put_person("us", "Wij")
    world.put_person("fatma", "Fatma", joined_ms=clock.now - 900 * DAY_MS)
    world.put_space("plein", "memory", "Het plein")
    world.say("vraag", "plein", "fatma", clock.now - HOUR_MS, "Weet iemand hoe laat de bus gaat?", title="De bus")
    config = Config(CONNECTION, "memory", "", "us", "here", US, settings={"world": path, "shows": "memory", "us": "us"})
    return world, Memory(config, {}, Tools(now_ms=clock))
