"""Letters: texts with variables that a verdict sends along. One with a gap in it is never sent.

Written as the policies are, a heading each; the words before the colon say to whom:

    ## To the author: Hidden
    Dear {author}, your message in {space} is no longer shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_HEADING = re.compile(r"##\s*(.*)")
_NAMED = re.compile(r"(to the author|aan de schrijver|to the reporter|aan de melder)\s*:\s*(\S.*)", re.IGNORECASE)
_VARIABLE = re.compile(r"\{([^{}\n]*)\}")
_TORN = re.compile(r"\{[^{}\n]{0,20}")  # begins as a variable does and ends nowhere

# What a letter may name. Each has one value a verdict, "" where it isn't known.
VARIABLES = ("author", "reporter", "space", "title", "policies", "moderator")
REPORTER = "{reporter}"  # in a letter to several: the name of each


class To(StrEnum):
    AUTHOR = "author"
    REPORTER = "reporter"


_TO = {"to the author": To.AUTHOR, "aan de schrijver": To.AUTHOR, "to the reporter": To.REPORTER,
       "aan de melder": To.REPORTER}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    to: To
    title: str
    text: str


class BadLetters(ValueError):
    """A text that isn't a list of letters. code: to_whom, twice, no_text; at a line, counted from 1."""

    def __init__(self, line: int, code: str, value: str) -> None:
        super().__init__(f"line {line}: {code} {value}")
        self.line = line
        self.code = code
        self.value = value


class Unfilled(ValueError):
    """A letter names what nobody knows here. `unknown` are no variables at all, `empty` have no value this time."""

    def __init__(self, unknown: tuple[str, ...], empty: tuple[str, ...]) -> None:
        super().__init__(", ".join((*unknown, *empty)))
        self.unknown = unknown
        self.empty = empty


def parse(text: str) -> tuple[Letter, ...]:
    """The letters of a text, in its order. Raises BadLetters. What stands before the first heading explains."""
    found: list[Letter] = []
    head: tuple[int, To, str] | None = None
    said: list[str] = []
    for at, line in enumerate([*text.splitlines(), "##"], 1):
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            said.append(line.rstrip())
            continue
        if head is not None:
            found.append(_letter(*head, said, found))
        named = _NAMED.fullmatch(heading[1].strip())
        if named is None and heading[1].strip():
            raise BadLetters(at, "to_whom", heading[1].strip())
        head = None if named is None else (at, _TO[named[1].lower()], named[2].strip())
        said = []
    return tuple(found)


def _letter(at: int, to: To, title: str, said: list[str], before: list[Letter]) -> Letter:
    text = "\n".join(said).strip()
    if not text:
        raise BadLetters(at, "no_text", title)
    if any(letter.to is to and letter.title.casefold() == title.casefold() for letter in before):
        raise BadLetters(at, "twice", title)
    return Letter(to, title, text)


def filled(text: str, values: Mapping[str, str]) -> str:
    """A letter's text with its variables filled in. Raises Unfilled."""
    named = dict.fromkeys(name.strip() for name in _VARIABLE.findall(text))
    unknown = tuple(name for name in named if name not in VARIABLES)
    empty = tuple(name for name in named if name in VARIABLES and not values.get(name, "").strip())
    torn = tuple(found[1:].strip() for found in _TORN.findall(_VARIABLE.sub("", text)))
    if unknown or empty or torn:
        raise Unfilled(unknown + torn, empty)
    return _VARIABLE.sub(lambda found: values[found[1].strip()], text)
