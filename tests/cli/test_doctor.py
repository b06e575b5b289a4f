"""Doctor sees what is wrong, says what to do, and counts what is kept."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from console.cli.surroundings import surroundings
from console.desk import triage
from console.store.read.held import held
from tests.cli.program import Program
from tests.houses import DAY_MS, HOUR_MS, house


@pytest.fixture
def decided(own: Program) -> Program:
    """A demo of its own, with three decisions."""
    thread = own.json("queue")["threads"][0]["id"]
    for word in ("een", "twee", "drie"):
        own.json("tag", thread, word)
    return own


def checks(program: Program) -> tuple[int, dict[str, Any]]:
    ended = program("doctor", "--json")
    return ended.returncode, {check["name"]: check for check in json.loads(ended.stdout)["checks"]}


def tamper(program: Program, sql: str) -> None:
    connection = sqlite3.connect(program.home / "demo" / "ledger.db")
    assert connection.execute(sql).rowcount == 1
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "sql",
    ["UPDATE event SET at_ms = at_ms + 1 WHERE origin_seq = 2", "DELETE FROM event WHERE origin_seq = 2",
     "UPDATE event SET payload = '{\"tag\": \"anders\"}' WHERE origin_seq = 2"],
    ids=["its moment changed", "taken out", "its words changed"],
)  # fmt: skip
def test_a_decision_that_was_changed_or_taken_out_is_seen(decided: Program, sql: str) -> None:
    code, before = checks(decided)
    assert code == 0
    assert before["chain"]["ok"]
    tamper(decided, sql)
    code, after = checks(decided)
    assert code == 1
    assert not after["chain"]["ok"]
    assert "ledger.backup.db" in after["chain"]["fix"]


def test_which_decision_it_was_is_said_in_words(decided: Program) -> None:
    tamper(decided, "UPDATE event SET \"by\" = 'Iemand anders' WHERE origin_seq = 2")
    tamper(decided, "DELETE FROM event WHERE origin_seq = 7")
    tamper(decided, "UPDATE event SET payload = '{}' WHERE origin_seq = 9")
    told = " ".join(decided("doctor").stdout.split())
    assert "Iemand anders" in told
    assert "Missing: number 7." in told
    assert "Luisterpost takes no words out" in told
    assert [name for name, check in checks(decided)[1].items() if not check["ok"]] == ["chain", "emptied"]


def test_a_clock_behind_earlier_decisions_is_seen(tmp_path: Path) -> None:
    of = house(tmp_path)
    triage.done(of.desk, [of.say("a", "Hoi?")])
    assert {check.name: check.ok for check in surroundings(of.store)}["clock"]
    of.clock.now -= DAY_MS
    clock = next(check for check in surroundings(of.store) if check.name == "clock")
    assert not clock.ok
    assert clock.detail == "-1440 min"


def test_a_disk_that_is_nearly_full_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = house(tmp_path)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**10, 10**10, 5_000_000))
    disk = next(check for check in surroundings(of.store) if check.name == "disk")
    assert (disk.ok, disk.detail) == (False, "5 MB")


def test_what_is_kept_is_counted_by_kind_and_age(tmp_path: Path) -> None:
    of = house(tmp_path)
    for n, ago_ms in enumerate((HOUR_MS, 3 * DAY_MS, 20 * DAY_MS, 200 * DAY_MS, 2_000 * DAY_MS, -HOUR_MS)):
        of.say(f"m{n}", "Hoi?", ago_ms=ago_ms)
    found = {one.kind: one for one in held(of.store)}
    assert found["messages"].count == 6
    assert found["messages"].ages == (2, 1, 1, 1, 1), "what a wrong clock dates ahead is young"
    assert found["drafts"].count == 0
    assert found["drafts"].oldest_ms is None
    assert all(sum(one.ages) == one.count for one in found.values())


def test_doctor_fits_in_a_narrow_terminal(decided: Program) -> None:
    told = decided("doctor").stdout
    assert "messages" in told
    assert "\x1b[" not in told


def test_the_order_is_worked_out_again_and_stays(decided: Program) -> None:
    before = decided.json("queue", "--limit", "1000")
    decided.json("doctor", "--rebuild-cache")
    assert [t["id"] for t in decided.json("queue", "--limit", "1000")["threads"]] == [
        t["id"] for t in before["threads"]
    ]
