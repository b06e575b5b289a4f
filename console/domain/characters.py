"""Characters that make a text read otherwise than it is: taken out, except where a language or an emoji needs them."""

from __future__ import annotations

import re
import unicodedata

# Controls, and what a program and not a reader understands. Tabs and line ends stay.
_NEVER = re.compile(
    "["
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f"
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u206f\u202a-\u202e"
    "\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U000e0001\U000e0100-\U000e01ef\U000f0000-\U0010ffff"
    "]"
)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MARKS = re.compile("[\u061c\u200e\u200f]")  # say which way a neutral character goes; they can't turn letters around
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdfd\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_JOINERS = re.compile("[\u200c\u200d]")
_SELECTORS = re.compile("[\ufe00-\ufe0f]{2,}")
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0020-\U000e007f]")
_ABOVE = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_PILE = re.compile(f"([{_ABOVE}]{{6}})[{_ABOVE}]+")  # accents heaped on one letter until they cover the lines around
_SURROGATES = re.compile("[\ud800-\udfff]")
# Scripts in which a joiner changes how a word is written: Arabic, Syriac, Mongolian and those of India and around.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\u1a20-\u1aaf\ua8e0-\uabff]")
MAX_LINE_CHARS = 500
_ONE_LINE = re.compile(r"(?! )[\x20-\x7e\xa1-\xac\xae-\u02ff]*(?<! )\Z")
_HARMLESS = re.compile(r"[\t\n\x20-\x7e\xa0-\xac\xae-\u02ff]*\Z")


def honest(text: str) -> str:
    """The text as it reads: no overrides of direction, no invisible characters, no controls; line ends are `\\n`.

    Joiners stay inside emoji and inside words of scripts that use them, direction marks in a text that has
    right-to-left letters, a selector after its character, tags in a flag.
    """
    if _HARMLESS.match(text):
        return text
    text = _SURROGATES.sub("\ufffd", text)
    text = _LINE_ENDS.sub("\n", text)
    text = _NEVER.sub("", text)
    text = _TAGS.sub(lambda match: match.group(1) or "", text)
    if _MARKS.search(text) and not _RIGHT_TO_LEFT.search(text):
        text = _MARKS.sub("", text)
    text = _SELECTORS.sub(lambda match: match.group()[0], text)
    text = _PILE.sub(r"\1", text)
    return _JOINERS.sub(_joiner, text) if _JOINERS.search(text) else text


def _joiner(match: re.Match[str]) -> str:
    text, at = match.string, match.start()
    before = text[at - 1] if at else ""
    after = text[at + 1] if at + 1 < len(text) else ""
    if _JOINING.match(before) and (not after or _JOINING.match(after) or not after.isalnum()):
        return match.group()
    if match.group() == "\u200d" and _is_pictorial(before) and _is_pictorial(after):
        return match.group()
    return ""


def _is_pictorial(char: str) -> bool:
    """Whether this can stand on either side of the joiner in an emoji made of several."""
    if not char:
        return False
    if char == "\ufe0f" or "\U0001f3fb" <= char <= "\U0001f3ff":
        return True
    return unicodedata.category(char) == "So" or "\U0001f000" <= char <= "\U0001faff"


def one_line(text: str, most: int = MAX_LINE_CHARS) -> str:
    """The text as it reads, on one line: a name, a title, a reason. What is longer than `most` ends in `…`."""
    line = text if _ONE_LINE.match(text) and "  " not in text else " ".join(honest(text[: 4 * most]).split())
    return line if len(line) <= most else line[: most - 1] + "…"
