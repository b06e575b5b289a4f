"""A whole import, copy, reading and storing, takes as much memory as a few mails do, however large the mailbox is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.spent import spent
from console.domain.policy import Policy
from console.store.connection import Store
from tests.adapters.imports.test_mail_memory import a_mailbox
from tests.houses import Clock

MOST_MB = 300


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only this system tells a process's peak")
@pytest.mark.parametrize("mails", [500, pytest.param(10_000, marks=pytest.mark.long)])
def test_all_processes_of_an_import_together_keep_within_it(tmp_path: Path, mails: int) -> None:
    mailbox = a_mailbox(tmp_path / "groot.mbox", mails)
    size = mailbox.stat().st_size
    call = [sys.executable, "-m", "console", "--home", str(tmp_path), "--profile", "groot", "import", str(mailbox)]
    took = spent(call)
    print(f"{size / 1e6:.0f} MB of mail: {took.told()}")
    assert len(took.peaks_mb) > 1, "the control: a second process took mails apart"
    assert took.peak_mb < MOST_MB
    store = Store(tmp_path / "groot", now_ms=Clock(0), policy=Policy())
    (row,) = store.read("SELECT count(*) AS n FROM message")
    store.close()
    assert row["n"] == mails
