"""A line that fails: only our own errors come out, and afterwards everything is there."""

from __future__ import annotations

import itertools

import pytest

from console.adapters.conformance.platform import Breaking, Fault, Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import MOST_PAGES, Shelf, in_turn
from console.adapters.contract import Adapter
from console.domain.outbox import Kind
from console.domain.platform import Cursor, PlatformError, RateLimited, Sighting


class Faults(Promises):
    # One after the other: what breaks first, then the same pull on a whole line.
    async def test_after_a_failure_before_every_page_everything_is_there(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Storingen", "Hallo")
        first = platform.say(thread, "Een")
        platform.say(thread, "Twee", parent=first)
        faults, failed = itertools.cycle(Fault), 0
        for stream in in_turn(adapter):
            cursor: Cursor | None = None
            for _ in range(MOST_PAGES):
                platform.break_next(next(faults))
                before = platform.broke()
                try:
                    page = await adapter.pull(stream, cursor)
                except PlatformError:
                    failed += 1
                    platform.break_next(None)
                    page = await adapter.pull(stream, cursor)
                else:
                    assert platform.broke() == before, "an answer that was spoilt is no answer"
                platform.break_next(None)
                shelf.apply(page)
                cursor = page.cursor
                if not page.more:
                    break
        assert failed >= len(adapter.streams()), "it really failed"
        assert shelf.shown(thread) == platform.truth(thread)
        assert not shelf.gone & set(platform.truth(thread))

    async def test_a_limit_says_for_how_long_and_nothing_is_done_under_it(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Te druk", "Hallo")
        said = platform.say(thread, "Een")
        await shelf.catch_up(adapter)
        reply = self.intent(platform, Kind.REPLY, thread, said, "Even wachten")
        platform.break_next(Fault.LIMIT)
        waits = []
        for stream in adapter.streams():
            with pytest.raises(RateLimited) as limited:
                await adapter.pull(stream, None)
            waits.append(limited.value.retry_after_s)
        with pytest.raises(RateLimited) as limited:
            await adapter.find_sent(reply, frozenset())
        waits.append(limited.value.retry_after_s)
        platform.break_next(None)
        self.needs(platform, adapter, Kind.REPLY)
        platform.break_next(Fault.LIMIT)
        with pytest.raises(RateLimited) as limited:
            await adapter.perform(reply)
        waits.append(limited.value.retry_after_s)
        platform.break_next(None)
        assert set(waits) == {platform.limit_s if isinstance(platform, Breaking) else waits[0]}
        assert waits[0] > 0
        assert (await adapter.find_sent(reply, frozenset())).sighting is Sighting.ABSENT
        await adapter.perform(reply)
        assert self.words(platform, thread).count("Even wachten") == 1

    @pytest.mark.parametrize("fault", list(Fault))
    async def test_only_errors_of_the_family_cross_the_border(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, fault: Fault
    ) -> None:
        thread = platform.open_thread("Storing", "Hallo")
        said = platform.say(thread, "Een")
        await shelf.catch_up(adapter)
        platform.break_next(fault)
        for stream in adapter.streams():
            with pytest.raises(PlatformError):
                await adapter.pull(stream, None)
        reply = self.intent(platform, Kind.REPLY, thread, said, "Antwoord")
        with pytest.raises(PlatformError):
            await adapter.perform(reply)
        with pytest.raises(PlatformError):
            await adapter.find_sent(reply, frozenset())
        assert platform.broke() >= 3
        platform.break_next(None)
        before = shelf.snapshot()
        await shelf.catch_up(adapter)
        assert shelf.snapshot()[2] == before[2]
