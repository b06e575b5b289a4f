"""What a format gives: entries, each with the place to go on after it, and what was skipped with its reason.

A format is a module of its own beside this one, one object of it stands in `recognising.FORMATS`. It knows no store, no
clock and no disk: it reads a `Source` and is asked to go on where somebody stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from console.adapters.contract import Held
from console.adapters.imports.beside import Beside
from console.adapters.imports.source import Source
from console.adapters.notices.mailbox import nowhere
from console.domain.conversation import Change, MessageKey
from console.domain.platform import Capabilities, Cursor, Way

READ_ONLY = Capabilities({"read": Way.API}, approximate=True)
ZONE = "Europe/Amsterdam"  # of moments that name none, unless somebody says another


@dataclass(frozen=True, slots=True)
class Entry:
    """What one piece of a file says: a message with its author, thread and space, or a handful of those.

    at       plain JSON: `Format.read(…, after=at)` goes on with what follows this entry. Small: it is stored with every page
    changes  some hundreds at most; spaces, people and threads before what refers to them. What was told by an earlier
             entry of the same read need not be told again, but may be
    troubles how many of the source's troubles were there when this was read, where it was read ahead
    """

    at: Cursor
    changes: tuple[Change, ...]
    troubles: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """What was not taken in, and why; it never stops the rest.

    where   the file and the row or number in it, as a person would look it up: "Messages.csv:1202"
    reason  one of the codes of `console.sentences.imports`, which has its sentence
    facts   what that sentence shows (plain strings and numbers)
    raw     the row as it came, cut at a few hundred characters; "" where there is none or it is nobody's business
    """

    at: Cursor
    where: str
    reason: str
    facts: Mapping[str, object] = field(default_factory=dict)
    raw: str = ""


HeldOf = Callable[[Sequence[MessageKey]], Mapping[MessageKey, Held]]


def _nothing_held(messages: Sequence[MessageKey]) -> Mapping[MessageKey, Held]:
    return {}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person said about a file, and what a format may ask.

    server    host[:port][/path] in lower case of the platform these conversations come from, so that their keys are those
              that its adapter gives; "" where nobody said: then the file itself tells, or the format has a name of its own
    account   who is "us" in it: a key, or a mail address; "" where nobody said
    name      what the file is called where it has no name for its one space: "redactie 2024"
    timezone  the zone (IANA) of moments that don't name one
    since_ms  what was said before isn't wanted (UTC epoch milliseconds)
    until_ms  when the file was taken in: what claims to be said later was said then; 0 where nobody said
    private   private messages are wanted too; otherwise they are skipped, with the reason "private"
    trusted   the servers whose word on who sent a mail holds, as they call themselves in it; empty where nobody said
    held      as `Tools.held`: where messages stand that are here already
    servers   as `Tools.servers`: platform -> the servers that connections of this profile have there
    beside    what takes pieces of a file apart ahead of us; whoever made it closes it
    """

    server: str = ""
    account: str = ""
    name: str = ""
    timezone: str = ZONE
    since_ms: int = 0
    until_ms: int = 0
    private: bool = False
    trusted: frozenset[str] = frozenset()
    held: HeldOf = _nothing_held
    servers: Callable[[str], Sequence[str]] = nowhere
    beside: Beside = field(default_factory=lambda: Beside(None))


class Format(Protocol):
    """One kind of file. `key` names it ("slack"), `platform` whose conversations it holds, by its adapter's key."""

    @property
    def key(self) -> str: ...

    @property
    def platform(self) -> str: ...

    @property
    def capabilities(self) -> Capabilities:
        """What can be done about what it holds: nothing, or by hand where there are permalinks. Never by an API."""

    def recognises(self, source: Source) -> bool:
        """Whether this source is one, by what is in it and not by what it is called. Cheap: heads only."""

    def read(self, source: Source, options: Options, after: Cursor | None) -> Iterator[Entry | Skipped]:
        """What it says from the beginning, or after an entry's `at`; the same again each time it is read.

        It holds little at once, however large the source is. Broken rows are `Skipped`; a stream that breaks off looks
        like one that ends, and the source notes it. Raises PlatformError only where nothing of it can be read.
        """
