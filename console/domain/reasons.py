"""What a thread's signals mean: why it needs a person, how soon, and what becomes of its triage state.

`evaluate` is the whole table "the life of a thread". It looks at nothing but its arguments, and gives the same for
the messages of a thread in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from console.domain.calendar import DAY_MS, add_working, working_between
from console.domain.conversation import MessageKey, MessageState, PersonKey, ReportState, ThreadKey
from console.domain.policy import Level, Policy, ReasonKind
from console.domain.triage import TriageState, TriageStatus

__all__ = ["Evaluation", "MessageFacts", "Reason", "ReasonKind", "ReportFacts", "ThreadFacts", "evaluate"]

# What our own reply ends: the reasons that are somebody waiting for us.
WAITING = frozenset(
    {ReasonKind.UNANSWERED, ReasonKind.NEWCOMER, ReasonKind.MENTION, ReasonKind.REPLY_TO_US, ReasonKind.LEADERSHIP}
)
_SAYS_NOTHING = frozenset({MessageState.DELETED, MessageState.HIDDEN, MessageState.SPAM, MessageState.HELD})


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What of one message matters to the queue.

    first_of_author  it is the first message we know of its author
    thanks           it is no more than a thanks or a smiley: it gives nobody something to do
    """

    key: MessageKey
    posted_at_ms: int
    author: PersonKey
    author_name: str = ""
    ours: bool = False
    leadership: bool = False
    bot: bool = False
    state: MessageState = MessageState.VISIBLE
    asks: bool = False
    thanks: bool = False
    mentions_us: bool = False
    answers_us: bool = False
    text_hash: str = ""
    first_of_author: bool = False
    joined_at_ms: int | None = None

    @property
    def place(self) -> tuple[int, str]:
        return (self.posted_at_ms, self.key)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    key: str
    message: MessageKey
    at_ms: int
    state: ReportState = ReportState.PENDING


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """Everything `evaluate` may look at.

    leadership       the thread answers the leadership: it stands in a space of theirs
    start_line_ms    what was said before it can wait, but for reports and held messages
    history_from_ms  the oldest message held of the thread's space
    messages         those held, and our replies that are on their way
    """

    key: ThreadKey
    messages: Sequence[MessageFacts]
    reports: Sequence[ReportFacts] = ()
    triage: TriageState = field(default_factory=TriageState)
    leadership: bool = False
    start_line_ms: int = 0
    history_from_ms: int = 0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thread needs a person.

    message    the message it is about
    count      how many messages or reports it stands for
    since_ms   the moment of its evidence
    name       who it is about, where that helps the sentence
    softened   a colleague answered: it can wait
    newest     the newest message it stands for, with its moment
    """

    kind: ReasonKind
    message: MessageKey
    count: int
    since_ms: int
    level: Level
    due_at_ms: int
    name: str = ""
    softened: bool = False
    newest_at_ms: int = 0
    newest: str = ""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a thread comes to now. `next_stage_at_ms`: the next moment at which it may come to something else."""

    state: TriageStatus
    reasons: tuple[Reason, ...]
    next_stage_at_ms: int | None

    @property
    def level(self) -> Level | None:
        return min((reason.level for reason in self.reasons), default=None)

    @property
    def due_at_ms(self) -> int | None:
        return min((reason.due_at_ms for reason in self.reasons), default=None)


def evaluate(facts: ThreadFacts, policy: Policy, now_ms: int) -> Evaluation:
    """The thread's state, its reasons with the most urgent first, and when to look again."""
    stages: list[int] = []
    messages = sorted(facts.messages, key=lambda message: message.place)
    judged = _Judged(facts)
    found = _reasons(facts, messages, policy, now_ms, stages)
    new = tuple(reason for reason in found if judged.is_new(reason))
    state, reasons = facts.triage.status, found
    if state is TriageStatus.DONE:
        state, reasons = (TriageStatus.OPEN, new) if new else (state, ())
    elif state is TriageStatus.SNOOZED:
        until_ms = facts.triage.snoozed_until_ms or 0
        if new or until_ms <= now_ms:
            state = TriageStatus.OPEN
        else:
            stages.append(until_ms)
    ordered = tuple(sorted(reasons, key=lambda reason: (reason.level, reason.due_at_ms, reason.kind)))
    later = [moment for moment in stages if moment > now_ms]
    return Evaluation(state, ordered, min(later, default=None))


