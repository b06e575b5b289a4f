"""Private words to who said the chosen message, where the platform has that. What is typed is kept until it is sent."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk import drafts, replies
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind
from console.domain.platform import Way
from console.sentences.shown import kind_verb
from console.sentences.troubles import failed_sentence
from console.store.errors import StoreError
from console.views.bare_window import BareWindow
from console.views.kept_text import KeptText
from console.widgets.asking_dialog import AskingDialog
from console.widgets.fields import Labelled
from console.words import _


class Writing:
    """The command on the message that is chosen. `acted` tells what became of it, `lacks` that the platform has no such thing."""

    def __init__(
        self, window: BareWindow, acted: Callable[[Decision, Kind, str], None], lacks: Callable[[Kind, str], str]
    ) -> None:
        self._window, self._acted, self._lacks = window, acted, lacks

    def ask(self) -> None:
        pane = self._window.conversation
        row, message = pane.row, pane.current_message()
        if row is None or message is None or not message.public_id or message.ours:
            return
        if pane.can.way(Kind.WRITE.value) is Way.NO:
            self._window.status.say(self._lacks(Kind.WRITE, row.platform))
            return
        dialog = WriteDialog(self._window.services.desk, row.key, message.key, message.author, self._window)
        dialog.sent.connect(lambda decision: self._acted(decision, Kind.WRITE, row.platform))
        dialog.open()


class WriteDialog(AskingDialog):
    """`sent` carries the decision. Whoever leaves finds what was typed when they come back."""

    sent = Signal(object)

    def __init__(self, desk: Desk, thread: ThreadKey, message: MessageKey, author: str, over: QWidget | None) -> None:
        super().__init__(over, 520, _("Write privately to {name}").format(name=author))
        self._desk, self._thread, self._message = desk, thread, message
        self._text = KeptText(self, desk, thread, message, drafts.private)
        self.body.addWidget(Labelled(_("Only {name} reads it").format(name=author), self._text))
        self.end(kind_verb(Kind.WRITE.value), self.send)
        self._text.setFocus()

    def send(self) -> None:
        """Send it, or say what is wrong; what was typed stays."""
        self._text.keep()
        try:
            decision = replies.write(self._desk, self._thread, self._message, self._text.toPlainText())
        except (Refused, StoreError) as error:
            self.say_wrong(failed_sentence(error))
        else:
            self._text.used()
            self.sent.emit(decision)
            self.accept()
