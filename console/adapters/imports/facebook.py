"""Facebook's "Download your information", in JSON: what one person wrote in groups.

Three generations of it differ in their folders and in how a row is built; a row shows by itself which one it is. The
oldest two name neither posts nor groups by number: such a message is keyed by its author, moment and text, and such a
group by its name. Every text is UTF-8 that was written as if it were Latin-1, and is put right one by one.
"""

from __future__ import annotations

import hashlib
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from console.adapters.by_hand import by_hand
from console.adapters.deep_links import FACEBOOK, Place, message_key, person_key, place_of, space_key
from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.facebook_labels import Labelled, read_labels
from console.adapters.imports.facebook_titles import read_title
from console.adapters.imports.json_rows import rows
from console.adapters.imports.moments import epoch_ms
from console.adapters.imports.source import Item, Source
from console.adapters.imports.walking import Broken, NotTaken, Part, walk
from console.adapters.markup import from_plain
from console.adapters.rows import first_line
from console.domain.conversation import Attachment, Change, Message, Person, Space, Thread, ThreadKey
from console.domain.platform import Cursor

SERVER = "www.facebook.com"
MAX_TITLE_CHARS = 100
SECONDS_END = 100_000_000_000  # a larger count since 1970 is one of milliseconds
MOST_HEADS = 200  # files whose beginning is looked at, where their names tell nothing
_FILES = re.compile(r"(?:group_posts_and_comments|your_(?:posts|comments|posts_and_comments)_in_groups)(?:_\d{1,4})?\.json", re.IGNORECASE)  # fmt: skip
_PAGES = re.compile(_FILES.pattern.replace("json", "html"), re.IGNORECASE)
_MARKS = (b'"group_posts_v2"', b'"group_comments_v2"', b'"group_posts"', b'"group_comments"')
_LISTS = frozenset({
    "group_posts_v2", "group_comments_v2", "group_posts", "group_comments", "comments_v2", "comments", "activity_log_data",
})  # fmt: skip


class Facebook:
    key = platform = FACEBOOK
    capabilities = by_hand(FACEBOOK)

    def recognises(self, source: Source) -> bool:
        return bool(_files(source))

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        reader = _Reader(_writer(source))
        parts = chain((reader.part(source, item) for item in _files(source)), map(_left_out, _not_ours(source)))
        yield from walk(parts, source, options.since_ms, after)


def _files(source: Source) -> list[Item]:
    named = [item for item in source.items if _FILES.fullmatch(item.base)]
    if named:
        return named
    others = [item for item in source.items if item.base.lower().endswith(".json")]
    return [item for item in others[:MOST_HEADS] if any(mark in source.head(item) for mark in _MARKS)]


def _not_ours(source: Source) -> Iterator[tuple[Item, str]]:
    """Files that hold what somebody said and are left out: pages for a browser, and private messages."""
    yield from ((item, "facebook_html") for item in source.items if _PAGES.fullmatch(item.base))
    threads = [item for item in source.below("messages", ".json") if item.base.lower().startswith("message_")]
    yield from ((item, "private") for item in threads)


def _left_out(told: tuple[Item, str]) -> Part:
    item, reason = told

    def read(row: object) -> Sequence[Change]:
        raise NotTaken(reason, quiet=True)

    return Part(item, lambda: [(1, None)], read)


def _writer(source: Source) -> str:
    """The name of the person whose export it is, "" where it holds no profile."""
    for item in source.named("profile_information.json"):
        try:
            for _list, row in rows(source.open(item)):
                name = repaired(row["profile_v2"]["name"]["full_name"])
                if isinstance(name, str):
                    return name.strip()
        except (Broken, LookupError, TypeError):
            continue
    return ""


