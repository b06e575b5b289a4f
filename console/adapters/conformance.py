"""The contract's test suite: what every adapter promises, written once and run against each of them.

    class TestMine(AdapterContract):
        @pytest.fixture
        def platform(self) -> Iterator[Platform]: ...

`Platform` is a hand on the other side: it says and changes things the way people there do, knows the truth, and can
spoil answers. A promise about something the platform can't do is skipped, with the capability as its reason.
Needs pytest and pytest-asyncio.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

import pytest
import pytest_asyncio

from console.adapters.contract import Adapter, Tools
from console.domain.conversation import (
    ConnectionKey,
    Message,
    MessageGone,
    MessageKey,
    MessageState,
    Person,
    Report,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.outbox import INVERSE, Intent, IntentId, Kind, State
from console.domain.platform import CAPABILITIES, Cursor, Page, PlatformError, Sighting, Stream, Way

MOST_PAGES = 500  # of one stream in one go: more is an adapter that never comes to an end


class Fault(StrEnum):
    """What can be wrong with every answer while it lasts."""

    GARBAGE = "garbage"
    CUT = "cut"
    LIMIT = "limit"


class Platform(Protocol):
    """The other side of the adapter under test. Keys are those the adapter gives."""

    space: SpaceKey

    def adapter(self, tools: Tools) -> Adapter:
        """A new adapter, signed in as one of us who may moderate."""

    def now_ms(self) -> int: ...

    def open_thread(self, title: str, text: str) -> ThreadKey:
        """A colleague opens a conversation."""

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        """A colleague answers; `held` waits for approval, where the platform has that."""

    def change(self, message: MessageKey, text: str) -> None:
        """Its author edits a message."""

    def remove(self, message: MessageKey) -> None:
        """A message vanishes for good."""

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        """Text and state of every message of a thread, the opening one too, as the platform has them itself."""

    def break_next(self, fault: Fault | None) -> None:
        """Every answer from now on is spoilt, until None makes the line whole again."""

    def broke(self) -> int:
        """How often an answer was really spoilt."""

    def spoil(self, message: MessageKey) -> bool:
        """Make one message come back in a form that can't be read; False where that can't be done."""


@dataclass(slots=True)
class Shelf:
    """What a store would hold: the least that pages can be applied to."""

    people: dict[str, Person] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    threads: dict[ThreadKey, Thread] = field(default_factory=dict)
    messages: dict[MessageKey, Message] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    gone: set[MessageKey] = field(default_factory=set)
    cursors: dict[str, Cursor] = field(default_factory=dict)

    def apply(self, page: Page) -> None:
        for change in page.changes:
            match change:
                case Person():
                    self.people[change.key] = change
                case Space():
                    self.spaces[change.key] = change
                case Thread():
                    self.threads[change.key] = change
                case Message():
                    self.messages[change.key] = change
                    self.gone.discard(change.key)
                case Report():
                    self.reports[change.key] = change
                case MessageGone():
                    self.gone.add(change.key)
                    self.messages.pop(change.key, None)

    def known(self, space: SpaceKey, since_ms: int) -> Mapping[MessageKey, str]:
        return {
            message.key: message.state.value
            for message in self.messages.values()
            if message.space == space and message.posted_at_ms >= since_ms and message.state is not MessageState.DELETED
        }

    def shown(self, thread: ThreadKey) -> dict[MessageKey, tuple[str, MessageState]]:
        """Texts and states of a thread's messages, those removed left out."""
        return {
            message.key: (message.text, message.state)
            for message in self.messages.values()
            if thread in (message.root, message.key)
        }

    async def catch_up(self, adapter: Adapter, only: str = "") -> None:
        """Pull every stream to its end, the sweeps last."""
        for stream in sorted(adapter.streams(), key=lambda one: one.sweep):
            if only in stream.key:
                await self._to_the_end(adapter, stream)

    async def _to_the_end(self, adapter: Adapter, stream: Stream) -> None:
        for _ in range(MOST_PAGES):
            page = await adapter.pull(stream, self.cursors.get(stream.key))
            self.apply(page)
            self.cursors[stream.key] = json.loads(json.dumps(page.cursor))  # as a store keeps it
            if not page.more:
                return
        raise AssertionError(f"{stream.key} does not come to an end")


