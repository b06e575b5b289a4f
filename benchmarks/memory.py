"""What the window and the collector take at rest, on the big store: printed, there is no aim."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psutil

from benchmarks.figures import Figure

MB = 1024 * 1024


def measure(profile: Path) -> list[Figure]:
    surroundings = dict(os.environ)
    if not surroundings.get("DISPLAY"):
        surroundings["QT_QPA_PLATFORM"] = "offscreen"
    window = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ticking", "real", str(profile)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings,
    )  # fmt: skip
    collector = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(profile.parent), "--profile", profile.name, "sync", "--watch"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        found = [
            Figure(f"memory of the {name} at rest", "printed", f"{_after_a_word(process):.0f} MB", "nothing", None)
            for name, process in (("window", window), ("collector", collector))
        ]
    finally:
        for process in (window, collector):
            process.kill()
            process.communicate()
    return found


def _after_a_word(process: subprocess.Popen[str]) -> float:
    """What a process that said it is ready holds, in MB: its own, without what it shares with others."""
    assert process.stdout is not None
    process.stdout.readline()
    return float(psutil.Process(process.pid).memory_full_info().uss) / MB
