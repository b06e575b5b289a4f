"""A dialog that asks something: its heading, what is wrong with what was typed, and one button beside leaving it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from console.widgets.announcing import announce
from console.widgets.dialog import Dialog
from console.widgets.message_card import plain_label
from console.words import _


class AskingDialog(Dialog):
    """What it asks goes into `body`, then `end`. What is wrong is said below it, and what was typed stays."""

    def __init__(self, over: QWidget | None, wide: int, title: str) -> None:
        super().__init__(over, wide)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.body.addWidget(plain_label(title, "heading"))
        self.wrong = plain_label("", "body", "danger")
        self.wrong.setWordWrap(True)
        self.wrong.hide()

    def end(self, button: str, go: Callable[[], None]) -> QPushButton:
        """Nothing more is asked: the two buttons. Returns the one that Enter takes, which does `go`."""
        self.body.addWidget(self.wrong)
        self.body.addStretch(1)
        leave = QPushButton(_("Leave it"))
        leave.setAutoDefault(False)
        leave.clicked.connect(self.reject)
        primary = QPushButton(button)
        primary.setProperty("kind", "primary")
        primary.setDefault(True)
        primary.clicked.connect(go)
        self.foot.addStretch(1)
        self.foot.addWidget(leave)
        self.foot.addWidget(primary)
        return primary

    def say_wrong(self, text: str) -> None:
        self.wrong.setText(text)
        self.wrong.show()
        self.fit()
        announce(self, text)
