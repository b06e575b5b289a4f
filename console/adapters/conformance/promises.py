"""What every part of the suite begins with: the adapter, what it is given, and intents to hand to it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from console.adapters.budgets import Allowance
from console.adapters.conformance.hours import Hours
from console.adapters.conformance.platform import Archiving, Breaking, Platform
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter, Tools
from console.domain.conversation import ConnectionKey, MessageKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Way

Confirmed = list[tuple[IntentId, str]]


class Promises:
    pytestmark = pytest.mark.asyncio

    @pytest.fixture
    def platform(self) -> Platform:
        raise AssertionError("a contract test needs a fixture `platform`")

    @pytest.fixture
    def shelf(self) -> Shelf:
        return Shelf()

    @pytest.fixture
    def confirmed(self) -> Confirmed:
        """The steps that were confirmed, in their order."""
        return []

    @pytest.fixture
    def tools(self, platform: Platform, shelf: Shelf, confirmed: Confirmed) -> Tools:
        return Tools(
            now_ms=platform.now_ms,
            known=shelf.known,
            held=shelf.held,
            confirmed=lambda intent, step: confirmed.append((intent, step)),
            pending_reports=shelf.pending_reports,
            timeout_s=5.0,
            settle_scale=0.0,
            allowance=Allowance(Hours()),
        )

    @pytest_asyncio.fixture
    async def adapter(self, platform: Platform, tools: Tools) -> AsyncIterator[Adapter]:
        made = platform.adapter(tools)
        yield made
        platform.break_next(None)
        await made.close()

    def intent(
        self,
        platform: Platform,
        kind: Kind,
        thread: ThreadKey,
        message: MessageKey | None = None,
        text: str = "",
        number: str = "",
    ) -> Intent:
        """An intent that delivery would hand over."""
        return Intent(
            id=IntentId(number or f"{kind}-{abs(hash((thread, message, text))):x}"),
            kind=kind,
            connection=ConnectionKey("connection"),
            space=platform.space,
            thread=thread,
            message=message,
            text=text,
            state=State.SENDING,
            by="ik",
            created_at_ms=platform.now_ms(),
            not_before_ms=0,
            attempts=1,
        )

    def needs(self, platform: Platform, adapter: Adapter, *kinds: Kind) -> None:
        for kind in kinds:
            if adapter.capabilities(platform.space).way(kind.value) is not Way.API:
                pytest.skip(f"not through this platform's API: {kind}")

    def said(self, platform: Platform, kind: Kind, thread: ThreadKey, text: str, *, held: bool = False) -> MessageKey:
        """A message of a thread to do this to; where that is done to whole conversations, what opens it."""
        message = platform.say(thread, text, held=held)
        whole = isinstance(platform, Archiving) and platform.archives
        return MessageKey(thread) if kind is Kind.HIDE and whole else message

    def can_be_cut(self, platform: Platform) -> Breaking:
        if not isinstance(platform, Breaking):
            pytest.skip("this platform's line can't be cut under one request")
        return platform

    def words(self, platform: Platform, thread: ThreadKey) -> list[str]:
        """What stands in a thread, as the platform has it itself."""
        return [text for text, _state in platform.truth(thread).values()]
