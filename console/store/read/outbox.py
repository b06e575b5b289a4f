"""What is on its way, with the thread it belongs to and what happened to it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.domain.conversation import SpaceKey
from console.domain.outbox import Intent, State
from console.store.connection import Store
from console.store.rows import INTENT_COLUMNS, intent_of


@dataclass(frozen=True, slots=True)
class Step:
    """One line of what happened: the moment, what it was, the state that followed, and facts of it."""

    at_ms: int
    on: str
    state: str
    detail: str


@dataclass(frozen=True, slots=True)
class IntentRow:
    """An intent as a screen shows it."""

    intent: Intent
    thread_title: str
    author: str
    platform: str
    connection_name: str
    space_title: str
    url: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """`on_its_way`: waits or is being sent · `for_you`: a person must choose."""

    on_its_way: int
    for_you: int


_OPEN = "i.state NOT IN ('sent', 'withdrawn', 'draft')"
_FOR_YOU = "(i.state IN ('conflict', 'failed', 'handoff') OR (i.state = 'uncertain' AND i.asks = 1))"


def intents(store: Store, *, open_only: bool = True, limit: int = 500) -> list[IntentRow]:
    """Intents, those that ask a person first, then oldest first; with `open_only=False` also what has ended."""
    order = f"{_FOR_YOU} DESC, i.created_at_ms, i.id" if open_only else "i.created_at_ms DESC, i.id"
    where = _OPEN if open_only else "i.state <> 'draft'"
    return _rows(store, f"WHERE {where} ORDER BY {order} LIMIT :limit", {"limit": limit})


def joining(store: Store, space: SpaceKey) -> Intent | None:
    """The intent that joins a space, where one is on its way."""
    found = store.read(
        f"SELECT i.* FROM ledger.intent AS i WHERE i.kind = 'join' AND i.space = :space AND {_OPEN} LIMIT 1",
        {"space": space},
    )
    return intent_of(found[0]) if found else None


def intent(store: Store, beginning: str) -> IntentRow | None:
    """One intent by its id or a unique beginning of it; None if there is none or more than one."""
    found = _rows(store, "WHERE i.id >= :beginning AND i.id < :beginning || 'z' LIMIT 2", {"beginning": beginning})
    return found[0] if len(found) == 1 else None


def of_decision(store: Store, decision: str) -> list[Intent]:
    """The intents that one decision made."""
    found = store.read("SELECT * FROM ledger.intent WHERE decision = :key ORDER BY id", {"key": decision})
    return [intent_of(row) for row in found]


def counts(store: Store) -> OutboxCounts:
    row = store.read(
        f"SELECT count(*) FILTER (WHERE NOT {_FOR_YOU}) AS on_its_way, count(*) FILTER (WHERE {_FOR_YOU}) AS for_you"
        f" FROM ledger.intent AS i WHERE {_OPEN}"
    )[0]
    return OutboxCounts(row["on_its_way"], row["for_you"])


def _rows(store: Store, rest: str, values: dict[str, Any]) -> list[IntentRow]:
    columns = ", ".join(f'i."{name}"' for name in INTENT_COLUMNS)
    found = store.read(
        f"SELECT {columns}, coalesce(t.title, CASE i.kind WHEN 'join' THEN s.title END, '') AS thread_title, coalesce(t.url, '') AS thread_url,"
        " coalesce(s.title, '') AS space_title, coalesce(c.name, '') AS connection_name,"
        " coalesce(nullif(s.platform, ''), c.platform, '') AS platform,"
        " coalesce(m.url, '') AS message_url, coalesce(p.name, '') AS author"
        " FROM ledger.intent AS i LEFT JOIN thread AS t ON t.key = i.thread"
        " LEFT JOIN space AS s ON s.key = i.space LEFT JOIN message AS m ON m.key = i.message"
        " LEFT JOIN person AS p ON p.id = m.person_id LEFT JOIN ledger.connection AS c ON c.key = i.connection " + rest,
        values,
    )
    return [
        IntentRow(
            intent_of(row),
            row["thread_title"],
            row["author"],
            row["platform"],
            row["connection_name"],
            row["space_title"],
            row["message_url"] or row["thread_url"],
            _steps(store, row["id"]),
        )
        for row in found
    ]


def _steps(store: Store, intent_id: str) -> tuple[Step, ...]:
    found = store.read('SELECT at_ms, "on", state, detail FROM ledger.intent_step WHERE intent = :id ORDER BY id',
                       {"id": intent_id})  # fmt: skip
    return tuple(Step(row["at_ms"], row["on"], State(row["state"]).value, row["detail"]) for row in found)
