"""LinkedIn's CSV, whose quoting is not the same from file to file and from year to year.

A file that is CSV by the book is read as that. Otherwise a record begins where a line begins with a moment, and is taken
apart by the first way that gives it the columns of the header: quotes that are doubled, quotes behind a back-slash, and
at last its edges alone, since only one column holds text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOBase
from typing import Protocol

from console.adapters.csv_rows import header_in

_BEGINS = re.compile(r'\s*"?(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4})[ T,]')
_ESCAPED = re.compile(r'\\(["\\])')
MOST_RECORD_CHARS = 1_000_000
_PREAMBLE_LINES = 20


class _Reader(Protocol):
    """What `csv.reader` gives."""

    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...


@dataclass(frozen=True, slots=True)
class _Header:
    columns: list[str]
    separator: str
    lines: int  # that it and what stands before it take


def rows(opened: Callable[[], TextIOBase], moment: str, long: str) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Each record by the names of its columns with the number of its first line; None for one that can't be taken apart.

    opened  gives the file from the beginning, as often as it is asked
    moment  the column that a record begins with
    long    the column that holds text
    """
    with opened() as stream:
        header = _header(stream, moment)
    if header is None:
        return
    if _by_the_book(opened, header, moment):
        with opened() as stream:
            reader = _reader(stream, header)
            line = header.lines + 1
            for cells in reader:
                if cells:
                    yield line, _joined(dict(zip(header.columns, cells, strict=True)), long)
                line = header.lines + reader.line_num + 1
        return
    with opened() as stream:
        _pass_over(stream, header.lines)
        for line, record in _records(stream, header.lines):
            parts = _cells(record, header, header.columns.index(long))
            yield line, None if parts is None else _joined(dict(zip(header.columns, parts, strict=True)), long)


def _header(lines: Iterable[str], moment: str) -> _Header | None:
    for number, line in enumerate(lines, 1):
        for separator in (",", ";", "\t"):
            columns = header_in(line, separator)
            if moment in columns and len(columns) > 1:
                return _Header(columns, separator, number)
        if number == _PREAMBLE_LINES:
            break
    return None


def _reader(stream: TextIOBase, header: _Header) -> _Reader:
    _pass_over(stream, header.lines)
    return csv.reader((line.replace("\x00", "") for line in stream), delimiter=header.separator, strict=True)


def _pass_over(stream: TextIOBase, lines: int) -> None:
    for _ in range(lines):
        stream.readline()


def _by_the_book(opened: Callable[[], TextIOBase], header: _Header, moment: str) -> bool:
    """Whether every record has the columns of the header, and a moment where it has one."""
    at = header.columns.index(moment)
    with opened() as stream:
        try:
            return all(
                len(cells) == len(header.columns) and _BEGINS.match(f"{cells[at]} ")
                for cells in _reader(stream, header)
                if cells
            )
        except csv.Error:
            return False


def _records(lines: Iterable[str], before: int) -> Iterator[tuple[int, str]]:
    record: list[str] = []
    first = size = 0
    for number, line in enumerate(lines, before + 1):
        if _BEGINS.match(line) and record:
            yield first, "".join(record)
            record, size = [], 0
        if not record:
            first = number
        size += len(line)
        if size <= MOST_RECORD_CHARS and (record or line.strip()):
            record.append(line.replace("\x00", ""))
    if record:
        yield first, "".join(record)


def _cells(record: str, header: _Header, long: int) -> list[str] | None:
    record = record.rstrip("\r\n")
    escaped = _ESCAPED.sub(lambda match: '""' if match[1] == '"' else "\\", record)
    for written in (record, escaped):
        try:
            found = list(csv.reader(written.splitlines(keepends=True), delimiter=header.separator, strict=True))
        except csv.Error:
            continue
        if len(found) == 1 and len(found[0]) == len(header.columns):
            return found[0]
    return _by_edges(record, header, long)


def _by_edges(record: str, header: _Header, long: int) -> list[str] | None:
    behind = len(header.columns) - long - 1
    before = record.split(header.separator, long)
    rest = before.pop()
    after = rest.rsplit(header.separator, behind) if behind else [rest]
    if len(before) != long or len(after) != behind + 1:
        return None
    text = _ESCAPED.sub(r"\1", after[0])
    return [*map(_unquoted, before), _unquoted(text), *map(_unquoted, after[1:])]


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].replace('""', '"') if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def _joined(row: dict[str, str], long: str) -> dict[str, str]:
    """In some years every line of a text stands in quotes of its own: the inner ones are no one's words."""
    lines = row[long].replace("\r\n", "\n").split("\n")
    if (
        len(lines) > 1
        and all(line.endswith('"') for line in lines[:-1])
        and all(line.startswith('"') for line in lines[1:])
    ):
        row[long] = "\n".join(_without_quotes(lines))
    return row


def _without_quotes(lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if line == '"':  # an empty line whose only quote ends it and begins the next
            yield ""
            continue
        line = line if number == 0 else line.removeprefix('"')
        yield line if number == len(lines) - 1 else line.removesuffix('"')
