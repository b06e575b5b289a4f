"""The list's model: the ids of a view in the order they had, and only the rows that are painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.domain.policy import Level
from console.sentences import level_title
from console.widgets.queue_row import HEADER_ROLE, ROW_ROLE, RowShown

KEPT_ROWS = 400
READ_AT_ONCE = 40
LAID_OUT = 100  # rows the list lays out at a time: it asks for the height of each one, each time
KEY_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


class QueueModel(QAbstractListModel):
    """Rows of threads under the headings of their levels. The order never changes by itself: `take_order` does."""

    waiting_changed = Signal(int)

    def __init__(self, read: Callable[[Sequence[int]], list[RowShown]]) -> None:
        super().__init__()
        self._read = read
        self._ids: list[tuple[int, int]] = []
        self._next: list[tuple[int, int]] | None = None
        self._lines: list[int | Level | None] = []  # thread ids, and levels as headings
        self._laid_out = LAID_OUT
        self._row_of: dict[int, int] = {}
        self._folded: set[int] = set()
        self._grouped = True
        self._cache: OrderedDict[int, RowShown] = OrderedDict()

    # --- what Qt asks

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else min(self._laid_out, len(self._lines))

    def canFetchMore(self, parent: Index) -> bool:
        return self.rowCount(parent) < len(self._lines)

    def fetchMore(self, parent: Index) -> None:
        self.reach(self._laid_out + LAID_OUT)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if isinstance(line, Level) or line is None:
            return self._heading(line, role)
        if role == KEY_ROLE:
            return line
        if role not in (ROW_ROLE, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._row(index.row())
        if row is None or role == ROW_ROLE:
            return row
        return row.name if role == Qt.ItemDataRole.AccessibleTextRole else row.tip

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if not _is_thread(self._lines[index.row()]):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    # --- what the page does

    def show(self, ids: Sequence[tuple[int, int]], *, grouped: bool = True) -> None:
        """Hold these (thread id, level) pairs from now on, in this order."""
        self.beginResetModel()
        self._ids, self._next, self._grouped = list(ids), None, grouped
        self._cache.clear()
        self._laid_out = LAID_OUT
        self._lay_out()
        self.endResetModel()
        self.waiting_changed.emit(0)

    def extend(self, ids: Sequence[tuple[int, int]]) -> bool:
        """The whole view, of which the beginning is shown already; False when its beginning is another by now."""
        fresh = list(ids)
        if fresh[: len(self._ids)] != self._ids:
            return False
        shown = self.rowCount()
        self._ids, before = fresh, self._lines
        self._lay_out()
        grown = self.rowCount()
        if grown > shown:
            lines, self._lines = self._lines, before
            self.beginInsertRows(QModelIndex(), shown, grown - 1)
            self._lines = lines
            self.endInsertRows()
        self.refresh_headings()
        return True

    def refresh(self, changed: frozenset[int] | None) -> None:
        """Forget the rows of changed threads; they are read again when painted."""
        if changed is None:
            self._cache.clear()
            self.dataChanged.emit(self.index(0), self.index(max(0, self.rowCount() - 1)))
            return
        for thread_id in changed & self._row_of.keys():
            self._cache.pop(thread_id, None)
            self._changed(self._row_of[thread_id])

    def offer_order(self, ids: Sequence[tuple[int, int]]) -> None:
        """A new order is there; it waits until it is taken. Nothing moves under the pointer."""
        fresh = list(ids)
        here = {thread_id for thread_id, _level in self._ids}
        new = sum(1 for thread_id, _level in fresh if thread_id not in here)
        self._next = fresh if fresh != self._ids else None
        self.waiting_changed.emit(new)

    def take_order(self) -> None:
        if self._next is not None:
            self.show(self._next, grouped=self._grouped)

    def remove(self, thread_id: int) -> None:
        """Take one row out: it was decided on here."""
        row = self._row_of.get(thread_id)
        if row is None:
            return
        self._ids = [pair for pair in self._ids if pair[0] != thread_id]
        self._take_out(row)
        self.refresh_headings()
        if self._laid_out < LAID_OUT // 2:
            self.reach(LAID_OUT)

    def refresh_headings(self) -> None:
        """Counts of the headings; a heading without threads goes."""
        for number in range(len(self._lines) - 1, -1, -1):
            line = self._lines[number]
            if _is_thread(line):
                continue
            if self._count(line):
                self._changed(number)
            else:
                self._take_out(number)

    def fold(self, row: int) -> None:
        """Fold or unfold the group of a heading, or of the thread at this row."""
        level = next((line for line in reversed(self._lines[: row + 1]) if not _is_thread(line)), None)
        number = 3 if level is None else int(level)
        self._folded ^= {number}
        self.beginResetModel()
        self._lay_out()
        self.endResetModel()

    def reach(self, count: int) -> None:
        """Have at least so many rows laid out, as far as there are."""
        shown, grown = self.rowCount(), min(count, len(self._lines))
        if grown > shown:
            self.beginInsertRows(QModelIndex(), shown, grown - 1)
            self._laid_out = count
            self.endInsertRows()

    def row_of(self, thread_id: int) -> int | None:
        return self._row_of.get(thread_id)

    def thread_at(self, row: int) -> int | None:
        """The thread of a row; None for a heading or outside."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if _is_thread(line) else None

    def next_thread_row(self, row: int, step: int) -> int | None:
        """The next row with a thread in a direction; None at the end."""
        row += step
        while 0 <= row < len(self._lines):
            if _is_thread(self._lines[row]):
                return row
            row += step
        return None

    @property
    def total(self) -> int:
        return len(self._ids)

    # --- inside

    def _changed(self, row: int) -> None:
        if row < self.rowCount():
            self.dataChanged.emit(self.index(row), self.index(row))

    def _take_out(self, row: int) -> None:
        """One line less; what is not laid out yet goes without a word to the list."""
        told = row < self.rowCount()
        if told:
            self.beginRemoveRows(QModelIndex(), row, row)
            self._laid_out = self.rowCount() - 1
        del self._lines[row]
        self._index_lines()
        if told:
            self.endRemoveRows()

    def _lay_out(self) -> None:
        self._lines = []
        last: object = ...
        for thread_id, number in self._ids:
            level = Level(number) if number < 3 else None
            if self._grouped and level != last:
                self._lines.append(level)
                last = level
            if not self._grouped or number not in self._folded:
                self._lines.append(thread_id)
        self._index_lines()

    def _index_lines(self) -> None:
        self._row_of = {line: row for row, line in enumerate(self._lines) if _is_thread(line)}  # type: ignore[misc]

    def _count(self, level: int | Level | None) -> int:
        number = 3 if level is None else int(level)
        return sum(1 for _thread, other in self._ids if other == number)

    def _heading(self, level: Level | None, role: int) -> Any:
        number = 3 if level is None else int(level)
        if role == HEADER_ROLE:
            return (level_title(level), self._count(level), number in self._folded)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{level_title(level)}, {self._count(level)}"
        return None

    def _row(self, row: int) -> RowShown | None:
        thread_id = self._lines[row]
        assert isinstance(thread_id, int)
        if thread_id not in self._cache:
            around = [
                line for line in self._lines[row : row + READ_AT_ONCE] if _is_thread(line) and line not in self._cache
            ]
            for shown in self._read(around):  # type: ignore[arg-type]  # ids only
                self._cache[shown.thread_id] = shown
            while len(self._cache) > KEPT_ROWS:
                self._cache.popitem(last=False)
        return self._cache.get(thread_id)


def _is_thread(line: int | Level | None) -> bool:
    return isinstance(line, int) and not isinstance(line, Level)
