"""What was said before anything is collected: one conversation can be had by its key, where the platform gives that."""

from __future__ import annotations

import pytest

from console.adapters.conformance.platform import Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter, Lacking, ThreadSource
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.platform import NotFound, Page, Way

MOST = 100


class Earlier(Promises):
    async def test_it_says_whether_one_conversation_can_be_had(self, platform: Platform, adapter: Adapter) -> None:
        await adapter.spaces()
        able = adapter.capabilities(platform.space).way("threads_in") is Way.API
        assert able == isinstance(adapter, ThreadSource)

    async def test_one_conversation_comes_whole_and_as_often_as_it_is_asked_for(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        source = self.giving(adapter)
        thread = platform.open_thread("Van vroeger", "Zo begon het")
        first = platform.say(thread, "Een & <twee>")
        last = platform.say(thread, "Drie", parent=first)
        lacking = Lacking(thread, platform.space, (MessageKey(thread), first, last))
        found = await source.fetch_thread(lacking, MOST)
        assert found.whole
        shelf.apply(Page(found.changes, {}))
        assert shelf.shown(thread) == platform.truth(thread)
        assert all(message.author in shelf.people for message in shelf.messages.values())
        assert {message.space for message in shelf.messages.values()} == {platform.space}
        once = shelf.snapshot()
        shelf.apply(Page((await source.fetch_thread(lacking, MOST)).changes, {}))
        assert shelf.snapshot() == once

    async def test_of_a_conversation_that_is_not_there_nothing_comes(
        self, platform: Platform, adapter: Adapter
    ) -> None:
        source = self.giving(adapter)
        thread = platform.open_thread("Wel", "Er is niets")
        elsewhere = ThreadKey(f"{thread}0000")
        with pytest.raises(NotFound):
            await source.fetch_thread(Lacking(elsewhere, platform.space, ()), MOST)

    def giving(self, adapter: Adapter) -> ThreadSource:
        if not isinstance(adapter, ThreadSource):
            pytest.skip("this platform doesn't give one conversation by its key")
        return adapter
