"""Deciding on many conversations at once, and taking that back, beside plain SQL that writes the same rows."""

from __future__ import annotations

import time
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlite3  # the store's own library: two of them in one process drop each other's locks

from benchmarks.big_store import MODERATOR, opened
from benchmarks.figures import Figure
from console.desk import bulk, undo
from console.desk.bulk_verbs import Triage
from console.desk.seat import Desk
from console.domain.triage import What
from console.store.read import queue, stands
from console.store.read.queue import View

MANY = 5_000
DONE = Triage(What.DONE)
AIM_S = 1.0
TABLES = ("event", "undone", "fresh", "changed", "verdict", "settled", "intent", "intent_step")


def measure(folder: Path) -> list[Figure]:
    """As the window does it: weighing what is decided on, then all the pieces; no collector runs beside it."""
    store = opened(folder)
    desk = Desk(store, MODERATOR)
    ids = queue.order(store, View("open"), MANY).ids
    stands.stands(store, ids[:1])  # the store is open
    before = _kept(store.ledger_path)
    began = time.perf_counter()
    made = bulk.carry_out(desk, DONE, bulk.weigh(desk, DONE, ids).with_theirs())
    done_s = time.perf_counter() - began
    assert made.count == len(ids)
    decided = _kept(store.ledger_path)
    began = time.perf_counter()
    undone = undo.undo(desk)
    undo_s = time.perf_counter() - began
    taken_back = _kept(store.ledger_path)
    store.close()
    assert undone.count == len(ids)
    plain = folder / "plain.db"
    done_plain_s = _plainly(plain, before, decided)
    undo_plain_s = _plainly(plain, decided, taken_back)
    return [
        _figure("many conversations done at once", len(ids), done_s, done_plain_s),
        _figure("and that taken back", len(ids), undo_s, undo_plain_s),
    ]


def _figure(what: str, count: int, took_s: float, plain_s: float) -> Figure:
    beside = f"the same rows by plain SQL: {plain_s * 1000:.0f} ms, {took_s / plain_s:.1f} times as long"
    return Figure(what, f"{MANY:,} < {AIM_S:.0f} s", f"{took_s * 1000:.0f} ms for {count:,}", beside, took_s < AIM_S)


Rows = dict[str, set[tuple[object, ...]]]


def _kept(ledger: Path) -> Rows:
    """Everything that a decision writes, as it stands in the ledger."""
    raw = sqlite3.connect(ledger)
    found = {table: set(raw.execute(f'SELECT * FROM "{table}"').fetchall()) for table in TABLES}
    found["schema"] = set(
        raw.execute(f"SELECT sql FROM sqlite_master WHERE tbl_name IN {TABLES} AND sql IS NOT NULL ORDER BY type DESC")
    )
    raw.close()
    return found


def _plainly(path: Path, before: Rows, after: Rows) -> float:
    """How long one transaction takes that writes the rows that came and deletes those that went; with the indexes."""
    path.unlink(missing_ok=True)
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA synchronous=NORMAL")
    for (statement,) in sorted(before["schema"], key=lambda row: "CREATE TABLE" not in str(row[0])):
        if "sqlite_sequence" not in str(statement):
            raw.execute(str(statement))
    for table in TABLES:
        _put(raw, table, before[table])
    began = time.perf_counter()
    raw.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        _put(raw, table, after[table] - before[table])
    raw.execute("COMMIT")
    took_s = time.perf_counter() - began
    raw.close()
    return took_s


def _put(raw: sqlite3.Connection, table: str, rows: set[tuple[object, ...]]) -> None:
    if rows:
        width = len(next(iter(rows)))
        raw.executemany(f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join("?" * width)})', list(rows))