def snapshot(shelf: Shelf) -> tuple[object, ...]:
    return dict(shelf.people), dict(shelf.threads), dict(shelf.messages), dict(shelf.reports), set(shelf.gone)


class AdapterContract:
    """Give it a fixture `platform`, and every promise is checked."""

    pytestmark = pytest.mark.asyncio

    @pytest.fixture
    def platform(self) -> Platform:
        raise AssertionError("a contract test needs a fixture `platform`")

    @pytest.fixture
    def shelf(self) -> Shelf:
        return Shelf()

    @pytest.fixture
    def tools(self, platform: Platform, shelf: Shelf) -> Tools:
        return Tools(now_ms=platform.now_ms, known=shelf.known, timeout_s=5.0, settle_scale=0.0)

    @pytest_asyncio.fixture
    async def adapter(self, platform: Platform, tools: Tools) -> AsyncIterator[Adapter]:
        made = platform.adapter(tools)
        yield made
        platform.break_next(None)
        await made.close()

    # -- in --------------------------------------------------------------------------------------------------------------

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

    async def test_the_same_page_twice_changes_nothing(
        self, platform: Platform, adapter: Adapter, shelf: Shelf
    ) -> None:
        thread = platform.open_thread("Twee keer", "Hallo")
        platform.say(thread, "Een")
        for stream in sorted(adapter.streams(), key=lambda one: one.sweep):
            cursor: Cursor | None = None
            for _ in range(MOST_PAGES):
                page = await adapter.pull(stream, cursor)
                shelf.apply(page)
                once = snapshot(shelf)
                again = await adapter.pull(stream, json.loads(json.dumps(cursor)) if cursor is not None else None)
                shelf.apply(again)
                assert snapshot(shelf) == once
                cursor = page.cursor
                if not page.more:
                    break
        assert shelf.shown(thread) == platform.truth(thread)

    async def test_a_cursor_is_plain_json_that_another_process_goes_on_from(
        self, platform: Platform, adapter: Adapter, shelf: Shelf, tools: Tools
    ) -> None:
        thread = platform.open_thread("Verder", "Hallo")
        for stream in sorted(adapter.streams(), key=lambda one: one.sweep):
            cursor: Cursor | None = None
            for _ in range(8):
                fresh = platform.adapter(tools)
                page = await fresh.pull(stream, cursor)
                await fresh.close()
                shelf.apply(page)
                cursor = json.loads(json.dumps(page.cursor))
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
        backwards = platform.adapter(replace(tools, known=other.known))
        for stream in reversed(list(backwards.streams())):
            await other.catch_up(backwards, stream.key)
        await backwards.close()
        assert other.shown(thread) == shelf.shown(thread) == platform.truth(thread)
        assert other.threads[thread] == shelf.threads[thread]

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
        before = snapshot(shelf)
        await shelf.catch_up(adapter)
        assert snapshot(shelf)[2] == before[2]

    # -- back ------------------------------------------------------------------------------------------------------------

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

    async def test_capabilities_are_told_truly(self, platform: Platform, adapter: Adapter) -> None:
        for able in (adapter.capabilities(), adapter.capabilities(platform.space), adapter.default_capabilities):
            assert set(able.ways) <= set(CAPABILITIES)
            assert all(isinstance(way, Way) for way in able.ways.values())
            assert able.way("read") is Way.API
        assert adapter.key
        assert adapter.title
        assert len(adapter.tile) == 2
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
        intent = self.intent(platform, Kind.EDIT, thread, ours, "Morgen <3")
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        await adapter.perform(intent)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        await shelf.catch_up(adapter)
        assert shelf.messages[ours].text == "Morgen <3"
        assert platform.truth(thread)[ours][0] == "Morgen <3"

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
        message = platform.say(thread, "Reactie", held=MessageState.HELD in before)
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
        assert shelf.messages[message].text == "Reactie"
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

    async def test_a_reply_to_what_is_gone_is_refused(self, platform: Platform, adapter: Adapter) -> None:
        self.needs(platform, adapter, Kind.REPLY)
        thread = platform.open_thread("Weg", "Hallo")
        gone = platform.say(thread, "Straks weg")
        platform.remove(gone)
        with pytest.raises(PlatformError):
            await adapter.perform(self.intent(platform, Kind.REPLY, thread, gone, "Antwoord"))
        assert "Antwoord" not in [text for text, _ in platform.truth(thread).values()]
