"""The left side of a review: who waits, who is done, and where one is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.widgets.icons import pixmap
from console.widgets.painting import VCENTRE, stamp, tile
from console.widgets.theme import colour, elided, font, px, theme
from console.words import _

HIGH = 42


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """`icon` and `tone` say how it stands; `name` is all of it for a screen reader."""

    author: str
    line: str
    platform: str
    icon: str
    tone: str
    name: str


class _Rows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._ask: Callable[[int], ReviewRow] | None = None
        self._rows: dict[int, ReviewRow] = {}

    def show(self, row: Callable[[int], ReviewRow]) -> None:
        """From now on its rows say this; each is asked for once."""
        self._ask, self._rows = row, {}

    def row(self, n: int) -> ReviewRow | None:
        if n not in self._rows and self._ask is not None:
            self._rows[n] = self._ask(n)
        return self._rows.get(n)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return self.count

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = 0) -> object:
        row = self.row(index.row())
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.name
        return row if role == Qt.ItemDataRole.UserRole else None


class _Paints(QStyledItemDelegate):
    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.painted: dict[int, ReviewRow] = {}  # what each row says where it stands on the screen

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(px(120), px(HIGH))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: ReviewRow = index.data(Qt.ItemDataRole.UserRole)
        self.painted[index.row()] = row
        box = QRectF(option.rect)
        view = self.parent()
        assert isinstance(view, QListView)
        painter.save()
        if view.currentIndex().row() == index.row():
            painter.fillRect(box, colour("bg.selected"))
        stamp(
            painter,
            box.left(),
            box.top(),
            box.width(),
            box.height(),
            partial(_draw, row, box.width()),
            "review row",
            row,
        )
        painter.restore()


def _draw(row: ReviewRow, width: float, painter: QPainter) -> None:
    x, right = float(px(16)), width - px(16)
    painter.drawPixmap(QPointF(x, px(13)), pixmap(row.icon, row.tone, 16))
    tile(painter, QRectF(right - px(20), px(6), px(20), px(16)), row.platform)
    x += px(26)
    for kind, ink, text, top, room in (
        ("body", "text.primary", row.author, 4, right - x - px(26)),
        ("caption", "text.secondary", row.line, 22, right - x),
    ):
        painter.setFont(font(kind))
        painter.setPen(colour(ink))
        painter.drawText(QRectF(x, px(top), room, px(16)), VCENTRE, elided(kind, text, room))


class ReviewList(QListView):
    """It shows where one is; a click on a row asks for it."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Rows()
        self.setModel(self._model)
        self._paints = _Paints(self)
        self.setItemDelegate(self._paints)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys of the review move it
        self.setAccessibleName(_("What waits for a verdict"))
        self.clicked.connect(lambda index: self.asked.emit(index.row()))
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def show_rows(self, count: int, row: Callable[[int], ReviewRow], at: int) -> None:
        """So many rows; each is asked for when it is painted, and painted again where it says something else."""
        if count != self._model.count:
            self._model.beginResetModel()
            self._model.count = count
            self._model.show(row)
            self._model.endResetModel()
        else:
            self._model.show(row)
        if at < count:
            self.setCurrentIndex(self._model.index(at))
            self.scrollTo(self.currentIndex())
        else:
            self.clearSelection()
        room = self.viewport().rect()
        first, last = self.indexAt(room.topLeft()), self.indexAt(room.bottomLeft())
        for n in range(max(0, first.row()), (last.row() if last.isValid() else count - 1) + 1):
            if self._paints.painted.get(n) != self._model.row(n):
                self.update(self._model.index(n))
