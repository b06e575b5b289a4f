"""Answering, and acting on the platform: each becomes an intent in the outbox, with a decision to undo it by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from console.desk.by_hand import next_reminder_ms
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, On, State, after
from console.domain.platform import Way
from console.domain.triage import What
from console.store.read.accounts import is_ours
from console.store.read.connections import capabilities, standing
from console.store.read.names import opening
from console.store.read.seen import Look, looks
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
    """Change a message of ours on the platform. Raises Refused, also not_ours: nobody's words are put in their mouth."""
    if not text.strip():
        raise Refused("empty")
    if not is_ours(desk.store, message):
        raise Refused("not_ours")
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
    return _held_in(desk, [thread]).get(thread, [])


def _held_in(desk: Desk, threads: Sequence[ThreadKey]) -> dict[ThreadKey, list[MessageKey]]:
    rows = desk.store.read(
        "SELECT t.key AS thread, m.key FROM thread AS t JOIN message_shown AS m ON m.thread_id = t.id"
        " WHERE t.key IN (SELECT value FROM json_each(:threads)) AND m.shown_state = 'held'"
        " ORDER BY m.posted_at_ms, m.key",
        {"threads": json.dumps(list(threads))},
    )
    found: dict[ThreadKey, list[MessageKey]] = {}
    for row in rows:
        found.setdefault(ThreadKey(row["thread"]), []).append(MessageKey(row["key"]))
    return found


def approve_all(desk: Desk, thread: ThreadKey) -> Decision:
    """Approve all messages that wait in a thread: one decision, one undo. Raises Refused("nothing_held")."""
    waiting = held_messages(desk, thread)
    if not waiting:
        raise Refused("nothing_held")
    return _send(desk, Kind.APPROVE, thread, waiting)


def approve_all_of(
    desk: Desk, threads: Sequence[ThreadKey], mark: str
) -> tuple[list[Decision], list[tuple[ThreadKey, Refused]]]:
    """Approve all that wait in these threads, in one transaction: the decisions, and where it can't be done and why.

    mark  names them all as one decision
    """
    waiting = _held_in(desk, threads)
    seen = looks(desk.store, [(thread, message) for thread, messages in waiting.items() for message in messages])
    events: list[NewEvent] = []
    made: list[Decision] = []
    refused = [(thread, Refused("nothing_held")) for thread in threads if thread not in waiting]
    for thread, messages in waiting.items():
        found = [seen[thread, message] for message in messages]
        try:
            event, intents = _acts(desk, Kind.APPROVE, thread, messages, found)
        except Refused as why:
            refused.append((thread, why))
            continue
        events.append(replace(event, payload={**event.payload, "together": mark}))
        made.append(Decision(event.key, thread, What.ACT, tuple(intents)))
    if events:
        append(desk.store, events, [intent for one in made for intent in one.intents])
    return made, refused


def _send(
    desk: Desk, kind: Kind, thread: ThreadKey, messages: Sequence[MessageKey | None], *, text: str = "",
    undo: bool = True,
) -> Decision:  # fmt: skip
    found = looks(desk.store, [(thread, message) for message in messages])
    if not found:
        raise Refused("no_thread")
    event, intents = _acts(desk, kind, thread, messages, list(found.values()), text=text, undo=undo)
    append(desk.store, [event], intents)
    return Decision(event.key, thread, What.ACT, tuple(intents))


def _acts(
    desk: Desk, kind: Kind, thread: ThreadKey, messages: Sequence[MessageKey | None], seen: Sequence[Look], *,
    text: str = "", undo: bool = True,
) -> tuple[NewEvent, list[Intent]]:  # fmt: skip
    """The event and the intents of one decision about these messages of a thread, not written yet."""
    way = check_possible(desk, kind, seen[0], text)
    if kind is Kind.SETTLE and not seen[0].seen.reports:
        raise Refused("nothing_reported")
    key = new_key()
    intents = [
        new_intent(desk, kind, one, message, text, key, way, undo=undo)
        for one, message in zip(seen, messages, strict=True)
    ]
    payload = {"kind": kind.value, "intents": [intent.id for intent in intents], "count": len(intents),
               "seen": seen[0].payload}  # fmt: skip
    event = NewEvent(
        thread, What.ACT, desk.moderator, messages[0], seen[0].seen.version, payload=payload, key=key
    )  # fmt: skip
    return event, intents


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
