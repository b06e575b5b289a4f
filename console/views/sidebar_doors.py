"""What opens from the sidebar: a view, a space, a connection's conversations, its menu and its card."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPoint, Qt

from console.store.read import connections, queue
from console.store.read.connections import ConnectionRow
from console.views.bare_window import BareWindow
from console.views.connections.card import ConnectionCard
from console.views.connections.menu import ConnectionMenu
from console.views.showing import Showing
from console.widgets.picker import Picker
from console.widgets.sidebar import ITEM_ROLE, SidebarItem
from console.words import _


class SidebarDoors(QObject):
    """The first Enter or click on a connection shows its conversations, the next one its card; its mark does so at once."""

    def __init__(self, window: BareWindow, showing: Showing) -> None:
        super().__init__(window)
        self._window, self._showing = window, showing
        items = window.items
        items.clicked.connect(self._chosen)
        items.activated.connect(self._chosen)
        items.mark_clicked.connect(lambda index: self.show_card(index.data(ITEM_ROLE).key))
        items.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        items.customContextMenuRequested.connect(self._menu)

    def show_card(self, key: str) -> ConnectionCard | None:
        """Open the card of a connection; None when it is gone."""
        row, window = self._row(key), self._window
        if row is None:
            return None
        card = ConnectionCard(window.services, window, row)
        card.sign_in_asked.connect(window.sign_in_asked)
        card.shown.connect(self._show_conversations)
        card.finished.connect(self._showing.look)
        window.closing.connect(card.reject)
        card.open()
        return card

    def pick_card(self) -> None:
        """Ask for which connection, where there are several."""
        rows = connections.connections(self._window.services.store)
        if len(rows) == 1:
            self.show_card(rows[0].key)
        elif rows:
            choices = [(row.name, str(row.key)) for row in rows]
            Picker(self._window, _("How a connection is doing"), choices, self._open, free=False,
                   hint=_("A connection"))  # fmt: skip

    def _open(self, key: str) -> None:
        self.show_card(key)

    def _chosen(self, index: QModelIndex) -> None:
        item: SidebarItem = index.data(ITEM_ROLE)
        window = self._window
        match item.kind:
            case "view":
                self._showing.go(item.key)
            case "add":
                window.connect_asked.emit()
            case "connection" if self._showing.shows_connection() == item.key:
                self.show_card(item.key)
            case "connection":
                self._show_conversations(item.key)
            case "space":
                self._showing.show_view(queue.View("open", space=item.key, moderator=window.services.desk.moderator))

    def _show_conversations(self, key: str) -> None:
        window = self._window
        self._showing.show_view(queue.View("open", connection=key, moderator=window.services.desk.moderator))

    def _menu(self, at: QPoint) -> None:
        """What can be done with a connection: its card, collect now, sign in again, pause, take away."""
        window = self._window
        item = window.items.indexAt(at).data(ITEM_ROLE)
        row = self._row(item.key) if isinstance(item, SidebarItem) else None
        if row is None:
            return
        menu = ConnectionMenu(window.services.desk, row, window)
        menu.card_asked.connect(lambda: self.show_card(row.key))
        menu.sign_in_asked.connect(window.sign_in_asked)
        menu.changed.connect(self._showing.look)
        menu.popup(window.items.viewport().mapToGlobal(at))

    def _row(self, key: str) -> ConnectionRow | None:
        return next((row for row in connections.connections(self._window.services.store) if row.key == key), None)
