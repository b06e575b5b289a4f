"""The administrator's export: what history, edits and removals there were, told once a day, for who may use it.

It comes as a ZIP of CSV files, a piece of time each. What is held already is not taken from it, since the feeds tell
more of a message: of what was edited the number is taken and the message asked for, of what was removed the moment.
Columns are read by name, row by row; nothing is unpacked to the disk, and no more is unpacked than MAX_UNPACKED_BYTES.
"""

from __future__ import annotations

import asyncio
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any
from urllib.parse import urlencode

from console.adapters.csv_rows import Line, rows, text_of
from console.adapters.rows import in_order, number
from console.adapters.yammer_api import Api
from console.adapters.yammer_lines import keys_in, private, read_gone, read_said, said, space_in
from console.adapters.yammer_pulling import Reader
from console.adapters.yammer_reading import Site, number_in, read_message
from console.domain.conversation import Change
from console.domain.platform import BadResponse, Cursor, Forbidden, NotFound, Page

DAY_MS = 86_400_000
FARTHEST_MS = 10 * 365 * DAY_MS  # back, where nobody says from when it counts
MAX_ZIP_BYTES = 60_000_000
MAX_UNPACKED_BYTES = 300_000_000
MAX_FILES = 500
FEW_ROWS, MOST_ROWS = 500, 20_000  # of a piece of time: the next one is longer or shorter
LEAST_MS, MOST_MS = 60 * 60_000, 32 * DAY_MS
MOST_ASKED = 40  # edited messages asked for by number, of one piece
_MODELS = ("Message", "MessageVersion", "User")
# What Python's reader raises for an archive that is damaged in one way or another.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, RuntimeError, OSError, ValueError, LookupError,
)  # fmt: skip


class TooMuch(Exception):
    """More than a piece of time should hold."""


@dataclass(slots=True)
class Told:
    """What one export tells: the rows of messages, who people are, and which messages have earlier versions."""

    messages: list[Line] = field(default_factory=list)
    names: dict[int, Line] = field(default_factory=dict)
    edited: set[int] = field(default_factory=set)


