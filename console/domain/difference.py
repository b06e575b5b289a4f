"""What changed between two texts, word by word, so that a person sees it at a glance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 1000  # of a longer text the rest counts as one word: comparing takes the square of it
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text. `changed`: the other text hasn't it."""

    text: str
    changed: bool


def difference(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; put together again, the pieces are the texts."""
    old, new = _words(before), _words(after)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for pieces, words in ((left, old[a:b]), (right, new[c:d])):
            if words:
                pieces.append(Piece("".join(words), tag != "equal"))
    return left, right


def _words(text: str) -> list[str]:
    found = list(_WORD.findall(text))
    return found if len(found) <= MOST_WORDS else [*found[:MOST_WORDS], "".join(found[MOST_WORDS:])]
