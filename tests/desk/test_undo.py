"""Taking back: within the undo time nothing leaves, later it is a decision of its own, and a sent reply stays."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from console.desk import by_hand, pasting, replies, triage, undo
from console.desk import outbox as person
from console.desk.seat import Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Intent, Kind, On, State
from console.domain.platform import Performed, Unreachable
from console.domain.triage import TriageEvent
from console.store.read import outbox, queue
from console.store.write import drafts, intents
from tests.desk.there import There
from tests.houses import house, key, world_with

THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)


@pytest.fixture
def there(tmp_path: Path) -> There:
    here = house(tmp_path)
    world, _plain = world_with(str(tmp_path / "world.db"), here.clock)
    return There(here, world, tmp_path, settle_scale=1)


def on_the_platform(there: There) -> str:
    return str(there.world.post("vraag")["state"])


def hide(there: There) -> Intent:
    return replies.act(there.here.desk, Kind.HIDE, THREAD, MESSAGE).intents[0]


def replied(there: There) -> Intent:
    return replies.reply(there.here.desk, THREAD, "Om half negen.").intents[0]


def draft(there: There) -> str:
    found = drafts.load(there.here.store, THREAD, "reply")
    return found.text if found else ""


def test_an_action_taken_back_in_time_never_leaves(there: There) -> None:
    intent = hide(there)
    undo.undo(there.here.desk)
    there.deliver()
    assert there.state(intent) is State.WITHDRAWN
    assert on_the_platform(there) == "visible"


def test_a_reply_taken_back_in_time_comes_back_as_words(there: There) -> None:
    intent = replied(there)
    undone = undo.undo(there.here.desk)
    there.deliver()
    assert (there.state(intent), undone.restored, draft(there)) == (State.WITHDRAWN, "Om half negen.", "Om half negen.")
    assert len(there.world.posts("memory")) == 1


def test_later_it_is_undone_on_the_platform_too(there: There) -> None:
    hide(there)
    there.deliver()
    there.pull()
    assert on_the_platform(there) == "hidden"
    inverse = undo.undo(there.here.desk).decision.intents[0]
    assert inverse.kind is Kind.UNHIDE
    there.deliver()
    assert (there.state(inverse), on_the_platform(there)) == (State.SENT, "visible")


def test_it_is_a_conflict_when_a_colleague_did_something_since(there: There) -> None:
    hide(there)
    there.deliver()
    there.world.change("vraag", state="deleted")
    there.pull()
    inverse = undo.undo(there.here.desk).decision.intents[0]
    there.deliver()
    assert there.state(inverse) is State.CONFLICT
    assert on_the_platform(there) == "deleted"


def loses_the_answer(there: There, monkeypatch: pytest.MonkeyPatch, *, arrived: bool) -> list[Kind]:
    """The line breaks at the first request, before or after the platform did its work. What was asked, in order."""
    performed: list[Kind] = []
    real = there.adapter.perform

    async def perform(intent: Intent) -> Performed:
        performed.append(intent.kind)
        if len(performed) > 1:
            return await real(intent)
        if arrived:
            await real(intent)
        raise Unreachable

    monkeypatch.setattr(there.adapter, "perform", perform)
    return performed


@pytest.mark.parametrize("arrived", [True, False], ids=["it arrived", "it did not"])
def test_while_nobody_knows_whether_it_arrived_taking_back_waits(
    there: There, monkeypatch: pytest.MonkeyPatch, arrived: bool
) -> None:
    performed = loses_the_answer(there, monkeypatch, arrived=arrived)
    intent = hide(there)
    there.deliver()
    assert there.state(intent) is State.UNCERTAIN
    if not arrived:
        there.deliver(0)
        assert there.state(intent) is State.UNCERTAIN, "a look so soon proves nothing"
    undone = undo.undo(there.here.desk)
    assert undone.waits
    there.deliver(0)
    if not arrived:
        assert performed == [Kind.HIDE], "first the outcome, then what takes it back"
    for _turn in range(4):
        there.deliver(3_000)
    assert performed == ([Kind.HIDE] if arrived else [Kind.HIDE, Kind.HIDE]) + [Kind.UNHIDE]
    assert there.state(undone.decision.intents[0]) is State.SENT
    assert on_the_platform(there) == "visible"


def test_a_later_reply_does_not_overtake_one_that_is_looked_for(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    performed = loses_the_answer(there, monkeypatch, arrived=False)
    replied(there)
    there.deliver()
    there.deliver(0)
    replies.reply(there.here.desk, THREAD, "En om negen uur ook.", undo=False)
    there.deliver(0)
    assert performed == [Kind.REPLY]
    assert intents.next_due_ms(there.here.store, there.delivery._connection) == there.here.clock.now + 2_000
    for _turn in range(4):
        there.deliver(3_000)
    said = [post["body"] for post in there.world.posts("memory") if post["mark"]]
    assert said == ["Om half negen.", "En om negen uur ook."]


def test_what_asks_a_person_holds_up_its_own_taking_back_and_nothing_else(there: There) -> None:
    intent = hide(there)
    intents.move(there.here.store, intent.id, On.DUE)
    intents.move(there.here.store, intent.id, On.ANSWER_LOST)
    intents.move(there.here.store, intent.id, On.CANT_TELL, asks=True)
    inverse = undo.undo(there.here.desk).decision.intents[0]
    other = replied(there)
    there.deliver()
    assert (there.state(inverse), there.state(other)) == (State.QUEUED, State.SENT)
    person.says_sent(there.here.desk, intent.id)
    there.deliver()
    assert there.state(inverse) is State.SENT


def test_a_sent_reply_stays_and_says_when_it_was_sent(there: There) -> None:
    intent = replied(there)
    there.deliver()
    undone = undo.undo(there.here.desk)
    assert undone.sent_at_ms == there.intent(intent).sent_at_ms == there.here.clock.now
    assert not undone.decision.intents
    there.deliver()
    assert [post["state"] for post in there.world.posts("memory")] == ["visible", "visible"]


def test_a_reply_that_is_being_sent_is_not_said_to_be_sent(there: There) -> None:
    intent = replied(there)
    intents.move(there.here.store, intent.id, On.DUE)
    undone = undo.undo(there.here.desk)
    assert (undone.waits, undone.sent_at_ms, undone.restored) == (True, None, "")
    assert not draft(there)


def test_what_leaves_in_the_same_instant_is_not_said_to_be_taken_back(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The collector takes it while we begin to take it back."""
    intent = replied(there)
    real = pasting.follow

    def followed(desk: Desk, event: TriageEvent) -> bool:
        intents.move(there.here.store, intent.id, On.DUE)
        return real(desk, event)

    monkeypatch.setattr(pasting, "follow", followed)
    undone = undo.undo(there.here.desk)
    assert (undone.waits, undone.restored) == (True, "")
    assert there.state(intent) is State.SENDING
    assert not draft(there)


