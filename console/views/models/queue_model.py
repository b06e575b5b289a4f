"""The list's model: the ids of a view in the order they had, and only the rows that are painted."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from console.domain.policy import Level
from console.sentences import level_title
from console.widgets.plain_text import tip
from console.widgets.queue_row import HEADER_ROLE, ROW_ROLE, RowShown

KEPT_ROWS = 400
READ_AT_ONCE = 40
LAID_OUT = 100  # rows the list lays out at a time: it asks for the height of each one, each time
NO_LEVEL = 3
KEY_ROLE = Qt.ItemDataRole.UserRole + 3
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Heading:
    """Stands above the threads of a level; None is the level of those that only wait."""

    level: Level | None

    @property
    def number(self) -> int:
        return NO_LEVEL if self.level is None else int(self.level)


HEADINGS = (*(Heading(level) for level in Level), Heading(None))  # by the number of their level


class QueueModel(QAbstractListModel):
    """Rows of threads under the headings of their levels. The order never changes by itself: `take_order` does."""

    waiting_changed = Signal(int)

    def __init__(self, read: Callable[[Sequence[int]], list[RowShown]]) -> None:
        super().__init__()
        self._read = read
        self._ids: list[tuple[int, int]] = []
        self._next: list[tuple[int, int]] | None = None
        self._lines: list[int | Heading] = []  # thread ids under their headings
        self._counts: Counter[int] = Counter()  # threads by level
        self._laid_out = LAID_OUT
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
        if isinstance(line, Heading):
            return self._told(line, role)
        if role == KEY_ROLE:
            return line
        if role not in (ROW_ROLE, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return None
        row = self._row(index.row())
        if row is None or role == ROW_ROLE:
            return row
        return row.name if role == Qt.ItemDataRole.AccessibleTextRole else tip(row.tip)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if isinstance(self._lines[index.row()], Heading):
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
        if fresh == self._ids:
            return True
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
        for thread_id in changed & self._cache.keys():  # no other row was ever painted
            del self._cache[thread_id]
            row = self.row_of(thread_id)
            if row is not None:
                self._changed(row)

    def offer_order(self, ids: Sequence[tuple[int, int]]) -> None:
        """A new order is there; it waits until it is taken. Nothing moves under the pointer."""
        fresh = list(ids)
        self._next = fresh if fresh != self._ids else None
        if self._next is None:
            self.waiting_changed.emit(0)
            return
        here = {thread_id for thread_id, _level in self._ids}
        self.waiting_changed.emit(sum(1 for thread_id, _level in fresh if thread_id not in here))

    def take_order(self) -> None:
        if self._next is not None:
            self.show(self._next, grouped=self._grouped)

    def remove(self, thread_id: int) -> None:
        """Take one row out: it was decided on here."""
        row = self.row_of(thread_id)
        if row is None:
            return
        at = next(n for n, pair in enumerate(self._ids) if pair[0] == thread_id)
        self._counts[self._ids.pop(at)[1]] -= 1
        self._take_out(row)
        self.refresh_headings()
        if self._laid_out < LAID_OUT // 2:
            self.reach(LAID_OUT)

    def refresh_headings(self) -> None:
        """Counts of the headings; a heading without threads goes."""
        for row in reversed([self._lines.index(line) for line in HEADINGS if line in self._lines]):
            heading = self._lines[row]
            if isinstance(heading, Heading) and self._counts[heading.number]:
                self._changed(row)
            else:
                self._take_out(row)

    def fold(self, row: int) -> None:
        """Fold or unfold the group of a heading, or of the thread at this row."""
        heading = next((line for line in reversed(self._lines[: row + 1]) if isinstance(line, Heading)), None)
        if heading is None:
            return
        self._folded ^= {heading.number}
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
        try:
            return self._lines.index(thread_id)
        except ValueError:
            return None

    def thread_at(self, row: int) -> int | None:
        """The thread of a row; None for a heading or outside."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if isinstance(line, int) else None

    def next_thread_row(self, row: int, step: int) -> int | None:
        """The next row with a thread in a direction; None at the end."""
        row += step
        while 0 <= row < len(self._lines):
            if isinstance(self._lines[row], int):
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
        if told:
            self.endRemoveRows()

    def _lay_out(self) -> None:
        self._counts = Counter(number for _thread, number in self._ids)
        self._lines = []
        last = -1
        for thread_id, number in self._ids:
            if self._grouped and number != last:
                self._lines.append(HEADINGS[number])
                last = number
            if not self._grouped or number not in self._folded:
                self._lines.append(thread_id)

    def _told(self, heading: Heading, role: int) -> Any:
        title, count = level_title(heading.level), self._counts[heading.number]
        if role == HEADER_ROLE:
            return (title, count, heading.number in self._folded)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, {count}"
        return None

    def _row(self, row: int) -> RowShown | None:
        thread_id = self._lines[row]
        assert isinstance(thread_id, int)
        if thread_id not in self._cache:
            near = self._lines[row : row + READ_AT_ONCE]
            for shown in self._read([line for line in near if isinstance(line, int) and line not in self._cache]):
                self._cache[shown.thread_id] = shown
            while len(self._cache) > KEPT_ROWS:
                self._cache.popitem(last=False)
        return self._cache.get(thread_id)
