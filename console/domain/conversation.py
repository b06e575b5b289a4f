"""What colleagues say: spaces, people, messages and the reports raised on them.

A key names a thing on every machine that sees it; a `remote_id` is the platform's own name for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

ConnectionKey = NewType("ConnectionKey", str)
SpaceKey = NewType("SpaceKey", str)
ThreadKey = NewType("ThreadKey", str)
MessageKey = NewType("MessageKey", str)
PersonKey = NewType("PersonKey", str)
ReportKey = NewType("ReportKey", str)


def key_of(platform: str, server: str, kind: str, remote_id: str) -> str:
    """The key of a thing: platform, server, kind of thing and the platform's own id, joined readably.

    `server` is a host with its port and path ("blog.example.org/nl"), lower case, without scheme.
    """
    return f"{platform}:{server}:{kind}:{remote_id}"


class MessageState(StrEnum):
    """Where a message stands on its platform; `unreadable` could not be parsed and is kept as it came.

    `away`: it was said and stays said, but it no longer lies where we read it, as a mail that a colleague tidied up.
    """

    VISIBLE = "visible"
    HELD = "held"
    HIDDEN = "hidden"
    SPAM = "spam"
    DELETED = "deleted"
    UNREADABLE = "unreadable"
    AWAY = "away"


class ReportState(StrEnum):
    """`void` is a report whose message is gone: nothing is left to decide on."""

    PENDING = "pending"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Space:
    """A community, group, channel, room, blog or category inside a connection.

    standing   what we are in it: "joined", "invited" (nothing can be read before we join), "left" (also: sent away),
               "moved" (it goes on in another space)
    encrypted  what is said in it can't be read by us, and nothing is written in it
    platform   key of the platform it belongs to where that isn't its connection's own: a Facebook group that is read
               through a mailbox; "" elsewhere
    """

    key: SpaceKey
    remote_id: str
    title: str
    url: str = ""
    members: int | None = None
    leadership: bool = False  # what is said here answers the leadership (the CEO's blog)
    standing: str = "joined"
    encrypted: bool = False
    platform: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks, on one platform: one identity of a person.

    joined_at_ms   the platform's own join date, where it tells
    mail           the account's mail address, where the platform tells
    mail_verified  the platform, or the directory its accounts come from, vouches that the address is theirs. What
                   somebody typed and nobody checked is not verified
    department     where they work, in the platform's words
    """

    key: PersonKey
    name: str
    handle: str = ""
    title: str = ""
    joined_at_ms: int | None = None
    leadership: bool = False
    bot: bool = False
    mail: str = ""
    mail_verified: bool = False
    department: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file named by a message; its bytes are not here."""

    name: str
    mime: str
    size_bytes: int | None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """The head of a conversation. Its key is the key of its opening message.

    topics  what the platform itself files it under, to be offered as tags; None where this answer doesn't tell
    """

    key: ThreadKey
    space: SpaceKey
    title: str
    url: str = ""
    locked: bool = False
    pinned: bool = False
    topics: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the platform shows it now; bodies are already safe HTML and plain text.

    root    the thread it belongs to, where the platform says so; None where only `parent` is known, and
            then the store follows parents to the oldest message it knows
    mark    the intent id that the platform gave back with a message of ours, else ""
    raw     the answer as it came, kept only for an unreadable message; of a notice that nobody understood, what is left
            of it without anything personal
    doubt   why it isn't trusted: "forged", "unproven" or "elsewhere" for a mail that gives itself out for a platform's,
            "double" for one under the id of another; "" for what is
    partial there is more of it on its platform than could be read here (a notification mail that stops halfway)
    """

    key: MessageKey
    space: SpaceKey
    author: PersonKey
    posted_at_ms: int
    html: str
    text: str
    root: ThreadKey | None = None
    parent: MessageKey | None = None
    state: MessageState = MessageState.VISIBLE
    edited_at_ms: int | None = None
    title: str = ""
    attachments: tuple[Attachment, ...] = ()
    reactions: tuple[tuple[str, int], ...] = ()
    url: str = ""
    mark: str = ""
    raw: str = ""
    partial: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A flag raised on a message by a user or by the platform. `reporter` is a name, "" when unknown."""

    key: ReportKey
    message: MessageKey
    at_ms: int
    reason: str
    text: str = ""
    reporter: str = ""
    source: str = ""
    state: ReportState = ReportState.PENDING


@dataclass(frozen=True, slots=True)
class MessageGone:
    """A message that the platform no longer has. `by_author` is None when nobody says who removed it.

    kept   nobody took back what it says: its words stay, and it is `away`
    pasted  a paste was taken back: it goes without a trace where nobody else told of it, and stays where somebody did
    """

    key: MessageKey
    at_ms: int
    by_author: bool | None = None
    kept: bool = False
    pasted: bool = False


Change = Space | Person | Thread | Message | Report | MessageGone


def text_hash(text: str) -> str:
    """A short stable name for a text, to see whether it changed since."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def said_hash(title: str, text: str) -> str:
    """The same for all that a message says: what somebody who decides about it has seen (`outbox.Seen.text_hash`)."""
    return text_hash(f"{title}\n{text}")
