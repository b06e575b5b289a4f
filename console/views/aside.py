"""Work at the desk that takes longer than a frame: on a thread of its own, with a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from console.desk.seat import Desk, Refused
from console.store.connection import Store, StoreError

T = TypeVar("T")


class Aside(QObject):
    """One piece of work at a time, in the order asked. `went_on` tells how far it is."""

    went_on = Signal(int)
    _ended = Signal(object, object, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._own: Store | None = None
        self._stopped = Event()
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="desk")
        self._ended.connect(lambda then, failed, made: failed(made) if isinstance(made, Exception) else then(made))

    def do(
        self, work: Callable[[Desk], T], then: Callable[[T], None], failed: Callable[[Refused | StoreError], None]
    ) -> None:
        """Have it done; what comes of it is told on the window's thread."""
        self._stopped.clear()
        self._threads.submit(self._work, work, then, failed)

    def go_on(self, at: int) -> bool:
        """For work in pieces: says how far it is, and whether nobody stopped it."""
        self.went_on.emit(at)
        return not self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        """What is halfway ends with the piece it is at."""
        self.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._own is not None:
            self._own.close()

    def _work(self, work: Callable[[Desk], Any], then: object, failed: object) -> None:
        if self._own is None:
            like = self._desk.store
            self._own = Store(like.folder, now_ms=like.now_ms, policy=like.policy)
        made: object
        try:
            made = work(replace(self._desk, store=self._own))
        except (Refused, StoreError) as error:
            made = error
        self._ended.emit(then, failed, made)
