"""Words that are not sent yet, and how far a thread was read: kept per thread, private to this profile."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.outbox import Intent, Kind
from console.store.connection import Store
from console.store.opening import Connection
from console.store.write.clock import new_key
from console.store.write.overlay import refresh

_JUDGING = "note on "
ASIDE = ":aside:"  # between a draft's kind and the name of one that gave way to another


@dataclass(frozen=True, slots=True)
class Draft:
    """kind: reply, `private` words, or an `appeal`; message is what is answered, "" for the thread."""

    kind: str
    message: str
    text: str
    updated_at_ms: int


def private(message: str) -> str:
    """The kind of what is written privately to who said this message."""
    return f"private {message}"


def appealing(message: str) -> str:
    """The kind of what its author says against the verdict on this message."""
    return f"appeal {message}"


def passing_on(message: str) -> str:
    """The kind of the note that goes along when this message is passed on."""
    return f"pass on {message}"


def answering(message: str) -> str:
    """The kind of what somebody said that this message was passed on to."""
    return f"answer {message}"


def kind_of(intent: Intent) -> str:
    """The kind that an intent's words become when they don't leave; "" for none."""
    if intent.kind is Kind.WRITE and intent.message and not (intent.recipient or intent.outside):
        return private(intent.message)
    return "reply" if intent.kind is Kind.REPLY else ""


def judging(message: str) -> str:
    """The kind of the note that goes along with a verdict on this message, until it is given."""
    return f"{_JUDGING}{message}"


def notes_begun(store: Store) -> dict[str, str]:
    """The notes of verdicts that aren't given yet, by message."""
    found = store.read(
        "SELECT message, text FROM ledger.draft WHERE substr(kind, 1, :long) = :begins AND kind = :begins || message",
        {"begins": _JUDGING, "long": len(_JUDGING)},
    )
    return {row["message"]: row["text"] for row in found}


def save(store: Store, thread: str, kind: str, text: str, message: str = "", *, over: str = "") -> None:
    """Keep a text, or forget it when nothing is left of it. Raises a StoreError.

    over   what its writer knows to be kept. Other words, of another window or a reply taken back, are set aside; they
           are not forgotten either.
    """
    with store.writing(store.ledger) as ledger:
        put(ledger, thread, kind, text, message, over=over, now_ms=store.now_ms())


def put(
    ledger: Connection, thread: str, kind: str, text: str, message: str = "", *, over: str = "", now_ms: int
) -> None:
    """The same inside the caller's transaction."""
    row = ledger.exec_driver_sql("SELECT * FROM draft WHERE thread = ? AND kind = ?", (thread, kind)).first()
    theirs = "" if row is None or row.text in (over, text) or text.startswith(row.text) else str(row.text)
    if text.strip():
        if row is not None and theirs:
            _set_aside(ledger, thread, kind, row.message, theirs, row.updated_at_ms)
        _forget_beginnings(ledger, thread, kind, text)
        ledger.exec_driver_sql(
            "INSERT INTO draft(thread, kind, message, text, updated_at_ms) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET message = excluded.message, text = excluded.text,"
            " updated_at_ms = excluded.updated_at_ms",
            (thread, kind, message, text, now_ms),
        )
    elif not theirs:
        ledger.exec_driver_sql("DELETE FROM draft WHERE thread = ? AND kind = ?", (thread, kind))


def take_out(ledger: Connection, thread: str, kind: str, text: str) -> bool:
    """Forget these very words, also where they were set aside; whether they were there. Inside the caller's transaction."""
    found = ledger.exec_driver_sql(
        "DELETE FROM draft WHERE thread = ? AND (kind = ? OR kind > ? AND kind < ?) AND text = ?",
        (thread, kind, f"{kind}{ASIDE}", f"{kind}{ASIDE}~", text),
    )
    return bool(found.rowcount)


def _set_aside(ledger: Connection, thread: str, kind: str, message: str, text: str, at_ms: int) -> None:
    """Under a name of its own."""
    _forget_beginnings(ledger, thread, kind, text)
    ledger.exec_driver_sql(
        "INSERT INTO draft(thread, kind, message, text, updated_at_ms) VALUES (?, ?, ?, ?, ?)",
        (thread, f"{kind}{ASIDE}{new_key()}", message, text, at_ms),
    )


def _forget_beginnings(ledger: Connection, thread: str, kind: str, text: str) -> None:
    """What was set aside and is only the beginning of this text says nothing more."""
    for key, begun in _aside(ledger, thread, kind):
        if text.startswith(begun):
            ledger.exec_driver_sql("DELETE FROM draft WHERE thread = ? AND kind = ?", (thread, key))


def aside(store: Store, thread: str, kind: str = "reply") -> list[str]:
    """The texts that were set aside, the newest first."""
    return [text for _key, text in _aside(store.ledger, thread, kind)]


def _aside(ledger: Connection, thread: str, kind: str) -> list[tuple[str, str]]:
    found = ledger.exec_driver_sql(
        "SELECT kind, text FROM draft WHERE thread = ? AND kind > ? AND kind < ? ORDER BY updated_at_ms DESC, kind DESC",
        (thread, f"{kind}{ASIDE}", f"{kind}{ASIDE}~"),
    )
    return [(row.kind, row.text) for row in found]


def take_up(store: Store, thread: str, kind: str = "reply") -> None:
    """Change the kept text for the one that was set aside last; the other is set aside instead. Raises a StoreError."""
    with store.writing(store.ledger) as ledger:
        found = _aside(ledger, thread, kind)
        if found:
            ledger.exec_driver_sql(
                "UPDATE draft SET kind = ?, updated_at_ms = 0 WHERE thread = ? AND kind = ?",
                (f"{kind}{ASIDE}{new_key()}", thread, kind),
            )
            ledger.exec_driver_sql(
                "UPDATE draft SET kind = ?, updated_at_ms = ? WHERE thread = ? AND kind = ?",
                (kind, store.now_ms(), thread, found[0][0]),
            )


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
