"""Rows of CSV files by the names of their columns, a row at a time, whatever a spreadsheet did to them in between.

A byte order mark, a separator of the spreadsheet's own and lines of explanation before the header do no harm.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import BinaryIO

Line = Mapping[str, str]
MAX_FIELD_CHARS = 10_000_000  # the reader's own bound of 128 kB breaks on long posts
_PREAMBLE_LINES = 20  # that may stand before the header
_SEPARATORS = (",", ";", "\t")
_BEYOND = re.compile(r"[^a-z0-9]+")
csv.field_size_limit(MAX_FIELD_CHARS)


def text_of(stream: BinaryIO) -> io.TextIOWrapper:
    """The stream as text: UTF-8, or UTF-16 where its mark says so. What is none of it shows a mark in its place."""
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(stream)  # type: ignore[type-var]
    wide = buffered.peek(2)[:2] in (b"\xff\xfe", b"\xfe\xff")
    return io.TextIOWrapper(buffered, "utf-16" if wide else "utf-8-sig", "replace", newline="")


def name_of(column: str) -> str:
    """A column's name as it is asked for: small letters and underscores ("SENDER PROFILE URL" is sender_profile_url)."""
    return _BEYOND.sub("_", column.strip().lower()).strip("_")


def rows(lines: Iterable[str], columns: Collection[str]) -> Iterator[tuple[int, Line | None]]:
    """Each row with the number of the line it ends on; None for one that can't be taken apart.

    columns  names of which the header has at least one: what stands before it is passed over
    """
    counted = _Counted(lines)
    header, separator = _header(counted, columns)
    reader = csv.reader(counted, delimiter=separator)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            yield counted.line, None
            continue
        if cells is None:
            return
        if cells:
            yield counted.line, dict(zip(header, cells, strict=False))


def _header(lines: _Counted, columns: Collection[str]) -> tuple[list[str], str]:
    """The names of the columns and what separates them; no names where there is no header."""
    kept = list(islice(lines, _PREAMBLE_LINES))
    for at, line in enumerate(kept):
        for separator in _SEPARATORS:
            names = header_in(line, separator)
            if not set(columns).isdisjoint(names):
                lines.back(kept[at + 1 :])
                return names, separator
    lines.back([])
    return [], ","


def header_in(line: str, separator: str) -> list[str]:
    """The names of the columns if this line is the header."""
    try:
        return [name_of(name) for name in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


class _Counted(Iterator[str]):
    """Lines without characters that CSV doesn't know, and the number of the last one given."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self.line = 0

    def __next__(self) -> str:
        line = next(self._lines)
        self.line += 1
        return line.replace("\x00", "")

    def back(self, lines: Sequence[str]) -> None:
        """Give these once more, before what follows."""
        self._lines = chain(lines, self._lines)
        self.line -= len(lines)
