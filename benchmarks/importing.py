"""Importing a mailbox, with search index and reasons, beside `notmuch new` on the same Maildir in the same run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.big_store import opened
from benchmarks.figures import Figure
from benchmarks.mailbox import lay

SHARE = 10  # one mail for so many messages of the big store
WHAT, AIM = "importing mails", "faster than notmuch new"
KB = 1024
NOTMUCH = """[database]
path={mail}
[user]
name=Redactie
primary_email=redactie@intra.example
[new]
tags=unread
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: by the clock, of the processors, and of memory at its peak."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def told(self) -> str:
        return f"{self.wall_s:.1f} s, {self.cpu_s:.1f} s of processor, peak {self.peak_mb:.0f} MB"


def measure(messages: int, folder: Path) -> list[Figure]:
    count, mail, home = max(1, messages // SHARE), folder / "mail", folder / "home"
    folder.mkdir()
    lay(mail, count)
    notmuch = _notmuch(mail, folder)
    ours = _spent([sys.executable, "-m", "console", "--home", str(home), "--profile", "bench", "import", str(mail)])
    _all_are_there(home / "bench", count)
    found = f"{count / ours.wall_s:,.0f} mails/s: {ours.told()} ({count:,} mails)"
    if notmuch is None:
        return [Figure(WHAT, AIM, found, "nothing: notmuch isn't installed", None)]
    return [Figure(WHAT, AIM, found, f"notmuch new: {notmuch.told()}", ours.wall_s < notmuch.wall_s)]


def _notmuch(mail: Path, folder: Path) -> Spent | None:
    if shutil.which("notmuch") is None:
        return None
    settings = folder / "notmuch"
    settings.write_text(NOTMUCH.format(mail=mail), encoding="utf-8")
    spent = _spent(["notmuch", "new", "--quiet"], NOTMUCH_CONFIG=str(settings))
    shutil.rmtree(mail / ".notmuch")  # it is no part of the mailbox
    return spent


def _spent(call: list[str], **more: str) -> Spent:
    """Raises RuntimeError where it fails."""
    began_s = time.perf_counter()
    process = subprocess.Popen(
        call, env=os.environ | more, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{call[0]} ended with {process.returncode}")
    return Spent(time.perf_counter() - began_s, used.ru_utime + used.ru_stime, used.ru_maxrss / KB)


def _all_are_there(profile: Path, count: int) -> None:
    """Raises RuntimeError where a mail, or its words in the search index, is missing."""
    store = opened(profile)
    try:
        messages = store.read("SELECT count(*) AS n FROM message")[0]["n"]
        found = store.read("SELECT count(*) AS n FROM message_index")[0]["n"]
    finally:
        store.close()
    if (messages, found) != (count, count):
        raise RuntimeError(f"{messages} messages and {found} in the index, of {count} mails")
