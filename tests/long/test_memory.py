"""What the collector keeps in memory and in its write-ahead logs doesn't grow with what it has pulled."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from console.cli.session import now_ms
from tests.figures import Note
from tests.long import talk
from tests.long.processes import Watch, collecting, shared, until

MOST_WAL = 64 * 2**20
MOST_GROWTH = 1.10


def rss_mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


@pytest.mark.parametrize(
    ("first", "last"), [(16_000, 32_000), pytest.param(20_000, 100_000, marks=pytest.mark.long)], ids=lambda n: f"{n}"
)
def test_five_times_as_many_messages_take_no_more_memory(tmp_path: Path, note: Note, first: int, last: int) -> None:
    begun_ms = now_ms()
    with shared(tmp_path) as at, Watch(at.wal_bytes) as wal, collecting(at) as collector:
        talk.people(at.world, begun_ms)
        found: dict[int, float] = {}
        begin = 0
        for end in (first, last):
            talk.say(at.world, begin, end, begun_ms)
            until(lambda: at.caught_up() and at.one("SELECT count(*) AS n FROM message") == end, f"{end} messages", 600)  # noqa: B023
            found[end], begin = rss_mb(collector), end
        grown = found[last] / found[first]
        note(f"RSS {found[first]:.1f} MB at {first:,} messages, {found[last]:.1f} MB at {last:,} ({grown:.3f}×, at most "
             f"{MOST_GROWTH}); largest WAL {wal.most / 2**20:.1f} MB")  # fmt: skip
    assert 0 < wal.most < MOST_WAL
    assert grown <= MOST_GROWTH
