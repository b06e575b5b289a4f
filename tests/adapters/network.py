"""A Yammer network to test with, on a clock that only tests move, and what the house would hold of it."""

from __future__ import annotations

from collections.abc import Mapping

from console.adapters.budgets import Allowance
from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.yammer import Yammer as Adapted
from console.adapters.yammer_discovery import site_of
from console.adapters.yammer_reading import Site
from console.domain.conversation import ConnectionKey, MessageKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Cursor, Page, Stream
from tests.adapters.test_yammer_contract import TOKEN, config_of
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_world import Said
from tests.virtual_clock import VirtualClock


class Network:
    """The network with its limit, one adapter after the other on it, and a shelf."""

    def __init__(self, yammer: Yammer, **settings: str) -> None:
        self.yammer = yammer
        self.clock = VirtualClock()
        self.allowance = Allowance(self.clock)
        yammer.counts_on(self.clock.now_s)
        self.began_ms = yammer.now_ms()
        self.shelf = Shelf()
        self.settings: Mapping[str, str] = settings
        self.since_ms = 0
        self._again_ms: dict[str, int] = {}

    def now_ms(self) -> int:
        """The clock of the network and of the wall, on which requests that wait take time."""
        return self.yammer.now_ms() + self.clock.now_ms() - VirtualClock().now_ms()

    @property
    def site(self) -> Site:
        return site_of(config_of(self.yammer))

    def adapter(self) -> Adapted:
        tools = Tools(
            now_ms=self.now_ms, known=self.shelf.known, timeout_s=10.0, settle_scale=0.0, allowance=self.allowance
        )
        return Adapted(config_of(self.yammer, since_ms=self.since_ms, **self.settings), TOKEN, tools)

    def key(self, said: Said) -> MessageKey:
        return self.site.message(said.thread, said.id)

    def intent(self, kind: Kind, said: Said, text: str = "", at_ms: int = 0) -> Intent:
        thread = self.site.thread(said.thread)
        return Intent(
            IntentId(f"{kind}-{said.id}-{text[:9]}"), kind, ConnectionKey("connection"), self.site.space(str(said.group)),
            thread, self.key(said), text, State.SENDING, "ik", at_ms or self.yammer.now_ms(), 0, attempts=1,
        )  # fmt: skip

    # -- pulling as the collector does ---------------------------------------------------------------------------------

    async def take(self, adapter: Adapted, stream: Stream) -> Page:
        """One page of a stream, on the shelf; what waits for its turn lets time pass."""
        page: Page = (await self.clock.run(adapter.pull(stream, self.shelf.cursors.get(stream.key))))[0]
        self.shelf.apply(page)
        self.shelf.cursors[stream.key] = page.cursor
        self._again_ms[stream.key] = page.again_at_ms or 0
        return page

    async def caught_up(self, adapter: Adapted) -> None:
        """Rounds of all that is due, until nothing is."""
        while True:
            before = len(self.yammer.asked)
            for stream in sorted(adapter.streams(), key=lambda stream: stream.sweep):
                while self._again_ms.get(stream.key, 0) <= self.now_ms() and (await self.take(adapter, stream)).more:
                    pass
            if len(self.yammer.asked) == before:
                return

    async def round(self, adapter: Adapted, only: str = "", pages: int = 500) -> int:
        """Every stream that is `only`, news first, until none has more; returns how many requests that took."""
        before = len(self.yammer.asked)
        for stream in sorted(adapter.streams(), key=lambda stream: stream.sweep):
            if stream.key.startswith(only):
                for _ in range(pages):
                    if not (await self.take(adapter, stream)).more:
                        break
        return len(self.yammer.asked) - before

    def cursor(self, kind: str = "space", group: int = 0) -> Cursor:
        return self.shelf.cursors[f"{kind}:{group or self.yammer.home.id}"]
