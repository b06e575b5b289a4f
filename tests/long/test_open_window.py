"""A window that stays open for days keeps no more in memory than it did after the first hour."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from console.cli.session import now_ms
from tests.figures import Note
from tests.houses import key
from tests.long import talk
from tests.long.processes import shared, until
from tests.long.test_two_windows import window

MOST_GROWTH = 1.10


@pytest.mark.parametrize(
    ("messages", "rounds"), [(250, 4), pytest.param(1_500, 8, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_a_window_left_open_does_not_grow(tmp_path: Path, note: Note, messages: int, rounds: int) -> None:
    with shared(tmp_path) as at, window(at) as open_window:
        begun_ms, said = now_ms(), 0
        process = psutil.Process(open_window.process.pid)
        found: list[float] = []
        talk.people(at.world, begun_ms)
        talk.say(at.world, 0, messages, begun_ms)
        until(lambda: at.one("SELECT count(*) AS n FROM message") == messages, "the first messages")
        threads = [row["key"] for row in at.store.read("SELECT key FROM thread ORDER BY key")]
        for _round in range(rounds):
            for thread in threads:
                open_window("open", thread)
                at.world.say(f"new{said}", "plein", "p1", now_ms(), "En nu?", answers=thread.rpartition(":")[2])
                said += 1
            until(lambda: at.one("SELECT count(*) AS n FROM message") == messages + said, "what was said meanwhile")  # noqa: B023
            open_window("open", key("message", "m0"))
            found.append(process.memory_info().rss / 2**20)
        half = found[len(found) // 2 - 1]
        note(f"window's RSS {half:.1f} MB after {len(found) // 2 * len(threads)} conversations opened, {found[-1]:.1f} MB "
             f"after {len(found) * len(threads)} ({found[-1] / half:.3f}×, at most {MOST_GROWTH})")  # fmt: skip
        assert found[-1] / half <= MOST_GROWTH
        open_window("close")
