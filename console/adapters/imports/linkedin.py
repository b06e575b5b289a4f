"""LinkedIn's "Get a copy of your data": what one person posted and answered, in groups and elsewhere.

A post is keyed by the number in its address, so it is the same post that a mail tells of. A comment has no number of its
own in the export and is keyed by its author, moment and text. What it answers is not in the export: threads are
fragments. Messages between people are private and stay out unless they are asked for.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from console.adapters.by_hand import by_hand
from console.adapters.csv_rows import Line, text_of
from console.adapters.deep_links import LINKEDIN, Place, message_key, person_key, place_of, space_key, thread_key
from console.adapters.imports import linkedin_csv
from console.adapters.imports.entry import Entry, Options, Skipped
from console.adapters.imports.moments import epoch_ms, in_zone_ms, moment_ms
from console.adapters.imports.source import Item, Source
from console.adapters.imports.tables import lines_of, tables
from console.adapters.imports.walking import NotTaken, Part, walk
from console.adapters.links import clean_url
from console.adapters.markup import from_plain, reduce
from console.adapters.rows import first_line
from console.domain.conversation import (
    Change,
    Message,
    MessageKey,
    Person,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)
from console.domain.platform import Cursor

SERVER = "www.linkedin.com"
FEED = "feed"  # in the place of a group's number: what was posted for everybody
MAX_TITLE_CHARS = 100
URN_SHIFT = 22  # a post's number without its last 22 bits is its moment
_SPREADSHEET = ("%d-%m-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%y, %I:%M %p")
_MARKUP = re.compile(r"</?(?:p|br|a|div|span|strong|em|ul|ol|li|b|i)\b[^<>]{0,500}>", re.IGNORECASE)
_URN = re.compile(r"(\d{16,20})\Z")


class LinkedIn:
    key = platform = LINKEDIN
    capabilities = by_hand(LINKEDIN)

    def recognises(self, source: Source) -> bool:
        return any(True for _ in _files(source))

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        reader = _Reader(_writer(source), options)
        parts = (_part(source, item, kind, reader) for kind, item in _files(source))
        yield from walk(parts, source, options.since_ms, after)


def _files(source: Source) -> Iterator[tuple[str, Item]]:
    """The files that hold what was said, posts first. What a file is, its header tells."""
    listed = tables(source)
    for kind, wanted in (
        ("shares", {"date", "sharelink", "sharecommentary"}),
        ("comments", {"date", "link", "message"}),
        ("messages", {"conversation_id", "date", "content", "from"}),
    ):
        yield from ((kind, item) for item, columns in listed if wanted <= columns)


def _part(source: Source, item: Item, kind: str, reader: _Reader) -> Part:
    ways: dict[str, tuple[str, Callable[[Line], Sequence[Change]]]] = {
        "shares": ("sharecommentary", reader.shares),
        "comments": ("message", reader.comments),
        "messages": ("content", reader.messages),
    }
    long, read = ways[kind]
    return Part(item, lambda: linkedin_csv.rows(lambda: text_of(source.open(item)), "date", long), read)


def _writer(source: Source) -> str:
    """The name of the person whose data it is: the other files don't tell it."""
    for item in source.named("Profile.csv"):
        for _line, row in lines_of(source, item, ("first_name",)):
            if row is not None:
                return " ".join(f"{row.get('first_name', '')} {row.get('last_name', '')}".split())
    return ""


