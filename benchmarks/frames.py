"""When the window's next frame is painted, and how long it is busy after that."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer

_PRESSED, _DONE = QEvent.Type(QEvent.registerEventType()), QEvent.Type(QEvent.registerEventType())
_ROUNDS = 2


class Frames(QObject):
    """Runs the loop as the program does: what is to be deleted, laid out or answered before the frame is so."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._loop = QEventLoop()
        self._rounds = 0
        self._painted_s = 0.0
        self.painted_thread_s = 0.0  # the same moment by this thread's own clock

    def until_painted(self) -> float:
        """Run until what was posted before is done and its frame is painted.

        Returns when that was, in seconds of time.perf_counter.
        """
        self._rounds = 0
        QCoreApplication.postEvent(self, QEvent(_PRESSED))
        self._loop.exec()
        return self._painted_s

    def busy_ms(self, for_s: float) -> float:
        """Run for so long; returns how long this thread worked since its last frame was painted."""
        QTimer.singleShot(round(for_s * 1000), self._loop.quit)
        self._loop.exec()
        return (time.thread_time() - self.painted_thread_s) * 1000

    def event(self, event: QEvent) -> bool:
        """Painting is posted with the lowest priority: what is posted so after it comes when it is done."""
        if event.type() not in (_PRESSED, _DONE):
            return super().event(event)
        self._rounds += 1
        if self._rounds < _ROUNDS:
            QCoreApplication.postEvent(self, QEvent(_DONE), Qt.EventPriority.LowEventPriority.value)
        else:
            self._painted_s, self.painted_thread_s = time.perf_counter(), time.thread_time()
            self._loop.quit()
        return True
