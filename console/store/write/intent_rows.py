"""The rows of intents: each as it is now, with a line for each thing that happened to it."""

from __future__ import annotations

from collections.abc import Sequence

from console.domain.outbox import Intent
from console.store.opening import Connection
from console.store.rows import INTENT_COLUMNS, intent_values


def put_intent(ledger: Connection, intent: Intent, now_ms: int, on: str, detail: str = "") -> None:
    """Write an intent as it is now, and one line of what happened to it. Inside the caller's transaction."""
    put_intents(ledger, [intent], now_ms, on, detail)


def put_intents(ledger: Connection, intents: Sequence[Intent], now_ms: int, on: str, detail: str = "") -> None:
    """The same for many, to all of which the same happened."""
    if not intents:
        return
    columns = ", ".join(f'"{name}"' for name in INTENT_COLUMNS)
    updates = ", ".join(f'"{name}" = excluded."{name}"' for name in INTENT_COLUMNS[1:])
    ledger.exec_driver_sql(
        f"INSERT INTO intent({columns}) VALUES ({', '.join('?' * len(INTENT_COLUMNS))})"
        f" ON CONFLICT(id) DO UPDATE SET {updates}",
        [intent_values(intent) for intent in intents],
    )
    ledger.exec_driver_sql(
        'INSERT INTO intent_step(intent, at_ms, "on", state, detail) VALUES (?, ?, ?, ?, ?)',
        [(intent.id, now_ms, on, intent.state.value, detail) for intent in intents],
    )
