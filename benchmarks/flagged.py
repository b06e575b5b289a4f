"""A profile with reported messages of every kind, made up from a seed: the same for everybody who walks through it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from html import escape
from pathlib import Path

from benchmarks import words
from benchmarks.big_store import DAY_MS, MODERATOR, now_ms, opened
from console import settings
from console.adapters.memory_shows import SHOWS
from console.domain.conversation import (
    Change,
    ConnectionKey,
    Message,
    MessageKey,
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
from console.domain.platform import Page
from console.store.connection import Store
from console.store.write import connections, pages
from console.store.write.connections import NewConnection

PLATFORMS = ("wordpress", "yammer", "humhub", "facebook", "linkedin")
SERVER = "waterland.example"
PEOPLE = 60
MOST_MESSAGES = 14
REASONS = (
    "Privacy of clients",
    "Aimed at a person",
    "Discrimination",
    "Advertising or spam",
    "",
)
MINUTE_MS = 60_000


def make(folder: Path, items: int, seed: int = 7) -> None:
    """Fill a profile with `items` reported messages: of five platforms, some edited, some with several reports."""
    settings.save(folder, {("you", "name"): MODERATOR})
    store = opened(folder)
    for platform in PLATFORMS:
        _connect(store, platform)
    draw = random.Random(seed)
    for n in range(items):
        platform = PLATFORMS[n % len(PLATFORMS)]
        for stage, changes in enumerate(_conversation(draw, platform, n)):
            pages.apply(store, _connection(platform), "feed", Page(tuple(changes), {"at": [n, stage]}))
    store.close()


def _connection(platform: str) -> ConnectionKey:
    return ConnectionKey(key_of(platform, SERVER, "connection", "us"))


def _space(platform: str) -> Space:
    return Space(SpaceKey(key_of(platform, SERVER, "space", "plein")), "plein", "Het plein")


def _connect(store: Store, platform: str) -> None:
    connection = _connection(platform)
    connections.put(
        store,
        NewConnection(connection, platform.title(), platform, "memory", f"https://{SERVER}/{platform}", "us", SERVER,
                      PersonKey(key_of(platform, SERVER, "user", "us")), "Redactie", 0, now_ms() - 400 * DAY_MS, {}),
    )  # fmt: skip
    connections.put_spaces(store, connection, [(_space(platform), SHOWS[platform])])
    connections.note_health(store, connection, connections.Round("ok"))


def _conversation(draw: random.Random, platform: str, n: int) -> Sequence[list[Change]]:
    """What is said around one reported message, then its edit where it has one."""
    length, began_ms = draw.randint(1, MOST_MESSAGES), now_ms() - 5 * DAY_MS + n * MINUTE_MS
    root = ThreadKey(key_of(platform, SERVER, "message", f"{n}-0"))
    changes: list[Change] = [
        _space(platform),
        Thread(root, _space(platform).key, " ".join(_text(draw, 5)).capitalize()),
    ]
    about, at = draw.randrange(length), 0
    for at in range(length):
        changes += _said(draw, platform, n, at, began_ms + at * 1_000)
    reported = MessageKey(key_of(platform, SERVER, "message", f"{n}-{about}"))
    for k in range(draw.choice((1, 1, 2, 3))):
        name = draw.choice(words.FIRST_NAMES) + " " + draw.choice(words.LAST_NAMES)
        changes.append(Report(ReportKey(f"{platform}:{SERVER}:report:{n}-{k}"), reported, began_ms + 20_000 + k,
                              draw.choice(REASONS), " ".join(_text(draw, 9)), name if draw.random() < 0.8 else ""))  # fmt: skip
    if draw.random() < 0.3:
        return changes, _said(draw, platform, n, about, began_ms + about * 1_000, edited_ms=began_ms + 30_000)
    return (changes,)


def _said(
    draw: random.Random, platform: str, n: int, at: int, at_ms: int, edited_ms: int | None = None
) -> list[Change]:
    number = (n * 7 + at) % PEOPLE  # an edit is by who wrote it
    author = PersonKey(key_of(platform, SERVER, "user", str(number)))
    text = " ".join(_text(draw, draw.randint(4, 60))).capitalize() + "."
    half = text[: len(text) // 2].rpartition(" ")[0]
    key = MessageKey(key_of(platform, SERVER, "message", f"{n}-{at}"))
    parent = MessageKey(key_of(platform, SERVER, "message", f"{n}-{at - 1}")) if at else None
    name = f"{words.FIRST_NAMES[number % len(words.FIRST_NAMES)]} {words.LAST_NAMES[number // len(words.FIRST_NAMES)]}"
    return [
        Person(author, name, name.lower(), "Verpleegkundige" if number % 3 else ""),
        Message(key, _space(platform).key, author, at_ms, f"<p>{escape(half)}</p><p>{escape(text[len(half):])}</p>", text,
                root=ThreadKey(key_of(platform, SERVER, "message", f"{n}-0")), parent=parent, edited_at_ms=edited_ms),
    ]  # fmt: skip


def _text(draw: random.Random, count: int) -> list[str]:
    return draw.choices(words.COMMON, k=count)
