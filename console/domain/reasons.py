"""What a thread's signals mean: why it needs a person, how soon, and what becomes of its triage state.

`evaluate` is the whole table "the life of a thread". It looks at nothing but its arguments, and gives the same for
the messages of a thread in whatever order they came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from console.domain.calendar import DAY_MS, add_working
from console.domain.conversation import MessageKey, MessageState, PersonKey, ReportState, ThreadKey
from console.domain.policy import Level, Policy, ReasonKind
from console.domain.triage import TriageEvent, TriageState, TriageStatus, in_order
from console.domain.verdicts import answered

__all__ = ["Evaluation", "MessageFacts", "Reason", "ReasonKind", "ReportFacts", "ThreadFacts", "evaluate"]

# A message in one of these states says nothing to readers: it asks nothing, and answers nothing.
_TAKEN_AWAY = frozenset({MessageState.DELETED, MessageState.HIDDEN, MessageState.SPAM})
_UNSEEN = _TAKEN_AWAY | {MessageState.HELD}
_RANK = {kind: place for place, kind in enumerate(ReasonKind)}


class MessageFacts(NamedTuple):  # made for every message of every thread that is looked at: the cheapest value there is
    """What of one message matters to the queue.

    first_of_author  it is the first message we know of its author
    thanks           it is no more than a thanks or a smiley: it gives nobody something to do
    answers_us       it answers a message of ours
    parent           the message it answers, where the platform says so
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
    edited_at_ms: int | None = None
    first_of_author: bool = False
    joined_at_ms: int | None = None
    parent: str = ""

    @property
    def place(self) -> tuple[int, str]:
        return (self.posted_at_ms, self.key)

    @property
    def wants_answer(self) -> bool:
        return self.asks or (self.answers_us and not self.thanks)


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """A report, or an appeal against what was decided on one: then `appeal_by` names who appeals."""

    key: str
    message: MessageKey
    at_ms: int
    state: ReportState = ReportState.PENDING
    appeal_by: str = ""


@dataclass(frozen=True, slots=True)
class ThreadFacts:
    """Everything `evaluate` may look at.

    leadership       the thread answers the leadership: they opened it, or it stands in a space of theirs
    start_line_ms    what was said before it can wait, but for reports and held messages
    history_from_ms  the oldest message held of the thread's space
    messages         those held, and our replies that are on their way, in any order
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
    softened   a colleague (`name`) answered: it can wait
    """

    kind: ReasonKind
    message: MessageKey
    count: int
    since_ms: int
    level: Level
    due_at_ms: int
    name: str = ""
    softened: bool = False


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
    triage, look = facts.triage, _Look(facts, policy, now_ms)
    state = triage.status
    if state is TriageStatus.DONE:
        reasons = look.reasons(_Judged(triage.decided))
        state = TriageStatus.OPEN if reasons else state
    elif state is TriageStatus.SNOOZED:
        reasons, new = look.reasons(_NOTHING_JUDGED), look.reasons(_Judged(triage.decided))
        until_ms = triage.snoozed_until_ms or 0
        if until_ms <= now_ms or new:
            state = TriageStatus.OPEN
        else:
            look.stages.append(until_ms)
    else:
        reasons = look.reasons(_NOTHING_JUDGED)
    reasons.sort(key=lambda reason: (reason.level, reason.due_at_ms, _RANK[reason.kind]))
    return Evaluation(state, tuple(reasons), min((at_ms for at_ms in look.stages if at_ms > now_ms), default=None))


class _Judged:
    """What a decision was made on, so that only what came since counts after it.

    Where that is not known any more (its payload was erased), all until the decision counts as judged.
    """

    def __init__(self, decided: TriageEvent | None) -> None:
        seen = None if decided is None else decided.payload.get("seen")
        self._until_ms = decided.at_ms if decided is not None and not seen else -1
        last = (seen or {}).get("last") or (self._until_ms + 1, "")
        self._last = (int(last[0]), str(last[1]))
        self._keys = frozenset((*((seen or {}).get("reports") or ()), *((seen or {}).get("held") or ())))
        self._hlc = -1 if decided is None else decided.hlc

    def is_new(self, message: MessageFacts) -> bool:
        return message.place > self._last

    def is_new_report(self, report: ReportFacts) -> bool:
        return report.key not in self._keys and report.at_ms > self._until_ms

    def is_new_answer(self, answer: TriageEvent) -> bool:
        return answer.hlc > self._hlc

    def is_newly_held(self, message: MessageFacts) -> bool:
        return message.key not in self._keys and message.posted_at_ms > self._until_ms


_NOTHING_JUDGED = _Judged(None)


