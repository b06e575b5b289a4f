"""The line at the bottom: are we online, what U takes back, what the outbox holds."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import caption
from console.widgets.theme import measured, px
from console.words import _, ngettext


class StatusBar(QFrame):
    """Says; and takes clicks on what can be done."""

    undo_asked = Signal()
    outbox_asked = Signal()
    keys_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        measured(self, setFixedHeight=28)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.setSpacing(px(8))
        self._icon = Painted("icon", "wifi-high", 16, "ok")
        self._online = plain_label("", "smallStrong")
        self._said = plain_label("", "small", "secondary")
        self._undo = self._link(self.undo_asked)
        self._outbox = self._link(self.outbox_asked)
        self._keys = self._link(self.keys_asked)
        self._keys.setText(_("?  Keys"))
        row.addWidget(self._icon)
        row.addWidget(self._online)
        row.addWidget(self._said, 1)
        row.addWidget(self._undo)
        row.addWidget(self._outbox)
        row.addWidget(self._keys)

    def show_state(self, *, offline: bool, working: bool, undo: str, on_its_way: int, for_you: int) -> None:
        self._icon.show_value("wifi-slash" if offline else "wifi-high")
        self._online.setText(_("Offline") if offline else _("Online"))
        self._online.setProperty("tone", "warn" if offline else "ok")
        self._online.style().unpolish(self._online)
        self._online.style().polish(self._online)
        if offline:
            self.say(_("Everything works; we send when you're back."))
        elif working:
            self.say(_("Collecting …"))
        else:
            self.say("")
        self._undo.setVisible(bool(undo))
        self._undo.setText(caption(_("Undo: {what}  U").format(what=undo)))
        total = on_its_way + for_you
        self._outbox.setVisible(total > 0)
        text = ngettext("{n} in the outbox", "{n} in the outbox", total).format(n=total)
        self._outbox.setText(text + (_(", {n} for you").format(n=for_you) if for_you else ""))

    def say(self, text: str) -> None:
        """Say something in passing."""
        self._said.setText(text)

    @staticmethod
    def _link(signal: object) -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "link")
        measured(button, setFixedHeight=24)
        button.clicked.connect(signal)
        return button
