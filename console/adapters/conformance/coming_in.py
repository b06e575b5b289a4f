"""What is said there arrives: as it was said, whole, in whatever order and however often it is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.adapters.conformance.platform import Busy, Crowded, Platform, Reacting
from console.adapters.conformance.promises import Promises
from console.adapters.conformance.shelf import MOST_PAGES, Shelf, as_stored, in_turn
from console.adapters.contract import Adapter, Tools
from console.domain.conversation import MessageKey, MessageState, ThreadKey
from console.domain.platform import Cursor

MANY = 130  # more than any platform puts on one page
NOT_THERE = (MessageState.DELETED, MessageState.AWAY)
QUARTER_MS = 15 * 60_000  # less than any two time zones differ


class ComingIn(Promises):
    # -- what it means -------------------------------------------------------------------------------------------------

    async def test_what_was_said_arrives_word_by_word(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        thread = platform.open_thread("Nieuw rooster", "Wat vinden jullie?")
        first = platform.say(thread, "Ik weet het niet & jij < ik?")
        platform.say(thread, "Dank je wel! 👩‍💻 é", parent=first)
        await shelf.catch_up(adapter)
        assert shelf.shown(thread) == platform.truth(thread)
        assert shelf.threads[thread].title == "Nieuw rooster"
        assert all(message.author in shelf.people for message in shelf.messages.values())
        assert {message.space for message in shelf.messages.values()} == {platform.space}
        assert platform.space in {space.key for space in await adapter.spaces()}

    async def test_a_message_says_when_it_was_posted_and_what_it_answers(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Wanneer", "Hallo")
        first = platform.say(thread, "Een")
        second = platform.say(thread, "Twee", parent=first)
        await shelf.catch_up(adapter)
        now_ms = platform.now_ms()
        moments = [shelf.messages[key].posted_at_ms for key in shelf.shown(thread)]
        assert len(moments) == 3
        assert all(abs(now_ms - moment) < QUARTER_MS for moment in moments), "UTC, in milliseconds"
        assert shelf.messages[first].parent in (None, MessageKey(thread))
        assert shelf.messages[second].parent in (first, MessageKey(thread))  # not every platform goes deeper

    async def test_edits_and_removals_are_noticed(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        if adapter.capabilities(platform.space).approximate:
            pytest.skip("this source shows no edits or removals")
        thread = platform.open_thread("Wijzigen", "Hallo")
        edited, removed, left = (platform.say(thread, text) for text in ("Een", "Twee", "Drie"))
        await shelf.catch_up(adapter)
        assert {edited, removed, left} <= set(shelf.messages)
        platform.change(edited, "Een, maar dan anders")
        platform.remove(removed)
        await shelf.catch_up(adapter)
        assert shelf.messages[edited].text == "Een, maar dan anders"
        assert removed in shelf.gone or shelf.messages[removed].state is MessageState.DELETED
        assert left in shelf.messages
        assert not shelf.gone & {edited, left}

    async def test_reactions_are_counted(self, platform: Platform, adapter: Adapter, shelf: Shelf) -> None:
        if not isinstance(platform, Reacting):
            pytest.skip("colleagues don't react on this platform")
        thread = platform.open_thread("Reacties", "Hallo")
        said = platform.say(thread, "Taart in de kantine")
        await shelf.catch_up(adapter)
        assert shelf.messages[said].reactions == ()
        platform.react(said, "👍")
        await shelf.catch_up(adapter)
        assert [count for _emoji, count in shelf.messages[said].reactions] == [1]
        assert shelf.messages[said].text == "Taart in de kantine"

    async def test_one_unreadable_message_does_not_stop_the_others(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Onleesbaar", "Hallo")
        first, broken, last = (platform.say(thread, text) for text in ("Een", "Twee", "Drie"))
        if not platform.spoil(broken):
            pytest.skip("this platform can't be made to say something unreadable")
        await shelf.catch_up(adapter)
        assert {first, last} <= set(shelf.messages)
        assert shelf.messages[broken].state is MessageState.UNREADABLE
        assert shelf.messages[broken].raw

    # -- pages, streams and cursors --------------------------------------------------------------------------------------

    async def test_the_same_page_twice_changes_nothing(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Twee keer", "Hallo")
        platform.say(thread, "Een")
        for stream in in_turn(adapter):
            cursor: Cursor | None = None
            for _ in range(MOST_PAGES):
                page = await adapter.pull(stream, cursor)
                shelf.apply(page)
                once = shelf.snapshot()
                again = await adapter.pull(stream, as_stored(cursor) if cursor is not None else None)
                shelf.apply(again)
                assert shelf.snapshot() == once
                cursor = page.cursor
                if not page.more:
                    break
        assert shelf.shown(thread) == platform.truth(thread)

    async def test_a_cursor_is_plain_json_that_another_process_goes_on_from(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools
    ) -> None:
        thread = platform.open_thread("Verder", "Hallo")
        for stream in in_turn(adapter):
            cursor: Cursor | None = None
            for _ in range(8):
                fresh = platform.adapter(tools)
                page = await fresh.pull(stream, cursor)
                await fresh.close()
                shelf.apply(page)
                cursor = as_stored(page.cursor)
                assert cursor == page.cursor
                if not page.more:
                    break
            shelf.cursors[stream.key] = cursor or {}
        later = platform.say(thread, "Later gezegd")
        await shelf.catch_up(adapter)
        assert later in shelf.messages
        assert shelf.shown(thread) == platform.truth(thread)

    async def test_streams_in_any_order_give_the_same(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools
    ) -> None:
        thread = platform.open_thread("Volgorde", "Hallo")
        first = platform.say(thread, "Een")
        platform.say(thread, "Twee", parent=first)
        await shelf.catch_up(adapter)
        other = Shelf()
        backwards = platform.adapter(replace(tools, known=other.known, held=other.held))
        for stream in reversed(list(backwards.streams())):
            await other.catch_up(backwards, stream.key)
        await backwards.close()
        assert other.shown(thread) == shelf.shown(thread) == platform.truth(thread)
        assert other.threads[thread] == shelf.threads[thread]

    async def test_everything_pulled_anew_changes_nothing(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools
    ) -> None:
        """As after the loss of every cursor."""
        thread = platform.open_thread("Opnieuw", "Hallo")
        platform.say(thread, "Een")
        await shelf.catch_up(adapter)
        before = shelf.shown(thread)
        shelf.cursors.clear()
        fresh = platform.adapter(tools)
        await shelf.catch_up(fresh)
        await fresh.close()
        assert shelf.shown(thread) == before == platform.truth(thread)
        assert not shelf.gone & set(before)

    @pytest.mark.parametrize("meanwhile", ["removed", "added", "removed and added"])
    async def test_nothing_slips_through_when_the_list_moves_under_us(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, meanwhile: str
    ) -> None:
        if not isinstance(platform, Crowded):
            pytest.skip("this platform can't be made to say a lot at once")
        thread = platform.open_thread("Beweeglijk", "Hallo")
        said = platform.say_many(thread, MANY, "Reactie {n}")
        moved = 0
        for stream in in_turn(adapter):
            cursor: Cursor | None = None
            for _ in range(MOST_PAGES):
                page = await adapter.pull(stream, cursor)
                shelf.apply(page)
                cursor = page.cursor
                if not page.more:
                    break
                if moved < 2 and not stream.sweep and shelf.shown(thread):
                    if "removed" in meanwhile:  # of what was read, and of what was not
                        platform.remove(said[10 + moved])
                        platform.remove(said[-10 - moved])
                    if "added" in meanwhile:
                        platform.say(thread, f"Erbij {moved}")
                    moved += 1
            shelf.cursors[stream.key] = cursor or {}
        assert moved, "it really came in more than one page"
        await shelf.catch_up(adapter)
        shown = {key: told for key, told in shelf.shown(thread).items() if told[1] not in NOT_THERE}
        assert shown == platform.truth(thread)
        assert len(shown) == 1 + MANY - 2 * moved * ("removed" in meanwhile) + moved * ("added" in meanwhile)

    @pytest.mark.parametrize("meanwhile", ["removed", "added", "removed and added"])
    async def test_no_conversation_slips_through_when_the_list_moves_under_us(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, meanwhile: str
    ) -> None:
        """Histories move most: so also while a sweep walks through them."""
        if not isinstance(platform, Busy):
            pytest.skip("many conversations can't be opened at once on this platform")
        threads = platform.open_many(MANY, "Vraag {n}")
        removed: set[ThreadKey] = set()
        moved = 0
        for stream in in_turn(adapter):
            for _ in range(MOST_PAGES):
                page = await adapter.pull(stream, shelf.cursors.get(stream.key))
                shelf.apply(page)
                shelf.cursors[stream.key] = as_stored(page.cursor)
                if not page.more:
                    break
                if moved < 6 and shelf.threads:
                    if "removed" in meanwhile:
                        removed |= {threads[10 + moved], threads[-10 - moved]}
                        platform.remove(MessageKey(threads[10 + moved]))
                        platform.remove(MessageKey(threads[-10 - moved]))
                    if "added" in meanwhile:
                        threads.append(platform.open_thread(f"Erbij {moved}", "Hallo"))
                    moved += 1
        assert moved, "it really came in more than one page"
        await shelf.catch_up(adapter)
        held = {thread: shelf.shown(thread) for thread in threads}
        shown = {thread for thread, said in held.items() if any(state not in NOT_THERE for _, state in said.values())}
        assert shown == set(threads) - removed
        assert all(held[thread] == platform.truth(thread) for thread in shown)
