"""What is decided about a message or a thread is done there, comes back, and can be taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.adapters.conformance.platform import Inviting, Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter
from console.domain.conversation import MessageState, ThreadKey
from console.domain.outbox import INVERSE, Kind
from console.domain.platform import PlatformError, Sighting, Way


class Moderating(Promises):
    @pytest.mark.parametrize(
        ("kind", "before", "after"),
        [
            (Kind.APPROVE, {MessageState.HELD}, {MessageState.VISIBLE}),
            (Kind.HOLD, {MessageState.VISIBLE}, {MessageState.HELD}),
            (Kind.HIDE, {MessageState.VISIBLE}, {MessageState.HIDDEN, MessageState.HELD}),
            (Kind.SPAM, {MessageState.VISIBLE}, {MessageState.SPAM, MessageState.HIDDEN}),
            (Kind.DELETE, {MessageState.VISIBLE}, {MessageState.DELETED}),
        ],
    )
    async def test_what_is_done_to_a_message_comes_back_and_can_be_taken_back(
        self,
        platform: Platform,
        adapter: Adapter,
        shelf: Shelf,
        kind: Kind,
        before: set[MessageState],
        after: set[MessageState],
    ) -> None:
        self.needs(platform, adapter, kind)
        thread = platform.open_thread("Modereren", "Hallo")
        message = self.said(platform, kind, thread, "Reactie", held=MessageState.HELD in before)
        text = platform.truth(thread)[message][0]
        await shelf.catch_up(adapter)
        assert shelf.messages[message].state in before
        intent = self.intent(platform, kind, thread, message)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        await adapter.perform(intent)
        await adapter.perform(intent)  # once more does no harm: an answer may have been lost
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await shelf.catch_up(adapter)
        state = shelf.messages[message].state if message in shelf.messages else MessageState.DELETED
        assert state in after
        self.needs(platform, adapter, INVERSE[kind])
        await adapter.perform(self.intent(platform, INVERSE[kind], thread, message))
        await shelf.catch_up(adapter)
        assert shelf.messages[message].state in before
        assert shelf.messages[message].text == text
        assert shelf.shown(thread) == platform.truth(thread)

    @pytest.mark.parametrize("kind", [Kind.LOCK, Kind.PIN])
    async def test_a_thread_is_closed_or_pinned_and_opened_again(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, kind: Kind
    ) -> None:
        self.needs(platform, adapter, kind, INVERSE[kind])
        thread = platform.open_thread("Sluiten", "Hallo")
        await shelf.catch_up(adapter)
        for wanted, done in ((kind, True), (INVERSE[kind], False)):
            intent = self.intent(platform, wanted, thread)
            await adapter.perform(intent)
            assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
            await shelf.catch_up(adapter)
            head = shelf.threads[thread]
            assert (head.locked if kind is Kind.LOCK else head.pinned) is done

    async def test_a_reaction_is_given_once_and_taken_back(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        self.needs(platform, adapter, Kind.REACT, Kind.UNREACT)
        thread = platform.open_thread("Reageren", "Hallo")
        said = platform.say(thread, "Taart in de kantine")
        for kind, count in ((Kind.REACT, 1), (Kind.UNREACT, 0)):
            intent = self.intent(platform, kind, thread, said, "👍")
            assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
            for _twice in range(2):
                await adapter.perform(intent)
            assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
            await shelf.catch_up(adapter)
            assert sum(number for _emoji, number in shelf.messages[said].reactions) == count

    async def test_an_invitation_is_taken(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        if not isinstance(platform, Inviting):
            pytest.skip("nobody is invited on this platform")
        await shelf.catch_up(adapter)
        space = platform.invite()
        await shelf.catch_up(adapter)
        assert shelf.spaces[space].standing == "invited"
        assert adapter.capabilities(space).way(Kind.JOIN.value) is Way.API
        intent = replace(self.intent(platform, Kind.JOIN, ThreadKey("")), space=space)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        for _twice in range(2):
            await adapter.perform(intent)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await shelf.catch_up(adapter)
        assert shelf.spaces[space].standing == "joined"

    async def test_what_is_not_through_the_api_is_refused_and_nothing_happens(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Kan niet", "Hallo")
        said = platform.say(thread, "Blijft staan")
        await shelf.catch_up(adapter)
        before, truth = shelf.snapshot(), platform.truth(thread)
        able = adapter.capabilities(platform.space)
        refused = 0
        for kind in Kind:
            if able.way(kind.value) is Way.API:
                continue
            intent = self.intent(platform, kind, thread, said, "Toch")
            try:
                await adapter.perform(intent)
            except PlatformError:
                refused += 1
            else:  # as joining where we are, or taking back a reaction that nobody gave
                found = await adapter.find_sent(intent, frozenset())
                assert found.sighting is Sighting.SEEN, f"{kind} is neither refused nor so already"
        if not refused:
            pytest.skip("everything goes through this platform's API")
        await shelf.catch_up(adapter)
        assert (shelf.snapshot(), platform.truth(thread)) == (before, truth)
