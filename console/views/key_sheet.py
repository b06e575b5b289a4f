"""Which keys there are, on one sheet over the window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.widgets.dialog import Dialog, room_over
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.theme import px
from console.words import _

CAPS = {"Shift": "⇧", "Return": "↵", "Left": "←"}
COLUMN = 260


class KeySheet(Dialog):
    """`groups` are (what, key) pairs under their heading, as the commands themselves say them."""

    def __init__(self, over: QWidget, groups: Mapping[str, Sequence[tuple[str, str]]]) -> None:
        super().__init__(over, 1100)
        self.setWindowTitle(_("Keys"))
        self.body.addWidget(plain_label(_("Keys"), "heading"))
        across = QHBoxLayout()
        across.setSpacing(px(32))
        columns = [QVBoxLayout() for _n in range(max(1, min(4, min(room_over(self)[0], px(1100)) // px(COLUMN))))]
        filled = [0] * len(columns)
        for heading, keys in sorted(groups.items(), key=lambda group: -len(group[1])):
            at = filled.index(min(filled))
            filled[at] += len(keys) + 2
            columns[at].addLayout(_group(heading, keys))
        for column in columns:
            column.setSpacing(px(12))
            column.addStretch(1)
            across.addLayout(column, 1)
        self.body.addLayout(across)
        self.foot.addStretch(1)
        close = QPushButton(_("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        self.foot.addWidget(close)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text() == "?" or event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
            self.close()
        else:
            super().keyPressEvent(event)


def _group(heading: str, keys: Sequence[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setVerticalSpacing(px(4))
    grid.setColumnStretch(0, 1)
    grid.addWidget(plain_label(heading, "smallStrong", "secondary"), 0, 0)
    for number, (what, key) in enumerate(keys, 1):
        label = plain_label(what)
        label.setWordWrap(True)
        grid.addWidget(label, number, 0)
        grid.addLayout(_caps(key), number, 1)
    return grid


def _caps(key: str) -> QHBoxLayout:
    """One cap for each key that is pressed."""
    row = QHBoxLayout()
    row.setSpacing(px(4))
    row.addStretch(1)
    for part in caps_of(key):
        row.addWidget(Painted("key", part))
    return row


def caps_of(key: str) -> list[str]:
    """ "Ctrl++" is Ctrl and +, "G, I" first G and then I."""
    if ", " in key:
        return key.split(", ")
    parts = [*key[:-1].rstrip("+").split("+"), key[-1]] if key.endswith("+") else key.split("+")
    return [CAPS.get(part, part) for part in parts if part]
