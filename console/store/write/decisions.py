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
from console.domain.triage import ABOUT_NO_THREAD, TriageEvent, What, canonical, chain, hash_of
from console.store.connection import Store
from console.store.opening import Connection, driver_of
from console.store.rows import EVENT_COLUMNS
from console.store.write import clock, judging, persons, superseding, undoing
from console.store.write.intent_rows import put_intents
from console.store.write.overlay import refresh

_LAST = "SELECT origin_seq, chain FROM event WHERE origin = ? ORDER BY origin_seq DESC LIMIT 1"


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
        return write(store, ledger, events, intents)


def write(
    store: Store, ledger: Connection, events: Sequence[NewEvent], intents: Sequence[Intent] = ()
) -> list[TriageEvent]:
    """The same inside the caller's transaction."""
    written = _append_events(ledger, events, store.now_ms())
    put_intents(ledger, intents, store.now_ms(), "made")
    undoing.refresh(ledger, [event.key for event in written if event.what is What.UNDO])
    judging.refresh(ledger, {event.message for event in written if event.message and event.what in judging.CONCERNS})
    superseding.refresh(
        ledger,
        {event.message for event in written if event.message and event.what in superseding.CONCERNS},
        store.now_ms(),
    )
    keys = {event.thread for event in events} | {intent.thread for intent in intents}
    refresh(store, ledger, keys - {ABOUT_NO_THREAD})
    if ABOUT_NO_THREAD in keys:
        persons.refresh(store, ledger, written)
    return written


def _append_events(ledger: Connection, events: Sequence[NewEvent], now_ms: int) -> list[TriageEvent]:
    """Each chained to the one before it, the first to the last of this profile; the hashes stand in the file alone."""
    if not events:
        return []
    origin, moments = clock.origin(ledger), clock.ticks(ledger, now_ms, len(events))
    last = driver_of(ledger).execute(_LAST, (origin,)).fetchone()
    seq, link = (0, "") if last is None else (int(last[0]), str(last[1]))
    written: list[TriageEvent] = []
    rows: list[tuple[Any, ...]] = []
    for new, moment in zip(events, moments, strict=True):
        seq += 1
        payload = canonical(new.payload)
        event = TriageEvent(
            key=new.key or clock.new_key(), origin=origin, origin_seq=seq, hlc=moment, at_ms=now_ms, by=new.by,
            thread=new.thread, message=new.message, what=new.what, seen_version=new.seen_version, undoes=new.undoes,
            payload=dict(new.payload), payload_hash=hash_of(payload),
        )  # fmt: skip
        link = chain(link, event)
        written.append(event)
        rows.append(
            (event.key, origin, seq, moment, now_ms, event.by, event.thread, event.message, event.seen_version,
             event.what.value, event.undoes, payload, event.payload_hash, link)
        )  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in EVENT_COLUMNS)
    ledger.exec_driver_sql(f"INSERT INTO event({columns}) VALUES ({', '.join('?' * len(EVENT_COLUMNS))})", rows)
    clock.set_value(ledger, clock.CHAIN_ENDS, f"{seq} {link}")
    return written
