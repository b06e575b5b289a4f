"""Whatever becomes of a request, what a person decided is done once: a look tells, and what is left is done."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.adapters.conformance.platform import Cut, Platform
from console.adapters.conformance.promises import Confirmed, Promises
from console.adapters.conformance.shelf import Shelf
from console.adapters.contract import Adapter, Tools
from console.domain.conversation import MessageKey
from console.domain.outbox import Intent, Kind
from console.domain.platform import BadResponse, Sighting, Unreachable

LOST = (Unreachable, BadResponse)
MOST_STEPS = 20
ACTIONS = (Kind.EDIT, Kind.APPROVE, Kind.HOLD, Kind.HIDE, Kind.SPAM, Kind.DELETE, Kind.LOCK, Kind.PIN, Kind.REACT)
ON_THREADS = (Kind.LOCK, Kind.PIN)


class Once(Promises):
    @pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.DURING, Cut.AFTER, Cut.LATE])
    async def test_a_reply_whose_answer_was_lost_is_looked_for_and_stands_there_once(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools, cut: Cut
    ) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        line = self.can_be_cut(platform)
        thread = platform.open_thread("Verloren", "Hallo")
        asked = platform.say(thread, "Waarom?")
        await shelf.catch_up(adapter)
        intent = self.intent(platform, Kind.REPLY, thread, asked, "Daarom niet")
        line.cut_change(cut)
        with pytest.raises(LOST) as lost:
            await adapter.perform(intent)
        assert line.cuts() == 1, "the fault was really there"
        assert lost.value.maybe_sent  # type: ignore[attr-defined]  # both have it
        assert self.words(platform, thread).count("Daarom niet") == (cut is Cut.AFTER)
        fresh = platform.adapter(tools)  # as after the end of the process
        found = await fresh.find_sent(intent, frozenset())
        if cut is Cut.LATE:
            assert found.sighting in self.not_there(adapter)
            line.finish_late()
            found = await fresh.find_sent(intent, frozenset())
        arrived = cut in (Cut.AFTER, Cut.LATE)
        assert found.sighting in ({Sighting.SEEN} if arrived else self.not_there(adapter))
        if not arrived:
            await fresh.perform(replace(intent, attempts=2))
            found = await fresh.find_sent(intent, frozenset())
        assert self.words(platform, thread).count("Daarom niet") == 1
        assert MessageKey(found.message) in platform.truth(thread)
        matched = await fresh.find_sent(intent, frozenset({found.message}))
        assert matched.message != found.message
        await fresh.close()
        await shelf.catch_up(adapter)
        assert shelf.shown(thread) == platform.truth(thread)

    def not_there(self, adapter: Adapter) -> set[Sighting]:
        """What a look may say of what isn't there: without a certain mark it may be unsure, never that it is."""
        return {Sighting.ABSENT} if adapter.certain_mark else {Sighting.ABSENT, Sighting.UNCLEAR}

    async def test_of_two_replies_with_the_same_words_the_lost_one_is_told_from_the_other(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        line = self.can_be_cut(platform)
        thread = platform.open_thread("Twee keer hetzelfde", "Hallo")
        asked = platform.say(thread, "Waarom?")
        await shelf.catch_up(adapter)
        first, second = (self.intent(platform, Kind.REPLY, thread, asked, "Dank je wel!", f"n-{n}") for n in (1, 2))
        sent = (await adapter.perform(first)).message
        line.cut_change(Cut.BEFORE)
        with pytest.raises(LOST):
            await adapter.perform(second)
        assert line.cuts() == 1
        found = await adapter.find_sent(second, frozenset({sent}))
        assert found.sighting in self.not_there(adapter)
        again = (await adapter.perform(replace(second, attempts=2))).message
        assert again != sent
        assert self.words(platform, thread).count("Dank je wel!") == 2

    @pytest.mark.parametrize("kind", ACTIONS)
    async def test_an_action_whose_answer_was_lost_is_looked_for_and_done(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, kind: Kind
    ) -> None:
        self.needs(platform, adapter, kind)
        line = self.can_be_cut(platform)
        intent = await self.action(platform, adapter, shelf, kind)
        for attempt, cut in enumerate((Cut.BEFORE, Cut.AFTER), 1):
            line.cut_change(cut)
            with pytest.raises(LOST) as lost:
                await adapter.perform(replace(intent, attempts=attempt))
            assert line.cuts() == 1, "the fault was really there"
            assert lost.value.maybe_sent  # type: ignore[attr-defined]  # both have it
            found = await adapter.find_sent(intent, frozenset())
            assert found.sighting is (Sighting.SEEN if cut is Cut.AFTER else Sighting.ABSENT)
        await adapter.perform(replace(intent, attempts=3))
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await shelf.catch_up(adapter)
        told = shelf.shown(intent.thread)
        assert {key: told[key] for key in platform.truth(intent.thread)} == platform.truth(intent.thread)

    async def action(self, platform: Platform, adapter: Adapter, shelf: Shelf, kind: Kind) -> Intent:
        """An intent of this kind that would really change something, about what the shelf holds."""
        thread = platform.open_thread("Modereren", "Hallo")
        message: MessageKey | None = self.said(platform, kind, thread, "Reactie", held=kind is Kind.APPROVE)
        text = ""
        if kind is Kind.EDIT:
            reply = self.intent(platform, Kind.REPLY, thread, None, "Morgne")
            message, text = MessageKey((await adapter.perform(reply)).message), "Morgen"
        elif kind is Kind.REACT:
            text = "👍"
        elif kind in ON_THREADS:
            message = None
        await shelf.catch_up(adapter)
        return self.intent(platform, kind, thread, message, text)

    @pytest.mark.parametrize("cut", [Cut.BEFORE, Cut.AFTER])
    async def test_what_takes_several_requests_goes_on_where_it_broke_off(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools, confirmed: Confirmed, cut: Cut
    ) -> None:
        """The second request of every attempt is cut, and a new process goes on with what was confirmed."""
        self.needs(platform, adapter, Kind.DELETE)
        line = self.can_be_cut(platform)
        thread = platform.open_thread("In stappen", "Hallo")
        message = platform.say(thread, "Eerste scheldwoord")
        for text in ("Tweede scheldwoord", "Derde scheldwoord"):
            platform.change(message, text)
        await shelf.catch_up(adapter)
        intent = self.intent(platform, Kind.DELETE, thread, message)
        broke_off = 0
        for _ in range(MOST_STEPS):
            fresh = platform.adapter(tools)
            line.cut_change(cut, after=1)
            try:
                await fresh.perform(intent)
                break
            except LOST:
                broke_off += 1
                assert line.cuts() == 1
                intent = replace(intent, steps=tuple(step for _intent, step in confirmed), attempts=broke_off + 1)
                assert intent.steps, "what was confirmed is told at once"
                platform.break_next(None)
                done = message not in platform.truth(thread) or (
                    platform.truth(thread)[message][1].value == "deleted"
                )  # fmt: skip
                found = await fresh.find_sent(intent, frozenset())
                assert found.sighting is (Sighting.SEEN if done else Sighting.ABSENT)
            finally:
                platform.break_next(None)
                await fresh.close()
        if not broke_off and not confirmed:
            pytest.skip("this platform does it in one request")
        assert broke_off, "it really broke off in between"
        steps = [step for _intent, step in confirmed]
        assert len(set(steps)) == len(steps), "each was confirmed once"
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await adapter.perform(replace(intent, steps=tuple(steps)))
        assert [step for _intent, step in confirmed] == steps, "what is confirmed is left alone"
        await shelf.catch_up(adapter)
        assert message in shelf.gone or shelf.messages[message].state.value == "deleted"
