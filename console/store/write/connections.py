"""The configured connections, what is followed of them, and how they are doing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from console.domain.conversation import Space, SpaceKey
from console.domain.platform import Capabilities
from console.store.connection import Store
from console.store.write.persons import settle_all
from console.store.write.projecting import project
from console.store.write.sources import Sources


@dataclass(frozen=True, slots=True)
class NewConnection:
    """A connection that a check found to work. `since_ms` is how far back it collects."""

    key: str
    name: str
    platform: str
    adapter: str
    url: str
    user: str
    server: str
    account: str
    us: str
    since_ms: int
    start_line_ms: int
    settings: Mapping[str, str]


def put(store: Store, new: NewConnection) -> None:
    """Add a connection, or bring back and change the one with the same key.

    How far back it collects is said where it begins: one that goes on keeps it, one that was taken away begins anew.
    """
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            'INSERT INTO connection(key, name, platform, adapter, url, "user", server, account, us, since_ms,'
            " start_line_ms, settings, created_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT(key) DO UPDATE SET name = excluded.name, platform = excluded.platform,"
            ' adapter = excluded.adapter, url = excluded.url, "user" = excluded."user", server = excluded.server,'
            " account = excluded.account, us = excluded.us, settings = excluded.settings,"
            " since_ms = CASE WHEN removed_at_ms IS NULL THEN since_ms ELSE excluded.since_ms END, removed_at_ms = NULL",
            (
                new.key,
                new.name,
                new.platform,
                new.adapter,
                new.url,
                new.user,
                new.server,
                new.account,
                new.us,
                new.since_ms,
                new.start_line_ms,
                json.dumps(dict(new.settings)),
                store.now_ms(),
            ),
        )


def reaches_further(store: Store, new: NewConnection) -> bool:
    """Whether this brings back one that was taken away, and that collected less far back."""
    found = store.ledger.exec_driver_sql(
        "SELECT 1 FROM connection WHERE key = ? AND removed_at_ms IS NOT NULL AND since_ms > ?", (new.key, new.since_ms)
    )
    return found.first() is not None


def read_anew(store: Store, connection: str) -> None:
    """Have everything of a connection pulled from its beginning; what is held stays. For the collector."""
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("DELETE FROM stream WHERE connection = ?", (connection,))


def remove(store: Store, key: str) -> None:
    """Take a connection away. What was decided about its threads stays in the ledger."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET removed_at_ms = ? WHERE key = ?", (store.now_ms(), key))


def pause(store: Store, key: str, paused: bool) -> None:
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET paused = ? WHERE key = ?", (int(paused), key))


def move_start_line(store: Store, key: str, at_ms: int) -> None:
    """What was said before `at_ms` can wait. Whoever collects works the threads out again: folding.following_start_lines."""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET start_line_ms = ? WHERE key = ?", (at_ms, key))


def follow(store: Store, space: SpaceKey, followed: bool) -> None:
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "INSERT INTO space_choice(space, followed) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET followed = excluded.followed",
            (space, int(followed)),
        )


def ignored_spaces(store: Store) -> frozenset[str]:
    found = store.ledger.exec_driver_sql("SELECT space FROM space_choice WHERE followed = 0")
    return frozenset(row.space for row in found)


def put_spaces(store: Store, connection: str, offered: Sequence[tuple[Space, Capabilities]]) -> None:
    """What a connection offers and what can be done in each; a space that a nearer one has is its business. For the collector."""
    sources = Sources(store)
    with store.writing(store.cache) as cache:
        for space, can in offered:
            had = cache.exec_driver_sql("SELECT connection FROM space WHERE key = ?", (space.key,)).scalar()
            if had is not None and sources.of(connection, space.key) < sources.of(had, space.key):
                continue
            parts = {"ways": {name: way.value for name, way in can.ways.items()}, "approximate": can.approximate,
                     "max_bytes": can.max_bytes}  # fmt: skip
            cache.exec_driver_sql(
                "INSERT INTO space(key, connection, remote_id, title, url, members, leadership, standing, encrypted,"
                " capabilities, platform) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET"
                " title = excluded.title, url = excluded.url, members = excluded.members,"
                " leadership = excluded.leadership, standing = excluded.standing, encrypted = excluded.encrypted,"
                " capabilities = excluded.capabilities, platform = excluded.platform",
                (
                    space.key,
                    connection,
                    space.remote_id,
                    space.title,
                    space.url,
                    space.members,
                    int(space.leadership),
                    space.standing,
                    int(space.encrypted),
                    json.dumps(parts),
                    space.platform,
                ),
            )


@dataclass(frozen=True, slots=True)
class Round:
    """How the collector's last round with a connection went. `state` as in store.read.connections.Health."""

    state: str
    error: str = ""
    words: str = ""
    retry_at_ms: int | None = None
    pages: int = 0
    messages: int = 0
    working: bool = False


def note_health(store: Store, connection: str, last: Round) -> None:
    """Write how a connection is doing; `pages` and `messages` are added to what it brought so far."""
    now_ms = store.now_ms()
    ok_ms = now_ms if last.state == "ok" else None
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "INSERT INTO health(connection, state, since_ms, last_ok_ms, retry_at_ms, error, words, pages, messages,"
            " working) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " since_ms = CASE WHEN state = excluded.state THEN since_ms ELSE excluded.since_ms END,"
            " state = excluded.state, last_ok_ms = coalesce(excluded.last_ok_ms, last_ok_ms),"
            " retry_at_ms = excluded.retry_at_ms, error = excluded.error, words = excluded.words,"
            " pages = pages + excluded.pages, messages = messages + excluded.messages, working = excluded.working",
            (
                connection,
                last.state,
                now_ms,
                ok_ms,
                last.retry_at_ms,
                last.error,
                last.words,
                last.pages,
                last.messages,
                int(last.working),
            ),
        )


def forget(store: Store, connection: str) -> None:
    """Delete what was pulled of a connection. For the collector; decisions stay in the ledger."""
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "DELETE FROM message_index WHERE rowid IN (SELECT m.search_id FROM message AS m JOIN space AS s"
            " ON s.id = m.space_id WHERE s.connection = ? AND m.search_id IS NOT NULL)",
            (connection,),
        )
        cache.exec_driver_sql(
            "DELETE FROM report WHERE message IN (SELECT m.key FROM message AS m JOIN space AS s"
            " ON s.id = m.space_id WHERE s.connection = ?)",
            (connection,),
        )
        cache.exec_driver_sql(
            "DELETE FROM message WHERE space_id IN (SELECT id FROM space WHERE connection = ?)", (connection,)
        )
        cache.exec_driver_sql(
            "DELETE FROM alias WHERE thread_id IN (SELECT id FROM thread WHERE connection = ?)", (connection,)
        )
        for table in ("thread", "space", "stream", "health", "allowance", "wait"):
            cache.exec_driver_sql(f"DELETE FROM {table} WHERE connection = ?", (connection,))
        cache.exec_driver_sql("DELETE FROM person WHERE id NOT IN (SELECT person_id FROM message)")
        project(store, cache, settle_all(store, cache))
