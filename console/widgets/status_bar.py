"""The line at the bottom: are we online, what U takes back, what the outbox holds."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout

from console.widgets.announcing import announce
from console.widgets.keyed import KeyButton, OneStop
from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import tip
from console.widgets.theme import measured, px
from console.words import _, ngettext

TOLD_MS = 8_000
LONG_MS = 60_000


class StatusBar(QFrame):
    """Says; and takes clicks on what can be done."""

    undo_asked = Signal()
    outbox_asked = Signal()
    keys_asked = Signal()
    urgent_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAccessibleName(_("State"))
        measured(self, setFixedHeight=28)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.setSpacing(px(8))
        self._icon = Painted("icon", "wifi-high", 16, "ok")
        self._online = plain_label("", "smallStrong")
        self._said = Elided("small", "text.secondary")
        self._doing = ""
        self._offline: bool | None = None
        self._urgent = self._link(self.urgent_asked)
        self._urgent_icon = Painted("icon", "warning-octagon", 16, "danger")
        self._undo = self._link(self.undo_asked)
        self._outbox = self._link(self.outbox_asked)
        self._keys = self._link(self.keys_asked)
        self._keys.say(_("Keys") + "\t?")
        self._outbox_icon = Painted("icon", "paper-plane-tilt", 16)
        row.addWidget(self._icon)
        row.addWidget(self._online)
        row.addSpacing(px(8))
        row.addWidget(self._urgent_icon)
        row.addWidget(self._urgent)
        row.addSpacing(px(8))
        row.addWidget(self._said, 1)
        row.addWidget(self._undo)
        row.addSpacing(px(8))
        row.addWidget(self._outbox_icon)
        row.addWidget(self._outbox)
        row.addSpacing(px(8))
        row.addWidget(self._keys)
        self._stop = OneStop(self, [self._urgent, self._undo, self._outbox, self._keys])
        self.show_urgent("", "", "")
        self._told = QTimer(self, interval=TOLD_MS, singleShot=True)
        self._told.timeout.connect(lambda: self._said.setText(self._doing))

    def show_state(self, *, offline: bool, doing: str, undo: str, on_its_way: int, for_you: int) -> None:
        """`doing`: what the collector does or what is wrong with it · `undo`: what U takes back, "" for nothing."""
        if self._offline is not None and offline != self._offline:
            announce(self, _("Offline") if offline else _("Online"), at_once=True)
        self._offline = offline
        self._icon.show_value("wifi-slash" if offline else "wifi-high", "warn" if offline else "ok")
        self._online.setText(_("Offline") if offline else _("Online"))
        self._tone(self._online, "warn" if offline else "ok")
        self._doing = doing
        if not self._told.isActive():
            self._said.setText(doing)
        self._undo.setVisible(bool(undo))
        self._undo.say(_("Undo: {what}").format(what=undo) + "\tU")
        total = on_its_way + for_you
        for widget in (self._outbox, self._outbox_icon):
            widget.setVisible(total > 0)
        text = ngettext("{n} in the outbox", "{n} in the outbox", total).format(n=total)
        self._outbox.say(text + (_(", {n} for you").format(n=for_you) if for_you else ""))
        self._outbox_icon.show_value("paper-plane-tilt", "warn" if for_you else "text.secondary")
        self._tone(self._outbox, "warn" if for_you else "secondary")
        self._stop.settle()

    def show_urgent(self, title: str, who: str, help_: str) -> None:
        """How many reports are urgent, "" for none, and who is on duty where somebody else is."""
        self._urgent.setVisible(bool(title))
        self._urgent_icon.setVisible(bool(title))
        self._urgent.say(" · ".join(filter(None, (title, who))))
        self._urgent.setToolTip(tip(help_))
        self._tone(self._urgent, "danger")
        self._stop.settle()

    def focus_inside(self) -> None:
        """The keyboard goes to the first thing that can be done here."""
        first = next(button for button in (self._urgent, self._undo, self._outbox, self._keys) if not button.isHidden())
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def say(self, text: str) -> None:
        """Say something in passing: it stays long enough to be read."""
        self._tell(text, TOLD_MS)

    def say_long(self, text: str) -> None:
        """Say something that happened while nobody was looking."""
        self._tell(text, LONG_MS)

    def _tell(self, text: str, for_ms: int) -> None:
        self._said.setText(text)
        self._told.start(for_ms)
        announce(self, text)

    @staticmethod
    def _tone(widget: QFrame | KeyButton, tone: str) -> None:
        if widget.property("tone") != tone:
            widget.setProperty("tone", tone)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _link(self, signal: object) -> KeyButton:
        button = KeyButton(kind="link", shrinks=True)
        measured(button, "small", setFixedHeight=24)
        button.clicked.connect(signal)
        self._tone(button, "secondary")
        return button
