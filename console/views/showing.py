"""What the desk shows: one view and one conversation, kept right as the two files change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from console.domain.query import Query, QueryError, parse
from console.sentences.shown import view_title
from console.sentences.troubles import query_sentence
from console.store.errors import StoreAskedTooMuch
from console.store.read import connections, finding, outbox, queue
from console.store.read.changes import Changes
from console.store.read.order import Order
from console.views.background import Background
from console.views.bare_window import BareWindow
from console.views.context_shown import context_shown
from console.views.fitting import Fitting
from console.views.shown import collecting
from console.views.sidebar_items import item_of, sidebar_items
from console.views.undo_line import UndoLine
from console.widgets.sidebar import SidebarItem

LOOK_MS = 100
SETTLE_MS = 150  # who types faster than this reads the list, not the conversation
AT_ONCE = 200  # so many rows of a view are read at once; of a larger one the rest comes from the background
WHOLE_MS = 500  # after a change, the whole order of a large view and all counts are read again
AHEAD_MS = 5  # after the frame that shows this conversation
STEPS = 400_000  # of SQLite's machine, some 20 ms: what takes more while somebody waits comes from the background
PATIENCE = 2_000  # threads with the words that are looked at for the rest of a search while somebody types
MINUTE_MS = 60_000


class Showing(QObject):
    """`changed`: something did in the two files, and what the desk shows is about to follow.

    view  that is shown, or stands behind the outbox or the review
    """

    changed = Signal()

    def __init__(self, window: BareWindow, fitting: Fitting) -> None:
        super().__init__(window)
        self._window, self._fitting, self._services = window, fitting, window.services
        self.view = queue.View("inbox", moderator=window.services.desk.moderator)
        self.undo_line = UndoLine(window.services)
        self._changes = Changes(window.services.store)
        self._background = Background(window.services.store)
        self._background.ready.connect(self._answered)
        self._large, self._take_next = False, False
        self._awaited = False  # nothing of the view is known yet: the background looks for it
        self._many = False  # counting so many threads takes longer than a frame, whichever view is shown
        self._missed = False  # something changed that the desk behind another page doesn't show yet
        self._look = self._timer(LOOK_MS, self.look)
        self._minute = self._timer(MINUTE_MS, lambda: window.model.refresh(None))
        self._settle = self._timer(SETTLE_MS, self._show_first, once=True)
        self._beside = self._timer(0, self._show_context, once=True)
        self._ahead = self._timer(AHEAD_MS, self._look_ahead, once=True)
        self._whole = self._timer(WHOLE_MS, self._ask, once=True)
        window.list.chosen.connect(self._thread_chosen)
        window.list.searched.connect(self._searched)
        window.list.left_search.connect(self.settle)
        window.list.left_search.connect(window.list.take_focus)
        window.context.thread_asked.connect(self.open_thread)
        window.outbox.changed.connect(self.look)
        window.outbox.thread_asked.connect(self.open_thread)
        window.status.outbox_asked.connect(self.show_outbox)
        window.pages.currentChanged.connect(self._turned)
        window.closing.connect(self._rest)

    def begin(self, *, rows_first: bool) -> None:
        """Show the first view. `rows_first`: its first conversation comes with `settle`, once the list is on the screen."""
        self.show_view(self.view, SETTLE_MS)
        if not rows_first:
            self.settle()
        self._look.start()
        self._minute.start()

    def _timer(self, ms: int, run: Callable[[], None], *, once: bool = False) -> QTimer:
        timer = QTimer(self, interval=ms, singleShot=once)
        timer.timeout.connect(run)
        return timer

    def _rest(self) -> None:
        for timer in (self._look, self._minute, self._settle, self._beside, self._ahead, self._whole):
            timer.stop()
        self._background.close()

    # --- a view

    def show_view(self, view: queue.View, settle_ms: int = 0) -> None:
        """Show a view; its first thread is chosen once the list is painted, while somebody types when they pause."""
        w, store = self._window, self._services.store
        self.view = view
        self._background.leave()
        w.pages.setCurrentWidget(w.desk)
        found = self._newest(AT_ONCE)
        first = found or Order.flat()
        self._awaited = found is None
        self._large = self._awaited or len(first.ids) == AT_ONCE or finding.has_words(view)
        w.model.show(first, grouped=view.name != "done" and not finding.has_words(view), whole=not self._large)
        self._many = self._many or len(first.ids) == AT_ONCE
        if self._awaited:
            self._ask()
        elif self._large:
            self._ask_whole()
        rows = {str(row.key): row for row in connections.connections(store)}
        name = rows[view.connection].name if view.connection in rows else ""
        space = connections.title(store, view.space) if view.space else ""
        w.list.show_title(space or name or view_title(view.name))
        self._say_empty(connected=bool(rows))
        w.list.show_count(more=finding.has_more(self.view, w.model.order))
        self.show_counts()
        self._settle.start(settle_ms)

    def _say_empty(self, *, connected: bool) -> None:
        """What the list says while it shows nothing."""
        shown = self._window.list
        if self._awaited:
            shown.say_searching()
        else:
            searched = shown.search.text() if self.view.query else ""
            shown.say_empty(self.view.name, searched, connected=connected)

    def settle(self) -> None:
        """Show the first thread of a view that has just opened now: nobody decides on the one of before."""
        if self._settle.isActive():
            self._settle.stop()
            self._show_first()

    def _show_first(self) -> None:
        w = self._window
        if w.list.current_thread() is None:
            w.conversation.show_thread(None)
            w.context.show_context(None)
            w.list.step(1)

    def go(self, name: str) -> None:
        """Show a view by its name."""
        if name == "outbox":
            self.show_outbox()
            return
        shown = self._window.list
        shown.search.blockSignals(True)
        shown.search.clear()
        shown.search.blockSignals(False)
        shown.strip.hide()
        self.show_view(queue.View(name, moderator=self._services.desk.moderator))
        self._fitting.focus_pane("list")

    def show_outbox(self) -> None:
        w = self._window
        w.outbox.reload()
        w.pages.setCurrentWidget(w.outbox)
        w.outbox.setFocus()
        self.show_counts()

    def shows_connection(self) -> str:
        """The key of the connection whose conversations are shown, "" for none."""
        return self.view.connection if self._window.shows_desk else ""

    def _searched(self, text: str) -> None:
        w = self._window
        try:
            query = parse(text)
        except QueryError as wrong:
            w.list.strip.say(query_sentence(wrong), tone="warn")
            return
        w.list.strip.hide()
        base = self.view.name if self.view.query is None else "all"
        name = "all" if text.strip() else ("inbox" if base == "all" else base)
        wanted = query if text.strip() and query != Query() else None
        focus = w.list.search.hasFocus()
        view = queue.View(name, query=wanted, moderator=self._services.desk.moderator)
        self.show_view(view, SETTLE_MS if focus else 0)
        if focus:
            w.list.search.setFocus()

    # --- a conversation

    def open_thread(self, key: str) -> None:
        """Show one thread, also if the view doesn't hold it."""
        w, row = self._window, queue.row(self._services.store, key)
        if row is not None:
            self._settle.stop()
            w.pages.setCurrentWidget(w.desk)
            at = w.model.row_of(row.thread_id)
            if at is not None:
                w.list.choose_row(at)
            else:
                self._show_row(row)

    def _thread_chosen(self, thread_id: int) -> None:
        rows = queue.rows(self._services.store, [thread_id])
        self._show_row(rows[0] if rows else None)

    def _show_row(self, row: queue.QueueRow | None) -> None:
        self._window.conversation.show_thread(row)
        # After the frame that shows it: first who it is about, then the conversation that is probably next.
        self._beside.start()
        QTimer.singleShot(0, self, self._ahead.start)

    def _show_context(self) -> None:
        row, store, heavies = self._window.conversation.row, self._services.store, self._services.heavies
        shown = None if row is None else context_shown(store, row, store.now_ms(), heavies.titles)
        self._window.context.show_context(shown)

    def _look_ahead(self) -> None:
        """Lay the next conversation out while the moderator reads this one."""
        thread_id = self._window.list.next_thread()
        rows = [] if thread_id is None else queue.rows(self._services.store, [thread_id])
        if rows:
            self._window.conversation.prepare(rows[0])

    # --- what changed

    def look(self) -> None:
        """Has anything changed in the two files? Then show just that."""
        changed = self._changes.poll()
        if changed is not None and not changed and not self._changes.other:
            return
        self.changed.emit()
        if self._window.shows_desk or self._window.shows_outbox:
            self._look_at_desk(changed)
        else:
            self._missed = True
            self._show_state()

    def _turned(self) -> None:
        """To another page: the desk behind one is made right only when it is seen again."""
        if self._missed and (self._window.shows_desk or self._window.shows_outbox):
            self._missed = False
            self._look_at_desk(None)

    def _look_at_desk(self, changed: frozenset[int] | None) -> None:
        """Show what changed in these threads; None for any."""
        w = self._window
        w.model.refresh(changed)
        if self._large:
            self._ask_whole()
        else:
            self._look_at_all()
        current = w.conversation.row
        if current is not None and (changed is None or current.thread_id in changed):
            fresh = queue.row(self._services.store, current.key)
            if fresh is not None:
                self._show_row(fresh)
        if w.shows_outbox:
            w.outbox.reload()
        self.show_counts()

    def show_again(self) -> None:
        """What begins covered was set otherwise: rows, conversation and what stands beside it."""
        self._services.heavies.read_again()
        self._window.model.refresh(None)
        self._window.conversation.reload()
        self._show_context()

    def _newest(self, limit: int = -1) -> Order | None:
        """What the view holds; None where that takes longer than a frame: then the background says it."""
        try:
            with self._services.store.within(STEPS):
                return finding.newest(self._services.store, self.view, limit, PATIENCE)
        except StoreAskedTooMuch:
            return None

    def _look_at_all(self) -> None:
        found = self._newest()
        if found is None:
            self._large = True
            self._ask_whole()
        else:
            self._offer(found, found.new_beside(self._window.model.order.ids))

    def _offer(self, order: Order, new: int) -> None:
        w = self._window
        w.model.offer_order(order, new)
        if w.model.rowCount() == 0:
            w.list.take_order()
        w.list.show_count(more=finding.has_more(self.view, w.model.order))

    def _ask_whole(self) -> None:
        """Soon, and however much goes on changing: a timer that starts anew each time would never come to it."""
        if not self._whole.isActive():
            self._whole.start()

    def _ask(self) -> None:
        self._background.ask(self.view, self._window.model.order.ids[:])

    def _answered(self, view: queue.View, order: Order, new: int, items: list[SidebarItem]) -> None:
        """The background read the whole order: the view grows to it, or it waits behind the strip."""
        w = self._window
        w.sidebar_model.show(items)
        if view != self.view:
            return
        if not w.model.extend(order):
            self._offer(order, new)
            if self._take_next:
                w.list.take_order()
        self._take_next = False
        if self._awaited:
            self._awaited = False
            self._say_empty(connected=True)
            if w.conversation.row is None:
                self._settle.start(0)
        self._large = len(order.ids) >= AT_ONCE or finding.has_words(view)
        w.list.show_count(more=finding.has_more(self.view, w.model.order))

    def read_all(self) -> bool:
        """Have all that a search matches read, where the list holds the newest alone. Whether it does."""
        if not finding.has_more(self.view, self._window.model.order):
            return False
        self.view = replace(self.view, everything=True)
        self._window.model.whole, self._take_next = False, True
        self._ask()
        return True

    def take_order(self) -> None:
        """Take the newest order as soon as it is read."""
        self._take_next = self._large
        self._window.list.take_order()

    # --- beside it

    def show_counts(self) -> None:
        """How much each view holds, which of them is shown, and the state of it all."""
        w = self._window
        if self._large or self._many:
            self._ask_whole()
        else:
            w.sidebar_model.show(sidebar_items(self._services.store, self._services.desk.moderator))
        key = ("view", "outbox") if w.shows_outbox else item_of(self.view)
        row = w.sidebar_model.row_of(*key)
        if row is not None and w.items.currentIndex().row() != row and not w.items.hasFocus():
            w.items.setCurrentIndex(w.sidebar_model.index(row))
        self._show_state()

    def _show_state(self) -> None:
        w, store = self._window, self._services.store
        counts = outbox.counts(store)
        rows, offline = connections.connections(store), connections.is_offline(store)
        w.sign_in.show_state(rows, store.now_ms())
        w.status.show_state(
            offline=offline, doing=collecting(rows, store.now_ms(), offline=offline),
            undo=self.undo_line.now(),
            on_its_way=counts.on_its_way, for_you=counts.for_you,
        )  # fmt: skip
