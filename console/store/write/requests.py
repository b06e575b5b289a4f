"""What the desk asks of the collector, as rows: they survive a crash, and the command line can ask the same."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.store.connection import Store
from console.store.write.clock import new_key

KEEP_MS = 86_400_000  # answered requests are of no use after a day


@dataclass(frozen=True, slots=True)
class Request:
    """kind: check, sync, spaces, demo, pause … ; args are plain JSON, never a secret."""

    id: str
    kind: str
    args: Mapping[str, Any]


def ask(store: Store, kind: str, args: Mapping[str, Any] | None = None) -> str:
    """Write a request down; returns its id. Raises a StoreError."""
    request_id = new_key()
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "INSERT INTO request(id, kind, args, asked_at_ms) VALUES (?, ?, ?, ?)",
            (request_id, kind, json.dumps(dict(args or {})), store.now_ms()),
        )
    return request_id


def take(store: Store, *, leave: str = "") -> list[Request]:
    """All requests nobody has taken; they are ours now, but for the kind that we `leave` to others."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("DELETE FROM request WHERE answered_at_ms < ?", (store.now_ms() - KEEP_MS,))
        found = ledger.exec_driver_sql(
            "SELECT * FROM request WHERE state = 'asked' AND kind <> ? ORDER BY asked_at_ms, id", (leave,)
        ).all()
        ledger.exec_driver_sql("UPDATE request SET state = 'taken' WHERE state = 'asked' AND kind <> ?", (leave,))
    return [Request(row.id, row.kind, json.loads(row.args)) for row in found]


def take_over(store: Store) -> None:
    """What an ended collector had taken and not answered is asked again. For who holds the lock."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE request SET state = 'asked', answer = '' WHERE state = 'taken'")


def waiting(store: Store) -> bool:
    """Whether somebody asked something."""
    return store.ledger.exec_driver_sql("SELECT 1 FROM request WHERE state = 'asked' LIMIT 1").first() is not None


def tell(store: Store, request_id: str, facts: Mapping[str, Any]) -> None:
    """What whoever asked must know before there is an answer: plain JSON, never a secret."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "UPDATE request SET answer = ? WHERE id = ? AND state = 'taken'", (json.dumps(dict(facts)), request_id)
        )


def answer(store: Store, request_id: str, facts: Mapping[str, Any], *, ok: bool = True) -> None:
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "UPDATE request SET state = ?, answer = ?, answered_at_ms = ? WHERE id = ?",
            ("done" if ok else "failed", json.dumps(dict(facts)), store.now_ms(), request_id),
        )
