"""Words not sent yet, and what was read: kept at once, private to this profile."""

from __future__ import annotations

from console.desk.seat import Desk
from console.domain.conversation import MessageKey, ThreadKey
from console.store.write import drafts
from console.store.write.drafts import Draft


def keep_reply(desk: Desk, thread: ThreadKey, text: str, message: MessageKey | None) -> None:
    drafts.save(desk.store, thread, "reply", text, message or "")


def reply_draft(desk: Desk, thread: ThreadKey) -> Draft | None:
    return drafts.load(desk.store, thread, "reply")


def mark_read(desk: Desk, thread: ThreadKey, at_ms: int, message: str) -> None:
    """Note that a thread was read up to a message. Nothing of it is told to the platform."""
    drafts.mark_read(desk.store, thread, at_ms, message)
