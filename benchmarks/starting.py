"""From the start of the process to the first painted rows, beside a bare PySide6 window with a list."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.big_store import MODERATOR
from benchmarks.figures import Figure
from console.settings import save

AIM = 4.0
TIMES = 7


def measure(profile: Path, times: int = TIMES) -> list[Figure]:
    """Turn by turn; the first turn of each warms the files up and is not counted."""
    save(profile, {("you", "name"): MODERATOR})
    bare_s, real_s = [], []
    for _turn in range(times + 1):
        bare_s.append(_took_s("bare"))
        real_s.append(_took_s("real", str(profile.parent), profile.name))
    bare, real = median(bare_s[1:]), median(real_s[1:])
    found = f"{real / bare:.2f}x ({real * 1000:,.0f} ms)"
    return [
        Figure("start to first painted rows", f"<= {AIM:.0f}x", found,
               f"a bare PySide6 window with a list ({bare * 1000:,.0f} ms), median of {times}", real / bare <= AIM)
    ]  # fmt: skip


def _took_s(*arguments: str) -> float:
    surroundings = dict(os.environ)
    if not surroundings.get("DISPLAY"):
        # The offscreen platform paints as the real one does; DISPLAY only tells the program that there is a screen.
        surroundings |= {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":none"}
    began = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-m", "benchmarks.started", *arguments],
        env=surroundings, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    took_s = time.perf_counter() - began
    if "painted" not in ended.stdout:
        raise RuntimeError(f"nothing was painted: {ended.stderr[-2000:]}")
    return took_s
