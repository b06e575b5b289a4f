"""Rows that are marked, and one decision about all of them: the count first, one undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.desk.seat import Decision
from console.domain.conversation import ThreadKey
from console.store.read import queue
from console.views.commands import Command
from console.widgets.announcing import announce
from console.words import _, ngettext, number

if TYPE_CHECKING:
    from console.views.main_window import MainWindow


Verb = Callable[[list[ThreadKey]], list[Decision]]
Ask = Callable[[str, str, Callable[[], None]], None]
Attempt = Callable[[Callable[[], list[Decision]]], list[Decision] | None]
ABOUT_MARKED = ("done", "snooze", "assign", "assign_me", "tag", "reopen", "undo", "mark", "review")


class Bulk:
    """Which threads of the list are marked, by their ids in the cache."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.marked: set[int] = set()
        window.model.modelReset.connect(self._keep_shown)

    def mark(self) -> None:
        """Mark the row that is chosen, or take its mark away, and go to the next."""
        here = self._window.list.current_thread()
        if here is not None:
            self.marked ^= {here}
            self._window.list.step(1)
            self._show()

    def clear(self) -> None:
        """Take all marks away."""
        self.marked = set()
        self._show()

    def ask(self, verb: Verb, ask: Ask, attempt: Attempt) -> None:
        """Say how many it is about; once that is taken, decide on those that are there still."""
        order = self._window.model.order.ids
        rows = queue.rows(self._window.services.store, [one for one in order if one in self.marked])
        if not rows:
            self.clear()
            return

        def go() -> None:
            if attempt(lambda: verb([row.key for row in rows])) is not None:
                self.clear()
                self._window.after_decision()
                self._window.take_order()

        count = ngettext("This is about {n} conversation.", "This is about {n} conversations.", len(rows)).format(
            n=number(len(rows))
        )
        text = count + " " + _("U takes all of it back.")
        ask(text, _("Do it"), go)

    def run(self, command: Command) -> None:
        """What is about one conversation does nothing while several are marked."""
        if command.name in ABOUT_MARKED or command.menu not in (_("Thread"), _("Message")) or not self.refuses():
            command.run()

    def refuses(self) -> bool:
        """Whether rows are marked; then it says that what was asked is about one."""
        if self.marked:
            self._window.status.say(_("This is about one conversation. Esc takes the marks away."))
        return bool(self.marked)

    def _keep_shown(self) -> None:
        if self.marked:
            self.marked &= set(self._window.model.order.ids)
            self._show()

    def _show(self) -> None:
        count = len(self.marked)
        text = ngettext("{n} marked · Esc", "{n} marked · Esc", count).format(n=number(count)) if count else ""
        self._window.list.show_marked(self.marked, text)
        announce(self._window.list.view, text)
