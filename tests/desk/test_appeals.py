"""An appeal opens a verdict again; somebody else is asked first; it is decided by a verdict, and undone as any decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import appeals, together, undo, verdicts
from console.desk.seat import Desk, Refused
from console.domain.conversation import MessageGone, MessageKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind
from console.domain.policy import ReasonKind
from console.domain.verdicts import Action, Judgement
from console.store.read import judged, queue, records, thread
from console.store.write import folding, judging
from tests.houses import NOW_MS, House, house, key

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)
HIDE = Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),))
DELETE = replace(HIDE, action=Action.DELETE)
KEEP = Judgement(Action.KEEP)
WORDS = "Er staat geen naam in, alleen een kamernummer."


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    made.say("vraag", "Kamer 12 was weer lastig.")
    made.report("r1", "vraag")
    return made


@pytest.fixture
def second(of: House) -> Desk:
    return replace(of.desk, moderator="Sanne")


def reasons(of: House) -> dict[ReasonKind, str]:
    row = queue.row(of.store, THREAD)
    assert row is not None
    return {reason.kind: reason.name for reason in row.reasons}


def appeal_of(of: House) -> judged.Appeal | None:
    found = judged.reported(of.store, MESSAGE)
    assert found is not None
    return found.appeal


def test_an_appeal_brings_a_hidden_message_back_to_the_review_with_its_authors_words(of: House) -> None:
    given = verdicts.give(of.desk, MESSAGE, HIDE)
    assert judged.waiting(of.store) == []
    appeals.appeal(of.desk, MESSAGE, f"  {WORDS} ", "Sanne")
    found = appeal_of(of)
    assert found is not None
    assert (found.text, found.asked, found.judged_by) == (WORDS, "Sanne", of.desk.moderator)
    waiting = judged.waiting(of.store)
    assert [(one.message, one.appealed, one.reports) for one in waiting] == [(MESSAGE, True, 0)]
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert (row.assignee, row.reports, row.state) == ("Sanne", 1, "open")
    assert reasons(of) == {ReasonKind.APPEALED: found.author}
    kept = judged.verdict_on(of.store, MESSAGE)
    assert kept is not None
    assert kept.key == given.event, "the first verdict stays in view"


def test_it_is_the_same_after_all_is_folded_and_worked_out_anew(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    appeals.appeal(of.desk, MESSAGE, WORDS, "Sanne")
    before = (appeal_of(of), judged.waiting(of.store), reasons(of))
    folding.catch_up(of.store)
    assert (appeal_of(of), judged.waiting(of.store), reasons(of)) == before
    folding.rebuild(of.store)
    judging.rebuild(of.store)
    assert (appeal_of(of), judged.waiting(of.store), reasons(of)) == before


def test_who_gave_the_verdict_is_asked_last_and_may_all_the_same(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    appeals.appeal(of.desk, MESSAGE, WORDS, "Sanne")
    with pytest.raises(Refused) as refused:
        verdicts.give(of.desk, MESSAGE, KEEP)
    assert (refused.value.code, refused.value.facts) == ("second_first", {"who": "Sanne"})
    assert appeal_of(of) is not None, "nothing was decided"
    assert not together.plan_together(of.desk, [MESSAGE], KEEP).plans, "not in bulk either"
    verdicts.give(of.desk, MESSAGE, KEEP, again=True)
    assert appeal_of(of) is None


@pytest.mark.parametrize("judgement", [KEEP, HIDE], ids=["granted", "turned down"])
def test_the_second_verdict_closes_the_appeal(of: House, second: Desk, judgement: Judgement) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    appeals.appeal(of.desk, MESSAGE, WORDS, "Sanne")
    verdicts.give(second, MESSAGE, judgement)
    assert appeal_of(of) is None
    assert judged.waiting(of.store) == []
    assert ReasonKind.APPEALED not in reasons(of)


def test_taking_the_second_verdict_back_opens_the_appeal_again_and_taking_that_back_closes_it(
    of: House, second: Desk
) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    opened = appeals.appeal(of.desk, MESSAGE, WORDS, "Sanne")
    verdicts.give(second, MESSAGE, KEEP)
    undo.undo(second)
    assert appeal_of(of) is not None
    undo.undo(of.desk, opened.event)
    assert appeal_of(of) is None
    assert judged.waiting(of.store) == []
    row = queue.row(of.store, THREAD)
    assert row is not None
    assert row.assignee == ""


def test_what_was_removed_can_be_appealed_against_and_comes_back_where_the_platform_can(
    of: House, second: Desk
) -> None:
    verdicts.give(of.desk, MESSAGE, DELETE)
    of.apply(MessageGone(MESSAGE, NOW_MS))
    assert judged.waiting(of.store) == []
    appeals.appeal(of.desk, MESSAGE, WORDS, "Sanne")
    assert [one.message for one in judged.waiting(of.store)] == [MESSAGE], "gone, and judged again all the same"
    assert ReasonKind.APPEALED in reasons(of)
    made = verdicts.plan(second, MESSAGE, KEEP)
    assert [step.kind for step in made.steps] in ([Kind.RESTORE], [])
    verdicts.give(second, MESSAGE, DELETE)
    assert judged.waiting(of.store) == []


def test_an_appeal_is_no_report_on_anybodys_record(of: House) -> None:
    verdicts.give(of.desk, MESSAGE, HIDE)
    author = judged.reported(of.store, MESSAGE)
    assert author is not None
    before = records.reporters_record(of.store, author.author, MESSAGE.partition(":")[0])
    appeals.appeal(of.desk, MESSAGE, WORDS)
    assert records.reporters_record(of.store, author.author, MESSAGE.partition(":")[0]) == before
    found = judged.reported(of.store, MESSAGE)
    assert found is not None
    assert author.author not in found.reporters
    assert "appeal" in [report.source for report in thread.reports_on(of.store, MESSAGE)]


def test_what_cant_be_appealed_against_is_said(of: House) -> None:
    def refused(text: str = WORDS, asked: str = "", message: MessageKey = MESSAGE) -> str:
        with pytest.raises(Refused) as found:
            appeals.appeal(of.desk, message, text, asked)
        return found.value.code

    assert refused() == "not_judged"
    verdicts.give(of.desk, MESSAGE, HIDE)
    assert refused(message=MessageKey("memory:x:message:none")) == "no_message"
    assert refused(text="  ") == "empty"
    assert refused(text="x" * 100_000) == "too_many_chars", "nobody's words are cut off"
    assert refused(asked=of.desk.moderator) == "same_person"
    appeals.appeal(of.desk, MESSAGE, WORDS)
    assert refused() == "appealed_already"
