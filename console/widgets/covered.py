"""What stands in the place of a text until somebody asks for it. The text isn't in here: nothing of it can leak out."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from console.widgets.icons import pixmap
from console.widgets.keyed import KeyButton
from console.widgets.painting import fill
from console.widgets.theme import colour, font, px
from console.words import _

BARS = (0.92, 0.86, 0.95, 0.6)  # invented lines: they say nothing about how long the text is
ICON, BUTTON = 16, 30
_WRAPPED = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignHCenter


class Covered(QWidget):
    """Grey bars, why it is covered, and the button that shows the text; without a key it only says that it is covered."""

    revealed = Signal()

    def __init__(self, why: str, key: str = "") -> None:
        super().__init__()
        self._why, self._keyed = why, bool(key)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        if key:
            button = KeyButton(_("Show the text") + f"\t{key}", "primary")
            button.clicked.connect(self.revealed)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(why)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _words(self) -> QRect:
        """Where the words stand: as many lines as they need at this width, beside the icon."""
        room = QRect(0, 0, max(px(120), self.width() - px(48 + ICON)), px(400))
        found = QFontMetrics(font("strong")).boundingRect(room, _WRAPPED, self._why)
        left = (self.width() - found.width() + px(ICON + 6)) // 2
        return QRect(left, px(26 if self._keyed else 22), found.width(), found.height())

    def _fit(self) -> None:
        """As high as the words and the button need; the bars behind them need no more."""
        below = self._words().bottom()
        self._column.setContentsMargins(px(16), below + px(10), px(16), px(8))
        self.setFixedHeight(below + px(10 + BUTTON + 24 if self._keyed else 22))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        fill(painter, QRectF(self.rect()), colour("bg.sunken"), px(8))
        step = self.height() / (len(BARS) + 1)
        for n, share in enumerate(BARS, 1):
            bar = QRectF(px(16), n * step - px(4), (self.width() - px(32)) * share, px(8))
            fill(painter, bar, colour("border.subtle"), px(4))
        words = self._words()
        ground = [QRectF(words).adjusted(-px(ICON + 14), -px(4), px(8), px(4))]  # words stand on a clear ground
        ground += [
            QRectF(button.geometry()).adjusted(-px(8), -px(4), px(8), px(4)) for button in self.findChildren(KeyButton)
        ]
        for box in ground:
            fill(painter, box, colour("bg.sunken"), px(4))
        top = words.top() + (QFontMetrics(font("strong")).height() - px(ICON)) / 2
        painter.drawPixmap(QPointF(words.left() - px(ICON + 6), top), pixmap("eye-slash", "text.secondary", ICON))
        painter.setFont(font("strong"))
        painter.setPen(colour("text.primary"))
        painter.drawText(words.adjusted(-1, 0, 2, 0), _WRAPPED, self._why)
        painter.end()
