"""What the chosen verdict will do, or what is missing before it can be given."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.theme import measured, px


@dataclass(frozen=True, slots=True)
class EffectsShown:
    """`lines`: icon and sentence each. Without a verdict chosen there are none, and `title` says what to do first."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    tone: str = "info"
    ready: bool = False


class EffectsBox(QFrame):
    """Its lines stay and say something else: they change with every key."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self.setProperty("round", "true")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(10), px(12), px(10))
        column.setSpacing(px(4))
        self._title = plain_label("", wraps=True)
        column.addWidget(self._title)
        self._below = QWidget()
        self._column = QVBoxLayout(self._below)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(4))
        column.addWidget(self._below)
        self._lines: list[tuple[QWidget, Painted, QLabel]] = []
        self.shown: EffectsShown | None = None

    def show_effects(self, shown: EffectsShown) -> None:
        if shown == self.shown:
            return
        if self.shown is None or shown.tone != self.shown.tone:
            self.setProperty("kind", shown.tone)
            self.style().unpolish(self)
            self.style().polish(self)
        self.shown = shown
        self._title.setText(shown.title)
        measured(self._title, "strong" if shown.lines else "body")
        self._below.hide()  # a line that appears in sight lays out all around it, and each of them would
        while len(self._lines) < len(shown.lines):
            self._lines.append(self._line())
        for n, (line, mark, label) in enumerate(self._lines):
            if n < len(shown.lines):
                icon, text = shown.lines[n]
                mark.show_value(icon, shown.tone)
                label.setText(text)
            line.setVisible(n < len(shown.lines))
        self._below.setVisible(bool(shown.lines))
        self.setAccessibleName(". ".join((shown.title, *(text for _icon, text in shown.lines))))

    def settle(self) -> None:
        """Take the height that its words need now, and not in a later turn."""
        for inside in (*(line for line, _mark, _label in self._lines), self._below, self):
            if (layout := inside.layout()) is not None:
                layout.activate()

    def _line(self) -> tuple[QWidget, Painted, QLabel]:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        mark, label = Painted("icon", "", 14), plain_label("", "small", wraps=True)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label, 1)
        self._column.addWidget(line)
        return line, mark, label
