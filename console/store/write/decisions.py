"""Writing what a person decided: triage events and intents in one short transaction on the ledger.

The same transaction writes the `fresh` rows of the threads concerned, so that every screen shows the decision in
its next frame, whether a collector runs or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent
from console.domain.triage import ABOUT_NO_THREAD, TriageEvent, What, canonical, chain, payload_hash
from console.store.connection import Connection, Store
from console.store.rows import EVENT_COLUMNS, INTENT_COLUMNS, intent_values
from console.store.write import clock, judging, persons
from console.store.write.overlay import refresh


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A decision about to be written down; the ledger gives it its place in the order."""

    thread: ThreadKey
    what: What
    by: str
    message: MessageKey | None = None
    seen_version: str = ""
    undoes: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


def append(
    store: Store, events: Sequence[NewEvent], intents: Sequence[Intent] = (), *,
    before: Callable[[Connection], None] = lambda ledger: None,
) -> list[TriageEvent]:  # fmt: skip
    """Write decisions and the intents they gave rise to, all or nothing. Raises a StoreError.

    before  runs first inside the transaction; if it raises, nothing is written
    """
    with store.writing(store.ledger) as ledger:
        before(ledger)
        written = [_append_event(ledger, event, store.now_ms()) for event in events]
        for intent in intents:
            put_intent(ledger, intent, store.now_ms(), "made")
        judging.refresh(
            ledger, {event.message for event in written if event.message and event.what in judging.CONCERNS}
        )
        keys = {event.thread for event in events} | {intent.thread for intent in intents}
        refresh(store, ledger, keys - {ABOUT_NO_THREAD})
        if ABOUT_NO_THREAD in keys:
            persons.refresh(store, ledger, written)
    return written


def put_intent(ledger: Connection, intent: Intent, now_ms: int, on: str, detail: str = "") -> None:
    """Write an intent as it is now, and one line of what happened to it. Inside the caller's transaction."""
    columns = ", ".join(f'"{name}"' for name in INTENT_COLUMNS)
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in INTENT_COLUMNS[1:])
    ledger.exec_driver_sql(
        f"INSERT INTO intent({columns}) VALUES ({', '.join('?' * len(INTENT_COLUMNS))})"
        f" ON CONFLICT(id) DO UPDATE SET {updates}",
        intent_values(intent),
    )
    ledger.exec_driver_sql(
        'INSERT INTO intent_step(intent, at_ms, "on", state, detail) VALUES (?, ?, ?, ?, ?)',
        (intent.id, now_ms, on, intent.state.value, detail),
    )


def _append_event(ledger: Connection, new: NewEvent, now_ms: int) -> TriageEvent:
    origin = clock.origin(ledger)
    last = ledger.exec_driver_sql(
        "SELECT origin_seq, chain FROM event WHERE origin = ? ORDER BY origin_seq DESC LIMIT 1", (origin,)
    ).first()
    event = TriageEvent(
        key=new.key or clock.new_key(), origin=origin, origin_seq=1 if last is None else last.origin_seq + 1,
        hlc=clock.tick(ledger, now_ms), at_ms=now_ms, by=new.by, thread=new.thread, message=new.message,
        what=new.what, seen_version=new.seen_version, undoes=new.undoes, payload=dict(new.payload),
        payload_hash=payload_hash(new.payload),
    )  # fmt: skip
    link = chain("" if last is None else last.chain, event)
    values = {name: getattr(event, name) for name in EVENT_COLUMNS}
    values |= {"what": event.what.value, "payload": canonical(event.payload), "chain": link}
    ledger.exec_driver_sql(
        f"INSERT INTO event({', '.join(f'{name}' for name in _QUOTED)}) VALUES ({', '.join('?' * len(_QUOTED))})",
        tuple(values[name] for name in EVENT_COLUMNS),
    )
    return TriageEvent(**{name: getattr(event, name) for name in EVENT_COLUMNS if name != "chain"}, chain=link)


_QUOTED = tuple(f'"{name}"' for name in EVENT_COLUMNS)
