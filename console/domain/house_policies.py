"""The house's policies: what a verdict refers to, read from one numbered text that people edit.

    ## 4. Threats or intimidation
    Nobody is threatened or frightened.
    - Urgent: first
    - Heavy
    - Do: Keep what it says.
    - Call: security
    - Reported as: threat*, violence

A report is about a policy when its reason is the policy's name, or when one of the words behind `Reported as` stands in its
reason or in what its reporter says; a `*` stands for the rest of a word. What is urgent under a policy with `Urgent: first` comes
before what else is urgent. All of these may be English or Dutch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

T = TypeVar("T")
MOST = 99
_FIRST = frozenset({"first", "eerst"})
_HEADING = re.compile(r"##\s*(.*)")
_NUMBERED = re.compile(r"(\d{1,4})[.)]?\s+(\S.*)")
_LINE = re.compile(
    r"[-*]\s*(urgent|dringend|heavy|zwaar|do|doen|call|bellen|reported as|gemeld als)\b\s*[:.]?\s*(.*)", re.IGNORECASE
)
_NAMES = {
    "urgent": "urgent", "dringend": "urgent", "heavy": "heavy", "zwaar": "heavy", "do": "do", "doen": "do",
    "call": "call", "bellen": "call", "reported as": "words", "gemeld als": "words",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HousePolicy:
    """One policy. `do` and `call`: what to do at once and whom to call, "" where nothing is said.

    words  what a report under it is called; a word may end in `*`
    heavy  a message reported under it may weigh on whoever reads it
    first  of what is urgent, this comes before the rest
    """

    number: int
    title: str
    text: str = ""
    urgent: bool = False
    do: str = ""
    call: str = ""
    words: tuple[str, ...] = ()
    heavy: bool = False
    first: bool = False


class BadPolicies(ValueError):
    """A text that isn't a list of policies: at which line, counted from 1, and why.

    code  no_number, twice (value: the number), none
    """

    def __init__(self, line: int, code: str, value: str = "") -> None:
        super().__init__(f"line {line}: {code} {value}".rstrip())
        self.line = line
        self.code = code
        self.value = value


@lru_cache(maxsize=4)  # the file is read before every verdict under a policy, and says the same all day
def parse(text: str) -> tuple[HousePolicy, ...]:
    """The policies of a text, by number. Raises BadPolicies; a text without any is wrong too."""
    found: dict[int, HousePolicy] = {}
    title, number, said = "", 0, _Said()
    for at, line in enumerate(text.splitlines(), 1):
        heading = _HEADING.fullmatch(line.strip())
        if heading is None:
            said.add(line)
            continue
        if number:
            found[number] = said.policy(number, title)
        numbered = _NUMBERED.fullmatch(heading[1].strip())
        number = int(numbered[1]) if numbered else 0
        if numbered is None or not 1 <= number <= MOST:
            raise BadPolicies(at, "no_number", heading[1].strip())
        if number in found:
            raise BadPolicies(at, "twice", str(number))
        title, said = numbered[2].strip(), _Said()
    if not number:
        raise BadPolicies(1, "none")
    found[number] = said.policy(number, title)
    return tuple(found[number] for number in sorted(found))


def chosen(policies: Iterable[HousePolicy], numbers: Sequence[int]) -> tuple[HousePolicy, ...]:
    """Those with these numbers, each once, by number. Raises KeyError of the first that isn't there."""
    known = {policy.number: policy for policy in policies}
    return tuple(known[number] for number in sorted(set(numbers)))


def under(policies: Iterable[HousePolicy], reason: str, text: str) -> tuple[HousePolicy, ...]:
    """The policies that a report is about, by its reason and its reporter's words."""
    return tuple(policy for policy in policies if _is_about(policy.title, policy.words, reason, text))


def urgent_under(policies: Iterable[HousePolicy], reason: str, text: str) -> tuple[HousePolicy, ...]:
    """The urgent ones among them."""
    return under((policy for policy in policies if policy.urgent), reason, text)


@lru_cache(maxsize=20_000)  # all that waits is looked at again whenever anything changed
def _is_about(title: str, words: tuple[str, ...], reason: str, text: str) -> bool:
    if title.casefold() == reason.strip().casefold():
        return True
    return bool(words) and _any_of(words).search(f"{reason}\n{text}") is not None


def in_order(urgent: Iterable[tuple[T, tuple[HousePolicy, ...]]]) -> list[tuple[T, tuple[HousePolicy, ...]]]:
    """What is urgent with the policies that it is under: what comes first before the rest, else as it stands there."""
    return sorted(urgent, key=lambda one: not any(policy.first for policy in one[1]))


@lru_cache(maxsize=MOST)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these, as whole words."""
    parts = [re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(parts) + r")(?!\w)", re.IGNORECASE)


class _Said:
    """What stands below one heading, as it is read line by line."""

    def __init__(self) -> None:
        self._parts: dict[str, list[str]] = {"": []}
        self._now = ""

    def add(self, line: str) -> None:
        found = _LINE.fullmatch(line.strip())
        if found is not None:
            self._now = _NAMES[found[1].lower()]
            line = found[2]
            self._parts.setdefault(self._now, [])
        elif not line[:1].isspace():  # a line that isn't moved in goes on with what the policy says
            self._now = ""
        self._parts[self._now].append(line.strip())

    def policy(self, number: int, title: str) -> HousePolicy:
        text, do, call = (" ".join(filter(None, self._parts.get(name, ()))) for name in ("", "do", "call"))
        words = (word.strip() for word in " ".join(self._parts.get("words", ())).split(","))
        kept = tuple(filter(_Said._is_word, words))
        said = " ".join(self._parts.get("urgent", ())).strip(" .").lower()
        return HousePolicy(
            number, title, text, "urgent" in self._parts, do, call, kept, "heavy" in self._parts, said in _FIRST
        )

    @staticmethod
    def _is_word(word: str) -> bool:
        return bool(word.strip("* "))
