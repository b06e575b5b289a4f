"""Questions that may take longer than a frame, asked on a thread of their own with a store of its own."""

from __future__ import annotations

import sys
from array import array
from functools import partial
from threading import Lock

from PySide6.QtCore import QObject, Signal

from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read import finding
from console.store.read.queue import View
from console.views.own_thread import OwnThread
from console.views.sidebar_items import sidebar_items

Question = tuple[View, "array[int]"]
TURN_S = 0.001  # the window's thread asks for its turn after every read: it never waits longer than this
LOOKS_UP = 50_000  # steps of SQLite's machine, some 2 ms, after which it sees whether the answer is still wanted


class Background(QObject):
    """Reads the whole order of a view and the sidebar's counts; the newest question is the one that is answered.

    `ready` carries the view, its `Order`, how many of its threads are not among those shown when it was asked for, and
    the sidebar's items.
    """

    ready = Signal(object, object, int, object)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._turn = Lock()
        self._wanted: Question | None = None
        self._busy = self._closed = self._left = False
        sys.setswitchinterval(TURN_S)
        self._thread = OwnThread(store, "reader")

    def ask(self, view: View, shown: array[int]) -> None:
        """Answer for this view as soon as may be; a question that waits already, or about another view, is given up."""
        with self._turn:
            self._left = False
            self._wanted = view, shown
            if not self._busy:
                self._busy = True
                self._thread.do(self._answer)

    def leave(self) -> None:
        """Give up what is being read: another view opens, which needs the disk and the processor first."""
        with self._turn:
            self._left, self._wanted = True, None

    def close(self) -> None:
        with self._turn:
            self._closed, self._wanted = True, None
        self._thread.end()

    def _answer(self, store: Store) -> None:
        while (wanted := self._next()) is not None:
            view, shown = wanted
            try:
                with store.as_long_as(partial(self._waits_for, view), LOOKS_UP):
                    found = finding.newest(store, view)
                    items = sidebar_items(store, view.moderator)
            except StoreError:
                continue  # given up for another one; or the window's own reads meet the same error and say it
            self.ready.emit(view, found, found.new_beside(shown), items)

    def _next(self) -> Question | None:
        with self._turn:
            wanted, self._wanted = self._wanted, None
            self._busy = wanted is not None
            return wanted

    def _waits_for(self, view: View) -> bool:
        wanted = self._wanted
        return not (self._closed or self._left) and (wanted is None or wanted[0] == view)
