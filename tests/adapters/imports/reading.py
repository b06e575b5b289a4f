"""Reads a file as an import does, in one go or stopping after every entry, and sorts what it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.adapters.imports.entry import Entry, Format, Options, Skipped
from console.adapters.imports.recognising import recognise
from console.adapters.imports.source import Source, Trouble
from console.domain.conversation import Message, MessageGone, Person, Space, Thread


@dataclass
class Told:
    """What a file said: the last of each key, what was skipped, and what the source noted."""

    format: str
    entries: list[Entry | Skipped] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    threads: dict[str, Thread] = field(default_factory=dict)
    spaces: dict[str, Space] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    gone: dict[str, MessageGone] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages.values()]

    @property
    def reasons(self) -> list[str]:
        return [one.reason for one in self.skipped]

    def take(self, one: Entry | Skipped) -> None:
        self.entries.append(one)
        if isinstance(one, Skipped):
            self.skipped.append(one)
            return
        for change in one.changes:
            match change:
                case Message():
                    self.messages[change.key] = change
                case Thread():
                    self.threads[change.key] = change
                case Space():
                    self.spaces[change.key] = change
                case Person():
                    self.people[change.key] = change
                case MessageGone():
                    self.gone[change.key] = change
                case _:
                    raise AssertionError(change)

    def said_by(self, text: str) -> str:
        """The name of who said this."""
        return self.people[self.message(text).author].name

    def message(self, text: str) -> Message:
        (found,) = [message for message in self.messages.values() if message.text == text]
        return found

    def space_of(self, text: str) -> str:
        return self.spaces[self.message(text).space].title


def read(*paths: Path, options: Options | None = None) -> Told:
    with Source(paths) as source:
        kind = recognise(source)
        assert kind is not None, "nobody reads this"
        told = Told(kind.key)
        for one in kind.read(source, options or Options(), None):
            told.take(one)
        told.troubles = source.troubles
        return told


def stopping_after_each(*paths: Path, options: Options | None = None) -> list[Entry | Skipped]:
    """What it says when each entry is read by another process, from where the one before stopped."""
    found: list[Entry | Skipped] = []
    after: Mapping[str, object] | None = None
    while True:
        with Source(paths) as source:
            kind = recognise(source)
            assert kind is not None
            one = next(_reading(kind, source, options or Options(), after), None)
        if one is None:
            return found
        found.append(one)
        after = json.loads(json.dumps(dict(one.at)))


def _reading(
    kind: Format, source: Source, options: Options, after: Mapping[str, object] | None
) -> Iterator[Entry | Skipped]:
    return kind.read(source, options, after)
