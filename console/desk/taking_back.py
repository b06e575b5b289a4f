"""What decisions did on the platform, and what takes that back or does it again: worked out for one transaction.

Each thing done is a line of intents: the first does it, the next takes that back, the next does it again. What counts is
the last that wasn't withdrawn.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from console.desk.replies import new_intent
from console.desk.seat import Desk, Refused
from console.domain.conversation import SpaceKey
from console.domain.outbox import FILE, INVERSE, LEAVES, WRITTEN, Intent, Kind, On, Seen, State, after
from console.domain.platform import Capabilities, Way
from console.domain.triage import TriageEvent, What, in_order, undone
from console.store.connection import Connection
from console.store.read.connections import capabilities
from console.store.read.seen import looks
from console.store.rows import event_of, intent_of
from console.store.write import drafts
from console.store.write.decisions import put_intents

LEFT = frozenset({State.SENT, State.SENDING, State.UNCERTAIN})

# What these events take back, down to the decisions themselves, and all that takes any of it back.
_FAMILIES = """
    WITH RECURSIVE
         down(key, undoes) AS (SELECT key, undoes FROM event WHERE key IN (SELECT value FROM json_each(?))
                         UNION SELECT e.key, e.undoes FROM down JOIN event AS e ON e.key = down.undoes),
         family(key) AS (SELECT key FROM down UNION SELECT e.key FROM family JOIN event AS e ON e.undoes = family.key)
  SELECT * FROM event WHERE key IN (SELECT key FROM family)
