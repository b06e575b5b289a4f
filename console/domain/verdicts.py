"""Verdicts: what a person decided about a reported message, and what becomes of its reports by that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.domain.conversation import MessageKey, MessageState
from console.domain.house_policies import HousePolicy
from console.domain.outbox import LEAVES, Kind
from console.domain.triage import TriageEvent, What, in_order, undone

ESCALATED = "escalated"
RETURNED = "returned"  # passed on, and whoever it was passed on to gave it back


class Action(StrEnum):
    KEEP = "keep"
    HIDE = "hide"
    DELETE = "delete"
    ESCALATE = "escalate"


# What becomes of the reports. Passed on they wait still, for whoever they were passed on to.
SETTLES: Mapping[Action, str] = {
    Action.KEEP: "dismissed", Action.HIDE: "upheld", Action.DELETE: "upheld", Action.ESCALATE: ESCALATED,
}  # fmt: skip
NEEDS_POLICY = frozenset({Action.HIDE, Action.DELETE})

# What letting stand does on the platform, where the message can't be seen by its readers now.
LETS_STAND: Mapping[MessageState, Kind] = {
    MessageState.HELD: Kind.APPROVE, MessageState.HIDDEN: Kind.UNHIDE, MessageState.SPAM: Kind.UNSPAM,
}  # fmt: skip
_DOES: Mapping[Action, Kind] = {Action.HIDE: Kind.HIDE, Action.DELETE: Kind.DELETE}
_SAYS: Mapping[Action, Kind] = {**_DOES, Action.KEEP: Kind.UNHIDE}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody wants to decide. `to`: the receiver's name where it is passed on.

    note         for the team
    to_author    an answer under the message, "" for none
    to_reporter  words for whoever reported it, "" for none; `{reporter}` in them is the name of each
    outside      where the words for the receiver go: a mail address or FILE; "" where nothing goes to them
    letter       those words; their first line is what they are about
    """

    action: Action
    policies: tuple[HousePolicy, ...] = ()
    to: str = ""
    note: str = ""
    to_author: str = ""
    to_reporter: str = ""
    outside: str = ""
    letter: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What a verdict made of one report: upheld, dismissed or escalated."""

    event: str
    state: str


def kind_for(action: Action, state: MessageState, *, appealed: bool = False) -> Kind | None:
    """What is to be done on the platform with a message in this state; None where nothing has to change.

    appealed  its author objects, so that letting stand brings back also what was removed
    """
    kind = LETS_STAND.get(state) if action is Action.KEEP else _DOES.get(action)
    if appealed and action is Action.KEEP and state is MessageState.DELETED:
        kind = Kind.RESTORE
    return None if kind is not None and state in LEAVES[kind] else kind


def standing(events: Iterable[TriageEvent], what: What = What.VERDICT) -> list[TriageEvent]:
    """Those among these events that nobody took back, oldest first. Undone ones need their undo among them."""
    ordered = in_order(events)
    gone = undone(ordered)
    return [event for event in ordered if event.what is what and event.key not in gone]


def action_of(event: TriageEvent) -> Action | None:
    """What a verdict says; None where its payload was erased."""
    return Action(event.payload["action"]) if event.payload else None


def says_of(event: TriageEvent) -> Kind | None:
    """What a verdict says that readers are to see of its message, as the action that leads there; None where it leaves that
    open: it was passed on, or gone already.
    """
    if event.what is not What.VERDICT or not event.payload:
        return None
    shown = event.payload.get("shown", event.payload.get("seen", {}).get("state"))
    action = Action(event.payload["action"])
    return None if shown == MessageState.DELETED and action is not Action.DELETE else _SAYS.get(action)


def taken_away(verdict: TriageEvent | None) -> bool:
    """Whether readers aren't to see the message any more by this verdict."""
    return verdict is not None and verdict.payload.get("action") in (Action.HIDE, Action.DELETE)


def latest(verdicts: Sequence[TriageEvent]) -> dict[MessageKey, TriageEvent]:
    """The verdict that holds for each message: the last one."""
    return {event.message: event for event in verdicts if event.message is not None and event.payload}


def answered(answers: Iterable[TriageEvent]) -> dict[str, TriageEvent]:
    """The last answer to each verdict that passed a message on, by the verdict's key."""
    return {str(answer.payload["verdict"]): answer for answer in answers if answer.payload}


def settled(verdicts: Sequence[TriageEvent], answers: Iterable[TriageEvent] = ()) -> dict[str, Settled]:
    """What each report came to: the word of the last verdict that knew of it.

    Where that passed it on, the answer's word: one that closes upholds it, after one that returns it waits again.
    """
    found: dict[str, Settled] = {}
    last = answered(answers)
    for event in verdicts:
        action, answer = action_of(event), last.get(event.key)
        if action is None:
            continue
        made = Settled(event.key, SETTLES[action])
        if action is Action.ESCALATE and answer is not None:
            made = Settled(answer.key, "upheld" if answer.payload["closes"] else "")
        found |= {str(report): made for report in event.payload.get("reports", ())}
    return {report: made for report, made in found.items() if made.state}
