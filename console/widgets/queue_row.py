"""One row of the queue, 56 px high: where everything stands (a pure function), and painting it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from console.domain.reasons import ReasonKind
from console.widgets.icons import pixmap
from console.widgets.painting import avatar, chip, fill, run, tile
from console.widgets.theme import colour, font, metric, px, text_width

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
HEADER_ROLE = Qt.ItemDataRole.UserRole + 2

REASON_LOOK: dict[ReasonKind, tuple[str, str]] = {
    ReasonKind.REPORTED: ("danger", "flag-fill"),
    ReasonKind.EDITED: ("warn", "pencil-simple"),
    ReasonKind.HELD: ("lead", "megaphone-simple"),
    ReasonKind.APPEALED: ("danger", "scales"),
    ReasonKind.MENTION: ("info", "at"),
    ReasonKind.REPLY_TO_US: ("info", "arrow-bend-up-left"),
    ReasonKind.NEWCOMER: ("ok", "hand-waving-fill"),
    ReasonKind.LEADERSHIP: ("lead", "megaphone-simple"),
    ReasonKind.UNANSWERED: ("warn", "clock"),
    ReasonKind.ANSWERED: ("info", "arrow-bend-up-left"),
}


@dataclass(frozen=True, slots=True)
class RowShown:
    """What one row shows; texts are plain and in the language chosen."""

    thread_id: int
    author: str
    platform: str
    space: str
    title: str
    snippet: str
    age: str
    chip: str = ""
    chip_tone: str = "neutral"
    chip_icon: str = ""
    more: int = 0
    tags: tuple[str, ...] = ()
    messages: int = 0
    assignee: str = ""
    unread: bool = False
    name: str = ""  # what a screen reader says
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Places:
    """x positions in one row: where the author, space, chip and second line's parts begin and end."""

    author_end: float
    space_end: float
    chip_x: float
    more_x: float
    age_x: float
    title_end: float
    snippet_end: float
    tags_x: float
    count_x: float


@dataclass(frozen=True, slots=True)
class RowButton:
    """What the mouse finds on a row it is over: a command's name, its icon, and its words with the key."""

    name: str
    icon: str
    tip: str


def layout(row: RowShown, width: float, wide: Callable[[str, str], float] = text_width) -> Places:
    """Hand out the widths in the shrink order of the design. `wide(kind, text)` gives a text's width in px."""
    right = width - px(12)
    age_x = right - px(40)
    more_width = wide("age", f"+{row.more}") + px(6) if row.more else 0.0
    chip_width_px = (px(28) + wide("caption", row.chip)) if row.chip else 0.0
    more_x = age_x - px(6) - (more_width - px(6) if row.more else 0.0)
    chip_x = (more_x - px(6) if row.more else age_x - px(6)) - chip_width_px
    left = px(84)
    limit = chip_x - px(6)
    author = wide("strong" if row.unread else "name", row.author)
    author_end = max(left, min(left + author, limit))
    space_end = limit if limit - author_end - px(6) >= px(40) else author_end
    count = wide("age", str(row.messages)) + px(15)
    count_x = right - count - (px(24) if row.assignee else 0)
    tags_x = count_x - px(6)
    if row.tags:
        tags_x -= (
            px(12)
            + wide("caption", row.tags[0])
            + (wide("age", f"+{len(row.tags) - 1}") + px(4) if len(row.tags) > 1 else 0)
        )
    title = wide("strong" if row.unread else "name", row.title)
    if tags_x < px(58) + px(120):
        tags_x = count_x - px(6)
    title_end = min(px(58) + title, tags_x - px(6))
    return Places(author_end, space_end, chip_x, more_x, age_x, title_end, tags_x - px(6), tags_x, count_x)


