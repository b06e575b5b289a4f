"""Keeping the search index beside the messages.

A row's id is the message's moment shifted left by 10 bits plus a counter, so that "newest first" is row order and
needs no sorting. The stems of both languages stand in a column of their own.
"""

from __future__ import annotations

from sqlalchemy import Connection

from console.store.stems import stemmed


def index_id(cache: Connection, posted_at_ms: int) -> int:
    """A free row id for a message of that moment. 1,024 messages fit in one millisecond; the next takes the next."""
    first = posted_at_ms << 10
    last = cache.exec_driver_sql(
        "SELECT max(search_id) FROM message WHERE search_id >= ? AND search_id < ?", (first, first + 1024)
    ).scalar()
    return first if last is None else int(last) + 1


def put(cache: Connection, rows: list[tuple[int, str, str, str]]) -> None:
    """Index (row id, text, title, author) rows that are not indexed yet."""
    if rows:
        cache.exec_driver_sql(
            "INSERT INTO message_index(rowid, text, title, author, stems) VALUES (?, ?, ?, ?, ?)",
            [(row, text, title, author, stemmed(f"{title} {text}")) for row, text, title, author in rows],
        )


def remove(cache: Connection, ids: list[int]) -> None:
    if ids:
        cache.exec_driver_sql("DELETE FROM message_index WHERE rowid = ?", [(row,) for row in ids])
