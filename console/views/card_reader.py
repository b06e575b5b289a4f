"""Reads a connection's card on a thread of its own: counting the messages of many spaces may take longer than a frame."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal

from console.domain.conversation import ConnectionKey
from console.store.connection import Store, StoreError
from console.store.read.card import card


class CardReader(QObject):
    """`ready` carries the card, None when the connection is gone. However often it is asked, it reads once at a time."""

    ready = Signal(object)

    def __init__(self, store: Store, connection: ConnectionKey) -> None:
        super().__init__()
        self._like, self._connection = store, connection
        self._own: Store | None = None
        self._wanted = self._busy = False
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="card")

    def ask(self) -> None:
        """Read it as soon as may be."""
        self._wanted = True
        if not self._busy:
            self._busy = True
            self._threads.submit(self._read)

    def close(self) -> None:
        """Read no more. What is being read comes to its end on its own thread: nobody waits for it."""
        self._wanted = False
        self._threads.submit(self._end)
        self._threads.shutdown(wait=False)

    def _end(self) -> None:
        if self._own is not None:
            self._own.close()

    def _read(self) -> None:
        while self._wanted:
            self._wanted = False
            if self._own is None:
                like = self._like
                self._own = Store(like.folder, now_ms=like.now_ms, policy=like.policy)
            try:
                found = card(self._own, self._connection)
            except StoreError:
                continue  # the window's own reads meet the same error and say it
            self.ready.emit(found)
        self._busy = False
