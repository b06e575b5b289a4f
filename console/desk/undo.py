"""Taking decisions back: the last of one's own, or a named one, also tomorrow and after a restart.

What hasn't left is withdrawn; what was done on the platform is undone there by its inverse; a sent reply is never
deleted by undo. Who takes a taking back back has it all done again. Each is one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.desk import pasting
from console.desk.seat import Decision, Desk, Refused
from console.desk.taken import Taken
from console.desk.taking_back import Effects
from console.domain.outbox import Intent, Kind, State
from console.domain.triage import TriageEvent, What
from console.store.many import many_at_once
from console.store.opening import Connection
from console.store.rows import event_of
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, write


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
    holds        a decision that stands and says what the platform shows, so that nothing changes there
    left_out     a reply whose words were used otherwise since: it isn't sent again
    count        how many decisions were taken back: those that were made together are one
    """

    decision: Decision
    undid: TriageEvent
    restored: str = ""
    sent_at_ms: int | None = None
    waits: bool = False
    remains: tuple[Intent, ...] = ()
    holds: TriageEvent | None = None
    left_out: tuple[Intent, ...] = ()
    count: int = 1

    @property
    def by_hand(self) -> Intent | None:
        """The first thing that a person is to finish in the browser for it; None where there is none.

        What another decision asks for that stands is no part of taking this one back: it waits in the outbox.
        """
        again = self.undid.what is What.UNDO
        return next(
            (one for one in self.decision.intents if one.state is State.HANDOFF and (again or one.inverse_of)), None
        )

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
   WHERE e."by" = :by AND e.what <> 'undo' AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key)
ORDER BY e.hlc DESC, e.origin DESC, e.origin_seq DESC LIMIT 1
"""
_TOGETHER = """
  SELECT * FROM event
   WHERE json_extract(payload, '$.together') = ? AND json_extract(payload, '$.together') IS NOT NULL
     AND NOT EXISTS (SELECT 1 FROM undone AS u WHERE u.event = event.key)
ORDER BY hlc, origin, origin_seq
"""


def undoable(desk: Desk) -> Undoable | None:
    """The last decision of this person that still stands."""
    found = desk.store.read(_UNDOABLE, {"by": desk.moderator})
    return Undoable(event_of(found[0]), found[0]["title"]) if found else None


def undo(desk: Desk, event_key: str = "") -> Undone:
    """Take a decision back, or a taking back. What was decided together is taken back together, but for what was
    taken back alone already.

    Raises Refused: nothing_to_undo, already_undone, not_yours; no_way where it can't be done on the platform; say_first
    where a person opened the browser for it and didn't say yet what came of that; a StoreError. Then nothing changed.
    """
    event = _chosen(desk, event_key)
    pasted = pasting.follow(desk, event)
    with desk.store.writing(desk.store.ledger) as ledger:
        if ledger.exec_driver_sql("SELECT 1 FROM undone WHERE event = ?", (event.key,)).first():
            raise Refused("already_undone")
        found = _undone(desk, ledger, event)
    if pasted:
        pasting.read_now(desk)
    return found


def _undone(desk: Desk, ledger: Connection, event: TriageEvent) -> Undone:
    members = _together(ledger, event)
    with many_at_once(len(members)):
        return _all_undone(desk, ledger, event, members)


def _all_undone(desk: Desk, ledger: Connection, event: TriageEvent, members: Sequence[TriageEvent]) -> Undone:
    effects = Effects(desk, ledger, members)
    keys = [new_key() for _member in members]
    mark = {"together": keys[0]} if len(keys) > 1 else {}
    all_of_it = Taken()
    events: list[NewEvent] = []
    for member, key in zip(reversed(members), keys, strict=True):
        family = effects.family(member)
        if family.stands_without(member):
            taken = effects.again(family, key)
        else:
            taken = effects.off(family, key, must=not mark and member.what is What.ACT)
        all_of_it.add(taken)
        if taken.nothing and family.root.what is What.ACT:
            continue
        ids = {"intents": [one.id for one in taken.made], "withdrew": [one.id for one in taken.withdrawn]}
        payload = mark | {name: listed for name, listed in ids.items() if listed}
        events.append(NewEvent(member.thread, What.UNDO, desk.moderator, member.message, "", member.key, payload, key))
    effects.withdraw(all_of_it.withdrawn)
    written = write(desk.store, ledger, events, all_of_it.made)
    last = written[-1] if written else event
    return Undone(
        Decision(last.key, event.thread, last.what, tuple(all_of_it.made)), event,
        restored=next((one.text for one in all_of_it.withdrawn if one.kind is Kind.REPLY), ""),
        sent_at_ms=all_of_it.remains[-1].sent_at_ms if all_of_it.remains else None, waits=all_of_it.waits,
        remains=tuple(all_of_it.remains), holds=all_of_it.holds, left_out=tuple(all_of_it.left_out), count=len(events),
    )  # fmt: skip


def _together(ledger: Connection, event: TriageEvent) -> list[TriageEvent]:
    """What was decided as one with this and stands still, in order."""
    if not event.payload.get("together"):
        return [event]
    return [event_of(row) for row in ledger.exec_driver_sql(_TOGETHER, (event.payload["together"],)).mappings()]


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
    return event
