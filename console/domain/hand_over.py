"""What one moderator hands over to another: open assignments, drafts, snoozes and notes, as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from console.domain.conversation import ThreadKey

VERSION = 1
MOST_THREADS, MOST_CHARS = 20_000, 200_000  # of one hand-over; of one text in it
LAST_MS = 2**53  # a moment beyond every calendar


class NotAHandOver(Exception):
    """The text holds no hand-over. newer: it was made by a later version of this program."""

    def __init__(self, *, newer: bool = False) -> None:
        super().__init__("newer" if newer else "no hand-over")
        self.newer = newer


@dataclass(frozen=True, slots=True)
class HandedNote:
    """A note as it was written. `key` is that of its event in the other profile."""

    key: str
    by: str
    at_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class HandedDraft:
    """Words that were not sent. message: what they answer, "" for the thread; aside: others begun for the same thread."""

    text: str
    message: str = ""
    aside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandedThread:
    """A conversation and what its moderator had in hand of it. `title` is how it was called, for showing."""

    thread: ThreadKey
    title: str
    assigned: bool
    snoozed_until_ms: int | None = None
    draft: HandedDraft | None = None
    notes: tuple[HandedNote, ...] = ()

    @property
    def in_hand(self) -> bool:
        """Whether there is work in it: more than notes to read."""
        return self.assigned or self.snoozed_until_ms is not None or self.draft is not None


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything at once: who hands over to whom ("" for whoever has the passphrase), and when."""

    key: str
    by: str
    to: str
    made_at_ms: int
    threads: tuple[HandedThread, ...]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """How many assignments, snoozes, drafts and notes."""
        return (
            sum(one.assigned for one in self.threads),
            sum(one.snoozed_until_ms is not None for one in self.threads),
            sum(one.draft is not None for one in self.threads),
            sum(len(one.notes) for one in self.threads),
        )


def to_text(hand_over: HandOver) -> str:
    return json.dumps({"luisterpost_hand_over": VERSION} | asdict(hand_over), ensure_ascii=False)


def hand_over_of(text: str) -> HandOver:
    """What `to_text` wrote. Raises NotAHandOver where it is anything else: it comes from outside."""
    try:
        found = json.loads(text)
        if found["luisterpost_hand_over"] > VERSION:
            raise NotAHandOver(newer=True)
        threads = found["threads"]
        if len(threads) > MOST_THREADS:
            raise NotAHandOver
        return HandOver(
            _text(found["key"]), _text(found["by"]), _text(found["to"]), _moment(found["made_at_ms"]),
            tuple(_thread(one) for one in threads),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as cause:
        raise NotAHandOver from cause


def _thread(found: Mapping[str, Any]) -> HandedThread:
    until = found["snoozed_until_ms"]
    return HandedThread(
        ThreadKey(_text(found["thread"])), _text(found["title"]), bool(found["assigned"]),
        None if until is None else _moment(until), None if found["draft"] is None else _draft(found["draft"]),
        tuple(
            HandedNote(_text(one["key"]), _text(one["by"]), _moment(one["at_ms"]), _text(one["text"]))
            for one in found["notes"]
        ),
    )  # fmt: skip


def _draft(found: Mapping[str, Any]) -> HandedDraft:
    return HandedDraft(_text(found["text"]), _text(found["message"]), tuple(_text(one) for one in found["aside"]))


def _moment(found: Any) -> int:
    if not isinstance(found, int) or not 0 <= found < LAST_MS:
        raise TypeError
    return found


def _text(found: Any) -> str:
    if not isinstance(found, str) or len(found) > MOST_CHARS:
        raise TypeError
    return found
