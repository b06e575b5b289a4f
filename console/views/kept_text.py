"""A field whose words are kept soon after they are typed: who leaves, or whose program ends, finds them again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPlainTextEdit

from console.sentences.troubles import store_sentence
from console.store.errors import StoreError
from console.widgets.composer import KEEP_AFTER_MS
from console.widgets.theme import measured


class KeptText(QPlainTextEdit):
    """`failed` says why the words couldn't be kept; they stay in the field."""

    failed = Signal(str)

    def __init__(self, text: str, keep: Callable[[str, str], None]) -> None:
        """`keep` is given the words and those that were kept before; it raises a StoreError."""
        super().__init__(text)
        self._kept, self._keep = text, keep
        self.setTabChangesFocus(True)
        self.setProperty("kind", "field")
        measured(self, setMinimumHeight=96, setMaximumHeight=200)
        self._soon = QTimer(self, interval=KEEP_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self.keep)
        self.textChanged.connect(self._soon.start)

    def keep(self) -> None:
        """Now, where anything changed."""
        self._soon.stop()
        text = self.toPlainText()
        if text == self._kept:
            return
        try:
            self._keep(text, self._kept)
        except StoreError as error:
            self.failed.emit(store_sentence(error))
        else:
            self._kept = text

    def used(self) -> None:
        """The words went where they were meant for: nothing is left to keep."""
        self._kept = ""
        self.clear()
        self._soon.stop()
