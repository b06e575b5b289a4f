"""Work at the desk that takes longer than a frame: on a thread of its own, with a store of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from console.desk.seat import Desk, Refused
from console.store.connection import Store
from console.store.errors import StoreError
from console.views.own_thread import OwnThread

T = TypeVar("T")


class Aside(QObject):
    """One piece of work at a time, in the order asked. `went_on` tells how far it is."""

    went_on = Signal(int)
    _ended = Signal(object, object, object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._stopped = Event()
        self._thread = OwnThread(desk.store, "desk")
        self._ended.connect(lambda then, failed, made: failed(made) if isinstance(made, Exception) else then(made))

    def do(
        self, work: Callable[[Desk], T], then: Callable[[T], None], failed: Callable[[Refused | StoreError], None]
    ) -> None:
        """Have it done; what comes of it is told on the window's thread."""
        self._stopped.clear()
        self._thread.do(partial(self._work, work, then, failed))

    def go_on(self, at: int) -> bool:
        """For work in pieces: says how far it is, and whether nobody stopped it."""
        self.went_on.emit(at)
        return not self._stopped.is_set()

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None:
        """What is halfway ends with the piece it is at."""
        self.stop()
        self._thread.end()

    def _work(self, work: Callable[[Desk], Any], then: object, failed: object, store: Store) -> None:
        made: object
        try:
            made = work(replace(self._desk, store=store))
        except (Refused, StoreError) as error:
            made = error
        self._ended.emit(then, failed, made)
