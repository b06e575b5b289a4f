"""Applying pages (index, reasons and levels) beside plain SQLite that only keeps the text and the same search index."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.big_store import empty, now_ms
from benchmarks.community import Community
from benchmarks.figures import Figure
from console.domain.conversation import Change, ConnectionKey, Message, Person
from console.domain.platform import Page
from console.store.cache_schema import SEARCH_INDEX
from console.store.opening import DRIVER
from console.store.stems import stemmed
from console.store.write import pages

AIM = 0.5
MOST = 100_000
ROUNDS = 10

Pages = Sequence[tuple[ConnectionKey, tuple[Change, ...], int]]


class Plain:
    """The peer: one table, its two indexes and the same FTS5 table, written by the same driver in the same pieces."""

    def __init__(self, path: Path) -> None:
        self._file = DRIVER.connect(str(path), isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "temp_store=MEMORY", "cache_size=-65536"):
            self._file.execute(f"PRAGMA {pragma}")
        self._file.execute("PRAGMA wal_autocheckpoint=4000")
        self._file.execute(
            "CREATE TABLE message(id INTEGER PRIMARY KEY, key TEXT NOT NULL, thread TEXT NOT NULL, author TEXT NOT NULL,"
            " posted_at_ms INTEGER NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL, url TEXT NOT NULL) STRICT"
        )
        self._file.execute("CREATE UNIQUE INDEX message_key ON message(key)")
        self._file.execute("CREATE INDEX message_thread ON message(thread, posted_at_ms)")
        self._file.execute(SEARCH_INDEX)
        self._last = 0
        self._names: dict[str, str] = {}

    def apply(self, changes: Sequence[Change]) -> None:
        rows: list[tuple[Any, ...]] = []
        found: list[tuple[Any, ...]] = []
        for change in changes:
            if isinstance(change, Message):
                self._last += 1
                rows.append((self._last, change.key, change.root, change.author, change.posted_at_ms, change.html,
                             change.text, change.url))  # fmt: skip
                found.append((self._last, change.text, change.title, self._names.get(change.author, ""),
                              stemmed(f"{change.title} {change.text}")))  # fmt: skip
            elif isinstance(change, Person):
                self._names[change.key] = change.name
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._file.executemany(
            "INSERT INTO message_index(rowid, text, title, author, stems) VALUES (?, ?, ?, ?, ?)", found
        )
        self._file.execute("COMMIT")

    def close(self) -> None:
        self._file.close()


def measure(messages: int, folder: Path) -> list[Figure]:
    """Turn by turn, so that whatever else the machine does slows both."""
    told = min(messages, MOST)
    made = iter(Community(told, now_ms()).pages())
    store = empty(folder / "ours")
    plain = Plain(folder / "plain.db")
    ours_s = plain_s = 0.0
    count = number = 0
    a_round = max(1, told // 45 // ROUNDS)
    while batch := list(islice(made, a_round)):
        began = time.perf_counter()
        for connection, changes, _count in batch:
            number += 1
            pages.apply(store, connection, "feed", Page(changes, {"page": number}))
        between = time.perf_counter()
        for _connection, changes, _count in batch:
            plain.apply(changes)
        ours_s += between - began
        plain_s += time.perf_counter() - between
        count += sum(part[2] for part in batch)
    store.close()
    plain.close()
    ratio = plain_s / ours_s
    found = f"{ratio:.2f}x ({count / ours_s:,.0f} beside {count / plain_s:,.0f} messages/s)"
    return [Figure("applying pages", f">= {AIM}x", found, "plain SQLite with the same FTS5 table", ratio >= AIM)]
