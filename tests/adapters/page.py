"""A Page on Facebook to test with, on a clock that only tests move, and what the house would hold of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.adapters.budgets import Allowance
from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.facebook import Facebook as Adapted
from console.adapters.facebook_reading import post_key, space_key
from console.domain.conversation import ConnectionKey, Message, MessageKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Found, Performed
from tests.adapters.test_facebook_contract import TOKEN, config_of, key_of_said
from tests.fakes.facebook import Facebook
from tests.fakes.facebook_world import PAGE, Said
from tests.virtual_clock import VirtualClock


class OurPage:
    """The Page, one adapter after the other on it, and a shelf."""

    def __init__(self, facebook: Facebook) -> None:
        self.facebook = facebook
        self.shelf = Shelf()
        self.clock = VirtualClock()
        self.allowance = Allowance(self.clock)
        self.since_ms = 0
        self.settings: dict[str, str] = {}

    def adapter(self) -> Adapted:
        tools = Tools(
            now_ms=self.facebook.now_ms,
            known=self.shelf.known,
            timeout_s=5.0,
            settle_scale=0.0,
            allowance=self.allowance,
        )
        return Adapted(config_of(self.facebook.url, self.since_ms, **self.settings), TOKEN, tools)

    async def catch_up(self, only: str = "") -> int:
        """A new process pulls every stream, or this one; returns how many requests that took."""
        before = len(self.facebook.asked)
        made = self.adapter()
        try:
            await self.clock.run(self.shelf.catch_up(made, only))
        finally:
            await made.close()
        return len(self.facebook.asked) - before

    async def do(self, kind: Kind, said: Said, text: str = "", at_ms: int = 0) -> Performed:
        made = self.adapter()
        try:
            return await made.perform(self.intent(kind, said, text, at_ms))
        finally:
            await made.close()

    async def look(
        self, kind: Kind, said: Said, text: str = "", at_ms: int = 0, matched: frozenset[str] = frozenset()
    ) -> Found:
        made = self.adapter()
        try:
            return await made.find_sent(self.intent(kind, said, text, at_ms), matched)
        finally:
            await made.close()

    def intent(self, kind: Kind, said: Said, text: str = "", at_ms: int = 0) -> Intent:
        return Intent(
            IntentId(f"{kind}-{said.id}"), kind, ConnectionKey("connection"), space_key(PAGE),
            ThreadKey(post_key(said.post or said.id)), key_of_said(said), text, State.SENDING, "ik",
            at_ms or self.facebook.now_ms(), 0, attempts=1,
        )  # fmt: skip

    def of(self, said: Said) -> Message:
        return self.shelf.messages[key_of_said(said)]

    def texts(self) -> set[str]:
        return {message.text for message in self.shelf.messages.values()}

    def gone(self) -> set[MessageKey]:
        return self.shelf.gone


@pytest.fixture
def facebook() -> Iterator[Facebook]:
    with Facebook() as served:
        yield served


@pytest.fixture
def page(facebook: Facebook) -> OurPage:
    return OurPage(facebook)
