"""Intents, what state each is in, and the one table that says which state follows.

Nothing else in the house decides how an intent moves: desk and delivery both ask `after`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

from console.domain.conversation import ConnectionKey, MessageKey, MessageState, SpaceKey, ThreadKey

IntentId = NewType("IntentId", str)


class Kind(StrEnum):
    """One thing to do on the platform."""

    REPLY = "reply"
    EDIT = "edit"
    APPROVE = "approve"
    HOLD = "hold"
    HIDE = "hide"
    UNHIDE = "unhide"
    SPAM = "spam"
    UNSPAM = "unspam"
    DELETE = "delete"
    RESTORE = "restore"
    LOCK = "lock"
    UNLOCK = "unlock"
    PIN = "pin"
    UNPIN = "unpin"
    REACT = "react"
    UNREACT = "unreact"
    SETTLE = "settle"
    WRITE = "write"
    JOIN = "join"


INVERSE: Mapping[Kind, Kind] = {
    Kind.APPROVE: Kind.HOLD,
    Kind.HOLD: Kind.APPROVE,
    Kind.HIDE: Kind.UNHIDE,
    Kind.UNHIDE: Kind.HIDE,
    Kind.SPAM: Kind.UNSPAM,
    Kind.UNSPAM: Kind.SPAM,
    Kind.DELETE: Kind.RESTORE,
    Kind.RESTORE: Kind.DELETE,
    Kind.LOCK: Kind.UNLOCK,
    Kind.UNLOCK: Kind.LOCK,
    Kind.PIN: Kind.UNPIN,
    Kind.UNPIN: Kind.PIN,
    Kind.REACT: Kind.UNREACT,
    Kind.UNREACT: Kind.REACT,
}

# In which state a message is once this is done to it; some platforms know fewer states than others.
LEAVES: Mapping[Kind, frozenset[MessageState]] = {
    Kind.APPROVE: frozenset({MessageState.VISIBLE}),
    Kind.HOLD: frozenset({MessageState.HELD}),
    Kind.HIDE: frozenset({MessageState.HIDDEN, MessageState.HELD}),
    Kind.UNHIDE: frozenset({MessageState.VISIBLE}),
    Kind.SPAM: frozenset({MessageState.SPAM}),
    Kind.UNSPAM: frozenset({MessageState.VISIBLE, MessageState.HELD}),
    Kind.DELETE: frozenset({MessageState.DELETED}),
    Kind.RESTORE: frozenset({MessageState.VISIBLE, MessageState.HELD}),
}

# What carries a text a person wrote: taken back, it becomes a draft and not nothing.
WRITTEN = frozenset({Kind.REPLY, Kind.EDIT, Kind.WRITE})


class State(StrEnum):
    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    CONFLICT = "conflict"
    FAILED = "failed"
    HANDOFF = "handoff"
    WITHDRAWN = "withdrawn"


ENDS = frozenset({State.SENT, State.WITHDRAWN})
STUCK = frozenset({State.CONFLICT, State.FAILED})  # it goes on once a person says so
LEFT = frozenset({State.SENT, State.SENDING, State.UNCERTAIN})  # it is there, or may be

# Where words go that leave the platform: to an address, or into a file that a person hands over.
FILE = "file"

# Among the confirmed steps of what nobody but a person saw arrive.
BY_HAND = "by hand"


class On(StrEnum):
    """What can happen to an intent."""

    SEND = "send"
    TAKE_BACK = "take_back"
    DUE = "due"
    THREAD_CHANGED = "thread_changed"
    NO_WAY = "no_way"
    CONFIRMED = "confirmed"
    NOTHING_LEFT = "nothing_left"  # surely nothing left the machine
    RATE_LIMITED = "rate_limited"
    AUTH_EXPIRED = "auth_expired"
    REFUSED = "refused"  # Rejected, Forbidden, NotFound
    ANSWER_LOST = "answer_lost"  # also: the process ended
    FOUND = "found"
    SURELY_ABSENT = "surely_absent"
    CANT_TELL = "cant_tell"
    SAYS_SENT = "says_sent"  # a person's word on an uncertain one
    RETRY = "retry"
    EDIT = "edit"
    DROP = "drop"
    OPENED = "opened"  # by hand: the text is copied, and the browser opens where it goes
    REMINDED = "reminded"
    PLACED = "placed"
    NOT_IT = "not_it"  # what looks like it there is something else
    SUPERSEDED = "superseded"  # its maker judged the message anew
    CONFLICT_AGAIN = "conflict_again"  # and took that back
    FAILED_AGAIN = "failed_again"
    WORD_BACK = "word_back"  # a person's own word on what they finish by hand, taken back


class NotPossible(Exception):
    """That can't happen to an intent in that state: nothing was changed."""

    def __init__(self, state: State, on: On) -> None:
        super().__init__(f"{on} while {state}")
        self.state = state
        self.on = on


