"""What an export holds: threads, each with the decisions about it, read page by page so that memory stays small."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.domain.query import Query
from console.store.connection import Store
from console.store.read import queue, thread
from console.store.read.outbox import of_decision
from console.store.read.thread import HistoryRow
from console.store.rows import event_of

PAGE = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision, and the words that went with it: a note, or what was answered."""

    row: HistoryRow
    text: str


def exported(store: Store, query: Query | None, moderator: str) -> Iterator[queue.QueueRow | Decided]:
    """Every thread that matches, in the queue's order, each followed by its decisions, oldest first.

    Without a query the decisions about threads that aren't held now follow at the end. No read outlives a page.
    """
    view = queue.View("all", query=query, moderator=moderator)
    after: str | None = None
    while True:
        rows, after = queue.page(store, view, PAGE, after)
        for row in rows:
            yield row
            for found in reversed(thread.history(store, row.key, limit=-1)):
                yield decided(store, found)
        if after is None:
            break
    if query is None:
        yield from _orphaned(store)


def decided(store: Store, found: HistoryRow) -> Decided:
    """A decision with the words that went with it."""
    text = str(found.event.payload.get("text", ""))
    return Decided(found, text or next((intent.text for intent in of_decision(store, found.event.key)), ""))


def _orphaned(store: Store) -> Iterator[Decided]:
    seq = 0
    while found := store.read(
        f"SELECT e.*, {thread.BECAME} FROM ledger.event AS e"
        " WHERE e.seq > :seq AND e.thread NOT IN (SELECT key FROM thread) AND e.thread NOT IN (SELECT key FROM alias)"
        " ORDER BY e.seq LIMIT :page",
        {"seq": seq, "page": PAGE},
    ):
        seq = found[-1]["seq"]
        for row in found:
            yield decided(store, HistoryRow(event_of(row), "", bool(row["undone"]), bool(row["superseded"])))
