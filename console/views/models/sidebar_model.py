"""The sidebar's model: what there is to choose, with counts and health."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from console.widgets.plain_text import tip
from console.widgets.sidebar import ITEM_ROLE, SidebarItem

Index = QModelIndex | QPersistentModelIndex


class SidebarModel(QAbstractListModel):
    """A flat list of items; headings and gaps can't be chosen, but for the heading that adds a connection."""

    def __init__(self) -> None:
        super().__init__()
        self._items: list[SidebarItem] = []

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        item = self._items[index.row()]
        if role == ITEM_ROLE:
            return item
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{item.title}, {item.count}" if item.count else f"{item.title}. {item.tip}".removesuffix(". ")
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(item.tip or item.title)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or self._items[index.row()].kind in ("header", "gap"):
            return Qt.ItemFlag.NoItemFlags
        if self._items[index.row()].kind == "add":
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def show(self, items: Sequence[SidebarItem]) -> None:
        """Show these items; where only their counts changed, nothing else moves."""
        same = [(item.kind, item.key) for item in items] == [(item.kind, item.key) for item in self._items]
        if same:
            self._items = list(items)
            if items:
                self.dataChanged.emit(self.index(0), self.index(len(items) - 1))
            return
        self.beginResetModel()
        self._items = list(items)
        self.endResetModel()

    def row_of(self, kind: str, key: str) -> int | None:
        return next((n for n, item in enumerate(self._items) if (item.kind, item.key) == (kind, key)), None)
