"""What we say goes back: once, word by word, and it can be found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.adapters.conformance.platform import Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter, Tools
from console.domain.conversation import MessageKey, said_hash
from console.domain.outbox import Kind, Seen
from console.domain.platform import CAPABILITIES, PlatformError, Rejected, Sighting, Way


class GoingBack(Promises):
    async def test_capabilities_are_told_truly(self, platform: Platform, adapter: Adapter) -> None:
        for able in (adapter.capabilities(), adapter.capabilities(platform.space), adapter.default_capabilities):
            assert set(able.ways) <= set(CAPABILITIES)
            assert all(isinstance(way, Way) for way in able.ways.values())
            assert able.way("read") is Way.API
        assert adapter.key
        assert adapter.title
        assert len(adapter.tile) in (1, 2)
        assert adapter.settle_s >= 0

    async def test_the_check_finds_who_we_are(self, platform: Platform, adapter: Adapter) -> None:
        result = await adapter.check()
        assert result.works
        assert result.lines
        assert result.account
        assert all(isinstance(value, str) for value in result.settings.values())

    async def test_a_reply_comes_back_on_the_way_in_once(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Antwoord", "Hallo")
        asked = platform.say(thread, "Waarom?")
        words = "Omdat 1 < 2 & omdat het kan.\n\nTweede alinea 👍"
        intent = self.intent(platform, Kind.REPLY, thread, asked, words)
        performed = await adapter.perform(intent)
        await shelf.catch_up(adapter)
        assert shelf.messages[MessageKey(performed.message)].text == words
        assert shelf.shown(thread) == platform.truth(thread)
        assert [text for text, _ in platform.truth(thread).values()].count(words) == 1
        if adapter.certain_mark:
            assert shelf.messages[MessageKey(performed.message)].mark == intent.id

    async def test_a_sent_reply_is_found_and_an_unsent_one_is_not(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Zoeken", "Hallo")
        asked = platform.say(thread, "Waarom?")
        await shelf.catch_up(adapter)
        sent = self.intent(platform, Kind.REPLY, thread, asked, "Dank je wel!", "sent-1")
        unsent = self.intent(platform, Kind.REPLY, thread, asked, "Nooit verstuurd", "unsent-1")
        performed = await adapter.perform(sent)
        found = await adapter.find_sent(sent, frozenset())
        assert (found.sighting, found.message) == (Sighting.SEEN, performed.message)
        assert (await adapter.find_sent(unsent, frozenset())).sighting is Sighting.ABSENT
        matched = await adapter.find_sent(sent, frozenset({performed.message}))
        assert matched.sighting is not Sighting.SEEN

    async def test_the_same_words_twice_arrive_twice(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Twee bedankjes", "Hallo")
        asked = platform.say(thread, "Waarom?")
        await shelf.catch_up(adapter)
        sent = [
            await adapter.perform(self.intent(platform, Kind.REPLY, thread, asked, "Dank je wel!", f"same-{number}"))
            for number in range(3)
        ]
        assert len({performed.message for performed in sent}) == 3
        await shelf.catch_up(adapter)
        assert [text for text, _ in platform.truth(thread).values()].count("Dank je wel!") == 3
        assert [shelf.messages[MessageKey(performed.message)].text for performed in sent] == ["Dank je wel!"] * 3

    async def test_an_edit_of_ours_comes_back(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        self.needs(platform, adapter, Kind.REPLY, Kind.EDIT)
        thread = platform.open_thread("Verbeteren", "Hallo")
        reply = await adapter.perform(self.intent(platform, Kind.REPLY, thread, None, "Morgne"))
        ours = MessageKey(reply.message)
        await shelf.catch_up(adapter)
        seen = Seen(
            text_hash=said_hash(shelf.messages[ours].title, shelf.messages[ours].text)
        )  # as who edits it saw it
        intent = replace(self.intent(platform, Kind.EDIT, thread, ours, "Morgen <3"), seen=seen)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        await adapter.perform(intent)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await shelf.catch_up(adapter)
        assert shelf.messages[ours].text == "Morgen <3"
        assert platform.truth(thread)[ours][0] == "Morgen <3"

    async def test_a_reply_to_what_is_gone_is_refused(self, platform: Platform, adapter: Adapter) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Weg", "Hallo")
        gone = platform.say(thread, "Straks weg")
        platform.remove(gone)
        with pytest.raises(PlatformError):
            await adapter.perform(self.intent(platform, Kind.REPLY, thread, gone, "Antwoord"))
        assert "Antwoord" not in [text for text, _ in platform.truth(thread).values()]

    async def test_a_text_that_is_empty_or_too_long_is_refused_and_nothing_is_said(
        self, platform: Platform, adapter: Adapter
    ) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Te lang", "Hallo")
        most = adapter.capabilities(platform.space).max_bytes
        texts = [" \n ", *(["é" * (most // 2 + 1)] if most else [])]
        for text in texts:
            with pytest.raises(Rejected):
                await adapter.perform(self.intent(platform, Kind.REPLY, thread, None, text))
        assert len(platform.truth(thread)) == 1

    async def test_how_long_the_platform_may_still_be_busy_is_told(self, platform: Platform, tools: Tools) -> None:
        """Before that a reply that can't be found may still arrive."""
        told = {}
        for scale in (0.0, 0.5, 1.0):
            made = platform.adapter(replace(tools, settle_scale=scale))
            told[scale] = made.settle_s
            await made.close()
        assert told[1.0] > 0
        assert (told[0.0], told[0.5]) == (0, told[1.0] / 2)
