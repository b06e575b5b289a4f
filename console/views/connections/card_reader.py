"""Reads a connection's card on a thread of its own: counting the messages of many spaces may take longer than a frame."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, Signal

from console.domain.conversation import ConnectionKey
from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read.card import card
from console.views.own_thread import OwnThread


class CardReader(QObject):
    """`ready` carries the card, None when the connection is gone. However often it is asked, it reads once at a time."""

    ready = Signal(object)

    def __init__(self, store: Store, connection: ConnectionKey) -> None:
        super().__init__()
        self._connection = connection
        self._wanted = False
        self._thread = OwnThread(store, "card")

    def ask(self) -> None:
        """Read it as soon as may be."""
        self._wanted = True
        self._thread.do(self._read)

    def close(self) -> None:
        """Read no more. What is being read comes to its end on its own thread: nobody waits for it."""
        self._wanted = False
        self._thread.let_go()

    def _read(self, store: Store) -> None:
        if not self._wanted:
            return  # it was read since it was asked for
        self._wanted = False
        with suppress(StoreError):  # the window's own reads meet the same error and say it
            self.ready.emit(card(store, self._connection))
