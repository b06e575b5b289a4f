"""Reading beside the window, of which only the newest question is answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

from PySide6.QtCore import QObject, Signal

from console.sentences.troubles import store_sentence
from console.store.connection import Store
from console.store.errors import StoreError
from console.views.background import LOOKS_UP
from console.views.own_thread import OwnThread


class NewestReader(QObject):
    """`failed` carries the number of a question and a sentence."""

    failed = Signal(int, str)

    def __init__(self, store: Store, name: str) -> None:
        super().__init__()
        self._thread = OwnThread(store, name)
        self._turn = Lock()
        self._newest = 0

    def nothing(self) -> int:
        """Nothing is asked any more: what is still being answered is given up. The number that no answer has."""
        with self._turn:
            self._newest += 1
            return self._newest

    def close(self) -> None:
        with self._turn:
            self._newest = -1
        self._thread.end()

    def _read(self, question: Callable[[Store], Any], tell: Callable[[int, Any], None]) -> int:
        """The number of this question, which `tell` gets with its answer, on the thread."""
        number = self.nothing()
        self._thread.do(partial(self._answer, number, question, tell))
        return number

    def _answer(
        self, number: int, question: Callable[[Store], Any], tell: Callable[[int, Any], None], store: Store
    ) -> None:
        if number != self._newest:
            return
        try:
            with store.as_long_as(lambda: number == self._newest, LOOKS_UP):
                found = question(store)
        except StoreError as error:
            if number == self._newest:
                self.failed.emit(number, store_sentence(error))
            return
        if number == self._newest:
            tell(number, found)
