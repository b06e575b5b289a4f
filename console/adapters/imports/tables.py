"""The CSV files of a source, by what stands in their headers."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from console.adapters.csv_rows import Line, header_in, rows, text_of
from console.adapters.imports.source import Item, Source

_PREAMBLE_LINES = 8


def tables(source: Source) -> list[tuple[Item, frozenset[str]]]:
    """Each CSV file with the names of its columns, or with all words that stand where those may."""
    return [(item, _columns(source, item)) for item in source.items if item.base.lower().endswith(".csv")]


def _columns(source: Source, item: Item) -> frozenset[str]:
    head = source.head(item)
    wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
    lines = head.decode("utf-16" if wide else "utf-8-sig", "replace").splitlines()[:_PREAMBLE_LINES]
    return frozenset(name for line in lines for separator in ",;\t" for name in header_in(line, separator))


def lines_of(source: Source, item: Item, columns: Collection[str]) -> Iterator[tuple[int, Line | None]]:
    """The rows of a file, with the line that each ends on; None for one that can't be taken apart."""
    with text_of(source.open(item)) as stream:
        yield from rows(stream, columns)
