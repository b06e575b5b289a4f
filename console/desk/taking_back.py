"""What decisions did on the platform, and what takes that back or does it again: worked out for one transaction.

What has no opposite, words and the settling of reports, stays where it left already. All else is put right by what the
decisions that stand say: `putting_right`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.desk.putting_right import PuttingRight
from console.desk.seat import Desk
from console.desk.taken import Taken, Ways, may_go
from console.domain.outbox import LEFT, WRITTEN, Intent, On, State, after
from console.domain.triage import TriageEvent, What, in_order, undone
from console.domain.wanted import SHOWS
from console.store.opening import Connection
from console.store.read.seen import looks
from console.store.rows import event_of, intent_of
from console.store.write import drafts
from console.store.write.intent_rows import put_intents

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


class Effects:
    """What several decisions of one transaction did. Reads and writes within the caller's transaction on the ledger."""

    def __init__(self, desk: Desk, ledger: Connection, events: Sequence[TriageEvent]) -> None:
        self._desk, self._ledger = desk, ledger
        listed = json.dumps([event.key for event in events])
        found = in_order(event_of(row) for row in ledger.exec_driver_sql(_FAMILIES, (listed,)).mappings())
        self._events = {event.key: event for event in found}
        self._undos: dict[str, list[TriageEvent]] = {}
        for event in found:
            if event.what is What.UNDO:
                self._undos.setdefault(self._root(event).key, []).append(event)
        rows = ledger.exec_driver_sql(_INTENTS, (json.dumps(list(self._events)),)).mappings()
        intents = [intent_of(row) for row in rows]
        self._said: dict[str, list[Intent]] = {}
        for intent in intents:
            if intent.kind not in SHOWS:
                self._said.setdefault(intent.decision, []).append(intent)
        self._looks = looks(
            desk.store,
            [(one.thread, one.message) for said in self._said.values() for one in said if one.state is State.WITHDRAWN],
        )
        self._ways = Ways(desk)
        families = [self.family(event) for event in events]
        stands = {one.root.key: one.stands_without(event) for one, event in zip(families, events, strict=True)}
        roots = [family.root for family in families]
        done = [one for one in intents if one.decision in stands]
        self._right = PuttingRight(desk, ledger, self._ways, roots, done, stands)

    def family(self, event: TriageEvent) -> Family:
        root = self._root(event)
        return Family(root, tuple(self._undos.get(root.key, ())))

    def _root(self, event: TriageEvent) -> TriageEvent:
        while event.what is What.UNDO and event.undoes in self._events:
            event = self._events[event.undoes]
        return event

    def off(self, family: Family, decision: str, *, must: bool) -> Taken:
        """Take back what a decision did.

        must    raise Refused("no_way") where something can't be taken back that has an opposite elsewhere; else it remains
        raises  Refused("say_first") where its person opened the browser for it and didn't say what came of it
        """
        taken = Taken()
        for intent in self._said.get(family.root.key, ()):
            if intent.state in LEFT:
                taken.remains.append(intent)
                taken.waits = taken.waits or intent.state is not State.SENT
            elif intent.state is not State.WITHDRAWN:
                taken.withdrawn.append(may_go(intent))
        taken.add(self._right.right(family.root, decision, must=must))
        return taken

    def again(self, family: Family, decision: str) -> Taken:
        """Have done again what a taking back took away, as far as nobody did something else about it since."""
        taken = Taken()
        withdrew = {one for undo in family.undos for one in undo.payload.get("withdrew", ())}
        said = self._said.get(family.root.key, ())
        live = {_what(one) for one in said if one.state is not State.WITHDRAWN}
        for intent in reversed(said):
            if intent.state is State.WITHDRAWN and intent.id in withdrew and _what(intent) not in live:
                live.add(_what(intent))
                copy = self._copy(intent)
                (taken.left_out if copy is None else taken.made).append(copy or intent)
        taken.made.reverse()
        taken.add(self._right.right(family.root, decision, must=True))
        return taken

    def _copy(self, intent: Intent) -> Intent | None:
        """The same again, for its first decision; None for a reply whose words were used otherwise since."""
        copy = self._ways.again(intent, self._looks.get((intent.thread, intent.message)))
        draft = drafts.kind_of(intent)
        used = bool(draft) and not drafts.take_out(self._ledger, intent.thread, draft, intent.text)
        return None if used else copy

    def withdraw(self, intents: Sequence[Intent]) -> None:
        """They won't leave; the words of a reply become a draft again."""
        now_ms = self._desk.store.now_ms()
        for intent in intents:
            if draft := drafts.kind_of(intent):
                drafts.put(self._ledger, intent.thread, draft, intent.text, intent.message or "", now_ms=now_ms)
        queued = [_moved(intent, On.TAKE_BACK) for intent in intents if intent.state is State.QUEUED]
        put_intents(self._ledger, queued, now_ms, On.TAKE_BACK.value)
        written = [intent for intent in queued if intent.kind in WRITTEN]
        dropped = [
            _moved(one, On.DROP) for one in (*written, *(one for one in intents if one.state is not State.QUEUED))
        ]
        put_intents(self._ledger, dropped, now_ms, On.DROP.value)


def _moved(intent: Intent, on: On) -> Intent:
    return replace(intent, state=after(intent.state, on, intent.kind))


def _what(intent: Intent) -> tuple[str, str, str, str]:
    return intent.kind.value, intent.message or "", intent.text, intent.recipient
