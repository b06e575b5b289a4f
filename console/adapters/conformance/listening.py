"""A platform that tells of news: it is told, and nothing depends on somebody having listened."""

from __future__ import annotations

import asyncio

import pytest

from console.adapters.conformance.platform import Platform
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import Shelf, as_stored
from console.adapters.contract import Adapter, Listener
from console.domain.outbox import Kind
from console.domain.platform import Stream, Way

PATIENCE_S = 60.0


class Listening(Promises):
    def live(self, adapter: Adapter) -> tuple[Listener, Stream]:
        """The adapter as a listener, with the stream it listens to."""
        for stream in adapter.streams():
            if stream.live and isinstance(adapter, Listener):
                return adapter, stream
        pytest.skip("this platform tells nobody of news")

    async def test_a_live_stream_is_one_that_can_be_listened_to(self, platform: Platform, adapter: Adapter) -> None:
        live = [stream for stream in adapter.streams() if stream.live]
        assert isinstance(adapter, Listener) or not live
        assert (adapter.capabilities(platform.space).way("live") is Way.API) is bool(live)
        assert len({stream.key for stream in adapter.streams()}) == len(adapter.streams())

    async def test_news_arrives_while_somebody_listens(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        listener, stream = self.live(adapter)
        thread = platform.open_thread("Nieuws", "Hallo")
        await shelf.catch_up(adapter)
        listening = asyncio.create_task(self._until(listener, stream, shelf, "Net gezegd"))
        said = await asyncio.to_thread(platform.say, thread, "Net gezegd")
        await asyncio.wait_for(listening, PATIENCE_S)
        assert shelf.messages[said].text == "Net gezegd"

    async def _until(self, listener: Listener, stream: Stream, shelf: Shelf, text: str) -> None:
        """Listen until this was said, each time from where the last answer ended."""
        while text not in [message.text for message in shelf.messages.values()]:
            page = await listener.listen(stream, shelf.cursors[stream.key])
            shelf.apply(page)
            shelf.cursors[stream.key] = as_stored(page.cursor)

    async def test_a_pull_after_listening_misses_nothing(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        """What was heard is thrown away, as when somebody pulled meanwhile."""
        listener, stream = self.live(adapter)
        thread = platform.open_thread("Weggegooid", "Hallo")
        await shelf.catch_up(adapter)
        platform.say(thread, "Gehoord en weggegooid")
        page = await asyncio.wait_for(listener.listen(stream, shelf.cursors[stream.key]), PATIENCE_S)
        assert page.changes
        platform.say(thread, "Daarna gezegd")
        await shelf.catch_up(adapter)
        assert shelf.shown(thread) == platform.truth(thread)

    @pytest.mark.parametrize("turns", [0, 1, 2, 5, 20, 100])
    async def test_a_listener_that_is_called_away_at_any_moment_loses_nothing(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, turns: int
    ) -> None:
        listener, stream = self.live(adapter)
        thread = platform.open_thread("Weggeroepen", "Hallo")
        await shelf.catch_up(adapter)
        platform.say(thread, "Terwijl er geluisterd werd")
        listening = asyncio.ensure_future(listener.listen(stream, shelf.cursors[stream.key]))
        for _ in range(turns):  # of the loop: each time it stands somewhere else in its work
            await asyncio.sleep(0)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        platform.say(thread, "Toen niemand luisterde")
        await shelf.catch_up(adapter)
        assert shelf.shown(thread) == platform.truth(thread)
        assert len(platform.truth(thread)) == 3

    async def test_a_reply_goes_out_while_somebody_listens(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        listener, stream = self.live(adapter)
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Tegelijk", "Hallo")
        await shelf.catch_up(adapter)
        listening = asyncio.create_task(self._until(listener, stream, shelf, "Tussendoor"))
        await adapter.perform(self.intent(platform, Kind.REPLY, thread, None, "Tussendoor"))
        await asyncio.wait_for(listening, PATIENCE_S)
        assert shelf.shown(thread) == platform.truth(thread)
