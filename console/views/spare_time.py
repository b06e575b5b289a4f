"""What can wait until a frame is on the screen, done a piece at a time: no key waits for more than one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer

AFTER_MS = 5  # a frame goes first
BETWEEN_MS = 1  # a key that came in between goes first


class SpareTime(QObject):
    """Each piece has a turn of its own, and another one while it returns that there is more of it."""

    def __init__(self, parent: QObject, pieces: Sequence[Callable[[], bool]]) -> None:
        super().__init__(parent)
        self._pieces = pieces
        self._at = 0
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go)

    def begin(self) -> None:
        """From the first piece on, whatever was left of them."""
        self._at = 0
        self._timer.start(AFTER_MS)

    def _go(self) -> None:
        if not self._pieces[self._at]():
            self._at += 1
        if self._at < len(self._pieces):
            self._timer.start(BETWEEN_MS)
