"""The pieces of a WordPress export as they stream by: its posts, and their comments one by one.

A document type is refused before it can define anything, so nothing expands and nothing is fetched. Characters that XML
doesn't allow are left out. Where the XML breaks, what follows is read on from the next post.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from console.adapters.imports.clean_text import Clean
from console.adapters.imports.walking import Broken

MAX_TEXT_CHARS = 1_000_000  # of one field; the rest of it is left out
MOST_AUTHORS = 100_000
_PIECE_BYTES = 65_536
_CONTROL = bytes(code for code in range(32) if code not in (9, 10, 13))
_ENCODING = re.compile(rb"""\A\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_ITEM = b"<item>"
# What holds fields that are none of the post's or comment's own, or nobody's business.
_PASSED_OVER = frozenset({
    "wp:postmeta", "wp:commentmeta", "wp:term", "wp:category", "wp:tag", "wp:comment_author_IP", "wp:post_password", "image",
})  # fmt: skip

Fields = dict[str, str]


@dataclass(slots=True)
class Blog:
    """What the export says of the blog before its posts: its fields, and its writers by their login names."""

    fields: Fields = field(default_factory=dict)
    authors: dict[str, Fields] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """A post (`comment` is None), or a comment under one."""

    blog: Blog
    post: Fields
    comment: Fields | None = None


def pieces(stream: BinaryIO) -> Iterator[tuple[int, Piece | None]]:
    """Each piece with the line it ends on; None where the XML was broken and something is missing. Raises Broken."""
    reader, collector = _Reader(stream), _Collector()
    begin = b""
    while (yield from _until_broken(reader, collector, begin)) and reader.pass_to(_ITEM):
        begin = b"<rss><channel>"
        collector.forget()


def _until_broken(
    reader: _Reader, collector: _Collector, begin: bytes
) -> Generator[tuple[int, Piece | None], None, bool]:
    """The pieces up to where the XML breaks; returns whether it does."""
    parser = collector.parser()
    parser.Parse(begin, False)
    fed, lines = len(begin), reader.lines
    while True:
        data = reader.read()
        try:
            parser.Parse(data, not data)
        except expat.ExpatError as broken:
            yield from collector.taken(lines)
            if not data:
                raise Broken from broken
            reader.back(data[max(parser.ErrorByteIndex - fed, 0) :])
            yield lines + broken.lineno, None
            return True
        yield from collector.taken(lines)
        if not data:
            return False
        fed += len(data)


class _Reader:
    """The stream as clean UTF-8, and how many lines of it were passed."""

    def __init__(self, stream: BinaryIO) -> None:
        head = stream.read(400)
        named = _ENCODING.match(head.removeprefix(codecs.BOM_UTF8))
        again: BinaryIO = io.BufferedReader(_Again(head, stream))
        self._clean = Clean(again, _known(named.group(1).decode()) if named else "utf-8-sig", _CONTROL)
        self._next = b""
        self.lines = 0

    def read(self) -> bytes:
        data, self._next = self._next or self._clean.read(_PIECE_BYTES) or b"", b""
        self.lines += data.count(b"\n")
        return data

    def back(self, data: bytes) -> None:
        """Give this once more, before what follows."""
        self._next = data
        self.lines -= data.count(b"\n")

    def pass_to(self, mark: bytes) -> bool:
        """Pass over what stands before the mark; False where it doesn't come any more."""
        kept = b""
        while data := self.read():
            kept += data
            at = kept.find(mark)
            if at >= 0:
                self.back(kept[at:])
                return True
            kept = kept[-len(mark) :]
        return False


class _Again(io.RawIOBase):
    """A stream whose beginning was read already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


def _known(encoding: str) -> str:
    try:
        return "utf-8-sig" if codecs.lookup(encoding).name in ("utf-8", "ascii") else encoding
    except LookupError:
        return "utf-8-sig"


class _Collector:
    """Gathers the fields of what is open, and lays aside what is whole."""

    def __init__(self) -> None:
        self._blog = Blog()
        self._ready: list[tuple[int, Piece]] = []
        self._parser = expat.ParserCreate("utf-8")
        self.forget()

    def forget(self) -> None:
        """What is open stays unfinished."""
        self._post: Fields | None = None
        self._told = False  # the post was laid aside
        self._comment: Fields | None = None
        self._author: Fields | None = None
        self._field = ""
        self._text: list[str] = []
        self._size = 0
        self._passing = ""

    def parser(self) -> expat.XMLParserType:
        self._parser = made = expat.ParserCreate("utf-8")
        made.buffer_text = True
        made.StartDoctypeDeclHandler = _refused
        made.StartElementHandler = self._start
        made.EndElementHandler = self._end
        made.CharacterDataHandler = self._said
        return made

    def taken(self, lines: int) -> Iterator[tuple[int, Piece]]:
        ready, self._ready = self._ready, []
        yield from ((lines + line, piece) for line, piece in ready)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._passing:
            return
        if name in _PASSED_OVER:
            self._passing = name
        elif name == "item":
            self.forget()
            self._post = {}
        elif name == "wp:comment" and self._post is not None:
            self._lay_aside_post()
            self._comment = {}
        elif name == "wp:author" and self._post is None:
            self._author = {}
        else:
            self._field, self._text, self._size = name, [], 0

    def _said(self, text: str) -> None:
        if self._field and self._size < MAX_TEXT_CHARS:
            self._text.append(text[: MAX_TEXT_CHARS - self._size])
            self._size += len(text)

    def _end(self, name: str) -> None:
        if self._passing:
            self._passing = "" if name == self._passing else self._passing
        elif name == "item" and self._post is not None:
            self._lay_aside_post()
            self._post = None
        elif name == "wp:comment" and self._comment is not None and self._post is not None:
            self._ready.append((self._parser.CurrentLineNumber, Piece(self._blog, self._post, self._comment)))
            self._comment = None
        elif name == "wp:author" and self._author is not None:
            if len(self._blog.authors) < MOST_AUTHORS:
                self._blog.authors[self._author.get("wp:author_login", "")] = self._author
            self._author = None
        elif name == self._field:
            self._open().setdefault(name, "".join(self._text))
            self._field = ""

    def _open(self) -> Fields:
        return next(one for one in (self._comment, self._author, self._post, self._blog.fields) if one is not None)

    def _lay_aside_post(self) -> None:
        if self._post is not None and not self._told:
            self._told = True
            self._ready.append((self._parser.CurrentLineNumber, Piece(self._blog, self._post)))


def _refused(*_: object) -> None:
    raise Broken("xml_doctype")
