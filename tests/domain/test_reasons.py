"""What each reason asks for, when it counts, and how the queue is ordered by it."""

from __future__ import annotations

import pytest

from console.domain.calendar import add_working
from console.domain.conversation import MessageState
from console.domain.policy import Level, Policy, ReasonKind, Target, default_targets
from console.domain.reasons import Evaluation, MessageFacts, Reason, evaluate
from tests.domain.threads import DAY, HOUR, MINUTE, MON, POLICY, ours, report, said, thread

NEW = {"first_of_author": True}


def reason_of(found: Evaluation, kind: ReasonKind) -> Reason:
    return next(reason for reason in found.reasons if reason.kind is kind)


@pytest.mark.parametrize(
    ("asked", "kind", "level", "within_min"),
    [
        (said("m0", MON, asks=True), "unanswered", Level.TODAY, 480),
        (said("m0", MON, mentions_us=True), "mention", Level.FIRST, 120),
        (said("m0", MON, answers_us=True), "reply_to_us", Level.TODAY, 480),
        (said("m0", MON, first_of_author=True, joined_at_ms=MON - DAY), "newcomer", Level.FIRST, 240),
        (said("m0", MON, state=MessageState.HELD), "held", Level.FIRST, 240),
    ],
)
def test_each_reason_has_its_level_and_its_moment(
    asked: MessageFacts, kind: str, level: Level, within_min: int
) -> None:
    reason = evaluate(thread(asked), POLICY, MON + MINUTE).reasons[0]
    assert (reason.kind, reason.message, reason.count, reason.since_ms) == (kind, "m0", 1, MON)
    assert (reason.level, reason.due_at_ms) == (level, MON + within_min * MINUTE)
    assert reason.name == "Anna"


def test_a_report_is_due_first_within_an_hour() -> None:
    found = evaluate(thread(said("m0", MON), reports=(report("r", "m0", MON + HOUR),)), POLICY, MON + 2 * HOUR)
    assert (found.level, found.due_at_ms) == (Level.FIRST, MON + 2 * HOUR)


def test_a_comment_on_the_leaderships_post_is_for_today_and_their_own_words_are_none() -> None:
    post = said("m0", MON, "ceo", leadership=True)
    comment, answer = said("m1", MON + HOUR, "bram"), said("m2", MON + 2 * HOUR, "ceo", leadership=True)
    assert not evaluate(thread(post, leadership=True), POLICY, MON).reasons
    assert not evaluate(thread(post, comment), POLICY, MON).reasons
    reason = evaluate(thread(post, comment, answer, leadership=True), POLICY, MON + 2 * HOUR).reasons[0]
    assert (reason.kind, reason.message, reason.count, reason.level) == ("leadership", "m1", 1, Level.TODAY)
    assert not evaluate(thread(post, comment, ours("m2", MON + 2 * HOUR), leadership=True), POLICY, MON).reasons


def test_one_reason_a_kind_counts_all_it_stands_for() -> None:
    held = [said(f"m{n}", MON + n * MINUTE, state=MessageState.HELD) for n in range(12)]
    found = evaluate(thread(*held), POLICY, MON + HOUR)
    assert [(r.kind, r.count, r.message, r.since_ms) for r in found.reasons] == [("held", 12, "m0", MON)]


def test_a_held_question_asks_nothing_of_readers_yet() -> None:
    held = said("m0", MON, asks=True, mentions_us=True, state=MessageState.HELD, **NEW, joined_at_ms=MON)
    assert [r.kind for r in evaluate(thread(held), POLICY, MON).reasons] == ["held"]


# unanswered
def test_a_statement_nobody_answers_is_not_unanswered() -> None:
    assert not evaluate(thread(said("m0", MON)), POLICY, MON + 9 * DAY).reasons


def test_who_asks_again_has_waited_since_the_first_time() -> None:
    again = said("m1", MON + DAY, asks=True)
    reason = evaluate(thread(said("m0", MON, asks=True), again), POLICY, MON + DAY).reasons[0]
    assert (reason.message, reason.since_ms, reason.count) == ("m0", MON, 2)


