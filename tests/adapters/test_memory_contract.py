"""The contract every adapter meets, for the one that serves the demo."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from console.adapters.conformance import AdapterContract, Cut, Fault
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.memory import Memory
from console.adapters.memory_world import MemoryWorld
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, SpaceKey, ThreadKey, key_of
from console.domain.platform import Unreachable

NOW_MS = 1_795_510_800_000
FAULTS = {Fault.GARBAGE: "expired", Fault.CUT: "offline", Fault.LIMIT: "limited"}
CHANGES = ("say", "edit", "change", "forget_earlier_words", "settle_report")


@dataclass
class Weather:
    """How often the world's bad day was noticed, and which change is cut."""

    struck: int = 0
    cut: Cut | None = None
    left: int = 0
    cuts: int = 0
    late: Callable[[], object] | None = None

    def meet(self, change: Callable[[], object]) -> object:
        """A change there, with whatever becomes of it and of its answer. Raises Unreachable."""
        if self.cut is None or self.left:
            self.left = max(0, self.left - 1)
            return change()
        cut, self.cut = self.cut, None
        self.cuts += 1
        if cut is Cut.AFTER:
            change()
        elif cut is Cut.LATE:
            self.late = change
        raise Unreachable


class Shaky(MemoryWorld):
    """A world as the adapter meets it, on a line that fails."""

    def __init__(self, path: str, weather: Weather) -> None:
        super().__init__(path)
        self._weather = weather

    def fault(self, platform: str) -> str:
        kind = super().fault(platform)
        self._weather.struck += bool(kind)
        return kind

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name not in CHANGES:
            return found
        return lambda *args, **more: self._weather.meet(lambda: found(*args, **more))


class InMemory:
    """People in a world of memory, and its bad days."""

    limit_s = 30.0

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._weather = Weather()
        monkeypatch.setattr("console.adapters.memory.MemoryWorld", lambda path: Shaky(path, self._weather))
        self._file = file
        self._world = MemoryWorld(str(file))
        self._names = (f"said-{number}" for number in itertools.count(1))
        self._reports: list[tuple[str, MessageKey]] = []
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
        self._weather.cut = None
        self._weather.struck = 0 if fault else self._weather.struck

    def broke(self) -> int:
        return self._weather.struck

    def cut_change(self, cut: Cut, after: int = 0) -> None:
        self._weather.cut, self._weather.left, self._weather.cuts = cut, after, 0

    def cuts(self) -> int:
        return self._weather.cuts

    def finish_late(self) -> None:
        assert self._weather.late is not None
        self._weather.late()

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.replace("{n}", str(n))) for n in range(1, count + 1)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self._world.change(message.rsplit(":", 1)[-1], reactions=json.dumps([[emoji, 1]]))

    def report(self, message: MessageKey, reason: str) -> None:
        self._reports.append((f"report-{len(self._reports)}", message))
        self._world.put_report(self._reports[-1][0], message.rsplit(":", 1)[-1], "fatma", self.now_ms(), reason)

    def dismiss(self, message: MessageKey) -> None:
        for name, about in self._reports:
            if about == message:
                self._world.settle_report(name)

    def pending(self, message: MessageKey) -> int:
        about = [name for name, about in self._reports if about == message]
        return sum(self._world.report(name)["state"] == "pending" for name in about)

    def spoil(self, message: MessageKey) -> bool:
        return False

    def _key(self, name: str) -> MessageKey:
        return MessageKey(key_of("memory", "demo", "message", name))


class TestMemory(AdapterContract):
    @pytest.fixture
    def platform(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InMemory:
        return InMemory(tmp_path / "world.db", monkeypatch)
