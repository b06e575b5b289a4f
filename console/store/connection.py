"""Opening the two files, and the connections that each kind of work uses.

One `Store` belongs to one process and one thread. Its three connections:

reader   cache.db with ledger.db attached and the screens' temporary views; read only
ledger   writes ledger.db and nothing else: BEGIN IMMEDIATE on an attached pair would lock both files
cache    writes cache.db; only for who holds the collector's lock
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, RowMapping, create_engine, exc, text
from sqlalchemy.pool import StaticPool

from console.domain.policy import Policy
from console.store import cache_schema, ledger_schema
from console.store.shown import SHOWN_VIEWS

try:
    from sqlcipher3 import dbapi2 as _driver
except ImportError:  # no wheel for this machine: plain SQLite, and doctor says that nothing is encrypted
    import sqlite3 as _driver

DRIVER: ModuleType = _driver
CACHE, LEDGER = "cache.db", "ledger.db"


class StoreError(Exception):
    """The store can't do its work. `path` is the file concerned; nothing of the failed transaction was written."""

    code = "store"

    def __init__(self, path: Path, detail: str = "") -> None:
        super().__init__(f"{path.name}: {detail or self.code}")
        self.path = path
        self.detail = detail


class StoreFull(StoreError):
    """No room left on the disk."""

    code = "store_full"


class StoreReadOnly(StoreError):
    """The folder or file can't be written."""

    code = "store_read_only"


class StoreDamaged(StoreError):
    """The file is not what we wrote."""

    code = "store_damaged"


class StoreTooNew(StoreError):
    """A newer Luisterpost wrote this file."""

    code = "store_too_new"


class StoreBusy(StoreError):
    """Another process kept the file locked for longer than we wait."""

    code = "store_busy"


_SIGNS: tuple[tuple[str, type[StoreError]], ...] = (
    ("disk is full", StoreFull),
    ("readonly", StoreReadOnly),
    ("read-only", StoreReadOnly),
    ("unable to open", StoreReadOnly),
    ("disk i/o error", StoreFull),
    ("malformed", StoreDamaged),
    ("not a database", StoreDamaged),
    ("locked", StoreBusy),
    ("no such table", StoreDamaged),
)


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours. What matches none of the signs is a bug and travels on."""
    try:
        yield
    except (exc.DBAPIError, DRIVER.Error) as cause:
        words = str(getattr(cause, "orig", cause)).lower()
        for sign, error in _SIGNS:
            if sign in words:
                raise error(path, words) from cause
        raise


class Store:
    """The two files of one profile, as one process and thread sees them."""

    def __init__(self, folder: Path, *, now_ms: Callable[[], int], policy: Policy) -> None:
        self.folder = folder
        self.now_ms = now_ms
        self.policy = policy
        self._open: dict[str, Connection] = {}

    @property
    def cache_path(self) -> Path:
        return self.folder / CACHE

    @property
    def ledger_path(self) -> Path:
        return self.folder / LEDGER

    def prepare(self) -> None:
        """Create or migrate both files. Raises StoreTooNew, StoreDamaged, StoreReadOnly, StoreFull."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path, schema in ((self.cache_path, cache_schema), (self.ledger_path, ledger_schema)):
            with translated(path):
                _prepare(path, schema)

    @property
    def reader(self) -> Connection:
        return self._connection("reader", self.cache_path, self._as_reader)

    @property
    def ledger(self) -> Connection:
        return self._connection("ledger", self.ledger_path, lambda connection: None)

    @property
    def durable_ledger(self) -> Connection:
        """A ledger connection whose commits, and all before them, are on the disk when they return."""
        return self._connection("durable", self.ledger_path, _durable)

    @property
    def cache(self) -> Connection:
        return self._connection("cache", self.cache_path, _as_cache)

    @contextmanager
    def writing(self, connection: Connection) -> Iterator[Connection]:
        """One transaction: all of it or nothing. Raises a StoreError."""
        path = self.cache_path if connection is self._open.get("cache") else self.ledger_path
        with translated(path):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                rollback(connection)
                raise

    def read(self, sql: str, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        """All rows of one question to both files, as the screens see them. Raises a StoreError."""
        with translated(self.cache_path):
            return self.reader.execute(text(sql), dict(values or {})).mappings().all()

    def close(self) -> None:
        for connection in self._open.values():
            connection.close()
            connection.engine.dispose()
        self._open.clear()

    def _connection(self, name: str, path: Path, set_up: Callable[[Connection], None]) -> Connection:
        found = self._open.get(name)
        if found is None:
            with translated(path):
                found = connect(path)
                set_up(found)
            self._open[name] = found
        return found

    def _as_reader(self, connection: Connection) -> None:
        connection.exec_driver_sql("ATTACH DATABASE ? AS ledger", (str(self.ledger_path),))
        for statement in SHOWN_VIEWS:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("PRAGMA query_only=ON")


def _as_cache(connection: Connection) -> None:
    # What a power cut takes from the cache is pulled again.
    connection.exec_driver_sql("PRAGMA synchronous=OFF")
    # Pages in memory, in KiB: full after some 15,000 messages, and more makes nothing faster (measured to 150,000).
    connection.exec_driver_sql("PRAGMA cache_size=-32768")
    # Checkpoints are the collector's work in pauses.
    connection.exec_driver_sql("PRAGMA wal_autocheckpoint=4000")


def connect(path: Path) -> Connection:
    """One connection to one file, in autocommit: transactions are begun by hand, so that we choose their lock."""

    def creator() -> Any:
        raw = DRIVER.connect(str(path), timeout=20, isolation_level=None, check_same_thread=False)
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
            raw.execute(f"PRAGMA {pragma}")
        return raw

    engine = create_engine("sqlite://", module=DRIVER, creator=creator, poolclass=StaticPool)
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def rollback(connection: Connection) -> None:
    """End whatever transaction is open, also after an error that ended it already."""
    if connection.connection.in_transaction:
        connection.exec_driver_sql("ROLLBACK")


def _durable(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA synchronous=FULL")


def _prepare(path: Path, schema: ModuleType) -> None:
    connection = connect(path)
    try:
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        if version == schema.VERSION:
            return
        if version > schema.VERSION:
            raise StoreTooNew(path, f"version {version}, this program knows {schema.VERSION}")
        if version == 0:
            create(connection, schema)
            return
    finally:
        connection.close()
        connection.engine.dispose()
    shutil.copy2(path, path.with_suffix(f".v{version}.db"))
    from console.store.migrations.run import upgrade  # Alembic takes 0.3 s to import: only where it is needed

    upgrade(path, path.stem)


def create(connection: Connection, schema: ModuleType) -> None:
    """Build a file from nothing. Two processes may come at once: the second finds it made."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        if int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) == 0:
            schema.metadata.create_all(connection, checkfirst=False)
            index = getattr(schema, "SEARCH_INDEX", None)
            if index:
                connection.execute(text(index))
            connection.exec_driver_sql(f"PRAGMA user_version={schema.VERSION}")
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        rollback(connection)
        raise
