"""People as the pages name them, the first thing each of them said, and who of them are one person."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.conversation import Person, PersonKey
from console.domain.people import same_mail
from console.store.connection import Store
from console.store.files import NO_DUE
from console.store.folded import folded
from console.store.opening import Connection, driver_of
from console.store.read.people import decisions
from console.store.write.persons import begin, settle

_Facts = tuple[str, str, str, int | None, int, int, str, int, str]
_NOBODY: _Facts = ("", "", "", None, 0, 0, "", 0, "")
_NAMES = ("name", "handle", "title", "joined_at_ms", "leadership", "bot", "mail", "mail_verified", "department")
_FOR_REASONS = slice(0, 6)  # what mail and department say changes no reason
_STORED = ("id", "key", *_NAMES, "joins", "alike", "first_at_ms", "first_key")


@dataclass(slots=True)
class Author:
    """Somebody as the cache will hold them: who they are, and the first message known of them."""

    id: int
    key: str
    facts: _Facts  # in the order of _NAMES
    first_at_ms: int = NO_DUE
    first_key: str = ""
    held: bool = True  # it has a row already

    @property
    def name(self) -> str:
        return self.facts[0]

    @property
    def joins(self) -> str:
        """The address that joins this identity with others, "" where nobody vouches for one."""
        return same_mail(self.facts[6]) if self.facts[7] else ""

    @property
    def alike(self) -> str:
        """Name and department as they are compared, "" where either isn't known."""
        name, department = " ".join(folded(self.facts[0]).split()), " ".join(folded(self.facts[8]).split())
        return f"{name}\n{department}" if name and department else ""


class People:
    """The people of one page: read with one question, written with one statement."""

    def __init__(self, store: Store, cache: Connection, touched: set[int]) -> None:
        self._store = store
        self._cache = cache
        self._touched = touched
        self._known: dict[str, Author] = {}
        self._changed: dict[str, Author] = {}
        self._overtaken: set[str] = set()
        self._to_place: set[str] = set()  # who is new, or can be reached under another address than before
        self._left_mails: set[str] = set()
        self._felt: set[int] = set()  # who began earlier than was known: their other identities' reasons depend on it
        self._last_id: int | None = None

    def load(self, keys: Iterable[str]) -> None:
        rows = self._cache.exec_driver_sql(
            f"SELECT id, key, {', '.join(_NAMES)}, first_at_ms, first_key FROM person"
            " WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        for id, key, *facts, first_at_ms, first_key in rows:
            self._known[key] = Author(id, key, tuple(facts), first_at_ms, first_key)

    def put(self, person: Person) -> None:
        """Take in who somebody is; the threads whose reasons depend on what changed are looked at again."""
        facts: _Facts = (
            person.name, person.handle, person.title, person.joined_at_ms, int(person.leadership), int(person.bot),
            person.mail, int(person.mail_verified), person.department,
        )  # fmt: skip
        found = self._known.get(person.key)
        if found is None:
            self._make(person.key, facts)
        elif found.facts != facts:
            before, found.facts, joins = found.facts, facts, found.joins
            self._changed[found.key] = found
            if found.joins != joins:
                self._to_place.add(found.key)
                self._left_mails.add(joins)
            if before[3] != person.joined_at_ms:
                self._felt.add(found.id)
            if found.held and before[_FOR_REASONS] != facts[_FOR_REASONS]:
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
            self._felt.add(found.id)
            self._changed[key] = found
        return found

    def flush(self) -> None:
        """Write who is new and who changed."""
        if not self._changed:
            return
        self._cache.exec_driver_sql(
            f"INSERT INTO person({', '.join(_STORED)}, who_id) VALUES ({', '.join('?' * (len(_STORED) + 1))})"
            f" ON CONFLICT(id) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _STORED[2:])}",
            [
                (who.id, who.key, *who.facts, who.joins, who.alike, who.first_at_ms, who.first_key, who.id)
                for who in self._changed.values()
            ],
        )
        for who in self._changed.values():
            who.held = True
        self._changed.clear()

    def finish(self) -> None:
        """Find who of them are one person. Earlier messages may come later: what was first until now is looked at again."""
        if self._to_place:
            decided = decisions(driver_of(self._store.ledger))[1]
            keys = {key for key in self._to_place if self._known[key].joins or decided.names(PersonKey(key))}
            if keys or any(self._left_mails):
                self._touched |= settle(self._cache, decided, self._to_place, self._left_mails)
            self._to_place.clear()
            self._left_mails.clear()
        if self._felt:
            rows = self._cache.exec_driver_sql(
                "SELECT DISTINCT who_id FROM person WHERE how <> 'alone' AND id IN (SELECT value FROM json_each(?))",
                (json.dumps(sorted(self._felt)),),
            )
            self._touched |= begin(self._cache, [row.who_id for row in rows])
            self._felt.clear()
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
        self._to_place.add(key)
        return made