class _Judged:
    """What the last decision was made on, so that only what came since counts after it."""

    def __init__(self, facts: ThreadFacts) -> None:
        decided = facts.triage.decided
        seen = {} if decided is None else dict(decided.payload.get("seen") or {})
        last = seen.get("last") or [0, ""]
        self._last = (int(last[0]), str(last[1]))
        self._reports = frozenset(seen.get("reports") or ())
        self._held = frozenset(seen.get("held") or ())
        self._message, self._hash = seen.get("message"), seen.get("text_hash", "")
        self._places = {message.key: message.place for message in facts.messages}
        self._hashes = {message.key: message.text_hash for message in facts.messages}
        self._facts = facts

    def is_new(self, reason: Reason) -> bool:
        if self._facts.triage.decided is None:
            return True
        if reason.kind is ReasonKind.REPORTED:
            pending = [report for report in self._facts.reports if _pending(self._facts, report)]
            return any(report.key not in self._reports or self._edited(report.message) for report in pending)
        if reason.kind is ReasonKind.HELD:
            held = (m.key for m in self._facts.messages if m.state is MessageState.HELD)
            return any(key not in self._held for key in held)
        return self._edited(reason.message) or self._newest(reason) > self._last

    def _newest(self, reason: Reason) -> tuple[int, str]:
        """The newest message that the reason stands for: a new question after an old one counts."""
        return max((reason.newest_at_ms, reason.newest), self._places.get(reason.message, (0, "")))

    def _edited(self, message: MessageKey) -> bool:
        return message == self._message and self._hashes.get(message) != self._hash


def _pending(facts: ThreadFacts, report: ReportFacts) -> bool:
    if report.state is not ReportState.PENDING:
        return False
    return all(m.state is not MessageState.DELETED for m in facts.messages if m.key == report.message)


def _reasons(
    facts: ThreadFacts, messages: Sequence[MessageFacts], policy: Policy, now_ms: int, stages: list[int]
) -> tuple[Reason, ...]:
    found = [_reported(facts, policy), _held(messages, policy)]
    ours = max((message.place for message in messages if message.ours), default=(0, ""))
    said = [m for m in messages if not m.ours and not m.bot and m.state not in _SAYS_NOTHING]
    since_us = [message for message in said if message.place > ours]
    for kind, holds in _RULES.items():
        about = [message for message in since_us if holds(facts, message, policy, now_ms, stages)]
        if kind is ReasonKind.UNANSWERED:
            about = about[-1:]
        if about:
            found.append(_waiting(kind, about, said, policy, now_ms, stages))
    reasons = (reason for reason in found if reason is not None)
    return tuple(_before_start(reason, facts.start_line_ms) for reason in reasons)


def _before_start(reason: Reason, start_line_ms: int) -> Reason:
    if reason.kind in WAITING and reason.since_ms < start_line_ms and reason.level is not Level.CAN_WAIT:
        return replace(reason, level=Level.CAN_WAIT)
    return reason


def _reported(facts: ThreadFacts, policy: Policy) -> Reason | None:
    pending = sorted((r for r in facts.reports if _pending(facts, r)), key=lambda r: (r.at_ms, r.key))
    if not pending:
        return None
    target, first = policy.targets[ReasonKind.REPORTED], pending[0]
    due_ms = add_working(policy.hours, first.at_ms, target.within_min)
    return Reason(ReasonKind.REPORTED, first.message, len(pending), first.at_ms, target.level, due_ms)


