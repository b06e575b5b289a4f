"""One round of review: what waited when it began and came since, where it stands, and how fast it goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from console.domain.conversation import MessageKey
from console.store.read.judged import Waiting

FEW = 3  # so many verdicts before anything is said about how long the rest takes
LONGEST_MS = 600_000  # who takes longer over one was away


class Outcome(StrEnum):
    JUDGED = "judged"
    SKIPPED = "skipped"
    HANDED_ON = "handed_on"  # a colleague has it now
    GONE = "gone"  # it waits no more: its message went, or somebody else judged it


@dataclass(slots=True)
class Item:
    """`said`: what was decided, in words. `urgent`: a report on it that waits is under an urgent policy."""

    waiting: Waiting
    outcome: Outcome | None = None
    said: str = ""
    urgent: bool = False


@dataclass(slots=True)
class Round:
    """Items keep their place all round: nothing moves under the eyes of who reads. Only what is urgent, and what was asked
    for, comes up from below, and only as far as what is read."""

    items: list[Item] = field(default_factory=list)
    at: int = 0
    _paces_ms: list[int] = field(default_factory=list)
    _since_ms: int = 0
    _asked: set[MessageKey] = field(default_factory=set)

    def take(self, waiting: Sequence[Waiting], now_ms: int, urgent: Sequence[MessageKey] = ()) -> bool:
        """What waits now: new ones join at the end, what waits no more is marked. Whether anything changed.

        urgent  those that come right after what is read, and first in a round that begins, in their order
        """
        before = self._stands()
        by_key = {found.message: found for found in waiting}
        for item in self.items:
            found = by_key.pop(item.waiting.message, None)
            if found is None:
                item.outcome = item.outcome or Outcome.GONE
            elif item.outcome in (Outcome.GONE, Outcome.JUDGED, Outcome.HANDED_ON):
                item.waiting, item.outcome, item.said = found, None, ""
            else:
                item.waiting = found
        self.items += [Item(found) for found in waiting if found.message in by_key]
        risen = False
        for item in self.items:
            now = item.waiting.message in urgent
            if now and not item.urgent:
                risen = True
                item.outcome = None if item.outcome is Outcome.SKIPPED else item.outcome
            item.urgent = now
        if risen:
            self._raise(urgent, below=min(self.at + 1, len(before)))
        if not before:
            self._since_ms = now_ms
        return before != self._stands()

    def _stands(self) -> list[tuple[Waiting, Outcome | None, bool]]:
        return [(item.waiting, item.outcome, item.urgent) for item in self.items]

    def _raise(self, messages: Sequence[MessageKey], below: int) -> None:
        """Those of these that wait at this place or lower come there, in their order."""
        rest, place = self.items[below:], {message: n for n, message in enumerate(messages)}
        raised = [item for item in rest if item.waiting.message in place and item.outcome is None]
        raised.sort(key=lambda item: place[item.waiting.message])
        self.items[below:] = [*raised, *(item for item in rest if item not in raised)]

    @property
    def current(self) -> Item | None:
        return self.items[self.at] if self.at < len(self.items) else None

    @property
    def following(self) -> Item | None:
        """The one that comes when the current one has its outcome."""
        at = self._next_waiting()
        return self.items[at] if at < len(self.items) else None

    @property
    def waiting(self) -> list[Waiting]:
        """All that wait for a verdict still."""
        return [item.waiting for item in self.items if item.outcome is None]

    @property
    def share(self) -> float:
        """How much is done, from 0 to 1."""
        return self.done / len(self.items) if self.items else 0.0

    @property
    def done(self) -> int:
        return sum(item.outcome is not None for item in self.items)

    @property
    def judged(self) -> int:
        return sum(item.outcome is Outcome.JUDGED for item in self.items)

    @property
    def left(self) -> int:
        return len(self.items) - self.done

    def settle(self, outcome: Outcome, said: str, now_ms: int) -> None:
        """The current one has its outcome; on to the next that waits."""
        item = self.current
        if item is None:
            return
        item.outcome, item.said = outcome, said
        if outcome is Outcome.JUDGED:
            self._paces_ms.append(min(LONGEST_MS, max(0, now_ms - self._since_ms)))
        self._since_ms = now_ms
        self.advance()

    def mark(self, message: MessageKey, outcome: Outcome, said: str) -> None:
        """One of several that were decided together."""
        for item in self.items:
            if item.waiting.message == message:
                item.outcome, item.said = outcome, said

    def advance(self) -> None:
        """To the next that waits, from the beginning again where none follows; past the end where none is left."""
        here, at = self.current, self._next_waiting()
        if at < len(self.items) or here is None or here.outcome is not None:
            self.at = at

    def _next_waiting(self) -> int:
        """The place of the next that waits beside the current one; past the end where there is none.

        What is urgent or was asked for comes before what only follows, also where it stands above.
        """
        places = [*range(self.at + 1, len(self.items)), *range(min(self.at, len(self.items)))]
        waiting = [place for place in places if self.items[place].outcome is None]
        first = (place for place in waiting if self._comes_first(self.items[place]))
        return next(first, waiting[0] if waiting else len(self.items))

    def _comes_first(self, item: Item) -> bool:
        return item.urgent or item.waiting.message in self._asked

    def step(self, by: int) -> None:
        """To the one before or after, whatever its outcome."""
        if self.items:
            self.at = max(0, min(len(self.items) - 1, self.at + by))

    def go(self, message: MessageKey) -> bool:
        """To this one; False where the round doesn't hold it."""
        for place, item in enumerate(self.items):
            if item.waiting.message == message:
                self.at = place
                return True
        return False

    def reopen(self, message: MessageKey, now_ms: int) -> bool:
        """What was decided about this one was taken back: it waits again, and is looked at. False where it isn't here."""
        if not self.go(message):
            return False
        item = self.items[self.at]
        item.outcome, item.said = None, ""
        self._since_ms = now_ms
        return True

    def bring_forward(self, messages: Sequence[MessageKey]) -> None:
        """Those of these that wait come next, in their order; what is read stays where it is."""
        self._asked |= set(messages)
        self._raise(messages, below=self.at + 1)

    def left_ms(self) -> int | None:
        """About how long the rest takes at this pace; None while too few were judged to say."""
        if len(self._paces_ms) < FEW or not self.left:
            return None
        return sum(self._paces_ms) // len(self._paces_ms) * self.left
