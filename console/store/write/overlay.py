"""The `fresh` rows: what a thread comes to with a decision that the collector hasn't folded yet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from console.store.connection import Store
from console.store.opening import Connection, driver_of
from console.store.read.accounts import our_accounts
from console.store.write.facts import gather
from console.store.write.projecting import COLUMNS, RING, projection


def refresh(store: Store, ledger: Connection, keys: Iterable[str]) -> None:
    """Write the fresh rows of these threads, inside the caller's transaction on the ledger.

    A thread that the cache doesn't hold (deleted and not pulled again yet) has no row; its events stand.
    """
    listed = sorted(set(keys))
    if not listed:
        return
    cache = store.reader
    asked = json.dumps(listed)
    found = cache.execute(
        "SELECT t.id, t.key FROM thread AS t WHERE t.key IN (SELECT value FROM json_each(:keys)) UNION"
        " SELECT t.id, t.key FROM alias AS a JOIN thread AS t ON t.id = a.thread_id"
        " WHERE a.key IN (SELECT value FROM json_each(:keys))",
        {"keys": asked},
    ).fetchall()
    ids = {row["id"]: row["key"] for row in found}
    note_decided(ledger, listed + sorted(set(ids.values()) - set(listed)))
    seq = driver_of(ledger).execute("SELECT coalesce(max(seq), 0) FROM changed").fetchone()[0]
    names = ("seq", *COLUMNS)
    rows = [
        (ids[gathered.thread_id], seq, *projection(store, gathered).values)
        for gathered in gather(cache, driver_of(ledger), ids, our_accounts(store))
    ]
    if rows:
        ledger.exec_driver_sql(
            f"INSERT INTO fresh(thread, {', '.join(names)}) VALUES (?, {', '.join('?' * len(names))})"
            f" ON CONFLICT(thread) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
            rows,
        )


def note_decided(ledger: Connection, keys: Sequence[str]) -> None:
    """Leave thread keys in the ring, where readers find them."""
    if keys:
        ledger.exec_driver_sql("INSERT INTO changed(thread) VALUES (?)", [(key,) for key in keys])
        ledger.exec_driver_sql("DELETE FROM changed WHERE seq <= (SELECT max(seq) FROM changed) - ?", (RING,))
