"""What opens the history: all of it, of this conversation, about its author, or one's own; and what is taken back there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.desk import undo
from console.desk.undo import Undone
from console.views.bare_window import BareWindow
from console.views.showing import Showing
from console.views.taking_back import TakingBack

if TYPE_CHECKING:
    from console.views.history.dialog import HistoryDialog


class HistoryDoors:
    """Each opens the same dialog, over the window."""

    def __init__(self, window: BareWindow, showing: Showing, back: TakingBack) -> None:
        self._window, self._showing, self._back = window, showing, back
        window.context.history_asked.connect(self.here)
        window.context.decided_about_asked.connect(self.person)

    def show(self) -> None:
        """All of it, newest first."""
        self._opened()

    def _opened(self) -> HistoryDialog:
        from console.views.history.dialog import HistoryDialog  # not before somebody asks

        w, row = self._window, self._window.conversation.row
        dialog = HistoryDialog(
            w.services, w, None if row is None else row.key, self._showing.open_thread, self._undo, self._back.show
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
