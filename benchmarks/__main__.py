"""`python -m benchmarks`: every figure in one run, printed as one table with its aim, hit or missed."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks import applying, bulk, deciding, importing, memory, reviewing, starting, ticking, windows
from benchmarks.big_store import big_store, copy_of
from benchmarks.figures import Figure, table

FULL, QUICK = 1_000_000, 50_000
NAMES = ["applying", "importing", "reviewing", "starting", "windows", "memory", "deciding", "bulk", "ticking"]


def run(messages: int, only: frozenset[str] = frozenset()) -> list[Figure]:
    """The figures at this size. Writes in a copy of the store; the kept one stays as it was built."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="luisterpost-bench-") as made:
        passing = Path(made)
        if not only or "applying" in only:
            say("applying pages")
            found += applying.measure(messages, passing)
        if not only or "importing" in only:
            say("importing a mailbox")
            found += importing.measure(messages, passing / "importing")
        if not only or "reviewing" in only:
            say("a review with keys")
            found += reviewing.measure(
                passing / "reviewing", min(reviewing.ITEMS, max(reviewing.FEWEST, messages // 100))
            )
        if not only or only - {"applying", "importing", "reviewing"}:
            say(f"a store of {messages:,} messages")
            profile = copy_of(big_store(messages, say), passing / "big")
            for name, measure in (
                ("starting", starting.measure),
                ("windows", windows.measure),
                ("memory", memory.measure),
                ("deciding", deciding.measure),
                ("bulk", bulk.measure),
                ("ticking", partial(ticking.measure, lasts_s=ticking.LASTS_S if messages >= QUICK else 1.0)),
            ):
                if not only or name in only:
                    say(name)
                    found += measure(profile)
    return found


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--messages", type=int, default=FULL, help="the size of the store, five messages a thread")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} messages")
    parser.add_argument("--only", nargs="*", default=[], choices=NAMES)
    asked = parser.parse_args()
    messages = QUICK if asked.quick else asked.messages
    figures = run(messages, frozenset(asked.only))
    print(f"{messages:,} messages in {messages // 5:,} threads; {platform.system()} {platform.machine()}, "
          f"{os.cpu_count()} cores, Python {platform.python_version()}\n")  # fmt: skip
    print(table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