class _Reader:
    """Rows of one person's files -> changes."""

    def __init__(self, writer: str, options: Options) -> None:
        self._writer = writer
        self._options = options

    def shares(self, row: Line) -> list[Change]:
        place = _place(row["sharelink"])
        at_ms = self._moment(row["date"], place)
        links = [url for url in (row.get("sharedurl", ""), row.get("mediaurl", "")) if clean_url(url)]
        text = "\n\n".join(part for part in (row["sharecommentary"].strip(), *links) if part)
        if not place.post:
            place = replace(place, post=self._hashed(at_ms, text))
        return self._said(replace(place, comment="", above=""), at_ms, text)

    def comments(self, row: Line) -> list[Change]:
        place = _place(row["link"])
        at_ms, text = self._moment(row["date"], None), row["message"].strip()
        if not place.comment:
            place = replace(place, comment=self._hashed(at_ms, text))
        return self._said(place, at_ms, text)

    def messages(self, row: Line) -> list[Change]:
        if not self._options.private:
            raise NotTaken("private", quiet=True)
        if "yes" in (row.get("is_message_draft", "").lower(), row.get("is_conversation_draft", "").lower()):
            raise NotTaken("draft", quiet=True)
        content, name, at_ms = row["content"], row["from"].strip(), self._moment(row["date"], None)
        body = reduce(content) if _MARKUP.search(content) else from_plain(content)
        if not body.text.strip():
            raise NotTaken("no_text")
        space = SpaceKey(key_of(LINKEDIN, SERVER, "private", "messages"))
        author = person_key(Place(LINKEDIN, SERVER, page="messages"), name)
        said = hashlib.sha256(f"{row['conversation_id']}\n{name}\n{at_ms}\n{content}".encode()).hexdigest()[:24]
        root = ThreadKey(key_of(LINKEDIN, SERVER, "conversation", row["conversation_id"].strip() or said))
        title = row.get("conversation_title", "").strip() or row.get("subject", "").strip() or name
        key = MessageKey(key_of(LINKEDIN, SERVER, "message", said))
        return [
            Space(space, "messages", "LinkedIn"),
            Person(author, name),
            Thread(root, space, first_line(title, MAX_TITLE_CHARS)),
            Message(key, space, author, at_ms, body.html, body.text, root),
        ]

    def _moment(self, written: str, place: Place | None) -> int:
        """When it was written, else when its number says. Raises NotTaken."""
        at_ms = moment_ms(written) or self._spreadsheet_ms(written)
        if at_ms is None and place is not None and (urn := _URN.fullmatch(place.post)):
            at_ms = epoch_ms(int(urn[1]) >> URN_SHIFT, 1000)
        if at_ms is None:
            raise NotTaken("no_moment", field="Date")
        return at_ms

    def _spreadsheet_ms(self, written: str) -> int | None:
        for form in _SPREADSHEET:
            try:
                return in_zone_ms(datetime.strptime(written.strip(), form), "UTC")
            except ValueError:
                continue
        return None

    def _hashed(self, at_ms: int, text: str) -> str:
        return "~" + hashlib.sha256(f"{self._writer}\n{at_ms}\n{text}".encode()).hexdigest()[:24]

    def _said(self, place: Place, at_ms: int, text: str) -> list[Change]:
        body = from_plain(text)
        if not body.text.strip():
            raise NotTaken("no_text")
        space, author = space_key(place), person_key(place, self._writer)
        key = message_key(place)
        root = thread_key(place) if place.post else ThreadKey(key)
        opens = str(root) == str(key)
        above = replace(place, comment=place.above)
        title = first_line(body.text, MAX_TITLE_CHARS)
        url = place.permalink if place.post else ""
        in_group = bool(place.group)
        return [
            Space(
                space, place.group or FEED, place.group or "LinkedIn",
                f"https://{SERVER}/groups/{place.group}/" if in_group else f"https://{SERVER}/feed/",
            ),
            Person(author, self._writer),
            *([Thread(root, space, title, url)] if opens else []),
            Message(
                key, space, author, at_ms, body.html, body.text, root, None if opens else message_key(above), url=url
            ),
        ]  # fmt: skip


def _place(link: str) -> Place:
    """Where it was said; what stands in no group stands in the feed."""
    found = place_of(link.strip())
    if found is None or found.platform != LINKEDIN:
        found = Place(LINKEDIN, SERVER)
    return found if found.group else replace(found, page=FEED)
