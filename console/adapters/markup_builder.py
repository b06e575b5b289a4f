"""Writes safe HTML and plain text from a stream of elements, spelling out every element itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from console.adapters.links import claimed_host, clean_url, shown_address
from console.domain.characters import honest

MAX_BODY_BYTES = 262_144  # of the HTML, and of the text, that leave here
MAX_DEPTH = 12  # quotes, lists and tables inside each other; deeper ones are laid flat
MAX_PICTURES = 20  # named of one body
CUT = "…"
LONGEST_HOST = 253
_RESERVE_BYTES = 8_192  # what ends after the last words: open elements, where a link leads

INLINE = frozenset({"a", "b", "strong", "i", "em", "code"})
NESTING = frozenset({"ul", "ol", "blockquote", "table"})
CONTAINERS = NESTING | frozenset({"li", "tr", "td", "th", "pre"})
ALLOWED_TAGS = INLINE | CONTAINERS | {"p", "br"}
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What only ends a line or a paragraph; the element itself does not come through.
BREAKS = frozenset(
    {"p", "div", "section", "article", "aside", "header", "footer", "main", "figure", "figcaption", "dl", "dt", "dd",
     "hr", "caption", "details", "summary", "address", "nav", "center"}
) | HEADINGS  # fmt: skip


@dataclass(frozen=True, slots=True)
class Body:
    """What is shown and what is searched. `html` holds only ALLOWED_TAGS, and only `href` as attribute.

    pictures  (name, absolute address) of the pictures that stand in it, once each; nobody fetches them for it
    """

    html: str
    text: str
    pictures: tuple[tuple[str, str], ...] = ()


class Builder(HTMLParser):
    """Writes HTML and text from a stream of tags that nh3 has put in order."""

    def __init__(self, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base_url = base_url
        self._html: list[str] = []
        self._text: list[str] = []
        self._size_bytes = 0
        self.full = False
        self._open: list[str] = []  # containers written and not closed
        self._source: list[tuple[str, bool]] = []  # containers the source has open, and whether each was written
        self._paragraph = False  # a <p>, or the content of an <li>, <td> or <th>, has begun
        self._wants_break = False  # in an <li>, <td> or <th>: a line ends before the next words
        self._space = False  # white space was read and not written yet
        self._styles: list[str] = []  # inline elements the source has open
        self._written: list[str] = []  # those of them written and not closed
        self._link: tuple[str, list[str]] | None = None  # where it leads, the words it shows
        self._before_link = ""  # what stands before a link without a space: a host may begin there
        self._numbers: list[int] = []  # the last number of each open <ol>, 0 and less in a <ul>
        self._pictures: dict[str, str] = {}  # address -> name
        self._line = ""  # what the text's current line begins with
        self._line_empty = True

    # -- what the parser says ------------------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.full:
            return
        if tag == "br":
            self._break()
        elif tag == "img":
            self._picture(dict(attrs))
        elif tag == "q":
            self._words("\u201c")
        elif tag in INLINE:
            self._start_inline(tag, dict(attrs).get("href") or "")
        elif tag in CONTAINERS:
            self._source.append((tag, self._start_container(tag)))
        elif tag in BREAKS:
            self._end_paragraph()
            if tag in HEADINGS:
                self._styles.append("strong")

    def handle_endtag(self, tag: str) -> None:
        if tag == "q":
            self._words("\u201d")
        elif tag in INLINE:
            self._end_inline(tag)
        elif tag in CONTAINERS:
            if self._source and self._source[-1][0] == tag:
                _, written = self._source.pop()
                if written:
                    self._end_container(tag)
                else:
                    self._end_paragraph()
        elif tag in BREAKS:
            self._end_paragraph()
            if tag in HEADINGS and "strong" in self._styles:
                self._styles.remove("strong")

    def handle_data(self, data: str) -> None:
        if not self.full:
            self._words(honest(data))

    def body(self) -> Body:
        """What was written so far, with everything closed that is open."""
        self._end_inline("a")
        while self._open:
            self._end_container(self._open[-1])
        self._end_paragraph()
        text = re.sub(r"(?<![ \t])[ \t]+\n", "\n", "".join(self._text))  # each run of blanks is looked at once
        text = re.sub(r"\n{3,}", "\n\n", text).strip("\n")
        if len(text.encode()) > MAX_BODY_BYTES:
            text = text.encode()[: MAX_BODY_BYTES - len(CUT.encode())].decode(errors="ignore") + CUT
        return Body("".join(self._html), text, tuple((name, url) for url, name in self._pictures.items()))

    # -- blocks --------------------------------------------------------------------------------------------------------

    def _inside(self) -> str:
        return self._open[-1] if self._open else ""

    def _start_container(self, tag: str) -> bool:
        """Writes the container's beginning, or returns False where it may not stand: then it is laid flat."""
        self._end_paragraph()
        inside = self._inside()
        if inside in {"ul", "ol"} and tag != "li":
            self._start_container("li")
            inside = "li"
        nested = sum(1 for name in self._open if name in NESTING)
        if (
            (tag in NESTING and nested >= MAX_DEPTH)
            or (tag == "li" and inside not in {"ul", "ol"})
            or (tag == "tr" and inside != "table")
            or (tag in {"td", "th"} and inside != "tr")
            or (inside in {"table", "tr"} and tag not in {"tr", "td", "th"})
            or inside == "pre"
        ):
            return False
        self._wants_break = False
        self._open.append(tag)
        self._write(f"<{tag}>")
        if tag in {"td", "th"}:
            if not self._line_empty:
                self._text.append(" | ")
            return True
        if tag in {"ul", "ol"}:
            self._numbers.append(0 if tag == "ol" else -1_000_000)
        self._new_line(paragraph=tag in NESTING | {"pre"} and not self._in_line())
        if tag == "li":
            self._numbers[-1] += 1
            number = self._numbers[-1]
            self._line = self._indent()[:-2] + (f"{number}. " if number > 0 else "- ")
        return True

    def _in_line(self) -> bool:
        return any(name in {"li", "td", "th"} for name in self._open)

    def _indent(self) -> str:
        return "".join({"blockquote": "> ", "li": "  "}.get(name, "") for name in self._open)

    def _end_container(self, tag: str) -> None:
        self._end_paragraph()
        self._wants_break = False
        while self._open:
            name = self._open.pop()
            self._write(f"</{name}>")
            if name in {"ul", "ol"}:
                self._numbers.pop()
            if name not in {"td", "th"}:
                self._new_line(paragraph=name in NESTING | {"pre"} and not self._in_line())
            if name == tag:
                break

    def _end_paragraph(self) -> None:
        self._close_styles()
        self._before_link = ""
        self._space = False
        inside = self._inside()
        if not self._paragraph:
            return
        self._paragraph = False
        if inside in {"li", "td", "th", "pre"}:
            self._wants_break = True
        else:
            self._write("</p>")
            self._new_line(paragraph=True)

    def _begin(self) -> bool:
        """Makes place for words: a paragraph, an item, a cell. False where words can't stand."""
        inside = self._inside()
        if inside in {"ul", "ol"}:
            self._start_container("li")
        elif inside in {"table", "tr"}:
            # A parser moves words out of a table; what is left here is white space and broken markup.
            return False
        if not self._paragraph:
            if self._inside() in {"li", "td", "th", "pre"}:
                if self._wants_break and self._html[-1] != "<pre>":
                    self._write("<br>" if self._inside() != "pre" else "\n")
                    self._end_of_line()
            else:
                self._write("<p>")
            self._wants_break = False
            self._paragraph = True
        return True

    # -- lines of the text ---------------------------------------------------------------------------------------------

    def _new_line(self, paragraph: bool = False) -> None:
        if not self._line_empty:
            self._text.append("\n")
        if paragraph and self._text:
            self._text.append("\n")
        self._line_empty = True
        self._line = self._indent()

    def _end_of_line(self) -> None:
        """A line ends inside a paragraph, an item or a cell."""
        self._before_link = ""
        if self._inside() in {"td", "th"}:
            self._text.append(" ")
            return
        if self._line_empty:
            self._text.append(self._line.rstrip())
        self._text.append("\n")
        self._line_empty = True
        self._line = self._indent()

    def _say(self, words: str) -> None:
        if self._line_empty:
            self._text.append(self._line)
            self._line_empty = False
        self._text.append(words)

    # -- words ---------------------------------------------------------------------------------------------------------

    def _write(self, markup: str) -> None:
        self._size_bytes += len(markup.encode())
        self._html.append(markup)
        # From here on nothing begins; what is open still ends.
        self.full = self.full or self._size_bytes > MAX_BODY_BYTES - _RESERVE_BYTES

    def _break(self) -> None:
        if not self._begin():
            return
        self._space = False
        if self._inside() == "pre":
            if self._html[-1] == "<pre>":
                return  # a parser drops the line end that a <pre> begins with
            self._write("\n")
        elif self._html[-2:] == ["<br>", "<br>"]:
            return
        else:
            self._write("<br>")
        self._end_of_line()

    def _words(self, words: str) -> None:
        if not words or self.full:
            return
        if self._inside() == "pre":
            self._verbatim(words)
            return
        parts = words.split()
        if not parts:
            self._space = self._space or self._paragraph
            return
        if not self._begin():
            return
        gap = " " if self._paragraph and (self._space or words[0].isspace()) and not self._line_empty else ""
        self._put(gap, " ".join(parts))
        self._space = words[-1].isspace()

    def _verbatim(self, words: str) -> None:
        if self._begin():
            for number, line in enumerate(words.split("\n")):
                if number and self._html[-1] != "<pre>":
                    self._write("\n")
                    self._end_of_line()
                if line:
                    self._put("", line)

    def _put(self, gap: str, words: str) -> None:
        room = MAX_BODY_BYTES - _RESERVE_BYTES - self._size_bytes
        escaped = html.escape(words, quote=False)
        if len(escaped.encode()) > room:
            # A character takes at most five bytes, as `&amp;`: a cut by characters is always short enough.
            words = words[: max(0, (room - len(CUT.encode())) // 5)] + CUT
            escaped = html.escape(words, quote=False)
            self.full = True
        if gap:
            self._write(gap)
            self._say(gap)
        self._open_styles()
        self._write(escaped)
        self._say(words)
        if self._link is not None:
            self._link[1].append(gap + words)
        else:
            line = (self._before_link + gap + words)[-LONGEST_HOST:]
            self._before_link = "" if line[-1:].isspace() else line.rsplit(None, 1)[-1] if line else ""

    def _picture(self, attributes: dict[str, str | None]) -> None:
        """Its words are shown, or the name of its file, and an emoji is itself; the picture is only named."""
        alt = honest(attributes.get("alt") or "").strip()
        if alt and len(alt) <= 8 and not any(char.isascii() and char.isalnum() for char in alt):
            self._words(alt)
            return
        source = attributes.get("src") or ""
        name = (alt or honest(unquote(_path(source)).rsplit("/", 1)[-1]))[:200]
        if name:
            self._words(f"[{name}]")
        url = clean_url(_joined(self._base_url, source)) if source else ""
        if url.startswith("http") and len(self._pictures) < MAX_PICTURES:
            self._pictures.setdefault(url, name)

    # -- bold, slanted, links ------------------------------------------------------------------------------------------

    def _start_inline(self, tag: str, href: str) -> None:
        if tag == "a":
            if self._link is not None:
                self._end_inline("a")
            url = clean_url(urljoin(self._base_url, href) if self._base_url and href else href)
            if not url:
                return
            self._link = (url, [])
        if tag == "a" or len(self._styles) < MAX_DEPTH:
            self._styles.append(tag)

    def _end_inline(self, tag: str) -> None:
        if tag not in self._styles:
            return
        if tag in self._written:
            # Close down to it; what is still open inside comes back with the next words.
            while self._written:
                name = self._written[-1]
                self._close_style()
                if name == tag:
                    break
        at = len(self._styles) - 1 - self._styles[::-1].index(tag)
        del self._styles[at]
        if tag == "a":
            self._link = None

    def _tell_the_truth(self) -> None:
        """Where a link leads to another host than its words say, that host is added to them."""
        if self._link is None:
            return
        url, words = self._link[0], "".join(self._link[1])
        self._link[1].clear()
        if words[:1].strip():
            words = self._before_link + words
        self._before_link = words
        truth = shown_address(url)
        claimed = claimed_host(words)
        if truth and words.strip() and (truth.suspect or (claimed and claimed != truth.host)):
            note = f"[{truth.words}]"
            if not words.endswith(note):  # else it is there, from a time before
                note = note if self._line_empty else f" {note}"
                self._write(html.escape(note, quote=False))
                self._say(note)
            self._before_link = ""

    def _open_styles(self) -> None:
        for tag in self._styles[len(self._written) :]:
            if tag == "a" and self._link is not None:
                self._write(f'<a href="{html.escape(self._link[0])}">')
            else:
                self._write(f"<{tag}>")
            self._written.append(tag)

    def _close_styles(self) -> None:
        while self._written:
            self._close_style()

    def _close_style(self) -> None:
        if self._written[-1] == "a":
            self._tell_the_truth()
        self._write(f"</{self._written.pop()}>")


def _path(url: str) -> str:
    """The path of an address, "" for what is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _joined(base_url: str, url: str) -> str:
    """An address that is relative to another, "" for what is none."""
    try:
        return urljoin(base_url, url)
    except ValueError:
        return ""
