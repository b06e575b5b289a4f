"""Two windows and a terminal on one profile: one collector, one truth, and nobody's words lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from console.cli.session import now_ms
from console.desk import verdicts
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import State
from console.domain.verdicts import Action, Judgement
from console.store.read import outbox, thread
from tests.figures import Note
from tests.houses import HOUR_MS, key
from tests.long.processes import QUICK, ROOT, Shared, shared, until

THREADS = 8


class Window:
    """One window's process, told what to do."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def __call__(self, verb: str, *what: object) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([verb, *what]) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    @property
    def collector(self) -> int:
        """The process of its collector, 0 while there is none."""
        for child in psutil.Process(self.process.pid).children():
            if "--watch" in child.cmdline():
                return child.pid
        return 0


@contextmanager
def window(at: Shared) -> Iterator[Window]:
    """A window on the profile; whatever happens it ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.long.told_window", str(at.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=os.environ | QUICK | {"QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    found = Window(process)
    try:
        until(lambda: found("is_there") and found.collector, "the window and its collector")
        yield found
    finally:
        process.kill()
        process.wait()
        process.stdin.close()  # type: ignore[union-attr]
        process.stdout.close()  # type: ignore[union-attr]


def name(n: int) -> str:
    return key("message", f"t{n}")


def state(at: Shared, n: int) -> str:
    return str(at.store.read("SELECT state FROM thread_shown WHERE key = :key", {"key": name(n)})[0]["state"])


def test_two_windows_and_a_terminal_share_one_profile(tmp_path: Path, note: Note) -> None:
    with shared(tmp_path) as at:
        at.world.put_person("fatma", "Fatma")
        for n in range(THREADS):
            at.world.say(f"t{n}", "plein", "fatma", now_ms() - HOUR_MS, f"Wie weet iets over {n}?", title=f"Over {n}")
        with window(at) as first:
            until(lambda: at.one("SELECT count(*) AS n FROM thread") == THREADS, "the threads")
            with window(at) as second:
                serving, standing_by = first.collector, second.collector
                decided_here_shows_there(first, second)
                somebody_elses_collector_serves(at, second)
                a_terminal_at_the_same_time(at, first, second)
                drafts_do_not_overwrite_each_other(at, first, second)
                undo_goes_per_person(at, first, second)
                assert (first.collector, second.collector) == (serving, standing_by), "nobody started another"
                memory = {psutil.Process(pid).memory_info().rss for pid in (standing_by,)}
                began_ms = now_ms()
                first("close")
                until(lambda: not psutil.pid_exists(serving), "its collector to end")
                at.world.say("later", "plein", "fatma", now_ms(), "Wie neemt het over?", answers="t7")
                second("open", name(7))
                until(lambda: "Wie neemt het over?" in second("texts"), "the other's collector to take over")
                note(f"the other window's collector took over and had the news after {now_ms() - began_ms} ms;"
                     f" standing by it takes {max(memory) / 2**20:.0f} MB")  # fmt: skip
                assert second.collector == standing_by
                second("close")
                until(lambda: not psutil.pid_exists(standing_by), "the last collector to end")
        own = str(at.folder.parent)
        assert not [p for p in psutil.process_iter(["cmdline"]) if own in (p.info["cmdline"] or [])]


def decided_here_shows_there(first: Window, second: Window) -> None:
    for here, there, n in ((first, second, 0), (second, first, 1)):
        there("open", name(n))
        assert there("shown") == "open"
        here("open", name(n))
        here("press", "done")
        until(lambda: there("shown") == "done", "the decision to show in the other window")  # noqa: B023


def somebody_elses_collector_serves(at: Shared, second: Window) -> None:
    request = second("ask")
    until(lambda: second("answered", request), "the first window's collector to answer the second")


def a_terminal_at_the_same_time(at: Shared, first: Window, second: Window) -> None:
    calls = [["tag", name(n), "terminal"] for n in range(2, 5)] + [
        ["reply", name(2), "--text", "Om half negen.", "--wait"]
    ]
    running = [
        subprocess.Popen([*at.arguments, *call], cwd=ROOT, env=os.environ | QUICK, stderr=subprocess.PIPE, text=True)
        for call in calls
    ]
    for n in (2, 3):
        first("open", name(n))
        second("open", name(n))
    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in running]
    assert [code for _told, code in ends] == [0] * len(calls), ends
    assert [thread.triage(at.store, ThreadKey(name(n))).tags for n in range(2, 5)] == [("terminal",)] * 3
    second("open", name(2))
    until(lambda: "Om half negen." in second("texts"), "the terminal's reply in a window")
    assert sum(1 for post in at.world.posts("memory") if post["mark"]) == 1


def drafts_do_not_overwrite_each_other(at: Shared, first: Window, second: Window) -> None:
    for one in (first, second):
        one("open", name(5))
    first("write", "Woorden uit het eerste venster")
    second("write", "Woorden uit het tweede venster")
    first("write", "Woorden uit het eerste venster, verder")
    kept = {first("written"), *first("aside", name(5))}
    assert {"Woorden uit het eerste venster, verder", "Woorden uit het tweede venster"} <= kept
    second("open", name(6))
    second("open", name(5))
    assert second("written") == "Woorden uit het eerste venster, verder"
    assert "Woorden uit het tweede venster" in second("aside", name(5))


def undo_goes_per_person(at: Shared, first: Window, second: Window) -> None:
    """Noor decides in one window, Karin later; Noor takes hers back in the other window, and Karin's stands."""
    first("open", name(4))
    first("press", "done")
    until(lambda: state(at, 4) == "done", "Noor's decision")
    verdicts.give(Desk(at.store, "Karin"), MessageKey(name(4)), Judgement(Action.ESCALATE, to="Noor"))
    second("open", name(4))
    until(lambda: second("shown") == "escalated", "Karin's decision")
    second("press", "undo")
    until(lambda: at.one("SELECT count(*) AS n FROM ledger.event WHERE what = 'undo'") == 1, "Noor's undo")
    undone = at.store.read(
        "SELECT by FROM ledger.event WHERE key = (SELECT undoes FROM ledger.event WHERE what = 'undo')"
    )
    assert undone[0]["by"] == "Noor"
    assert state(at, 4) == "escalated"
    assert not [row for row in outbox.intents(at.store) if row.intent.state is not State.SENT]
