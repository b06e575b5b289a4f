"""Runs the long fault run and writes what was run, with its seeds, into docs/faults.md.

python scripts/faults.py [pytest's own arguments: -k matrix, -n 3 …]
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
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

    def add(self, other: Row) -> None:
        self.stories += other.stories
        self.held += other.held
        self.intents += other.intents
        self.strikes += other.strikes


@dataclass(slots=True)
class Ran:
    """What a run did: platform -> story -> its row; and the names of the stories that did not hold, or never began."""

    rows: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Row)))
    broken: list[str] = field(default_factory=list)


def run(seed: int, arguments: list[str]) -> int:
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.unlink(missing_ok=True)
    call = [sys.executable, "-m", "pytest", "-q", "-m", "long", "--timeout=0", STORIES]
    call += [f"--junitxml={REPORT}", *arguments]
    # As in CI a server that can't be started is a failure: without it nothing was run.
    return subprocess.call(call, cwd=ROOT, env=os.environ | {"LUISTERPOST_FAULT_SEED": str(seed), "CI": "1"})


def whole() -> Counter[str]:
    """How many stories each platform has."""
    call = [sys.executable, "-m", "pytest", "-q", "-m", "long", "--collect-only", STORIES]
    told = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return Counter(re.findall(r"::test_story\[(\w+)-", told))


def read() -> Ran:
    ran = Ran()
    for case in ElementTree.parse(REPORT).iter("testcase"):
        if case.find("skipped") is not None:
            continue
        facts = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        held = case.find("failure") is None and case.find("error") is None
        if not held:
            ran.broken.append(case.get("name", ""))
        if "story" not in facts:
            continue
        row = ran.rows[facts["platform"]][facts["story"]]
        row.add(Row(1, held, int(facts["intents"]), int(facts.get("strikes", 0))))
        row.seeds.append(int(facts["seed"]))
    return ran


def page(seed: int, took_s: float, ran: Ran, asked: Counter[str]) -> str:
    parts = [HEAD.format(seed=seed)]
    for platform, count in sorted(asked.items()):
        total, lines = Row(), []
        for story, row in sorted(ran.rows[platform].items()):
            seeds = ", ".join(map(str, sorted(row.seeds)))
            lines.append(f"| {story} | {row.stories} | {row.held} | {row.intents} | {row.strikes} | {seeds} |")
            total.add(row)
        parts += [
            f"\n## {platform}\n\n{total.stories} of {count} stories were run, {total.held} held;"
            f" {total.intents} intents, {total.strikes} faults.\n",
            "| step: fault | stories | held | intents | strikes | seeds |",
            "|---|---|---|---|---|---|",
            *lines,
        ]
    if ran.broken:
        parts += ["\n## Did not hold\n", *(f"- `{name}`" for name in sorted(ran.broken))]
    parts.append(f"\nRun on {time.strftime('%Y-%m-%d')} with seed {seed}, in {took_s / 60:.0f} minutes.\n")
    return "\n".join(parts)


def main() -> int:
    seed = int(os.environ.get("LUISTERPOST_FAULT_SEED") or random.SystemRandom().randint(1, 99_999_999))
    print(f"seed {seed}", flush=True)
    asked = whole()
    began = time.monotonic()
    code = run(seed, sys.argv[1:])
    if not REPORT.is_file():
        print("The run ended before it could say what it did.", file=sys.stderr)
        return code or 1
    PAGE.write_text(page(seed, time.monotonic() - began, read(), asked), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
