"""Reading a source page by page: what was taken in, what was skipped, and how far it is."""

from __future__ import annotations

import errno
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from console.adapters.imports.entry import Entry, Format, Options
from console.adapters.imports.source import Source
from console.adapters.rows import in_order
from console.domain.conversation import Change, Message, Space
from console.domain.platform import BadResponse, Cursor, Page

DAY_MS = 86_400_000
MESSAGES = 100  # of one page
MOST_ENTRIES = 1_000  # of one page, so that a long way without anything to take in is also told of
MOST_SKIPPED_BYTES = 20_000_000  # of the list of what was skipped; after that it is only counted


class Reading:
    """One reading of one source. Its cursor:

    at       where the format goes on; null before anything was read
    messages how many messages were taken in
    skipped  reason -> how often
    listed   how long the list of what was skipped is, in bytes
    share    how much was read, 0 to 1
    size     bytes of the source when its end was reached; while it isn't, there is none
    """

    def __init__(self, source: Source, kind: Format, options: Options, cursor: Cursor | None, list_of_skipped: Path):
        """Goes on behind `cursor`. What a page skipped is written to the list before the page is given."""
        self._source = source
        self._options = options
        self._platform = kind.platform
        self._cursor: dict[str, Any] = dict(cursor) if cursor else _beginning()
        self._list = list_of_skipped
        self._skipped = Counter[str](self._cursor["skipped"])
        self._size = sum(item.size_bytes for item in source.items)
        self._troubles = (
            0 if cursor is None else len(source.troubles)
        )  # those of its names are known since the first page
        at = self._cursor["at"]
        self._entries = kind.read(source, options, at)

    def is_at(self, cursor: Cursor | None) -> bool:
        """Whether what comes next is what comes behind this cursor."""
        return _same(self._cursor, dict(cursor) if cursor else _beginning()) and not self._ended()

    def page(self) -> Page:
        """The next page; without changes when all was read before.

        Raises PlatformError; where the list can't be written, with the code that the store would give.
        """
        if self._ended():
            return Page((), self._cursor)
        changes: list[Change] = []
        skipped: list[dict[str, Any]] = []
        messages = count = 0
        at, troubles = self._cursor["at"], None
        while messages < MESSAGES and count < MOST_ENTRIES:
            one = next(self._entries, None)
            if one is None:
                break
            count, at = count + 1, dict(one.at)
            if isinstance(one, Entry):
                troubles = one.troubles
                changes += one.changes
                messages += sum(isinstance(change, Message) for change in one.changes)
            else:
                skipped.append(_row(one.where, one.reason, one.facts, one.raw))
        more = messages >= MESSAGES or count >= MOST_ENTRIES
        # Those of what was read ahead belong to the pages that bring it: whoever goes on from here meets them again.
        new = self._source.troubles[self._troubles : troubles if more else None]
        self._troubles += len(new)
        skipped += [_row(one.where, one.reason, one.facts) for one in new]
        self._skipped.update(row["reason"] for row in skipped)
        self._cursor = {
            "at": at, "messages": self._cursor["messages"] + messages, "skipped": dict(self._skipped),
            "listed": self._listed(skipped), "share": round(self._source.share(), 4) if more else 1.0,
        }  # fmt: skip
        if not more:
            self._cursor["size"] = self._size
        return Page(in_order(map(self._settled, changes)), self._cursor, more)

    def close(self) -> None:
        self._options.beside.close()
        self._source.close()

    def _settled(self, change: Change) -> Change:
        """A space says whose it is; and nobody said anything after it was written down."""
        if isinstance(change, Space):
            return change if change.platform else replace(change, platform=self._platform)
        latest_ms = self._options.until_ms
        if not isinstance(change, Message) or not latest_ms or change.posted_at_ms <= latest_ms + DAY_MS:
            return change
        return replace(change, posted_at_ms=latest_ms)

    def _ended(self) -> bool:
        return bool(self._cursor.get("size") == self._size)

    def _listed(self, rows: list[dict[str, Any]]) -> int:
        """Add to the list, behind what belongs to the pages before. Returns how long it is."""
        begin = int(self._cursor["listed"])
        if not rows or begin > MOST_SKIPPED_BYTES:
            return begin
        lines = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in rows).encode()
        try:
            with self._list.open("ab") as stream:
                stream.truncate(begin)
                stream.seek(0, os.SEEK_END)
                stream.write(lines)
        except OSError as cause:
            full = cause.errno in (errno.ENOSPC, errno.EDQUOT)
            raise BadResponse(code="store_full" if full else "store_read_only") from cause
        return begin + len(lines)


def _beginning() -> dict[str, Any]:
    return {"at": None, "messages": 0, "skipped": {}, "listed": 0, "share": 0.0}


def _same(one: object, other: object) -> bool:
    return one == other or json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _row(where: str, reason: str, facts: Mapping[str, object], raw: str = "") -> dict[str, Any]:
    return {"where": where, "reason": reason, "facts": dict(facts), "raw": raw}
