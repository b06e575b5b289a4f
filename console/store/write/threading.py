"""Which thread a message belongs to, whatever order its pages come in.

A platform that names the thread (`root`) is believed. One that only names the message answered (`parent`) is
followed to the oldest message we know; when an older one turns up later, the younger thread becomes an alias of
the older and its messages move. Events and intents keep the key they were made with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from console.domain.conversation import ConnectionKey, Message, Thread
from console.store.opening import Connection
from console.store.public_id import public_id

_Head = tuple[int, str, str, int, int, str]  # space id, title, url, locked, pinned, topics


class Threads:
    """The threads of one page: read with one question, written with one statement.

    `flush` writes all that the page has brought so far: two threads that become one are joined in the file.
    """

    def __init__(
        self, cache: Connection, connection: ConnectionKey, touched: set[int], flush: Callable[[], None]
    ) -> None:
        self._cache = cache
        self._connection = connection
        self._touched = touched
        self._flush_all = flush
        self._ids: dict[str, int] = {}  # by key and by alias
        self._heads: dict[int, _Head] = {}
        self._new: dict[int, str] = {}
        self._changed: set[int] = set()
        self._homes: dict[str, int] = {}  # of messages
        self._waited_for: set[str] = set()  # messages that others answer, and that may not be here yet
        self._last_id: int | None = None

    def load(self, keys: Iterable[str], messages: Iterable[str]) -> None:
        """`keys`: threads that the page names; `messages`: those it brings."""
        listed = json.dumps(list(keys))
        rows = self._cache.exec_driver_sql(
            "SELECT key, id, space_id, title, url, locked, pinned, topics FROM thread"
            " WHERE key IN (SELECT value FROM json_each(?1))"
            " UNION ALL SELECT a.key, t.id, t.space_id, t.title, t.url, t.locked, t.pinned, t.topics FROM alias AS a"
            " JOIN thread AS t ON t.id = a.thread_id WHERE a.key IN (SELECT value FROM json_each(?1))",
            (listed,),
        )
        for key, id, *head in rows:
            self._ids.setdefault(key, id)
            self._heads[id] = tuple(head)
        rows = self._cache.exec_driver_sql(
            "SELECT DISTINCT parent FROM message WHERE root = '' AND parent IN (SELECT value FROM json_each(?))",
            (json.dumps(list(messages)),),
        )
        self._waited_for.update(row[0] for row in rows)

    def lives_in(self, message: str, thread_id: int) -> None:
        """Note in which thread a message is."""
        self._homes[message] = thread_id

    def put(self, thread: Thread, space_id: int, *, again: bool = False, keep: bool = False) -> None:
        """Take in the head of a thread.

        again  it is told second-hand: of what is known already the longer stays, and nothing is opened again
        keep   its own platform told of it: what that said stays
        """
        found = self._ensure(space_id, thread.key)
        _space, title, url, locked, pinned, topics = self._heads[found]
        if again:
            longer = title if keep and title else max(title, thread.title, key=lambda one: (len(one), one))
            thread = replace(
                thread,
                title=longer,
                url=max(url, thread.url),
                locked=thread.locked or bool(locked),
                pinned=thread.pinned or bool(pinned),
            )
        topics = topics if thread.topics is None else json.dumps(thread.topics, ensure_ascii=False)
        head = (space_id, thread.title, thread.url, int(thread.locked), int(thread.pinned), topics)
        if self._heads[found] != head:
            self._heads[found] = head
            self._changed.add(found)
            self._touched.add(found)

    def home_of(self, message: Message, space_id: int) -> int:
        """The thread a message belongs to, made if it is not there yet."""
        if message.root:
            # A root that itself answers an older message lives in that one's thread, and its replies with it.
            home = self._homes.get(message.root)
            home = self._ensure(space_id, message.root) if home is None else home
            self._join(message.key, home)
            return home
        if message.parent:
            self._waited_for.add(message.parent)
            home = self._homes.get(message.parent)
            if home is not None:
                self._join(message.key, home)
                return home
        return self._ensure(space_id, message.key)

    def _join(self, message: str, home: int) -> None:
        """What was begun below this message, before it was known to belong elsewhere, goes along with it."""
        own = self._ids.get(message)
        if own is not None and own != home:
            self._merge(own, home)

    def adopt(self, message: Message, home: int) -> None:
        """Bring home the answers to this message that came before it and made threads of their own."""
        if message.key not in self._waited_for:
            return
        self._flush_all()
        rows = self._cache.exec_driver_sql(
            "SELECT DISTINCT thread_id FROM message WHERE parent = ? AND root = '' AND thread_id <> ?",
            (message.key, home),
        ).all()
        for row in rows:
            self._merge(int(row.thread_id), home)

    def flush(self) -> None:
        """Write the threads that are new and those whose head changed."""
        if self._new:
            self._cache.exec_driver_sql(
                "INSERT INTO thread(id, key, public_id, connection, space_id, title, url, locked, pinned, topics)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [(id, key, public_id("t", key), self._connection, *self._heads[id]) for id, key in self._new.items()],
            )
        changed = self._changed - self._new.keys()
        if changed:
            self._cache.exec_driver_sql(
                "UPDATE thread SET space_id = ?, title = ?, url = ?, locked = ?, pinned = ?, topics = ? WHERE id = ?",
                [(*self._heads[id], id) for id in changed],
            )
        self._new.clear()
        self._changed.clear()

    def _ensure(self, space_id: int, key: str) -> int:
        found = self._ids.get(key)
        if found is None:
            if self._last_id is None:
                self._last_id = int(self._cache.exec_driver_sql("SELECT coalesce(max(id), 0) FROM thread").scalar_one())
            found = self._last_id = self._last_id + 1
            self._ids[key] = found
            self._heads[found] = (space_id, "", "", 0, 0, "[]")
            self._new[found] = key
        return found

    def _merge(self, younger: int, older: int) -> None:
        self._flush_all()
        key = self._cache.exec_driver_sql("SELECT key FROM thread WHERE id = ?", (younger,)).scalar_one()
        self._cache.exec_driver_sql("UPDATE message SET thread_id = ? WHERE thread_id = ?", (older, younger))
        self._cache.exec_driver_sql("UPDATE alias SET thread_id = ? WHERE thread_id = ?", (older, younger))
        self._cache.exec_driver_sql("INSERT OR REPLACE INTO alias(key, thread_id) VALUES (?, ?)", (key, older))
        self._cache.exec_driver_sql("DELETE FROM thread WHERE id = ?", (younger,))
        for names in (self._ids, self._homes):
            for name in [name for name, id in names.items() if id == younger]:
                names[name] = older
        if older not in self._heads:
            head = self._cache.exec_driver_sql(
                "SELECT space_id, title, url, locked, pinned, topics FROM thread WHERE id = ?", (older,)
            ).one()
            self._heads[older] = tuple(head)
        self._touched.discard(younger)
        self._touched.add(older)
