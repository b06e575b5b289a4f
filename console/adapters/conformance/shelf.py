"""What a store would hold: the least that pages can be applied to."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.adapters.contract import Adapter, Held
from console.domain.conversation import (
    Message,
    MessageGone,
    MessageKey,
    MessageState,
    Person,
    Report,
    ReportKey,
    ReportState,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.platform import Cursor, Page, Stream

MOST_PAGES = 500  # of one stream in one go: more is an adapter that never comes to an end


@dataclass(slots=True)
class Shelf:
    """People, spaces, threads, messages and reports by key, what is gone, and a cursor for each stream."""

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
                case MessageGone(kept=True):
                    if change.key in self.messages:
                        self.messages[change.key] = replace(self.messages[change.key], state=MessageState.AWAY)
                case MessageGone():
                    self.gone.add(change.key)
                    self.messages.pop(change.key, None)

    def known(self, space: SpaceKey, since_ms: int) -> Mapping[MessageKey, str]:
        return {
            message.key: message.state.value
            for message in self.messages.values()
            if message.space == space and message.posted_at_ms >= since_ms and message.state is not MessageState.DELETED
        }

    def held(self, messages: Sequence[MessageKey]) -> Mapping[MessageKey, Held]:
        found = [self.messages[key] for key in messages if key in self.messages]
        return {one.key: self._held(one, one.root or ThreadKey(one.key)) for one in found}

    def _held(self, one: Message, thread: ThreadKey) -> Held:
        title = self.threads[thread].title if thread in self.threads else ""
        return Held(thread, one.space, one.state.value, title, one.author)

    def pending_reports(self, message: MessageKey) -> Sequence[ReportKey]:
        waiting = [
            report
            for report in self.reports.values()
            if report.message == message and report.state is ReportState.PENDING
        ]
        return [report.key for report in sorted(waiting, key=lambda report: report.at_ms)]

    def shown(self, thread: ThreadKey) -> dict[MessageKey, tuple[str, MessageState]]:
        """Texts and states of a thread's messages, those removed left out."""
        return {
            message.key: (message.text, message.state)
            for message in self.messages.values()
            if thread in (message.root, message.key)
        }

    def snapshot(self) -> tuple[object, ...]:
        """All but the cursors, to compare."""
        return dict(self.people), dict(self.threads), dict(self.messages), dict(self.reports), set(self.gone)

    async def catch_up(self, adapter: Adapter, only: str = "") -> None:
        """Pull every stream to its end, the sweeps last."""
        for stream in in_turn(adapter):
            if only in stream.key:
                await self._to_the_end(adapter, stream)

    async def _to_the_end(self, adapter: Adapter, stream: Stream) -> None:
        for _ in range(MOST_PAGES):
            page = await adapter.pull(stream, self.cursors.get(stream.key))
            self.apply(page)
            self.cursors[stream.key] = as_stored(page.cursor)
            if not page.more:
                return
        raise AssertionError(f"{stream.key} does not come to an end")


def in_turn(adapter: Adapter) -> list[Stream]:
    """Its streams, the sweeps last."""
    return sorted(adapter.streams(), key=lambda stream: stream.sweep)


def as_stored(cursor: Cursor) -> Cursor:
    """A cursor as a store gives it back."""
    stored: Cursor = json.loads(json.dumps(cursor))
    return stored
