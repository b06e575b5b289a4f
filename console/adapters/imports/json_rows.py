"""Rows out of JSON files of any size, one at a time: a list, lists inside an object, or an object a line.

What a row may hold is bounded, so that one of gigabytes, or one nested a million times, is one row that can't be read.
"""

from __future__ import annotations

import io
import json
from collections.abc import Collection, Iterator
from typing import Any, BinaryIO

import ijson

from console.adapters.imports.clean_text import Clean
from console.adapters.imports.walking import Broken

MAX_EVENTS = 400_000  # names and values of one row
MAX_DEPTH = 60
MAX_LINE_CHARS = 20_000_000
_PEEKED_BYTES = 65_536

Events = Iterator[tuple[str, Any]]


def rows(stream: BinaryIO, lists: Collection[str] = ()) -> Iterator[tuple[str, Any]]:
    """Each row with the name of the list that it stands in, "" where that has none; None for one that can't be read.

    lists   names of members whose lists are the rows: `{"data": [row, row]}`, also inside each other. An object that has
            none of these is a row itself
    raises  Broken
    """
    buffered = io.BufferedReader(Clean(stream), _PEEKED_BYTES)
    if _a_line_each(buffered.peek(_PEEKED_BYTES)):
        yield from _lines(buffered, lists)
        return
    events: Events = iter(ijson.basic_parse(buffered, multiple_values=True))
    while True:
        try:
            found = next(events, None)
            if found is None:
                return
            yield from _top(events, *found, lists)
        except ijson.JSONError as cause:
            raise Broken from cause


def _top(events: Events, event: str, value: Any, lists: Collection[str]) -> Iterator[tuple[str, Any]]:
    if event == "start_array":
        yield from (("", row) for row in _items(events))
    elif event == "start_map":
        yield from _object(events, lists)
    else:
        yield "", None


def _items(events: Events) -> Iterator[Any]:
    for event, value in events:
        if event == "end_array":
            return
        yield _value(events, event, value)
    raise Broken


def _object(events: Events, lists: Collection[str]) -> Iterator[tuple[str, Any]]:
    rest: dict[str, Any] = {}
    streamed = False
    for event, name in events:
        if event == "end_map":
            if not streamed:
                yield "", rest
            return
        event, value = next(events)
        if name in lists and event in ("start_array", "start_map"):
            streamed = True
            if event == "start_array":
                yield from ((name, row) for row in _items(events))
            else:
                yield from _object(events, lists)
        else:
            rest[name] = _value(events, event, value)
    raise Broken


def _value(events: Events, event: str, value: Any) -> Any:
    """One value, whatever it holds; None where it holds too much."""
    builder: Any = ijson.ObjectBuilder()
    depth = deepest = count = 0
    while True:
        count += 1
        depth += (event in ("start_map", "start_array")) - (event in ("end_map", "end_array"))
        deepest = max(deepest, depth)
        if count <= MAX_EVENTS and deepest <= MAX_DEPTH:
            builder.event(event, value)
        if depth == 0:
            return builder.value if count <= MAX_EVENTS and deepest <= MAX_DEPTH else None
        event, value = next(events)


def _a_line_each(head: bytes) -> bool:
    """Whether this is the beginning of a file of an object a line."""
    first, end, rest = head.lstrip().partition(b"\n")
    if not end or not rest.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _lines(stream: BinaryIO, lists: Collection[str]) -> Iterator[tuple[str, Any]]:
    while line := stream.readline(MAX_LINE_CHARS):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            yield "", None
            continue
        yield from _listed(row, lists)


def _listed(row: Any, lists: Collection[str]) -> Iterator[tuple[str, Any]]:
    named = [name for name in row if name in lists] if isinstance(row, dict) else []
    if not named:
        yield "", row
    for name in named:
        if isinstance(row[name], list):
            yield from ((name, one) for one in row[name])
        else:
            yield from _listed(row[name], lists)
