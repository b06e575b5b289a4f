"""Facts below each other: what each is about on the left, what it is on the right; and lines of what waits."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.theme import px

TOP = Qt.AlignmentFlag.AlignTop


class Facts(QWidget):
    """(title, text) pairs. While they are the same titles only the texts change, and nothing moves."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(px(16))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []

    def show_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        while len(self._rows) < len(facts):
            title, text = plain_label("", "small", "secondary"), plain_label("", "body")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(title, len(self._rows), 0, TOP)
            self._grid.addWidget(text, len(self._rows), 1, TOP)
            self._rows.append((title, text))
        for number, (title, text) in enumerate(self._rows):
            for label in (title, text):
                label.setVisible(number < len(facts))
            if number < len(facts):
                title.setText(facts[number][0])
                text.setText(facts[number][1])
                text.setAccessibleName(f"{facts[number][0]}: {facts[number][1]}")


class Lines(QWidget):
    """(what, why, until when) lines, and one last line of words below them."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(6))
        self._lines: list[_Line] = []
        self._last = plain_label("", "small", "tertiary")
        self._column.addWidget(self._last)

    def show_lines(self, lines: Sequence[tuple[str, str, str]], last: str) -> None:
        while len(self._lines) < len(lines):
            line = _Line()
            self._column.insertWidget(len(self._lines), line)
            self._lines.append(line)
        for number, line in enumerate(self._lines):
            line.setVisible(number < len(lines))
            if number < len(lines):
                line.say(*lines[number])
        self._last.setText(last)
        self._last.setVisible(bool(last))


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(Painted("icon", "hourglass-medium", 16, "text.tertiary"), 0, TOP)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._what, self._why = plain_label("", "body"), plain_label("", "small", "secondary")
        for label in (self._what, self._why):
            label.setWordWrap(True)
            words.addWidget(label)
        row.addLayout(words, 1)
        self._until = plain_label("", "age", "secondary")
        row.addWidget(self._until, 0, TOP)

    def say(self, what: str, why: str, until: str) -> None:
        self._what.setText(what)
        self._why.setText(why)
        self._until.setText(until)
        self._what.setAccessibleName(f"{what}, {until}: {why}")
