"""The projections of a thread's row: what its messages, events and intents come to, stored so that lists only read.

`Projection` is what differs by decision: the collector stores it in the thread's row, the desk in the ledger's
`fresh` row until the collector has folded. Both come from the same evaluation.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from console.domain.conversation import MessageState
from console.domain.reasons import evaluate
from console.store.connection import Store
from console.store.files import NO_DUE, NO_LEVEL
from console.store.kinds import bits, list_stored, stored
from console.store.opening import Connection, driver_of
from console.store.read.accounts import our_accounts
from console.store.write.facts import SHOWN, Gathered, gather

RING = 4096  # how many changes a reader may be behind before it reads its whole view again


@dataclass(frozen=True, slots=True)
class Projection:
    """The columns that `fresh` lays over a thread's row, in the order of COLUMNS."""

    state: str
    level: int
    due_at_ms: int
    next_stage_at_ms: int | None
    reasons: str
    kinds: int
    reports: int
    held: int
    unread: int
    assignee: str
    tags: str
    snoozed_until_ms: int | None
    decided_at_ms: int

    @property
    def values(self) -> tuple[Any, ...]:
        """Its columns in the order of COLUMNS."""
        found: tuple[Any, ...] = _values(self)
        return found


COLUMNS = tuple(Projection.__slots__)
_values = attrgetter(*COLUMNS)
_STORED = (*COLUMNS, *SHOWN)


def projection(store: Store, gathered: Gathered) -> Projection:
    """What a thread comes to at the store's present moment."""
    facts = gathered.facts
    found = evaluate(facts, store.policy, store.now_ms())
    triage = facts.triage
    decided = triage.decided
    up_to = gathered.read_up_to
    if decided is not None:
        last = (decided.payload.get("seen") or {}).get("last") or [0, ""]
        up_to = max(up_to, (int(last[0]), str(last[1])))
    unread = sum(1 for m in facts.messages if not m.ours and m.place > up_to and m.posted_at_ms >= facts.start_line_ms)
    level, due_ms = found.level, found.due_at_ms
    return Projection(
        state=found.state.value, level=NO_LEVEL if level is None else int(level),
        due_at_ms=NO_DUE if due_ms is None else due_ms,
        next_stage_at_ms=found.next_stage_at_ms, reasons=stored(found.reasons), kinds=bits(found.reasons),
        reports=sum(1 for report in facts.reports if report.state == "pending"),
        held=sum(1 for message in facts.messages if message.state is MessageState.HELD), unread=unread,
        assignee=triage.assignee, tags=list_stored(triage.tags),
        snoozed_until_ms=triage.snoozed_until_ms, decided_at_ms=0 if decided is None else decided.at_ms,
    )  # fmt: skip


def project(store: Store, cache: Connection, thread_ids: Iterable[int]) -> frozenset[int]:
    """Bring the rows of these threads up to date inside the caller's transaction; returns those that changed."""
    ids = set(thread_ids)
    stored = {
        id: tuple(values)
        for id, *values in cache.exec_driver_sql(
            f"SELECT id, {', '.join(_STORED)} FROM thread WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
    }
    changed: list[int] = []
    updates: list[tuple[Any, ...]] = []
    for gathered in gather(driver_of(cache), driver_of(store.ledger), ids, our_accounts(store)):
        values = (*projection(store, gathered).values, *gathered.shown)
        if stored[gathered.thread_id] != values:
            updates.append((*values, gathered.thread_id))
        changed.append(gathered.thread_id)
    if updates:
        cache.exec_driver_sql(f"UPDATE thread SET {', '.join(f'{name} = ?' for name in _STORED)} WHERE id = ?", updates)
    note_changed(cache, changed)
    return frozenset(changed)


def note_changed(cache: Connection, thread_ids: Sequence[int]) -> None:
    """Leave thread ids in the ring, where readers find them."""
    if thread_ids:
        cache.exec_driver_sql("INSERT INTO changed(thread_id) VALUES (?)", [(thread_id,) for thread_id in thread_ids])
        cache.exec_driver_sql("DELETE FROM changed WHERE seq <= (SELECT max(seq) FROM changed) - ?", (RING,))
