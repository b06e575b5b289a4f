"""How far the import of a file is, and what of it was not taken in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from console.domain.imported import FOLDER, SKIPPED, STREAM, Imported, Missed
from console.store.connection import Store
from console.store.read.connections import ConnectionRow

MOST_LINE_CHARS = 20_000


def imported(store: Store, connection: str) -> Imported:
    """As its last page says; nothing before the first one."""
    found = store.read(
        "SELECT cursor, more FROM stream WHERE connection = :connection AND key = :key",
        {"connection": connection, "key": STREAM},
    )
    if not found:
        return Imported()
    told = json.loads(found[0]["cursor"])
    return Imported(told["messages"], told["share"], not found[0]["more"], told["skipped"])


def skipped_file(store: Store, row: ConnectionRow) -> Path:
    """The whole list of what an import did not take in; not there where that is nothing."""
    return store.folder / FOLDER / row.url / SKIPPED


def skipped(store: Store, row: ConnectionRow, most: int) -> list[Missed]:
    """The first of what an import did not take in."""
    file = skipped_file(store, row)
    return list(islice(_lines(file), most)) if file.exists() else []


def _lines(file: Path) -> Iterator[Missed]:
    with file.open(encoding="utf-8") as lines:
        while line := lines.readline(MOST_LINE_CHARS):
            told = json.loads(line)
            yield Missed(told["where"], told["reason"], told["facts"], told["raw"])
