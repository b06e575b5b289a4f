"""Moving intents from state to state: always by the one table, in one transaction, with a line of what happened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from console.domain.outbox import STUCK, Intent, IntentId, On, State, after
from console.store.connection import Store
from console.store.opening import Connection
from console.store.rows import intent_of
from console.store.write import superseding
from console.store.write.intent_rows import put_intent
from console.store.write.overlay import refresh

# What waits for nobody: neither for a person, nor for an older one of its thread, nor for what it takes back.
_FREE = """state IN ('queued', 'uncertain') AND asks = 0 AND state NOT IN ('sent', 'withdrawn') AND NOT EXISTS (
    SELECT 1 FROM intent AS older
     WHERE older.connection = intent.connection AND older.thread = intent.thread
       AND older.state NOT IN ('sent', 'withdrawn')
       AND older.rowid < intent.rowid
       AND (older.not_before_ms > :now AND older.asks = 0
              AND (older.state = 'uncertain' OR older.state = 'queued' AND older.waits_for <> '')
            OR older.id = intent.inverse_of AND older.state IN ('queued', 'sending', 'uncertain')
              AND (older.asks = 1 OR older.not_before_ms > :now)))"""


class UnknownIntent(Exception):
    """There is no such intent."""


def load(ledger: Connection, intent_id: str) -> Intent:
    row = ledger.exec_driver_sql("SELECT * FROM intent WHERE id = ?", (intent_id,)).mappings().first()
    if row is None:
        raise UnknownIntent(intent_id)
    return intent_of(row)


def move(
    store: Store,
    intent_id: IntentId,
    on: On,
    *,
    detail: str = "",
    durable: bool = False,
    only_if: Callable[[Intent], bool] | None = None,
    **fields: Any,
) -> Intent:
    """One step of one intent; `fields` are set in the same transaction.

    durable   the step, and every decision before it, is on the disk when this returns: before the first byte leaves
    only_if   looked at inside the transaction; when it says no, the intent is returned as it is
    raises    NotPossible when the table has no such step; UnknownIntent; a StoreError. Then nothing changed.
    """
    with store.writing(store.durable_ledger if durable else store.ledger) as ledger:
        intent = load(ledger, intent_id)
        if only_if is not None and not only_if(intent):
            return intent
        moved = replace(intent, state=after(intent.state, on, intent.kind), **fields)
        put_intent(ledger, moved, store.now_ms(), on.value, detail)
        if moved.state in STUCK and moved.message is not None:
            superseding.refresh(ledger, [moved.message], store.now_ms())
            moved = load(ledger, intent_id)
        refresh(store, ledger, {moved.thread})
    return moved


def confirm(store: Store, intent_id: IntentId, step: str) -> None:
    """One request of an intent of several is confirmed: on the disk when this returns. Raises UnknownIntent."""
    with store.writing(store.durable_ledger) as ledger:
        intent = load(ledger, intent_id)
        if step not in intent.steps:
            put_intent(ledger, replace(intent, steps=(*intent.steps, step)), store.now_ms(), "step", step)


def claim(store: Store, intent_id: IntentId, message: str) -> None:
    """What a reply became is known after all: no other reply is that message. Raises UnknownIntent."""
    with store.writing(store.ledger) as ledger:
        intent = load(ledger, intent_id)
        if not intent.remote_message:
            put_intent(ledger, replace(intent, remote_message=message), store.now_ms(), "seen", message)
            refresh(store, ledger, {intent.thread})


def recover(store: Store) -> list[Intent]:
    """The collector's first act: what was being sent when the last one ended is uncertain."""
    found = store.ledger.exec_driver_sql("SELECT id FROM intent WHERE state = 'sending' ORDER BY id").all()
    now_ms = store.now_ms()
    return [
        move(store, IntentId(row.id), On.ANSWER_LOST, detail="ended", last_byte_at_ms=now_ms, not_before_ms=now_ms)
        for row in found
    ]


def due(store: Store, connection: str) -> list[Intent]:
    """What a connection has to deliver or look for now, oldest first: in a thread none overtakes an older one.

    The oldest is the one that was written down first, also where the clock was set back since.
    """
    found = store.ledger.exec_driver_sql(
        f"SELECT * FROM intent WHERE connection = :connection AND not_before_ms <= :now AND {_FREE} ORDER BY rowid",
        {"connection": connection, "now": store.now_ms()},
    )
    return [intent_of(row) for row in found.mappings()]


