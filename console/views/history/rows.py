"""A decision in the list of the history: what was decided and when, below it by whom and on which conversation."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from console.widgets.painting import VCENTRE, fill, run
from console.widgets.theme import colour, elided, font, px, text_width

HIGH, LINE = 46, 18
SHOWN = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """`over`: it was taken back, which its words say too."""

    what: str
    when: str
    about: str
    over: bool


class HistoryRows(QStyledItemDelegate):
    """Paints the `DecisionShown` that an item holds; its text is what a screen reader says."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, px(HIGH))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        shown: DecisionShown = index.data(SHOWN)
        rect, state = QRectF(option.rect), option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            fill(painter, rect, colour("bg.selected"), px(6))
        elif state & QStyle.StateFlag.State_MouseOver:
            fill(painter, rect, colour("bg.hover"), px(6))
        left, right, top = rect.left() + px(10), rect.right() - px(10), rect.top() + (rect.height() - px(2 * LINE)) / 2
        end = right - text_width("small", shown.when)
        run(painter, "small", "text.tertiary", end, top, right, shown.when, px(LINE))
        strong = QFont(font("strong"))
        strong.setStrikeOut(shown.over)
        painter.setFont(strong)
        painter.setPen(colour("text.primary"))
        room = end - px(12) - left
        painter.drawText(QRectF(left, top, room, px(LINE)), VCENTRE, elided("strong", shown.what, room))
        run(painter, "small", "text.secondary", left, top + px(LINE), right, shown.about, px(LINE))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), px(6), px(6))
        painter.restore()
