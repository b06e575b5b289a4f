"""Which commands there are on which page: what is about something that nobody sees there does nothing there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from console.views.main_window import MainWindow

# All other commands are about the desk behind the review.
IN_REVIEW = frozenset({
    "undo", "finish", "keys", "guide", "settings", "larger", "smaller", "usual_size", "policies", "next_pane",
    "previous_pane", "quit",
})  # fmt: skip
# These are about the conversation or the list, which stand behind the outbox.
NOT_IN_OUTBOX = frozenset({
    "done", "snooze", "assign", "assign_me", "tag", "note", "escalate", "reopen", "reply", "approve", "approve_all",
    "hide", "unhide", "delete", "restore", "spam", "settle", "appeal", "answer", "lock", "unlock", "open", "next_message",
    "previous_message", "quotes", "enter", "new", "fold", "context", "join_people", "all_of_person",
})  # fmt: skip


def set_reachable(window: MainWindow) -> None:
    """The window turned to another page."""
    review, outbox = window.reviewing.is_open, window.pages.currentWidget() is window.outbox
    for name, action in window.actions_by_name.items():
        action.setEnabled(name in IN_REVIEW if review else not (outbox and name in NOT_IN_OUTBOX))
