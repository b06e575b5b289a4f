"""Answering, and acting on the platform: each becomes an intent in the outbox, with a decision to undo it by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from console.desk.by_hand import next_reminder_ms
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, On, State, after
from console.domain.platform import Way
from console.domain.triage import What
from console.store.read.connections import capabilities, standing
from console.store.read.names import opening
from console.store.read.seen import Look, look
from console.store.write import drafts
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, append

ABOUT_THREADS = frozenset({Kind.LOCK, Kind.UNLOCK, Kind.PIN, Kind.UNPIN})


def reply(
    desk: Desk, thread: ThreadKey, text: str, message: MessageKey | None = None, *, undo: bool = True
) -> Decision:
    """Answer a message, or the thread's opening one. It leaves after the undo time.

    Raises Refused: empty, too_long, no_way, no_thread.
    """
    if not text.strip():
        raise Refused("empty")
    decision = _send(desk, Kind.REPLY, thread, [message or opening(desk.store, thread)], text=text.strip(), undo=undo)
    drafts.save(desk.store, thread, "reply", "", over=text)
    return decision


def edit(desk: Desk, thread: ThreadKey, message: MessageKey, text: str, *, undo: bool = True) -> Decision:
    """Change a message of ours on the platform."""
    if not text.strip():
        raise Refused("empty")
    return _send(desk, Kind.EDIT, thread, [message], text=text.strip(), undo=undo)


def write(desk: Desk, thread: ThreadKey, message: MessageKey, text: str, *, undo: bool = True) -> Decision:
    """Write privately to who said a message, once where the platform allows no more.

    Raises Refused: empty, too_long, no_way, no_thread.
    """
    if not text.strip():
        raise Refused("empty")
    decision = _send(desk, Kind.WRITE, thread, [message], text=text.strip(), undo=undo)
    drafts.save(desk.store, thread, drafts.private(message), "", over=text)
    return decision


def act(
    desk: Desk, kind: Kind, thread: ThreadKey, message: MessageKey | None = None, *, text: str = "", undo: bool = True
) -> Decision:  # fmt: skip
    """Approve, hide, remove … a message, settle its reports, or lock or pin a thread; `text` is what one reacts with.

    Raises Refused: no_way, no_thread, nothing_reported.
    """
    return _send(desk, kind, thread, [None if kind in ABOUT_THREADS else message], text=text, undo=undo)


def held_messages(desk: Desk, thread: ThreadKey) -> list[MessageKey]:
    """The messages of a thread that wait for approval, oldest first."""
    found = desk.store.read(
        "SELECT m.key FROM message_shown AS m JOIN thread AS t ON t.id = m.thread_id"
        " WHERE t.key = :thread AND m.shown_state = 'held' ORDER BY m.posted_at_ms, m.key",
        {"thread": thread},
    )
    return [MessageKey(row["key"]) for row in found]


def approve_all(desk: Desk, thread: ThreadKey) -> Decision:
    """Approve all messages that wait in a thread: one decision, one undo. Raises Refused("nothing_held")."""
    waiting = held_messages(desk, thread)
    if not waiting:
        raise Refused("nothing_held")
    return _send(desk, Kind.APPROVE, thread, waiting)


def _send(
    desk: Desk, kind: Kind, thread: ThreadKey, messages: Sequence[MessageKey | None], *, text: str = "",
    undo: bool = True,
) -> Decision:  # fmt: skip
    looks = [look(desk.store, thread, message) for message in messages]
    first = looks[0]
    if first is None:
        raise Refused("no_thread")
    way = check_possible(desk, kind, first, text)
    if kind is Kind.SETTLE and not first.seen.reports:
        raise Refused("nothing_reported")
    event_key = new_key()
    intents = [
        new_intent(desk, kind, seen, message, text, event_key, way, undo=undo)
        for seen, message in zip(looks, messages, strict=True)
        if seen is not None
    ]
    event = NewEvent(
        thread, What.ACT, desk.moderator, messages[0], first.seen.version, key=event_key,
        payload={"kind": kind.value, "intents": [intent.id for intent in intents], "count": len(intents),
                 "seen": first.payload},
    )  # fmt: skip
    append(desk.store, [event], intents)
    return Decision(event_key, thread, What.ACT, tuple(intents))


def check_possible(desk: Desk, kind: Kind, seen: Look, text: str) -> Way:
    """How this can be done here. Raises Refused: no_way, too_long."""
    can = capabilities(desk.store, seen.space)
    way = can.way(kind.value)
    if way is Way.NO:
        at = standing(desk.store, seen.space)
        raise Refused("no_way", kind=kind.value, platform=seen.space.partition(":")[0], standing=at)
    size_bytes = len(text.encode())
    if can.max_bytes is not None and size_bytes > can.max_bytes:
        raise Refused("too_long", over=size_bytes - can.max_bytes)
    return way


def new_intent(
    desk: Desk,
    kind: Kind,
    seen: Look,
    message: MessageKey | None,
    text: str,
    decision: str,
    way: Way,
    *,
    undo: bool = True,
    inverse_of: str = "",
) -> Intent:
    """An intent that waits its undo time; one by hand waits for its person at once, there is nothing to send."""
    now_ms = desk.store.now_ms()
    by_hand = way is Way.HANDOFF
    wait_ms = desk.undo_ms if undo else 0
    intent = Intent(
        id=IntentId(new_key()), kind=kind, connection=seen.connection, space=seen.space, thread=seen.thread,
        message=message, text=text, state=State.QUEUED, by=desk.moderator, created_at_ms=now_ms,
        not_before_ms=next_reminder_ms(desk) if by_hand else now_ms + wait_ms, decision=decision, inverse_of=inverse_of,
        seen=seen.seen,
    )  # fmt: skip
    return replace(intent, state=after(intent.state, On.NO_WAY, kind)) if by_hand else intent
