"""Judging a reported message: one decision with all its effects here and on the platform, and one undo for all of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from console.desk.replies import check_possible, new_intent
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, MessageState, ThreadKey
from console.domain.letters import REPORTER
from console.domain.outbox import FILE, Intent, Kind
from console.domain.platform import Capabilities, Way
from console.domain.triage import What
from console.domain.verdicts import NEEDS_POLICY, Action, Judgement, kind_for
from console.domain.wanted import SHOWS, way_to
from console.store.opening import Connection
from console.store.read import judged
from console.store.read.connections import capabilities
from console.store.read.judged import Reported
from console.store.read.passed_on import MailWay, mail_way
from console.store.read.seen import Look, look
from console.store.write.clock import new_key
from console.store.write.decisions import NewEvent, append


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a verdict does on the platform. `back`: the way its inverse goes, `no` where it has none.

    outside, through  of words that leave the platform: an address or FILE, and the mailbox that it goes by
    beside            the other messages that those words are about (see `Seen.beside`)
    """

    kind: Kind
    way: Way
    text: str = ""
    recipient: str = ""
    back: Way = Way.NO
    outside: str = ""
    through: MailWay | None = None
    beside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a verdict will do: said before, done after, from this one value.

    pending  how many of the reports wait; `stays_listed`: the platform has no way to be told that they are settled
    gone     the message isn't on the platform any more: nothing is left to do there
    first    somebody else is asked first about an appeal, because its maker gave the verdict; "" where nobody is named
    """

    judgement: Judgement
    about: Reported
    seen: Look
    steps: tuple[Step, ...]
    pending: int
    stays_listed: bool
    gone: bool
    first: str | None = None


@dataclass(frozen=True, slots=True)
class AsSeen:
    """What was on the screen when the verdict was chosen. What changed since is shown first, and nothing is written."""

    text_hash: str
    verdict: str
    locked: bool = False  # whether the conversation was closed


def plan(desk: Desk, message: MessageKey, judgement: Judgement) -> Plan:
    """What giving this verdict would do.

    Raises Refused: no_message, gone, no_policy, no_receiver, no_mail, no_way, too_long, no_reporter.
    """
    about = judged.reported(desk.store, message)
    seen = None if about is None else look(desk.store, about.thread, message)
    if about is None or seen is None:
        raise Refused("no_message")
    # What is on its way there counts: one that is being put back isn't gone, one that is being removed is but for showing it.
    action, going = judgement.action, about.shown == MessageState.DELETED
    gone = going and about.state == MessageState.DELETED
    if action in NEEDS_POLICY and not judgement.policies:
        raise Refused("no_policy")
    if action is Action.ESCALATE and not judgement.to.strip():
        raise Refused("no_receiver")
    appeal = about.appeal
    if (gone or (going and action is not Action.KEEP)) and (
        (action is not Action.ESCALATE and appeal is None) or judgement.to_author
    ):
        raise Refused("gone")
    can = capabilities(desk.store, seen.space)
    steps = [passing_on(desk, judgement)] if action is Action.ESCALATE and judgement.outside else []
    if judgement.to_author:  # before anything is done to what it answers
        steps.append(Step(Kind.REPLY, check_possible(desk, Kind.REPLY, seen, judgement.to_author), judgement.to_author))
    if judgement.to_reporter:
        if not about.reporters:
            raise Refused("no_reporter")
        for name in about.reporters:
            words = judgement.to_reporter.replace(REPORTER, name)
            steps.append(Step(Kind.WRITE, check_possible(desk, Kind.WRITE, seen, words), words, name))
    kind = _kind(about, action)
    no_way = kind is not None and action is Action.KEEP and can.way(kind.value) is Way.NO
    if no_way or (going and kind is not Kind.RESTORE):
        kind = None  # nothing is left to do there, or it can't be shown again: the verdict stands here
    settles = can.way(Kind.SETTLE.value)
    # A message that is hidden or gone takes its reports along where they would have to be settled by hand.
    asked = action is Action.KEEP or (action is not Action.ESCALATE and settles is Way.API)
    if about.pending and asked and settles is not Way.NO:
        steps.append(Step(Kind.SETTLE, settles))
    if kind is not None:
        steps.append(Step(kind, check_possible(desk, kind, seen, ""), back=_back(can, kind, about.shown)))
    stays_listed = bool(about.pending) and action is Action.KEEP and settles is Way.NO
    first = appeal.asked if appeal is not None and appeal.judged_by == desk.moderator else None
    return Plan(judgement, about, seen, tuple(steps), len(about.pending), stays_listed, gone, first)


def _kind(about: Reported, action: Action) -> Kind | None:
    """What has to be done there, also about what is on its way there now; None where it is so already, or will be."""
    state, shown, appealed = MessageState(about.state), MessageState(about.shown), about.appeal is not None
    kind = kind_for(action, shown, appealed=appealed or shown is not state)
    # What somebody else has on its way may not arrive: whoever takes away does that themselves.
    return kind_for(action, state, appealed=appealed) if kind is None and action is not Action.KEEP else kind


def _back(can: Capabilities, kind: Kind, shown: str) -> Way:
    """How it goes back to what is shown now: by hand, or not at all, where one step of it does."""
    ways = {can.way(one.value) for one in way_to(SHOWS[kind][0], SHOWS[kind][1], shown)}
    return next((way for way in (Way.NO, Way.HANDOFF) if way in ways), Way.API if ways else Way.NO)


def passing_on(desk: Desk, judgement: Judgement) -> Step:
    """The words for whoever it is passed on to: by mail, or in a file that its person hands over.

    Raises Refused: no_mail, too_long.
    """
    to = judgement.to.strip()
    if judgement.outside == FILE:
        return Step(Kind.WRITE, Way.HANDOFF, judgement.letter, to, outside=FILE)
    through = mail_way(desk.store)
    if through is None:
        raise Refused("no_mail")
    over = len(judgement.letter.encode()) - (through.max_bytes or len(judgement.letter.encode()))
    if over > 0:
        raise Refused("too_long", over=over)
    return Step(Kind.WRITE, Way.API, judgement.letter, to, outside=judgement.outside, through=through)


def give(
    desk: Desk,
    message: MessageKey,
    judgement: Judgement,
    *,
    as_seen: AsSeen | None = None,
    undo: bool = True,
    again: bool = False,
) -> Decision:
    """Judge a message as things are now. Raises Refused as `plan` and `give_planned`."""
    return give_planned(desk, plan(desk, message, judgement), as_seen=as_seen, undo=undo, again=again)


def give_planned(
    desk: Desk, made: Plan, *, as_seen: AsSeen | None = None, undo: bool = True, again: bool = False
) -> Decision:
    """The verdict, its reports, and what goes to the platform, in one transaction.

    as_seen  what its maker had before them; None judges whatever there is now
    again    they judge the appeal against their own verdict all the same
    raises   Refused: second_first (facts: who) where somebody else is asked first; changed_since, locked_since or decided_since (facts: by) where it isn't as it was seen
    """
    about = made.about
    if made.first is not None and not again:
        raise Refused("second_first", who=made.first)
    if as_seen is not None and as_seen.text_hash != about.text_hash:
        raise Refused("changed_since")
    if as_seen is not None and about.locked and not as_seen.locked:
        raise Refused("locked_since")
    event, intents = prepared(desk, made, new_key(), undo=undo)

    def nobody_else(ledger: Connection) -> None:
        row = ledger.exec_driver_sql('SELECT event, "by" FROM verdict WHERE message = ?', (about.message,)).first()
        if as_seen is not None and (row.event if row is not None else "") != as_seen.verdict:
            raise Refused("decided_since", by=row.by if row is not None else "")

    append(desk.store, [event], intents, before=nobody_else)
    return Decision(event.key, ThreadKey(about.thread), What.VERDICT, tuple(intents))


def prepared(desk: Desk, made: Plan, key: str, *, undo: bool, together: str = "") -> tuple[NewEvent, list[Intent]]:
    """The event and the intents of a plan, not written yet.

    together  the mark of several that are one decision
    """
    judgement, about, seen = made.judgement, made.about, made.seen
    intents = []
    for step in made.steps:
        intent = new_intent(desk, step.kind, seen, about.message, step.text, key, step.way, undo=undo)
        intent = replace(
            intent, recipient=step.recipient, outside=step.outside, seen=replace(intent.seen, beside=step.beside)
        )
        if step.through is not None:
            intent = replace(intent, connection=step.through.connection, space=step.through.space)
        intents.append(intent)
    payload: dict[str, Any] = {
        **named(judgement), "text": judgement.note.strip(),
        "reports": list(about.reports), "intents": [intent.id for intent in intents], "seen": seen.payload,
    }  # fmt: skip
    if about.shown != about.state:
        payload["shown"] = about.shown  # as it was to be, with what was on its way there
    if together:
        payload["together"] = together
    event = NewEvent(about.thread, What.VERDICT, desk.moderator, about.message, seen.seen.version, None, payload, key)
    return event, intents


def named(judgement: Judgement) -> dict[str, Any]:
    """What it is called by in the history."""
    return {
        "action": judgement.action.value, "to": judgement.to.strip(),
        "policies": [{"number": policy.number, "title": policy.title} for policy in judgement.policies],
    }  # fmt: skip


def skip(desk: Desk, message: MessageKey) -> Decision:
    """Leave a message for later, or for somebody else; that it was passed over is kept. Raises Refused("no_message")."""
    about = judged.reported(desk.store, message)
    seen = None if about is None else look(desk.store, about.thread, message)
    if about is None or seen is None:
        raise Refused("no_message")
    event = NewEvent(
        about.thread, What.SKIP, desk.moderator, message, seen.seen.version, payload={"seen": seen.payload}
    )
    return Decision(append(desk.store, [event])[0].key, about.thread, What.SKIP)
