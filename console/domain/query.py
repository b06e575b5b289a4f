"""The search language: text to a syntax tree and back.

    rooster "twee nachten" is:unread -tag:planning from:fatma after:7d

Words stand side by side and all must hold; `-` turns one around. Wrong queries say where.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

IS = (
    "open", "snoozed", "escalated", "done", "unread", "unanswered", "flagged", "newcomer", "leadership", "mention",
    "reply", "mine", "held", "pinned", "locked", "first", "today", "waiting",
)  # fmt: skip
HAS = ("attachment", "link", "note", "tag", "report", "reaction", "edit")
MOST_TERMS = 100
NAMES = ("is", "from", "in", "platform", "tag", "before", "after", "has")


class QueryError(Exception):
    """A query that can't be read. `at` is the place of the first wrong character, counted from 0.

    code   "unknown_field", "unknown_is", "unknown_has", "bad_date", "open_quote", "empty_value", "too_long", "bad_next"
    """

    def __init__(self, at: int, code: str, value: str) -> None:
        super().__init__(f"{code} at {at}: {value}")
        self.at = at
        self.code = code
        self.value = value


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or the beginning of one."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """`name:value`; dates are written YYYY-MM-DD or as days back ("7d")."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    term: Word | Phrase | Field


Term = Word | Phrase | Field | Not


@dataclass(frozen=True, slots=True)
class Query:
    """Terms that must all hold. No terms hold for everything."""

    terms: tuple[Term, ...] = ()


_TERM = re.compile(r'\s*(?P<minus>-)?(?:(?P<name>[A-Za-z]+):)?(?:"(?P<quoted>[^"]*)(?P<close>")?|(?P<plain>[^\s"]+))?')
_DAYS = re.compile(r"(\d{1,4})d")
_DUTCH_DATE = re.compile(r"(\d{1,2})-(\d{1,2})-(\d{4})")


_QUOTES = str.maketrans("\u201c\u201d\u201e\u201f", '""""')  # as word processors and telephones write them


def parse(text: str) -> Query:
    """Read a query. Raises QueryError with the place and what is wrong."""
    # Half a character, of bytes that were no text, can't be looked for.
    text = text.translate(_QUOTES).encode("utf-8", "replace").decode()
    found = [match for match in _TERM.finditer(text) if match.group().strip()]
    if len(found) > MOST_TERMS:
        raise QueryError(found[MOST_TERMS].start(), "too_long", str(MOST_TERMS))
    return Query(tuple(_term(match) for match in found))


def _term(found: re.Match[str]) -> Term:
    name, quoted = found["name"], found["quoted"]
    if quoted is not None and found["close"] is None:
        raise QueryError(found.start("quoted") - 1, "open_quote", quoted)
    value = quoted if quoted is not None else (found["plain"] or "")
    term: Word | Phrase | Field
    if name is not None and name.lower() in NAMES:
        if not value.strip():
            raise QueryError(found.end(), "empty_value", name)
        term = Field(name.lower(), _checked(name.lower(), value, max(found.start("plain"), found.start("quoted"))))
    elif name is not None and value and not value.startswith("//"):
        raise QueryError(found.start("name"), "unknown_field", name)
    elif name is not None:
        term = Word(f"{name}:{value}")
    elif not value.strip():
        written = found.group().strip()
        raise QueryError(found.end() - len(written), "empty_value", written)
    else:
        term = Phrase(value) if quoted is not None else Word(value)
    return Not(term) if found["minus"] else term


def _checked(name: str, value: str, at: int) -> str:
    if name == "is" and value.lower() not in IS:
        raise QueryError(at, "unknown_is", value)
    if name == "has" and value.lower() not in HAS:
        raise QueryError(at, "unknown_has", value)
    if name in ("is", "has", "platform"):
        return value.lower()
    if name in ("before", "after"):
        return _date_words(value, at)
    return value


def _date_words(value: str, at: int) -> str:
    lowered = value.lower()
    if lowered in ("today", "vandaag"):
        return "0d"
    if lowered in ("yesterday", "gisteren"):
        return "1d"
    if _DAYS.fullmatch(lowered):
        return f"{int(lowered[:-1])}d"
    dutch = _DUTCH_DATE.fullmatch(value)
    written = f"{int(dutch[3]):04}-{int(dutch[2]):02}-{int(dutch[1]):02}" if dutch else value
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise QueryError(at, "bad_date", value) from None
    if not 1970 <= day.year < 2200:
        raise QueryError(at, "bad_date", value)
    return day.isoformat()


def day_of(value: str, today: date) -> date:
    """The day that a `before:` or `after:` value means on a given day."""
    days = _DAYS.fullmatch(value)
    return today - timedelta(days=int(days[1])) if days else date.fromisoformat(value)


def to_text(query: Query) -> str:
    """The query as a person would type it; `parse` gives the same query back."""
    return " ".join(_term_text(term) for term in query.terms)


def _term_text(term: Term) -> str:
    match term:
        case Not(inner):
            return f"-{_term_text(inner)}"
        case Phrase(text):
            return f'"{text}"'
        case Field(name, value):
            return f'{name}:"{value}"' if re.search(r"\s", value) else f"{name}:{value}"
        case Word(text):
            return text
