"""A source's files, row by row: where each row stands, where to go on after it, and what becomes of one that can't be taken.

A format says which files it has, how each falls into rows and what a row means; this does the rest, alike for all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.adapters.imports.entry import Entry, Skipped
from console.adapters.imports.source import Item, Source
from console.adapters.rows import raw_of
from console.domain.conversation import Change, Message
from console.domain.platform import Cursor

RAW_CHARS = 300
MOST_CHANGES = 200  # in one entry: what it brings is written in one go
_SILENT_ROWS = 2_000  # that give nothing, before the place among them is told
_ASKED = re.compile(r"\?[^\s\"'<>?=]{0,100}=[^\s\"'<>]+")


class NotTaken(Exception):
    """A row that isn't taken in: why, and what the sentence for that shows.

    quiet  its words are nobody's business
    """

    def __init__(self, reason: str, *, quiet: bool = False, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.quiet = quiet
        self.facts = facts


class Broken(ValueError):
    """From here on a file can't be read: it was cut off, or is not what its beginning promised."""

    def __init__(self, reason: str = "cut_off") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a source, or one way of reading it.

    rows  its rows from the beginning, each with where it stands ("1202"); raises Broken
    read  what a row means; raises NotTaken, and anything that a row of another shape causes
    shown  what of a row may be shown to a person
    """

    item: Item
    rows: Callable[[], Iterable[tuple[object, Any]]]
    read: Callable[[Any], Sequence[Change]]
    shown: Callable[[Any], object] = lambda row: row


def walk(parts: Iterable[Part], source: Source, since_ms: int, after: Cursor | None) -> Iterator[Entry | Skipped]:
    """What the parts say, in their order. The cursor: the number of the part, its rows done, and of the next row the pieces."""
    first, done, pieces = (int(str((after or {}).get(name, 0))) for name in ("part", "rows", "pieces"))
    for number, part in enumerate(parts):
        if number < first:
            continue
        yield from _part(part, number, source, since_ms, done, pieces)
        done = pieces = 0


def _part(part: Part, number: int, source: Source, since_ms: int, done: int, pieces: int) -> Iterator[Entry | Skipped]:
    count, told = 0, done
    try:
        for where, row in part.rows():
            count += 1
            if count <= done:
                continue
            found: Skipped | list[tuple[Change, ...]] = _taken(part, where, row, number, count, since_ms)
            if isinstance(found, Skipped):
                yield found
                told = count
                continue
            for piece, changes in enumerate(found[pieces:], pieces + 1):
                last = piece == len(found)
                at = {"rows": count} if last else {"rows": count - 1, "pieces": piece}
                yield Entry({"part": number, **at}, changes)
                told = count
            pieces = 0
            if count - told >= _SILENT_ROWS:
                yield Entry({"part": number, "rows": count}, ())
                told = count
    except Broken as why:
        if not any(one.where == part.item.where for one in source.troubles):
            yield Skipped({"part": number + 1}, f"{part.item.where}:{count + 1}", why.reason)


def _taken(
    part: Part, where: object, row: Any, number: int, count: int, since_ms: int
) -> Skipped | list[tuple[Change, ...]]:
    """What a row gives, in pieces of at most MOST_CHANGES; none where all of it was said too long ago."""
    try:
        changes = part.read(row)
    except NotTaken as why:
        reason, facts, quiet = why.reason, why.facts, why.quiet
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        reason, facts, quiet = "unreadable", {}, False
    else:
        said = [one for one in changes if isinstance(one, Message)]
        old = {one.key for one in said if one.posted_at_ms < since_ms}
        if said and len(old) == len(said):
            return []
        kept = [one for one in changes if not isinstance(one, Message) or one.key not in old]
        return [tuple(kept[at : at + MOST_CHANGES]) for at in range(0, len(kept), MOST_CHANGES)]
    at = {"part": number, "rows": count}
    return Skipped(at, f"{part.item.where}:{where}", reason, facts, "" if quiet else bare(part.shown(row)))


def bare(row: object) -> str:
    """The beginning of a row as it came, to be shown: addresses without what follows the "?", which may let one in."""
    told = row if not isinstance(row, Mapping) else {k: v for k, v in row.items() if "delete_url" not in str(k)}
    return _ASKED.sub("", raw_of(told)[: 4 * RAW_CHARS])[:RAW_CHARS] if row is not None else ""
