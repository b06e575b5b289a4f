"""What is on its way, with the thread it belongs to and what happened to it so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.domain.addresses import opening
from console.domain.conversation import MessageKey, SpaceKey
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
class Like:
    """A message on the platform that may be what a person placed there."""

    key: MessageKey
    author: str
    text: str
    posted_at_ms: int


@dataclass(frozen=True, slots=True)
class IntentRow:
    """An intent as a screen shows it.

    url   where it goes, as a browser may be given it; "" where that isn't known
    like  the message that may be what became of it, while it `asks` by hand
    """

    intent: Intent
    thread_title: str
    author: str
    platform: str
    connection_name: str
    space_title: str
    url: str
    steps: tuple[Step, ...]
    like: Like | None = None

    @property
    def opened_ms(self) -> int | None:
        """When the browser was last opened for what a person finishes by hand."""
        return self.intent.last_byte_at_ms if self.intent.state is State.HANDOFF else None


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


def by_hand(store: Store) -> list[IntentRow]:
    """What waits for a person to finish it in the browser, oldest first."""
    return _rows(store, f"WHERE i.state = 'handoff' AND {_OPEN} ORDER BY i.created_at_ms, i.id", {})


def was_handoff(store: Store, intent_id: str) -> bool:
    """Whether one that ended was a person's to finish until then, and its decision still stands."""
    found = store.read(
        "SELECT s.state, EXISTS (SELECT 1 FROM ledger.event AS u JOIN ledger.intent AS i ON i.decision = u.undoes"
        " WHERE i.id = s.intent) AS undone FROM ledger.intent_step AS s WHERE s.intent = :id ORDER BY s.id DESC LIMIT 2",
        {"id": intent_id},
    )
    return len(found) == 2 and found[1]["state"] == "handoff" and not found[1]["undone"]


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
        " coalesce(s.url, '') AS space_url, l.key AS like_key, l.text AS like_text, l.posted_at_ms AS like_at_ms,"
        " coalesce(a.name, '') AS like_author,"
        " coalesce(s.title, '') AS space_title, coalesce(c.name, '') AS connection_name,"
        " coalesce(nullif(s.platform, ''), c.platform, '') AS platform,"
        " coalesce(m.url, '') AS message_url, coalesce(p.name, '') AS author"
        " FROM ledger.intent AS i LEFT JOIN thread AS t ON t.key = i.thread"
        " LEFT JOIN space AS s ON s.key = i.space LEFT JOIN message AS m ON m.key = i.message"
        " LEFT JOIN person AS p ON p.id = m.person_id LEFT JOIN ledger.connection AS c ON c.key = i.connection"
        " LEFT JOIN message AS l ON l.key = i.remote_message AND i.asks = 1 AND i.state = 'handoff'"
        " LEFT JOIN person AS a ON a.id = l.person_id " + rest,
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
            next(filter(None, map(opening, (row["message_url"], row["thread_url"], row["space_url"]))), ""),
            _steps(store, row["id"]),
            Like(MessageKey(row["like_key"]), row["like_author"], row["like_text"], row["like_at_ms"])
            if row["like_key"]
            else None,
        )
        for row in found
    ]


def _steps(store: Store, intent_id: str) -> tuple[Step, ...]:
    found = store.read('SELECT at_ms, "on", state, detail FROM ledger.intent_step WHERE intent = :id ORDER BY id',
                       {"id": intent_id})  # fmt: skip
    return tuple(Step(row["at_ms"], row["on"], State(row["state"]).value, row["detail"]) for row in found)
