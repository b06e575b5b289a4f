"""One of our files: opened through its driver or through SQLAlchemy, made from nothing, copied whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from console.store.files import VERSIONS

if TYPE_CHECKING:
    from sqlalchemy import Connection as Connection
else:
    Connection = Any  # importing SQLAlchemy takes a third of the start: only who writes waits for it

try:
    from sqlcipher3 import dbapi2 as _driver
except ImportError:  # no wheel for this machine: plain SQLite, and doctor says that nothing is encrypted
    import sqlite3 as _driver

DRIVER: ModuleType = _driver


def connect(path: Path) -> Connection:
    """One connection to one file, in autocommit: transactions are begun by hand, so that we choose their lock."""
    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    # What people wrote stands in no log, also not in that of an error.
    engine = create_engine(
        "sqlite://", module=DRIVER, creator=lambda: opened(path), poolclass=StaticPool, hide_parameters=True
    )
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def connected(path: Path) -> Iterator[Connection]:
    """Such a connection for as long as one piece of work."""
    connection = connect(path)
    try:
        yield connection
    finally:
        connection.close()
        connection.engine.dispose()


def opened(path: Path) -> Any:
    """A connection of the driver's own to one file, in autocommit."""
    raw = DRIVER.connect(str(path), timeout=20, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def driver_of(connection: Connection) -> Any:
    """The driver's connection under one of SQLAlchemy's, inside its transaction: for questions with many rows."""
    return connection.connection.driver_connection


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All of it or nothing, with the lock from its beginning."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        yield
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        rollback(connection)
        raise


def rollback(connection: Connection) -> None:
    """End whatever transaction is open, also after an error that ended it already."""
    if connection.connection.in_transaction:
        connection.exec_driver_sql("ROLLBACK")


def create(connection: Connection, name: str) -> None:
    """Build a file, CACHE, LEDGER or BLOBS, from nothing. Two processes may come at once: the second finds it made."""
    schema = import_module(f"console.store.{Path(name).stem}_schema")
    with transaction(connection):
        if int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) == 0:
            schema.metadata.create_all(connection, checkfirst=False)
            index = getattr(schema, "SEARCH_INDEX", None)
            if index:
                connection.exec_driver_sql(index)
            connection.exec_driver_sql(f"PRAGMA user_version={VERSIONS[name]}")


def copy(path: Path, to: Path) -> None:
    """A whole copy of a file that others may be writing, with what its write-ahead log holds."""
    source, target = DRIVER.connect(str(path)), DRIVER.connect(str(to))
    try:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    finally:
        target.close()
        source.close()
