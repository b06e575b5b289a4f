"""The queue: which threads a view holds, in their stored order, and the rows that a list paints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import ConnectionKey, PersonKey, SpaceKey, ThreadKey
from console.domain.policy import Level
from console.domain.query import Query, QueryError
from console.domain.reasons import Reason, ReasonKind
from console.store.connection import Store
from console.store.files import NO_DUE, NO_LEVEL
from console.store.kinds import bit, reasons_of
from console.store.read.order import COLUMNS, Order
from console.store.read.search_terms import threads_where

# What each view shows. `inbox` is everything open that has a reason.
_VIEWS: dict[str, str] = {
    "inbox": "state = 'open' AND level < 3",
    "flagged": "state = 'open' AND level < 3 AND reports > 0",
    "unanswered": f"state = 'open' AND level < 3 AND kinds & {bit(ReasonKind.UNANSWERED)}",
    "newcomers": f"state = 'open' AND level < 3 AND kinds & {bit(ReasonKind.NEWCOMER)}",
    "leadership": f"state = 'open' AND level < 3 AND kinds & {bit(ReasonKind.LEADERSHIP) | bit(ReasonKind.HELD)}"
    " AND space_id IN (SELECT id FROM space WHERE leadership = 1)",
    "mine": "state <> 'done' AND assignee <> '' AND assignee = :moderator",
    # SQLite takes the index of what is set aside only where its condition stands in so many words.
    "snoozed": "state <> 'open' AND state = 'snoozed'",
    "escalated": "state <> 'open' AND state = 'escalated'",
    "done": "state <> 'open' AND state = 'done'",
    "open": "state = 'open' AND messages > 0",
    "all": "messages > 0",
}
VIEWS = tuple(_VIEWS)
COUNTED = ("inbox", "flagged", "unanswered", "newcomers", "leadership", "mine", "snoozed", "escalated")


@dataclass(frozen=True, slots=True)
class View:
    """A saved query with an order. `connection` and `space` narrow it to one key; `query` to what was typed.

    everything  of a search for words all that match, and not the newest alone
    """

    name: str = "inbox"
    connection: str = ""
    space: str = ""
    query: Query | None = None
    moderator: str = ""
    everything: bool = False


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One thread as a list shows it. Times are UTC epoch milliseconds."""

    thread_id: int
    key: ThreadKey
    public_id: str
    platform: str
    connection: ConnectionKey
    connection_name: str
    approximate: bool
    space: SpaceKey
    space_title: str
    title: str
    author: str
    author_key: PersonKey | None
    opened_at_ms: int
    last_at_ms: int
    messages: int
    unread: int
    reports: int
    held: int
    state: str
    assignee: str
    tags: tuple[str, ...]
    level: Level | None
    due_at_ms: int | None
    reasons: tuple[Reason, ...]
    url: str
    snippet: str
    locked: bool
    pinned: bool
    snoozed_until_ms: int | None


_COLUMNS = """
  SELECT t.*, s.key AS space, s.title AS space_title, s.url AS space_url, p.name AS author, p.key AS author_key,
         c.name AS connection_name, coalesce(nullif(s.platform, ''), c.platform) AS platform,
         coalesce(json_extract(c.settings, '$.approximate'), '') = 'yes' AS approximate
    FROM thread_shown AS t
    JOIN space AS s ON s.id = t.space_id
    LEFT JOIN person AS p ON p.id = t.author_id
    LEFT JOIN ledger.connection AS c ON c.key = t.connection
"""


def page(store: Store, view: View, limit: int = 50, after: str | None = None) -> tuple[list[QueueRow], str | None]:
    """One page of a view and the opaque place where the next one starts, None at the end."""
    where, values = where_of(store, view)
    if after:
        level, due, key = _place(after)
        where += " AND (level, due_at_ms, key) > (:level, :due, :key)"
        values |= {"level": level, "due": due, "key": key}
    found = _execute(
        store,
        f"SELECT id, level, due_at_ms, key FROM thread_shown WHERE {where} ORDER BY level, due_at_ms, key LIMIT :limit",
        values | {"limit": limit + 1},
    )
    if len(found) > limit:
        last = found[limit - 1]
        following: str | None = json.dumps([last["level"], last["due_at_ms"], last["key"]])
    else:
        following = None
    return rows(store, [row["id"] for row in found[:limit]]), following


def _place(after: str) -> tuple[int, int, str]:
    """Where a page begins. Raises QueryError "bad_next"."""
    try:
        level, due, key = json.loads(after)
    except (ValueError, TypeError):
        raise QueryError(0, "bad_next", after) from None
    if not (isinstance(level, int) and isinstance(due, int) and isinstance(key, str)) or due.bit_length() > 63:
        raise QueryError(0, "bad_next", after)
    return level, due, key


