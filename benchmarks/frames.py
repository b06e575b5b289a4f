"""When the window's next frame is painted, and how long it is busy after that."""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractEventDispatcher, QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

LONGEST_MS = 5_000  # whoever paints nothing for so long won't

_DONE = QEvent.Type(QEvent.registerEventType())


class Frames(QObject):
    """Runs the loop as the program does: what is to be deleted, laid out or answered before the frame is so."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._loop = QEventLoop()
        self._painted_s = 0.0
        self._busy_s, self._since_s = 0.0, 0.0
        self._waits = False
        window.installEventFilter(self)
        dispatcher = QAbstractEventDispatcher.instance()
        assert dispatcher is not None
        dispatcher.awake.connect(self._awake)
        dispatcher.aboutToBlock.connect(self._rests)

    def until_painted(self) -> float:
        """Run until a frame is painted; returns when that was, in seconds of time.perf_counter. Raises TimeoutError."""
        self._painted_s, self._waits = 0.0, True
        limit = QTimer(interval=LONGEST_MS, singleShot=True)
        limit.timeout.connect(self._loop.quit)
        limit.start()
        self._loop.exec()
        self._waits = False
        if not self._painted_s:
            raise TimeoutError("nothing was painted")
        return self._painted_s

    def busy_ms(self, for_s: float) -> float:
        """Run for so long; returns how much of it the window had something to do."""
        self._busy_s, self._since_s = 0.0, time.perf_counter()
        QTimer.singleShot(round(for_s * 1000), self._loop.quit)
        self._loop.exec()
        return self._busy_s * 1000

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is posted with the lowest priority while a frame is made comes when it is painted."""
        if self._waits and event.type() is QEvent.Type.UpdateRequest:
            QCoreApplication.postEvent(self, QEvent(_DONE), Qt.EventPriority.LowEventPriority.value)
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == _DONE:
            self._painted_s = self._painted_s or time.perf_counter()
            self._loop.quit()
            return True
        return super().event(event)

    def _awake(self) -> None:
        self._since_s = time.perf_counter()

    def _rests(self) -> None:
        if self._since_s:
            self._busy_s += time.perf_counter() - self._since_s
            self._since_s = 0.0
