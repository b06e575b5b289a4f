"""Which events are taken back, in a small table of the ledger: written with each taking back.

A taking back that is itself taken back takes nothing back, and so on: SQL alone can't follow that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from console.domain.triage import undone
from console.store.connection import Store
from console.store.opening import Connection
from console.store.rows import event_of

_LISTED = "IN (SELECT value FROM json_each(?))"


def refresh(ledger: Connection, keys: Sequence[str]) -> None:
    """Work out what these takings back come to, and what they take back in turn. Inside the caller's transaction."""
    while keys:
        rows = ledger.exec_driver_sql(
            f"SELECT undoes FROM event WHERE key {_LISTED} AND undoes IS NOT NULL", (json.dumps(list(keys)),)
        ).all()
        keys = [row.undoes for row in rows]
        listed = (json.dumps(keys),)
        ledger.exec_driver_sql(f"DELETE FROM undone WHERE event {_LISTED}", listed)
        ledger.exec_driver_sql(
            f"INSERT OR IGNORE INTO undone(event) SELECT u.undoes FROM event AS u WHERE u.undoes {_LISTED}"
            " AND NOT EXISTS (SELECT 1 FROM undone AS v WHERE v.event = u.key)",
            listed,
        )


def rebuild(store: Store) -> None:
    """Work them all out anew."""
    with store.writing(store.ledger) as ledger:
        rows = ledger.exec_driver_sql("SELECT * FROM event WHERE what = 'undo'").mappings()
        gone = undone([event_of(row) for row in rows])
        ledger.exec_driver_sql("DELETE FROM undone")
        if gone:
            ledger.exec_driver_sql("INSERT INTO undone(event) VALUES (?)", [(key,) for key in sorted(gone)])
