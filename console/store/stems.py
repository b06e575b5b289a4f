"""Dutch and English word stems: what is indexed and what is asked for are cut down alike."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"\w+", re.UNICODE)


@lru_cache(maxsize=1)
def _stemmers() -> tuple[object, object]:
    import Stemmer  # only who indexes or searches needs it, and starting is to be quick

    return Stemmer.Stemmer("dutch"), Stemmer.Stemmer("english")


@lru_cache(maxsize=65_536)
def stems_of(word: str) -> str:
    """Both languages' stems of one lower-case word: we don't know which language it is in, and both are cheap."""
    dutch, english = (stemmer.stemWord(word) for stemmer in _stemmers())  # type: ignore[attr-defined]  # no stubs
    return str(dutch) if dutch == english else f"{dutch} {english}"


def stemmed(text: str) -> str:
    """The stems of a text, each different word once."""
    return " ".join(dict.fromkeys(map(stems_of, _WORD.findall(text.lower()))))
