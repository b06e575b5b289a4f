"""A text in the pieces it is read in: what somebody says, and what they only carry along (a quote, a signature).

What is carried along is folded where that makes room, and never lost. Only what is said decides: a message that is nothing
but a quotation is shown as it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby

MOST_LINES = 3  # of a quotation above its answer, that stays open
LINE_CHARS = 90  # a longer line takes several
_LABEL_CHARS = 80
_QUOTE = re.compile(r"</?blockquote>")
_LINE_END = re.compile(r"<br>|</(?:p|li|tr|pre|blockquote)>")
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, as it came: HTML of `adapters.markup`, or lines.

    label  how it begins, on one line, and `lines` how many it takes: what stands in its place while it is folded
    """

    text: str
    quoted: bool
    label: str
    lines: int
    folded: bool = False


def pieces_of_html(body: str) -> list[Piece]:
    """The pieces of a reduced body. Where a `<blockquote>` stands in it, that is an element: all else is escaped."""
    found: list[Piece] = []
    depth = at = 0
    for tag in _QUOTE.finditer(body):
        opens = tag.group() == "<blockquote>"
        if opens and depth == 0:
            found.append(_piece(body[at : tag.start()], _words(body[at : tag.start()]), quoted=False))
            at = tag.start()
        elif not opens and depth == 1:
            found.append(_piece(body[at : tag.end()], _words(body[at : tag.end()]), quoted=True))
            at = tag.end()
        depth = max(0, depth + (1 if opens else -1))
    found.append(_piece(body[at:], _words(body[at:]), quoted=depth > 0))
    return _folded(piece for piece in found if piece.text.strip())


def pieces_of_text(text: str) -> list[Piece]:
    """The pieces of a plain text; a quoted line begins with `>`."""
    found: list[Piece] = []
    for quoted, lines in groupby(text.splitlines(), key=lambda line: line.startswith(">")):
        whole = "\n".join(lines).strip("\n")
        found.append(
            _piece(whole, re.sub(r"^[> ]+", "", whole, flags=re.MULTILINE) if quoted else whole, quoted=quoted)
        )
    return _folded(piece for piece in found if piece.text)


def _words(body: str) -> str:
    return html.unescape(_TAG.sub("", _LINE_END.sub("\n", body)))


def _piece(text: str, words: str, *, quoted: bool) -> Piece:
    lines = [" ".join(line.split()) for line in words.splitlines() if line.strip()]
    told = (line for line in lines if any(char.isalnum() for char in line))
    return Piece(
        text, quoted, next(told, "…")[:_LABEL_CHARS], sum(-(-len(line) // LINE_CHARS) for line in lines)
    )  # fmt: skip


def _folded(pieces: Iterable[Piece]) -> list[Piece]:
    """What ends a text is carried along; what stands above an answer is read with it while it is short."""
    found = list(pieces)
    if all(piece.quoted for piece in found):
        return found
    return [
        replace(piece, folded=piece.quoted and piece.lines > (1 if piece is found[-1] else MOST_LINES))
        for piece in found
    ]
