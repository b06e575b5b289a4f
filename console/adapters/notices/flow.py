"""A mail's text as lines in reading order, each with its links: what is told by order and links, whatever its layout.

Classes, tables and pictures of such mails change every month; the order of what is read and where links lead do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

from console.adapters.markup import DROPPED, MAX_INPUT_CHARS, flat
from console.domain.characters import honest

MOST_LINES = 3_000
MAX_LINE_CHARS = 20_000
MOST_LINKS = 40  # of one line
_SLICE_CHARS = 65_536
_ENDS_A_LINE = frozenset(
    {"p", "div", "br", "tr", "td", "th", "table", "li", "ul", "ol", "hr", "section", "article", "center", "blockquote",
     "h1", "h2", "h3", "h4", "h5", "h6", "header", "footer"}
)  # fmt: skip
_STYLED = ("span", "div", "p", "td", "tr", "table", "font", "a")
_CLEANER = nh3.Cleaner(
    tags=set(_ENDS_A_LINE | {"a", "span", "font", "b", "strong", "i", "em"}),
    clean_content_tags=set(DROPPED - {"button"}),
    attributes={"*": {"style"}, "a": {"href", "style"}},
    url_schemes={"http", "https"},
    link_rel=None,
    strip_comments=True,
)
_HIDDEN = re.compile(
    r"display:none|visibility:hidden|mso-hide:all|max-height:0|font-size:[01](?:px|pt|;|$)|opacity:0(?:;|$)"
)
_URL = re.compile(r"<?(https?://[^\s<>\"]+)>?", re.IGNORECASE)
_NO_WORDS = re.compile(r"[\s\u00ad\u034f\u115f\u200b-\u200f\u2007\u2060-\u2064\ufeff\xa0]+")


@dataclass(frozen=True, slots=True)
class Line:
    """What is read on one line. `links` are their words, "" for a picture or an address, and where they lead.

    hidden  it is not shown
    bare    nothing stands on it but an address, written out
    """

    text: str
    links: tuple[tuple[str, str], ...] = ()
    hidden: bool = False
    bare: bool = False

    @property
    def all_link(self) -> bool:
        """Whether nothing stands on it but a link."""
        return bool(self.links) and self.text == self.links[0][0]


def of_plain(text: str) -> list[Line]:
    """The lines of plain text. An address stands for itself, or behind the words before it."""
    return [_plain_line(line) for line in text.splitlines()[:MOST_LINES] if line.strip()]


def _plain_line(line: str) -> Line:
    line = line[:MAX_LINE_CHARS]
    urls = _URL.findall(line)[:MOST_LINKS]
    words = _tidy(_URL.sub(" ", line)).rstrip(":([<-\u2013 ") if urls else _tidy(line)
    return Line(words, tuple((words, url) for url in urls), bare=bool(urls) and not words)


def of_html(source: str) -> list[Line]:
    """The lines of HTML, however broken."""
    reader = _Reader()
    source = source[:MAX_INPUT_CHARS].replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    cleaned = _CLEANER.clean(flat(source))
    for at in range(0, len(cleaned), _SLICE_CHARS):
        reader.feed(cleaned[at : at + _SLICE_CHARS])
        if len(reader.lines) >= MOST_LINES:
            break
    else:
        reader.close()
    return list(reader.read())


def _tidy(text: str) -> str:
    return " ".join(_NO_WORDS.sub(" ", honest(text)).split())


class _Reader(HTMLParser):
    """Reads what nh3 has put in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self._words: list[str] = []
        self._size = 0
        self._links: list[tuple[str, str]] = []
        self._link: tuple[str, list[str]] | None = None
        self._open: list[tuple[str, bool]] = []  # elements that may hide what is in them
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ENDS_A_LINE:
            self._end_line()
        found = dict(attrs)
        if tag in _STYLED:
            hides = bool(_HIDDEN.search(re.sub(r"\s", "", found.get("style") or "").lower()))
            if hides and not self._hidden:
                self._end_line()
            self._open.append((tag, hides))
            self._hidden += hides
        if tag == "a":
            self._link = (found.get("href") or "", [])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._end_link()
        if tag in _ENDS_A_LINE:
            self._end_line()
        if tag in _STYLED:
            while self._open:
                name, hides = self._open.pop()
                if hides and self._hidden == 1:
                    self._end_line()
                self._hidden -= hides
                if name == tag:
                    break

    def handle_data(self, data: str) -> None:
        if self._size > MAX_LINE_CHARS:
            return
        self._size += len(data)
        self._words.append(data)
        if self._link is not None:
            self._link[1].append(data)

    def read(self) -> Iterator[Line]:
        self._end_line()
        yield from self.lines

    def _end_link(self) -> None:
        if self._link is not None and self._link[0] and len(self._links) < MOST_LINKS:
            self._links.append((_tidy("".join(self._link[1])), self._link[0]))
        self._link = None

    def _end_line(self) -> None:
        going_on = self._link[0] if self._link is not None else ""
        self._end_link()
        text = _tidy("".join(self._words))
        links = [link for link in self._links if link[0]] or self._links
        if text or links:
            self.lines.append(Line(text, tuple(links), bool(self._hidden)))
        self._words, self._links, self._size = [], [], 0
        if going_on:  # a link around several lines leads from each of them
            self._link = (going_on, [])
