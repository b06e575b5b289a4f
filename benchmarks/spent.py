"""What a program took from its start to its end, the processes that it starts among it."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

LOOK_S = 0.1
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)
KB = 1024


@dataclass(frozen=True, slots=True)
class Spent:
    """By the clock and of the processors in seconds, and of memory in MB.

    peaks_mb  of each process the most that it ever held, the first one's first; their sum is more than they held at once
    """

    wall_s: float
    cpu_s: float
    peaks_mb: tuple[float, ...]

    @property
    def peak_mb(self) -> float:
        return sum(self.peaks_mb)

    def told(self) -> str:
        each = " + ".join(f"{one:.0f}" for one in self.peaks_mb)
        return f"{self.wall_s:.1f} s, {self.cpu_s:.1f} s of processor, peak {each} MB"


def spent(call: list[str], **more: str) -> Spent:
    """Run it. Its peaks are looked up in /proc ten times a second: what the system tells at a process's end begins with
    what the one that started it held. Raises RuntimeError where it fails.
    """
    began_s = time.perf_counter()
    process = subprocess.Popen(
        call, env=os.environ | more, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    peaks: dict[int, float] = {}
    while True:
        ended, status, used = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        _look(process.pid, peaks)
        threading.Event().wait(LOOK_S)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{call[0]} ended with {process.returncode}")
    # `resource_tracker`, which Python starts beside its own processes, is one of them.
    return Spent(time.perf_counter() - began_s, used.ru_utime + used.ru_stime, tuple(peaks.values()))


def _look(pid: int, peaks: dict[int, float]) -> None:
    try:
        below = [child.pid for child in psutil.Process(pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for one in (pid, *below):
        try:
            told = _PEAK.search(Path(f"/proc/{one}/status").read_text(encoding="utf-8"))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if told is not None:  # one that has just ended holds nothing
            peaks[one] = int(told[1]) / KB
