"""Runs the long fault run and writes what was run, with its seeds, into docs/faults.md.

Of a platform that was left out this time the page keeps what it said.

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
step; then the weather is fair. What stands for a fault of HTTP's on a mail server, `tests/servers/mail_line.py` says;
there the server itself is restarted too, and its folders get new numbers, while somebody speaks with it. A story holds
when every intent is on the platform once and said to be sent, nothing is there twice, the outbox is empty, and the store
holds what the platform serves, message by message. It fails too where its fault never struck.

The same stories again: `LUISTERPOST_FAULT_SEED=… make faults`, with the seed that stands with them.
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
    call = [sys.executable, "-m", "pytest", "-q", "-m", "long", "--timeout=0", "-o", "faulthandler_timeout=0", STORIES]
    call += [f"--junitxml={REPORT}", *arguments]
    # As in CI a server that can't be started is a failure: without it nothing was run.
    return subprocess.call(call, cwd=ROOT, env=os.environ | {"LUISTERPOST_FAULT_SEED": str(seed), "CI": "1"})


def whole() -> Counter[str]:
    """How many stories each platform has."""
    call = [sys.executable, "-m", "pytest", "-q", "-m", "long", "--collect-only", STORIES]
    told = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return Counter(re.findall(r"::test_story\w*\[(\w+)-", told))


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


def page(seed: int, took_s: float, ran: Ran, asked: Counter[str], before: str) -> str:
    """The new page: what was run now, and beside it what `before` says of platforms that were not."""
    sections = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", before, re.MULTILINE | re.DOTALL))
    ran_now = f"Run on {time.strftime('%Y-%m-%d')} with seed {seed}, in {took_s / 60:.0f} minutes"
    for platform in ran.rows:
        sections[platform] = "\n" + section(platform, ran, asked[platform], ran_now) + "\n"
    return "\n".join([HEAD, *(f"## {platform}\n{text}" for platform, text in sorted(sections.items()))]).rstrip() + "\n"


def section(platform: str, ran: Ran, count: int, ran_now: str) -> str:
    total, lines = Row(), []
    for story, row in sorted(ran.rows[platform].items()):
        seeds = ", ".join(map(str, sorted(row.seeds)))
        lines.append(f"| {story} | {row.stories} | {row.held} | {row.intents} | {row.strikes} | {seeds} |")
        total.add(row)
    parts = [
        f"{ran_now}: {total.stories} of {count} stories, {total.held} held; {total.intents} intents,"
        f" {total.strikes} faults.\n",
        "| step: fault | stories | held | intents | strikes | seeds |",
        "|---|---|---|---|---|---|",
        *lines,
    ]
    broken = [name for name in sorted(ran.broken) if f"[{platform}-" in name]
    if broken:
        parts += ["\nThese did not hold:\n", *(f"- `{name}`" for name in broken)]
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
    before = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    PAGE.write_text(page(seed, time.monotonic() - began, read(), asked, before), encoding="utf-8")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
