"""What others changed meanwhile, read beside the window: each decision is looked at for it."""

from __future__ import annotations

from PySide6.QtCore import Signal

from console.store.connection import Store
from console.store.read.returned import returned
from console.views.newest_reader import NewestReader


class ReturnReader(NewestReader):
    """`ready` carries the `Returned` of whoever decides under this name, None where there is nothing to tell."""

    ready = Signal(object)

    def __init__(self, store: Store, moderator: str) -> None:
        super().__init__(store, "return")
        self._moderator = moderator

    def ask(self) -> None:
        self._read(lambda store: returned(store, self._moderator), lambda _number, told: self.ready.emit(told))
