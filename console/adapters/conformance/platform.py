"""A hand on the other side of the adapter under test: the people there, the truth, and a line that can fail.

Every platform under test is a `Platform`. The other protocols are for what not every platform can be made to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol, runtime_checkable

from console.adapters.contract import Adapter, Tools
from console.domain.conversation import MessageKey, MessageState, SpaceKey, ThreadKey


class Fault(StrEnum):
    """What can be wrong with every answer while it lasts."""

    GARBAGE = "garbage"
    CUT = "cut"
    LIMIT = "limit"


class Cut(StrEnum):
    """Where the line breaks under a request that changes something there."""

    BEFORE = "before"  # the platform never hears of it
    DURING = "during"  # half of it arrives: nothing is done
    AFTER = "after"  # it is done, and the answer is lost
    LATE = "late"  # it is done only when `finish_late` is called


class Platform(Protocol):
    """The other side of the adapter under test. Keys are those the adapter gives."""

    space: SpaceKey

    def adapter(self, tools: Tools) -> Adapter:
        """A new adapter, signed in as one of us who may moderate."""

    def now_ms(self) -> int: ...

    def open_thread(self, title: str, text: str) -> ThreadKey:
        """A colleague opens a conversation."""

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        """A colleague answers; `held` waits for approval, where the platform has that."""

    def change(self, message: MessageKey, text: str) -> None:
        """Its author edits a message."""

    def remove(self, message: MessageKey) -> None:
        """A message vanishes for good."""

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        """Text and state of every message of a thread, the opening one too, as the platform has them itself."""

    def break_next(self, fault: Fault | None) -> None:
        """Every answer from now on is spoilt, until None makes the line whole again."""

    def broke(self) -> int:
        """How often an answer was really spoilt since the last `break_next` with a fault."""

    def spoil(self, message: MessageKey) -> bool:
        """Make one message come back in a form that can't be read; False where that can't be done."""


@runtime_checkable
class Breaking(Protocol):
    """Its line can be cut under one request that changes something.

    limit_s  how long the answer of `Fault.LIMIT` asks to wait
    """

    limit_s: float

    def cut_change(self, cut: Cut, after: int = 0) -> None:
        """The next such request is cut, or the one that comes after so many others; then the line is whole again."""

    def cuts(self) -> int:
        """How often the line was really cut since `cut_change`."""

    def finish_late(self) -> None:
        """The platform has done what was cut LATE when this returns."""


@runtime_checkable
class Crowded(Protocol):
    """A crowd can speak there faster than one by one."""

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        """So many messages; `{n}` in the text counts from 1. Oldest first."""


@runtime_checkable
class Busy(Protocol):
    """Conversations can be opened there faster than one by one."""

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        """So many, each with its opening message only; `{n}` in the text counts from 1. Oldest first."""


@runtime_checkable
class Archiving(Protocol):
    """What is hidden there is a whole conversation, by its opening message; a message of it can't be."""

    archives: bool


@runtime_checkable
class Reacting(Protocol):
    """Colleagues react to messages there."""

    def react(self, message: MessageKey, emoji: str) -> None: ...


@runtime_checkable
class Reporting(Protocol):
    """Colleagues report messages there."""

    def report(self, message: MessageKey, reason: str) -> None: ...


@runtime_checkable
class Settling(Reporting, Protocol):
    """What becomes of reports is told there, and why they were made."""

    def dismiss(self, message: MessageKey) -> None:
        """Somebody else settles the reports on a message."""

    def pending(self, message: MessageKey) -> int:
        """How many reports on a message wait for a decision, as the platform has them itself."""


@runtime_checkable
class Inviting(Protocol):
    """We can be asked to come into a space there."""

    def invite(self) -> SpaceKey: ...
