"""Taking back what was done to a message or a conversation: the platform is to show what the decisions that stand say.

Not each action is undone by its inverse: what is to be shown is worked out from all decisions on it, in order, and
something is done only where what ours leave there differs from that. So decisions are taken back in any order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from console.desk.replies import new_intent
from console.desk.seat import Desk, Refused
from console.desk.taken import Taken, Ways, may_go, no_way
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import LEAVES, LEFT, STUCK, Intent, Kind, Seen, State
from console.domain.platform import Way
from console.domain.triage import TriageEvent, What, in_order
from console.domain.verdicts import says_of
from console.domain.wanted import SHOWS, Done, Facet, Says, done_by, facet_of, seen_of, state_of, wanted, way_to
from console.store.opening import Connection
from console.store.read.seen import looks
from console.store.rows import event_of, intent_of

_KINDS = ", ".join(f"'{kind.value}'" for kind in SHOWS)
_INTENTS = f"""
  SELECT * FROM intent WHERE message IN (SELECT value FROM json_each(:of)) AND kind IN ({_KINDS})
   UNION ALL
  SELECT * FROM intent WHERE thread IN (SELECT value FROM json_each(:of)) AND message IS NULL AND kind IN ({_KINDS})
"""
# When each was made, left, and was known to be there, by the numbers of their steps: whatever the clock said meanwhile.
_STEPS = """
  SELECT intent, min(id) AS made, max(id) FILTER (WHERE state = 'sending') AS sending,
         max(id) FILTER (WHERE state = 'sent') AS sent
    FROM intent_step
   WHERE intent IN (SELECT value FROM json_each(?))
GROUP BY intent
"""
_EVENTS = """
  SELECT * FROM event WHERE key IN (SELECT value FROM json_each(:keys))
   UNION
  SELECT * FROM event WHERE message IN (SELECT value FROM json_each(:of)) AND what = 'verdict'
"""
_UNDONE = "SELECT event FROM undone WHERE event IN (SELECT value FROM json_each(?))"
_WITHDREW = """
  SELECT w.value AS intent
    FROM event AS e, json_each(e.payload, '$.withdrew') AS w
   WHERE e.what = 'undo' AND e.thread IN (SELECT value FROM json_each(?))
