"""What somebody typed as THREAD, MESSAGE or PERSON: a key, a public id, or any unique beginning of one."""

from __future__ import annotations

from console.domain.conversation import MessageKey, PersonKey, ThreadKey
from console.store.connection import Store
from console.store.public_id import public_id


class Unknown(Exception):
    """Nothing has that name."""

    def __init__(self, typed: str) -> None:
        super().__init__(typed)
        self.typed = typed


class Ambiguous(Exception):
    """More than one thing begins like that; `examples` are some of them."""

    def __init__(self, typed: str, examples: tuple[str, ...]) -> None:
        super().__init__(typed)
        self.typed = typed
        self.examples = examples


def thread(store: Store, typed: str) -> ThreadKey:
    """The thread's key. Raises Unknown or Ambiguous."""
    found = store.read(
        "SELECT t.key FROM alias AS a JOIN thread AS t ON t.id = a.thread_id WHERE a.key = :typed", {"typed": typed}
    )
    return ThreadKey(found[0]["key"] if found else _only(store, "thread", typed))


def message(store: Store, typed: str) -> MessageKey:
    """The message's key. Raises Unknown or Ambiguous."""
    return MessageKey(_only(store, "message", typed))


def opening(store: Store, thread_key: ThreadKey) -> MessageKey | None:
    """The opening message of a thread, as far as it is held."""
    found = store.read(
        "SELECT m.key FROM message AS m JOIN thread AS t ON t.id = m.thread_id WHERE t.key = :key"
        " ORDER BY m.posted_at_ms, m.key LIMIT 1",
        {"key": thread_key},
    )
    return MessageKey(found[0]["key"]) if found else None


def thread_of(store: Store, message_key: MessageKey) -> ThreadKey:
    """The thread a message stands in. Raises Unknown."""
    found = store.read(
        "SELECT t.key FROM message AS m JOIN thread AS t ON t.id = m.thread_id WHERE m.key = :key", {"key": message_key}
    )
    if not found:
        raise Unknown(message_key)
    return ThreadKey(found[0]["key"])


def person(store: Store, typed: str) -> PersonKey:
    """The key of an identity. Raises Unknown or Ambiguous."""
    keys = [str(row["key"]) for row in store.read("SELECT key FROM person")]
    if typed in keys:
        return PersonKey(typed)
    found = [key for key in keys if typed and public_id("p", key).startswith(typed)]
    if not found:
        raise Unknown(typed)
    if len(found) > 1:
        raise Ambiguous(typed, tuple(public_id("p", key) for key in found[:4]))
    return PersonKey(found[0])


def _only(store: Store, table: str, typed: str) -> str:
    # A range instead of LIKE: what is typed is never a pattern, and the index serves it.
    found = store.read(
        f"SELECT key, public_id FROM {table} WHERE key = :typed"
        f" UNION SELECT key, public_id FROM {table} WHERE public_id >= :typed AND public_id < :typed || 'g' LIMIT 4",
        {"typed": typed},
    )
    if not found:
        raise Unknown(typed)
    if len(found) > 1 and all(row["key"] != typed for row in found):
        raise Ambiguous(typed, tuple(row["public_id"] for row in found))
    return next((str(row["key"]) for row in found if row["key"] == typed), str(found[0]["key"]))
