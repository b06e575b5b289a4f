"""The table "the life of a thread" of the architecture, a test a row, with what each row leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.domain.calendar import add_working
from console.domain.conversation import MessageState, ReportState
from console.domain.policy import Level, ReasonKind
from console.domain.reasons import Evaluation, MessageFacts, ThreadFacts, evaluate
from console.domain.triage import TriageStatus, What
from tests.domain.threads import DAY, HOUR, MINUTE, MON, OPENING, POLICY, decided, event, ours, report, said, thread

QUESTION = said("m0", MON, asks=True)
LATER = MON + 3 * HOUR


def kinds(found: Evaluation) -> list[str]:
    return [reason.kind.value for reason in found.reasons]


def after_done(before: ThreadFacts, *arrives: MessageFacts, **facts: object) -> ThreadFacts:
    """The thread was judged at MON + 2 h, on its opening message; then this arrived."""
    state = decided(What.DONE, MON + 2 * HOUR, before, OPENING)
    return replace(before, messages=(*before.messages, *arrives), triage=state, **facts)  # type: ignore[arg-type]


# done | a message by a colleague | open, with the reasons that message gives
@pytest.mark.parametrize(
    ("arrives", "gives"),
    [
        (said("m1", LATER, "bram", asks=True), ["unanswered"]),
        (said("m1", LATER, "bram", mentions_us=True), ["mention"]),
        (said("m1", LATER, "bram", answers_us=True), ["reply_to_us", "unanswered"]),
        (said("m1", LATER, "bram", first_of_author=True, joined_at_ms=LATER - DAY), ["newcomer"]),
        (said("m1", LATER, "bram", state=MessageState.HELD), ["held"]),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else None,
)
def test_a_message_by_a_colleague_opens_what_was_done(arrives: MessageFacts, gives: list[str]) -> None:
    found = evaluate(after_done(thread(QUESTION), arrives), POLICY, LATER)
    assert found.state is TriageStatus.OPEN
    assert kinds(found) == gives
    assert all(reason.message == "m1" and reason.since_ms == LATER and reason.count == 1 for reason in found.reasons)


def test_a_comment_for_the_leadership_opens_what_was_done_and_counts_alone() -> None:
    before = thread(said("m0", MON, leadership=True), said("m1", MON + HOUR, "bram"), leadership=True)
    assert kinds(evaluate(before, POLICY, LATER)) == ["leadership"]
    found = evaluate(after_done(before, said("m2", LATER, "chris")), POLICY, LATER)
    assert (found.state, kinds(found)) == (TriageStatus.OPEN, ["leadership"])
    assert (found.reasons[0].message, found.reasons[0].count) == ("m2", 1)


@pytest.mark.parametrize(
    "arrives",
    [
        said("m1", LATER, "bram", thanks=True),
        said("m1", LATER, "bram", thanks=True, answers_us=True),
        said("m1", LATER, "bram", thanks=True, mentions_us=True),
        said("m1", LATER, "bram"),
        said("m1", LATER, "robot", asks=True, bot=True),
        ours("m1", LATER, asks=True),
        *(said("m1", LATER, "bram", asks=True, state=state) for state in ("deleted", "hidden", "spam")),
    ],
    ids=["thanks", "thanks to us", "thanks naming us", "statement", "bot", "ours", "deleted", "hidden", "spam"],
)
def test_what_gives_no_reason_leaves_it_done(arrives: MessageFacts) -> None:
    found = evaluate(after_done(thread(QUESTION), arrives), POLICY, LATER)
    assert (found.state, found.reasons) == (TriageStatus.DONE, ())


def test_a_thanks_in_a_thread_for_the_leadership_leaves_it_done() -> None:
    before = thread(said("m0", MON, leadership=True), said("m1", MON + HOUR, "bram"), leadership=True)
    found = evaluate(after_done(before, said("m2", LATER, "chris", thanks=True)), POLICY, LATER)
    assert found.state is TriageStatus.DONE


# done | a report, or an edit of the judged message | open, that reason first
def test_a_report_opens_what_was_done() -> None:
    found = evaluate(after_done(thread(QUESTION), reports=(report("r1", "m0", LATER),)), POLICY, LATER)
    assert found.state is TriageStatus.OPEN
    assert (found.reasons[0].kind, found.reasons[0].level) == (ReasonKind.REPORTED, Level.FIRST)


def test_a_report_that_was_judged_leaves_it_done_and_a_second_one_counts_alone() -> None:
    first = report("r1", "m0", MON + HOUR)
    before = thread(QUESTION, reports=(first,))
    assert evaluate(after_done(before), POLICY, LATER).state is TriageStatus.DONE
    found = evaluate(after_done(before, reports=(first, report("r2", "m0", LATER))), POLICY, LATER)
    assert (found.state, kinds(found)) == (TriageStatus.OPEN, ["reported"])
    assert (found.reasons[0].count, found.reasons[0].since_ms) == (1, LATER)


@pytest.mark.parametrize("answered", [False, True], ids=["unanswered", "after our answer"])
def test_an_edit_of_the_judged_message_opens_what_was_done(answered: bool) -> None:
    reply = (ours("m1", MON + HOUR),) if answered else ()
    done = after_done(thread(QUESTION, *reply))
    assert evaluate(done, POLICY, LATER).state is TriageStatus.DONE
    edited = QUESTION._replace(text_hash="other words", edited_at_ms=LATER)
    found = evaluate(replace(done, messages=(edited, *reply)), POLICY, LATER)
    assert (found.state, kinds(found)) == (TriageStatus.OPEN, ["edited"])
    assert (found.reasons[0].message, found.reasons[0].since_ms) == ("m0", LATER)


def test_an_edit_of_another_message_leaves_it_done() -> None:
    done = after_done(thread(QUESTION, said("m1", MON + HOUR, "bram")))
    edited = said("m1", MON + HOUR, "bram", edited_at_ms=LATER)
    found = evaluate(replace(done, messages=(QUESTION, edited._replace(text_hash="other words"))), POLICY, LATER)
    assert found.state is TriageStatus.DONE


def test_a_judged_message_that_vanishes_is_no_edit() -> None:
    done = after_done(thread(QUESTION))
    gone = QUESTION._replace(text_hash="", state=MessageState.DELETED)
    assert evaluate(replace(done, messages=(gone,)), POLICY, LATER).state is TriageStatus.DONE


def test_without_a_record_of_what_was_seen_all_until_the_decision_counts_as_judged() -> None:
    from console.domain.triage import fold

    state = fold([event(What.DONE, MON + 2 * HOUR)])
    before = thread(QUESTION, reports=(report("r1", "m0", MON + HOUR),), triage=state)
    assert evaluate(before, POLICY, LATER).state is TriageStatus.DONE
    after = replace(before, messages=(QUESTION, said("m1", LATER, "bram", asks=True)))
    assert kinds(evaluate(after, POLICY, LATER)) == ["unanswered"]


# snoozed | the moment passes, or a message that gives a reason | open
def snoozed(until_ms: int, *arrives: MessageFacts, **facts: object) -> ThreadFacts:
    before = thread(QUESTION)
    state = decided(What.SNOOZE, MON + 2 * HOUR, before, until_ms=until_ms)
    return replace(before, messages=(QUESTION, *arrives), triage=state, **facts)  # type: ignore[arg-type]


def test_a_snoozed_thread_opens_when_its_moment_passes() -> None:
    facts = snoozed(MON + 2 * DAY)
    asleep = evaluate(facts, POLICY, MON + 2 * DAY - 1)
    assert asleep.state is TriageStatus.SNOOZED
    assert asleep.next_stage_at_ms == MON + 2 * DAY
    awake = evaluate(facts, POLICY, MON + 2 * DAY)
    assert (awake.state, kinds(awake)) == (TriageStatus.OPEN, ["unanswered"])


def test_a_message_that_gives_a_reason_wakes_a_snoozed_thread() -> None:
    asked = said("m1", LATER, "bram", asks=True)
    assert evaluate(snoozed(MON + 2 * DAY, asked), POLICY, LATER).state is TriageStatus.OPEN
    assert evaluate(snoozed(MON + 2 * DAY, reports=(report("r", "m0", LATER),)), POLICY, LATER).state == "open"


@pytest.mark.parametrize("facts", [{"thanks": True, "answers_us": True}, {}], ids=["thanks", "statement"])
def test_a_message_that_gives_none_lets_it_sleep(facts: dict[str, bool]) -> None:
    found = evaluate(snoozed(MON + 2 * DAY, said("m1", LATER, "anna", **facts)), POLICY, LATER)
    assert (found.state, kinds(found)) == (TriageStatus.SNOOZED, ["unanswered"])


# escalated | anything | stays, shown as changed
def test_an_escalated_thread_stays_whatever_arrives() -> None:
    before = thread(QUESTION)
    state = decided(What.ESCALATE, MON + HOUR, before, to="Ineke")
    after = thread(
        QUESTION._replace(text_hash="other words"), said("m1", LATER, "bram", mentions_us=True),
        reports=(report("r", "m0", LATER),), triage=state,
    )  # fmt: skip
    for days in (0, 1, 40):
        assert evaluate(after, POLICY, LATER + days * DAY).state is TriageStatus.ESCALATED
    assert {"reported", "mention"} <= set(kinds(evaluate(after, POLICY, LATER)))


# any | our own reply | its waiting reasons end; the state stays
def everything(*more: MessageFacts, **facts: object) -> ThreadFacts:
    """A thread with every reason there is."""
    return thread(
        said("m0", MON, "ceo", leadership=True),
        said("m1", MON + MINUTE, "bram", asks=True, mentions_us=True, answers_us=True, first_of_author=True,
             joined_at_ms=MON - DAY),
        said("m2", MON + 2 * MINUTE, "chris", state=MessageState.HELD),
        *more, leadership=True,
        reports=(report("r", "m1", MON + HOUR), replace(report("a", "m1", MON + HOUR), appeal_by="Bram")), **facts,
    )  # fmt: skip


def test_our_own_reply_ends_the_waiting_reasons_and_only_those() -> None:
    assert set(kinds(evaluate(everything(), POLICY, LATER))) == set(ReasonKind) - {"edited", "answered"}
    found = evaluate(everything(ours("m3", MON + 2 * HOUR)), POLICY, LATER)
    assert (found.state, kinds(found)) == (TriageStatus.OPEN, ["reported", "held", "appealed"])


@pytest.mark.parametrize("what", [What.SNOOZE, What.ESCALATE])
def test_our_own_reply_leaves_the_state_as_it_is(what: What) -> None:
    state = decided(what, MON + HOUR, everything(), until_ms=MON + 9 * DAY)
    found = evaluate(everything(ours("m3", MON + 2 * HOUR), triage=state), POLICY, LATER)
    assert found.state == {What.SNOOZE: "snoozed", What.ESCALATE: "escalated"}[what]


@pytest.mark.parametrize("state", [MessageState.DELETED, MessageState.HIDDEN, MessageState.SPAM])
def test_a_reply_of_ours_that_was_taken_away_answers_nobody(state: MessageState) -> None:
    found = evaluate(thread(QUESTION, ours("m1", MON + HOUR, state=state)), POLICY, LATER)
    assert kinds(found) == ["unanswered"]


def test_what_is_said_after_our_reply_waits_again() -> None:
    found = evaluate(thread(QUESTION, ours("m1", MON + HOUR), said("m2", LATER, asks=True)), POLICY, LATER)
    assert [(reason.kind, reason.message) for reason in found.reasons] == [("unanswered", "m2")]


# open, waiting reasons only | a colleague answers the question | can wait, and ends after one working day
ANSWER = said("m1", MON + HOUR, "bram")


@pytest.mark.parametrize(
    "asked",
    [
        said("m0", MON, asks=True),
        said("m0", MON, asks=True, mentions_us=True),
        said("m0", MON, asks=True, first_of_author=True, joined_at_ms=MON - DAY),
        said("m0", MON, answers_us=True),
    ],
    ids=["question", "question to us", "newcomer's question", "reply to us"],
)
def test_a_colleagues_answer_softens_and_ends_after_a_working_day(asked: MessageFacts) -> None:
    before = evaluate(thread(asked), POLICY, LATER)
    assert before.level in (Level.FIRST, Level.TODAY)
    softened = evaluate(thread(asked, ANSWER), POLICY, LATER)
    assert softened.level is Level.CAN_WAIT
    assert kinds(softened) == kinds(before)
    assert all(reason.softened and reason.name == "Bram" for reason in softened.reasons)
    a_working_day = add_working(POLICY.hours, MON + HOUR, 510)
    assert softened.next_stage_at_ms == a_working_day == MON + DAY + HOUR
    assert evaluate(thread(asked, ANSWER), POLICY, a_working_day - 1).reasons
    assert not evaluate(thread(asked, ANSWER), POLICY, a_working_day).reasons


@pytest.mark.parametrize(
    "not_an_answer",
    [
        said("m1", MON + HOUR, "anna"),
        said("m1", MON + HOUR, "bram", thanks=True),
        said("m1", MON + HOUR, "bram", asks=True),
        said("m1", MON + HOUR, "robot", bot=True),
        said("m1", MON + HOUR, "bram", state=MessageState.HELD),
    ],
    ids=["the asker adds a word", "a thumb", "a second question", "a bot", "held"],
)
def test_what_is_no_answer_leaves_the_question_as_it_was(not_an_answer: MessageFacts) -> None:
    found = evaluate(thread(QUESTION, not_an_answer), POLICY, LATER)
    reason = next(reason for reason in found.reasons if reason.kind is ReasonKind.UNANSWERED)
    assert (reason.message, reason.since_ms, reason.level) == ("m0", MON, Level.TODAY)
    assert not reason.softened


@pytest.mark.parametrize("state", [ReportState.PENDING, ReportState.UPHELD])
def test_what_is_reported_answers_nobody_until_the_report_is_dismissed(state: ReportState) -> None:
    to_us = said("m0", MON, asks=True, mentions_us=True)
    found = evaluate(thread(to_us, ANSWER, reports=(report("r", "m1", LATER, state),)), POLICY, LATER)
    waits = [reason for reason in found.reasons if reason.kind is not ReasonKind.REPORTED]
    assert [(reason.kind, reason.softened) for reason in waits] == [("mention", False), ("unanswered", False)]
    dismissed = report("r", "m1", LATER, ReportState.DISMISSED)
    assert all(one.softened for one in evaluate(thread(to_us, ANSWER, reports=(dismissed,)), POLICY, LATER).reasons)


def test_a_new_question_after_the_answer_waits_by_itself() -> None:
    again = said("m2", MON + 2 * HOUR, "chris", asks=True)
    found = evaluate(thread(QUESTION, ANSWER, again), POLICY, LATER)
    assert [(r.kind, r.message, r.level, r.softened) for r in found.reasons] == [
        ("unanswered", "m2", Level.TODAY, False)
    ]


def test_a_new_question_within_a_working_day_holds_up_what_had_sunk() -> None:
    to_us = said("m0", MON, asks=True, mentions_us=True)
    assert evaluate(thread(to_us, ANSWER), POLICY, LATER).level is Level.CAN_WAIT
    soon = said("m2", MON + 2 * HOUR, asks=True)
    assert kinds(evaluate(thread(to_us, ANSWER, soon), POLICY, LATER)) == ["mention", "unanswered"]
    late = said("m2", MON + 3 * DAY, asks=True)
    assert kinds(evaluate(thread(to_us, ANSWER, late), POLICY, MON + 3 * DAY)) == ["unanswered"]


def test_a_statement_to_us_is_not_softened_by_what_colleagues_say() -> None:
    found = evaluate(thread(said("m0", MON, mentions_us=True), ANSWER), POLICY, LATER)
    assert [(r.kind, r.softened) for r in found.reasons] == [("mention", False)]


# any | the message of a reason or report vanishes | that reason ends, the report is void
@pytest.mark.parametrize("asked", [
    said("m0", MON, asks=True), said("m0", MON, mentions_us=True), said("m0", MON, state=MessageState.HELD),
    said("m0", MON, first_of_author=True, joined_at_ms=MON), said("m0", MON, answers_us=True),
])  # fmt: skip
def test_a_reason_ends_with_its_message(asked: MessageFacts) -> None:
    assert evaluate(thread(asked), POLICY, LATER).reasons
    assert not evaluate(thread(asked._replace(state=MessageState.DELETED)), POLICY, LATER).reasons


def test_a_report_is_void_without_its_message() -> None:
    reported = report("r", "m0", MON + HOUR)
    assert kinds(evaluate(thread(said("m0", MON), reports=(reported,)), POLICY, LATER)) == ["reported"]
    gone = said("m0", MON, state=MessageState.DELETED)
    assert not evaluate(thread(gone, reports=(reported,)), POLICY, LATER).reasons


@pytest.mark.parametrize("state", [ReportState.UPHELD, ReportState.DISMISSED, ReportState.VOID])
def test_a_settled_report_is_no_reason(state: ReportState) -> None:
    assert not evaluate(thread(said("m0", MON), reports=(report("r", "m0", MON, state),)), POLICY, LATER).reasons
