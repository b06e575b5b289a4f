"""A notice that nobody understood, without anything personal: enough to make a layout of, and nothing of anybody.

Kept are the platform's own header words, the order of the lines, where links lead, and words that stand in a list of words
that are nobody's. Every other word is x's, every figure a 0, every number in a link another one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby

from console.adapters.deep_links import YAMMER, Place, leads_to_person, place_of
from console.adapters.mail_parsing import Mail
from console.adapters.notices import flow
from console.adapters.notices.layouts import Book, books
from console.words import resources

MAX_CHARS = 60_000
MOST_LINES = 400
_LONG = 9  # words: a line as long as that is somebody's, unless nearly all its words are nobody's
_NEARLY = 0.8
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def cleaned(mail: Mail, platform: str) -> str:
    """The mail as an example: headers and HTML, line by line. "" for a mail of which nothing is told."""
    book = next((one for one in books() if one.platform == platform), None)
    if mail.told is None or book is None:
        return ""
    local, _, domain = mail.sender.address.rpartition("@")
    heads = [
        f"Authentication-Results: mx.example.org; dkim=pass header.d={domain}; dmarc=pass header.from={domain}",
        f'From: "{_name(mail.sender.name, book)}" <{_local(local, book)}@{domain}>',
        f"Subject: {masked(mail.subject, a_sentence=True)}",
        *_types(mail, book),
        "MIME-Version: 1.0", "Content-Type: text/html; charset=utf-8",
    ]  # fmt: skip
    numbers = _Numbers()
    texts = sorted(mail.told.texts, key=lambda one: one[0] != "text/html")[:1]
    lines = [
        _line(line, numbers)
        for mime, text in texts
        for line in (flow.of_html(text) if mime == "text/html" else flow.of_plain(text))[:MOST_LINES]
    ]
    told = [line for line, _again in groupby(lines)]
    return "\n".join([*heads, "", "<html><body>", *told, "</body></html>", ""])[:MAX_CHARS]


def masked(text: str, *, a_sentence: bool = False) -> str:
    """A line in which nothing is left but words that are nobody's; of a sentence of the platform's all of them."""
    text = " ".join("x" if "@" in one or "://" in one else one for one in text.split(" "))
    words = _WORD.findall(text)
    known = sum(word.lower() in _nobodys() for word in words)
    keeps = a_sentence or len(words) < _LONG or known >= _NEARLY * len(words)
    text = _WORD.sub(lambda found: _mask(found.group(), keeps=keeps), text)
    return re.sub(r"\d", "0", text)


def _mask(word: str, *, keeps: bool) -> str:
    if keeps and word.lower() in _nobodys():
        return word
    return "".join("X" if char.isupper() else "x" if char.isalpha() else char for char in word)


@cache
def _nobodys() -> frozenset[str]:
    """Words that are nobody's: a list of its own, and what the layouts say around what people say."""
    listed = (resources() / "notices" / "words.txt").read_text(encoding="utf-8")
    words = [word for line in listed.splitlines() if not line.startswith("#") for word in line.split()]
    return frozenset(words) | frozenset(word for book in books() for word in book.words)


def _name(name: str, book: Book) -> str:
    return name.replace('"', "") if book.called.match(name) else masked(name).replace('"', "")


def _local(local: str, book: Book) -> str:
    """The part before the @: what follows a + or _ in it names the receiver, or the organisation."""
    return re.sub(r"([+_]).*\Z", r"\1xxxx", local) if book.senders.fullmatch(local) else "xxxx"


def _types(mail: Mail, book: Book) -> Iterator[str]:
    for wanted, pattern in book.types:
        for name, value in mail.told.headers if mail.told is not None else ():
            found = pattern.search(value) if name == wanted else None
            if found is not None:
                yield (
                    f"{wanted.title()}: {found.group()}"
                    if wanted != "feedback-id"
                    else f"Feedback-ID: 0:{found.group(1)}:Facebook"
                )


class _Numbers:
    """Other numbers for those in links, each always the same one."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}

    def of(self, number: str, first: int) -> str:
        return self._given.setdefault(number, str(first + len(self._given))) if number else ""

    def link(self, url: str) -> str:
        place = place_of(url)
        if place is not None:
            return self._place(place)
        return "https://www.facebook.com/xxxx.xxxx" if leads_to_person(url) else "https://example.org/xxxx"

    def _place(self, place: Place) -> str:
        if place.platform == YAMMER:  # whose addresses hold their numbers in base64
            number, part = (place.post, "messages") if place.post else (place.group, "groups")
            return f"https://www.yammer.com/example.org/{part}/{self.of(number, 2_000_001)}"
        url = place.permalink
        for number, first in ((place.comment, 3_000_001), (place.above, 4_000_001), (place.post, 2_000_001),
                              (place.group or place.page, 1_000_001)):  # fmt: skip
            url = url.replace(number, self.of(number, first)) if number else url
        return url


def _line(line: flow.Line, numbers: _Numbers) -> str:
    """A line with its links where they stood; those of pictures come first."""
    said: list[str] = []
    rest = line.text
    for words, url in line.links:
        before, found, behind = rest.partition(words) if words else ("", "", rest)
        if words and not found:
            continue
        shown = html.escape(masked(words))
        said.append(f'{html.escape(masked(before))}<a href="{html.escape(numbers.link(url))}">{shown}</a>')
        rest = behind
    said.append(html.escape(masked(rest)))
    return f'<p style="display:none">{"".join(said)}</p>' if line.hidden else f"<p>{''.join(said)}</p>"
