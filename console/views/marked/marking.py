"""Rows that are marked: one by one, a range, or all of a view, by keys and by mouse."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtWidgets import QApplication, QTextEdit

from console.store.read.stands import Stand, stands
from console.views.bare_window import BareWindow
from console.views.showing import Showing
from console.widgets.announcing import announce
from console.words import _, ngettext, number

LOOKED_AT = (
    400  # so many rows may have been looked at when they were marked: of more, it counts how they stand when asked
)


class Marking:
    """Which threads of the list are marked, by their ids in the cache, and how each stood when a person marked it."""

    def __init__(self, window: BareWindow, showing: Showing) -> None:
        self._window, self._showing = window, showing
        self.marked: dict[int, Stand | None] = {}
        self._anchor: int | None = None  # where a range begins
        self._before: dict[int, Stand | None] = {}  # what was marked before that range
        self._end: int | None = None
        self.awaits_rest = False  # all of the view is marked, and it isn't read to its end yet
        window.model.modelReset.connect(self._order_came)
        window.model.grown.connect(self._order_came)
        window.list.view.marked.connect(self.by_mouse)

    def toggle(self) -> None:
        """Mark the row that is chosen, or take its mark away, and go to the next."""
        here = self._window.list.current_thread()
        if here is not None:
            self._toggle(here)
            self._window.list.step(1)

    def extend(self, by: int) -> None:
        """Go to the next or previous row, with all that lie between it and where this began."""
        here = self._window.list.current_thread()
        if here is None:
            return
        if self._end != here or self._anchor is None:
            self._begin(here)
        self._window.list.step(by)
        self._range_to(self._window.list.current_thread())

    def by_mouse(self, row: int, to_here: bool) -> None:
        """A click with Ctrl: this row. With Shift: all from where one began up to it."""
        thread_id = self._window.model.thread_at(row)
        if thread_id is None:
            return
        if not to_here:
            self._window.list.choose_row(row)
            self._toggle(thread_id)
            return
        here = self._window.list.current_thread()
        if self._anchor is None or self._window.model.row_of(self._anchor) is None:
            self._begin(thread_id if here is None else here)
        self._window.list.choose_row(row)
        self._range_to(thread_id)

    def all(self) -> None:
        """Mark all of the view, also what isn't on the screen; where all is marked, take the marks away."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QTextEdit):
            focus.selectAll()  # that is what it means in a text
            return
        if not self._window.shows_desk:
            return
        order = self._window.model.order.ids
        reads = self._showing.read_all()
        if len(self.marked) == len(order) and not reads:
            self.clear()
            return
        self.awaits_rest = not self._window.model.whole
        if self.awaits_rest and not reads:
            self._showing.take_order()  # as soon as it is read
        self._mark(order)

    def clear(self) -> None:
        """Take all marks away."""
        if self.marked:
            self.keep(())

    def keep(self, thread_ids: Collection[int]) -> None:
        """Only these are marked from now on, as they stand now."""
        self._anchor = self._end = None
        self.awaits_rest = False
        self.marked = dict(stands(self._window.services.store, thread_ids)) if thread_ids else {}
        self._show()

    def in_order(self) -> list[int]:
        """Those that are marked, as they stand in the list."""
        return [one for one in self._window.model.order.ids if one in self.marked]

    def _toggle(self, thread_id: int) -> None:
        if thread_id in self.marked:
            del self.marked[thread_id]
            self._show()
        else:
            self._mark([thread_id])
        self._anchor, self._before, self._end = thread_id, dict(self.marked), None

    def _begin(self, thread_id: int) -> None:
        self._anchor, self._before = thread_id, dict(self.marked)

    def _range_to(self, thread_id: int | None) -> None:
        model = self._window.model
        rows = [row for one in (self._anchor, thread_id) if one is not None and (row := model.row_of(one)) is not None]
        through = range(min(rows, default=0), max(rows, default=-1) + 1)
        between = [one for row in through if (one := model.thread_at(row)) is not None]
        self._end = thread_id
        known = self.marked
        self.marked = dict(self._before)
        self._mark(between, known)

    def _mark(self, thread_ids: Iterable[int], known: dict[int, Stand | None] | None = None) -> None:
        fresh = [one for one in thread_ids if one not in self.marked]
        looked_at = {one: known[one] for one in fresh if known and one in known}
        new = [one for one in fresh if one not in looked_at]
        seen = stands(self._window.services.store, new) if len(new) <= LOOKED_AT else {}
        self.marked |= dict.fromkeys(fresh) | looked_at | seen
        self._show()

    def _order_came(self) -> None:
        """The list holds other rows: what it doesn't hold isn't marked, and all of it is where that was asked."""
        if not self.marked:
            return
        ids = self._window.model.order.ids
        if self.awaits_rest:
            self.awaits_rest = not self._window.model.whole
            self._mark(ids)
        there = set(ids)
        if not there.issuperset(self.marked):
            self.marked = {one: stand for one, stand in self.marked.items() if one in there}
            self._show()

    def _show(self) -> None:
        count = len(self.marked)
        text = ngettext("{n} marked · Esc", "{n} marked · Esc", count).format(n=number(count)) if count else ""
        if self.awaits_rest and count:
            text = _("{n} marked so far … · Esc").format(n=number(count))
        self._window.list.show_marked(self.marked, text)
        announce(self._window.list.view, text)
