"""What holds for any thread: the order of arrival doesn't matter, and the next stage is honest."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from console.domain.conversation import MessageKey, MessageState, PersonKey, ReportState
from console.domain.policy import Level
from console.domain.reasons import Evaluation, MessageFacts, ReasonKind, ReportFacts, ThreadFacts, evaluate
from console.domain.triage import TriageStatus, What
from tests.domain.threads import DAY, MON, POLICY, decided, thread

MOMENTS = st.integers(MON, MON + 12 * DAY)
NAMES = st.sampled_from([MessageKey(f"m{n}") for n in range(8)])
FLAG = st.booleans()


@st.composite
def messages(draw: st.DrawFn, name: str) -> MessageFacts:
    who = draw(st.sampled_from(["anna", "bram", "chris", "ceo", "karin"]))
    return MessageFacts(
        MessageKey(name), draw(MOMENTS), PersonKey(who), who, ours=who == "karin", leadership=who == "ceo",
        bot=draw(st.integers(0, 9)) == 0, state=draw(st.sampled_from([MessageState.VISIBLE] * 4 + list(MessageState))),
        asks=draw(FLAG), thanks=draw(FLAG), mentions_us=draw(st.integers(0, 3)) == 0, answers_us=draw(FLAG),
        text_hash=draw(st.sampled_from(["x", "y"])), first_of_author=draw(FLAG),
        joined_at_ms=draw(st.none() | st.integers(MON - 40 * DAY, MON)), parent=draw(st.just("") | NAMES),
    )  # fmt: skip


@st.composite
def threads(draw: st.DrawFn) -> ThreadFacts:
    said = [draw(messages(f"m{n}")) for n in range(draw(st.integers(0, 7)))]
    reports = tuple(
        ReportFacts(f"r{n}", draw(NAMES), draw(MOMENTS), draw(st.sampled_from(ReportState)))
        for n in range(draw(st.integers(0, 3)))
    )
    facts = thread(
        *said, reports=reports, leadership=draw(FLAG), start_line_ms=draw(st.just(0) | MOMENTS),
        history_from_ms=draw(st.sampled_from([MON - 200 * DAY, MON])),
    )  # fmt: skip
    what = draw(st.none() | st.sampled_from([What.DONE, What.SNOOZE, What.ESCALATE, What.REOPEN]))
    if what is None:
        return facts
    at_ms = draw(MOMENTS)
    then = replace(facts, messages=[m._replace(text_hash="x") for m in said if m.posted_at_ms <= at_ms])
    return replace(facts, triage=decided(what, at_ms, then, draw(st.none() | NAMES), until_ms=draw(MOMENTS)))


@settings(max_examples=400, deadline=None)
@given(facts=threads(), now_ms=MOMENTS, mixed=st.randoms(use_true_random=False))
def test_the_order_in_which_messages_came_changes_nothing(facts: ThreadFacts, now_ms: int, mixed: Random) -> None:
    shuffled, reports = list(facts.messages), list(facts.reports)
    mixed.shuffle(shuffled)
    mixed.shuffle(reports)
    again = evaluate(replace(facts, messages=shuffled, reports=reports), POLICY, now_ms)
    assert again == evaluate(facts, POLICY, now_ms)


@settings(max_examples=400, deadline=None)
@given(facts=threads(), now_ms=MOMENTS, part=st.floats(0, 1))
def test_nothing_changes_before_the_next_stage(facts: ThreadFacts, now_ms: int, part: float) -> None:
    found = evaluate(facts, POLICY, now_ms)
    until_ms = (found.next_stage_at_ms or MON + 400 * DAY) - 1
    between_ms = now_ms + int((until_ms - now_ms) * part)
    assert now_ms <= until_ms
    for later_ms in (between_ms, until_ms):
        assert evaluate(facts, POLICY, later_ms) == found


@settings(max_examples=300, deadline=None)
@given(facts=threads(), now_ms=MOMENTS)
def test_stage_after_stage_comes_to_an_end(facts: ThreadFacts, now_ms: int) -> None:
    for _ in range(100):
        found = evaluate(facts, POLICY, now_ms)
        if found.next_stage_at_ms is None:
            return
        now_ms = found.next_stage_at_ms
    raise AssertionError("the stages never end")


@settings(max_examples=400, deadline=None)
@given(facts=threads(), now_ms=MOMENTS)
def test_every_thread_says_the_same_things_of_itself(facts: ThreadFacts, now_ms: int) -> None:
    found = evaluate(facts, POLICY, now_ms)
    kinds = [reason.kind for reason in found.reasons]
    about = {message.key for message in facts.messages} | {report.message for report in facts.reports}
    assert len(kinds) == len(set(kinds))
    assert [(r.level, r.due_at_ms) for r in found.reasons] == sorted((r.level, r.due_at_ms) for r in found.reasons)
    for reason in found.reasons:
        assert reason.message in about
        assert reason.count >= 1
        assert reason.due_at_ms >= reason.since_ms
    if found.state is TriageStatus.DONE:
        assert not found.reasons
    if facts.triage.status is TriageStatus.ESCALATED:
        assert found.state is TriageStatus.ESCALATED
    if facts.triage.status is TriageStatus.OPEN:
        assert found.state is TriageStatus.OPEN


@settings(max_examples=300, deadline=None)
@given(facts=threads(), now_ms=MOMENTS)
def test_before_the_start_line_only_what_cannot_wait_is_urgent(facts: ThreadFacts, now_ms: int) -> None:
    late = replace(facts, start_line_ms=MON + 13 * DAY)
    urgent = {reason.kind for reason in evaluate(late, POLICY, now_ms).reasons if reason.level < Level.CAN_WAIT}
    assert urgent <= {ReasonKind.REPORTED, ReasonKind.HELD, ReasonKind.EDITED}


@settings(max_examples=200, deadline=None)
@given(facts=threads())
def test_who_decides_with_all_before_them_is_done(facts: ThreadFacts) -> None:
    after_ms = MON + 13 * DAY
    done = replace(facts, triage=decided(What.DONE, after_ms, facts))
    assert evaluate(done, POLICY, after_ms) == Evaluation(TriageStatus.DONE, (), None)
