"""Our own JSONL, for everything that has no format of its own: `docs/import-jsonl.md` describes it.

One object a line. Messages that were pasted are lines of such a file too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from console.adapters.imports import pasted
from console.adapters.imports.entry import READ_ONLY, Entry, Options, Skipped
from console.adapters.imports.moments import moment_ms
from console.adapters.imports.source import Item, Source
from console.adapters.markup import from_plain, reduce
from console.adapters.rows import first_line
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)
from console.domain.platform import Capabilities, Cursor

MARK = "luisterpost"
VERSION = 1
MOST_LINE_BYTES = 10_000_000
RAW_CHARS = 300
MOST_LOOKED_AT = 200  # files, to see whether any of them is one
_TYPES = ("space", "person", "message")
_STATES = {state.value: state for state in MessageState if state is not MessageState.UNREADABLE}


class Wrong(Exception):
    """A line that says nothing we can take in: a reason, and what its sentence shows."""

    def __init__(self, reason: str, **facts: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.facts = facts


class Jsonl:
    key = "jsonl"
    platform = "files"
    capabilities: Capabilities = READ_ONLY

    def recognises(self, source: Source) -> bool:
        return any(_is_ours(source, item) for item in source.items[:MOST_LOOKED_AT])

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        files = _files(source)
        begin = int(str((after or {}).get("file", 0)))
        for number, item in enumerate(files[begin:], begin):
            at = dict(after) if after is not None and number == begin else {}
            yield from _read(source, item, number, options, int(str(at.get("at", 0))), int(str(at.get("line", 0))))


def _files(source: Source) -> list[Item]:
    return [item for item in source.items if _is_ours(source, item)]


def _is_ours(source: Source, item: Item) -> bool:
    return _object(source.head(item).partition(b"\n")[0]).get(MARK) == VERSION


def _object(line: bytes) -> Mapping[str, Any]:
    """What a line says, nothing for one that is no JSON object."""
    try:
        told = json.loads(line.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _read(source: Source, item: Item, number: int, options: Options, at: int, count: int) -> Iterator[Entry | Skipped]:
    place = _Lines(_object(source.head(item).partition(b"\n")[0]), options)
    with source.open(item, at) as stream:
        while line := stream.readline(MOST_LINE_BYTES):
            before: Cursor = {"file": number, "at": at, "line": count}
            at, count = at + len(line), count + 1
            if len(line) == MOST_LINE_BYTES and not line.endswith(b"\n"):
                at += _rest_of_line(stream)
            here: Cursor = {"file": number, "at": at, "line": count}
            try:
                changes = place.changes(line) if count > 1 and line.strip() else ()
            except Wrong as wrong:
                raw = line[: RAW_CHARS * 4].decode("utf-8", "replace").strip()[:RAW_CHARS]
                # The last line may be cut off, or somebody is still writing it: it is looked at again when there is more.
                cut = wrong.reason == "no_json" and not line.endswith(b"\n")
                reason, goes_on = ("cut_off", before) if cut else (wrong.reason, here)
                yield Skipped(goes_on, f"{item.where}:{count}", reason, wrong.facts, raw)
            else:
                if changes:
                    yield Entry(here, tuple(changes))


def _rest_of_line(stream: BinaryIO) -> int:
    """Passes over what is left of a line; returns how many bytes that were."""
    passed = 0
    while part := stream.readline(MOST_LINE_BYTES):
        passed += len(part)
        if part.endswith(b"\n"):
            break
    return passed


class _Lines:
    """Lines of one file -> changes. What its first line says holds for all of them."""

    def __init__(self, head: Mapping[str, Any], options: Options) -> None:
        self._platform = _name(head.get("platform")) or "files"
        self._server = options.server or _name(head.get("server")) or "file"
        self._options = options

    def changes(self, line: bytes) -> list[Change]:
        """Raises Wrong."""
        if len(line) == MOST_LINE_BYTES:
            raise Wrong("too_long")
        told = _object(line)
        if not told:
            raise Wrong("no_json")
        match told.get("type"):
            case "space":
                return [self._space(told)]
            case "person":
                return [self._person(told)]
            case "message":
                return self._message(told)
            case "pasted" | "taken_back":
                try:
                    return pasted.changes_of(told)
                except ValueError as lacks:
                    raise Wrong("lacks", field=str(lacks)) from lacks
            case other:
                raise Wrong("unknown_type", type=str(other)[:40], types=", ".join(_TYPES))

    def _key(self, kind: str, remote: str, told: Mapping[str, Any]) -> str:
        platform, server = _name(told.get("platform")) or self._platform, _name(told.get("server")) or self._server
        return key_of(platform, server, kind, remote)

    def _space(self, told: Mapping[str, Any], around: Mapping[str, Any] | None = None) -> Space:
        title = _text(told, "title")
        remote = _id(told) or title
        if not remote:
            raise Wrong("lacks", field="space")
        key = SpaceKey(self._key("space", remote, around or told))
        return Space(key, remote, title or remote, _text(told, "url"), leadership=told.get("leadership") is True)

    def _person(self, told: Mapping[str, Any], around: Mapping[str, Any] | None = None) -> Person:
        name = _text(told, "name")
        remote = _id(told) or name
        if not remote:
            raise Wrong("lacks", field="author")
        return Person(
            PersonKey(self._key("person", remote, around or told)), name or remote, _text(told, "handle"),
            _text(told, "title"), moment_ms(told.get("joined_at"), self._options.timezone),
            leadership=told.get("leadership") is True, bot=told.get("bot") is True, mail=_text(told, "mail"),
            department=_text(told, "department"),
        )  # fmt: skip

    def _message(self, told: Mapping[str, Any]) -> list[Change]:
        at_ms = moment_ms(told.get("posted_at"), self._options.timezone)
        if at_ms is None:
            raise Wrong("no_moment", field="posted_at")
        state = _STATES.get(str(told.get("state", "visible")))
        if state is None:
            raise Wrong("unknown_state", state=str(told.get("state"))[:40])
        html = told.get("html")
        body = reduce(html, base_url=_text(told, "url")) if isinstance(html, str) else from_plain(_raw(told, "text"))
        if not body.text.strip() and state is MessageState.VISIBLE and not told.get("attachments"):
            raise Wrong("no_text")
        space = self._space(_inline(told, "space", "title"), told)
        author = self._person(_inline(told, "author", "name"), told)
        remote = _id(told) or hashlib.sha256(f"{author.key}\n{at_ms}\n{body.text}".encode()).hexdigest()[:24]
        key = MessageKey(self._key("message", remote, told))
        thread, parent, title = _id(told, "thread"), _id(told, "parent"), _text(told, "title")
        opens = not parent and thread in ("", remote)
        root = ThreadKey(key) if opens else ThreadKey(self._key("message", thread, told)) if thread else None
        message = Message(
            key, space.key, author.key, at_ms, body.html, body.text, root=root,
            parent=MessageKey(self._key("message", parent, told)) if parent else None,
            state=state, edited_at_ms=moment_ms(told.get("edited_at"), self._options.timezone),
            title=title if opens else "", attachments=_attachments(told.get("attachments")),
            reactions=_reactions(told.get("reactions")), url=_text(told, "url"),
        )  # fmt: skip
        head = [Thread(ThreadKey(key), space.key, title or first_line(body.text, 100), message.url)] if opens else []
        return [space, author, *head, message, *self._reports(told, key)]

    def _reports(self, told: Mapping[str, Any], message: MessageKey) -> Iterator[Report]:
        held = told.get("reports")
        for number, one in enumerate(held if isinstance(held, list) else ()):
            at_ms = moment_ms(one.get("at"), self._options.timezone) if isinstance(one, dict) else None
            if at_ms is None:
                raise Wrong("no_moment", field="reports")
            key = ReportKey(f"{message}:report:{_id(one) or number}")
            yield Report(key, message, at_ms, _text(one, "reason"), _raw(one, "text"), _text(one, "reporter"))


def _inline(told: Mapping[str, Any], field: str, name: str) -> Mapping[str, Any]:
    """A space or a person named in a message: an object, or its name alone."""
    value = told.get(field)
    if isinstance(value, dict):
        return value
    return {"id": value, name: value} if isinstance(value, str) else {}


def _attachments(told: object) -> tuple[Attachment, ...]:
    rows = [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []
    sizes = [row.get("size_bytes") for row in rows]
    return tuple(
        Attachment(_text(row, "name"), _text(row, "mime"), size if isinstance(size, int) and size >= 0 else None, _text(row, "url"))
        for row, size in zip(rows, sizes, strict=True)
    )  # fmt: skip


def _reactions(told: object) -> tuple[tuple[str, int], ...]:
    pairs = told.items() if isinstance(told, dict) else ()
    return tuple((name, count) for name, count in pairs if isinstance(count, int) and not isinstance(count, bool))


def _id(told: Mapping[str, Any], field: str = "id") -> str:
    """What the file calls a thing: text, or a number."""
    value = told.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return _text(told, field)[:500]


def _raw(told: Mapping[str, Any], field: str) -> str:
    """A text as it stands there; half a letter of UTF-16 becomes a question mark."""
    value = told.get(field)
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _text(told: Mapping[str, Any], field: str) -> str:
    return " ".join(_raw(told, field).split())


def _name(value: object) -> str:
    """A platform or server in a key: lower case, without what separates a key's parts."""
    return "".join(value.lower().split()).encode("utf-8", "replace").decode() if isinstance(value, str) else ""
