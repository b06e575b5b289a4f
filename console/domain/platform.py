"""What both sides of the border between adapters and the house may say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.conversation import Change, Space, ThreadKey


class Way(StrEnum):
    """How a platform does something: by its API, by the moderator's own hand in the browser, or not."""

    API = "api"
    HANDOFF = "handoff"
    NO = "no"


# Everything a capability can be about, in the order people read it.
CAPABILITIES = (
    "read", "reply", "edit", "approve", "hold", "hide", "unhide", "spam", "unspam", "delete", "restore",
    "lock", "unlock", "pin", "unpin", "react", "unreact", "settle", "write", "mail_out", "join",
    "reports", "live", "threads_in", "files_in", "files_out",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a connection or one space of it can do. What is not named is `no`.

    approximate   the source shows no edits or removals (mail, feeds): said wherever its figures are shown
    max_bytes     the longest text the platform takes, in bytes of UTF-8; None when it states no limit
    """

    ways: Mapping[str, Way] = field(default_factory=dict)
    approximate: bool = False
    max_bytes: int | None = None

    def way(self, capability: str) -> Way:
        return self.ways.get(capability, Way.NO)


def capabilities(*, approximate: bool = False, max_bytes: int | None = None, **ways: str) -> Capabilities:
    """`capabilities(reply="api", hide="handoff")`; raises ValueError on a capability or way that doesn't exist."""
    unknown = set(ways) - set(CAPABILITIES)
    if unknown:
        raise ValueError(f"no such capability: {', '.join(sorted(unknown))}")
    return Capabilities({name: Way(way) for name, way in ways.items()}, approximate, max_bytes)


@dataclass(frozen=True, slots=True)
class Stream:
    """One thing to follow, with a cursor of its own: "posts", "comments:all", "sweep" …

    every_s   how long a caught-up stream may rest before it is asked again
    sweep     a stream that only looks for silent edits and removals: it waits for the others
    space     key of the one space that it is about: while nobody follows that, it is not pulled, and afterwards it goes
              on from its cursor; "" where it is about more
    live      once it is caught up, an adapter that is a `Listener` is told of news on it, instead of asking
    """

    key: str
    every_s: float = 60.0
    sweep: bool = False
    live: bool = False
    space: str = ""


Cursor = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Page:
    """What one pull brought.

    changes    oldest first; bodies are safe HTML and plain text
    cursor     plain JSON, stored with the changes in one transaction; the next pull starts from it
    more       there is more to pull now
    again_at_ms  not to be asked before this moment: the platform wants it so, or a sweep is done; else None
    whole      conversations of which with this page all is here that the platform shows, however old
    """

    changes: tuple[Change, ...]
    cursor: Cursor
    more: bool = False
    again_at_ms: int | None = None
    whole: frozenset[ThreadKey] = frozenset()


class Sighting(StrEnum):
    """What a look for a sent intent finds. `absent` is only said by a look that could have seen it."""

    SEEN = "seen"
    ABSENT = "absent"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Found:
    """What `find_sent` saw: the platform's message where there is one."""

    sighting: Sighting
    message: str = ""


@dataclass(frozen=True, slots=True)
class Performed:
    """What `perform` brought about: the key of the message made or changed, and what to show of it at once."""

    message: str = ""
    changes: tuple[Change, ...] = ()


class Outcome(StrEnum):
    """How a finding stands: in order; it works, but not everything; it doesn't work."""

    OK = "ok"
    LIMITED = "limited"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One finding of a check of a connection, in facts: the window makes the sentence.

    code     what was found: "signed_in", "spaces", "no_moderation" … each of our adapters' codes has a sentence, and
             where an administrator can change it another one for them. A code of somebody else's adapter has none:
             its facts bring them along, in `words` and `for_administrator`
    facts    values the sentence shows (plain strings and numbers)
    limited  the connection works, but something of it stays away until somebody sees to that: it doesn't stop anybody
    """

    code: str
    ok: bool
    facts: Mapping[str, object] = field(default_factory=dict)
    limited: bool = False

    @property
    def outcome(self) -> Outcome:
        if not self.ok:
            return Outcome.FAILED
        return Outcome.LIMITED if self.limited else Outcome.OK


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check found. `account` is the person key we are on this platform, `us` its shown name.

    `settings` are values to store with the connection (the discovered root of an API, say). `secrets`, where there are
    any, are kept instead of what the person typed: a token instead of a password. `spaces` are those that can be
    chosen from; empty where the check doesn't tell.
    """

    lines: tuple[CheckLine, ...]
    server: str = ""
    account: str = ""
    us: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    spaces: tuple[Space, ...] = ()

    @property
    def works(self) -> bool:
        return all(line.ok for line in self.lines)


class PlatformError(Exception):
    """The one family of errors that crosses the border. `words` are the platform's own, may be empty."""

    def __init__(self, words: str = "", *, code: str = "") -> None:
        super().__init__(words or code or type(self).__name__)
        self.words = words
        self.code = code


class AuthExpired(PlatformError):
    """The platform no longer lets us in."""


class Forbidden(PlatformError):
    """Signed in, but this account may not do that."""


class NotFound(PlatformError):
    """The thing no longer exists there."""


class RateLimited(PlatformError):
    """The platform asks us to wait `retry_after_s` seconds."""

    def __init__(self, retry_after_s: float, words: str = "", *, code: str = "") -> None:
        super().__init__(words, code=code)
        self.retry_after_s = retry_after_s


class Rejected(PlatformError):
    """The platform understood and refused; `words` say why."""


class Unreachable(PlatformError):
    """No answer. `maybe_sent` is False only when surely nothing left this machine."""

    def __init__(self, words: str = "", *, maybe_sent: bool = True, code: str = "") -> None:
        super().__init__(words, code=code)
        self.maybe_sent = maybe_sent


class BadResponse(PlatformError):
    """An answer we do not understand. `maybe_sent` is True when a request that changes something got it."""

    def __init__(self, words: str = "", *, maybe_sent: bool = True, code: str = "") -> None:
        super().__init__(words, code=code)
        self.maybe_sent = maybe_sent
