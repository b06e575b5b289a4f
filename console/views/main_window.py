"""The desk as a window: sidebar, queue, conversation, context, outbox, status bar. It shows and asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from console.domain.query import Query, QueryError, parse
from console.sentences.shown import view_title
from console.sentences.troubles import query_sentence
from console.store.connection import StoreAskedTooMuch
from console.store.read import connections, finding, outbox, queue
from console.store.read.changes import Changes
from console.store.read.order import Order
from console.views.background import Background
from console.views.closing import ask_to_close
from console.views.command_list import tools
from console.views.context_shown import context_shown
from console.views.deciding import Deciding
from console.views.fitting import Fitting
from console.views.handing_off import HandingOff
from console.views.list_pane import ListPane
from console.views.models.queue_model import QueueModel
from console.views.models.sidebar_model import SidebarModel
from console.views.on_the_road import OnTheRoad
from console.views.outbox_page import OutboxPage
from console.views.panes import Panes
from console.views.reviewing import Reviewing
from console.views.services import Services
from console.views.shown import collecting, row_shown
from console.views.sidebar_doors import SidebarDoors
from console.views.sidebar_items import item_of, sidebar_items
from console.views.sign_in_strip import SignInStrip
from console.views.thread_pane import ThreadPane
from console.views.undo_line import UndoLine
from console.views.urgent import Urgent
from console.widgets.brand import Brand
from console.widgets.context_panel import ContextPanel
from console.widgets.focus_ring import FocusRing
from console.widgets.queue_row import RowButton, RowShown
from console.widgets.sidebar import SidebarDelegate, SidebarItem, SidebarList
from console.widgets.status_bar import StatusBar
from console.widgets.theme import measured, px, theme
from console.words import _

LOOK_MS = 100
SETTLE_MS = 150  # who types faster than this reads the list, not the conversation
AT_ONCE = 200  # so many rows of a view are read at once; of a larger one the rest comes from the background
WHOLE_MS = 500  # after a change, the whole order of a large view and all counts are read again
AHEAD_MS = 5  # after the frame that shows this conversation
STEPS = 400_000  # of SQLite's machine, some 20 ms: what takes more while somebody waits comes from the background
PATIENCE = 2_000  # threads with the words that are looked at for the rest of a search while somebody types
MINUTE_MS = 60_000


class MainWindow(QMainWindow):
    """`connect_asked`, `settings_asked`: dialogs that the composition root opens."""

    connect_asked = Signal()
    sign_in_asked = Signal(object)
    settings_asked = Signal()
    closing = Signal()

    def __init__(self, services: Services, *, rows_first: bool = False) -> None:
        """`rows_first`: the first conversation comes with `settle`, once the list is on the screen."""
        super().__init__()
        self.services = services
        self.setWindowTitle("Luisterpost")
        self.setMinimumSize(640, 420)
        self._view = queue.View("inbox", moderator=services.desk.moderator)
        self._changes = Changes(services.store)
        self._background = Background(services.store)
        self._background.ready.connect(self._answered)
        self._large, self._take_next = False, False
        self._awaited = False  # nothing of the view is known yet: the background looks for it
        self._many = False  # counting so many threads takes longer than a frame, whichever view is shown
        self.model = QueueModel(self._rows)
        self.list = ListPane(self.model)
        self.conversation = ThreadPane(services)
        self.context = ContextPanel()
        self.outbox = OutboxPage(services)
        self.status = StatusBar()
        self.sign_in = SignInStrip()
        self.undo_line = UndoLine(services)
        self._sidebar_model = SidebarModel()
        self.sidebar_delegate = SidebarDelegate()
        self.sidebar = self._make_sidebar()
        self.doors = SidebarDoors(self)
        self.handing_off = HandingOff(self)
        self.road = OnTheRoad(self)
        self.deciding = Deciding(self)
        self._ring = FocusRing(self)
        self._lay_out()
        self.fitting = Fitting(self)
        self.reviewing = Reviewing(self)
        self.urgent = Urgent(self)
        self._wire()
        self.panes = Panes(self)
        self.actions_by_name, menu = self.deciding.install()
        buttons = tools(self.deciding)
        self.conversation.add_tools(buttons, menu)
        self.list.add_buttons([RowButton(t.name, t.icon, f"{t.text}  {t.key}") for t in buttons[:4]])
        self.list.command_asked.connect(lambda name: self.actions_by_name[name].trigger())
        self._look = self._timer(LOOK_MS, self.look)
        self._minute = self._timer(MINUTE_MS, lambda: self.model.refresh(None))
        self._settle = self._timer(SETTLE_MS, self._show_first, once=True)
        self._beside = self._timer(0, self._show_context, once=True)
        self._ahead = self._timer(AHEAD_MS, self._look_ahead, once=True)
        self._whole = self._timer(WHOLE_MS, self._ask, once=True)
        self.show_view(self._view, SETTLE_MS)
        if not rows_first:
            self.settle()
        self._look.start()
        self._minute.start()

    # --- making it

    def _timer(self, ms: int, run: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self, interval=ms, singleShot=once)
        timer.timeout.connect(run)
        return timer

    def _make_sidebar(self) -> QWidget:
        pane = QWidget()
        pane.setObjectName("sidebar")
        pane.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 0, 0, px(8))
        column.setSpacing(px(4))
        self.brand = Brand("Luisterpost", self.services.desk.moderator)
        column.addWidget(self.brand)
        self.items = SidebarList()
        self.items.setModel(self._sidebar_model)
        self.items.setItemDelegate(self.sidebar_delegate)
        self.items.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.items.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.items.setMouseTracking(True)
        self.items.setAccessibleName(_("Views and connections"))
        column.addWidget(self.items, 1)
        return pane

    def _lay_out(self) -> None:
        self.desk = QSplitter()
        self.desk.setHandleWidth(1)
        self.desk.setChildrenCollapsible(False)
        for pane in (self.list, self.conversation, self.context):
            self.desk.addWidget(pane)
        self.desk.setStretchFactor(1, 1)
        self.list.setMinimumWidth(300)
        self.conversation.setMinimumWidth(320)
        measured(self.context, setFixedWidth=280)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.desk)
        self.pages.addWidget(self.outbox)
        across = QHBoxLayout()
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.sidebar)
        across.addWidget(self.pages, 1)
        self.middle = QWidget()
        column = QVBoxLayout(self.middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.sign_in)
        column.addWidget(self.handing_off.strip)
        column.addWidget(self.road.strip)
        column.addLayout(across, 1)
        column.addWidget(self.status)
        self.setCentralWidget(self.middle)

    def _wire(self) -> None:
        self.list.chosen.connect(self._thread_chosen)
        self.list.searched.connect(self._searched)
        self.list.left_search.connect(self.settle)
        self.list.left_search.connect(self.list.take_focus)
        self.list.connect_asked.connect(self.connect_asked)
        self.model.waiting_changed.connect(self.list.say_waiting)
        self.context.thread_asked.connect(self.open_thread)
        self.context.note_asked.connect(lambda: self.deciding.note())
        self.outbox.changed.connect(self.look)
        self.outbox.thread_asked.connect(self.open_thread)
        self.outbox.sign_in_asked.connect(self._sign_in)
        self.sign_in.sign_in_asked.connect(self.sign_in_asked)
        self.status.undo_asked.connect(lambda: self.deciding.undo())
        self.status.urgent_asked.connect(self.urgent.open)
        self.status.outbox_asked.connect(self.show_outbox)
        self.status.keys_asked.connect(lambda: self.deciding.show_keys())
        self.conversation.left.connect(lambda: self.fitting.focus_pane("list"))
        theme.changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.sidebar_delegate.sizeHintChanged.emit(QModelIndex())
        for widget in (self.items, self.list.view, self.context, self.conversation, self.status):
            widget.update()
        self.items.viewport().update()
        self.list.view.scheduleDelayedItemsLayout()
        self.fitting.fit()
        self.reviewing.reload()
        if self.pages.currentIndex() == 1:
            self.outbox.reload()

    # --- what is shown

    def show_view(self, view: queue.View, settle_ms: int = 0) -> None:
        """Show a view; its first thread is chosen once the list is painted, while somebody types when they pause."""
        self._view = view
        self._background.leave()
        self.pages.setCurrentIndex(0)
        found = self._newest(AT_ONCE)
        first = found or Order.flat()
        self._awaited = found is None
        self._large = self._awaited or len(first.ids) == AT_ONCE or finding.has_words(view)
        self.model.show(first, grouped=view.name != "done" and not finding.has_words(view), whole=not self._large)
        self._many = self._many or len(first.ids) == AT_ONCE
        if self._awaited:
            self._ask()
        elif self._large:
            self._ask_whole()
        rows = {str(row.key): row for row in connections.connections(self.services.store)}
        name = rows[view.connection].name if view.connection in rows else ""
        space = connections.title(self.services.store, view.space) if view.space else ""
        self.list.show_title(space or name or view_title(view.name))
        self._say_empty(connected=bool(rows))
        self.list.show_count()
        self._show_counts()
        self._settle.start(settle_ms)

    def _say_empty(self, *, connected: bool) -> None:
        """What the list says while it shows nothing."""
        if self._awaited:
            self.list.say_searching()
        else:
            searched = self.list.search.text() if self._view.query else ""
            self.list.say_empty(self._view.name, searched, connected=connected)

    def settle(self) -> None:
        """Show the first thread of a view that has just opened now: nobody decides on the one of before."""
        if self._settle.isActive():
            self._settle.stop()
            self._show_first()

    def _show_first(self) -> None:
        if self.list.current_thread() is None:
            self.conversation.show_thread(None)
            self.context.show_context(None)
            self.list.step(1)

    def go(self, name: str) -> None:
        """Show a view by its name."""
        if name == "outbox":
            self.show_outbox()
            return
        self.list.search.blockSignals(True)
        self.list.search.clear()
        self.list.search.blockSignals(False)
        self.list.strip.hide()
        self.show_view(queue.View(name, moderator=self.services.desk.moderator))
        self.fitting.focus_pane("list")

    def show_outbox(self) -> None:
        self.outbox.reload()
        self.pages.setCurrentIndex(1)
        self.outbox.setFocus()
        self._show_counts()

    def open_thread(self, key: str) -> None:
        """Show one thread, also if the view doesn't hold it."""
        row = queue.row(self.services.store, key)
        if row is not None:
            self._settle.stop()
            self.pages.setCurrentIndex(0)
            at = self.model.row_of(row.thread_id)
            if at is not None:
                self.list.choose_row(at)
            else:
                self._show_row(row)

    def look(self) -> None:
        """Has anything changed in the two files? Then show just that."""
        changed = self._changes.poll()
        if changed is not None and not changed and not self._changes.other:
            return
        self.handing_off.look()
        self.urgent.look()
        self.road.look()
        if self.reviewing.look():
            self._show_state()
        else:
            self.look_at_desk(changed)

    def look_at_desk(self, changed: frozenset[int] | None) -> None:
        """Show what changed in these threads; None for any."""
        self.model.refresh(changed)
        if self._large:
            self._ask_whole()
        else:
            self._look_at_all()
        current = self.conversation.row
        if current is not None and (changed is None or current.thread_id in changed):
            fresh = queue.row(self.services.store, current.key)
            if fresh is not None:
                self._show_row(fresh)
        if self.pages.currentIndex() == 1:
            self.outbox.reload()
        self._show_counts()

    def show_again(self) -> None:
        """What begins covered was set otherwise: rows, conversation and what stands beside it."""
        self.services.heavies.read_again()
        self.model.refresh(None)
        self.conversation.reload()
        self._show_context()

    def _newest(self, limit: int = -1) -> Order | None:
        """What the view holds; None where that takes longer than a frame: then the background says it."""
        try:
            with self.services.store.within(STEPS):
                return finding.newest(self.services.store, self._view, limit, PATIENCE)
        except StoreAskedTooMuch:
            return None

    def _look_at_all(self) -> None:
        found = self._newest()
        if found is None:
            self._large = True
            self._ask_whole()
        else:
            self._offer(found, found.new_beside(self.model.order.ids))

    def _offer(self, order: Order, new: int) -> None:
        self.model.offer_order(order, new)
        if self.model.rowCount() == 0:
            self.list.take_order()
        self.list.show_count()

    def _ask_whole(self) -> None:
        """Soon, and however much goes on changing: a timer that starts anew each time would never come to it."""
        if not self._whole.isActive():
            self._whole.start()

    def _ask(self) -> None:
        self._background.ask(self._view, self.model.order.ids[:])

    def _answered(self, view: queue.View, order: Order, new: int, items: list[SidebarItem]) -> None:
        """The background read the whole order: the view grows to it, or it waits behind the strip."""
        self._sidebar_model.show(items)
        if view != self._view:
            return
        if not self.model.extend(order):
            self._offer(order, new)
            if self._take_next:
                self.list.take_order()
        self._take_next = False
        if self._awaited:
            self._awaited = False
            self._say_empty(connected=True)
            if self.conversation.row is None:
                self._settle.start(0)
        self._large = len(order.ids) >= AT_ONCE or finding.has_words(view)
        self.list.show_count()

    def take_order(self) -> None:
        """Take the newest order as soon as it is read."""
        self._take_next = self._large
        self.list.take_order()

    def after_decision(self) -> None:
        """Show what was decided here, in this frame."""
        self.look()

    def _show_counts(self) -> None:
        store = self.services.store
        if self._large or self._many:
            self._ask_whole()
        else:
            self._sidebar_model.show(sidebar_items(store, self.services.desk.moderator))
        key = ("view", "outbox") if self.pages.currentIndex() == 1 else item_of(self._view)
        row = self._sidebar_model.row_of(*key)
        if row is not None and self.items.currentIndex().row() != row and not self.items.hasFocus():
            self.items.setCurrentIndex(self._sidebar_model.index(row))
        self._show_state()

    def _show_state(self) -> None:
        store = self.services.store
        counts = outbox.counts(store)
        rows, offline = connections.connections(store), connections.is_offline(store)
        self.sign_in.show_state(rows, store.now_ms())
        self.status.show_state(
            offline=offline, doing=collecting(rows, store.now_ms(), offline=offline),
            undo=self.undo_line.now(),
            on_its_way=counts.on_its_way, for_you=counts.for_you,
        )  # fmt: skip

    def _rows(self, thread_ids: Sequence[int]) -> list[RowShown]:
        now_ms, rows = self.services.store.now_ms(), queue.rows(self.services.store, thread_ids)
        covered = self.services.heavies.titles(row.key for row in rows)
        return [row_shown(row, now_ms, covered.get(row.key, "")) for row in rows]

    def _thread_chosen(self, thread_id: int) -> None:
        rows = queue.rows(self.services.store, [thread_id])
        self._show_row(rows[0] if rows else None)

    def _show_row(self, row: queue.QueueRow | None) -> None:
        self.conversation.show_thread(row)
        # After the frame that shows it: first who it is about, then the conversation that is probably next.
        self._beside.start()
        QTimer.singleShot(0, self, self._ahead.start)

    def _show_context(self) -> None:
        row, store, heavies = self.conversation.row, self.services.store, self.services.heavies
        self.context.show_context(None if row is None else context_shown(store, row, store.now_ms(), heavies.titles))

    def _look_ahead(self) -> None:
        """Lay the next conversation out while the moderator reads this one."""
        thread_id = self.list.next_thread()
        rows = [] if thread_id is None else queue.rows(self.services.store, [thread_id])
        if rows:
            self.conversation.prepare(rows[0])

    def shown_view(self) -> queue.View:
        return self._view

    def shows_connection(self) -> str:
        """The key of the connection whose conversations are shown, "" for none."""
        return self._view.connection if self.pages.currentIndex() == 0 else ""

    def _sign_in(self, key: str) -> None:
        row = next((row for row in connections.connections(self.services.store) if row.key == key), None)
        if row is not None:
            self.sign_in_asked.emit(row)

    def _searched(self, text: str) -> None:
        try:
            query = parse(text)
        except QueryError as wrong:
            self.list.strip.say(query_sentence(wrong), tone="warn")
            return
        self.list.strip.hide()
        base = self._view.name if self._view.query is None else "all"
        name = "all" if text.strip() else ("inbox" if base == "all" else base)
        wanted = query if text.strip() else None
        self._view = queue.View(
            name, query=wanted if wanted != Query() else None, moderator=self.services.desk.moderator
        )
        focus = self.list.search.hasFocus()
        self.show_view(self._view, SETTLE_MS if focus else 0)
        if focus:
            self.list.search.setFocus()

    # --- its size and end

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fitting.fit()

    def focus_search(self) -> None:
        self.fitting.focus_pane("list")
        self.list.search.setFocus()

    def focus_composer(self) -> None:
        self.fitting.focus_pane("thread")
        self.conversation.composer.text.setFocus()

    def focusNextPrevChild(self, next: bool) -> bool:
        return self.panes.tab(next)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Words that are on their way are said; nothing is lost either way."""
        self.conversation.composer.flush()
        on_its_way = outbox.counts(self.services.store).on_its_way
        if on_its_way and not self._ask_to_close(on_its_way):
            event.ignore()
            return
        for timer in self.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly):
            timer.stop()
        self.conversation.rest()
        self.reviewing.rest()
        self._background.close()
        self.closing.emit()
        event.accept()

    def _ask_to_close(self, count: int) -> bool:
        return ask_to_close(self, count)
