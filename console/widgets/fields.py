"""Fields of a form: each below its label, with the same frame, and the wheel scrolls the page past them."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSpinBox, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.theme import colour, px

LEAST_WIDE = 160  # px of the design, of a field with choices


class Labelled(QWidget):
    """A field below what it asks for; a long question takes more lines."""

    def __init__(self, label: str, field: QWidget) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        text = plain_label(label)
        text.setWordWrap(True)
        text.setBuddy(field)
        field.setAccessibleName(label)
        column.addWidget(text)
        column.addWidget(field)


class ChoiceField(QComboBox):
    """One of a few."""

    def __init__(self) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def minimumSizeHint(self) -> QSize:
        """Its longest choice makes nothing around it wider than there is room for."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), px(LEAST_WIDE)), hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = painter.pen()
        pen.setColor(colour("text.secondary"))
        pen.setWidthF(px(10) / 7)
        painter.setPen(pen)
        x, y, arm = self.width() - px(18), self.height() / 2 + px(2), px(4)
        painter.drawPolyline([QPointF(x - arm, y - arm), QPointF(x, y), QPointF(x + arm, y - arm)])
        painter.end()


class NumberField(QSpinBox):
    """A number; ↑ and ↓ change it."""

    def __init__(self, least: int, most: int, now: int, suffix: str) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setRange(least, most)
        self.setValue(now)
        self.setSuffix(suffix)
        self.lineEdit().setTextMargins(px(8), 0, px(8), 0)  # the style sheet gives it none

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
