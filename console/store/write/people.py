"""People as the pages name them, and the first thing each of them said."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from console.domain.conversation import Person
from console.domain.policy import Policy

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Author:
    id: int
    name: str


def put(cache: Connection, touched: set[int], person: Person) -> None:
    """Write who somebody is. Adds to `touched` the threads whose reasons depend on what changed."""
    facts = (person.name, person.handle, person.title, person.joined_at_ms, int(person.leadership), int(person.bot))
    old = cache.exec_driver_sql(
        "SELECT name, handle, title, joined_at_ms, leadership, bot, id FROM person WHERE key = ?", (person.key,)
    ).first()
    if old is not None and tuple(old)[:6] == facts:
        return
    cache.exec_driver_sql(
        "INSERT INTO person(name, handle, title, joined_at_ms, leadership, bot, key) VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT(key) DO UPDATE SET name = excluded.name, handle = excluded.handle, title = excluded.title,"
        " joined_at_ms = excluded.joined_at_ms, leadership = excluded.leadership, bot = excluded.bot",
        (*facts, person.key),
    )
    if old is not None:
        rows = cache.exec_driver_sql("SELECT DISTINCT thread_id FROM message WHERE person_id = ?", (old.id,))
        touched.update(row.thread_id for row in rows)


def seen(cache: Connection, touched: set[int], key: str, space_id: int, message_key: str, posted_at_ms: int) -> Author:
    """The author of a message, noting it if it is the first we know of that person.

    Earlier messages may come later: then the thread of the message that was first until now is looked at again.
    """
    row = cache.exec_driver_sql("SELECT id, name, first_at_ms, first_key FROM person WHERE key = ?", (key,)).first()
    if row is None:
        cache.exec_driver_sql(
            "INSERT INTO person(key, first_at_ms, first_key) VALUES (?, ?, ?)", (key, posted_at_ms, message_key)
        )
        return Author(int(cache.exec_driver_sql("SELECT last_insert_rowid()").scalar_one()), "")
    if (posted_at_ms, message_key) < (row.first_at_ms, row.first_key):
        before = cache.exec_driver_sql("SELECT thread_id FROM message WHERE key = ?", (row.first_key,)).first()
        if before is not None:
            touched.add(before.thread_id)
        cache.exec_driver_sql(
            "UPDATE person SET first_at_ms = ?, first_key = ? WHERE id = ?", (posted_at_ms, message_key, row.id)
        )
    return Author(row.id, row.name)


def note_history(
    cache: Connection, touched: set[int], space_id: int, posted_at_ms: int, *, now_ms: int, policy: Policy
) -> None:
    """How far back a space is held decides who can be called a newcomer in it."""
    oldest = cache.exec_driver_sql("SELECT oldest_at_ms FROM space WHERE id = ?", (space_id,)).scalar_one()
    if posted_at_ms >= oldest:
        return
    cache.exec_driver_sql("UPDATE space SET oldest_at_ms = ? WHERE id = ?", (posted_at_ms, space_id))
    # The first messages that count from now on, and didn't a moment ago.
    since_ms = max(posted_at_ms + policy.history_days * DAY_MS, now_ms - policy.newcomer_days * DAY_MS)
    until_ms = oldest + policy.history_days * DAY_MS
    if since_ms < min(until_ms, now_ms):
        rows = cache.exec_driver_sql(
            "SELECT DISTINCT m.thread_id FROM message AS m JOIN person AS p ON p.id = m.person_id"
            " WHERE m.space_id = ? AND m.posted_at_ms >= ? AND m.posted_at_ms < ? AND p.first_key = m.key",
            (space_id, since_ms, until_ms),
        )
        touched.update(row.thread_id for row in rows)
