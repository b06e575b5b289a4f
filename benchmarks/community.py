"""A large organisation's conversations, made up from a seed: the same for everybody who measures."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from benchmarks import words
from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageKey,
    MessageState,
    Person,
    PersonKey,
    Report,
    ReportKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
    key_of,
)

MINUTE_MS, DAY_MS = 60_000, 86_400_000
YEARS_MS = 3 * 365 * DAY_MS
CHANGES_A_PAGE = 100  # as the collector's engine cuts what it pulled
MESSAGES_A_THREAD = 5
PEOPLE = 4_000
PLATFORMS = ("yammer", "humhub", "mattermost", "wordpress")
SPACES_A_PLATFORM = 6
US = "us"
SERVER = "waterland.example"
_VOCABULARY = (*words.COMMON, *(head + tail for head in words.HEADS for tail in words.TAILS))
# Zipf's law, a little flatter: the tenth word is used a tenth as often as the first.
_WEIGHTS = list(accumulate(1 / (place + 3) for place in range(len(_VOCABULARY))))
_PEOPLE_WEIGHTS = list(accumulate(1 / (place + 20) for place in range(PEOPLE)))


def connection_of(platform: str) -> ConnectionKey:
    return ConnectionKey(key_of(platform, SERVER, "connection", US))


def account_of(platform: str) -> PersonKey:
    return PersonKey(key_of(platform, SERVER, "user", US))


def spaces_of(platform: str) -> list[Space]:
    return [
        Space(SpaceKey(key_of(platform, SERVER, "space", str(n))), str(n), f"{words.HEADS[n * 7].title()}plein {n}",
              leadership=platform == "wordpress" and n == 0)
        for n in range(SPACES_A_PLATFORM)
    ]  # fmt: skip


@dataclass(slots=True)
class _Open:
    """A conversation people still write in."""

    key: ThreadKey
    space: SpaceKey
    last: MessageKey


class Community:
    """`messages` messages in a fifth as many threads, told in the order they were posted, ending at `end_ms`."""

    def __init__(self, messages: int, end_ms: int, seed: int = 3, names: str = "") -> None:
        self._messages = messages
        self._names = names
        self._end_ms = end_ms
        self._random = random.Random(seed)
        self._open = {platform: deque[_Open](maxlen=120) for platform in PLATFORMS}

    def pages(self) -> Iterator[tuple[ConnectionKey, tuple[Change, ...], int]]:
        """(connection, changes, how many of them are messages), a page of at most 100 changes at a time."""
        step_ms = YEARS_MS / max(1, self._messages)
        at_ms = float(self._end_ms - YEARS_MS)
        told = 0
        while told < self._messages:
            platform = PLATFORMS[told // 60 % len(PLATFORMS)]
            changes: list[Change] = list(spaces_of(platform)) if told < 60 * len(PLATFORMS) else []
            named: set[PersonKey] = set()
            count = 0
            while told < self._messages and len(changes) < CHANGES_A_PAGE - 4:
                at_ms += step_ms
                changes += self._said(platform, f"{self._names}{told}", int(at_ms), named)
                told += 1
                count += 1
            yield connection_of(platform), tuple(changes), count

    def _said(self, platform: str, name: str, at_ms: int, named: set[PersonKey]) -> list[Change]:
        draw = self._random
        key = MessageKey(key_of(platform, SERVER, "post", name))
        conversations = self._open[platform]
        opens = not conversations or draw.random() < 1 / MESSAGES_A_THREAD
        ours = not opens and draw.random() < 0.08
        author = Person(account_of(platform), "Redactie") if ours else self._person(platform)
        found: list[Change] = []
        if author.key not in named:
            named.add(author.key)
            found.append(author)
        if opens:
            space = SpaceKey(key_of(platform, SERVER, "space", str(draw.randrange(SPACES_A_PLATFORM))))
            home = _Open(ThreadKey(key), space, key)
            conversations.append(home)
            found.append(Thread(home.key, space, self._words(draw.randint(3, 8)).capitalize()))
            parent = None
        else:
            # Most answers go to what was said last.
            home = conversations[-1 - min(int(draw.expovariate(1 / 12)), len(conversations) - 1)]
            parent = home.last
        text = self._text(opens)
        held = platform == "wordpress" and not opens and not ours and draw.random() < 0.01
        found.append(
            Message(
                key, home.space, author.key, at_ms,
                f"<p>{escape(text, quote=False)}</p>", text, root=home.key, parent=parent,
                state=MessageState.HELD if held else MessageState.VISIBLE,
                reactions=(("👍", draw.randint(1, 20)),) if draw.random() < 0.3 else (),
                url=f"https://{SERVER}/{platform}/{name}",
            )
        )  # fmt: skip
        home.last = key
        if draw.random() < 0.0005:
            found.append(Report(ReportKey(f"{key}:report"), key, at_ms + MINUTE_MS, "Onbeleefd"))
        return found

    def _person(self, platform: str) -> Person:
        number = self._random.choices(range(PEOPLE), cum_weights=_PEOPLE_WEIGHTS)[0]
        first = words.FIRST_NAMES[number % len(words.FIRST_NAMES)]
        last = words.LAST_NAMES[number // len(words.FIRST_NAMES) % len(words.LAST_NAMES)]
        name = f"{first} {last}" if number < 1800 else f"{first} {last} {chr(65 + number % 26)}."
        return Person(PersonKey(key_of(platform, SERVER, "user", str(number))), name, f"{first.lower()}{number}",
                      leadership=number % 997 == 5)  # fmt: skip

    def _words(self, count: int) -> str:
        return " ".join(self._random.choices(_VOCABULARY, cum_weights=_WEIGHTS, k=count))

    def _text(self, opens: bool) -> str:
        draw = self._random
        kind = draw.random()
        if not opens and kind < 0.12:
            return draw.choice(words.THANKS)
        if kind < (0.3 if opens else 0.2):
            return f"{draw.choice(words.QUESTIONS)} {self._words(draw.randint(4, 14))}?"
        if kind > 0.998:
            return f"@communicatie {self._words(draw.randint(5, 20))}."
        sentences = [self._words(draw.randint(4, 14)).capitalize() + "." for _n in range(draw.randint(1, 4))]
        return " ".join(sentences)