def order(store: Store, view: View, limit: int = -1) -> Order:
    """The order of a view, or of its first ones."""
    where, values = where_of(store, view)
    values["limit"] = limit
    # What it is ordered by is asked for too: only then SQLite merges the view's two halves instead of copying them.
    shown, by = ("decided_at_ms", "decided_at_ms DESC") if view.name == "done" else ("due_at_ms", "level, due_at_ms")
    listed = f"SELECT id, level, {shown}, key FROM thread_shown WHERE {where} ORDER BY {by}, key LIMIT :limit"
    return Order.of(_execute(store, f"SELECT {COLUMNS} FROM ({listed})", values)[0])


def rows(store: Store, thread_ids: Sequence[int]) -> list[QueueRow]:
    """The rows of these threads, in the order asked; one that is gone is left out."""
    if not thread_ids:
        return []
    listed = json.dumps(list(thread_ids))
    found = _execute(store, f"{_COLUMNS} WHERE t.id IN (SELECT value FROM json_each(:listed))", {"listed": listed})
    by_id = {row["id"]: _row(row) for row in found}
    return [by_id[thread_id] for thread_id in thread_ids if thread_id in by_id]


def row(store: Store, key: str) -> QueueRow | None:
    """The row of one thread by its key or that of an alias."""
    found = _execute(
        store,
        "SELECT id FROM thread WHERE key = :key UNION ALL SELECT thread_id FROM alias WHERE key = :key LIMIT 1",
        {"key": key},
    )
    return next(iter(rows(store, [found[0]["id"]])), None) if found else None


def counts(store: Store, moderator: str) -> dict[str, int]:
    """How many threads each view holds."""
    columns = ", ".join(f"count(*) FILTER (WHERE {_VIEWS[name]}) AS {name}" for name in COUNTED)
    found = _execute(
        store,
        f"SELECT {columns} FROM thread_shown WHERE (state = 'open' AND level < 3) OR state <> 'open' OR assignee <> ''",
        {"moderator": moderator},
    )
    return {name: int(found[0][name]) for name in COUNTED}


def counts_by_space(store: Store) -> dict[str, int]:
    """How many threads of each space need a person, by space key."""
    sql = (
        "SELECT s.key, count(*) AS n FROM thread_shown AS t JOIN space AS s ON s.id = t.space_id"
        " WHERE t.state = 'open' AND t.level < 3 GROUP BY s.key"
    )
    return {row["key"]: row["n"] for row in _execute(store, sql, {})}


def where_of(store: Store, view: View) -> tuple[str, dict[str, Any]]:
    """The condition of a view on `thread_shown`, and its bound values."""
    where = _VIEWS[view.name]
    values: dict[str, Any] = {"moderator": view.moderator}
    if view.connection:
        where += " AND connection = :connection"
        values["connection"] = view.connection
    if view.space:
        where += " AND space_id = (SELECT id FROM space WHERE key = :space)"
        values["space"] = view.space
    if view.query is not None:
        condition = threads_where(
            view.query, moderator=view.moderator, now_ms=store.now_ms(), timezone=store.policy.hours.timezone
        )
        where += f" AND ({condition.sql})"
        values |= condition.values
    return where, values


def _execute(store: Store, sql: str, values: dict[str, Any]) -> list[Any]:
    return list(store.read(sql, values))


def _row(found: Any) -> QueueRow:
    return QueueRow(
        thread_id=found["id"], key=ThreadKey(found["key"]), public_id=found["public_id"],
        platform=found["platform"] or found["key"].partition(":")[0],
        connection=ConnectionKey(found["connection"]), connection_name=found["connection_name"] or "",
        approximate=bool(found["approximate"]), space=SpaceKey(found["space"]), space_title=found["space_title"],
        title=found["title"], author=found["author"] or "",
        author_key=None if found["author_key"] is None else PersonKey(found["author_key"]),
        opened_at_ms=found["opened_at_ms"], last_at_ms=found["last_at_ms"], messages=found["messages"],
        unread=found["unread"], reports=found["reports"], held=found["held"], state=found["state"],
        assignee=found["assignee"], tags=tuple(json.loads(found["tags"])),
        level=None if found["level"] == NO_LEVEL else Level(found["level"]),
        due_at_ms=None if found["due_at_ms"] == NO_DUE else found["due_at_ms"],
        reasons=reasons_of(found["reasons"]), url=found["url"] or found["space_url"], snippet=found["snippet"],
        locked=bool(found["locked"]), pinned=bool(found["pinned"]), snoozed_until_ms=found["snoozed_until_ms"],
    )  # fmt: skip
