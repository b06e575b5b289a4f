"""Every benchmark runs and gives a figure; how fast is never asked here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
MESSAGES = "2000"


def table(name: str) -> list[list[str]]:
    """The rows that a run of one benchmark prints: what, aim, figure, measured beside, hit or MISS."""
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--messages", MESSAGES, "--only", name],
        cwd=ROOT, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("applying", ["applying pages"]),
        ("importing", ["importing mails"]),
        (
            "reviewing",
            [
                "keys from a revealed item to the next",
                "a verdict, and the next item painted",
                "a verdict, and the next item painted: our thread",
                "a key of the review, until it is painted",
                "our own time a decision, all its keys",
            ],
        ),
        ("starting", ["start to first painted rows"]),
        ("windows", ["done to the next thread painted", "typing in search, a key", "a view opens"]),
        ("memory", ["memory of the window at rest", "memory of the collector at rest"]),
        ("deciding", ["a decision while ingesting"]),
        ("bulk", ["many conversations done at once", "and that taken back"]),
        ("ticking", ["gap between 4 ms ticks while ingesting"]),
    ],
)
def test_a_benchmark_runs_and_says_hit_or_miss(name: str, rows: list[str]) -> None:
    found = table(name)
    assert [row[0] for row in found] == rows
    for _what, aim, figure, beside, verdict in found:
        assert aim
        assert any(sign.isdigit() for sign in figure)
        assert beside
        assert verdict in ("hit", "MISS", "not measured")