_TABLE: Mapping[tuple[State, On], State] = {
    (State.DRAFT, On.SEND): State.QUEUED,
    (State.DRAFT, On.DROP): State.WITHDRAWN,
    (State.QUEUED, On.DUE): State.SENDING,
    (State.QUEUED, On.THREAD_CHANGED): State.CONFLICT,
    (State.QUEUED, On.NO_WAY): State.HANDOFF,
    (State.SENDING, On.CONFIRMED): State.SENT,
    (State.SENDING, On.NOTHING_LEFT): State.QUEUED,
    (State.SENDING, On.RATE_LIMITED): State.QUEUED,
    (State.SENDING, On.AUTH_EXPIRED): State.QUEUED,
    (State.SENDING, On.REFUSED): State.FAILED,
    (State.SENDING, On.ANSWER_LOST): State.UNCERTAIN,
    (State.UNCERTAIN, On.FOUND): State.SENT,
    (State.UNCERTAIN, On.SURELY_ABSENT): State.QUEUED,
    (State.UNCERTAIN, On.CANT_TELL): State.UNCERTAIN,
    (State.UNCERTAIN, On.SAYS_SENT): State.SENT,
    (State.UNCERTAIN, On.RETRY): State.QUEUED,
    (State.UNCERTAIN, On.DROP): State.WITHDRAWN,
    (State.CONFLICT, On.RETRY): State.QUEUED,
    (State.CONFLICT, On.EDIT): State.DRAFT,
    (State.CONFLICT, On.DROP): State.WITHDRAWN,
    (State.CONFLICT, On.SUPERSEDED): State.WITHDRAWN,
    (State.FAILED, On.SUPERSEDED): State.WITHDRAWN,
    (State.WITHDRAWN, On.CONFLICT_AGAIN): State.CONFLICT,
    (State.WITHDRAWN, On.FAILED_AGAIN): State.FAILED,
    (State.FAILED, On.RETRY): State.QUEUED,
    (State.FAILED, On.EDIT): State.DRAFT,
    (State.FAILED, On.DROP): State.WITHDRAWN,
    (State.HANDOFF, On.OPENED): State.HANDOFF,
    (State.HANDOFF, On.REMINDED): State.HANDOFF,
    (State.HANDOFF, On.CANT_TELL): State.HANDOFF,
    (State.HANDOFF, On.NOT_IT): State.HANDOFF,
    (State.HANDOFF, On.EDIT): State.DRAFT,
    (State.HANDOFF, On.PLACED): State.SENT,
    (State.HANDOFF, On.FOUND): State.SENT,
    (State.HANDOFF, On.DROP): State.WITHDRAWN,
    (State.SENT, On.WORD_BACK): State.HANDOFF,
    (State.WITHDRAWN, On.WORD_BACK): State.HANDOFF,
}


def after(state: State, on: On, kind: Kind) -> State:
    """The state that follows. Raises NotPossible where the table has no such row."""
    if (state, on) == (State.QUEUED, On.TAKE_BACK):
        return State.DRAFT if kind in WRITTEN else State.WITHDRAWN
    if on == On.EDIT and kind not in WRITTEN:
        raise NotPossible(state, on)
    try:
        return _TABLE[state, on]
    except KeyError:
        raise NotPossible(state, on) from None


@dataclass(frozen=True, slots=True)
class Seen:
    """What its maker saw when deciding, so that a later change that matters is noticed.

    last_at_ms, last   the newest message on screen: (0, "") when none
    text_hash          of the message concerned, "" when none
    message_state      of the message concerned, "" when none
    locked             whether the thread was closed
    reports            keys of the pending reports on the message concerned
    version            the hash that stands for all of it: `triage.version_of`
    verdict            key of the verdict that stood on the message concerned, "" when none
    beside             the other messages that a letter is about, with the text hash of each, "" of one that is gone
    """

    last_at_ms: int = 0
    last: str = ""
    text_hash: str = ""
    message_state: str = ""
    locked: bool = False
    version: str = ""
    reports: tuple[str, ...] = ()
    verdict: str = ""
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing to do on the platform. `text` is plain text as written; `steps` are those confirmed.

    decision       key of the triage event it belongs to: one undo takes back all of one decision
    inverse_of     the intent this one takes back, else ""
    not_before_ms  it waits until then (undo time, a platform's limit); by hand: when its person is reminded of it
    waits_for      why it waits: "" (undo time), "network", "limit", "sign_in"
    last_byte_at_ms  when the last request that may have reached the platform ended, None before the first; by hand: when the
                   browser was last opened for it
    asks           an uncertain one that could not be settled, or something like it stands there: a person must say
    remote_message what became of a reply; while something like it `asks`, that message
    recipient      the shown name of whom a `write` is for, else ""
    outside        where a `write` goes that leaves the platform: a mail address, or FILE; else ""
    """

    id: IntentId
    kind: Kind
    connection: ConnectionKey
    space: SpaceKey
    thread: ThreadKey
    message: MessageKey | None
    text: str
    state: State
    by: str
    created_at_ms: int
    not_before_ms: int
    decision: str = ""
    inverse_of: str = ""
    seen: Seen = field(default_factory=Seen)
    attempts: int = 0
    steps: tuple[str, ...] = ()
    waits_for: str = ""
    last_byte_at_ms: int | None = None
    sent_at_ms: int | None = None
    remote_message: str = ""
    error: str = ""
    error_words: str = ""
    asks: bool = False
    recipient: str = ""
    outside: str = ""

    @property
    def mailed(self) -> bool:
        """Whether it is a mail to somebody outside, and begins a conversation of its own there."""
        return bool(self.outside) and self.outside != FILE

    @property
    def needs(self) -> str:
        """The capability it takes to do this."""
        return "mail_out" if self.outside else self.kind.value

    @property
    def placed_by_hand(self) -> bool:
        """Whether only a person says that it is there: the platform has not shown it."""
        return self.state is State.SENT and BY_HAND in self.steps and not self.remote_message
