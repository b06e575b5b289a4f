"""What connections to one Page of a company have in common: what they follow, how often they look, and how they are asked.

The Page is a space, a post a thread, its text the opening message, a comment and what answers it messages.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from console.adapters.contract import Config, FetchedThread, Lacking, Tools
from console.domain.conversation import Space, ThreadKey
from console.domain.gallery import Address
from console.domain.outbox import Intent
from console.domain.platform import Capabilities, Cursor, Found, Page, Performed, Stream

SETTLE_S = 120.0
NEWS, SWEEP = "posts", "sweep"


class PageReader(Protocol):
    """Reads one Page. What it raises is a PlatformError."""

    def begin(self) -> None:
        """A page of changes begins: what the store holds is asked anew."""

    async def as_space(self) -> Space: ...

    async def news(self, cursor: Cursor | None, *, look: bool) -> Page:
        """What is new; `look`: the list of posts is looked at, whatever is still being read."""

    async def however_old(self, thread: ThreadKey, most: int) -> FetchedThread: ...


class PageSender(Protocol):
    """Speaks as one Page."""

    async def perform(self, intent: Intent) -> Performed: ...

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a connection is made of. `close` ends all its lines."""

    reader: PageReader
    sender: PageSender
    sweep: Callable[[Cursor | None], Awaitable[Page]]
    close: Callable[[], Awaitable[None]]


class OnePage(ABC):
    """An adapter but for its `check`. `poll_s` is how often it looks where no setting says so."""

    address: ClassVar[Address] = Address.NONE
    default_capabilities: ClassVar[Capabilities]
    certain_mark: ClassVar[bool] = False  # no platform of Pages gives a number of ours back
    poll_s: ClassVar[float]

    def __init__(self, config: Config, secrets: Mapping[str, str], tools: Tools) -> None:
        self._config = config
        self._secrets = secrets
        self._tools = tools
        self._made: Parts | None = None
        self._looked_ms = -1

    @abstractmethod
    def _able(self, may: Sequence[str]) -> Capabilities:
        """By what the check found that the account may."""

    @abstractmethod
    def _space(self) -> str:
        """The key of the Page's space, "" where nobody looked yet."""

    @abstractmethod
    async def _make(self) -> Parts:
        """Raises PlatformError when nobody stored what a check finds."""

    @property
    def settle_s(self) -> float:
        return SETTLE_S * self._tools.settle_scale

    def capabilities(self, space: str | None = None) -> Capabilities:
        """By the role and the permissions of who made the token; all there is where nobody looked yet."""
        may = self._config.settings.get("may")
        return self.default_capabilities if may is None else self._able(may.split(","))

    # -- in --------------------------------------------------------------------------------------------------------------

    async def spaces(self) -> Sequence[Space]:
        return [await (await self._parts()).reader.as_space()]

    def streams(self) -> Sequence[Stream]:
        """What is new on the Page, and a sweep, which is its history at first and says itself how long it rests."""
        space = self._space()
        return Stream(NEWS, self._every_s, space=space), Stream(SWEEP, 0, sweep=True, space=space)

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        parts = await self._parts()
        parts.reader.begin()
        if stream.key == SWEEP:
            return await parts.sweep(cursor)
        now_ms = self._tools.now_ms()
        look = not 0 <= now_ms - self._looked_ms < self._every_s * 1000
        page = await parts.reader.news(cursor, look=look)
        self._looked_ms = now_ms if look else self._looked_ms
        return page

    @property
    def _every_s(self) -> float:
        return float(self._config.settings.get("poll_s") or self.poll_s)

    async def fetch_thread(self, lacking: Lacking, most: int) -> FetchedThread:
        reader = (await self._parts()).reader
        reader.begin()
        return await reader.however_old(lacking.thread, most)

    # -- back ------------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        return await (await self._parts()).sender.perform(intent)

    async def find_sent(self, intent: Intent, matched: frozenset[str]) -> Found:
        return await (await self._parts()).sender.find(intent, matched)

    async def close(self) -> None:
        if self._made is not None:
            await self._made.close()

    async def _parts(self) -> Parts:
        """Made when first needed. Raises PlatformError."""
        if self._made is None:
            self._made = await self._make()
        return self._made
