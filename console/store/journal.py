"""The ledger's journal: what each of its transactions wrote, a line each, beside the file itself.

A line is on its way to the disk before its transaction is: with the last backup it makes the ledger again. Lines are
numbered by the ledger (`profile.journal`). A number may come twice, when a transaction did not come through: the last counts.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAME = "ledger.journal"
_TAIL = 65_536

Statement = tuple[str, Sequence[Any]]  # SQL, and the values of each time it ran


class Journal:
    """One profile's journal. Every call opens the file anew: it may have been begun afresh meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def append(self, number: int, statements: Sequence[Statement], *, durable: bool = False) -> None:
        """Write one line; call it inside the transaction it describes. Raises OSError.

        durable   it, and all before it, is on the disk when this returns
        """
        # The line break stands first: half a line, left by a full disk or a power cut, spoils no other.
        with self.path.open("ab", buffering=0) as file:
            line = _line(number, statements)
            if file.write(line) != len(line):
                raise OSError(28, os.strerror(28), str(self.path))
            if durable:
                os.fsync(file.fileno())

    def flush(self) -> None:
        """Put what was written on the disk."""
        try:
            with self.path.open("ab") as file:
                os.fsync(file.fileno())
        except FileNotFoundError:
            return

    def lines(self, after: int = 0) -> tuple[dict[int, list[Statement]], bool]:
        """Number -> statements of the sound lines past a number, in order; and whether the last line is whole."""
        return _lines(self._read(), after)

    def last(self) -> int:
        """The number of the newest transaction, 0 where there is none."""
        try:
            with self.path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - _TAIL))
                found, _whole = _lines(file.read(), 0)
        except FileNotFoundError:
            return 0
        if not found and size > _TAIL:
            found, _whole = self.lines()
        return max((number for number, statements in found.items() if statements), default=0)

    def begin_after(self, number: int) -> None:
        """Leave out the lines up to a number, which a backup holds. For who holds the ledger's write lock."""
        kept, _whole = self.lines(number)
        fresh = self.path.with_suffix(".journal.new")
        with fresh.open("wb") as file:
            for at, statements in kept.items():
                file.write(_line(at, statements))
            file.flush()
            os.fsync(file.fileno())
        os.replace(fresh, self.path)

    def _read(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            return b""


def _line(number: int, statements: Sequence[Statement]) -> bytes:
    body = json.dumps([number, statements]).encode("ascii")
    return b"\n%08x %s" % (zlib.crc32(body), body)


def _lines(text: bytes, after: int) -> tuple[dict[int, list[Statement]], bool]:
    found: dict[int, list[Statement]] = {}
    read: tuple[int, list[Statement]] | None = (0, [])
    for line in filter(None, text.split(b"\n")):
        read = _parsed(line)
        if read is not None and read[0] > after:
            found[read[0]] = read[1]
    return dict(sorted(found.items())), read is not None


def _parsed(line: bytes) -> tuple[int, list[Statement]] | None:
    """Number and statements of a line; None where it isn't whole."""
    mark, _space, body = line.partition(b" ")
    try:
        if int(mark, 16) != zlib.crc32(body):
            return None
        number, statements = json.loads(body)
        return int(number), [(str(sql), times) for sql, times in statements]
    except ValueError:
        return None
