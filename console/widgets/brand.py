"""The head of the sidebar: the mark of the program, its name, and who decides here."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.theme import measured, px


class Brand(QWidget):
    """In a rail only the mark."""

    def __init__(self, name: str, who: str) -> None:
        super().__init__()
        measured(self, setFixedHeight=48)
        self.setAccessibleName(f"{name}, {who}")
        self._row = QHBoxLayout(self)
        self._row.setSpacing(px(8))
        self._row.addWidget(Painted("mark", "ear-fill", 26))
        words = QVBoxLayout()
        words.setSpacing(0)
        self._name = plain_label(name, "strong")
        self._who = Elided("small", "text.secondary")
        self._who.setText(who)
        words.addStretch(1)
        words.addWidget(self._name)
        words.addWidget(self._who)
        words.addStretch(1)
        self._row.addLayout(words, 1)
        self.show_narrow(False)

    def show_narrow(self, narrow: bool) -> None:
        self._row.setContentsMargins(px(13) if narrow else px(12), 0, 0 if narrow else px(8), 0)
        for label in (self._name, self._who):
            label.setVisible(not narrow)
