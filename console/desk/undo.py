"""Taking decisions back: the last of one's own, or a named one, also tomorrow and after a restart.

What hasn't left is withdrawn; what was done on the platform is undone there by its inverse; a sent reply is never
deleted by undo.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from console.desk import pasting
from console.desk.replies import new_intent
from console.desk.seat import Decision, Desk, Refused
from console.domain.outbox import INVERSE, LEAVES, Intent, Kind, NotPossible, On, Seen, State
from console.domain.platform import Way
from console.domain.triage import TriageEvent, What
from console.store.read.connections import capabilities
from console.store.read.outbox import intent as find_intent
from console.store.read.outbox import of_decision
from console.store.read.seen import look
from console.store.rows import event_of
from console.store.write import drafts
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, append
from console.store.write.intents import move

LEFT = frozenset({State.SENT, State.SENDING, State.UNCERTAIN})


@dataclass(frozen=True, slots=True)
class Undoable:
    """The decision that U takes back, with the thread's title for its sentence."""

    event: TriageEvent
    title: str


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking back came to.

    restored     a reply that had not left, kept as a draft
    sent_at_ms   a reply that had left already: it stays there, and since when
    remains      what was done and can't be taken back: a reply that left, reports that were settled there
    waits        on its way this moment: an inverse follows once the outcome is known; a reply without one is left
                 as it is, nothing was taken back
    """

    decision: Decision
    undid: TriageEvent
    restored: str = ""
    sent_at_ms: int | None = None
    waits: bool = False
    remains: tuple[Intent, ...] = ()

    @property
    def by_hand(self) -> Intent | None:
        """The first inverse that a person is to finish in the browser; None where there is none."""
        return next((one for one in self.decision.intents if one.state is State.HANDOFF), None)

    @property
    def placed(self) -> Intent | None:
        """A reply that remains and that only a person says is there; None where there is none."""
        return next((one for one in self.remains if one.placed_by_hand), None)

    @property
    def stays(self) -> bool:
        """Whether nothing was taken back, because it left and has no inverse."""
        return self.decision.event == self.undid.key


_UNDOABLE = """
  SELECT e.*, coalesce(nullif(t.title, ''), t.snippet, '') AS title
    FROM ledger.event AS e LEFT JOIN thread AS t ON t.key = e.thread
   WHERE e."by" = :by AND e.what <> 'undo'
     AND NOT EXISTS (SELECT 1 FROM ledger.event AS u WHERE u.undoes = e.key
                        AND NOT EXISTS (SELECT 1 FROM ledger.event AS v WHERE v.undoes = u.key))
