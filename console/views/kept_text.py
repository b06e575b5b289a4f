"""A field whose words are kept soon after they are typed: who leaves, or whose program ends, finds them again."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPlainTextEdit

from console.desk import drafts
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.sentences.troubles import store_sentence
from console.store.errors import StoreError
from console.widgets.asking_dialog import AskingDialog
from console.widgets.composer import KEEP_AFTER_MS
from console.widgets.theme import measured


class KeptText(QPlainTextEdit):
    """Words about a message. Why they couldn't be kept is said in the dialog they are asked in; they stay in the field."""

    def __init__(
        self, dialog: AskingDialog, desk: Desk, thread: ThreadKey, message: MessageKey, kind: drafts.Kind
    ) -> None:
        self._kept = drafts.draft_about(desk, thread, message, kind)
        super().__init__(self._kept)
        self._dialog, self._desk, self._thread, self._message, self._kind = dialog, desk, thread, message, kind
        self.setTabChangesFocus(True)
        self.setProperty("kind", "field")
        measured(self, setMinimumHeight=96, setMaximumHeight=200)
        self._soon = QTimer(self, interval=KEEP_AFTER_MS, singleShot=True)
        self._soon.timeout.connect(self.keep)
        self.textChanged.connect(self._soon.start)
        dialog.finished.connect(self.keep)

    def keep(self) -> None:
        """Now, where anything changed."""
        self._soon.stop()
        text = self.toPlainText()
        if text == self._kept:
            return
        try:
            drafts.keep_about(self._desk, self._thread, self._message, self._kind, text, over=self._kept)
        except StoreError as error:
            self._dialog.say_wrong(store_sentence(error))
        else:
            self._kept = text

    def used(self) -> None:
        """The words went where they were meant for: nothing is left to keep."""
        self._kept = ""
        self.clear()
        self._soon.stop()
