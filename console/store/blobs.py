"""Opening blobs.db, where pictures stand. It may be deleted at any time; what is asked for is fetched again.

Only the collector writes. Nobody keeps it open: a connection lives as long as one question or one picture, so that a
file that was deleted or put aside is never read on. It has no migrations: another version is as good as damaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from console.store.errors import StoreDamaged, translated
from console.store.files import BLOBS, VERSIONS
from console.store.opening import Connection, connected, create, opened


@contextmanager
def reading(folder: Path) -> Iterator[Any | None]:
    """The driver's own connection to read with; None where there is no file of this version. Raises StoreDamaged."""
    path = folder / BLOBS
    if not path.exists():
        yield None
        return
    with translated(path):
        raw = opened(path)
        try:
            raw.execute("PRAGMA query_only=ON")
            version = raw.execute("PRAGMA user_version").fetchone()[0]
            yield raw if version == VERSIONS[BLOBS] else None
        finally:
            raw.close()


@contextmanager
def writing(folder: Path) -> Iterator[Connection]:
    """The file to write to, made where it is missing. For the collector. Raises a StoreError."""
    path = folder / BLOBS
    with translated(path), connected(path) as connection:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version not in (0, VERSIONS[BLOBS]):
            raise StoreDamaged(path, f"version {version}")
        if version == 0:
            # Room that pictures leave goes back to the disk; it must be said before there is a table.
            connection.exec_driver_sql("PRAGMA auto_vacuum=FULL")
            connection.exec_driver_sql("VACUUM")
            create(connection, BLOBS)
        yield connection


def put_aside(folder: Path) -> Path:
    """Keep a file that can't be read under another name, the last one only; returns which. For the collector."""
    path = folder / BLOBS
    aside = path.with_suffix(".damaged.db")
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return aside