def button_places(rect: QRect, count: int) -> list[QRect]:
    """Where the buttons of a row stand: 24 px each on its second line, up to its right edge."""
    size, gap = px(24), px(4)
    left = rect.right() + 1 - px(8) - count * size - (count - 1) * gap
    return [QRect(left + n * (size + gap), rect.y() + px(26), size, size) for n in range(count)]


class QueueDelegate(QStyledItemDelegate):
    """Paints rows and the headings of the levels. `asked` tells which button was clicked; its row is the current one."""

    asked = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.buttons: Sequence[RowButton] = ()
        self.marked: Collection[int] = ()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, metric("groupHeader") if index.data(HEADER_ROLE) else metric("row"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        header = index.data(HEADER_ROLE)
        if header:
            _paint_header(painter, rect, *header)
        else:
            row = index.data(ROW_ROLE)
            if row is None:
                _paint_loading(painter, rect)
            else:
                _paint_row(painter, rect, row, option.state, marked=row.thread_id in self.marked)
                if option.state & QStyle.StateFlag.State_MouseOver and self._has_buttons(row):
                    self._paint_buttons(painter, option)
        painter.restore()

    def _has_buttons(self, row: RowShown) -> bool:
        """While rows are marked, what a button does is about all of them: none stands on another row."""
        return not self.marked or row.thread_id in self.marked

    def _paint_buttons(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        places = button_places(option.rect, len(self.buttons))
        if not places:
            return
        under = QRectF(places[0]).united(QRectF(places[-1])).adjusted(-px(6), 0, px(8), 0)
        painter.fillRect(under, colour(_back(option.state)))
        for place, button in zip(places, self.buttons, strict=True):
            painter.drawPixmap(QPointF(place.x() + px(4), place.y() + px(4)), pixmap(button.icon, "text.secondary", 16))

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:  # fmt: skip
        if isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            button = self._button_at(event.position().toPoint(), option.rect, index)
            if button is not None and event.button() == Qt.MouseButton.LeftButton:
                self.asked.emit(button.name)
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:  # fmt: skip
        button = self._button_at(event.pos(), option.rect, index)
        if button is None:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), button.tip, view)
        return True

    def _button_at(self, point: QPoint, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> RowButton | None:
        row = index.data(ROW_ROLE)
        if row is None or not self._has_buttons(row):
            return None
        places = button_places(rect, len(self.buttons))
        return next((b for place, b in zip(places, self.buttons, strict=True) if place.contains(point)), None)


def _paint_header(painter: QPainter, rect: QRectF, title: str, count: int, folded: bool) -> None:
    painter.fillRect(rect, colour("bg.sunken"))
    painter.drawPixmap(QPointF(rect.x() + px(16), rect.y() + px(7)),
                       pixmap("caret-right" if folded else "caret-down", "text.tertiary", 12))  # fmt: skip
    y, height = rect.y(), rect.height()
    end = run(painter, "smallStrong", "text.secondary", rect.x() + px(32), y, rect.right() - px(60), title, height)
    run(painter, "small", "text.tertiary", end + px(6), y, rect.right() - px(8), str(count), height)
    _line(painter, rect)


def _paint_loading(painter: QPainter, rect: QRectF) -> None:
    painter.fillRect(rect, colour("bg.surface"))
    fill(painter, QRectF(rect.x() + px(20), rect.y() + px(9), px(28), px(28)), colour("bg.sunken"), px(14))
    fill(painter, QRectF(rect.x() + px(58), rect.y() + px(14), px(150), px(8)), colour("bg.sunken"), 4)
    fill(painter, QRectF(rect.x() + px(58), rect.y() + px(34), px(240), px(8)), colour("bg.sunken"), 4)
    _line(painter, rect)


def _back(state: QStyle.StateFlag) -> str:
    """A row's background: chosen, chosen while the keys are elsewhere, under the mouse, at rest."""
    if state & QStyle.StateFlag.State_Selected:
        focused = state & QStyle.StateFlag.State_Active and state & QStyle.StateFlag.State_HasFocus
        return "bg.selected" if focused else "bg.selectedInactive"
    return "bg.hover" if state & QStyle.StateFlag.State_MouseOver else "bg.surface"


def _paint_row(painter: QPainter, rect: QRectF, row: RowShown, state: QStyle.StateFlag, *, marked: bool) -> None:
    selected = bool(state & QStyle.StateFlag.State_Selected)
    painter.fillRect(rect, colour(_back(state)))
    x, y, height = rect.x(), rect.y(), float(px(18))
    if selected:
        painter.fillRect(QRectF(x, y, px(3), rect.height()), colour("accent"))
    if row.unread:
        fill(painter, QRectF(x + px(8), y + px(19.5), px(7), px(7)), colour("accent"), px(4))
    if marked:
        fill(painter, QRectF(x + px(20), y + px(9), px(28), px(28)), colour("accent"), px(14))
        painter.drawPixmap(QPointF(x + px(26), y + px(15)), pixmap("check", "bg.surface", 16))
    else:
        avatar(painter, QRectF(x + px(20), y + px(9), px(28), px(28)), row.author)
    places = layout(row, rect.width())
    strong = "strong" if row.unread else "name"
    tile(painter, QRectF(x + px(58), y + px(10), px(20), px(16)), row.platform)
    run(painter, strong, "text.primary", x + px(84), y + px(9), x + places.author_end, row.author, height)
    if places.space_end > places.author_end:
        run(
            painter,
            "small",
            "text.tertiary",
            x + places.author_end + px(6),
            y + px(9),
            x + places.space_end,
            row.space,
            height,
        )
    if row.chip:
        chip(painter, x + places.chip_x, y + px(9), row.chip_tone, row.chip_icon, row.chip)
    if row.more:
        run(painter, "age", "text.tertiary", x + places.more_x, y + px(9), x + places.age_x, f"+{row.more}", height)
    painter.setFont(font("age"))
    painter.setPen(colour("text.tertiary"))
    painter.drawText(QRectF(x + places.age_x, y + px(9), px(40), height),
                     Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, row.age)  # fmt: skip
    second = y + px(29)
    end = run(painter, strong, "text.primary", x + px(58), second, x + places.title_end, row.title, height)
    if places.snippet_end - (end - x) > px(37):
        run(painter, "body", "text.tertiary", end + px(13), second, x + places.snippet_end, row.snippet, height)
    if row.tags and places.tags_x < places.count_x - px(6):
        width = chip(painter, x + places.tags_x, second, "", "", row.tags[0])
        if len(row.tags) > 1:
            run(
                painter,
                "age",
                "text.tertiary",
                x + places.tags_x + width + px(4),
                second,
                x + places.count_x,
                f"+{len(row.tags) - 1}",
                height,
            )
    painter.drawPixmap(QPointF(x + places.count_x, second + px(3)), pixmap("chat-circle", "text.tertiary", 12))
    run(painter, "age", "text.tertiary", x + places.count_x + px(15), second, rect.right(), str(row.messages), height)
    if row.assignee:
        avatar(painter, QRectF(rect.right() - px(30), second, px(18), px(18)), row.assignee)
    _line(painter, rect)
    by_tab = state & QStyle.StateFlag.State_KeyboardFocusChange
    if state & QStyle.StateFlag.State_HasFocus and (by_tab or not selected):
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("focus.ring"), 2))
        painter.drawRect(rect.adjusted(1, 1, -1, -1))


def _line(painter: QPainter, rect: QRectF) -> None:
    painter.setPen(QPen(colour("border.subtle"), 0))
    painter.drawLine(QPointF(rect.x(), rect.bottom() - 0.5), QPointF(rect.right(), rect.bottom() - 0.5))


__all__ = [
    "HEADER_ROLE",
    "REASON_LOOK",
    "ROW_ROLE",
    "Places",
    "QueueDelegate",
    "RowButton",
    "RowShown",
    "button_places",
    "layout",
]
