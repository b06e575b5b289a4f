"""What was said before anything is collected: one conversation can be had by its key, where the platform gives that."""

from __future__ import annotations

import pytest

from console.adapters.conformance.platform import Fault, Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import MOST_PAGES, Shelf, as_stored, in_turn
from console.adapters.contract import Adapter, Lacking, ThreadSource
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.platform import NotFound, Page, PlatformError, RateLimited, Way

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

    async def test_an_answer_that_is_spoilt_is_told_and_later_all_of_it_comes(
        self, platform: Platform, adapter: Adapter
    ) -> None:
        source = self.giving(adapter)
        lacking = Lacking(platform.open_thread("Storing", "Hallo"), platform.space)
        for fault in Fault:
            platform.break_next(fault)
            with pytest.raises(RateLimited if fault is Fault.LIMIT else PlatformError):
                await source.fetch_thread(lacking, MOST)
            assert platform.broke()
            platform.break_next(None)
        assert (await source.fetch_thread(lacking, MOST)).whole

    async def test_what_a_page_says_is_whole_is_whole(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        thread = platform.open_thread("Alles", "Wie weet het?")
        first = platform.say(thread, "Ik")
        for number in range(3):
            platform.say(thread, f"Ik ook {number}", parent=first)
        said_whole = False
        for stream in in_turn(adapter):
            page = Page((), {}, more=True)
            for _ in range(MOST_PAGES):
                page = await adapter.pull(stream, as_stored(page.cursor) or None)
                shelf.apply(page)
                said_whole = said_whole or bool(page.whole)
                assert all(shelf.shown(one) == platform.truth(one) for one in page.whole)
                if not page.more:
                    break
        if not said_whole:
            pytest.skip("this platform never brings a conversation whole with a page")

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
