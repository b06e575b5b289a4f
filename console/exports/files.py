"""A file of rows is put in place when it is whole: who is interrupted keeps what stood there, and nothing half is left."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from console.exports.rows import decision
from console.exports.tables import FORMATS, Table, TooLong
from console.store.connection import Store
from console.store.read.exporting import decided
from console.store.read.history import Asked, all_of
from console.words import _

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
TELL_EVERY = 500


class InUse(OSError):
    """The file that stands there is open in another program, or may not be replaced."""


class Stopped(Exception):
    """A person stopped it: nothing was written."""


@contextmanager
def written(file: Path, kind: str) -> Iterator[Table]:
    """A table of a kind of FORMATS that becomes this file at the end. Raises TooLong, InUse, another OSError."""
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, "", str(file))
    fresh = file.with_name(f".{file.name}.new")
    try:
        fresh.touch()  # a folder that nothing can be written in is known before anything is read
        table = FORMATS[kind](fresh)
        try:
            yield table
        finally:
            table.close()
        try:
            fresh.replace(file)
        except PermissionError as error:
            raise InUse(*error.args) from error
    finally:
        fresh.unlink(missing_ok=True)


def write_history(store: Store, asked: Asked, kind: str, file: Path, goes_on: Callable[[int], bool]) -> int:
    """All decisions that are asked for, newest first, in a file; how many there are.

    goes_on  is told how many there are so far, now and then; where it says no, nothing is written
    raises   Stopped, TooLong, InUse, another OSError, a StoreError
    """
    count = 0
    with written(file, kind) as table:
        for row in all_of(store, asked):
            if count % TELL_EVERY == 0 and not goes_on(count):
                raise Stopped
            table.decision(decision(decided(store, row)))
            count += 1
        if not goes_on(count):
            raise Stopped
    return count


def write_trouble(error: Exception, file: Path) -> str:
    """Why a file couldn't be written, and what to do."""
    match error:
        case TooLong():
            return _("That is more than a sheet can hold. Choose CSV, or ask for less. Nothing was written.")
        case InUse():
            return _("{path} is open in another program, or can't be replaced. Close it there, or choose another name; it is as it was.").format(path=file)  # fmt: skip
        case FileNotFoundError() | NotADirectoryError() | IsADirectoryError():
            return _("We can't write {path}: name a file in a folder that exists.").format(path=file)
        case PermissionError():
            return _("Nothing may be written in {folder}. Choose another folder.").format(folder=file.parent)
        case OSError() if error.errno in _NO_ROOM:
            return _("There is no room left for {path}. Nothing was written; make room, or choose another disk.").format(path=file)  # fmt: skip
        case OSError():
            return _("{path} can't be written: {why}. Nothing was written.").format(path=file, why=error.strerror or type(error).__name__)  # fmt: skip
        case _:
            raise error
