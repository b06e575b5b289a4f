"""blobs.db: pictures as the collector made them anew. It may be deleted at any time; what is asked for is fetched again.

Only the collector writes. Nobody keeps it open: a connection lives as long as one question or one picture, so that a
file that was deleted or put aside is never read on. It has no migrations: another version is as good as damaged.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, MetaData, Table, Text

from console.store.connection import StoreDamaged, connect, create, translated

BLOBS = "blobs.db"
VERSION = 1

metadata = MetaData()

# `error` says why there is no picture (then `bytes` is empty), "" for one that is here.
picture = Table(
    "picture", metadata,
    Column("key", Text, primary_key=True), Column("connection", Text, nullable=False),
    Column("error", Text, nullable=False), Column("mime", Text, nullable=False),
    Column("width", Integer, nullable=False), Column("height", Integer, nullable=False),
    Column("bytes", LargeBinary, nullable=False), Column("size_bytes", Integer, nullable=False),
    Column("fetched_at_ms", Integer, nullable=False), Column("last_used_ms", Integer, nullable=False),
    sqlite_strict=True,
)  # fmt: skip
Index("picture_used", picture.c.last_used_ms, picture.c.key)


@contextmanager
def reading(folder: Path) -> Iterator[Connection | None]:
    """The file to read from; None where there is none, or none of this version. Raises StoreDamaged."""
    path = folder / BLOBS
    if not path.exists():
        yield None
        return
    with _open(path) as connection:
        connection.exec_driver_sql("PRAGMA query_only=ON")
        yield connection if _version(connection) == VERSION else None


@contextmanager
def writing(folder: Path) -> Iterator[Connection]:
    """The file to write to, made where it is missing. For the collector. Raises a StoreError."""
    path = folder / BLOBS
    with _open(path) as connection:
        version = _version(connection)
        if version not in (0, VERSION):
            raise StoreDamaged(path, f"version {version}")
        if version == 0:
            # Room that pictures leave goes back to the disk; it must be said before there is a table.
            connection.exec_driver_sql("PRAGMA auto_vacuum=FULL")
            connection.exec_driver_sql("VACUUM")
            create(connection, sys.modules[__name__])
        yield connection


def put_aside(folder: Path) -> Path:
    """Keep a file that can't be read under another name, the last one only; returns which. For the collector."""
    path = folder / BLOBS
    aside = path.with_suffix(".damaged.db")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside


@contextmanager
def _open(path: Path) -> Iterator[Connection]:
    with translated(path):
        connection = connect(path)
        try:
            yield connection
        finally:
            connection.close()
            connection.engine.dispose()


def _version(connection: Connection) -> int:
    return int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
