"""Which commands there are on which page: what is about something that nobody sees there does nothing there."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QAction

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


def set_reachable(actions: Mapping[str, QAction], *, review: bool, outbox: bool) -> None:
    """The window turned to the review, the outbox or the desk. `actions` by the names of their commands."""
    for name, action in actions.items():
        action.setEnabled(name in IN_REVIEW if review else not (outbox and name in NOT_IN_OUTBOX))
