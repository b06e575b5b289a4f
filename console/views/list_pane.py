"""The queue: its heading, the search field, the list, and what it says when there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.sentences.shown import view_title
from console.views.models.queue_model import QueueModel
from console.widgets.empty_state import EmptyState
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import tip
from console.widgets.queue_row import QueueDelegate, RowButton
from console.widgets.strip import Strip
from console.widgets.theme import measured, px
from console.words import _, ngettext, number

_MARKS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


class QueueList(QListView):
    """Letters are commands here, so typing does not search the list.

    `marked`: a row was clicked with Ctrl, or with Shift, which asks for all up to it. Then it is not chosen by the click.
    """

    marked = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self._marks = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._marks = bool(event.modifiers() & _MARKS) and event.button() is Qt.MouseButton.LeftButton
        if not self._marks:
            super().mousePressEvent(event)
        elif index.isValid():
            self.marked.emit(index.row(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.modifiers() & _MARKS:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not (self._marks and event.buttons()):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._marks:
            super().mouseReleaseEvent(event)
        self._marks = False

    def keyboardSearch(self, search: str) -> None:
        return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_End:
            while self.model().canFetchMore(QModelIndex()):
                self.model().fetchMore(QModelIndex())
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()


class ListPane(QWidget):
    """Tells which thread is chosen and what is searched for."""

    chosen = Signal(int)
    searched = Signal(str)
    left_search = Signal()
    connect_asked = Signal()
    command_asked = Signal(str)

    def __init__(self, model: QueueModel) -> None:
        super().__init__()
        self.setObjectName("list")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.model = model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QFrame()
        head.setObjectName("paneHeader")
        measured(head, setFixedHeight=48)
        row = QHBoxLayout(head)
        row.setContentsMargins(px(16), 0, px(12), 0)
        self._marked = ""
        self._more = False
        self._title = plain_label("", "title")
        self._count = plain_label("", "body", "tertiary")
        row.addWidget(self._title)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(plain_label(_("Most important first"), "small", "secondary"))
        column.addWidget(head)
        searching = QHBoxLayout()
        searching.setContentsMargins(px(16), px(2), px(12), px(2))
        searching.addWidget(Painted("icon", "magnifying-glass", 16))
        self.search = QLineEdit()
        self.search.setProperty("kind", "search")
        self.search.setPlaceholderText(_("Search, or type in: from: tag: …"))
        self.search.setAccessibleName(_("Search"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self.searched)
        self.search.returnPressed.connect(self.left_search)
        searching.addWidget(self.search, 1)
        searching.addWidget(Painted("key", "/"))
        column.addLayout(searching)
        self.strip = Strip()
        column.addWidget(self.strip)
        self.view = QueueList()
        self.view.setModel(model)
        self._delegate = QueueDelegate(self.view)
        self.view.setItemDelegate(self._delegate)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMouseTracking(True)
        self.view.setUniformItemSizes(False)
        self.view.setAccessibleName(_("Conversations"))
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        model.modelReset.connect(self._begin_anew)
        self.view.clicked.connect(self._clicked)
        self.empty = EmptyState("check-circle", "ok")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self.empty)
        column.addWidget(self._pages, 1)

    def add_buttons(self, buttons: Sequence[RowButton]) -> None:
        """What the mouse finds on a row; `command_asked` tells the name of the one it clicked."""
        self._delegate.buttons = buttons
        # Queued: the command may take the very row away that is being clicked.
        self._delegate.asked.connect(self.command_asked, Qt.ConnectionType.QueuedConnection)

    def take_focus(self) -> None:
        """The keyboard goes to the list, or to what stands there when it is empty."""
        (self.view if self.model.rowCount() else self.empty).setFocus(Qt.FocusReason.TabFocusReason)

    def show_title(self, title: str) -> None:
        self._title.setText(title)

    def title(self) -> str:
        return self._title.text()

    def show_count(self, *, more: bool | None = None) -> None:
        """How many there are, or are marked. `more`: the list holds the newest of a search alone; None for as before."""
        self._more = self._more if more is None else more
        total = self.model.total
        count = number(total) if total else ""
        said = _("The newest {n} of all that match. Ctrl+A marks all of them.").format(n=count) if self._more else ""
        self._count.setText(self._marked or (f"{count}+" if self._more else count))
        self._count.setToolTip(tip(said))
        self._count.setAccessibleName(said)
        had_focus = self.view.hasFocus() or self.empty.hasFocus()
        self._pages.setCurrentIndex(0 if self.model.rowCount() else 1)
        if had_focus:
            self.take_focus()  # it is never lost

    def show_marked(self, marked: Collection[int], count: str) -> None:
        """Which rows are marked, and their count in words beside that of all."""
        self._delegate.marked = marked
        self._marked = count
        self.show_count()
        self.model.show_marked(marked)

    def say_empty(self, view: str, searched: str, *, connected: bool) -> None:
        """What stands there when nothing does."""
        if not connected:
            self.empty.say(_("Nothing to hear yet. Add a connection."), _("Add a connection"), self.connect_asked.emit,
                           "tray", "text.secondary")  # fmt: skip
        elif searched:
            self.empty.say(_("Nothing found for ‘{query}’.").format(query=searched), icon="magnifying-glass",
                           tone="text.secondary")  # fmt: skip
        elif view == "inbox":
            self.empty.say(_("All heard. Nobody is waiting for you."))
        else:
            self.empty.say(_("Nothing waiting here."))

    def say_searching(self) -> None:
        """That what was searched for is looked for still."""
        self.empty.say(_("Searching…"), icon="magnifying-glass", tone="text.secondary")

    def say_waiting(self, count: int) -> None:
        """New threads collect behind a strip: nothing moves by itself."""
        if count:
            text = ngettext("{n} new conversation", "{n} new conversations", count).format(n=count)
            self.strip.say(text, [(_("Show") + "\t.", self.take_order)])
        else:
            self.strip.hide()

    def take_order(self) -> None:
        """Take the new order, and stay on the thread that was chosen."""
        here = self.current_thread()
        self.model.take_order()
        self.strip.hide()
        self.show_count()
        if here is not None and (row := self.model.row_of(here)) is not None:
            self.choose_row(row)
        elif here is not None:
            self.step(1)

    def current_thread(self) -> int | None:
        index = self.view.currentIndex()
        return self.model.thread_at(index.row()) if index.isValid() else None

    def next_thread(self) -> int | None:
        """The thread below the chosen one."""
        row = self.model.next_thread_row(self.view.currentIndex().row(), 1)
        return None if row is None else self.model.thread_at(row)

    def step(self, by: int) -> bool:
        """The next or previous thread; False at the end."""
        index = self.view.currentIndex()
        row = self.model.next_thread_row(index.row() if index.isValid() else -1, by)
        if row is None:
            return False
        self.choose_row(row)
        return True

    def choose_row(self, row: int) -> None:
        self.model.reach(row + 1)
        index = self.model.index(row)
        self.view.setCurrentIndex(index)
        self.view.scrollTo(index)

    def leave_thread(self, thread_id: int) -> None:
        """A thread was decided on: the next one takes its place."""
        row = self.model.row_of(thread_id)
        if row is None:
            return
        following = self._follower(row, {thread_id})
        self.view.selectionModel().blockSignals(True)
        self.model.remove(thread_id)
        self.view.selectionModel().blockSignals(False)
        self._go_to(following)

    def leave_threads(self, thread_ids: Collection[int]) -> None:
        """Many were decided on: whoever stood on one of them is on the next that stays."""
        here = self.view.currentIndex().row()
        thread_id = self.model.thread_at(here)
        following = self._follower(here, thread_ids) if thread_id is None or thread_id in thread_ids else thread_id
        self.model.remove_all(thread_ids)
        self._go_to(following)

    def _follower(self, row: int, leaving: Collection[int]) -> int | None:
        """The nearest thread that stays: below, else above."""
        for by in (1, -1):
            at = self.model.next_thread_row(row, by)
            while at is not None and self.model.thread_at(at) in leaving:
                at = self.model.next_thread_row(at, by)
            if at is not None:
                return self.model.thread_at(at)
        return None

    def _go_to(self, following: int | None) -> None:
        self.show_count()
        if following is not None and (at := self.model.row_of(following)) is not None:
            self.view.setCurrentIndex(QModelIndex())
            self.choose_row(at)
        else:
            self.chosen.emit(-1)

    def _begin_anew(self) -> None:
        """Other rows: they are painted in the next frame, and none of them is chosen."""
        # A list to which the keyboard comes takes its first row by itself, unless somebody chose, if only nothing.
        self.view.setCurrentIndex(QModelIndex())
        self.view.viewport().update()  # else the list waits for a timer of its own before it asks for a frame

    def _current_changed(self, current: QModelIndex | QPersistentModelIndex, before: object) -> None:
        thread_id = self.model.thread_at(current.row()) if current.isValid() else None
        if thread_id is not None:
            self.chosen.emit(thread_id)

    def _clicked(self, index: QModelIndex) -> None:
        if self.model.thread_at(index.row()) is None:
            self.model.fold(index.row())


def title_of(view: str, connection: str, space: str) -> str:
    return space or connection or view_title(view)
