"""What stands in the place of a text until somebody asks for it. The text isn't in here: nothing of it can leak out."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted, fill
from console.widgets.theme import colour, measured, px
from console.words import _

BARS = (0.92, 0.86, 0.95, 0.6)  # invented lines: they say nothing about how long the text is


class Covered(QWidget):
    """Grey bars, why it is covered, and the button that shows the text; without a key it only says that it is covered."""

    revealed = Signal()

    def __init__(self, why: str, key: str = "") -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        measured(self, setFixedHeight=112 if key else 64)
        column = QVBoxLayout(self)
        column.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column.setSpacing(px(8))
        line = QHBoxLayout()
        line.setSpacing(px(6))
        line.addStretch(1)
        line.addWidget(Painted("icon", "eye-slash", 16, "text.secondary"))
        said = plain_label(why, "strong")
        said.setWordWrap(False)
        line.addWidget(said)
        line.addStretch(1)
        column.addLayout(line)
        if key:
            button = KeyButton(_("Show the text") + f"\t{key}", "primary")
            button.clicked.connect(self.revealed)
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(why)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(painter, QRectF(0, 0, self.width(), self.height()), colour("bg.sunken"), px(8))
        step = self.height() / (len(BARS) + 1)
        for n, share in enumerate(BARS, 1):
            bar = QRectF(px(16), n * step - px(4), (self.width() - px(32)) * share, px(8))
            fill(painter, bar, colour("border.subtle"), px(4))
        for label in self.findChildren(QWidget):  # words stand on a clear ground
            if label.isVisible():
                fill(
                    painter, QRectF(label.geometry()).adjusted(-px(8), -px(4), px(8), px(4)), colour("bg.sunken"), px(4)
                )
        painter.end()