"""
_INTENTS = "SELECT * FROM intent WHERE decision IN (SELECT value FROM json_each(?)) ORDER BY id"


@dataclass(frozen=True, slots=True)
class Family:
    """A decision, and all that takes it back or takes that back in turn, in order."""

    root: TriageEvent
    undos: tuple[TriageEvent, ...]

    def stands_without(self, event: TriageEvent) -> bool:
        """Whether the decision stands once this one of the family is taken back."""
        taken = undone(one for one in self.undos if one.key != event.key)
        return event.key != self.root.key and self.root.key not in taken


@dataclass(slots=True)
class Taken:
    """What there is to do: new intents, those that won't leave, what stays there, and replies that aren't sent again."""

    made: list[Intent] = field(default_factory=list)
    withdrawn: list[Intent] = field(default_factory=list)
    remains: list[Intent] = field(default_factory=list)
    left_out: list[Intent] = field(default_factory=list)
    waits: bool = False

    def add(self, other: Taken) -> None:
        self.made += other.made
        self.withdrawn += other.withdrawn
        self.remains += other.remains
        self.left_out += other.left_out
        self.waits = self.waits or other.waits

    @property
    def nothing(self) -> bool:
        """Whether all that was done stays as it is."""
        return bool(self.remains) and not self.made and not self.withdrawn


class Effects:
    """The lines of several decisions. Reads and writes within the caller's transaction on the ledger."""

    def __init__(self, desk: Desk, ledger: Connection, events: Sequence[TriageEvent]) -> None:
        self._desk, self._ledger = desk, ledger
        listed = json.dumps([event.key for event in events])
        found = in_order(event_of(row) for row in ledger.exec_driver_sql(_FAMILIES, (listed,)).mappings())
        self._events = {event.key: event for event in found}
        self._undos: dict[str, list[TriageEvent]] = {}
        for event in found:
            if event.what is What.UNDO:
                self._undos.setdefault(self._root(event).key, []).append(event)
        intents = [
            intent_of(row) for row in ledger.exec_driver_sql(_INTENTS, (json.dumps(list(self._events)),)).mappings()
        ]
        self._lines: dict[str, list[Intent]] = {}
        self._back: dict[str, list[Intent]] = {}
        for intent in intents:
            place = (
                self._back.setdefault(intent.inverse_of, [])
                if intent.inverse_of
                else self._lines.setdefault(intent.decision, [])
            )
            place.append(intent)
        self._looks = looks(
            desk.store, [(one.thread, one.message) for one in intents if one.state in LEFT | {State.WITHDRAWN}]
        )
        self._can: dict[SpaceKey, Capabilities] = {}

    def family(self, event: TriageEvent) -> Family:
        root = self._root(event)
        return Family(root, tuple(self._undos.get(root.key, ())))

    def _root(self, event: TriageEvent) -> TriageEvent:
        while event.what is What.UNDO and event.undoes in self._events:
            event = self._events[event.undoes]
        return event

    def off(self, root: TriageEvent, decision: str, *, must: bool) -> Taken:
        """Take back what a decision did.

        must    raise Refused("no_way") where something can't be taken back that has an inverse elsewhere; else it remains
        raises  Refused("say_first") where its person opened the browser for it and didn't say what came of it
        """
        taken = Taken()
        for first in self._lines.get(root.key, ()):
            tip, does = self._tip(first)
            if tip is None or not does:
                continue
            if tip.state not in LEFT:
                taken.withdrawn.append(_may_go(tip))
                continue
            taken.waits = taken.waits or tip.state is not State.SENT
            made = self._inverse(tip, decision, must=must)
            (taken.remains if made is None else taken.made).append(made or tip)
        return taken

    def again(self, family: Family, decision: str) -> Taken:
        """Have done again what a taking back took away, as far as nobody did something else about it since."""
        taken = Taken()
        withdrew = {one for undo in family.undos for one in undo.payload.get("withdrew", ())}
        lines = self._lines.get(family.root.key, ())
        live = {_what(first) for first in lines if self._tip(first)[0] is not None}
        for first in reversed(lines):
            tip, does = self._tip(first)
            if tip is not None and not does:
                if tip.state not in LEFT:
                    taken.withdrawn.append(_may_go(tip))
                else:
                    taken.waits = taken.waits or tip.state is not State.SENT
                    made = self._inverse(tip, decision, must=True)
                    taken.made += [made] if made is not None else []
            elif tip is None and first.id in withdrew and _what(first) not in live:
                live.add(_what(first))
                copy = self._copy(first)
                (taken.left_out if copy is None else taken.made).append(copy or first)
        taken.made.reverse()
        return taken

    def _tip(self, first: Intent) -> tuple[Intent | None, bool]:
        """The last of a line that wasn't withdrawn, and whether with that the thing is done."""
        if first.state is State.WITHDRAWN:
            return None, False
        does = True
        while live := [one for one in self._back.get(first.id, ()) if one.state is not State.WITHDRAWN]:
            first, does = live[-1], not does
        return first, does

    def _inverse(self, intent: Intent, decision: str, *, must: bool) -> Intent | None:
        """What takes it back there; None where nothing does."""
        kind = INVERSE.get(intent.kind)
        if kind is None:
            return None
        seen, way = self._looks.get((intent.thread, intent.message)), self._way(intent.space, kind)
        if seen is None or way is Way.NO:
            if must:
                raise Refused("no_way", kind=kind.value, platform=intent.space.partition(":")[0])
            return None
        text = intent.text if kind in (Kind.REACT, Kind.UNREACT) else ""  # what one reacted with
        made = new_intent(
            self._desk, kind, seen, intent.message, text, decision, way, undo=False, inverse_of=intent.id
        )  # fmt: skip
        # What is taken back by hand is settled by a change that the platform shows: so it goes by what that shows now.
        return made if way is Way.HANDOFF else replace(made, seen=_as_left(intent, made.seen))

    def _copy(self, intent: Intent) -> Intent | None:
        """The same again, for its first decision; None for a reply whose words were used otherwise since."""
        seen, way = self._looks.get((intent.thread, intent.message)), self._way(intent.space, intent.kind)
        if intent.outside:
            way = Way.HANDOFF if intent.outside == FILE else Way.API
        if seen is None or way is Way.NO:
            raise Refused("no_way", kind=intent.kind.value, platform=intent.space.partition(":")[0])
        draft = _draft_of(intent)
        if draft and not drafts.take_out(self._ledger, intent.thread, draft, intent.text):
            return None
        made = new_intent(self._desk, intent.kind, seen, intent.message, intent.text, intent.decision, way)
        # It was decided on that text: edited since, it is a conflict.
        before = intent.seen
        as_judged = replace(made.seen, text_hash=before.text_hash, reports=before.reports, beside=before.beside)
        return replace(
            made, connection=intent.connection, space=intent.space, recipient=intent.recipient, outside=intent.outside,
            seen=as_judged,
        )  # fmt: skip

    def _way(self, space: SpaceKey, kind: Kind) -> Way:
        if space not in self._can:
            self._can[space] = capabilities(self._desk.store, space)
        return self._can[space].way(kind.value)

    def withdraw(self, intents: Sequence[Intent]) -> None:
        """They won't leave; the words of a reply become a draft again."""
        now_ms = self._desk.store.now_ms()
        for intent in intents:
            if draft := _draft_of(intent):
                drafts.put(self._ledger, intent.thread, draft, intent.text, intent.message or "", now_ms=now_ms)
        queued = [_moved(intent, On.TAKE_BACK) for intent in intents if intent.state is State.QUEUED]
        put_intents(self._ledger, queued, now_ms, On.TAKE_BACK.value)
        written = [intent for intent in queued if intent.kind in WRITTEN]
        dropped = [
            _moved(one, On.DROP) for one in (*written, *(one for one in intents if one.state is not State.QUEUED))
        ]
        put_intents(self._ledger, dropped, now_ms, On.DROP.value)


def _draft_of(intent: Intent) -> str:
    """The kind of draft that its words become when they don't leave; "" for none."""
    if intent.kind is Kind.WRITE and intent.message and not (intent.recipient or intent.outside):
        return drafts.private(intent.message)
    return "reply" if intent.kind is Kind.REPLY else ""


def _moved(intent: Intent, on: On) -> Intent:
    return replace(intent, state=after(intent.state, on, intent.kind))


def _what(intent: Intent) -> tuple[str, str, str, str]:
    return intent.kind.value, intent.message or "", intent.text, intent.recipient


def _may_go(intent: Intent) -> Intent:
    """Raises Refused("say_first") for what may have been done by hand."""
    if intent.state is State.HANDOFF and intent.last_byte_at_ms is not None:
        raise Refused("say_first", intent=intent.id)
    return intent


def _as_left(intent: Intent, now: Seen) -> Seen:
    """What taking back goes by: the message as ours left it. If a colleague did something since, it is a conflict."""
    left = {state.value for state in LEAVES.get(intent.kind, ())}
    known = left if intent.state is State.SENT else left | {intent.seen.message_state}
    state = now.message_state if not left or now.message_state in known else min(left)
    return replace(now, message_state=state, text_hash=intent.seen.text_hash)
