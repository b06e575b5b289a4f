"""A Page on LinkedIn to test with, and what the house would hold of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from console.adapters.budgets import Allowance
from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.linkedin import LinkedIn as Adapted
from console.adapters.linkedin_reading import Home
from console.domain.conversation import ConnectionKey, Message, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Found, Performed
from tests.adapters.test_linkedin_contract import SECRETS, config_of, key_of_said
from tests.fakes.linkedin import PAGE, Comment, LinkedIn, Post
from tests.virtual_clock import VirtualClock


class OurPage:
    """The Page, one adapter after the other on it, and a shelf."""

    def __init__(self, linkedin: LinkedIn) -> None:
        self.linkedin = linkedin
        self.shelf = Shelf()
        self.clock = VirtualClock()
        self.allowance = Allowance(self.clock)
        self.secrets: Mapping[str, str] = SECRETS
        self.kept: dict[str, str] = {}
        self.since_ms = 0
        self.settings: dict[str, str] = {}

    def adapter(self) -> Adapted:
        tools = Tools(
            now_ms=self.linkedin.now_ms, known=self.shelf.known, keep=self.kept.update, timeout_s=5.0, settle_scale=0.0,
            allowance=self.allowance,
        )  # fmt: skip
        return Adapted(config_of(self.linkedin.url, self.since_ms, **self.settings), self.secrets, tools)

    async def catch_up(self, only: str = "") -> int:
        """A new process pulls every stream, or this one; returns how many requests that took."""
        before = len(self.linkedin.asked)
        made = self.adapter()
        try:
            await self.clock.run(self.shelf.catch_up(made, only))
        finally:
            await made.close()
        return len(self.linkedin.asked) - before

    async def do(self, kind: Kind, said: Post | Comment, text: str = "") -> Performed:
        made = self.adapter()
        try:
            return await made.perform(self.intent(kind, said, text))
        finally:
            await made.close()

    async def look(
        self, kind: Kind, said: Post | Comment, text: str = "", matched: frozenset[str] = frozenset()
    ) -> Found:
        made = self.adapter()
        try:
            return await made.find_sent(self.intent(kind, said, text), matched)
        finally:
            await made.close()

    def intent(self, kind: Kind, said: Post | Comment, text: str = "") -> Intent:
        post = said if isinstance(said, Post) else self.linkedin.posts[said.post]
        return Intent(
            IntentId(f"{kind}-{said.number}"), kind, ConnectionKey("connection"), Home(PAGE).space,
            ThreadKey(key_of_said(post)), key_of_said(said), text, State.SENDING, "ik", self.linkedin.now_ms(), 0, attempts=1,
        )  # fmt: skip

    def of(self, said: Post | Comment) -> Message:
        return self.shelf.messages[key_of_said(said)]

    def texts(self) -> set[str]:
        return {message.text for message in self.shelf.messages.values()}


@pytest.fixture
def linkedin() -> Iterator[LinkedIn]:
    with LinkedIn() as served:
        yield served


@pytest.fixture
def page(linkedin: LinkedIn) -> OurPage:
    return OurPage(linkedin)
