"""Workplace from Meta, as what walked its Graph API kept it: pages of JSON, or an object a line.

Posts stand in groups, comments inside posts. Workplace itself is gone, so no link leads anywhere any more and nothing can
be answered. Addresses of next pages and of files carry tokens: none is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markdown_it import MarkdownIt

from console.adapters.deep_links import WORKPLACE, Place, message_key, place_of, space_key, thread_key
from console.adapters.imports.entry import READ_ONLY, Entry, Options, Skipped
from console.adapters.imports.json_rows import rows
from console.adapters.imports.moments import moment_ms
from console.adapters.imports.source import Item, Source
from console.adapters.imports.walking import NotTaken, Part, walk
from console.adapters.markup import Body, from_plain, reduce
from console.adapters.rows import first_line
from console.domain.conversation import (
    Attachment,
    Change,
    Message,
    Person,
    PersonKey,
    Space,
    Thread,
    key_of,
)
from console.domain.platform import Cursor

SERVER = "www.workplace.com"  # where no address tells whose it was
MAX_TITLE_CHARS = 100
MAX_MARKDOWN_CHARS = 65_535
MOST_HEADS = 500  # files whose beginning is looked at
HEAD_BYTES = 65_536
_LISTS = frozenset({"data", "feed", "posts"})
_ENDINGS = (".json", ".jsonl", ".ndjson", ".txt")
_READER = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_MOMENT = re.compile(rb'"created_time"\s*:\s*"\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:?\d\d|Z)"')
_NUMBERED = re.compile(rb'"id"\s*:\s*"?\d')
_ID = re.compile(r"(?:(\d{1,25})_)?(\d{1,25})")
_REACTIONS = {
    "LIKE": "👍",
    "LOVE": "❤️",
    "HAHA": "😆",
    "WOW": "😮",
    "SAD": "😢",
    "ANGRY": "😠",
    "CARE": "🤗",
    "THANKFUL": "🌸",
}
_GROUP = frozenset(
    {"privacy", "purpose", "description", "cover", "is_workplace_default", "post_requires_admin_approval"}
)


class Workplace:
    key = platform = WORKPLACE
    capabilities = READ_ONLY

    def recognises(self, source: Source) -> bool:
        return any(_is_a_page(source, item) for item in _files(source)[:MOST_HEADS])

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        yield from walk((_part(source, item, options) for item in _files(source)), source, options.since_ms, after)


def _files(source: Source) -> list[Item]:
    alone = len(source.items) == 1
    return [item for item in source.items if alone or item.base.lower().endswith(_ENDINGS)]


def _is_a_page(source: Source, item: Item) -> bool:
    head = source.head(item, HEAD_BYTES)
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[") and bool(
        _MOMENT.search(head) and _NUMBERED.search(head)
    )


def _part(source: Source, item: Item, options: Options) -> Part:
    return Part(item, lambda: _rows(source, item), _Reader(options).read, lambda one: one.row)


@dataclass(frozen=True, slots=True)
class _Object:
    """An object of the API; of a comment also the post that it stands under, and the comment that it answers."""

    row: Any
    post: Mapping[str, Any] | None = None
    above: str = ""


def _rows(source: Source, item: Item) -> Iterator[tuple[object, _Object]]:
    for number, (_list, row) in enumerate(rows(source.open(item), _LISTS), 1):
        yield number, _Object({**row, "comments": None} if isinstance(row, dict) else row)
        if isinstance(row, dict):
            yield from _comments(str(number), row, row, "")


def _comments(
    where: str, row: Mapping[str, Any], post: Mapping[str, Any], above: str
) -> Iterator[tuple[object, _Object]]:
    for number, comment in enumerate(_listed(row.get("comments")), 1):
        yield f"{where}.{number}", _Object({**comment, "comments": None}, post, above)
        yield from _comments(f"{where}.{number}", comment, post, _id(comment.get("id"))[1])


class _Reader:
    """Objects of the API -> changes."""

    def __init__(self, options: Options) -> None:
        self._options = options

    def read(self, told: _Object) -> Sequence[Change]:
        row = told.row
        if not isinstance(row, dict):
            raise TypeError("no object")
        if "created_time" not in row or not ("message" in row or "story" in row or "from" in row):
            return self._group(row)
        place = self._place(row if told.post is None else told.post)
        if told.post is not None:
            place = replace(place, comment=_id(row.get("id"))[1], above=told.above)
            if not place.comment:
                raise NotTaken("unreadable")
        return [Space(space_key(place), place.group, place.group), *self._message(row, place)]

    def _group(self, row: Mapping[str, Any]) -> list[Change]:
        group = _id(row.get("id"))[1]
        if not group or not _text(row.get("name")) or _GROUP.isdisjoint(row):
            raise NotTaken("not_a_message", quiet=True)
        place = Place(WORKPLACE, self._options.server or SERVER, group=group)
        return [Space(space_key(place), group, _text(row["name"]))]

    def _place(self, row: Mapping[str, Any]) -> Place:
        """Where a post or a comment of its own stands. Raises NotTaken."""
        link = place_of(_text(row.get("permalink_url")))
        group, this = _id(row.get("id"))
        server = self._options.server or SERVER
        if link is not None and link.platform == WORKPLACE and link.post and link.group:
            return replace(link, server=self._options.server or link.server, permalink="")
        if not group or not this:
            raise NotTaken("no_thread")
        return Place(WORKPLACE, server, group=group, post=this)

    def _message(self, row: Mapping[str, Any], place: Place) -> list[Change]:
        at_ms = moment_ms(row.get("created_time"))
        if at_ms is None:
            raise NotTaken("no_moment", field="created_time")
        body, files = _body(row), _files_of(row)
        if not body.text.strip() and not files:
            raise NotTaken("no_text")
        who, root, opens = self._person(row.get("from"), place), thread_key(place), not place.comment
        message = Message(
            message_key(place), space_key(place), who.key, at_ms, body.html, body.text, root,
            None if opens else message_key(replace(place, comment=place.above, above="")),
            attachments=files, reactions=_reactions(row.get("reactions")),
        )  # fmt: skip
        return [
            who,
            *([Thread(root, message.space, first_line(body.text, MAX_TITLE_CHARS))] if opens else []),
            message,
        ]

    def _person(self, told: object, place: Place) -> Person:
        row = told if isinstance(told, dict) else {}
        name, id = _text(row.get("name")), str(row.get("id") or "")
        remote = id if id.isascii() and id.isdecimal() else " ".join(name.casefold().split())
        return Person(PersonKey(key_of(WORKPLACE, place.server, "person", remote)), name)


def _body(row: Mapping[str, Any]) -> Body:
    text = _text(row.get("message")) or _text(row.get("story"))
    links = [url for one in _listed(row.get("attachments")) if (url := _linked(one)) and url not in text]
    text = "\n\n".join(part for part in (text, *links) if part)
    if row.get("formatting") != "MARKDOWN" or len(text) > MAX_MARKDOWN_CHARS:
        return from_plain(text)
    return reduce(_READER.render(text))


def _linked(attachment: Mapping[str, Any]) -> str:
    """Where a shared link leads; Workplace's own addresses lead nowhere any more, or carry a token."""
    url = _text(attachment.get("unshimmed_url")) or _text(attachment.get("url"))
    own = re.search(r"//[^/]*\b(?:facebook|workplace|fbcdn|fbsbx)\.(?:com|net)(?:[:/]|\Z)", url)
    return "" if own or attachment.get("type") not in ("share", "link", None) else url


def _files_of(row: Mapping[str, Any]) -> tuple[Attachment, ...]:
    names = [
        (_text(one.get("title")) or str(one.get("type") or "").replace("_", " "), str(one.get("type") or ""))
        for one in (*_listed(row.get("attachments")), *_listed([row.get("attachment")]))
        if one.get("type") not in ("share", "link", None)
    ]
    return tuple(Attachment(name, "image/jpeg" if "photo" in kind else "", None) for name, kind in names if name)


def _reactions(told: object) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    for one in _listed(told):
        sign = _REACTIONS.get(str(one.get("type") or "LIKE"), "👍")
        counts[sign] = counts.get(sign, 0) + 1
    return tuple(counts.items())


def _listed(told: object) -> list[Mapping[str, Any]]:
    """The objects of a list, or of a page that was laid in."""
    inside = told.get("data") if isinstance(told, dict) else told
    return [one for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []


def _id(value: object) -> tuple[str, str]:
    """A group's number and the thing's own, of an id that may have both."""
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    found = _ID.fullmatch(text)
    return (found[1] or "", found[2]) if found else ("", "")


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