ORDER BY e.hlc DESC, e.origin DESC, e.origin_seq DESC LIMIT 1
"""


def undoable(desk: Desk) -> Undoable | None:
    """The last decision of this person that still stands."""
    found = desk.store.read(_UNDOABLE, {"by": desk.moderator})
    return Undoable(event_of(found[0]), found[0]["title"]) if found else None


def undo(desk: Desk, event_key: str = "") -> Undone:
    """Take a decision back. Raises Refused: nothing_to_undo, already_undone, not_yours; say_first where a person opened
    the browser for it and didn't say yet what came of that.
    """
    event = _chosen(desk, event_key)
    if event.payload.get("together"):
        return _undo_together(desk, event)
    if event.what in (What.ACT, What.VERDICT):
        return _undo_act(desk, event)
    if event.what is What.PASTE:
        pasting.take_back(desk, event)
    return Undone(_append(desk, event), event)


def _undo_together(desk: Desk, event: TriageEvent) -> Undone:
    """What was one decision is taken back as one, those that were taken back alone already left out."""
    first = _chosen_events(desk, [str(event.payload["together"])])
    listed = _chosen_events(desk, [str(key) for key in first[0].payload.get("events", ())]) if first else []
    standing = [one for one in listed or [event] if not _is_undone(desk, one.key)]
    for one in standing:
        _all_said(desk, one)  # of all, before any is taken back
    undone = [_undo_act(desk, one) for one in reversed(standing)]
    remains = tuple(intent for one in undone for intent in one.remains)
    return replace(undone[-1], undid=event, waits=any(one.waits for one in undone), remains=remains)


def _chosen_events(desk: Desk, keys: Sequence[str]) -> list[TriageEvent]:
    found = desk.store.read(
        "SELECT * FROM ledger.event WHERE key IN (SELECT value FROM json_each(:keys)) ORDER BY hlc, origin, origin_seq",
        {"keys": json.dumps(list(keys))},
    )
    return [event_of(row) for row in found]


def _chosen(desk: Desk, event_key: str) -> TriageEvent:
    if not event_key:
        last = undoable(desk)
        if last is None:
            raise Refused("nothing_to_undo")
        return last.event
    found = desk.store.read(
        "SELECT * FROM ledger.event WHERE key >= :key AND key < :key || 'z' LIMIT 2", {"key": event_key}
    )
    if len(found) != 1:
        raise Refused("nothing_to_undo")
    event = event_of(found[0])
    if event.by != desk.moderator:
        raise Refused("not_yours", by=event.by)
    if _is_undone(desk, event.key):
        raise Refused("already_undone")
    return event


def _is_undone(desk: Desk, key: str) -> bool:
    return bool(
        desk.store.read(
            "SELECT 1 FROM ledger.event AS u WHERE u.undoes = :key AND NOT EXISTS"
            " (SELECT 1 FROM ledger.event AS v WHERE v.undoes = u.key)",
            {"key": key},
        )
    )


def _all_said(desk: Desk, event: TriageEvent) -> list[Intent]:
    """What a decision sent. Raises Refused("say_first")."""
    made = of_decision(desk.store, event.key)
    unsaid = next((one for one in made if one.state is State.HANDOFF and one.last_byte_at_ms is not None), None)
    if unsaid is not None:
        raise Refused("say_first", intent=unsaid.id)
    return made


def _undo_act(desk: Desk, event: TriageEvent) -> Undone:
    restored, sent_at_ms, waits = "", None, False
    inverses: list[Intent] = []
    remains: list[Intent] = []
    undo_key = new_key()
    for intent in _all_said(desk, event):
        now = intent if intent.state in LEFT else _withdraw(desk, intent)
        if now.state not in LEFT:
            restored = now.text if now.kind is Kind.REPLY else restored
            continue
        waits = waits or now.state is not State.SENT
        if now.kind in INVERSE:
            inverses += _inverse(desk, now, undo_key)
        else:
            sent_at_ms = now.sent_at_ms
            remains.append(now)
    if remains and not inverses and event.what is What.ACT:
        return Undone(Decision(event.key, event.thread, event.what), event, restored, sent_at_ms, waits, tuple(remains))
    decision = _append(desk, event, undo_key, inverses)
    return Undone(decision, event, restored, sent_at_ms, waits, tuple(remains))


def _withdraw(desk: Desk, intent: Intent) -> Intent:
    """Take back what has not left; the words of a reply become a draft again. Returns it as it is now: it may have left."""
    steps = {State.QUEUED: (On.TAKE_BACK, On.DROP), State.DRAFT: (On.DROP,)}.get(intent.state, (On.DROP,))
    if intent.kind is Kind.REPLY:
        drafts.save(desk.store, intent.thread, "reply", intent.text, intent.message or "")
    if intent.kind is Kind.WRITE and intent.message and not (intent.recipient or intent.outside):
        drafts.save(desk.store, intent.thread, drafts.private(intent.message), intent.text, intent.message)
    for step in steps:
        try:
            intent = move(desk.store, intent.id, step)
        except NotPossible:
            break  # withdrawn already: an action has no draft to drop; or it left this instant
    left = find_intent(desk.store, intent.id)
    if left is None or left.intent.state not in LEFT:
        return intent
    if intent.kind is Kind.REPLY:
        drafts.save(desk.store, intent.thread, "reply", "", over=intent.text)
    return left.intent


def _inverse(desk: Desk, intent: Intent, decision: str) -> list[Intent]:
    kind = INVERSE[intent.kind]
    seen = look(desk.store, intent.thread, intent.message)
    way = capabilities(desk.store, intent.space).way(kind.value)
    if seen is None or way is Way.NO:
        raise Refused("no_way", kind=kind.value, platform=intent.space.partition(":")[0])
    text = intent.text if kind in (Kind.REACT, Kind.UNREACT) else ""  # what one reacted with
    made = new_intent(desk, kind, seen, intent.message, text, decision, way, undo=False, inverse_of=intent.id)
    # What is taken back by hand is settled by a change that the platform shows: so it goes by what that shows now.
    return [made if way is Way.HANDOFF else replace(made, seen=_as_left(intent, made.seen))]


def _as_left(intent: Intent, now: Seen) -> Seen:
    """What taking back goes by: the message as ours left it. If a colleague did something since, it is a conflict."""
    left = {state.value for state in LEAVES.get(intent.kind, ())}
    known = left if intent.state is State.SENT else left | {intent.seen.message_state}
    state = now.message_state if not left or now.message_state in known else min(left)
    return replace(now, message_state=state, text_hash=intent.seen.text_hash)


def _append(desk: Desk, event: TriageEvent, key: str = "", intents: list[Intent] | None = None) -> Decision:
    payload = {"intents": [intent.id for intent in intents]} if intents else {}
    new = NewEvent(event.thread, What.UNDO, desk.moderator, event.message, undoes=event.key, payload=payload, key=key)
    written = append(desk.store, [new], intents or [])
    return Decision(written[0].key, event.thread, What.UNDO, tuple(intents or ()))
