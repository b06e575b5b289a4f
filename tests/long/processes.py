"""Profiles that real processes share: a small platform in a file, the program's own collector beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from console import settings
from console.adapters.memory_world import MemoryWorld
from console.cli.session import now_ms
from console.desk.seat import Desk
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.write.connections import NewConnection, put
from tests.houses import CONNECTION, DAY_MS, US

ROOT = Path(__file__).parent.parent.parent
PATIENCE_S = 180.0
QUICK = {"LUISTERPOST_POLL_S": "0.1", "LUISTERPOST_UNDO_S": "0", "LUISTERPOST_SETTLE_SCALE": "0.1"}
_PAUSE = threading.Event()  # never set: a wait that can be interrupted


def pause(seconds: float) -> None:
    """Let others go on for a moment."""
    _PAUSE.wait(seconds)


def until(ready: Callable[[], object], what: str, patience_s: float = PATIENCE_S) -> None:
    """Look again and again until something is so; raises AssertionError when it never is."""
    for _look in range(int(patience_s * 50)):
        if ready():
            return
        pause(0.02)
    raise AssertionError(f"waited in vain: {what}")


@dataclass(slots=True)
class Shared:
    """A profile with one connection to a world in a file, for as many processes as like."""

    folder: Path
    world: MemoryWorld
    store: Store
    desk: Desk

    @property
    def arguments(self) -> list[str]:
        return [sys.executable, "-m", "console", "--home", str(self.folder.parent), "--profile", self.folder.name]

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Run the program on this profile; its stdin is ours to close."""
        return subprocess.Popen(
            [*self.arguments, *arguments], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=ROOT, env=os.environ | QUICK | environment,
        )  # fmt: skip

    def one(self, sql: str) -> int:
        """One number, called n, from both files."""
        return int(self.store.read(sql)[0]["n"] or 0)

    def caught_up(self) -> bool:
        """Whether everything that the platform has to tell is stored, and nobody works on it."""
        seq = self.one("SELECT coalesce(max(json_extract(cursor, '$.seq')), 0) AS n FROM stream")
        return not self.world.feed("memory", seq, 1) and not self.one("SELECT count(*) AS n FROM health WHERE working")

    def wal_bytes(self) -> int:
        """The larger of the two write-ahead logs."""
        logs = [self.folder / f"{name}.db-wal" for name in ("cache", "ledger")]
        return max(log.stat().st_size if log.exists() else 0 for log in logs)


@contextmanager
def shared(folder: Path, name: str = "Noor", undo_ms: int = 0) -> Iterator[Shared]:
    """A new profile with a small world: one space, ourselves and nobody else yet."""
    profile = folder / "long"
    settings.save(profile, {("you", "name"): name})
    world = MemoryWorld(str(folder / "world.db"))
    world.put_person("us", "Wij")
    world.put_space("plein", "memory", "Het plein")
    store = Store(profile, now_ms=now_ms, policy=Policy())
    prepare(store.folder)
    facts = {"world": str(folder / "world.db"), "shows": "memory", "us": "us"}
    put(store, NewConnection(CONNECTION, "Hier", "memory", "memory", "", "us", "here", US, "Wij",
                             now_ms() - 400 * DAY_MS, now_ms() - 30 * DAY_MS, facts))  # fmt: skip
    try:
        yield Shared(profile, world, store, Desk(store, name, undo_ms))
    finally:
        store.close()
        world.close()


@contextmanager
def collecting(at: Shared, **environment: str) -> Iterator[psutil.Process]:
    """The profile's collector, until its stdin closes: then it has to end by itself."""
    process = at.start("sync", "--watch", **environment)
    try:
        yield psutil.Process(process.pid)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(30)


class Watch:
    """Looks at something a hundred times a second and remembers the most."""

    def __init__(self, look: Callable[[], int]) -> None:
        self.most = 0
        self._look = look
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watch", daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.01):
            self.most = max(self.most, self._look())
