"""Words not sent yet, and what was read: kept at once, private to this profile."""

from __future__ import annotations

from collections.abc import Callable

from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.store.write import drafts
from console.store.write.drafts import Draft, answering, appealing, judging, passing_on, private

__all__ = [
    "answering", "appealing", "draft_about", "judging", "keep_about", "keep_reply", "mark_read", "notes_begun", "passing_on",
    "private", "reply_draft", "set_aside", "take_up",
]  # fmt: skip
Kind = Callable[[str], str]  # private, appealing, passing_on, answering, judging


def keep_reply(desk: Desk, thread: ThreadKey, text: str, message: MessageKey | None, *, over: str = "") -> None:
    """Keep what is written. `over` is what its writer last kept or saw: other words are set aside, never lost."""
    drafts.save(desk.store, thread, "reply", text, message or "", over=over)


def reply_draft(desk: Desk, thread: ThreadKey) -> Draft | None:
    return drafts.load(desk.store, thread, "reply")


def keep_about(desk: Desk, thread: ThreadKey, message: MessageKey, kind: Kind, text: str, *, over: str = "") -> None:
    """Keep what is written about a message: privately to its author, of an appeal, …; `over` as above."""
    drafts.save(desk.store, thread, kind(message), text, message, over=over)


def draft_about(desk: Desk, thread: ThreadKey, message: MessageKey, kind: Kind) -> str:
    found = drafts.load(desk.store, thread, kind(message))
    return "" if found is None else found.text


def notes_begun(desk: Desk) -> dict[str, str]:
    """The notes that were begun for a verdict, by message."""
    return drafts.notes_begun(desk.store)


def set_aside(desk: Desk, thread: ThreadKey) -> list[str]:
    """Other answers that were begun for this thread, in another window for one; the newest first."""
    return drafts.aside(desk.store, thread)


def take_up(desk: Desk, thread: ThreadKey) -> None:
    """Go on with the answer that was set aside last; the present one is set aside instead."""
    drafts.take_up(desk.store, thread)


def mark_read(desk: Desk, thread: ThreadKey, at_ms: int, message: str) -> None:
    """Note that a thread was read up to a message. Nothing of it is told to the platform."""
    drafts.mark_read(desk.store, thread, at_ms, message)
