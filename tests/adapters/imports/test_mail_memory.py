"""A mailbox is read in as much memory as a few of its mails take, however large it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
MOST_GROWTH = 1.15
MOST_KB = 300_000
READS = """
import re, sys
from pathlib import Path
from console.adapters.imports.entry import Entry, Options
from console.adapters.imports.mail import Mails
from console.adapters.imports.source import Source
with Source([Path(sys.argv[1])]) as source:
    count = sum(isinstance(one, Entry) for one in Mails().read(source, Options(), None))
told = Path("/proc/self/status").read_text()
print(count, re.search(r"VmHWM:\\s+(\\d+)", told)[1])
"""


def a_mailbox(path: Path, mails: int) -> Path:
    """Mails with a file of 200 kB each."""
    lines = (b"QUJD" * 18 + b"\n") * 2_700
    with path.open("wb") as written:
        for n in range(mails):
            written.write(
                b"From c@intra.test Mon Nov 23 10:12:44 2026\nFrom: c@intra.test\nMessage-ID: <m%d@intra.test>\n"
                b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\nTekst %d\n--x\nContent-Type: image/png\n"
                b"Content-Transfer-Encoding: base64\n\n%s--x--\n\n" % (n, n, lines)
            )
    return path


def peak_kb(path: Path) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", READS, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=600
    )
    entries, peak = ended.stdout.split()
    assert int(entries) > 1
    return int(peak)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only this system tells a process's peak")
@pytest.mark.parametrize(("small", "large"), [(100, 400), pytest.param(1_000, 10_000, marks=pytest.mark.long)])
def test_a_larger_mailbox_takes_no_more_memory(tmp_path: Path, small: int, large: int) -> None:
    before, after = (peak_kb(a_mailbox(tmp_path / f"{count}.mbox", count)) for count in (small, large))
    print(
        f"peak {before / 1000:.0f} MB at {small} mails, {after / 1000:.0f} MB at {large} ({large * 0.2:.0f} MB of mail)"
    )
    assert after < MOST_KB
    assert after / before <= MOST_GROWTH
