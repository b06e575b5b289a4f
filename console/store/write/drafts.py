"""Words that are not sent yet, and how far a thread was read: kept per thread, private to this profile."""

from __future__ import annotations

from dataclasses import dataclass

from console.store.connection import Store
from console.store.write.overlay import refresh


@dataclass(frozen=True, slots=True)
class Draft:
    """kind: reply or note; message is what a reply answers, "" for the thread."""

    kind: str
    message: str
    text: str
    updated_at_ms: int


def save(store: Store, thread: str, kind: str, text: str, message: str = "") -> None:
    """Keep a text, or forget it when nothing is left of it. Raises a StoreError."""
    with store.writing(store.ledger) as ledger:
        if text.strip():
            ledger.exec_driver_sql(
                "INSERT INTO draft(thread, kind, message, text, updated_at_ms) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT DO UPDATE SET message = excluded.message, text = excluded.text,"
                " updated_at_ms = excluded.updated_at_ms",
                (thread, kind, message, text, store.now_ms()),
            )
        else:
            ledger.exec_driver_sql("DELETE FROM draft WHERE thread = ? AND kind = ?", (thread, kind))


def load(store: Store, thread: str, kind: str = "reply") -> Draft | None:
    row = store.ledger.exec_driver_sql(
        "SELECT kind, message, text, updated_at_ms FROM draft WHERE thread = ? AND kind = ?", (thread, kind)
    ).first()
    return None if row is None else Draft(row.kind, row.message, row.text, row.updated_at_ms)


def mark_read(store: Store, thread: str, at_ms: int, message: str) -> None:
    """Note that a thread was read up to a message; an earlier mark is kept when it reaches further."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "INSERT INTO read_mark(thread, at_ms, message) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
            " at_ms = excluded.at_ms, message = excluded.message WHERE (excluded.at_ms, excluded.message) > (at_ms, message)",
            (thread, at_ms, message),
        )
        refresh(store, ledger, {thread})