def repaired(value: Any) -> Any:
    """Every text in it as it was written: bytes of UTF-8 stand in it as if each were a character of Latin-1.

    What is no such text stays: newer files are right already.
    """
    match value:
        case str():
            try:
                return value if value.isascii() else value.encode("latin-1").decode("utf-8")
            except UnicodeError:
                return value
        case dict():
            return {repaired(name): repaired(one) for name, one in value.items()}
        case list():
            return [repaired(one) for one in value]
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says, whichever generation it is of.

    place  where a link in it leads, None without one
    group  the group's name
    title  what it was said about, of a comment
    """

    at_ms: int
    writer: str
    group: str
    text: str
    comment: bool
    place: Place | None = None
    id: str = ""
    title: str = ""
    edited_ms: int | None = None
    attachments: tuple[Attachment, ...] = ()


class _Reader:
    """Rows of one person's files -> changes."""

    def __init__(self, writer: str) -> None:
        self._writer = writer

    def part(self, source: Source, item: Item) -> Part:
        comments = "comments_in" in item.base.lower() and "posts" not in item.base.lower()

        def read(row: Any) -> Sequence[Change]:
            return _changes(self._said(repaired(row), comments=comments))

        return Part(item, lambda: enumerate((row for _list, row in rows(source.open(item), _LISTS)), 1), read)

    def _said(self, row: Mapping[str, Any], *, comments: bool) -> _Said:
        if not isinstance(row, dict):
            raise TypeError("no row")
        if "label_values" in row:
            return self._labelled(read_labels(row, comments=comments), row)
        pieces = [one for one in row.get("data") or () if isinstance(one, dict)]
        said = next((one["comment"] for one in pieces if isinstance(one.get("comment"), dict)), None)
        title = _text(row.get("title"))
        who, group = read_title(title, self._writer)
        hung, attachments = _attached(row.get("attachments"))
        if said is not None:
            text = "\n\n".join(part for part in (_text(said.get("comment")), hung) if part)
            return _Said(
                _moment(said.get("timestamp") or row.get("timestamp")), _text(said.get("author")) or who or self._writer,
                _text(said.get("group")) or group, text, True, title=title.rstrip("."), attachments=attachments,
            )  # fmt: skip
        told = next((_text(one["post"]) for one in pieces if isinstance(one.get("post"), str)), "")
        edited = next((one["update_timestamp"] for one in pieces if one.get("update_timestamp")), None)
        text = "\n\n".join(part for part in (told, hung) if part)
        return _Said(
            _moment(row.get("timestamp")), who or self._writer, group, text, False,
            edited_ms=_moment(edited) if edited else None, attachments=attachments,
        )  # fmt: skip

    def _labelled(self, told: Labelled, row: Mapping[str, Any]) -> _Said:
        who, group = read_title(_text(row.get("title")), self._writer)
        places = [one for url in told.urls if (one := place_of(url)) and one.platform == FACEBOOK]
        place = next((one for one in places if one.post), places[0] if places else None)
        text = "\n\n".join(part for part in (told.text, *told.links) if part)
        return _Said(
            _moment(row.get("timestamp") or told.timestamp), told.writer or who or self._writer, told.group or group, text,
            told.comment or bool(place and place.comment), place, _text(str(row.get("fbid") or "")),
            attachments=_media(row.get("media")),
        )  # fmt: skip


def _changes(said: _Said) -> list[Change]:
    body = from_plain(said.text)
    if not body.text.strip() and not said.attachments:
        raise NotTaken("no_text")
    place = said.place or Place(FACEBOOK, SERVER)
    if place.page and not place.group and not said.group:
        raise NotTaken("not_in_a_group", quiet=True)
    if not place.group:
        place = replace(place, group=f"~{' '.join(said.group.casefold().split())}", page="")
    name = said.id or "~" + hashlib.sha256(f"{said.writer}\n{said.at_ms}\n{said.text}".encode()).hexdigest()[:24]
    alone = not place.post
    if said.comment and not place.comment:
        place = replace(place, comment=name)
    elif alone:
        place = replace(place, post=name)
    key, author = message_key(place), person_key(place, said.writer)
    root = ThreadKey(key) if alone or not place.comment else ThreadKey(message_key(replace(place, comment="")))
    opens, space = str(root) == str(key), space_key(place)
    title = said.title if opens else ""
    url = place.permalink  # of the group, where that is all there is
    group_url = f"https://{SERVER}/groups/{place.group}/" if not place.group.startswith("~") else ""
    above = replace(place, comment=place.above) if place.above else replace(place, comment="")
    message = Message(
        key, space, author, said.at_ms, body.html, body.text, root, None if opens else message_key(above),
        edited_at_ms=said.edited_ms, title=title, attachments=said.attachments, url=url,
    )  # fmt: skip
    return [
        Space(
            space, place.group.removeprefix("~"), said.group or place.group.removeprefix("~") or "Facebook", group_url
        ),
        Person(author, said.writer),
        *([Thread(root, space, first_line(title or body.text, MAX_TITLE_CHARS), url)] if opens else []),
        message,
    ]


def _moment(value: object) -> int:
    """Seconds since 1970, or milliseconds where the number is that large. Raises NotTaken."""
    at_ms = epoch_ms(value, 1000 if isinstance(value, int) and value > SECONDS_END else 1)
    if not at_ms:
        raise NotTaken("no_moment", field="timestamp")
    return at_ms


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _attached(told: object) -> tuple[str, tuple[Attachment, ...]]:
    """What hangs at a post: as text what has words (links, places, polls), and its files."""
    parts: list[str] = []
    files: list[Attachment] = []
    for one in _pieces(told):
        if isinstance(context := one.get("external_context"), dict):
            parts.append("\n".join(part for part in (_text(context.get("name")), _text(context.get("url"))) if part))
        if isinstance(where := one.get("place"), dict):
            parts.append(_text(where.get("name")))
        if isinstance(poll := one.get("poll"), dict):
            options = [_text(option.get("option")) for option in poll.get("options") or () if isinstance(option, dict)]
            parts.append("\n".join([_text(poll.get("question")), *(f"- {option}" for option in options if option)]))
        if isinstance(media := one.get("media"), dict):
            files += _media([media])
            parts.append(_text(media.get("description")))
    return "\n\n".join(dict.fromkeys(part for part in parts if part)), tuple(files)


def _pieces(told: object) -> Iterable[Mapping[str, Any]]:
    for one in told if isinstance(told, list) else ():
        inside = one.get("data") if isinstance(one, dict) else None
        yield from (piece for piece in inside or () if isinstance(piece, dict))


def _media(told: object) -> tuple[Attachment, ...]:
    """Files that stand in the export beside it: named, not taken in."""
    names = [_text(one.get("uri")).rpartition("/")[2] for one in told or () if isinstance(one, dict)] if isinstance(told, list) else []  # fmt: skip
    return tuple(Attachment(name, mimetypes.guess_type(name)[0] or "", None) for name in names if name)