def test_a_crash_while_taking_back_leaves_all_of_it_as_it_was(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    intent = replied(there)
    real = undo.write

    def crashes(*args: Any) -> object:
        real(*args)
        assert there.here.store.ledger.exec_driver_sql("SELECT state FROM intent").scalar_one() == "withdrawn"
        raise KeyboardInterrupt

    monkeypatch.setattr(undo, "write", crashes)
    with pytest.raises(KeyboardInterrupt):
        undo.undo(there.here.desk)
    assert (there.state(intent), draft(there)) == (State.QUEUED, "")
    assert undo.undoable(there.here.desk) is not None


# --- taking a taking back back


def again(there: There) -> undo.Undone:
    """Take back the newest taking back that stands."""
    found = there.here.store.read(
        "SELECT key FROM event WHERE what = 'undo' AND key NOT IN (SELECT event FROM undone) ORDER BY hlc DESC LIMIT 1"
    )
    return undo.undo(there.here.desk, found[0]["key"])


def test_what_never_left_leaves_after_all_when_its_taking_back_is_taken_back(there: There) -> None:
    hide(there)
    undo.undo(there.here.desk)
    there.deliver()
    assert on_the_platform(there) == "visible"
    assert [intent.kind for intent in again(there).decision.intents] == [Kind.HIDE]
    there.deliver()
    assert on_the_platform(there) == "hidden"
    assert undo.undoable(there.here.desk) is not None


def test_what_was_undone_on_the_platform_is_done_there_again(there: There) -> None:
    hide(there)
    there.deliver()
    there.pull()
    for expected in ("visible", "hidden", "visible", "hidden"):
        if expected == "visible":
            undo.undo(there.here.desk)
        else:
            again(there)
        there.deliver()
        there.pull()
        assert on_the_platform(there) == expected


def test_an_inverse_that_has_not_left_is_simply_not_sent(there: There) -> None:
    hide(there)
    there.deliver()
    there.pull()
    inverse = undo.undo(there.here.desk).decision.intents[0]
    assert again(there).decision.intents == ()
    assert there.state(inverse) is State.WITHDRAWN
    undo.undo(there.here.desk)
    there.deliver()
    assert on_the_platform(there) == "visible", "taken back once more, it is undone once"


def test_a_reply_is_sent_again_while_its_words_lie_there_still(there: There) -> None:
    replied(there)
    undo.undo(there.here.desk)
    assert draft(there) == "Om half negen."
    assert again(there).left_out == ()
    assert not draft(there)
    there.deliver()
    assert [post["body"] for post in there.world.posts("memory")][1:] == ["Om half negen."]


def test_a_reply_whose_words_went_another_way_is_not_sent_twice(there: There) -> None:
    replied(there)
    taken_back = undo.undo(there.here.desk).decision.event
    replied(there)
    undone = undo.undo(there.here.desk, taken_back)
    there.deliver()
    assert ([one.text for one in undone.left_out], undone.decision.intents) == (["Om half negen."], ())
    assert [post["body"] for post in there.world.posts("memory")][1:] == ["Om half negen."]


def test_what_a_person_dropped_themselves_does_not_come_back_with_it(there: There) -> None:
    intent = hide(there)
    intents.move(there.here.store, intent.id, On.TAKE_BACK)
    undo.undo(there.here.desk)
    assert again(there).decision.intents == ()


def test_done_again_it_is_a_conflict_when_the_message_reads_otherwise(there: There) -> None:
    hide(there)
    undo.undo(there.here.desk)
    there.world.change("vraag", body="Er stond iets anders.")
    there.pull()
    (intent,) = again(there).decision.intents
    there.deliver()
    assert there.state(intent) is State.CONFLICT


def test_several_threads_decided_on_at_once_are_taken_back_and_put_back_as_one(tmp_path: Path) -> None:
    of = house(tmp_path)
    keys = [of.say(f"m{n}", "Weet iemand dit?") for n in range(3)]
    made = triage.tag(of.desk, keys, ["bus", "weg"])
    assert len(made) == 6
    alone = undo.undo(of.desk, triage.done(of.desk, keys[:1])[0].event)
    assert alone.count == 1
    undone = undo.undo(of.desk)
    assert undone.count == 6
    assert [row.tags for row in queue.page(of.store, queue.View("all"))[0]] == [()] * 3
    undo.undo(of.desk, undone.decision.event)
    assert [row.tags for row in queue.page(of.store, queue.View("all"))[0]] == [("bus", "weg")] * 3
    undo.undo(of.desk)
    assert [row.tags for row in queue.page(of.store, queue.View("all"))[0]] == [()] * 3
    with pytest.raises(Refused, match="nothing_to_undo"):
        undo.undo(of.desk)


def test_one_decision_with_several_effects_is_taken_back_as_one(there: There) -> None:
    for name in ("a", "b"):
        there.world.say(name, "plein", "fatma", there.here.clock.now, f"Wacht {name}", answers="vraag", state="held")
    there.pull()
    decision = replies.approve_all(there.here.desk, THREAD)
    assert len(decision.intents) == 2
    undo.undo(there.here.desk)
    assert {there.state(intent) for intent in decision.intents} == {State.WITHDRAWN}
    assert outbox.intents(there.here.store) == []


def test_taking_back_by_hand_is_by_hand_too(there: There) -> None:
    there.here.store.cache.exec_driver_sql(
        'UPDATE space SET capabilities = replace(replace(capabilities, \'"hide": "api"\', \'"hide": "handoff"\'),'
        ' \'"unhide": "api"\', \'"unhide": "handoff"\')'
    )
    intent = hide(there)
    assert there.state(intent) is State.HANDOFF
    by_hand.placed(there.here.desk, intent.id)
    inverse = undo.undo(there.here.desk).decision.intents[0]
    assert (inverse.kind, there.state(inverse)) == (Kind.UNHIDE, State.HANDOFF)


def test_it_goes_per_person_and_never_over_a_colleagues_later_decision(there: There) -> None:
    karin = Desk(there.here.store, "Karin", 10_000)
    triage.assign(there.here.desk, [THREAD], "Noor")
    mine = triage.tag(there.here.desk, [THREAD], ["bus"])[0].event
    triage.assign(karin, [THREAD], "Karin")
    with pytest.raises(Refused) as refused:
        undo.undo(karin, mine)
    assert refused.value.code == "not_yours"
    assert undo.undo(there.here.desk).undid.key == mine
    undo.undo(there.here.desk)
    assert shown(there) == {"assignee": "Karin", "tags": ()}
    with pytest.raises(Refused) as refused:
        undo.undo(there.here.desk)
    assert refused.value.code == "nothing_to_undo"
    with pytest.raises(Refused) as refused:
        undo.undo(there.here.desk, mine)
    assert refused.value.code == "already_undone"


def shown(there: There) -> Mapping[str, object]:
    row = queue.row(there.here.store, THREAD)
    assert row is not None
    return {"assignee": row.assignee, "tags": row.tags}


def test_it_can_be_taken_back_tomorrow_after_a_restart(there: There) -> None:
    triage.done(there.here.desk, [THREAD])
    there.here.clock.forward(86_400_000)
    there.here.store.close()
    assert undo.undo(there.here.desk).undid.what.value == "done"
    row = queue.row(there.here.store, THREAD)
    assert row is not None
    assert row.state == "open"
