"""A stream of text as clean UTF-8, whatever its bytes claimed to be."""

from __future__ import annotations

import codecs
import io
from typing import Any, BinaryIO

_PIECE_BYTES = 65_536


class Clean(io.RawIOBase):
    """The stream as UTF-8 without a byte order mark; bytes that are no text have a mark in their place.

    encoding  what it is written in where it has no mark of its own
    without   bytes that are left out
    """

    def __init__(self, inner: BinaryIO, encoding: str = "utf-8-sig", without: bytes = b"") -> None:
        self._inner = inner
        self._encoding = encoding
        self._without = without
        self._decoder: codecs.IncrementalDecoder | None = None
        self._left = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            data = self._inner.read(_PIECE_BYTES)
            if self._decoder is None:
                wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
                self._decoder = codecs.getincrementaldecoder("utf-16" if wide else self._encoding)("replace")
            text = self._decoder.decode(data, final=not data).encode("utf-8", "replace")
            self._left = text.translate(None, self._without)
            if not data:
                break
        part = self._left[: len(buffer)]
        self._left = self._left[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)