def test_an_unanswered_question_comes_first_after_three_working_days() -> None:
    asked = thread(said("m0", MON, asks=True))
    on_thursday = MON + 3 * DAY
    assert evaluate(asked, POLICY, MON).next_stage_at_ms == on_thursday
    assert evaluate(asked, POLICY, on_thursday - 1).level is Level.TODAY
    assert evaluate(asked, POLICY, on_thursday).level is Level.FIRST
    assert evaluate(asked, POLICY, on_thursday).next_stage_at_ms is None


def test_three_working_days_pass_over_a_weekend() -> None:
    on_friday = MON + 4 * DAY
    assert evaluate(thread(said("m0", on_friday, asks=True)), POLICY, on_friday).next_stage_at_ms == MON + 9 * DAY


def unanswered(*messages: MessageFacts) -> list[tuple[str, bool]]:
    """What waits for an answer in a thread that opens with a statement, and whether a colleague's answer softened it."""
    found = evaluate(thread(said("m0", MON), *messages), POLICY, MON + 4 * HOUR)
    return [(r.message, r.softened) for r in found.reasons if r.kind is ReasonKind.UNANSWERED]


@pytest.mark.parametrize(("parent", "softened"), [
    ("", True),  # nobody knows what it answers
    ("m0", True),  # beneath the opening, as people answer anything
    ("m2", True),
    ("m3", True),  # an answer to an answer
    ("m1", False),
    ("gone", False),  # under something that was taken away, or that we may not see
])  # fmt: skip
def test_what_stands_under_another_comment_answers_no_question_elsewhere(parent: str, softened: bool) -> None:
    other, question = said("m1", MON + MINUTE, "bram"), said("m2", MON + HOUR, asks=True, parent="m0")
    more = said("m3", MON + 2 * HOUR, parent="m2")
    answer = said("m4", MON + 3 * HOUR, "chris", parent=parent)
    assert unanswered(other, question, more, answer) == [("m2", softened)]


def test_an_answer_under_another_comment_still_answers_the_opening() -> None:
    asked = said("m0", MON, asks=True)
    other, answer = said("m1", MON + HOUR, "bram", thanks=True), said("m2", MON + HOUR + 1, "chris", parent="m1")
    found = evaluate(thread(asked, other, answer), POLICY, MON + 2 * HOUR)
    assert [(r.message, r.softened) for r in found.reasons] == [("m0", True)]


def test_a_question_asked_elsewhere_takes_no_answer_back() -> None:
    first, second = said("m1", MON + MINUTE, asks=True, parent="m0"), said("m2", MON + HOUR, "dina", parent="m0")
    answer = said("m3", MON + HOUR + 1, "bram", parent="m1")
    elsewhere = said("m4", MON + 2 * HOUR, "emma", asks=True, parent="m2")
    assert unanswered(first, second, answer, elsewhere) == [("m4", False)]
    reason = reason_of(
        evaluate(thread(said("m0", MON), first, second, answer, elsewhere), POLICY, MON + 3 * HOUR),
        ReasonKind.UNANSWERED,
    )
    assert reason.count == 1


def test_comments_that_answer_each_other_in_a_circle_are_looked_at_all_the_same() -> None:
    one, other = said("m1", MON + MINUTE, asks=True, parent="m2"), said("m2", MON + HOUR, "bram", parent="m1")
    assert unanswered(one, other) == [("m1", True)]


# newcomers
def test_the_platforms_join_date_says_who_is_new() -> None:
    joined = said("m0", MON, **NEW, joined_at_ms=MON - 29 * DAY)
    assert evaluate(thread(joined), POLICY, MON).reasons
    long_ago = said("m0", MON, **NEW, joined_at_ms=MON - 31 * DAY)
    assert not evaluate(thread(long_ago, history_from_ms=MON - 300 * DAY), POLICY, MON).reasons


@pytest.mark.parametrize(("history_days", "new"), [(89, False), (90, True)])
def test_without_a_join_date_enough_history_must_be_held(history_days: int, new: bool) -> None:
    facts = thread(said("m0", MON, **NEW), history_from_ms=MON - history_days * DAY)
    assert bool(evaluate(facts, POLICY, MON).reasons) is new


def test_nobody_stays_a_newcomer() -> None:
    facts = thread(said("m0", MON, **NEW), history_from_ms=MON - 200 * DAY)
    found = evaluate(facts, POLICY, MON + 30 * DAY - 1)
    assert (found.reasons[0].kind, found.next_stage_at_ms) == ("newcomer", MON + 30 * DAY)
    assert not evaluate(facts, POLICY, MON + 30 * DAY).reasons


