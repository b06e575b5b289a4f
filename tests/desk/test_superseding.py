"""Who judges a message anew isn't asked any more about what waited for them about it; taken back, it waits again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import outbox, replies, returning, undo, verdicts
from console.desk.seat import Decision
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import Kind, State
from console.domain.verdicts import Action, Judgement
from console.sentences.history import decision_said
from console.store.read import history
from console.store.read import outbox as outbox_rows
from console.store.read.history import Asked
from console.store.write import away, drafts, folding
from tests.desk.there import There, reported
from tests.houses import key

PRIVACY = (HousePolicy(1, "Privacy van cliënten"),)
HIDE, DELETE, KEEP = Judgement(Action.HIDE, PRIVACY), Judgement(Action.DELETE, PRIVACY), Judgement(Action.KEEP)
MESSAGE = MessageKey(key("message", "vraag"))
THREAD = ThreadKey(MESSAGE)


@pytest.fixture
def there(tmp_path: Path) -> There:
    return reported(tmp_path, "Onbeleefd")


def edited(there: There) -> None:
    there.world.edit("vraag", "Weet iemand het nu wel?", there.here.clock.now)
    there.pull()


def judge(there: There, judgement: Judgement) -> Decision:
    there.here.clock.forward(1000)
    return verdicts.give(there.here.desk, MESSAGE, judgement)


def in_conflict(there: There, judgement: Judgement = HIDE) -> Decision:
    given = judge(there, judgement)
    edited(there)
    there.deliver()
    assert {there.state(one) for one in given.intents} == {State.CONFLICT}
    return given


def for_you(there: There) -> int:
    return outbox_rows.counts(there.here.store).for_you


def said(there: There) -> list[str]:
    return [decision_said(row) for row in history.all_of(there.here.store, Asked())]


def shown(there: There) -> str:
    there.pull()
    return str(there.world.post("vraag")["state"])


@pytest.mark.parametrize("newer", [KEEP, HIDE, DELETE], ids=["keep", "hide", "delete"])
def test_a_newer_verdict_of_ones_own_leaves_nothing_older_waiting(there: There, newer: Judgement) -> None:
    older = in_conflict(there)
    judge(there, newer)
    assert for_you(there) == 0
    assert {there.state(one) for one in older.intents} == {State.WITHDRAWN}
    assert "superseded by a newer verdict" in said(there)[1], "the history says why it never left"
    assert "superseded" not in said(there)[0]
    there.deliver()
    assert shown(there) == {"keep": "visible", "hide": "hidden", "delete": "deleted"}[newer.action]
    assert for_you(there) == 0


@pytest.mark.parametrize("newer", [KEEP, HIDE, DELETE], ids=["keep", "hide", "delete"])
@pytest.mark.parametrize("left", [False, True], ids=["before it leaves", "after it left"])
def test_taking_the_newer_back_brings_the_older_back_as_it_was(there: There, newer: Judgement, *, left: bool) -> None:
    older = in_conflict(there)
    before = [there.intent(one) for one in older.intents]
    judge(there, newer)
    if left:
        there.deliver()
        there.pull()
    undo.undo(there.here.desk)
    assert [there.intent(one) for one in older.intents] == before
    for _turn in range(3):
        there.deliver()
    assert shown(there) == "visible", "what waits for a person is neither done nor wanted yet"
    assert for_you(there) == len(older.intents)
    assert "superseded" not in "".join(said(there))
    outbox.retry(there.here.desk, older.intents[-1].id)
    there.deliver()
    assert shown(there) == "hidden"


def test_what_comes_into_conflict_after_the_newer_one_never_waits(there: There) -> None:
    older = judge(there, HIDE)
    newer = judge(there, DELETE)
    edited(there)
    for _turn in range(2):
        there.deliver()
    assert {there.state(one) for one in older.intents} == {State.WITHDRAWN}
    waits = {row.intent.id for row in outbox_rows.intents(there.here.store)}
    assert waits == {one.id for one in newer.intents}, "the newer one is asked about, once"


def test_what_the_platform_did_not_do_no_longer_waits_either(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(there.adapter._world, "change", lambda post, **columns: None)  # type: ignore[attr-defined]
    older = judge(there, HIDE)
    for _turn in range(2):
        there.deliver()
    assert for_you(there) == 1
    judge(there, KEEP)
    assert for_you(there) == 0
    undo.undo(there.here.desk)
    assert State.FAILED in {there.state(one) for one in older.intents}


def test_a_colleagues_verdict_supersedes_nothing_of_ours(there: There) -> None:
    older = in_conflict(there)
    verdicts.give(replace(there.here.desk, moderator="Karin"), MESSAGE, KEEP)
    assert {there.state(one) for one in older.intents} == {State.CONFLICT}


def test_an_action_that_waits_is_superseded_and_an_answer_of_its_own_is_not(there: There) -> None:
    act = replies.act(there.here.desk, Kind.HIDE, THREAD, MESSAGE)
    answer = replies.reply(there.here.desk, THREAD, "Om negen uur.", MESSAGE)
    edited(there)
    there.deliver()
    assert for_you(there) == 2
    judge(there, KEEP)
    assert [there.state(one) for one in (*act.intents, *answer.intents)] == [State.WITHDRAWN, State.CONFLICT]


def test_the_letter_of_what_is_superseded_is_kept_as_a_draft_and_waits_again_with_it(there: There) -> None:
    older = in_conflict(there, replace(HIDE, to_author="Dit hoort hier niet."))
    letter = next(one for one in older.intents if one.kind is Kind.REPLY)
    judge(there, KEEP)
    kept = drafts.load(there.here.store, THREAD)
    assert kept is not None
    assert kept.text == "Dit hoort hier niet."
    undo.undo(there.here.desk)
    assert there.state(letter) is State.CONFLICT
    assert drafts.load(there.here.store, THREAD) is None
    judge(there, KEEP)
    drafts.save(there.here.store, THREAD, "reply", "Iets anders", over="Dit hoort hier niet.")
    undo.undo(there.here.desk)
    assert there.state(letter) is State.WITHDRAWN, "its words were used otherwise since"


def test_taken_up_again_it_is_superseded_again_in_any_order(there: There) -> None:
    older = in_conflict(there)
    newer = judge(there, KEEP)
    once = undo.undo(there.here.desk, newer.event)
    again = undo.undo(there.here.desk, once.decision.event)
    assert {there.state(one) for one in older.intents} == {State.WITHDRAWN}
    first = undo.undo(there.here.desk, older.event)
    undo.undo(there.here.desk, again.decision.event)
    assert for_you(there) == 0, "neither stands"
    undo.undo(there.here.desk, first.decision.event)
    assert {there.state(one) for one in older.intents} == {State.CONFLICT}
    folding.rebuild(there.here.store)
    assert for_you(there) == len(older.intents)


def test_mine_after_all_can_be_taken_back_and_asks_again(there: There) -> None:
    left_ms = there.here.clock.now
    older = in_conflict(there, replace(HIDE, to_author="Dit hoort hier niet."))
    away.came_back(there.here.store, older.intents[0].connection, left_ms)
    told = returning.look(there.here.desk)
    assert told is not None
    (item,) = told.waiting
    mine = returning.mine(there.here.desk, item)
    assert drafts.load(there.here.store, THREAD) is None, "the new one says it"
    undo.undo(there.here.desk, mine.event)
    told = returning.look(there.here.desk)
    assert told is not None
    assert [one.event.key for one in told.waiting] == [older.event]
    there.deliver()
    assert shown(there) == "visible"
    assert "Dit hoort hier niet." not in [row["body"] for row in there.world.posts("memory")]
