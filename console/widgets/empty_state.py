"""What a pane says when it has nothing to show."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.theme import colour, measured, px


class EmptyState(QWidget):
    """An icon, a sentence, and at most one thing to do."""

    def __init__(self, icon: str, tone: str = "text.tertiary") -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(px(8))
        self._usual = (icon, tone)
        self._icon = Painted("icon", icon, 24, tone)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignCenter)
        self._text = plain_label("", "name")
        self._text.setWordWrap(True)
        measured(self._text, setMinimumWidth=220)
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.addWidget(self._text)
        self._button = QPushButton()
        self._button.hide()
        self._clicked: Callable[[], None] | None = None
        self._button.clicked.connect(lambda: self._clicked() if self._clicked else None)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignCenter)

    def say(
        self, text: str, button: str = "", clicked: Callable[[], None] | None = None, icon: str = "", tone: str = ""
    ) -> None:
        """Say this; `icon` and `tone` where they are others than it was made with."""
        self._icon.show_value(icon or self._usual[0], tone or self._usual[1])
        self._text.setText(text)
        self.setAccessibleName(text)
        self._button.setVisible(bool(button))
        if clicked is not None:
            self._button.setText(button)
            self._clicked = clicked

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
            painter.end()