def _held(messages: Sequence[MessageFacts], policy: Policy) -> Reason | None:
    held = [message for message in messages if message.state is MessageState.HELD]
    if not held:
        return None
    target, first = policy.targets[ReasonKind.HELD], held[0]
    due_ms = add_working(policy.hours, first.posted_at_ms, target.within_min)
    return Reason(ReasonKind.HELD, first.key, len(held), first.posted_at_ms, target.level, due_ms, first.author_name)


def _waiting(
    kind: ReasonKind,
    about: Sequence[MessageFacts],
    said: Sequence[MessageFacts],
    policy: Policy,
    now_ms: int,
    stages: list[int],
) -> Reason | None:
    """A reason of somebody waiting. Its level rises with time, and sinks when a colleague answered the question."""
    first, target = about[0], policy.targets[kind]
    due_ms = add_working(policy.hours, first.posted_at_ms, target.within_min)
    level = target.level
    if target.later_level is not None:
        later_ms = add_working(policy.hours, first.posted_at_ms, target.later_after_min)
        level = target.later_level if later_ms <= now_ms else level
        stages.append(later_ms)
    reason = Reason(
        kind, first.key, len(about), first.posted_at_ms, level, due_ms, first.author_name,
        newest_at_ms=about[-1].posted_at_ms, newest=about[-1].key,
    )  # fmt: skip
    answer = _answered_by_colleague(about[-1], said) if any(message.asks for message in about) else None
    if answer is None:
        return reason
    ends_ms = add_working(policy.hours, answer.posted_at_ms, policy.hours.minutes_a_day())
    stages.append(ends_ms)
    if ends_ms <= now_ms:
        return None
    return replace(reason, level=Level.CAN_WAIT, softened=True, name=answer.author_name)


def _answered_by_colleague(question: MessageFacts, said: Sequence[MessageFacts]) -> MessageFacts | None:
    """The first answer after the last question, unless somebody asked again since."""
    later = [message for message in said if message.place > question.place]
    if any(message.asks for message in later):
        return None
    return next((message for message in later if message.author != question.author), None)


def _unanswered(facts: ThreadFacts, message: MessageFacts, policy: Policy, now_ms: int, stages: list[int]) -> bool:
    return message.asks


def _mention(facts: ThreadFacts, message: MessageFacts, policy: Policy, now_ms: int, stages: list[int]) -> bool:
    return message.mentions_us and not message.thanks


def _reply_to_us(facts: ThreadFacts, message: MessageFacts, policy: Policy, now_ms: int, stages: list[int]) -> bool:
    # A bare thanks to us asks nothing more of us: the thread stays as it is.
    return message.answers_us and not message.thanks


def _leadership(facts: ThreadFacts, message: MessageFacts, policy: Policy, now_ms: int, stages: list[int]) -> bool:
    return facts.leadership and not message.leadership and not message.thanks and message.key != facts.key


def _newcomer(facts: ThreadFacts, message: MessageFacts, policy: Policy, now_ms: int, stages: list[int]) -> bool:
    """The platform's join date says so; else a first known message where enough history is held to know."""
    if not message.first_of_author or message.leadership:
        return False
    until_ms = message.posted_at_ms + policy.newcomer_days * DAY_MS
    if message.joined_at_ms is not None:
        recent = message.posted_at_ms - message.joined_at_ms < policy.newcomer_days * DAY_MS
    else:
        recent = facts.history_from_ms <= message.posted_at_ms - policy.history_days * DAY_MS
    if not recent:
        return False
    stages.append(until_ms)
    return until_ms > now_ms


_Rule = Callable[[ThreadFacts, MessageFacts, Policy, int, list[int]], bool]
_RULES: dict[ReasonKind, _Rule] = {
    ReasonKind.MENTION: _mention,
    ReasonKind.REPLY_TO_US: _reply_to_us,
    ReasonKind.NEWCOMER: _newcomer,
    ReasonKind.LEADERSHIP: _leadership,
    ReasonKind.UNANSWERED: _unanswered,
}


def waited_min(reason: Reason, policy: Policy, now_ms: int) -> int:
    """Working minutes since the evidence."""
    return working_between(policy.hours, reason.since_ms, now_ms)
