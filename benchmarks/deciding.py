"""A decision's commit while a collector ingests at full speed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.big_store import MODERATOR, opened
from benchmarks.figures import Figure, percentile, spread
from console.desk import triage
from console.desk.seat import Desk
from console.store.read import queue
from console.store.read.queue import View

AIM_MS = 5.0
DECISIONS = 500


def measure(folder: Path) -> list[Figure]:
    """The whole verb: looking at what the moderator saw, and the transaction that keeps the decision."""
    store = opened(folder)
    desk = Desk(store, MODERATOR)
    keys = [row.key for row in queue.rows(store, queue.order(store, View("open"), DECISIONS).ids)]
    collector = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ingest", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert collector.stdin is not None
    assert collector.stdout is not None
    took_ms = []
    try:
        collector.stdout.readline()
        began = time.perf_counter()
        for number, key in enumerate(keys):
            start = time.perf_counter()
            triage.tag(desk, [key], ["gezien"]) if number % 2 else triage.done(desk, [key])
            took_ms.append((time.perf_counter() - start) * 1000)
            if collector.poll() is not None:
                raise RuntimeError("the collector of the benchmark ended")
        lasted_s = time.perf_counter() - began
    finally:
        collector.stdin.close()
        told = collector.stdout.read().strip()
        collector.wait(timeout=60)
        store.close()
    beside = f"a collector that applied {int(told or 0) / lasted_s:,.0f} messages/s"
    met = percentile(took_ms, 0.99) <= AIM_MS
    return [Figure("a decision while ingesting", f"p99 <= {AIM_MS:.0f} ms", spread(took_ms), beside, met)]
