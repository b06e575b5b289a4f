"""How long the window's loop is ever busy while a collector ingests, beside a bare window while a process burns.

`python -m benchmarks.ticking bare|real FOLDER` is one of the two windows: it asks for a tick every 4 ms, says "ready",
and when its stdin closes prints the gaps between the ticks, in milliseconds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

from benchmarks.figures import Figure, percentile

AIM = 1.5
TICK_MS = 4
LASTS_S = 20.0
TURNS = 2
BURNING = "print('ready', flush=True)\nwhile True:\n    sum(range(10_000))"


def measure(profile: Path, lasts_s: float = LASTS_S) -> list[Figure]:
    """Turn by turn, so that whatever else the machine does slows both."""
    bare: list[float] = []
    real: list[float] = []
    for _turn in range(TURNS):
        bare += _gaps_ms("bare", profile, ["-c", BURNING], lasts_s)
        real += _gaps_ms("real", profile, ["-m", "benchmarks.ingest", str(profile)], lasts_s)
    ours, theirs = percentile(real, 0.999), percentile(bare, 0.999)
    found = f"{ours / theirs:.2f}x (p99.9 {ours:.1f} ms, worst {max(real):.1f}, n {len(real)})"
    beside = f"a bare window while a process burns the other core (p99.9 {theirs:.1f} ms, worst {max(bare):.1f})"
    return [Figure("gap between 4 ms ticks while ingesting", f"<= {AIM}x", found, beside, ours / theirs <= AIM)]


def _gaps_ms(kind: str, profile: Path, busy: list[str], lasts_s: float) -> list[float]:
    surroundings = dict(os.environ)
    if not surroundings.get("DISPLAY"):
        surroundings["QT_QPA_PLATFORM"] = "offscreen"
    window = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.ticking", kind, str(profile)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings,
    )  # fmt: skip
    other = subprocess.Popen([sys.executable, *busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert window.stdin is not None
        assert window.stdout is not None
        assert other.stdout is not None
        other.stdout.readline()
        window.stdout.readline()
        window.stdin.write(f"{lasts_s}\n")
        window.stdin.flush()
        gaps: list[float] = json.loads(window.stdout.readline())
        return gaps
    finally:
        for process in (window, other):
            process.kill()
            process.communicate()


def main(kind: str, profile: Path) -> None:
    from PySide6.QtCore import QObject, Qt, QTimer, Signal
    from PySide6.QtWidgets import QApplication

    class Asked(QObject):
        begin = Signal(float)

    app = QApplication([])
    window = _real(profile, app) if kind == "real" else _bare()
    window.resize(1440, 900)
    window.show()
    gaps: list[float] = []
    last = 0.0

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        if last:
            gaps.append((now - last) * 1000)
        last = now

    ticking = QTimer(timerType=Qt.TimerType.PreciseTimer, interval=TICK_MS)
    ticking.timeout.connect(tick)
    asked = Asked()

    def begin(lasts_s: float) -> None:
        ticking.start()
        QTimer.singleShot(int(lasts_s * 1000), lambda: (print(json.dumps(gaps), flush=True), os._exit(0)))

    asked.begin.connect(begin, Qt.ConnectionType.QueuedConnection)

    def listen() -> None:
        asked.begin.emit(float(sys.stdin.readline() or 0))

    threading.Thread(target=listen, daemon=True).start()
    QTimer.singleShot(500, lambda: print("ready", flush=True))
    app.exec()


def _bare() -> object:
    from PySide6.QtCore import QStringListModel
    from PySide6.QtWidgets import QListView, QMainWindow

    window = QMainWindow()
    view = QListView()
    view.setModel(QStringListModel([f"rij {n}" for n in range(50)]))
    window.setCentralWidget(view)
    return window


def _real(profile: Path, app: object) -> object:
    from benchmarks.big_store import opened
    from console.app import after_the_start, make_window
    from console.settings import load
    from console.widgets import icons
    from console.widgets.theme import theme

    theme.apply(app, "light", 100)
    window = make_window(profile, load(profile), opened(profile), None)
    icons.load()
    after_the_start()
    return window


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