"""


@dataclass(slots=True)
class _Line:
    """What was decided and done about one facet, both in order."""

    thread: ThreadKey
    message: MessageKey | None
    events: list[TriageEvent] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)


class PuttingRight:
    """All that several decisions were about. Reads within the caller's transaction on the ledger."""

    def __init__(
        self, desk: Desk, ledger: Connection, ways: Ways, decisions: Sequence[TriageEvent], intents: Iterable[Intent],
        stands: Mapping[str, bool],
    ) -> None:  # fmt: skip
        """intents: those that these decisions made; stands: which of them stand once this transaction is done."""
        self._desk, self._ways, self._stands = desk, ways, dict(stands)
        self._lines: dict[Facet, _Line] = {}
        self._of: dict[str, list[Facet]] = {}
        for intent in intents:
            self._about(intent.decision, facet_of(intent), intent.thread, intent.message)
        for event in decisions:
            self._about(event.key, _said_alone(event), event.thread, event.message)
        if self._lines:
            self._read(ledger)

    def _about(self, decision: str, facet: Facet | None, thread: ThreadKey, message: MessageKey | None) -> None:
        facets = self._of.setdefault(decision, [])
        if facet is not None and facet not in facets:
            facets.append(facet)
            self._lines.setdefault(facet, _Line(thread, message))

    def _read(self, ledger: Connection) -> None:
        of = json.dumps([facet.of for facet in self._lines])
        intents = [intent_of(row) for row in ledger.exec_driver_sql(_INTENTS, {"of": of}).mappings()]
        steps = ledger.exec_driver_sql(_STEPS, (json.dumps([one.id for one in intents]),))
        self._steps = {row.intent: row for row in steps}
        decisions = {"keys": json.dumps(list({one.decision for one in intents})), "of": of}
        events = in_order(event_of(row) for row in ledger.exec_driver_sql(_EVENTS, decisions).mappings())
        self._undos = {event.key for event in events if event.what is What.UNDO}
        gone = {row.event for row in ledger.exec_driver_sql(_UNDONE, (json.dumps([event.key for event in events]),))}
        self._stands = {event.key: event.key not in gone for event in events} | self._stands
        threads = json.dumps(list({line.thread for line in self._lines.values()}))
        self._withdrew = {row.intent for row in ledger.exec_driver_sql(_WITHDREW, (threads,))}
        self._looks = looks(self._desk.store, [(line.thread, line.message) for line in self._lines.values()])
        about: dict[str, set[Facet]] = {}
        for intent in sorted(intents, key=lambda one: self._steps[one.id].made):
            facet = facet_of(intent)
            if facet in self._lines:
                self._lines[facet].intents.append(intent)
                about.setdefault(intent.decision, set()).add(facet)
        for event in events:
            alone = _said_alone(event)
            for facet in about.get(event.key, set()) | ({alone} if alone else set()):
                if facet in self._lines and event.what is not What.UNDO:
                    self._lines[facet].events.append(event)

    def right(self, root: TriageEvent, decision: str, *, must: bool) -> Taken:
        """What is to be done about all that a decision was about, now that it is taken back or stands again.

        decision  the event that what is made belongs to
        must      raise Refused("no_way") where the platform has no way to it; else it remains as it is
        raises    Refused("say_first") where a person opened the browser for what is taken back now
        """
        taken = Taken()
        for facet in self._of.get(root.key, ()):
            # Once: what several decisions of one transaction were about is put right by the first of them.
            if (line := self._lines.pop(facet, None)) is not None:
                taken.add(self._put_right(facet, line, root, decision, must=must))
        return taken

    def _put_right(self, facet: Facet, line: _Line, root: TriageEvent, decision: str, *, must: bool) -> Taken:
        off = [one for one in line.intents if one.decision not in self._undos and not self._stands[one.decision]]
        taken = Taken(withdrawn=[may_go(one) for one in off if one.state not in LEFT | {State.WITHDRAWN}])
        says = [self._said(facet, line, event) for event in line.events]
        live = [one for one in line.intents if not self._waits_or_went(one) and one not in taken.withdrawn]
        ours = sorted(live, key=lambda one: self._done(one).order)
        now = wanted(says, [self._done(one) for one in ours])
        while not now.so and now.ours and ours[-1].decision in self._undos and ours[-1].state not in LEFT:
            # It was to take something back, hasn't left, and isn't wanted any more.
            taken.withdrawn.append(may_go(ours.pop()))
            now = wanted(says, [self._done(one) for one in ours])
        tip = ours[-1] if now.ours else None
        speaks = next((event for event, one in zip(line.events[::-1], says[::-1], strict=True) if one.stands), None)
        if not now.so:
            try:
                kinds = way_to(facet.what, now.there, now.to)
                taken.made += self._steps_to(facet, line, kinds, tip, root, speaks, decision)
            except Refused:
                if must:
                    raise
                taken.remains += [] if tip is None else [tip]
            taken.waits = tip is not None and tip.state in LEFT - {State.SENT}
        elif not taken.withdrawn and speaks != root:
            taken.holds = speaks
        return taken

    def _steps_to(
        self, facet: Facet, line: _Line, kinds: Sequence[Kind], tip: Intent | None, root: TriageEvent,
        speaks: TriageEvent | None, decision: str,
    ) -> list[Intent]:  # fmt: skip
        """What leads there, in order. Raises Refused("no_way").

        tip     the last of ours, which left what is there now; None where that is how it was before
        speaks  the last decision that stands, None where none does
        """
        seen = self._looks.get((line.thread, line.message))
        own = [one for one in line.intents if speaks is not None and one.decision == speaks.key]
        again = speaks == root and bool(own) and all(one.state is State.WITHDRAWN for one in own)
        known = [one for one in line.intents if one is tip or one in own or one.decision == root.key]
        made: list[Intent] = []
        for kind in kinds:
            if again and kind is kinds[-1] is own[-1].kind:
                made.append(self._ways.again(own[-1], seen))
                continue
            way = Way.NO if seen is None else self._ways.way(seen.space, kind)
            if seen is None or way is Way.NO:
                raise no_way(line.thread, kind)
            before = made[-1] if made else tip
            one = new_intent(
                self._desk, kind, seen, line.message, facet.text, decision, way, undo=False,
                inverse_of=before.id if before is not None else "",
            )  # fmt: skip
            # What is to be done by hand is settled by a change that the platform shows: so it goes by what that shows now.
            made.append(one if way is Way.HANDOFF else replace(one, seen=_as_left(before, known, one.seen)))
        return made

    def _said(self, facet: Facet, line: _Line, event: TriageEvent) -> Says:
        stands, own = self._stands[event.key], [one for one in line.intents if one.decision == event.key]
        if not own:
            return Says(says_of(event) or Kind.UNHIDE, stands, str(event.payload.get("seen", {}).get("state", "")))
        # What a person let go themselves isn't wanted; nor, until they say so, what waits for them.
        dropped = self._waits_or_went(own[-1]) and own[-1].id not in self._withdrew
        return Says(own[-1].kind, stands and not dropped, seen_of(facet, own[0].seen), self._steps[own[0].id].made)

    def _waits_or_went(self, intent: Intent) -> bool:
        """Whether it isn't there and isn't on its way; a taking back that waits for its person is what is to be asked."""
        return intent.state is State.WITHDRAWN or (intent.state in STUCK and intent.decision not in self._undos)

    def _done(self, intent: Intent) -> Done:
        steps = self._steps[intent.id]
        left = intent.state in LEFT
        return done_by(
            intent, steps.made, (steps.sending or steps.sent) if left else None, steps.sent if left else None
        )


def _said_alone(event: TriageEvent) -> Facet | None:
    """What a verdict speaks of, whether it had to do something there or not."""
    return state_of(event.message) if event.message is not None and says_of(event) is not None else None


def _as_left(before: Intent | None, known: Sequence[Intent], now: Seen) -> Seen:
    """What it goes by: the message as ours left it, or will. If a colleague did something since, it is a conflict."""
    seen = replace(now, text_hash=known[-1].seen.text_hash) if known else now
    if before is None:
        return seen
    left = {state.value for state in LEAVES.get(before.kind, ())}
    there = left if before.state is State.SENT else left | {before.seen.message_state}
    state = now.message_state if not left or now.message_state in there else min(left)
    return replace(seen, message_state=state)
