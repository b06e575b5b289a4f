"""What rows of any platform's API have in common, read without I/O: fields, numbers, what is kept of a broken one.

Shared by adapters; it knows none of them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from console.domain.conversation import Change, Message, Person, Space, Thread

Row = Mapping[str, Any]
MAX_RAW_CHARS = 20_000  # of an answer that can't be read, kept as it came
_NUMBER = re.compile(r"[0-9]{1,19}\Z")


def told(row: object, *names: str) -> Any:
    """The first of these fields that a row has, None when it has none."""
    if isinstance(row, Mapping):
        for name in names:
            if row.get(name) is not None:
                return row[name]
    return None


def number(value: object) -> int:
    """A number that can name something, also one written as text; 0 for anything else and for what is not positive."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def raw_of(row: object) -> str:
    """A row that can't be read, to be kept as it came."""
    return json.dumps(row, ensure_ascii=False, sort_keys=True, default=str)[:MAX_RAW_CHARS]


def first_line(text: str, max_chars: int) -> str:
    """The first line with words, for what has no title of its own."""
    line = next((one.strip() for one in text.splitlines() if one.strip()), "")
    return line if len(line) <= max_chars else line[: max_chars - 1].rstrip() + "…"


def in_order(changes: Iterable[Change]) -> tuple[Change, ...]:
    """People, threads and spaces first; messages as they were told last, oldest first; then what is gone. Each once.

    Messages of the same moment are in the order of the numbers that their keys end with.
    """
    heads: dict[str, Change] = {}
    messages: dict[str, Message] = {}
    rest: dict[str, Change] = {}
    for change in changes:
        if isinstance(change, Message):
            messages[change.key] = change
        elif isinstance(change, Person | Thread | Space):
            heads[change.key] = change
        else:
            rest[change.key] = change
    said = sorted(messages.values(), key=lambda one: (one.posted_at_ms, _last_number(one.key)))
    return (*heads.values(), *said, *rest.values())


def _last_number(key: str) -> int:
    match = _NUMBER.search(key)
    return int(match.group()) if match else 0
