"""The `fresh` rows: what a thread comes to with a decision that the collector hasn't folded yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from console.store.connection import Connection, Store, driver_of
from console.store.read.accounts import our_accounts
from console.store.write.facts import gather
from console.store.write.projecting import COLUMNS, RING, projection


def refresh(store: Store, ledger: Connection, keys: Iterable[str]) -> None:
    """Write the fresh rows of these threads, inside the caller's transaction on the ledger.

    A thread that the cache doesn't hold (deleted and not pulled again yet) has no row; its events stand.
    """
    ids: dict[int, str] = {}
    cache = store.reader
    for key in keys:
        note_decided(ledger, [key])
        row = cache.execute(
            "SELECT t.id, t.key FROM thread AS t WHERE t.key = ? UNION ALL"
            " SELECT t.id, t.key FROM alias AS a JOIN thread AS t ON t.id = a.thread_id WHERE a.key = ? LIMIT 1",
            (key, key),
        ).fetchone()
        if row is not None:
            ids[row["id"]] = row["key"]
            if row["key"] != key:
                note_decided(ledger, [row["key"]])
    seq = ledger.exec_driver_sql("SELECT coalesce(max(seq), 0) FROM changed").scalar_one()
    names = ("seq", *COLUMNS)
    for gathered in gather(cache, driver_of(ledger), ids, our_accounts(store)):
        ledger.exec_driver_sql(
            f"INSERT INTO fresh(thread, {', '.join(names)}) VALUES (?, {', '.join('?' * len(names))})"
            f" ON CONFLICT(thread) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
            (ids[gathered.thread_id], seq, *projection(store, gathered).values),
        )


def note_decided(ledger: Connection, keys: Sequence[str]) -> None:
    """Leave thread keys in the ring, where readers find them."""
    if keys:
        ledger.exec_driver_sql("INSERT INTO changed(thread) VALUES (?)", [(key,) for key in keys])
        ledger.exec_driver_sql("DELETE FROM changed WHERE seq <= (SELECT max(seq) FROM changed) - ?", (RING,))