def test_a_second_message_and_the_leaderships_first_are_no_newcomers() -> None:
    assert not evaluate(thread(said("m0", MON, joined_at_ms=MON)), POLICY, MON).reasons
    assert not evaluate(thread(said("m0", MON, **NEW, joined_at_ms=MON, leadership=True)), POLICY, MON).reasons


# the start line
@pytest.mark.parametrize("facts", [
    {"asks": True}, {"mentions_us": True}, {"answers_us": True}, {**NEW, "joined_at_ms": MON},
])  # fmt: skip
def test_what_was_said_before_the_start_line_can_wait(facts: dict[str, bool]) -> None:
    asked = said("m0", MON, **facts)
    before = evaluate(thread(asked, start_line_ms=MON + 1), POLICY, MON + 9 * DAY)
    assert before.reasons
    assert {reason.level for reason in before.reasons} == {Level.CAN_WAIT}
    assert evaluate(thread(asked, start_line_ms=MON), POLICY, MON + HOUR).level is not Level.CAN_WAIT


def test_reports_and_held_comments_count_also_before_the_start_line() -> None:
    held = said("m0", MON, state=MessageState.HELD)
    facts = thread(held, said("m1", MON), reports=(report("r", "m1", MON),), start_line_ms=MON + DAY)
    assert [(r.kind, r.level) for r in evaluate(facts, POLICY, MON + DAY).reasons] == [
        ("reported", Level.FIRST), ("held", Level.FIRST),
    ]  # fmt: skip


def test_what_came_after_the_start_line_is_not_held_back_by_what_came_before() -> None:
    old, new = said("m1", MON, "bram"), said("m2", MON + 2 * DAY, "chris")
    facts = thread(said("m0", MON - DAY, "ceo", leadership=True), old, new, leadership=True, start_line_ms=MON + DAY)
    reason = reason_of(evaluate(facts, POLICY, MON + 2 * DAY), ReasonKind.LEADERSHIP)
    assert (reason.level, reason.message, reason.since_ms, reason.count) == (Level.TODAY, "m2", MON + 2 * DAY, 2)


# order
def test_the_most_urgent_reason_stands_first_and_gives_level_and_due() -> None:
    facts = thread(
        said("m0", MON, asks=True), said("m1", MON + HOUR, "bram", mentions_us=True),
        reports=(report("r", "m0", MON + 3 * HOUR),),
    )  # fmt: skip
    found = evaluate(facts, POLICY, MON + 4 * HOUR)
    assert [r.kind for r in found.reasons] == ["mention", "reported", "unanswered"]
    assert (found.level, found.due_at_ms) == (Level.FIRST, MON + 3 * HOUR)


def test_reasons_due_at_one_moment_stand_in_the_order_of_their_kinds() -> None:
    same = Policy(targets={kind: Target(Level.TODAY, 60) for kind in ReasonKind})
    facts = thread(
        said("m0", MON, asks=True, mentions_us=True, answers_us=True, **NEW, joined_at_ms=MON),
        said("m1", MON, state=MessageState.HELD), reports=(report("r", "m0", MON),),
    )  # fmt: skip
    assert [r.kind.value for r in evaluate(facts, same, MON).reasons] == [
        "reported", "held", "mention", "reply_to_us", "newcomer", "unanswered",
    ]  # fmt: skip


def test_every_kind_has_a_target_of_its_own() -> None:
    assert set(default_targets()) == set(ReasonKind)


def test_targets_run_in_working_hours_only() -> None:
    on_friday_evening = MON + 4 * DAY + 10 * HOUR
    found = evaluate(thread(said("m0", on_friday_evening, mentions_us=True)), POLICY, on_friday_evening)
    assert found.due_at_ms == add_working(POLICY.hours, on_friday_evening, 120) == MON + 7 * DAY + 90 * MINUTE


# who we are
def test_a_name_that_means_us_is_found_as_a_whole_word() -> None:
    policy = Policy(mentions=("@communicatie", "Team Web"))
    assert policy.mentioned_in("Kan @Communicatie hier naar kijken?")
    assert policy.mentioned_in("vraag het team web.")
    assert not policy.mentioned_in("@communicatieplan ligt klaar")
    assert not policy.mentioned_in("team webshop")
    assert not Policy().mentioned_in("@communicatie")
