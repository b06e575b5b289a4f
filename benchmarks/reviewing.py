"""The real window walked through reported messages with keys: how many a decision takes, and how long we keep each."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import flagged
from benchmarks.big_store import opened
from benchmarks.figures import Figure, percentile, spread

if TYPE_CHECKING:
    from console.views.main_window import MainWindow

AIM_MS = 16.0
ITEMS, FEWEST = 300, 40
MOST_KEYS, MOST_COVERED = 3, 4
UNDONE = 0.08  # of the decisions
PACE_S = 0.06  # from a frame to the next key: who presses faster doesn't look
RECEIVER = "Ineke Brouwer"


@dataclass(slots=True)
class Walked:
    """What a walk came to.

    keys     of each decision, by what was decided; `covered` those where the text was revealed first
    key_ms   of each key, by the key: from its press until the frame that shows what it did is painted
    own_ms   of each decision: all its keys' frames together
    after_ms of each key: what we do once its frame is painted
    worked_ms  of each key that decides: how long our thread worked for its frame, whatever else the machine did
    """

    keys: dict[str, list[int]] = field(default_factory=dict)
    covered: list[int] = field(default_factory=list)
    key_ms: dict[str, list[float]] = field(default_factory=dict)
    own_ms: list[float] = field(default_factory=list)
    after_ms: list[float] = field(default_factory=list)
    worked_ms: list[float] = field(default_factory=list)
    undone: int = 0

    @property
    def counted(self) -> list[int]:
        """The keys of every decision on a text that was shown already."""
        return [count for counts in self.keys.values() for count in counts]


def walk(window: MainWindow, items: int, *, pace_s: float = 0.0, seed: int = 11) -> Walked:
    """Judge so many items, each as a moderator would: read or not, judged, passed on, passed over, now and then taken back.

    Raises AssertionError where a key didn't do what it says.
    """
    from PySide6.QtCore import QEvent, Qt
    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QApplication

    from benchmarks.frames import Frames
    from console.domain.verdicts import Action

    key_of = {" ": Qt.Key.Key_Space, "\r": Qt.Key.Key_Return, "\x7f": Qt.Key.Key_Delete}
    app, page, walked, draw = QApplication.instance(), window.reviewing.page, Walked(), random.Random(seed)
    assert isinstance(app, QApplication)
    frames = Frames(window)

    def press(typed: str) -> float:
        """One key in a running loop, until its frame is painted; then whatever comes after that. Returns the first in ms."""
        code = key_of.get(typed) or Qt.Key(ord(typed.upper()))
        held = Qt.KeyboardModifier.ShiftModifier if typed.isupper() else Qt.KeyboardModifier.NoModifier
        before = app.focusWidget()
        assert before is not None
        began, worked_s = time.perf_counter(), time.thread_time()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            app.postEvent(before, QKeyEvent(kind, code, held, typed))
        took_ms = (frames.until_painted() - began) * 1000
        if typed in "\rj":
            walked.worked_ms.append((frames.painted_thread_s - worked_s) * 1000)
        walked.after_ms.append(frames.busy_ms(pace_s))
        walked.key_ms.setdefault(typed, []).append(took_ms)
        return took_ms

    def decide(name: str, typed: str) -> None:
        item, about = page.round.current, page.about
        assert item is not None
        assert about is not None
        cover = draw.random() < 0.6
        took_ms = press(" ") if cover else 0.0
        assert page.revealed is cover
        for key in typed:
            took_ms += press(key)
        assert item.outcome is not None, f"{typed!r} decides: {name}"
        assert page.about is None or page.about.message != about.message, "the next one is there"
        walked.own_ms.append(took_ms)
        walked.keys.setdefault(name, []).append(len(typed))
        if cover:
            walked.covered.append(len(typed) + 1)

    frames.busy_ms(pace_s)  # who reviews reads the first one before they decide
    for _n in range(items):
        name, typed = _drawn(draw, page.panel._actions[Action.HIDE].isEnabled())
        decide(name, typed)
        if draw.random() < UNDONE:
            press("u")
            back = page.round.current
            assert back is not None
            assert back.outcome is None, "what was decided last waits again"
            walked.undone += 1
    return walked


def _drawn(draw: random.Random, can_hide: bool) -> tuple[str, str]:
    """What is decided, and the keys for it."""
    policy = str(draw.randint(1, 8))
    name = draw.choices(("keep", "hide", "delete", "escalate", "skip"), (4, 4, 2, 1, 2))[0]
    if name == "hide" and not can_hide:
        name = "delete"
    return name, {"keep": "o\r", "hide": f"{policy}v\r", "delete": f"{policy}\x7f\r", "escalate": "E\r", "skip": "j"}[
        name
    ]


@contextmanager
def reviewed(folder: Path, items: int) -> Iterator[MainWindow]:
    """The window of a profile with so many reported messages, in its review."""
    if not os.environ.get("DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    from console.app import make_window
    from console.domain.receivers import Receiver
    from console.settings import load
    from console.widgets import icons
    from console.widgets.theme import theme

    flagged.make(folder, items)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    store = opened(folder)
    window = make_window(folder, load(folder), store, None)
    window._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    window.services.settings = {**window.services.settings, "receivers": (Receiver(RECEIVER),)}
    window.resize(1440, 900)
    window.show()
    icons.load()
    window.activateWindow()
    window.reviewing.open()
    app.processEvents()
    try:
        yield window
    finally:
        window.close()
        window.deleteLater()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        store.close()


def measure(folder: Path, items: int = ITEMS) -> list[Figure]:
    from console.app import after_the_start

    with reviewed(folder, items) as window:
        after_the_start()
        return figures(walk(window, items, pace_s=PACE_S))


def figures(walked: Walked) -> list[Figure]:
    by_kind = ", ".join(f"{name}: {max(counts)} ({len(counts)})" for name, counts in walked.keys.items())
    frames = [took for times in walked.key_ms.values() for took in times]
    names = {" ": "Space", "\r": "Enter", "\x7f": "Del"}
    by_key = ", ".join(
        f"{names.get(key, key)}: {percentile(times, 0.99):.0f}" for key, times in sorted(walked.key_ms.items())
    )
    deciding = walked.key_ms["\r"] + walked.key_ms.get("j", [])
    most, covered = max(walked.counted), max(walked.covered)
    return [
        Figure("keys from a revealed item to the next", f"<= {MOST_KEYS}, covered <= {MOST_COVERED}",
               f"{most}, covered {covered}", by_kind, most <= MOST_KEYS and covered <= MOST_COVERED),
        Figure("a verdict, and the next item painted", f"p99 <= {AIM_MS:.0f} ms", spread(deciding),
               f"{len(walked.own_ms)} decisions, {walked.undone} taken back; by key, p99: {by_key}", percentile(deciding, 0.99) <= AIM_MS),
        Figure("a verdict, and the next item painted: our thread", f"p99 <= {AIM_MS:.0f} ms", spread(walked.worked_ms),
               "the same frames by the processor's clock", percentile(walked.worked_ms, 0.99) <= AIM_MS),
        Figure("a key of the review, until it is painted", f"p99 <= {AIM_MS:.0f} ms", spread(frames),
               f"after the frame: {spread(walked.after_ms)}", percentile(frames, 0.99) <= AIM_MS),
        Figure("our own time a decision, all its keys", f"p99 <= {AIM_MS:.0f} ms", spread(walked.own_ms),
               "from a covered item to the next, up to four frames", percentile(walked.own_ms, 0.99) <= AIM_MS),
    ]  # fmt: skip
