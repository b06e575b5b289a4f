"""The desk as a window: the panes, and the rooms that do something with them. It makes them, and ends with them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QCloseEvent, QResizeEvent

from console.store.read import outbox
from console.views.bare_window import BareWindow
from console.views.closing import ask_to_close
from console.views.command_list import commands, tools
from console.views.commands import install, set_keys, sheet
from console.views.deciding import Deciding
from console.views.fitting import Fitting
from console.views.flagged.reviewing import Reviewing
from console.views.handing_off import HandingOff
from console.views.key_sheet import KeySheet
from console.views.panes import Panes
from console.views.reachable import set_reachable
from console.views.road.on_the_road import OnTheRoad
from console.views.services import Services
from console.views.showing import Showing
from console.views.sidebar_doors import SidebarDoors
from console.views.urgent import Urgent
from console.widgets.focus_ring import FocusRing
from console.widgets.queue_row import RowButton
from console.widgets.theme import theme
from console.words import _


class MainWindow(BareWindow):
    """Only the composition root knows it."""

    def __init__(self, services: Services, *, rows_first: bool = False) -> None:
        """`rows_first`: the first conversation comes with `showing.settle`, once the list is on the screen."""
        super().__init__(services)
        self._ring = FocusRing(self)
        self.fitting = Fitting(self)
        self.showing = Showing(self, self.fitting)
        self.doors = SidebarDoors(self, self.showing)
        self.handing_off = HandingOff(self, self.showing)
        self.reviewing = Reviewing(self, self.showing, self.fitting, self.handing_off)
        self.urgent = Urgent(self, self.showing, self.reviewing)
        self.road = OnTheRoad(self, self.showing)
        self.panes = Panes(self, self.fitting, self.handing_off, self.reviewing)
        self.deciding = Deciding(self, self.showing, self.fitting, self.handing_off, self.reviewing)
        self.commands = commands(
            self, self.deciding, self.showing, self.fitting, self.reviewing, self.handing_off, self.road, self.doors,
            self.panes,
        )  # fmt: skip
        self.context.note_asked.connect(self.deciding.note)
        self.status.undo_asked.connect(self.deciding.undo)
        self.status.keys_asked.connect(self.show_keys)
        self.actions_by_name, menu = install(self, self.commands, self.showing.settle, single=self._single)
        buttons = tools(self.deciding)
        self.conversation.add_tools(buttons, menu)
        self.list.add_buttons([RowButton(t.name, t.icon, f"{t.text}  {t.key}") for t in buttons[:4]])
        self.list.command_asked.connect(lambda name: self.actions_by_name[name].trigger())
        self.pages.currentChanged.connect(self._turned)
        theme.changed.connect(self._repaint)
        self.showing.begin(rows_first=rows_first)

    @property
    def _single(self) -> bool:
        return bool(self.services.settings["single_keys"])

    def set_keys(self) -> None:
        """The settings say whether single keys are commands."""
        set_keys(self.actions_by_name, self.commands, single=self._single)

    def show_keys(self) -> None:
        keys = sheet(self.commands, single=self._single)
        keys[_("Writing")] = [(_("Send"), "Ctrl+Return"), (_("Send, and done"), "Ctrl+Shift+Return"),
                              (_("Keep as a draft"), "Esc")]  # fmt: skip
        KeySheet(self, keys).exec()

    def _turned(self) -> None:
        set_reachable(self.actions_by_name, review=self.reviewing.is_open, outbox=self.shows_outbox)

    def _repaint(self) -> None:
        self.sidebar_delegate.sizeHintChanged.emit(QModelIndex())
        for widget in (self.items, self.list.view, self.context, self.conversation, self.status):
            widget.update()
        self.items.viewport().update()
        self.list.view.scheduleDelayedItemsLayout()
        self._fit()
        self.reviewing.reload()
        if self.shows_outbox:
            self.outbox.reload()

    def _fit(self) -> None:
        self.reviewing.fit()
        self.fitting.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def focusNextPrevChild(self, next: bool) -> bool:
        return self.panes.tab(next)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Words that are on their way are said; nothing is lost either way."""
        self.conversation.composer.flush()
        on_its_way = outbox.counts(self.services.store).on_its_way
        if on_its_way and not self._ask_to_close(on_its_way):
            event.ignore()
            return
        self.conversation.rest()
        self.closing.emit()
        event.accept()

    def _ask_to_close(self, count: int) -> bool:
        return ask_to_close(self, count)
