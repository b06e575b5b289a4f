"""What changed between two texts, word by word, so that a person sees it at a glance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SHORT = 6  # letters: so little that stays between two changes, word for word, tells a reader nothing
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
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    inner = range(1, len(steps) - 1)
    left: list[Piece] = []
    right: list[Piece] = []
    for at, (tag, a, b, c, d) in enumerate(steps):
        stays = tag == "equal" and not (at in inner and len("".join(old[a:b]).strip()) < SHORT)
        _add(left, "".join(old[a:b]), changed=not stays)
        _add(right, "".join(new[c:d]), changed=not stays)
    return left, right


def _add(pieces: list[Piece], text: str, *, changed: bool) -> None:
    """At the end; what follows its like becomes one piece with it."""
    if pieces and pieces[-1].changed == changed:
        text = pieces.pop().text + text
    if text:
        pieces.append(Piece(text, changed))


def _words(text: str) -> list[str]:
    found = list(_WORD.findall(text))
    return found if len(found) <= MOST_WORDS else [*found[:MOST_WORDS], "".join(found[MOST_WORDS:])]
