"""Deciding what becomes of a thread: done, later, somebody else's, with which tags and notes. Ours alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.triage import What
from console.store.many import many_at_once
from console.store.read.seen import looks
from console.store.write import drafts
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, append


def done(desk: Desk, threads: Sequence[ThreadKey], message: MessageKey | None = None) -> list[Decision]:
    """Mark threads done, as they were when their maker saw them."""
    return decide(desk, What.DONE, threads, {}, message=message)


def snooze(desk: Desk, threads: Sequence[ThreadKey], until_ms: int) -> list[Decision]:
    """Set threads aside until a moment, or until something is said that gives a reason."""
    return decide(desk, What.SNOOZE, threads, {"until_ms": until_ms})


def assign(desk: Desk, threads: Sequence[ThreadKey], to: str) -> list[Decision]:
    """Give threads to somebody; "" to nobody."""
    return decide(desk, What.ASSIGN, threads, {"to": to})


def hand_on(desk: Desk, thread: ThreadKey, message: MessageKey, to: str) -> Decision:
    """Have a colleague judge a reported message: their thread, and it leaves the review of this desk.

    Raises Refused: empty, to_yourself, no_thread.
    """
    if not to.strip():
        raise Refused("empty")
    if to.strip() == desk.moderator:
        raise Refused("to_yourself")
    return decide(desk, What.ASSIGN, [thread], {"to": to.strip()}, message=message)[0]


def tag(desk: Desk, threads: Sequence[ThreadKey], tags: Sequence[str]) -> list[Decision]:
    """Put tags on threads. Raises Refused("empty") without any."""
    cleaned = [cleaned_tag(text) for text in tags]
    if not any(cleaned):
        raise Refused("empty")
    return decide(desk, What.TAG, threads, *({"tag": text} for text in cleaned if text))


def note(desk: Desk, thread: ThreadKey, text: str) -> Decision:
    """Write a note for the team. Raises Refused("empty")."""
    if not text.strip():
        raise Refused("empty")
    decision = decide(desk, What.NOTE, [thread], {"text": text.strip()})[0]
    drafts.save(desk.store, thread, "note", "", over=text)
    return decision


def cleaned_tag(text: str) -> str:
    """A tag as it is kept: one line, lower case, without the hash sign people type."""
    return " ".join(text.split()).lstrip("#").lower()[:60]


def decide(
    desk: Desk,
    what: What,
    threads: Sequence[ThreadKey],
    *payloads: Mapping[str, Any],
    message: MessageKey | None = None,
    together: str = "",
) -> list[Decision]:
    """Each of these on all threads: one decision, and one undo takes all of it back.

    together  the mark of a larger decision that this is a part of
    """
    each = [(thread, payload) for payload in payloads for thread in dict.fromkeys(threads)]
    with many_at_once(len(each)):
        written = append(desk.store, _events(desk, what, each, message, together))
    return [Decision(event.key, event.thread, event.what) for event in written]


def _events(
    desk: Desk, what: What, each: Sequence[tuple[ThreadKey, Mapping[str, Any]]], message: MessageKey | None,
    together: str,
) -> list[NewEvent]:  # fmt: skip
    found = looks(desk.store, [(thread, message) for thread, _payload in each])
    first = new_key()
    mark = {"together": together or first} if together or len(each) > 1 else {}
    events: list[NewEvent] = []
    for thread, payload in each:
        seen = found.get((thread, message))
        if seen is None:
            raise Refused("no_thread")
        payload = {**payload, **mark, "seen": seen.payload}
        key = new_key() if events else first
        events.append(NewEvent(thread, what, desk.moderator, message, seen.seen.version, payload=payload, key=key))
    return events
