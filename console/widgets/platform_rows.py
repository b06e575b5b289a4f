"""One row of the gallery: a platform, what can be done there, and when news comes. The head of its columns, and its signs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.widgets.icons import pixmap
from console.widgets.painting import run, tile
from console.widgets.theme import colour, font, px, text_width, theme

PLATFORM_ROLE = Qt.ItemDataRole.UserRole + 1
HEADING_ROLE = Qt.ItemDataRole.UserRole + 2
ROW, HEADING, EDGE = 24, 22, 20
LOOKS = {"✓": ("check-bold", "ok"), "↗": ("arrow-square-out", "warn"), "–": ("minus", "text.tertiary")}


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """What one row shows: a mark (✓, ✓°, ↗, –) a column."""

    key: str
    title: str
    marks: tuple[str, ...]
    news: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the name ends, the middles of the marks' columns (none where there is no room), and whether news has one."""

    name_end: float
    middles: tuple[float, ...]
    news: bool


def columns(width: float, heads: Sequence[str], wide: Callable[[str, str], float] = text_width) -> Columns:
    """Hand out the width: what the heads (of the marks, then of news) need, then the names; short of room the marks go,
    then news. `wide(kind, text)` gives a text's width in px.
    """
    *marks, last = heads
    news = max(px(94), px(EDGE) + wide("captionStrong", last) + px(8))
    least = [wide("captionStrong", head) + px(10) for head in marks]
    name = px(190)
    each = [max(px(70), one) for one in least]
    if sum(each) + news + name > width:
        each, name = least, px(120)
    if sum(each) + news + name > width:
        has_news = width > news + name
        return Columns(width - (news if has_news else px(EDGE)), (), has_news)
    x, middles = width - news - sum(each), []
    for one in each:
        middles.append(x + one / 2)
        x += one
    return Columns(width - news - sum(each), tuple(middles), True)


class PlatformDelegate(QStyledItemDelegate):
    """`heads` are those of the columns, because the widest decides."""

    def __init__(self, heads: Sequence[str]) -> None:
        super().__init__()
        self._heads = tuple(heads)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, px(HEADING if index.data(HEADING_ROLE) else ROW))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(option.rect)
        if heading := index.data(HEADING_ROLE):
            painter.fillRect(rect, colour("bg.sunken"))
            run(
                painter,
                "captionStrong",
                "text.secondary",
                rect.x() + px(EDGE),
                rect.y(),
                rect.right(),
                heading,
                rect.height(),
            )
        else:
            self._paint_line(painter, rect, index.data(PLATFORM_ROLE), option.state)
        painter.setPen(QPen(colour("border.subtle"), 0))
        painter.drawLine(QPointF(rect.x(), rect.bottom() - 0.5), QPointF(rect.right(), rect.bottom() - 0.5))
        if index.data(PLATFORM_ROLE) and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
        painter.restore()

    def _paint_line(self, painter: QPainter, rect: QRectF, line: PlatformLine, state: QStyle.StateFlag) -> None:
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colour("bg.selected" if chosen else "bg.hover"))
        if chosen:
            painter.fillRect(QRectF(rect.x(), rect.y(), px(3), rect.height()), colour("accent"))
        x, y, high = rect.x(), rect.y(), rect.height()
        place = columns(rect.width(), self._heads)
        tile(painter, QRectF(x + px(EDGE), y + (high - px(16)) / 2, px(20), px(16)), line.key)
        kind = "smallStrong" if chosen else "smallName"
        run(painter, kind, "text.primary", x + px(EDGE + 28), y, x + place.name_end - px(4), line.title, high)
        for middle, mark in zip(place.middles, line.marks, strict=False):
            paint_mark(painter, x + middle, y + high / 2, mark)
        if place.news:
            ink = "text.secondary" if chosen else "text.tertiary"
            begin = rect.right() - px(EDGE) - text_width("small", line.news)
            run(painter, "small", ink, begin, y, rect.right(), line.news, high)


def paint_mark(painter: QPainter, x: float, y: float, mark: str) -> None:
    """A mark around this middle; ° stands above its right."""
    icon, ink = LOOKS[mark[0]]
    size = px(14)
    painter.drawPixmap(QPointF(round(x - size / 2), round(y - size / 2)), pixmap(icon, ink, 14))
    if mark.endswith("°"):
        painter.setFont(font("captionStrong"))
        painter.setPen(colour(ink))
        up = QFontMetricsF(font("captionStrong")).ascent()
        painter.drawText(QPointF(x + size / 2, y - size / 2 - px(3) + up), "°")


class ColumnHeads(QWidget):
    """The words above the columns; each row says them too, for who hears instead of sees."""

    def __init__(self, name: str, heads: Sequence[str]) -> None:
        super().__init__()
        self._name, self._heads = name, tuple(heads)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(px(200), px(ROW))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        place, high = columns(self.width(), self._heads), float(self.height())
        *marks, last = self._heads
        run(painter, "captionStrong", "text.secondary", px(EDGE), 0, place.name_end, self._name, high)
        for middle, head in zip(place.middles, marks, strict=False):
            begin = middle - text_width("captionStrong", head) / 2
            run(painter, "captionStrong", "text.secondary", begin, 0, begin + self.width(), head, high)
        if place.news:
            begin = self.width() - px(EDGE) - text_width("captionStrong", last)
            run(painter, "captionStrong", "text.secondary", begin, 0, self.width(), last, high)
        painter.setPen(QPen(colour("border.subtle"), 0))
        painter.drawLine(QPointF(0, high - 0.5), QPointF(self.width(), high - 0.5))
        painter.end()


class Sign(QWidget):
    """One mark of the legend with what it means beside it."""

    def __init__(self, mark: str, words: str) -> None:
        super().__init__()
        self._mark, self._words = mark, words
        self.setAccessibleName(f"{mark} {words}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def _left(self) -> int:
        return px(25 if self._mark.endswith("°") else 20)

    def sizeHint(self) -> QSize:
        return QSize(self._left() + round(text_width("age", self._words)) + 2, px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_mark(painter, px(7), self.height() / 2, self._mark)
        run(painter, "age", "text.secondary", self._left(), 0, self.width() + 2, self._words, self.height())
        painter.end()
