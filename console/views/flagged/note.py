"""The note below a reported message: kept soon after it is typed, and there again when that message is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLineEdit

from console.desk import drafts
from console.desk.seat import Desk
from console.sentences.troubles import store_sentence
from console.store.errors import StoreError
from console.store.read.judged import Reported
from console.widgets.composer import KEEP_AFTER_MS


class Noting:
    """Whoever steps on, stops or loses the program finds what they wrote. `say` tells why it couldn't be kept."""

    def __init__(self, line: QLineEdit, desk: Desk, say: Callable[[str], None]) -> None:
        self._line, self._desk, self._say = line, desk, say
        self._about: Reported | None = None
        self._kept: dict[str, str] = {}  # by message
        self._soon = QTimer(line, interval=KEEP_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self.keep)
        line.textEdited.connect(self._soon.start)
        line.editingFinished.connect(self.keep)

    def open(self) -> None:
        """A round begins, with the notes that were begun before."""
        self._about = None
        self._kept = drafts.notes_begun(self._desk)

    def begin(self, about: Reported) -> str:
        """What was written about this message, which comes before the reviewer now."""
        self.keep()
        self._about = about
        text = self._kept.get(about.message, "")
        self._line.setText(text)
        return text

    def keep(self) -> None:
        """Now, where anything changed."""
        self._soon.stop()
        if self._about is not None:
            self._write(self._about, self._line.text())

    def given(self) -> None:
        """It went along with the verdict: nothing is left to keep."""
        self._soon.stop()
        about, self._about = self._about, None
        if about is not None:
            self._write(about, "")

    def _write(self, about: Reported, text: str) -> None:
        before = self._kept.get(about.message, "")
        if text == before:
            return
        try:
            drafts.keep_about(self._desk, about.thread, about.message, drafts.judging, text, over=before)
        except StoreError as error:
            self._say(store_sentence(error))
        else:
            self._kept[about.message] = text
