"""The spaces that a page speaks of, and how far back each is held."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.calendar import DAY_MS
from console.domain.conversation import ConnectionKey, Space
from console.domain.policy import Policy
from console.store.opening import Connection
from console.store.write.sources import Source, Sources


@dataclass(slots=True)
class _Held:
    """One space as the cache holds it; `until_ms` is how far back it was held before this page."""

    id: int
    connection: str
    leadership: bool
    oldest_at_ms: int
    until_ms: int


class Spaces:
    """The spaces of one page: read with one question, changed at once, their history noted at the end."""

    def __init__(self, cache: Connection, connection: ConnectionKey, touched: set[int], sources: Sources) -> None:
        self._cache = cache
        self._connection = connection
        self._touched = touched
        self._sources = sources
        self._held: dict[str, _Held] = {}

    def load(self, keys: Iterable[str]) -> None:
        rows = self._cache.exec_driver_sql(
            "SELECT key, id, connection, leadership, oldest_at_ms FROM space WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        for key, id, connection, leadership, oldest_at_ms in rows:
            self._held[key] = _Held(id, connection, bool(leadership), oldest_at_ms, oldest_at_ms)

    def source_of(self, key: str) -> Source:
        """How near to its platform who tells us of a space now is."""
        return self._sources.of(self._connection, key)

    def nearest(self, key: str) -> Source:
        """How near the connection is that has it."""
        held = self._held.get(key)
        return self.source_of(key) if held is None else self._sources.of(held.connection, key)

    def put(self, space: Space) -> None:
        """Write what a space is. Its threads are looked at again when it becomes the leadership's, or no longer is.

        A space stays with the connection that is nearest to its platform; who is further away tells nothing new of it.
        """
        if self.source_of(space.key) < self.nearest(space.key):
            return
        self._take_over(space.key)
        self._cache.exec_driver_sql(
            "INSERT INTO space(key, connection, remote_id, title, url, members, leadership, standing, encrypted,"
            " platform) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE SET remote_id = excluded.remote_id,"
            # Who knows a space by its number alone takes no name away.
            " title = CASE WHEN title <> '' AND excluded.title IN ('', excluded.remote_id) THEN title"
            " ELSE excluded.title END, url = excluded.url, members = excluded.members,"
            " leadership = excluded.leadership, standing = excluded.standing, encrypted = excluded.encrypted,"
            " platform = excluded.platform",
            (space.key, self._connection, space.remote_id, space.title, space.url, space.members,
             int(space.leadership), space.standing, int(space.encrypted), space.platform),
        )  # fmt: skip
        held = self._held.get(space.key)
        if held is None:
            self.load([space.key])
        elif held.leadership != space.leadership:
            held.leadership = space.leadership
            rows = self._cache.exec_driver_sql("SELECT id FROM thread WHERE space_id = ?", (held.id,))
            self._touched.update(row.id for row in rows)

    def _take_over(self, key: str) -> None:
        held = self._held.get(key)
        if held is None or self.source_of(key) == self.nearest(key):
            return
        for table, where in (("space", "id"), ("thread", "space_id")):
            self._cache.exec_driver_sql(
                f"UPDATE {table} SET connection = ? WHERE {where} = ? AND connection = ?",
                (self._connection, held.id, held.connection),
            )
        held.connection = self._connection

    def id_of(self, key: str) -> int:
        """The local id of a space; one that was not described yet gets a row that its description fills later."""
        held = self._held.get(key)
        if held is None:
            self._cache.exec_driver_sql(
                "INSERT INTO space(key, connection, remote_id) VALUES (?, ?, '')", (key, self._connection)
            )
            self.load([key])
            held = self._held[key]
        return held.id

    def note_history(self, key: str, posted_at_ms: int) -> None:
        held = self._held[key]
        held.oldest_at_ms = min(held.oldest_at_ms, posted_at_ms)

    def finish(self, policy: Policy, now_ms: int) -> None:
        """How far back a space is held decides who can be called a newcomer in it. Call it when all else is written."""
        for held in self._held.values():
            if held.oldest_at_ms == held.until_ms:
                continue
            self._cache.exec_driver_sql("UPDATE space SET oldest_at_ms = ? WHERE id = ?", (held.oldest_at_ms, held.id))
            # The first messages that count from now on, and didn't a moment ago.
            since_ms = max(held.oldest_at_ms + policy.history_days * DAY_MS, now_ms - policy.newcomer_days * DAY_MS)
            until_ms = held.until_ms + policy.history_days * DAY_MS
            held.until_ms = held.oldest_at_ms
            if since_ms < min(until_ms, now_ms):
                rows = self._cache.exec_driver_sql(
                    "SELECT DISTINCT m.thread_id FROM message AS m JOIN person AS p ON p.id = m.person_id"
                    " WHERE m.space_id = ? AND m.posted_at_ms >= ? AND m.posted_at_ms < ? AND p.first_key = m.key",
                    (held.id, since_ms, until_ms),
                )
                self._touched.update(row.thread_id for row in rows)
