"""Runs the long fault run and writes what was run, with its seeds, into docs/faults.md.

python scripts/faults.py [pytest's own arguments: -k matrix, -n 3 …]
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parent.parent
REPORT, PAGE = ROOT / "build" / "faults.xml", ROOT / "docs" / "faults.md"
STORIES = "tests/servers/test_fault_stories.py"
HEAD = """# Fault runs

What `make faults` ran on real platforms, as it wrote it down itself. Each story connects a profile of its own through a
line that can fail, answers a colleague one to four times, sometimes acts on a message too, and meets the fault at its
step; then the weather is fair. A story holds when every intent is on the platform once and said to be sent, nothing is
there twice, the outbox is empty, and the store holds what the platform serves, message by message. It fails too where
its fault never struck.

The same stories again: `LUISTERPOST_FAULT_SEED={seed} make faults`.
"""


@dataclass(slots=True)
class Row:
    """The stories of one fault at one step."""

    stories: int = 0
    held: int = 0
    intents: int = 0
    strikes: int = 0
    seeds: list[int] = field(default_factory=list)


def run(seed: int, arguments: list[str]) -> int:
    REPORT.parent.mkdir(exist_ok=True)
    call = [sys.executable, "-m", "pytest", "-q", "-m", "long", STORIES, f"--junitxml={REPORT}", *arguments]
    return subprocess.call(call, cwd=ROOT, env=os.environ | {"LUISTERPOST_FAULT_SEED": str(seed)})


def rows() -> dict[str, dict[str, Row]]:
    """Platform -> story -> what became of it."""
    found: dict[str, dict[str, Row]] = defaultdict(lambda: defaultdict(Row))
    for case in ElementTree.parse(REPORT).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        facts = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        if "story" not in facts:
            continue
        row = found[facts["platform"]][facts["story"]]
        row.stories += 1
        row.held += case.find("failure") is None and case.find("error") is None
        row.intents += int(facts["intents"])
        row.strikes += int(facts.get("strikes", 0))
        row.seeds.append(int(facts["seed"]))
    return found


def page(seed: int, took_s: float) -> str:
    parts = [HEAD.format(seed=seed)]
    for platform, stories in sorted(rows().items()):
        total = Row()
        lines = []
        for story, row in sorted(stories.items()):
            lines.append(
                f"| {story} | {row.stories} | {row.held} | {row.intents} | {row.strikes} | {min(row.seeds)} … |"
            )
            total.stories += row.stories
            total.held += row.held
            total.intents += row.intents
            total.strikes += row.strikes
        parts += [
            f"\n## {platform}\n\n{total.stories} stories, {total.held} held; {total.intents} intents, {total.strikes} faults.\n",
            "| step: fault | stories | held | intents | strikes | seeds from |",
            "|---|---|---|---|---|---|",
            *lines,
        ]
    parts.append(f"\nRun on {time.strftime('%Y-%m-%d')} with seed {seed}, in {took_s / 60:.0f} minutes.\n")
    return "\n".join(parts)


def main() -> int:
    seed = int(os.environ.get("LUISTERPOST_FAULT_SEED") or random.SystemRandom().randint(1, 99_999_999))
    print(f"seed {seed}", flush=True)
    began = time.monotonic()
    code = run(seed, sys.argv[1:])
    PAGE.write_text(page(seed, time.monotonic() - began), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
