"""The list's model: the ids of a view in the order they had, and only the rows that are painted."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.domain.policy import Level
from console.sentences.shown import level_title
from console.store.read.order import Order
from console.widgets.plain_text import tip
from console.widgets.queue_row import HEADER_ROLE, ROW_ROLE, RowShown
from console.words import _

KEPT_ROWS = 400
READ_AT_ONCE = 40
LAID_OUT = 100  # rows the list lays out at a time: it asks for the height of each one, each time
KEY_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


@dataclass(slots=True)
class Group:
    """Threads that stand together under a heading, or all of a view that has none.

    number  of the level; the last is that of threads that only wait
    first   the place of its first thread in the order
    row     the row of its heading, or of its first thread where it has none
    """

    number: int
    headed: bool
    folded: bool
    count: int
    first: int = 0
    row: int = 0

    @property
    def rows(self) -> int:
        return self.headed + (0 if self.folded else self.count)

    def row_at(self, place: int) -> int | None:
        """The row of a thread by its place in the order; None while it is folded away."""
        return None if self.folded else self.row + self.headed + place - self.first


class QueueModel(QAbstractListModel):
    """Rows of threads under the headings of their levels. The order never changes by itself: `take_order` does."""

    waiting_changed = Signal(int)
    grown = Signal()  # the whole view is held now, where only its beginning was

    def __init__(self, read: Callable[[Sequence[int]], list[RowShown]]) -> None:
        super().__init__()
        self._read = read
        self.order = Order.flat()
        self._next: Order | None = None
        self._groups: list[Group] = []
        self._laid_out = LAID_OUT
        self._folded: set[int] = set()
        self._grouped = True
        self._cache: OrderedDict[int, RowShown] = OrderedDict()
        self._marked: Collection[int] = ()
        self.whole = True

    # --- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else min(self._laid_out, self._rows)

    def canFetchMore(self, parent: Index) -> bool:
        return self.rowCount(parent) < self._rows

    def fetchMore(self, parent: Index) -> None:
        self.reach(self._laid_out + LAID_OUT)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        group, place = self._line(index.row())
        if place is None:
            return _told(group, role)
        if role == KEY_ROLE:
            return self.order.ids[place]
        if role not in (ROW_ROLE, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._row(place)
        if row is None or role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(row.tip)
        return " ".join((_("Marked."), row.name)) if row.thread_id in self._marked else row.name

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self._line(index.row())[1] is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # --- what the page does

    def show(self, order: Order, *, grouped: bool = True, whole: bool = True) -> None:
        """Hold these threads from now on, in this order. `whole`: they are all of the view, and not its beginning."""
        self.beginResetModel()
        self._next, self._grouped, self.whole = None, grouped, whole
        self.order = self._own(order)
        self._cache.clear()
        self._laid_out = LAID_OUT
        self._lay_out()
        self.endResetModel()
        self.waiting_changed.emit(0)

    def extend(self, order: Order) -> bool:
        """The whole view, of which the beginning is shown already; False when its beginning is another by now."""
        order = self._own(order)
        if not order.begins_with(self.order):
            return False
        shown, before = self.rowCount(), self._groups
        self.order, self.whole = order, True
        self._lay_out()
        grown = self.rowCount()
        if grown > shown:
            groups, self._groups = self._groups, before
            self.beginInsertRows(QModelIndex(), shown, grown - 1)
            self._groups = groups
            self.endInsertRows()
        for group in self._groups:
            if group.headed:
                self._changed(group.row)
        self.grown.emit()
        return True

    def refresh(self, changed: frozenset[int] | None) -> None:
        """Forget the rows of changed threads; they are read again when painted."""
        if changed is None:
            self._cache.clear()
            self.dataChanged.emit(self.index(0), self.index(max(0, self.rowCount() - 1)))
            return
        for thread_id in changed & self._cache.keys():  # no other row was ever painted
            del self._cache[thread_id]
            row = self.row_of(thread_id)
            if row is not None:
                self._changed(row)

    def offer_order(self, order: Order, new: int) -> None:
        """A new order is there; it waits until it is taken. Nothing moves under the pointer.

        new  how many of its threads are not shown yet
        """
        self._next = order if self._own(order) != self.order else None
        self.waiting_changed.emit(0 if self._next is None else new)

    def take_order(self) -> None:
        if self._next is not None:
            self.show(self._next, grouped=self._grouped)

    def remove(self, thread_id: int) -> None:
        """Take one row out: it was decided on here. A heading without threads goes with it."""
        place = self._place(thread_id)
        if place is None:
            return
        group = self._group_of(place)
        row = group.row_at(place)
        if row is not None:
            self._take_out(row, lambda: self._drop(group, place))
        else:
            self._drop(group, place)
        if group.headed and group.count:
            self._changed(group.row)
        elif group.headed:
            self._take_out(group.row, self._lay_out)
        if self._laid_out < LAID_OUT // 2:
            self.reach(LAID_OUT)

    def remove_all(self, thread_ids: Collection[int]) -> None:
        """Take many out at once."""
        kept, place, levels = array("q"), 0, []
        for count in self.order.levels:
            stay = [one for one in self.order.ids[place : place + count] if one not in thread_ids]
            kept.extend(stay)
            levels.append(len(stay))
            place += count
        self.show(Order(kept, tuple(levels)), grouped=self._grouped, whole=self.whole)

    def show_marked(self, thread_ids: Collection[int]) -> None:
        """These are marked: their names say so."""
        self._marked = thread_ids
        self.dataChanged.emit(self.index(0), self.index(max(0, self.rowCount() - 1)))

    def fold(self, row: int) -> None:
        """Fold or unfold the group of a heading, or of the thread at this row."""
        if not 0 <= row < self._rows:
            return
        group, _place = self._line(row)
        if not group.headed:
            return
        self._folded ^= {group.number}
        self.beginResetModel()
        self._lay_out()
        self.endResetModel()

    def reach(self, count: int) -> None:
        """Have at least so many rows laid out, as far as there are."""
        shown, grown = self.rowCount(), min(count, self._rows)
        if grown > shown:
            self.beginInsertRows(QModelIndex(), shown, grown - 1)
            self._laid_out = count
            self.endInsertRows()

    def row_of(self, thread_id: int) -> int | None:
        place = self._place(thread_id)
        return None if place is None else self._group_of(place).row_at(place)

    def thread_at(self, row: int) -> int | None:
        """The thread of a row; None for a heading or outside."""
        if not 0 <= row < self._rows:
            return None
        _group, place = self._line(row)
        return None if place is None else self.order.ids[place]

    def next_thread_row(self, row: int, step: int) -> int | None:
        """The next row with a thread in a direction; None at the end."""
        row += step
        while 0 <= row < self._rows:
            if self._line(row)[1] is not None:
                return row
            row += step
        return None

    @property
    def total(self) -> int:
        return len(self.order.ids)

    # --- inside

    @property
    def _rows(self) -> int:
        """All rows there are, laid out or not."""
        return self._groups[-1].row + self._groups[-1].rows if self._groups else 0

    def _own(self, order: Order) -> Order:
        """An order to take threads out of; one group where the view has none."""
        return Order(order.ids[:], order.levels if self._grouped else (len(order.ids),))

    def _line(self, row: int) -> tuple[Group, int | None]:
        """What stands at a row: its group, and the thread's place in the order, None for the heading."""
        group = next(group for group in self._groups if row < group.row + group.rows)
        within = row - group.row - group.headed
        return group, None if within < 0 else group.first + within

    def _place(self, thread_id: int) -> int | None:
        try:
            return self.order.ids.index(thread_id)
        except ValueError:
            return None

    def _group_of(self, place: int) -> Group:
        return next(group for group in self._groups if place < group.first + group.count)

    def _changed(self, row: int) -> None:
        if row < self.rowCount():
            self.dataChanged.emit(self.index(row), self.index(row))

    def _take_out(self, row: int, take: Callable[[], None]) -> None:
        """One row less; what is not laid out yet goes without a word to the list."""
        told = row < self.rowCount()
        if told:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._laid_out = self.rowCount() - 1
        take()
        if told:
            self.endRemoveRows()

    def _drop(self, group: Group, place: int) -> None:
        """Its heading stays until it is taken out by itself."""
        del self.order.ids[place]
        self.order = replace(
            self.order, levels=tuple(n - (level == group.number) for level, n in enumerate(self.order.levels))
        )
        group.count -= 1
        for later in self._groups[self._groups.index(group) + 1 :]:
            later.first -= 1
            later.row -= not group.folded

    def _lay_out(self) -> None:
        self._groups = [
            Group(number, self._grouped, self._grouped and number in self._folded, count)
            for number, count in enumerate(self.order.levels)
            if count
        ]
        for group, following in zip(self._groups, self._groups[1:], strict=False):
            following.first, following.row = group.first + group.count, group.row + group.rows

    def _row(self, place: int) -> RowShown | None:
        thread_id = self.order.ids[place]
        if thread_id not in self._cache:
            near = self.order.ids[place : place + READ_AT_ONCE]
            for shown in self._read([found for found in near if found not in self._cache]):
                self._cache[shown.thread_id] = shown
            while len(self._cache) > KEPT_ROWS:
                self._cache.popitem(last=False)
        return self._cache.get(thread_id)


def _told(group: Group, role: int) -> Any:
    """What a heading says."""
    title = level_title(Level(group.number) if group.number < len(Level) else None)
    if role == HEADER_ROLE:
        return (title, group.count, group.folded)
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return f"{title}, {group.count}"
    return None
