"""Keeping the search index beside the messages.

A row's id is the message's moment shifted left by 10 bits plus a counter, so that "newest first" is row order and
needs no sorting. The stems of both languages stand in a column of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from console.store.opening import Connection
from console.store.stems import stemmed

BITS = 10


class SearchIndex:
    """What one page changes in the index: gathered, then written with one statement."""

    def __init__(self, cache: Connection) -> None:
        self._cache = cache
        self._last: dict[int, int] = {}  # the last id given out in a millisecond
        self._gone: set[int] = set()
        self._put: dict[int, tuple[str, str, str]] = {}

    def load(self, moments_ms: Iterable[int]) -> None:
        """Look up which ids are taken in these milliseconds."""
        rows = self._cache.exec_driver_sql(
            f"SELECT j.value, (SELECT max(search_id) FROM message WHERE search_id >= j.value << {BITS}"
            f" AND search_id < (j.value + 1) << {BITS}) FROM json_each(?) AS j",
            (json.dumps(list(set(moments_ms))),),
        )
        for moment_ms, last in rows:
            self._last[moment_ms] = (moment_ms << BITS) - 1 if last is None else last

    def free_id(self, moment_ms: int) -> int:
        """A free id for a message of that moment; where a millisecond is full, the next one's."""
        while True:
            if moment_ms not in self._last:
                self.load([moment_ms])
            following = self._last[moment_ms] + 1
            if following < (moment_ms + 1) << BITS:
                self._last[moment_ms] = following
                return following
            moment_ms += 1

    def put(self, row: int, text: str, title: str, author: str) -> None:
        self._put[row] = (text, title, author)

    def remove(self, row: int) -> None:
        self._gone.add(row)
        self._put.pop(row, None)

    def flush(self) -> None:
        if self._gone:
            self._cache.exec_driver_sql("DELETE FROM message_index WHERE rowid = ?", [(row,) for row in self._gone])
        if self._put:
            self._cache.exec_driver_sql(
                "INSERT INTO message_index(rowid, text, title, author, stems) VALUES (?, ?, ?, ?, ?)",
                [
                    (row, text, title, author, stemmed(f"{title} {text}"))
                    for row, (text, title, author) in self._put.items()
                ],
            )
        self._gone.clear()
        self._put.clear()
