"""Does a text ask something, or only say thanks? The first wants an answer, the second none."""

from __future__ import annotations

import re

# How a question opens that its writer forgot to end with a question mark. Whole words at the start of a sentence;
# "wanneer" and "when" open statements as often, so they count only with a verb behind them.
_OPENINGS_NL = (
    "wie weet", "weet iemand", "weten jullie", "heeft iemand", "hebben jullie", "kan iemand", "kunnen jullie",
    "kan ik", "kunnen we", "mag ik", "mogen we", "waarom", "hoe kan", "hoe moet", "hoe werkt", "hoe zit",
    "hoe kom", "hoe krijg", "waar vind", "waar kan", "waar moet", "waar staat", "wat moet", "wat is de bedoeling",
    "klopt het dat", "is het waar dat", "is er iemand", "is er al", "zou iemand", "zijn er mensen", "bij wie",
    "aan wie", "moet ik", "moeten we", "wie kan", "wie heeft", "krijgen we", "krijg ik", "hoe lang duurt",
    "wanneer is", "wanneer zijn", "wanneer komt", "wanneer komen", "wanneer gaat", "wanneer gaan", "wanneer wordt",
    "wanneer worden", "wanneer kan", "wanneer kunnen", "wanneer krijg", "wanneer krijgen", "wanneer begint",
    "wanneer moet", "wanneer moeten", "wanneer mag", "wanneer mogen", "wanneer horen",
)  # fmt: skip
_OPENINGS_EN = (
    "does anyone", "does anybody", "has anyone", "has anybody", "can anyone", "can anybody", "can someone",
    "could someone", "could anyone", "can i", "can we", "may i", "is there any", "is there a", "why is", "why do",
    "why are", "why did", "when will", "when is", "when do", "when does", "how do", "how can", "how does", "where do",
    "where can", "where is", "what is the", "who knows", "who can", "should i", "should we", "is it true",
)  # fmt: skip
_BY_FIRST_WORD: dict[str, tuple[str, ...]] = {}
for _opening in (*_OPENINGS_NL, *_OPENINGS_EN):
    _first = _opening.split()[0]
    _BY_FIRST_WORD[_first] = (*_BY_FIRST_WORD.get(_first, ()), _opening)
_SENTENCE_END = re.compile("[.!\u2026\n]")
_FIRST_WORD = re.compile(r"\s*(?:(?:en|maar|dus|hoi|hallo|and|but|so|hi)[ ,]+)?([a-z]+)")
_QUOTED_LINE = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_MARK = re.compile("[?\uff1f\u061f\u2047\u2048\u2753\u2754]")  # also full-width, Arabic, doubled, and the two emoji


def asks(text: str) -> bool:
    """Whether a text holds a question mark outside links and quoted lines, or a sentence that opens as a question."""
    if ">" in text:
        text = _QUOTED_LINE.sub(" ", text)
    if _MARK.search(text):
        linked = "/" in text or "www." in text
        if not linked or any(_is_marked(word) for word in text.split()):
            return True
    return any(_opens_as_question(sentence) for sentence in _SENTENCE_END.split(text.lower()))


def _is_marked(word: str) -> bool:
    """Whether a word ends a question. In a link only a mark at its very end does: that one belongs to the sentence."""
    if _MARK.search(word) is None:
        return False
    if "/" not in word and "www." not in word:
        return True
    last = next((sign for sign in reversed(word) if sign.isalnum() or _MARK.match(sign)), "")
    return _MARK.match(last) is not None


def _opens_as_question(sentence: str) -> bool:
    first = _FIRST_WORD.match(sentence)
    if first is None:
        return False
    rest = sentence[first.start(1) :]
    return any(
        rest.startswith(opening) and not rest[len(opening) : len(opening) + 1].isalnum()
        for opening in _BY_FIRST_WORD.get(first[1], ())
    )


# A thanks or a good word, and the little words that stand around it.
_GOOD_WORDS = frozenset((
    "dank", "dankjewel", "dankje", "dankjulliewel", "bedankt", "thanks", "thank", "thx", "ty", "merci", "top",
    "super", "fijn", "mooi", "geweldig", "prima", "ok", "oke", "okay", "oké", "oki", "helder", "duidelijk", "goed",
    "great", "perfect", "nice", "cool", "love", "gefeliciteerd", "proficiat", "congrats", "congratulations", "hulde",
    "yes", "ja", "welkom", "welcome",
))  # fmt: skip
_AROUND = frozenset((
    "jullie", "je", "wel", "you", "so", "much", "heel", "erg", "zeer", "veel", "hartelijk", "allemaal", "all",
    "iedereen", "team", "voor", "de", "het", "dit", "dat", "for", "the", "this", "that", "nou", "hoor", "weer",
    "gedaan", "hartstikke", "jij", "u", "allen", "everyone",
))  # fmt: skip
_WORD = re.compile(r"\w+")
_MOST_WORDS = 8
_MOST_NAMES = 2


def only_thanks(text: str) -> bool:
    """Whether a text is no more than a thanks, a good word or a smiley, with at most two names in it.

    A text without a word says no more either. Quoted lines don't count.
    """
    if ">" in text:
        text = _QUOTED_LINE.sub(" ", text)
    words = _WORD.findall(text[:400])
    if len(words) > _MOST_WORDS or len(text) > 400:
        return False
    good = names = 0
    for word in words:
        lowered = word.lower()
        if lowered in _GOOD_WORDS:
            good += 1
        elif lowered not in _AROUND:
            names += 1
            if not word[0].isupper():
                return False
    return not words or (good > 0 and names <= _MOST_NAMES)
