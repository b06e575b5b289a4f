"""Keeping pictures, within a size: what was not looked at for the longest time makes room. For the collector."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.store import blobs
from console.store.connection import Store
from console.store.errors import StoreDamaged
from console.store.files import BLOBS
from console.store.opening import Connection, rollback

ROW_BYTES = 400  # what a row takes besides the picture: those that could not be fetched count too


@dataclass(frozen=True, slots=True)
class Place:
    """Where a picture stands: its name in the store, its connection and its message."""

    key: str
    connection: str
    message: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture made anew: `data` is a PNG or JPEG file, `width` and `height` are pixels."""

    mime: str
    width: int
    height: int
    data: bytes


def keep(store: Store, place: Place, found: Picture, limit_bytes: int) -> None:
    """Store a picture; the oldest-used go until all fit in `limit_bytes`. Raises a StoreError."""
    _written(store, lambda db: _put(store, db, place, "", found, limit_bytes))


def refuse(store: Store, place: Place, error: str, limit_bytes: int) -> None:
    """Remember that a picture can't be had, and why; a picture that is here already stays. Raises a StoreError."""
    nothing = Picture("", 0, 0, b"")

    def write(db: Connection) -> None:
        if not db.exec_driver_sql("SELECT 1 FROM picture WHERE key = ? AND error = ''", (place.key,)).first():
            _put(store, db, place, error, nothing, limit_bytes)

    _written(store, write)


def used(store: Store, keys: Sequence[str]) -> None:
    """Somebody looks at these now. Raises a StoreError."""
    now_ms = store.now_ms()
    rows = [(now_ms, key) for key in keys]
    _written(store, lambda db: db.exec_driver_sql("UPDATE picture SET last_used_ms = ? WHERE key = ?", rows))


def forget(store: Store, connection: str) -> None:
    """Delete the pictures of a connection. Raises a StoreError."""
    if (store.folder / BLOBS).exists():
        _written(store, lambda db: db.exec_driver_sql("DELETE FROM picture WHERE connection = ?", (connection,)))


def forget_messages(store: Store, messages: Sequence[str]) -> None:
    """Delete the pictures of these messages. Raises a StoreError."""
    rows = [(message,) for message in messages]
    _written(store, lambda db: db.exec_driver_sql("DELETE FROM picture WHERE message = ?", rows))


def _put(store: Store, db: Connection, place: Place, error: str, found: Picture, limit_bytes: int) -> None:
    now_ms, size_bytes = store.now_ms(), len(found.data) + ROW_BYTES
    db.exec_driver_sql("DELETE FROM picture WHERE key = ?", (place.key,))
    # All of those that, with everything used after them, are more than fits beside the new one.
    db.exec_driver_sql(
        "DELETE FROM picture WHERE key IN (SELECT key FROM (SELECT key, sum(size_bytes) OVER"
        " (ORDER BY last_used_ms DESC, key) AS so_far FROM picture) WHERE so_far > ?)",
        (limit_bytes - size_bytes,),
    )
    if size_bytes <= limit_bytes:
        db.exec_driver_sql(
            "INSERT INTO picture(key, connection, message, error, mime, width, height, bytes, size_bytes,"
            " fetched_at_ms, last_used_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                place.key, place.connection, place.message, error, found.mime, found.width, found.height, found.data,
                size_bytes, now_ms, now_ms,
            ),
        )  # fmt: skip


def _written(store: Store, write: Callable[[Connection], object]) -> None:
    """Write; into a new file where the old one can't be read."""
    try:
        _once(store, write)
    except StoreDamaged:
        blobs.put_aside(store.folder)
        _once(store, write)


def _once(store: Store, write: Callable[[Connection], object]) -> None:
    with blobs.writing(store.folder) as db:
        db.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            write(db)
            db.exec_driver_sql("COMMIT")
        except BaseException:
            rollback(db)
            raise
