"""The protocol every adapter meets, and what the house gives it to work with.

An adapter is made for one configured connection: `Adapter(config, secrets, tools)`. It is used by one task at a
time for pulling and one for delivering, in the collector only. Nothing but the errors of
`console.domain.platform` leaves it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Protocol, runtime_checkable

from console.adapters.budgets import Allowance
from console.domain.conversation import Change, ConnectionKey, MessageKey, ReportKey, Space, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId
from console.domain.platform import Capabilities, CheckResult, Cursor, Found, Page, Performed, Stream


@dataclass(frozen=True, slots=True)
class Config:
    """One configured connection, as the store keeps it; no secret is in it.

    server    host[:port][/path] in lower case: the middle of every key
    account   key of the person we are there, "" before the first check
    since_ms  how far back the first collection goes (UTC epoch milliseconds)
    settings  what this platform needs beyond that, and what its check found out
    """

    connection: ConnectionKey
    platform: str
    url: str
    user: str = ""
    server: str = ""
    account: str = ""
    since_ms: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)

    def completed(self, found: CheckResult) -> Config:
        """With what a check found where nobody stored it; what stands here already stays."""
        return replace(
            self,
            server=self.server or found.server,
            account=self.account or found.account,
            settings={**found.settings, **self.settings},
        )


@dataclass(frozen=True, slots=True)
class Held:
    """Where a message that is held stands: its thread, by the key it has now, the space of that, and its own state.

    title   of its thread, "" where nobody knows it
    author  who wrote the message, "" where nobody knows
    """

    thread: ThreadKey
    space: SpaceKey
    state: str
    title: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True)
class Tools:
    """What an adapter must not fetch itself: the moment, what is held already, and how patient to be.

    known         (space, since_ms) -> message key -> its state, for the messages held that are not deleted;
                  the sweep asks it, to see what is absent
    held          message keys -> where each of them that is held stands: for a platform that tells what is answered, but
                  not in which thread; what is deleted counts too
    servers       platform -> the servers that the connections of this profile have there
    confirmed     (intent, step): one request of an intent of several is confirmed. It is on the disk when this returns:
                  whatever happens next, `perform` and `find_sent` find the step in `Intent.steps` and leave it alone
    pending_reports  message -> its reports that wait for a decision, oldest first: what `settle` settles
    keep          secrets of this connection that were renewed go to where secrets stay, beside its others. Blocks, and
                  may be called from a thread; what can't be kept is still good until this process ends
    settle_scale  multiplies `settle_s`; tests make it small
    allowance     what this account may still ask of its server; every `Http` of the adapter gets it
    imports       the profile's folder of imported files, where there is one
    """

    now_ms: Callable[[], int]
    known: Callable[[SpaceKey, int], Mapping[MessageKey, str]] = lambda space, since_ms: {}
    held: Callable[[Sequence[MessageKey]], Mapping[MessageKey, Held]] = lambda messages: {}
    servers: Callable[[str], Sequence[str]] = lambda platform: ()
    confirmed: Callable[[IntentId, str], None] = lambda intent, step: None
    pending_reports: Callable[[MessageKey], Sequence[ReportKey]] = lambda message: ()
    keep: Callable[[Mapping[str, str]], None] = lambda secrets: None
    timeout_s: float = 30.0
    settle_scale: float = 1.0
    allowance: Allowance = field(default_factory=Allowance)
    imports: Path | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One thing `connect` asks for. `secret` ones go to the keyring.

    label  an English sentence to translate
    hint   an example of what is typed, the same in every language
    where  where it is found, an English sentence to translate
    """

    name: str
    label: str
    secret: bool = False
    required: bool = True
    hint: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types on the page at `address`, on any device, before it ends after `ends_after_s` seconds."""

    code: str
    address: str
    ends_after_s: float


class SigningIn(Protocol):
    """One attempt of one person to sign in; either in the browser or with a code."""

    async def address(self, redirect: str) -> str:
        """The page to open. It sends the browser back to `redirect` with what `answered` wants. Raises PlatformError."""

    def is_ours(self, query: Mapping[str, str]) -> bool:
        """Whether what a browser brought is the answer to this attempt, and to no other."""

    async def answered(self, query: Mapping[str, str]) -> Mapping[str, str]:
        """The secrets that the browser's answer is good for. Raises PlatformError: declined, or nothing to be had."""

    async def code(self) -> DeviceCode:
        """Ask for a code instead. Raises PlatformError."""

    async def look(self) -> Mapping[str, str] | float:
        """The secrets once the code was typed, or how many seconds to wait before the next look. Raises PlatformError."""


