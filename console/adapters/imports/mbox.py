"""One mail after another out of an mbox: where each begins and ends, and when it is said to have arrived."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import mktime_tz, parsedate_tz
from typing import BinaryIO

from console.adapters.mail_parsing import MAX_BYTES, MAX_HEADS_BYTES

KEPT_BYTES = MAX_BYTES + MAX_HEADS_BYTES  # of one mail: no more of it is looked at
CHUNK_BYTES = 1_000_000
LINE_BYTES = 600  # that a line which separates has at most
_DATE = re.compile(
    rb"\b[A-Z][a-z]{2},? {1,2}(?:[A-Z][a-z]{2} {1,2}\d{1,2}|\d{1,2} [A-Z][a-z]{2} \d{4}),? \d{1,2}:\d\d[^\r\n]{0,60}"
)
FROM = re.compile(rb"From [^\r\n]{0,300}?" + _DATE.pattern + rb"\r?\n")
FOLLOWS = re.compile(rb"[!-9;-~]{1,80}:|>From ")


def split(stream: BinaryIO, begin: int = 0) -> Iterator[tuple[bytes, int]]:
    """Each mail of an mbox with the line that separates it, as far as it is looked at, and the byte at which it ends.

    A line separates when it bears a moment and a header follows it: "From" at the beginning of a sentence doesn't.
    """
    kept = bytearray()  # of the mail that is being read
    data, at = b"", begin  # what is not looked through yet, and where that begins
    while True:
        chunk = stream.read(CHUNK_BYTES)
        data += chunk
        taken = look = 0
        while (found := data.find(b"\nFrom ", look)) >= 0 and (not chunk or len(data) - found > LINE_BYTES):
            look = found + 1
            line = FROM.match(data, look)
            if line and FOLLOWS.match(data, line.end()):
                _keep(kept, data, taken, look)
                yield bytes(kept), at + look
                kept.clear()
                taken = look
        if not chunk:
            break
        # A line of which only the beginning is here is looked at again with what follows.
        cut = found if found >= 0 else max(taken, len(data) - len(b"\nFrom ") + 1)
        _keep(kept, data, taken, cut)
        data, at = data[cut:], at + cut
    _keep(kept, data, taken, len(data))
    if kept.strip():
        yield bytes(kept), at + len(data)


def _keep(kept: bytearray, data: bytes, begin: int, end: int) -> None:
    room = KEPT_BYTES - len(kept)
    if room > 0:
        kept += data[begin : min(end, begin + room)]


def stamp_ms(line: bytes) -> int | None:
    """When an mbox says that a mail arrived."""
    found = _DATE.search(line)
    told = parsedate_tz(found.group().decode("ascii", "replace")) if found else None
    try:
        return mktime_tz(told) * 1000 if told else None
    except (ValueError, OverflowError):
        return None
