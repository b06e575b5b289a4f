"""Does a text ask something, or only say thanks? The first wants an answer, the second none."""

from __future__ import annotations

import re

# How a question opens that its writer forgot to end with a question mark. Whole words at the start of a sentence.
_OPENINGS_NL = (
    "wie weet", "weet iemand", "weten jullie", "heeft iemand", "hebben jullie", "kan iemand", "kunnen jullie",
    "kan ik", "kunnen we", "mag ik", "mogen we", "waarom", "wanneer", "hoe kan", "hoe moet", "hoe werkt", "hoe zit",
    "hoe kom", "hoe krijg", "waar vind", "waar kan", "waar moet", "waar staat", "wat moet", "wat is de bedoeling",
    "klopt het dat", "is het waar dat", "is er iemand", "is er al", "zou iemand", "zijn er mensen", "bij wie",
    "aan wie", "moet ik", "moeten we", "wie kan", "wie heeft", "krijgen we", "krijg ik",
)  # fmt: skip
_OPENINGS_EN = (
    "does anyone", "does anybody", "has anyone", "has anybody", "can anyone", "can anybody", "can someone",
    "could someone", "could anyone", "can i", "can we", "may i", "is there any", "is there a", "why is", "why do",
    "why are", "why did", "when will", "when is", "when do", "how do", "how can", "how does", "where do", "where can",
    "where is", "what is the", "who knows", "who can", "should i", "should we", "is it true",
)  # fmt: skip
_SENTENCE = re.compile(
    r"(?:^|[.!?…\n])\s*(?:en |maar |dus |and |but |so )?(?:" + "|".join((*_OPENINGS_NL, *_OPENINGS_EN)) + r")\b"
)
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_QUOTED_LINE = re.compile(r"^\s*>.*$", re.MULTILINE)
_QUESTION_MARK = re.compile("[?\uff1f\u061f]")  # also the full-width and the Arabic one


def asks(text: str) -> bool:
    """Whether a text holds a question mark outside links and quoted lines, or a sentence that opens as a question."""
    if not text:
        return False
    if ">" in text:
        text = _QUOTED_LINE.sub(" ", text)
    if "://" in text or "www." in text:
        text = _LINK.sub(" ", text)
    return bool(_QUESTION_MARK.search(text)) or bool(_SENTENCE.search(text.lower()))


_THANKS = frozenset(
    "dank dankjewel dankje dankjulliewel bedankt thanks thank thx ty merci top super fijn mooi geweldig prima ok oke "
    "okay oké oki helder duidelijk goed great perfect nice cool love gefeliciteerd proficiat congrats congratulations "
    "hulde yes ja jullie je wel you so much heel erg zeer veel hartelijk allemaal all iedereen team voor de het dit "
    "dat for the this that nou hoor weer gedaan hartstikke jij u".split()
)
_WORD = re.compile(r"\w+", re.UNICODE)


def only_thanks(text: str) -> bool:
    """Whether a text is no more than a thanks, a good word or a smiley: at most eight such words."""
    words = _WORD.findall(text.lower())
    return len(words) <= 8 and all(word in _THANKS for word in words)
