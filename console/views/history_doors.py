"""What opens the history: all of it, of this conversation, about its author, or one's own; and what is taken back there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from console.desk import undo
from console.desk.undo import Undone

if TYPE_CHECKING:
    from console.views.history_dialog import HistoryDialog
    from console.views.main_window import MainWindow


class HistoryDoors:
    """`taken_back` shows in the window what taking back came to."""

    def __init__(self, window: MainWindow, taken_back: Callable[[Undone], None]) -> None:
        self._window, self._taken_back = window, taken_back
        window.context.history_asked.connect(self.here)
        window.context.decided_about_asked.connect(self.person)

    def show(self) -> None:
        """All of it, newest first."""
        self._opened()

    def _opened(self) -> HistoryDialog:
        from console.views.history_dialog import HistoryDialog  # not before somebody asks

        w, row = self._window, self._window.conversation.row
        dialog = HistoryDialog(
            w.services, w, None if row is None else row.key, w.showing.open_thread, self._undo, self._taken_back
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def here(self) -> None:
        """Of the conversation that is shown."""
        self._opened().only_here.setChecked(True)

    def person(self) -> None:
        """About whoever began the conversation that is shown."""
        row = self._window.conversation.row
        if row is not None:
            self._opened().ask_about(row.author)

    def mine(self) -> None:
        self._opened().ask_by(self._window.services.desk.moderator)

    def _undo(self, event: str) -> Undone:
        """Raises Refused, NotPossible, a StoreError; then nothing changed."""
        self._window.conversation.composer.flush()
        return undo.undo(self._window.services.desk, event)
