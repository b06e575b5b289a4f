"""The contract every adapter meets, for the one that serves the demo."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.adapters.conformance import AdapterContract, Fault
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, SpaceKey, ThreadKey, key_of

NOW_MS = 1_795_510_800_000
FAULTS = {Fault.GARBAGE: "expired", Fault.CUT: "offline", Fault.LIMIT: "limited"}


class Counting(MemoryWorld):
    """A world that counts how often its bad day was noticed."""

    struck = 0

    def fault(self, platform: str) -> str:
        kind = super().fault(platform)
        Counting.struck += bool(kind)
        return kind


class InMemory:
    """People in a world of memory, and its bad days."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("console.adapters.memory.MemoryWorld", Counting)
        Counting.struck = 0
        self._file = file
        self._world = MemoryWorld(str(file))
        self._names = (f"said-{number}" for number in itertools.count(1))
        self._clock_ms = NOW_MS
        self._world.put_space("plein", "memory", "Het plein")
        self._world.put_person("fatma", "Fatma")
        self._world.put_person("us", "Redactie")
        self.space = SpaceKey(key_of("memory", "demo", "space", "plein"))

    def adapter(self, tools: Tools) -> Adapter:
        return Memory(Config(ConnectionKey("c"), "memory", "", settings={"world": str(self._file)}), {}, tools)

    def now_ms(self) -> int:
        self._clock_ms += 1
        return self._clock_ms

    def open_thread(self, title: str, text: str) -> ThreadKey:
        name = next(self._names)
        self._world.say(name, "plein", "fatma", self.now_ms(), text, title=title)
        return ThreadKey(self._key(name))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        name = next(self._names)
        answers = (parent or thread).rsplit(":", 1)[-1]
        state = "held" if held else "visible"
        self._world.say(name, "plein", "fatma", self.now_ms(), text, answers=answers, state=state)
        return self._key(name)

    def change(self, message: MessageKey, text: str) -> None:
        self._world.edit(message.rsplit(":", 1)[-1], text, self.now_ms())

    def remove(self, message: MessageKey) -> None:
        self._world.remove(message.rsplit(":", 1)[-1], self.now_ms())

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        return {
            self._key(post["id"]): (post["body"], MessageState(post["state"]))
            for post in self._world.posts("memory")
            if self._key(post["root"]) == thread
        }

    def break_next(self, fault: Fault | None) -> None:
        self._world.set_fault("memory", FAULTS[fault] if fault else "")

    def broke(self) -> int:
        return Counting.struck

    def spoil(self, message: MessageKey) -> bool:
        return False

    def _key(self, name: str) -> MessageKey:
        return MessageKey(key_of("memory", "demo", "message", name))


class TestMemory(AdapterContract):
    @pytest.fixture
    def platform(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InMemory:
        return InMemory(tmp_path / "world.db", monkeypatch)
