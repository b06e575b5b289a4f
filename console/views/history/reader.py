"""The history, read beside the window: words are looked for in every decision there is."""

from __future__ import annotations

from PySide6.QtCore import Signal

from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read.history import Asked, deciders, page
from console.views.background import LOOKS_UP
from console.views.newest_reader import NewestReader

PAGE = 100


class HistoryReader(NewestReader):
    """`ready` carries the number of the question, the rows and the `next` of a page; `named` who ever decided something."""

    ready = Signal(int, object, object)
    named = Signal(object)

    def __init__(self, store: Store) -> None:
        super().__init__(store, "history")

    def ask_names(self) -> None:
        """Who ever decided something; `named` carries it."""
        self._thread.do(self._names)

    def ask(self, asked: Asked, after: str | None) -> int:
        """The number of this question; one that is still being answered is given up."""
        return self._read(
            lambda store: page(store, asked, PAGE, after), lambda number, found: self.ready.emit(number, *found)
        )

    def _names(self, store: Store) -> None:
        try:
            with store.as_long_as(lambda: self._newest >= 0, LOOKS_UP):
                self.named.emit(deciders(store))
        except StoreError:
            return  # the first page meets the same error and says it