def uncertain(store: Store, connection: str) -> list[Intent]:
    """What may or may not have arrived, also what a person was asked about."""
    found = store.ledger.exec_driver_sql(
        "SELECT * FROM intent WHERE connection = ? AND state = 'uncertain' AND state NOT IN ('sent', 'withdrawn')",
        (connection,),
    )
    return [intent_of(row) for row in found.mappings()]


def follow_clock(store: Store, connection: str) -> None:
    """Where the clock was set back, waits that began at a moment still to come begin now: else they'd take hours more."""
    now_ms = store.now_ms()
    found = store.ledger.exec_driver_sql(
        "SELECT i.id, s.at_ms FROM intent AS i JOIN intent_step AS s"
        " ON s.id = (SELECT max(id) FROM intent_step WHERE intent = i.id)"
        " WHERE i.connection = ? AND i.state IN ('queued', 'uncertain') AND s.at_ms > ?"
        " AND i.state NOT IN ('sent', 'withdrawn')",
        (connection, now_ms),
    ).all()  # fmt: skip
    for row in found:
        with store.writing(store.ledger) as ledger:
            intent = load(ledger, row.id)
            left_ms = max(0, intent.not_before_ms - row.at_ms)
            byte_ms = None if intent.last_byte_at_ms is None else min(intent.last_byte_at_ms, now_ms)
            _put_off(ledger, intent, "clock_back", now_ms, not_before_ms=now_ms + left_ms, last_byte_at_ms=byte_ms)


def wait_for_network(store: Store, connection: str, until_ms: int) -> None:
    """What is due now waits: the platform doesn't answer. Also what waits for an older one: that waits for the same."""
    found = store.ledger.exec_driver_sql(
        "SELECT id FROM intent WHERE connection = ? AND state IN ('queued', 'uncertain') AND asks = 0"
        " AND not_before_ms <= ? AND state NOT IN ('sent', 'withdrawn')",
        (connection, store.now_ms()),
    ).all()
    for row in found:
        with store.writing(store.ledger) as ledger:
            _put_off(ledger, load(ledger, row.id), "offline", store.now_ms(), not_before_ms=until_ms,
                     waits_for="network")  # fmt: skip


def wait_for_limit(store: Store, intent_id: IntentId, until_ms: int) -> Intent:
    """The account may ask nothing more until then; returns the intent as it is now. Raises UnknownIntent."""
    with store.writing(store.ledger) as ledger:
        intent = load(ledger, intent_id)
        _put_off(ledger, intent, "limit", store.now_ms(), not_before_ms=until_ms, waits_for="limit")
        return load(ledger, intent_id)


def way_is_free(store: Store, connection: str) -> None:
    """What waited for the network or for somebody to sign in leaves now."""
    found = store.ledger.exec_driver_sql(
        "SELECT id FROM intent WHERE connection = ? AND state = 'queued' AND waits_for IN ('network', 'sign_in')"
        " AND not_before_ms > ? AND state NOT IN ('sent', 'withdrawn')",
        (connection, store.now_ms()),
    ).all()
    for row in found:
        with store.writing(store.ledger) as ledger:
            _put_off(ledger, load(ledger, row.id), "online", store.now_ms(), not_before_ms=store.now_ms())


def _put_off(ledger: Connection, intent: Intent, on: str, now_ms: int, **fields: Any) -> None:
    """Another moment for what still waits; its state stays."""
    if intent.state in (State.QUEUED, State.UNCERTAIN):  # else it was taken back meanwhile
        put_intent(ledger, replace(intent, **fields), now_ms, on)


def next_due_ms(store: Store, connection: str) -> int | None:
    """When the next waiting intent of a connection is due; None when none waits."""
    row = store.ledger.exec_driver_sql(
        f"SELECT min(not_before_ms) AS at_ms FROM intent WHERE connection = :connection AND {_FREE}",
        {"connection": connection, "now": store.now_ms()},
    ).one()
    return None if row.at_ms is None else int(row.at_ms)


def matched(store: Store, connection: str) -> frozenset[str]:
    """Platform messages that belong to an intent already: a look never finds one twice."""
    found = store.ledger.exec_driver_sql(
        "SELECT remote_message FROM intent WHERE remote_message <> '' AND connection = ?", (connection,)
    )
    return frozenset(row.remote_message for row in found)
