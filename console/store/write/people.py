"""People as the pages name them, and the first thing each of them said."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.conversation import Person
from console.store.connection import Connection
from console.store.files import NO_DUE

_Facts = tuple[str, str, str, int | None, int, int]
_NOBODY: _Facts = ("", "", "", None, 0, 0)


@dataclass(slots=True)
class Author:
    """Somebody as the cache will hold them: who they are, and the first message known of them."""

    id: int
    key: str
    facts: _Facts  # name, handle, title, joined_at_ms, leadership, bot
    first_at_ms: int = NO_DUE
    first_key: str = ""
    held: bool = True  # it has a row already

    @property
    def name(self) -> str:
        return self.facts[0]


class People:
    """The people of one page: read with one question, written with one statement."""

    def __init__(self, cache: Connection, touched: set[int]) -> None:
        self._cache = cache
        self._touched = touched
        self._known: dict[str, Author] = {}
        self._changed: dict[str, Author] = {}
        self._overtaken: set[str] = set()
        self._last_id: int | None = None

    def load(self, keys: Iterable[str]) -> None:
        rows = self._cache.exec_driver_sql(
            "SELECT id, key, name, handle, title, joined_at_ms, leadership, bot, first_at_ms, first_key FROM person"
            " WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        for id, key, name, handle, title, joined_at_ms, leadership, bot, first_at_ms, first_key in rows:
            facts = (name, handle, title, joined_at_ms, leadership, bot)
            self._known[key] = Author(id, key, facts, first_at_ms, first_key)

    def put(self, person: Person) -> None:
        """Take in who somebody is; the threads whose reasons depend on what changed are looked at again."""
        facts: _Facts = (
            person.name, person.handle, person.title, person.joined_at_ms, int(person.leadership), int(person.bot),
        )  # fmt: skip
        found = self._known.get(person.key)
        if found is None:
            self._make(person.key, facts)
        elif found.facts != facts:
            found.facts = facts
            self._changed[found.key] = found
            if found.held:
                rows = self._cache.exec_driver_sql(
                    "SELECT DISTINCT thread_id FROM message WHERE person_id = ?", (found.id,)
                )
                self._touched.update(row.thread_id for row in rows)

    def seen(self, key: str, message: str, posted_at_ms: int) -> Author:
        """The author of a message, noting it if it is the first we know of that person."""
        found = self._known.get(key) or self._make(key, _NOBODY)
        if (posted_at_ms, message) < (found.first_at_ms, found.first_key):
            if found.first_key:
                self._overtaken.add(found.first_key)
            found.first_at_ms, found.first_key = posted_at_ms, message
            self._changed[key] = found
        return found

    def flush(self) -> None:
        """Write who is new and who changed."""
        if not self._changed:
            return
        self._cache.exec_driver_sql(
            "INSERT INTO person(id, key, name, handle, title, joined_at_ms, leadership, bot, first_at_ms, first_key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(id) DO UPDATE SET name = excluded.name,"
            " handle = excluded.handle, title = excluded.title, joined_at_ms = excluded.joined_at_ms,"
            " leadership = excluded.leadership, bot = excluded.bot, first_at_ms = excluded.first_at_ms,"
            " first_key = excluded.first_key",
            [(who.id, who.key, *who.facts, who.first_at_ms, who.first_key) for who in self._changed.values()],
        )
        for who in self._changed.values():
            who.held = True
        self._changed.clear()

    def finish(self) -> None:
        """Earlier messages may come later: the thread of one that was first until now is looked at again."""
        if self._overtaken:
            rows = self._cache.exec_driver_sql(
                "SELECT DISTINCT thread_id FROM message WHERE key IN (SELECT value FROM json_each(?))",
                (json.dumps(list(self._overtaken)),),
            )
            self._touched.update(row.thread_id for row in rows)
            self._overtaken.clear()

    def _make(self, key: str, facts: _Facts) -> Author:
        if self._last_id is None:
            self._last_id = int(self._cache.exec_driver_sql("SELECT coalesce(max(id), 0) FROM person").scalar_one())
        self._last_id += 1
        made = Author(self._last_id, key, facts, held=False)
        self._known[key] = self._changed[key] = made
        return made
