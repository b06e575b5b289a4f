"""Which keys there are, on one sheet over the window."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _


class KeySheet(QDialog):
    """`keys` are (what, key) pairs, as the commands themselves say them."""

    def __init__(self, over: QWidget, keys: Sequence[tuple[str, str]]) -> None:
        super().__init__(over)
        self.setWindowTitle(_("Keys"))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(20))
        column.addWidget(plain_label(_("Keys"), "heading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(24))
        half = (len(keys) + 1) // 2
        for number, (what, key) in enumerate(keys):
            left = 0 if number < half else 2
            grid.addWidget(plain_label(key, "strong", "accent"), number % half, left, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(plain_label(what, "body"), number % half, left + 1)
        column.addLayout(grid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?" or event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
            self.close()
        else:
            super().keyPressEvent(event)
