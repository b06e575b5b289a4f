"""Many files in one: how the copy of a folder with many of them lies in the profile.

A hundred thousand small files take a busy disk minutes to make and to take away again; one with the same bytes takes seconds.
First comes what they hold, one behind the other, then which they are (`size name`, each ended by a zero byte), then how many
bytes that list takes.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

NAME = ".packed"
CHUNK_BYTES = 4_000_000
_BUFFER_BYTES = 1_000_000
_LENGTH = struct.Struct("<Q")


class Packing:
    """Writes one; `finish` makes it whole and puts it on the disk, `close` is for whoever gives up."""

    def __init__(self, path: Path) -> None:
        self._stream = open(path, "xb", buffering=_BUFFER_BYTES)  # noqa: SIM115  # open until it is finished
        self._listed: list[bytes] = []

    def copied(self, source: str, name: str) -> Iterator[bytes]:
        """Take in what a file holds, part by part, under that name ("cur/1:2,S"). Raises OSError."""
        size = 0
        with open(source, "rb", buffering=0) as reads:
            while part := reads.read(CHUNK_BYTES):
                self._stream.write(part)
                size += len(part)
                yield part
        self._listed.append(f"{size} {name}".encode("utf-8", "surrogateescape"))

    def finish(self) -> None:
        listed = b"".join(one + b"\0" for one in self._listed)
        self._stream.write(listed + _LENGTH.pack(len(listed)))
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self.close()

    def close(self) -> None:
        self._stream.close()


def files_in(stream: BinaryIO) -> Iterator[tuple[str, int, int]]:
    """The files in one: name, where it begins, how long it is. Raises ValueError where it isn't whole."""
    end = stream.seek(0, os.SEEK_END) - _LENGTH.size
    if end < 0:
        raise ValueError("cut off")
    stream.seek(end)
    (length,) = _LENGTH.unpack(stream.read())
    if length > end:
        raise ValueError("cut off")
    stream.seek(end - length)
    at = 0
    for row in stream.read(length).split(b"\0")[:-1]:
        size, _space, name = row.partition(b" ")
        yield name.decode("utf-8", "surrogateescape"), at, int(size)
        at += int(size)
    if at != end - length:
        raise ValueError("not what it says")


class Slice:
    """One of its files, read from the file that holds them all, which stays open."""

    def __init__(self, stream: BinaryIO, begin: int, size: int) -> None:
        self._stream = stream
        self._begin = begin
        self._size = size
        self._at = 0

    def read(self, most_bytes: int) -> bytes:
        self._stream.seek(self._begin + self._at)
        data = self._stream.read(min(most_bytes, self._size - self._at))
        self._at += len(data)
        return data

    def seek(self, at: int) -> int:
        self._at = min(at, self._size)
        return self._at

    def close(self) -> None:
        """It has nothing open of its own."""
