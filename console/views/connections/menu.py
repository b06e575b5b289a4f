"""What can be done with one connection, from the sidebar."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from console.desk import connections
from console.desk.seat import Desk
from console.domain.calendar import DAY_MS
from console.domain.conversation import SpaceKey
from console.store.read.connections import ConnectionRow, unusual
from console.widgets.picker import Picker
from console.words import _


class ConnectionMenu(QMenu):
    """Asks the desk; signing in again is the window's to open."""

    changed = Signal()
    sign_in_asked = Signal(object)
    card_asked = Signal()

    def __init__(self, desk: Desk, row: ConnectionRow, over: QWidget) -> None:
        super().__init__(over)
        self._desk, self._row, self._over = desk, row, over
        self.addAction(_("How it is doing …"), self.card_asked.emit)
        self.addAction(_("Collect now"), self._collect)
        if row.adapter != "memory":
            self.addAction(_("Sign in again"), lambda: self.sign_in_asked.emit(row))
        for space in unusual(desk.store, row.key):
            if space.standing == "invited":
                text = _("Join ‘{name}’").format(name=space.title.replace("&", "&&"))
                self.addAction(text, partial(self._join, space.key))
        self.addAction(_("Go on collecting") if row.paused else _("Pause"), self._pause)
        self.addAction(_("What counts from …"), self._ask_start_line)
        self.addSeparator()
        self.addAction(_("Disconnect; decisions and notes stay"), self._disconnect)

    def _collect(self) -> None:
        connections.sync_now(self._desk, frozenset({self._row.name}))
        self.changed.emit()

    def _join(self, space: SpaceKey) -> None:
        connections.follow(self._desk, self._row.key, space, True)
        self.changed.emit()

    def _pause(self) -> None:
        connections.pause(self._desk, self._row, not self._row.paused)
        self.changed.emit()

    def _ask_start_line(self) -> None:
        now_ms = self._desk.store.now_ms()
        choices = [
            (_("Now"), now_ms), (_("A week ago"), now_ms - 7 * DAY_MS), (_("A month ago"), now_ms - 30 * DAY_MS),
            (_("Everything"), 0),
        ]  # fmt: skip
        Picker(
            self._over, _("What counts from …"), [(text, str(at_ms)) for text, at_ms in choices], self._move,
            quick=True, free=False, hint=_("What was said before it can wait"),
        )  # fmt: skip

    def _move(self, at_ms: str) -> None:
        connections.move_start_line(self._desk, self._row, int(at_ms))
        self.changed.emit()

    def _disconnect(self) -> None:
        connections.disconnect(self._desk, self._row, forget=False)
        self.changed.emit()
