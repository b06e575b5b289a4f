"""The two files of a profile as they are used: the connections for each kind of work, and its transactions.

One `Store` belongs to one process and one thread. Its three connections:

reader   cache.db with ledger.db attached and the screens' temporary views; read only, and the driver's own: the
         screens' questions are plain SQL, and the first rows needn't wait until SQLAlchemy is imported
ledger   writes ledger.db and nothing else: BEGIN IMMEDIATE on an attached pair would lock both files
cache    writes cache.db; only for who holds the collector's lock
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from console.domain.policy import Policy
from console.store.errors import StoreFull, StoreReadOnly, translated
from console.store.files import CACHE, LEDGER
from console.store.folded import folded
from console.store.journal import Journal, Statement
from console.store.opening import DRIVER, Connection, connect, opened, rollback, transaction
from console.store.shown import SHOWN_VIEWS

_COUNTED_AT_ONCE = 5_000
# Inside the transaction, so that a number belongs to what came through.
_NEXT_NUMBER = (
    "INSERT INTO profile(name, value) VALUES ('journal', '1')"
    " ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1 RETURNING value"
)


class Row(Protocol):
    """One row of an answer: its columns by name."""

    def __getitem__(self, name: str, /) -> Any: ...


class Store:
    """The two files of one profile, as one process and thread sees them."""

    def __init__(self, folder: Path, *, now_ms: Callable[[], int], policy: Policy) -> None:
        self.folder = folder
        self.cache_path, self.ledger_path = folder / CACHE, folder / LEDGER
        self.now_ms = now_ms
        self.policy = policy
        self.journal = Journal(folder)
        self._open: dict[str, Connection] = {}
        self._reader: Any = None
        self._ledger_file = 0
        self._wrote: list[Statement] = []  # by the transaction on the ledger that is open
        self._writes = False

    @property
    def reader(self) -> Any:
        """A connection of the driver's own; its rows are `Row`s."""
        self._follow_the_ledger()
        if self._reader is None:
            with translated(self.cache_path):
                self._reader = self._opened_reader()
                self._ledger_file = _file(self.ledger_path)
        return self._reader

    @property
    def ledger(self) -> Connection:
        return self._connection("ledger", self.ledger_path, self._as_writer)

    @property
    def durable_ledger(self) -> Connection:
        """A ledger connection whose commits, and all before them, are on the disk when they return."""
        return self._connection("durable", self.ledger_path, self._as_durable)

    @property
    def cache(self) -> Connection:
        return self._connection("cache", self.cache_path, _as_cache)

    @contextmanager
    def writing(self, connection: Connection) -> Iterator[Connection]:
        """One transaction: all of it or nothing. What goes into the ledger goes into its journal. Raises a StoreError."""
        if connection is self._open.get("cache"):
            with translated(self.cache_path), transaction(connection):
                yield connection
            return
        durable = connection is self._open.get("durable")
        with translated(self.ledger_path):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._wrote, self._writes, number = [], True, 0
            try:
                yield connection
                if self._wrote:
                    number = int(connection.exec_driver_sql(_NEXT_NUMBER).scalar_one())
                    self._note(number, self._wrote, durable)
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                rollback(connection)
                if number:
                    self._note(number, [])
                raise
            finally:
                self._writes = False

    def _note(self, number: int, statements: Sequence[Statement], durable: bool = False) -> None:
        try:
            self.journal.append(number, statements, durable=durable)
        except OSError as cause:
            full = cause.errno in (errno.ENOSPC, errno.EDQUOT)
            raise (StoreFull if full else StoreReadOnly)(self.journal.path, str(cause)) from cause

    def read(self, sql: str, values: Mapping[str, Any] | None = None) -> Sequence[Row]:
        """All rows of one question to both files, as the screens see them. Raises a StoreError."""
        with translated(self.cache_path):
            found: list[Row] = self.reader.execute(sql, dict(values or {})).fetchall()
            return found

    @contextmanager
    def within(self, steps: int) -> Iterator[None]:
        """Questions in here take at most so many steps of SQLite's machine, all together; 20,000 are about 1 ms.

        Raises StoreAskedTooMuch where they would take more.
        """
        counted = iter(range(0, steps, _COUNTED_AT_ONCE))
        with self.as_long_as(lambda: next(counted, None) is not None, _COUNTED_AT_ONCE):
            yield

    @contextmanager
    def as_long_as(self, wanted: Callable[[], bool], steps: int) -> Iterator[None]:
        """Whether the answer is wanted is looked at after so many steps; raises StoreAskedTooMuch when it isn't."""
        reader = self.reader
        reader.set_progress_handler(lambda: not wanted(), steps)
        try:
            yield
        finally:
            if self._reader is reader:  # it may have been closed for a ledger that was restored
                reader.set_progress_handler(None, 0)

    def close(self) -> None:
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        for connection in self._open.values():
            connection.close()
            connection.engine.dispose()
        self._open.clear()
        self._ledger_file = 0

    def _connection(self, name: str, path: Path, set_up: Callable[[Connection], None]) -> Connection:
        self._follow_the_ledger()
        found = self._open.get(name)
        if found is None:
            with translated(path):
                found = connect(path)
                set_up(found)
            self._open[name] = found
            self._ledger_file = _file(self.ledger_path)
        return found

    def _follow_the_ledger(self) -> None:
        """If another process put a restored ledger in place, let go of the one that was damaged."""
        if not self._ledger_file or _file(self.ledger_path) in (self._ledger_file, 0):
            return
        if not any(found.connection.in_transaction for found in self._open.values()):
            self.close()

    def _as_writer(self, connection: Connection) -> None:
        from sqlalchemy import event

        event.listen(connection.engine, "after_cursor_execute", self._executed)

    def _as_durable(self, connection: Connection) -> None:
        self._as_writer(connection)
        connection.exec_driver_sql("PRAGMA synchronous=FULL")

    def _executed(
        self, _connection: Connection, _cursor: Any, sql: str, values: Any, _context: Any, many: bool
    ) -> None:
        if self._writes and sql.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            self._wrote.append((sql, [list(one) for one in values] if many else [list(values)]))

    def _opened_reader(self) -> Any:
        raw = opened(self.cache_path)
        raw.row_factory = DRIVER.Row
        raw.execute("ATTACH DATABASE ? AS ledger", (str(self.ledger_path),))
        raw.create_function("folded", 1, folded, deterministic=True)
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


def _file(path: Path) -> int:
    """Which file stands there: another one has another number. 0 where none does."""
    try:
        return os.stat(path).st_ino
    except OSError:
        return 0
