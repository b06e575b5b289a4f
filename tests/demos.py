"""Copies of a demo that was made once: a test has its own, and so has its world."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from console.sync.demo import WORLD


def copied(made: Path, to: Path) -> Path:
    """A profile that is a copy of this demo, with a world of its own in which nobody begins by themselves."""
    shutil.copytree(made, to)
    with closing(sqlite3.connect(to / WORLD)) as world, world:
        world.execute("DELETE FROM arrival WHERE waits_for = ''")
    for name in ("ledger.db", "ledger.backup.db"):
        if (to / name).exists():
            with closing(sqlite3.connect(to / name)) as ledger, ledger:
                moved = "UPDATE connection SET settings = replace(settings, ?, ?)"
                ledger.execute(moved, (str(made / WORLD), str(to / WORLD)))
    return to
