"""Viva Engage's network export, one or many: whole communities, with what was removed and when something was edited.

A day an export is what Microsoft advises, so they come as a set; people, communities and files that one of them names are
known to all. Messages are keyed as the API's are. Conversations of a few people stay out unless they are asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from console.adapters.by_hand import by_hand
from console.adapters.csv_rows import Line
from console.adapters.deep_links import YAMMER
from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.source import Item, Source
from console.adapters.imports.tables import lines_of, tables
from console.adapters.imports.walking import NotTaken, Part, walk
from console.adapters.markup import escape, plain
from console.adapters.rows import number
from console.adapters.yammer_lines import keys_in, private, read_gone, read_said, said, space_in
from console.adapters.yammer_reading import GENERAL, PRIVATE, Site, moment_ms, truth
from console.domain.conversation import Change, Message, MessageState, Person, Space, Thread
from console.domain.platform import Cursor
from console.words import _

HOST, URL = "www.yammer.com", "https://www.yammer.com"
_MESSAGES = frozenset({"id", "thread_id", "sender_id", "body", "created_at"})
_VERSIONS = frozenset({"message_id", "created_at"})
_KEPT = ("id", "name", "email", "job_title", "department", "state")  # of people: there may be very many
_NETWORK = re.compile(r"(?:^|/)(\d{1,19})/[^/]+\Z")


class VivaEngage:
    key = platform = YAMMER
    capabilities = by_hand(YAMMER)

    def recognises(self, source: Source) -> bool:
        return any(columns >= _MESSAGES for _item, columns in tables(source))

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        listed = tables(source)
        known = _known(source, listed)
        parts = (_part(source, item, known, options) for item, columns in listed if columns >= _MESSAGES)
        yield from walk(parts, source, options.since_ms, after)


def _part(source: Source, item: Item, known: _Known, options: Options) -> Part:
    reader = _Reader(known, _site(item, known, options), options)
    return Part(item, lambda: lines_of(source, item, _MESSAGES), reader.read)


@dataclass(slots=True)
class _Known:
    """What the files beside the messages tell, by number. `edited` is when a message was last changed."""

    people: dict[int, Line] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    files: dict[int, str] = field(default_factory=dict)
    edited: dict[int, int] = field(default_factory=dict)
    networks: list[int] = field(default_factory=list)


def _known(source: Source, listed: Sequence[tuple[Item, frozenset[str]]]) -> _Known:
    known = _Known()
    for item, columns in listed:
        kind = re.sub(r"[^a-z]", "", item.base.lower().removesuffix(".csv"))
        if columns >= _MESSAGES or kind not in {"users", "groups", "files", "networks", "messageversions"}:
            continue
        for _line, row in lines_of(source, item, columns):
            if row is not None:
                _note(known, kind, row)
    return known


def _note(known: _Known, kind: str, row: Line) -> None:
    this = number(said(row, "id"))
    match kind:
        case "users" if this:
            known.people[this] = {name: said(row, name) for name in _KEPT if name in row}
        case "groups" if this:
            known.groups[this] = said(row, "name")
        case "files" if file := number(said(row, "file_id")) or this:
            known.files[file] = said(row, "name")
        case "networks" if this and this not in known.networks:
            known.networks.append(this)
        case "messageversions":
            try:
                message, at_ms = number(said(row, "message_id")), moment_ms(said(row, "created_at"))
            except ValueError:
                return
            known.edited[message] = max(at_ms, known.edited.get(message, 0))


def _site(item: Item, known: _Known, options: Options) -> Site:
    """The network that a file is of: an external one has a folder of its own, named by its number."""
    inside = _NETWORK.search(item.name)
    if inside:
        return Site(f"{HOST}/{inside[1]}", URL)
    return Site(f"{HOST}/{known.networks[0]}" if known.networks else options.server or HOST, URL)


def _title(name: str) -> str:
    """What a space is called that no row names."""
    return {GENERAL: _("The whole company"), PRIVATE: _("Private messages")}.get(name, name)


class _Reader:
    """Lines of one file -> changes."""

    def __init__(self, known: _Known, site: Site, options: Options) -> None:
        self._known = known
        self._site = site
        self._options = options

    def read(self, row: Line) -> list[Change]:
        this, _thread = keys_in(row)
        if private(row) and not self._options.private:
            raise NotTaken("private", quiet=True)
        if any(truth(said(row, name)) for name in ("draft", "is_draft")) or said(row, "draft_state").lower() == "draft":
            raise NotTaken("draft", quiet=True)
        if not this:
            raise NotTaken("unreadable")
        deleted = bool(said(row, "deleted_at"))
        if deleted and not said(row, "body"):
            return [read_gone(row, self._site)]
        changes = [self._space(row), *read_said(row, self._known.people, self._site, self._known.files)]
        return [*self._sender(row, changes), *(self._more(one, row, this, deleted=deleted) for one in changes)]

    def _space(self, row: Line) -> Space:
        name = space_in(row)
        title = self._known.groups.get(number(name), "") or said(row, "group_name")
        return Space(self._site.space(name), name, plain(escape(title)) or _title(name))

    def _sender(self, row: Line, changes: Sequence[Change]) -> list[Person]:
        """Somebody whom no file of people names, by what the message itself says."""
        sender, name = number(said(row, "sender_id")), said(row, "sender_name")
        if not name or any(isinstance(one, Person) for one in changes):
            return []
        return [Person(self._site.person(str(sender)), plain(escape(name)))]

    def _more(self, change: Change, row: Line, this: int, *, deleted: bool) -> Change:
        """What stands in other columns and files: whether a conversation is closed, an edit, a removal."""
        match change:
            case Thread() if truth(said(row, "closed")):
                return replace(change, locked=True)
            case Message():
                edited = self._known.edited.get(this)
                return replace(
                    change,
                    state=MessageState.DELETED if deleted else change.state,
                    edited_at_ms=edited if edited and edited > change.posted_at_ms else None,
                )
            case _:
                return change
