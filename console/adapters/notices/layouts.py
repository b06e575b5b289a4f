"""What notices look like, read from `resources/notices/`: a new layout is an entry there and an example, no code.

resources/notices/README.md describes the files. A pattern is a sentence with names in braces for what changes in it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from console.words import resources

MAX_SENTENCE_CHARS = 600
_NAMES = re.compile(r"\{([a-z*]+)\}")
_MARKS = {
    "'": "['\u2019\u2018`\u00b4]",
    '"': '["\u201c\u201d\u201e\u201f\u00ab\u00bb]',
    "\u2026": "(?:\u2026|\\.\\.\\.)",
}
_TIME = r"\d{1,2}[:.]\d{2}(?:\s?[ap]\.?m\.?)?"
_DATE = (
    r"(?:\w{2,10},?\s)?(?:\d{1,2}\.?\s\w{3,10}\.?|\w{3,10}\.?\s\d{1,2}),?(?:\s\d{4})?,?\s(?:(?:om|at|um|kl\.)\s)?"
    + _TIME
)
_SHAPES = {"*": ".{0,300}?", "count": r"\d[\d.,]{0,8}", "time": _TIME, "date": _DATE}


class Kind(StrEnum):
    """What a notice is about. `other` is known, and nothing that colleagues say: it stays an ordinary mail."""

    POST = "post"
    COMMENT = "comment"
    DIGEST = "digest"
    REPORTED = "reported"
    PENDING = "pending"
    MEMBER = "member"
    OTHER = "other"


class Sentences:
    """Patterns of which one may match a whole line. The one that says most in words of its own is tried first."""

    def __init__(self, patterns: Sequence[str]) -> None:
        ordered = sorted(patterns, key=lambda one: -len(_NAMES.sub("", one)))
        self._patterns = [_compiled(one) for one in ordered]

    def read(self, line: str) -> Mapping[str, str] | None:
        """What stands in the places of the names; None when no pattern matches."""
        line = line[:MAX_SENTENCE_CHARS].strip()
        for pattern in self._patterns:
            found = pattern.fullmatch(line)
            if found is not None:
                return {name: value.strip() for name, value in found.groupdict().items()}
        return None

    def match(self, line: str) -> bool:
        return len(line) <= MAX_SENTENCE_CHARS and self.read(line) is not None


def _compiled(pattern: str) -> re.Pattern[str]:
    """A sentence as an expression: any white space, any kind of quotes, a full stop or not."""
    parts = _NAMES.split(pattern)
    built: list[str] = []
    for at, part in enumerate(parts):
        if at % 2 == 0:
            literal = re.sub(r"(?:\\\s|\s)+", r"\\s+", re.escape(part))
            built.append("".join(_MARKS.get(char, char) for char in literal))
        else:
            built.append(_SHAPES.get(part) or f"(?P<{part}>.{{1,500}}?)")
    return re.compile("".join(built) + r"\s*[.:!]?", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Words:
    """What a language has around the text.

    buttons  lead on to the platform
    ends     from here on nothing is a colleague's any more
    meta     stands between who and what: when, which kind of group
    skip     counts below a text
    more     there is more of the text on the platform
    """

    buttons: Sentences
    ends: Sentences
    meta: Sentences
    skip: Sentences
    more: Sentences


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which a platform tells something.

    types        of the platform's own headers, where they are known
    cards_begin  in a digest: a card begins with the link to its post; else it ends with it
    linked_text  the words of a post are themselves the link to it
    """

    key: str
    kind: Kind
    language: str
    types: frozenset[str]
    subjects: Sentences
    headings: Sentences
    words: Words
    cards_begin: bool
    linked_text: bool


@dataclass(frozen=True, slots=True)
class Book:
    """All that is known of one platform's mails.

    domains   of its notices' senders; `signers` those that sign for them
    senders   the part before the @ of senders that may write about groups, `of_groups` those that write of nothing else
    owned     domains that are the platform's too, but tell of no groups
    called    names that nobody else goes by; `marks` headers that only it writes
    types     (header, expression whose group is the type); `others` types that are not about groups
    words     all that stands in the layouts' sentences: nobody's, and the platform's own
    """

    platform: str
    domains: frozenset[str]
    signers: frozenset[str]
    senders: re.Pattern[str]
    of_groups: re.Pattern[str]
    owned: frozenset[str]
    called: Sentences
    marks: frozenset[str]
    types: tuple[tuple[str, re.Pattern[str]], ...]
    others: frozenset[str]
    layouts: tuple[Layout, ...]
    words: frozenset[str]


@cache
def books() -> tuple[Book, ...]:
    """All platforms whose notices are read."""
    folder = resources() / "notices"
    return tuple(_book(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.toml")))


def _book(told: Mapping[str, Any]) -> Book:
    shared = (
        tomllib.loads((resources() / "notices" / told["like"]).read_text(encoding="utf-8")) if "like" in told else {}
    )
    told = {**shared, **told}
    languages = told["words"]
    return Book(
        told["platform"], frozenset(told["domains"]), frozenset(told["signers"]),
        re.compile(told["senders"], re.IGNORECASE), re.compile(told["of_groups"], re.IGNORECASE),
        frozenset((*told["domains"], *told["owned"])), Sentences(told["called"]),
        frozenset(name.lower() for name in told["marks"]),
        tuple((one["header"].lower(), re.compile(one["pattern"])) for one in told["types"]),
        frozenset(told["others"]), tuple(_layout(one, languages) for one in told["layout"]),
        frozenset(_words_of([languages, told["layout"]])),
    )  # fmt: skip


def _words_of(told: object) -> Iterator[str]:
    """The words of all sentences, but not those in braces."""
    if isinstance(told, Mapping):
        yield from _words_of(
            [value for name, value in told.items() if name not in ("key", "kind", "types", "language")]
        )
    elif isinstance(told, list):
        for one in told:
            yield from _words_of(one)
    elif isinstance(told, str):
        yield from re.findall(r"[^\W\d_]+", _NAMES.sub(" ", told).lower())


def _layout(told: Mapping[str, Any], languages: Mapping[str, Mapping[str, Sequence[str]]]) -> Layout:
    spoken = [told["language"]] if "language" in told else list(languages)

    def of(name: str) -> Sentences:
        return Sentences([sentence for one in spoken for sentence in languages[one].get(name, ())])

    return Layout(
        told["key"], Kind(told["kind"]), told.get("language", ""), frozenset(told.get("types", ())),
        Sentences(told.get("subjects", ())), Sentences(told.get("headings", told.get("subjects", ()))),
        Words(of("buttons"), of("ends"), of("meta"), of("skip"), of("more")),
        told.get("cards") == "begin", bool(told.get("linked_text")),
    )  # fmt: skip
