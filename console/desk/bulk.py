"""One decision about many conversations: weighed first, then made in pieces that a person can stop, with one undo.

What changed since it was weighed, what somebody else has, and what its platform can't do is left out, each with why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from console.desk.seat import Decision, Desk, Refused
from console.desk.verdicts import Plan
from console.domain.conversation import ThreadKey
from console.domain.platform import Way
from console.store.errors import StoreError
from console.store.read.stands import Stand, last_by, stands
from console.store.write.clock import new_key

AT_ONCE = 250  # in one transaction, some 35 ms: so soon a stop is heard, and another program has its turn


class LeftOut(NamedTuple):
    """A conversation that it isn't done to, "" for one that isn't here any more, and why."""

    thread: ThreadKey
    why: Refused


class Item(NamedTuple):
    """What it is done to: a conversation as it stood when it was weighed, or a message in it with its verdict."""

    stand: Stand
    plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a decision comes to before it is made.

    theirs   those that somebody else has: left out, unless they are asked for
    nothing  how many conversations are so already, or have nothing to decide on
    ways     how many things are done on the platforms: by us, and by hand
    stays    how many of them can't be taken back there once they left
    """

    items: tuple[Item, ...]
    left_out: tuple[LeftOut, ...] = ()
    theirs: tuple[Item, ...] = ()
    nothing: int = 0
    ways: Mapping[Way, int] = field(default_factory=dict)
    stays: int = 0

    def with_theirs(self) -> Weighed:
        """Those that somebody else has too."""
        return replace(self, items=(*self.items, *self.theirs), theirs=())

    @property
    def all_left_out(self) -> tuple[LeftOut, ...]:
        """Those that somebody else has among them."""
        theirs = (LeftOut(item.stand.key, Refused("theirs", who=item.stand.assignee)) for item in self.theirs)
        return (*self.left_out, *theirs)


@dataclass(frozen=True, slots=True)
class Piece:
    """What became of some of the items: the decisions, how many items they are about, and who was left out."""

    decisions: list[Decision]
    count: int
    left_out: list[LeftOut]


class Verb(Protocol):
    """What is decided on each: `desk.bulk_verbs` has them."""

    def weigh(self, desk: Desk, found: Sequence[Stand]) -> Weighed:
        """What deciding on these would come to."""

    def take(self, desk: Desk, items: Sequence[Item], mark: str) -> Piece:
        """Decide on these in one transaction. `mark`: names them all as one decision."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of it. `rest`: those it didn't come to, because it was stopped or by the `error`."""

    decisions: tuple[Decision, ...]
    count: int
    left_out: tuple[LeftOut, ...]
    rest: tuple[Item, ...] = ()
    error: StoreError | None = None


def weigh(desk: Desk, verb: Verb, thread_ids: Iterable[int], marked: Mapping[int, Stand] | None = None) -> Weighed:
    """Count what a decision is about. `marked`: how conversations stood when somebody chose them."""
    wanted = list(dict.fromkeys(thread_ids))
    found = stands(desk.store, wanted)
    gone = [LeftOut(ThreadKey(""), Refused("no_thread"))] * (len(wanted) - len(found))
    before = [one for thread_id, one in (marked or {}).items() if thread_id in found]
    changed = changed_since(desk, before, found)
    made = verb.weigh(desk, [one for one in found.values() if one.key not in changed])
    left_out = [*gone, *(LeftOut(thread, why) for thread, why in changed.items()), *made.left_out]
    return replace(made, left_out=tuple(left_out))


def carry_out(desk: Desk, verb: Verb, weighed: Weighed, go_on: Callable[[int], bool] = lambda done: True) -> Outcome:
    """Decide on all of them, piece by piece. What is done stays done, whatever happens to the rest.

    go_on  is told how many were come to, before each piece; False stops there
    """
    mark, at, count = new_key(), 0, 0
    decisions: list[Decision] = []
    left_out = list(weighed.all_left_out)
    while at < len(weighed.items) and go_on(at):
        items = weighed.items[at : at + AT_ONCE]
        try:
            made = verb.take(desk, items, mark)
        except StoreError as error:
            return Outcome(tuple(decisions), count, tuple(left_out), weighed.items[at:], error)
        decisions += made.decisions
        left_out += made.left_out
        count += made.count
        at += len(items)
    return Outcome(tuple(decisions), count, tuple(left_out), weighed.items[at:])


def changed_since(desk: Desk, before: Sequence[Stand], now: Mapping[int, Stand]) -> dict[ThreadKey, Refused]:
    """Those that aren't as they were any more, and what happened to them; what one did oneself is no change."""
    pairs = [(one, now[one.thread_id]) for one in before if one != now[one.thread_id]]
    found = {then.key: why for was, then in pairs if (why := _what_changed(was, then)) is not None}
    acted = [then.key for was, then in pairs if then.key not in found and _decided(was) != _decided(then)]
    who = last_by(desk.store, acted) if acted else {}
    return found | {
        thread: Refused("acted_since", by=who[thread])
        for thread in acted
        if who.get(thread, desk.moderator) != desk.moderator
    }


def _what_changed(was: Stand, then: Stand) -> Refused | None:
    if was.last != then.last:
        return Refused("said_since")
    if was.reports < then.reports:
        return Refused("reported_since")
    return Refused("closed_since") if then.locked and not was.locked else None


def _decided(stand: Stand) -> tuple[object, ...]:
    return stand.decided_at_ms, stand.assignee, stand.reports