async def pull(reader: Reader, api: Api, cursor: Cursor | None, spaces: Iterable[str]) -> Page:
    """The next piece of time: what came since the last one once a day, else a piece of what was before.

    The cursor: `done_ms`, up to where it was told, `below_ms`, down to where, and `step_ms`, how long a piece is.
    """
    now_ms = reader.tools.now_ms()
    at: dict[str, Any] = dict(cursor or {"done_ms": now_ms, "below_ms": now_ms, "step_ms": DAY_MS})
    done_ms, below_ms, step_ms = int(at["done_ms"]), int(at["below_ms"]), int(at["step_ms"])
    forward = not 0 <= now_ms - done_ms < DAY_MS
    back_to_ms = max(reader.since_ms, now_ms - FARTHEST_MS)
    if not forward and below_ms <= back_to_ms:
        return Page((), at, again_at_ms=done_ms + DAY_MS)
    from_ms, to_ms = (
        (done_ms, min(done_ms + step_ms, now_ms)) if forward else (max(below_ms - step_ms, back_to_ms), below_ms)
    )
    try:
        told = await _told(api, from_ms, to_ms)
    except TooMuch:
        if step_ms > LEAST_MS:
            return Page((), {**at, "step_ms": max(step_ms // 2, LEAST_MS)}, more=True)
        told = Told()  # an hour that is too much: its messages come by the feeds alone
    except (Forbidden, NotFound):
        return Page((), at, again_at_ms=now_ms + DAY_MS)  # it is for verified administrators, and we are none any more
    changes = await _changes(reader, told, frozenset(spaces), from_ms)
    at |= {"done_ms": to_ms} if forward else {"below_ms": from_ms}
    if len(told.messages) < FEW_ROWS:
        at["step_ms"] = min(step_ms * 2, MOST_MS)
    return Page(in_order(changes), at, more=True)


async def _told(api: Api, from_ms: int, to_ms: int) -> Told:
    query = [
        ("since", _iso(from_ms)),
        ("until", _iso(to_ms)),
        *(("model", model) for model in _MODELS),
        ("include", "csv"),
    ]
    try:
        answer = await api.send("GET", f"export?{urlencode(query)}", max_bytes=MAX_ZIP_BYTES)
    except BadResponse as error:
        if error.code == "too_big":
            raise TooMuch from None
        raise
    try:
        return await asyncio.to_thread(unpacked, answer.body)
    except _BROKEN as cause:
        raise BadResponse(answer.host, code="yammer_export_bad", maybe_sent=False) from cause


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# -- the ZIP -------------------------------------------------------------------------------------------------------------


def unpacked(body: bytes) -> Told:
    """What the files of an export tell. Raises TooMuch, and whatever zipfile raises for one that is broken."""
    told = Told()
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        left = _Left(MAX_UNPACKED_BYTES)
        for member in archive.infolist()[:MAX_FILES]:
            name = re.sub(r"[^a-z]", "", member.filename.rpartition("/")[2].lower().removesuffix(".csv"))
            if not member.filename.lower().endswith(".csv"):
                continue
            if name == "users":
                told.names |= {who: row for row in _rows(archive, member, left) if (who := number(row.get("id")))}
            elif name == "messageversions":
                told.edited |= {number(row.get("message_id")) for row in _rows(archive, member, left)} - {0}
            elif name == "messages":
                for row in _rows(archive, member, left):
                    if len(told.messages) == MOST_ROWS:
                        raise TooMuch
                    told.messages.append(row)
    return told


@dataclass(slots=True)
class _Left:
    """How many bytes may still be unpacked, of all files together: what an archive says of its sizes proves nothing."""

    size_bytes: int


class _Bounded(io.RawIOBase):
    """A file of the archive that ends with TooMuch when it goes on for too long."""

    def __init__(self, inner: IO[bytes], left: _Left) -> None:
        self._inner = inner
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._inner.read(min(len(buffer), 65_536))
        self._left.size_bytes -= len(part)
        if self._left.size_bytes < 0:
            raise TooMuch
        buffer[: len(part)] = part
        return len(part)


def _rows(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: _Left) -> Iterator[Line]:
    """The rows of a CSV file by the names of its columns; a row that can't be read is left out."""
    with archive.open(member) as inner:
        text = text_of(io.BufferedReader(_Bounded(inner, left)))
        yield from (row for _line, row in rows(text, ("id", "body", "message_id")) if row is not None)


# -- what it means -------------------------------------------------------------------------------------------------------


async def _changes(reader: Reader, told: Told, spaces: frozenset[str], from_ms: int) -> list[Change]:
    held = {number_in(key): key for name in spaces for key in reader.tools.known(reader.site.space(name), 0)}
    changes: list[Change] = []
    for row in told.messages:
        this = number(row.get("id"))
        if this in held and not row.get("deleted_at"):
            continue
        changes += read_line(row, told.names, reader.site, spaces)
    asked = [this for this in sorted(told.edited, reverse=True) if this in held][:MOST_ASKED]
    for this in asked:
        try:
            found, refs = await reader.api.message(this)
        except (NotFound, Forbidden):
            continue  # whether it is gone, the export says itself
        changes += read_message(found, refs, reader.site)
    return changes


def read_line(row: Line, names: Mapping[int, Line], site: Site, spaces: frozenset[str]) -> list[Change]:
    """A message of an export in one of these spaces, or that it was removed; [] for what can't be placed."""
    if not keys_in(row)[0] or space_in(row) not in spaces or private(row):
        return []
    try:
        return [read_gone(row, site)] if said(row, "deleted_at") else read_said(row, names, site)
    except (KeyError, TypeError, ValueError):
        return []