class SignIn(Protocol):
    """How people sign in on a platform's own pages, in the system's browser, instead of typing a secret.

    An adapter that does so names it: `sign_in = …`, a class attribute that others need not have. What it gives comes to
    the adapter among its `secrets`.
    """

    @property
    def provider(self) -> str:
        """Whose pages they are: "Microsoft"."""

    def place(self, settings: Mapping[str, str]) -> str:
        """An address on the one server whose pages may be opened. Raises Rejected "bad_url", "no_tls"."""

    def begin(self, config: Config, tools: Tools) -> SigningIn: ...


class Adapter(Protocol):
    """One class a platform. See docs/adapters.md for one built in a sitting.

    What the gallery tells of it besides it says in attributes that may be left out: console.domain.gallery.Facts.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    tile: ClassVar[str]  # one or two letters
    fields: ClassVar[Sequence[Field]]  # beyond name and url
    default_capabilities: ClassVar[Capabilities]  # what the platform can do at best, shown before connecting
    certain_mark: ClassVar[bool]  # find_sent recognises our own intent beyond doubt

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None: ...

    @property
    def settle_s(self) -> float:
        """How long the platform may still finish a request after we lost its answer, in seconds."""

    def capabilities(self, space: str | None = None) -> Capabilities:
        """What this connection, or one space of it (by key), can do."""

    async def check(self) -> CheckResult:
        """Look whether this works, without changing anything. Raises PlatformError when it does not at all."""

    async def spaces(self) -> Sequence[Space]: ...

    def streams(self) -> Sequence[Stream]: ...

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        """What is new since the cursor; it never waits for news. Raises PlatformError."""

    async def perform(self, intent: Intent) -> Performed:
        """Do it, but for the `steps` of it that are confirmed. Raises PlatformError; what it raises decides what becomes of the intent."""

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Look whether an intent arrived. Never returns a message key that stands in `matched`."""

    async def close(self) -> None: ...


@runtime_checkable
class FileSource(Protocol):
    """What an adapter has besides, where the platform's files can be fetched (the capability `files_in`)."""

    async def fetch_file(self, url: str, max_bytes: int) -> bytes:
        """The bytes behind an attachment's `url`, as this account sees them. May be called beside a pull.

        Signs in with nobody but the connection's own server and follows no redirect away from it. Raises
        PlatformError; BadResponse "too_big" for more than `max_bytes`.
        """


@dataclass(frozen=True, slots=True)
class Lacking:
    """A conversation of which not everything is held.

    space     where it is said
    messages  those that it names and that aren't held, as far as anybody knows
    """

    thread: ThreadKey
    space: SpaceKey
    messages: tuple[MessageKey, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchedThread:
    """One conversation as its platform shows it, people and heads before what they said; `whole` where that is all of it."""

    changes: tuple[Change, ...]
    whole: bool = True


@runtime_checkable
class ThreadSource(Protocol):
    """What an adapter has besides, where one conversation can be fetched however old it is (the capability `threads_in`)."""

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        """All that the platform shows of it; of one of more than about `most` messages a part, the oldest of it where it has a choice.

        Not called beside a pull. Raises PlatformError; NotFound where the platform has nothing of it.
        """


@runtime_checkable
class Listener(Protocol):
    """An adapter may be one too: its platform tells of news. It is asked only about streams that are `live`."""

    async def listen(self, stream: Stream, cursor: Cursor) -> Page:
        """As `pull`, but it waits for news, up to about 30 s; then the page may be empty.

        It may be cancelled at any moment, and what it returns may be thrown away: then it is asked again with another
        cursor. Other streams, deliveries and `close` go on meanwhile. Raises PlatformError.
        """
