"""Which thread a message belongs to, whatever order its pages come in.

A platform that names the thread (`root`) is believed. One that only names the message answered (`parent`) is
followed to the oldest message we know; when an older one turns up later, the younger thread becomes an alias of
the older and its messages move. Events and intents keep the key they were made with.
"""

from __future__ import annotations

from sqlalchemy import Connection

from console.domain.conversation import ConnectionKey, Message, SpaceKey, Thread
from console.store.public_id import public_id


def space_id(cache: Connection, connection: ConnectionKey, key: SpaceKey) -> int:
    """The local id of a space; one that was not described yet gets a row that its description fills later."""
    row = cache.exec_driver_sql("SELECT id FROM space WHERE key = ?", (key,)).first()
    if row is None:
        cache.exec_driver_sql("INSERT INTO space(key, connection, remote_id) VALUES (?, ?, '')", (key, connection))
        row = cache.exec_driver_sql("SELECT id FROM space WHERE key = ?", (key,)).one()
    return int(row.id)


def thread_id(cache: Connection, key: str) -> int | None:
    """The local id of a thread by its key or that of an alias."""
    row = cache.exec_driver_sql(
        "SELECT id FROM thread WHERE key = ? UNION ALL SELECT thread_id FROM alias WHERE key = ? LIMIT 1", (key, key)
    ).first()
    return None if row is None else int(row.id)


def put(cache: Connection, touched: set[int], connection: ConnectionKey, thread: Thread) -> None:
    """Write the head of a thread."""
    space = space_id(cache, connection, thread.space)
    facts = (space, thread.title, thread.url, int(thread.locked), int(thread.pinned))
    found = _ensure(cache, connection, space, thread.key)
    old = cache.exec_driver_sql("SELECT space_id, title, url, locked, pinned FROM thread WHERE id = ?", (found,)).one()
    if tuple(old) != facts:
        cache.exec_driver_sql(
            "UPDATE thread SET space_id = ?, title = ?, url = ?, locked = ?, pinned = ? WHERE id = ?", (*facts, found)
        )
        touched.add(found)


def home_of(cache: Connection, touched: set[int], connection: ConnectionKey, message: Message) -> int:
    """The thread a message belongs to, made if it is not there yet."""
    space = space_id(cache, connection, message.space)
    if message.root:
        return _ensure(cache, connection, space, message.root)
    if message.parent:
        row = cache.exec_driver_sql("SELECT thread_id FROM message WHERE key = ?", (message.parent,)).first()
        if row is not None:
            home = int(row.thread_id)
            own = thread_id(cache, message.key)
            if own is not None and own != home:
                _merge(cache, touched, own, home)
            return home
    return _ensure(cache, connection, space, message.key)


def adopt(cache: Connection, touched: set[int], message: Message, home: int) -> None:
    """Bring home the answers to this message that came before it and made threads of their own."""
    rows = cache.exec_driver_sql(
        "SELECT DISTINCT thread_id FROM message WHERE parent = ? AND root = '' AND thread_id <> ?",
        (message.key, home),
    ).all()
    for row in rows:
        _merge(cache, touched, int(row.thread_id), home)


def _ensure(cache: Connection, connection: ConnectionKey, space: int, key: str) -> int:
    found = thread_id(cache, key)
    if found is None:
        cache.exec_driver_sql(
            "INSERT INTO thread(key, public_id, connection, space_id) VALUES (?, ?, ?, ?)",
            (key, public_id("t", key), connection, space),
        )
        found = int(cache.exec_driver_sql("SELECT last_insert_rowid()").scalar_one())
    return found


def _merge(cache: Connection, touched: set[int], younger: int, older: int) -> None:
    key = cache.exec_driver_sql("SELECT key FROM thread WHERE id = ?", (younger,)).scalar_one()
    cache.exec_driver_sql("UPDATE message SET thread_id = ? WHERE thread_id = ?", (older, younger))
    cache.exec_driver_sql("UPDATE alias SET thread_id = ? WHERE thread_id = ?", (older, younger))
    cache.exec_driver_sql("INSERT OR REPLACE INTO alias(key, thread_id) VALUES (?, ?)", (key, older))
    cache.exec_driver_sql("DELETE FROM thread WHERE id = ?", (younger,))
    touched.discard(younger)
    touched.add(older)