class _Look:
    """One look at a thread. `stages` gathers the moments at which something in it changes."""

    def __init__(self, facts: ThreadFacts, policy: Policy, now_ms: int) -> None:
        self._facts = facts
        self._policy = policy
        self._now_ms = now_ms
        self.stages: list[int] = []
        self._messages = sorted(facts.messages, key=lambda message: message.place)
        self._parents = {str(message.key): message.parent for message in self._messages}
        self._branches: dict[str, str] = {str(facts.key): ""}
        disputed = (ReportState.PENDING, ReportState.UPHELD)
        self._disputed = frozenset(report.message for report in facts.reports if report.state in disputed)
        # Our reply ends every reason of somebody who waited for it; one that was taken away is no reply any more.
        answered = max((m.place for m in self._messages if m.ours and m.state not in _TAKEN_AWAY), default=(-1, ""))
        self._said = [
            message
            for message in self._messages
            if not message.ours and not message.bot and message.state not in _UNSEEN and message.place > answered
        ]

    def reasons(self, judged: _Judged) -> list[Reason]:
        """One reason a kind at most, for what `judged` has not seen."""
        new = [message for message in self._said if judged.is_new(message)]
        found = [
            self._reported(judged),
            self._appealed(judged),
            self._edited(),
            self._answered(judged),
            self._held(judged),
            self._waiting(ReasonKind.MENTION, [m for m in new if m.mentions_us and not m.thanks]),
            self._waiting(ReasonKind.REPLY_TO_US, [m for m in new if m.answers_us and not m.thanks]),
            self._waiting(ReasonKind.NEWCOMER, [m for m in new if self._is_newcomers(m)]),
            self._waiting(ReasonKind.LEADERSHIP, [m for m in new if self._is_for_leadership(m)]),
            self._waiting(ReasonKind.UNANSWERED, self._questions(new)),
        ]
        return [reason for reason in found if reason is not None]

    def _reported(self, judged: _Judged) -> Reason | None:
        gone = {message.key for message in self._messages if message.state is MessageState.DELETED}
        pending = [
            report
            for report in self._facts.reports
            if not report.appeal_by
            and report.state is ReportState.PENDING
            and report.message not in gone
            and judged.is_new_report(report)
        ]
        if not pending:
            return None
        first = min(pending, key=lambda report: (report.at_ms, report.key))
        return self._reason(ReasonKind.REPORTED, first.message, len(pending), first.at_ms)

    def _appealed(self, judged: _Judged) -> Reason | None:
        """Somebody objects to a verdict, also to one by which the message went."""
        waiting = [
            report
            for report in self._facts.reports
            if report.appeal_by and report.state is ReportState.PENDING and judged.is_new_report(report)
        ]
        if not waiting:
            return None
        first = min(waiting, key=lambda report: (report.at_ms, report.key))
        return self._reason(ReasonKind.APPEALED, first.message, len(waiting), first.at_ms, first.appeal_by)

    def _edited(self) -> Reason | None:
        """The message that a verdict or the last decision was about reads otherwise now."""
        triage = self._facts.triage
        judged = {
            seen["message"]: (event, seen.get("text_hash"))
            for event in in_order([*filter(None, [triage.decided]), *triage.verdicts])
            if (seen := event.payload.get("seen")) and seen.get("message")
        }
        for message in self._messages:
            event, text_hash = judged.get(message.key, (None, ""))
            if event is None or message.state in _TAKEN_AWAY or message.ours or message.text_hash == text_hash:
                continue
            at_ms = max(event.at_ms, message.edited_at_ms or 0)
            return self._reason(ReasonKind.EDITED, message.key, 1, at_ms, message.author_name)
        return None

    def _answered(self, judged: _Judged) -> Reason | None:
        """A message that was passed on came back, and nobody judged it since."""
        triage = self._facts.triage
        latest = {verdict.message: verdict.key for verdict in triage.verdicts}
        last = answered(triage.answers)
        for message, verdict in latest.items():
            answer = last.get(verdict)
            if message and answer is not None and not answer.payload["closes"] and judged.is_new_answer(answer):
                return self._reason(ReasonKind.ANSWERED, message, 1, answer.at_ms, answer.payload["from"])
        return None

    def _held(self, judged: _Judged) -> Reason | None:
        held = [m for m in self._messages if m.state is MessageState.HELD and judged.is_newly_held(m)]
        if not held:
            return None
        return self._reason(ReasonKind.HELD, held[0].key, len(held), held[0].posted_at_ms, held[0].author_name)

    def _reason(self, kind: ReasonKind, about: MessageKey, count: int, since_ms: int, name: str = "") -> Reason:
        level = self._level(kind, since_ms)
        return Reason(kind, about, count, since_ms, level, self._due_ms(kind, since_ms), name)

    def _due_ms(self, kind: ReasonKind, since_ms: int) -> int:
        return add_working(self._policy.hours, since_ms, self._policy.targets[kind].within_min)

    def _level(self, kind: ReasonKind, since_ms: int) -> Level:
        """The level now; it has another from the reason's later stage on."""
        target = self._policy.targets[kind]
        if target.later_level is None:
            return target.level
        later_ms = add_working(self._policy.hours, since_ms, target.later_after_min)
        self.stages.append(later_ms)
        return target.later_level if later_ms <= self._now_ms else target.level

    def _waiting(self, kind: ReasonKind, about: Sequence[MessageFacts]) -> Reason | None:
        """A reason of somebody who waits for us. A question that a colleague answered sinks, then ends."""
        waits: list[MessageFacts] = []
        softened: list[MessageFacts] = []
        name = ""
        for message in about:
            answer = self._answer(message) if message.wants_answer else None
            if answer is None:
                waits.append(message)
            elif self._ends_ms(answer) > self._now_ms:
                softened.append(message)
                name = answer.author_name
        if not waits:
            if not softened:
                return None
            first = softened[0]
            due_ms = self._due_ms(kind, first.posted_at_ms)
            return Reason(kind, first.key, len(softened), first.posted_at_ms, Level.CAN_WAIT, due_ms, name, True)
        # What was said before the start line can wait at most, and doesn't hold back what came after it.
        start_ms = self._facts.start_line_ms
        first = next((message for message in waits if message.posted_at_ms >= start_ms), waits[0])
        since_ms = first.posted_at_ms
        level = Level.CAN_WAIT if since_ms < start_ms else self._level(kind, since_ms)
        return Reason(kind, first.key, len(waits), since_ms, level, self._due_ms(kind, since_ms), first.author_name)

    def _ends_ms(self, answer: MessageFacts) -> int:
        """When a question that a colleague answered needs nobody any more."""
        ends_ms = add_working(self._policy.hours, answer.posted_at_ms, self._policy.hours.minutes_a_day)
        self.stages.append(ends_ms)
        return ends_ms

    def _answer(self, question: MessageFacts) -> MessageFacts | None:
        """A colleague's answer to a question, unless somebody asked anew within a working day and waits."""
        answer: MessageFacts | None = None
        for message in self._said:
            if message.place <= question.place or not self._may_be_about(message, question):
                continue
            if answer is None:
                if message.author != question.author and self._answers(message):
                    answer = message
            elif message.wants_answer and message.posted_at_ms < self._ends_ms(answer):
                question, answer = message, None
        return answer

    def _may_be_about(self, message: MessageFacts, question: MessageFacts) -> bool:
        """What stands under another comment is about that one. Under the opening, people answer whatever was asked."""
        branch = self._branch(message)
        return branch in ("", message.key, self._branch(question)) or str(question.key) == self._facts.key

    def _branch(self, message: MessageFacts) -> str:
        """The message right under the opening that this one stands below, or itself; "" of the opening."""
        passed: list[str] = []
        key = str(message.key)
        while key not in self._branches and key not in passed:
            passed.append(key)
            above = self._parents.get(key, "")
            if above in ("", self._facts.key):
                self._branches[key] = key
            else:
                key = above
        branch = self._branches.get(key, key)  # a platform that sends us round in circles ends here
        self._branches.update(dict.fromkeys(passed, branch))
        return branch

    def _answers(self, message: MessageFacts) -> bool:
        """Whether it gives an asker something: a thanks doesn't, nor what is reported and may be an insult."""
        return not message.wants_answer and not message.thanks and message.key not in self._disputed

    def _questions(self, new: Sequence[MessageFacts]) -> list[MessageFacts]:
        """The questions nobody answered since; where all were answered, the last one."""
        asked: list[MessageFacts] = []
        opened: list[MessageFacts] = []
        for message in new:
            if message.wants_answer:
                asked.append(message)
                opened.append(message)
            elif opened and self._answers(message):
                opened = [
                    question
                    for question in opened
                    if question.author == message.author or not self._may_be_about(message, question)
                ]
        return opened or asked[-1:]

    def _is_newcomers(self, message: MessageFacts) -> bool:
        """The platform's join date says so; else a first known message where enough history is held to know."""
        if not message.first_of_author or message.leadership:
            return False
        days_ms = self._policy.newcomer_days * DAY_MS
        if message.joined_at_ms is not None:
            recent = message.posted_at_ms - message.joined_at_ms < days_ms
        else:
            recent = self._facts.history_from_ms <= message.posted_at_ms - self._policy.history_days * DAY_MS
        if not recent:
            return False
        self.stages.append(message.posted_at_ms + days_ms)
        return message.posted_at_ms + days_ms > self._now_ms

    def _is_for_leadership(self, message: MessageFacts) -> bool:
        if not self._facts.leadership or message.leadership or message.thanks:
            return False
        return message.key != MessageKey(self._facts.key)
