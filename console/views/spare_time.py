"""What can wait until a frame is on the screen, done a piece at a time: no key waits for more than one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer

BETWEEN_MS = 1  # a timer's turn comes after a key's
_PAINTED = QEvent.Type(QEvent.registerEventType())
# Painting is posted with the lowest priority, in the turn after the key's or, where a layout asks for it, the one after that.
_TURNS = 2


class SpareTime(QObject):
    """Each piece has a turn of its own, and another one while it returns that there is more of it."""

    def __init__(self, parent: QObject, pieces: Sequence[Callable[[], bool]]) -> None:
        super().__init__(parent)
        self._pieces = pieces
        self._at = len(pieces)
        self._turns = 0
        self._timer = QTimer(self, interval=BETWEEN_MS, singleShot=True)
        self._timer.timeout.connect(self._go)

    def begin(self) -> None:
        """From the first piece on, once what was just shown is painted."""
        self._at = 0
        self.step_aside()

    def step_aside(self) -> None:
        """A key came: its frame is painted before the next piece."""
        self._timer.stop()
        self._turns = _TURNS
        self._wait()

    def event(self, event: QEvent) -> bool:
        if event.type() != _PAINTED:
            return super().event(event)
        self._turns -= 1
        if self._turns:
            self._wait()
        elif self._at < len(self._pieces):
            self._timer.start()
        return True

    def _wait(self) -> None:
        QCoreApplication.removePostedEvents(self, _PAINTED.value)
        QCoreApplication.postEvent(self, QEvent(_PAINTED), Qt.EventPriority.LowEventPriority.value)

    def _go(self) -> None:
        if not self._pieces[self._at]():
            self._at += 1
        if self._at < len(self._pieces) and not self._turns:
            self._timer.start()
