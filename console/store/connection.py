"""Opening the two files, and the connections that each kind of work uses.

One `Store` belongs to one process and one thread. Its three connections:

reader   cache.db with ledger.db attached and the screens' temporary views; read only, and the driver's own: the
         screens' questions are plain SQL, and the first rows needn't wait until SQLAlchemy is imported
ledger   writes ledger.db and nothing else: BEGIN IMMEDIATE on an attached pair would lock both files
cache    writes cache.db; only for who holds the collector's lock
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from console.domain.policy import Policy
from console.store.files import CACHE, LEDGER, VERSIONS
from console.store.shown import SHOWN_VIEWS

if TYPE_CHECKING:
    from sqlalchemy import Connection as Connection
else:
    Connection = Any  # importing SQLAlchemy takes a third of the start: only who writes waits for it

try:
    from sqlcipher3 import dbapi2 as _driver
except ImportError:  # no wheel for this machine: plain SQLite, and doctor says that nothing is encrypted
    import sqlite3 as _driver

DRIVER: ModuleType = _driver


class Row(Protocol):
    """One row of an answer: its columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...


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
    except Exception as cause:
        told = getattr(cause, "orig", cause)  # SQLAlchemy's own errors carry the driver's
        if not isinstance(told, DRIVER.Error):
            raise
        words = str(told).lower()
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
        self._reader: Any = None

    @property
    def cache_path(self) -> Path:
        return self.folder / CACHE

    @property
    def ledger_path(self) -> Path:
        return self.folder / LEDGER

    def prepare(self) -> None:
        """Create or migrate both files. Raises StoreTooNew, StoreDamaged, StoreReadOnly, StoreFull."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in (self.cache_path, self.ledger_path):
            with translated(path):
                _prepare(path)

    @property
    def reader(self) -> Any:
        """A connection of the driver's own; its rows are `Row`s."""
        if self._reader is None:
            with translated(self.cache_path):
                self._reader = self._opened_reader()
        return self._reader

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

    def read(self, sql: str, values: Mapping[str, Any] | None = None) -> Sequence[Row]:
        """All rows of one question to both files, as the screens see them. Raises a StoreError."""
        with translated(self.cache_path):
            found: list[Row] = self.reader.execute(sql, dict(values or {})).fetchall()
            return found

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
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

    def _opened_reader(self) -> Any:
        raw = opened(self.cache_path)
        raw.row_factory = DRIVER.Row
        raw.execute("ATTACH DATABASE ? AS ledger", (str(self.ledger_path),))
        for statement in SHOWN_VIEWS:
            raw.execute(statement)
        raw.execute("PRAGMA query_only=ON")
        return raw


def _as_cache(connection: Connection) -> None:
    # What a power cut takes from the cache is pulled again.
    connection.exec_driver_sql("PRAGMA synchronous=OFF")
    # Pages in memory, in KiB: full after some 15,000 messages, and more makes nothing faster (measured to 150,000).
    connection.exec_driver_sql("PRAGMA cache_size=-32768")
    # Checkpoints are the collector's work in pauses.
    connection.exec_driver_sql("PRAGMA wal_autocheckpoint=4000")


def connect(path: Path) -> Connection:
    """One connection to one file, in autocommit: transactions are begun by hand, so that we choose their lock."""

    from sqlalchemy import create_engine
    from sqlalchemy.pool import StaticPool

    engine = create_engine("sqlite://", module=DRIVER, creator=lambda: opened(path), poolclass=StaticPool)
    return engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def opened(path: Path) -> Any:
    """A connection of the driver's own to one file, in autocommit."""
    raw = DRIVER.connect(str(path), timeout=20, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}")
    return raw


def driver_of(connection: Connection) -> Any:
    """The driver's connection under one of SQLAlchemy's, inside its transaction: for questions with many rows."""
    return connection.connection.driver_connection


def rollback(connection: Connection) -> None:
    """End whatever transaction is open, also after an error that ended it already."""
    if connection.connection.in_transaction:
        connection.exec_driver_sql("ROLLBACK")


def _durable(connection: Connection) -> None:
    connection.exec_driver_sql("PRAGMA synchronous=FULL")


def _prepare(path: Path) -> None:
    raw = opened(path)
    try:
        version, known = int(raw.execute("PRAGMA user_version").fetchone()[0]), VERSIONS[path.name]
    finally:
        raw.close()
    if version == known:
        return
    if version > known:
        raise StoreTooNew(path, f"version {version}, this program knows {known}")
    if version == 0:
        connection = connect(path)
        try:
            create(connection, path.name)
        finally:
            connection.close()
            connection.engine.dispose()
        return
    shutil.copy2(path, path.with_suffix(f".v{version}.db"))
    from console.store.migrations.run import upgrade  # Alembic takes 0.3 s to import: only where it is needed

    upgrade(path, path.stem)


def create(connection: Connection, name: str) -> None:
    """Build a file, CACHE, LEDGER or BLOBS, from nothing. Two processes may come at once: the second finds it made."""
    schema = import_module(f"console.store.{Path(name).stem}_schema")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        if int(connection.exec_driver_sql("PRAGMA user_version").scalar_one()) == 0:
            schema.metadata.create_all(connection, checkfirst=False)
            index = getattr(schema, "SEARCH_INDEX", None)
            if index:
                connection.exec_driver_sql(index)
            connection.exec_driver_sql(f"PRAGMA user_version={VERSIONS[name]}")
        connection.exec_driver_sql("COMMIT")
    except BaseException:
        rollback(connection)
        raise
