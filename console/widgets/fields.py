"""Fields of a form: each below its label, with the same frame, and the wheel scrolls the page past them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QSpinBox, QVBoxLayout, QWidget

from console.widgets.icons import pixmap
from console.widgets.message_card import plain_label
from console.widgets.theme import colour, px

LEAST_WIDE = 160  # px of the design, of a field with choices
BOX = 18  # px of the design, of a box to check


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


class CheckField(QCheckBox):
    """Yes or no, with a box that is seen in every look and grows with the text; Fusion's is as dark as the dark page."""

    def sizeHint(self) -> QSize:
        return QSize(px(BOX + 10) + self.fontMetrics().horizontalAdvance(self.text()), px(24))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(BOX), px(24))

    def hitButton(self, pos: QPoint) -> bool:
        return bool(self.rect().contains(pos))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(BOX)
        box, on = QRectF(0, (self.height() - side) / 2, side, side), self.isChecked()
        painter.setPen(QPen(colour("accent" if on else "border.strong"), 1))
        painter.setBrush(colour("accent" if on else "bg.input"))
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), px(4), px(4))
        if on:
            inset = (side - px(14)) / 2
            painter.drawPixmap(box.topLeft() + QPointF(inset, inset), pixmap("check", "text.onAccent", 14))
        painter.setPen(colour("text.primary" if self.isEnabled() else "text.disabled"))
        painter.setFont(self.font())
        room = QRectF(side + px(8), 0, self.width() - side - px(8), self.height())
        said = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, said)
        painter.end()
