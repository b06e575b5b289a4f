"""What a person finishes in the browser: it waits until they say so or the platform shows it, and is never forgotten."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.desk import by_hand, drafts, replies, undo
from console.desk import outbox as verbs
from console.desk.seat import Refused
from console.domain.conversation import MessageKey, MessageState, Space, Thread, ThreadKey
from console.domain.outbox import Intent, Kind, NotPossible, State
from console.domain.platform import capabilities
from console.store.preparing import prepare
from console.store.read import outbox, queue
from console.store.read.thread import messages, pending_reports
from console.store.write import connections, folding, handoffs
from tests.houses import CONNECTION, DAY_MS, HOUR_MS, NOW_MS, SPACE, House, house, key, said

LONG = "Dank voor je vraag. We zoeken het vandaag uit en je hoort het uiterlijk morgen voor twaalven."
EVERYTHING = dict.fromkeys(
    ("reply", "edit", "approve", "hold", "hide", "unhide", "delete", "lock", "unlock", "pin", "settle"), "handoff"
)


@pytest.fixture
def here(tmp_path: Path) -> House:
    """A platform on which everything is done by hand, with a question."""
    made = house(tmp_path)
    connections.put_spaces(made.store, CONNECTION, [(Space(SPACE, "plein", "Het plein"), capabilities(**EVERYTHING))])
    made.say("vraag", "Hoe laat gaat de bus?")
    return made


def answer(here: House, text: str = LONG) -> Intent:
    return replies.reply(here.desk, ThreadKey(key("message", "vraag")), text).intents[0]


def act(here: House, kind: Kind) -> Intent:
    message = None if kind in replies.ABOUT_THREADS else MessageKey(key("message", "vraag"))
    return replies.act(here.desk, kind, ThreadKey(key("message", "vraag")), message).intents[0]


def now(here: House, intent: Intent) -> Intent:
    row = outbox.intent(here.store, intent.id)
    assert row is not None
    return row.intent


def shows(here: House, name: str, text: str, by: str = "us", **more: object) -> None:
    """A page shows a message in the thread, said now; and what it settles is settled."""
    here.clock.forward(1_000)
    threads = here.apply(*said(name, text, by=by, at_ms=here.clock.now, root="vraag", **more))  # type: ignore[arg-type]
    handoffs.settle(here.store, threads)


def test_it_waits_for_its_person_and_is_counted(here: House) -> None:
    intent = answer(here)
    assert intent.state is State.HANDOFF
    assert outbox.counts(here.store).for_you == 1
    assert [row.intent.id for row in by_hand.waiting(here.desk)] == [intent.id]


def test_only_what_another_window_did_not_open_since_is_opened(here: House) -> None:
    intent = answer(here)
    by_hand.opened(here.desk, intent.id, None)
    with pytest.raises(Refused, match="opened_already"):
        by_hand.opened(here.desk, intent.id, None)
    assert by_hand.opened(here.desk, intent.id, now(here, intent).last_byte_at_ms).attempts == 2


def test_what_ended_is_not_opened(here: House) -> None:
    intent = answer(here)
    shows(here, "ons", LONG)
    with pytest.raises(NotPossible):
        by_hand.opened(here.desk, intent.id, None)


def test_a_page_that_shows_the_reply_settles_it(here: House) -> None:
    intent = answer(here)
    shows(here, "ons", LONG.replace(" ", "\n  "))
    assert (now(here, intent).state, now(here, intent).remote_message) == (State.SENT, key("message", "ons"))
    assert sum(message.text.startswith("Dank") for message in messages(here.store, 1)) == 1, "it is shown once"


@pytest.mark.parametrize(
    ("shown", "by", "then"),
    [
        (LONG[:60] + "…", "us", "sent"), (LONG[:39], "us", "handoff"), (LONG, "fatma", "asks"),
        ("Dank je wel!", "fatma", "handoff"), ("Heel iets anders.", "us", "handoff"),
        (LONG.replace("vandaag", "meteen"), "us", "asks"), (LONG.replace("vandaag", "meteen"), "fatma", "handoff"),
    ],
)  # fmt: skip
def test_what_is_not_certain_is_asked_and_what_is_something_else_is_not(
    here: House, shown: str, by: str, then: str
) -> None:
    intent = answer(here)
    shows(here, "daar", shown, by)
    found = now(here, intent)
    assert ("asks" if found.asks else found.state.value) == then


@pytest.mark.parametrize(("text", "then"), [(LONG, "sent"), ("Dank je wel!", "asks")])
def test_where_nobody_knows_our_name_the_words_say_it_if_there_are_enough(here: House, text: str, then: str) -> None:
    with here.store.writing(here.store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET account = 'mail:post:user:us', us = ''")
    intent = answer(here, text)
    shows(here, "daar", text, "noor")
    found = now(here, intent)
    assert ("asks" if found.asks else found.state.value) == then


def test_the_same_words_said_before_are_not_it(here: House) -> None:
    here.apply(*said("eerder", LONG, by="us", at_ms=here.clock.now - 60_000, root="vraag"))
    intent = answer(here)
    handoffs.settle(here.store)
    assert now(here, intent).state is State.HANDOFF
    here.apply(*said("veel eerder", LONG, by="us", at_ms=here.clock.now - HOUR_MS, root="vraag"))
    handoffs.settle(here.store)
    assert now(here, intent).state is State.HANDOFF, "an export may bring what was said long ago"


def test_one_message_is_one_reply(here: House) -> None:
    first, second = answer(here), answer(here)
    by_hand.opened(here.desk, second.id, None)
    shows(here, "een", LONG)
    assert (now(here, first).state, now(here, second).state) == (State.HANDOFF, State.SENT), "the one that was opened"
    shows(here, "twee", LONG)
    assert (now(here, first).state, now(here, first).remote_message) == (State.SENT, key("message", "twee"))


def test_of_the_same_words_the_message_goes_to_what_it_answers(here: House) -> None:
    here.say("nog een", "En terug?", root="vraag", answers="vraag", ago_ms=60_000)
    answer(here)
    second = replies.reply(here.desk, ThreadKey(key("message", "vraag")), LONG, MessageKey(key("message", "nog een")))
    shows(here, "ons", LONG, answers="nog een")
    assert now(here, second.intents[0]).state is State.SENT


def test_what_looks_like_it_is_claimed_or_denied_once(here: House) -> None:
    intent = answer(here)
    shows(here, "daar", LONG.replace("vandaag", "meteen"))
    row = outbox.intent(here.store, intent.id)
    assert row is not None
    assert row.like is not None
    assert row.like.key == key("message", "daar")
    by_hand.not_it(here.desk, intent.id)
    handoffs.settle(here.store)
    assert not now(here, intent).asks, "it was asked"
    shows(here, "weer", LONG.replace("vandaag", "direct"))
    placed = by_hand.placed(here.desk, intent.id)
    assert (placed.state, placed.remote_message) == (State.SENT, key("message", "weer"))
    assert not placed.placed_by_hand, "the platform shows it"


def test_what_looked_like_it_and_went_is_asked_about_no_longer(here: House) -> None:
    intent = answer(here)
    shows(here, "daar", LONG.replace("vandaag", "meteen"))
    here.apply(*said("daar", "", by="us", at_ms=here.clock.now, root="vraag", state=MessageState.DELETED))
    handoffs.settle(here.store)
    assert (now(here, intent).asks, now(here, intent).remote_message) == (False, "")


def test_placed_by_hand_it_counts_as_our_answer_though_the_platform_never_shows_it(here: House) -> None:
    intent = answer(here)
    folding.catch_up(here.store)
    assert _reasons(here) == ["unanswered"]
    by_hand.opened(here.desk, intent.id, None)
    by_hand.placed(here.desk, intent.id)
    assert _reasons(here) == []
    folding.catch_up(here.store)
    assert _reasons(here) == []
    assert messages(here.store, 1)[-1].text == LONG
    shows(here, "ons", LONG)
    assert now(here, intent).remote_message == key("message", "ons"), "shown after all, it is the same one"
    assert [message.text for message in messages(here.store, 1)].count(LONG) == 1
    assert answer(here).state is State.HANDOFF


def _reasons(here: House) -> list[str]:
    row = queue.row(here.store, key("message", "vraag"))
    assert row is not None
    return [reason.kind.value for reason in row.reasons]


def test_approved_by_hand_it_no_longer_waits_until_the_platform_says_otherwise(here: House) -> None:
    held = said("wacht", "Mag dit?", at_ms=here.clock.now, root="vraag", state=MessageState.HELD)
    here.apply(*held)
    thread, message = ThreadKey(key("message", "vraag")), MessageKey(key("message", "wacht"))
    intent = replies.act(here.desk, Kind.APPROVE, thread, message).intents[0]
    assert "held" in _reasons(here), "nothing is done yet"
    by_hand.placed(here.desk, intent.id)
    for _again in range(2):
        assert "held" not in _reasons(here)
        assert replies.held_messages(here.desk, thread) == []
        folding.catch_up(here.store)
    by_hand.word_back(here.desk, intent.id)
    assert replies.held_messages(here.desk, thread) == [message]


@pytest.mark.parametrize(
    ("kind", "state", "then"),
    [(Kind.HIDE, MessageState.HIDDEN, "sent"), (Kind.HIDE, MessageState.DELETED, "sent"),
     (Kind.DELETE, MessageState.DELETED, "sent"), (Kind.DELETE, MessageState.HIDDEN, "handoff"),
     (Kind.HIDE, MessageState.VISIBLE, "handoff")],
)  # fmt: skip
def test_a_page_that_shows_what_was_done_settles_it(here: House, kind: Kind, state: MessageState, then: str) -> None:
    intent = act(here, kind)
    handoffs.settle(here.store, here.apply(*said("vraag", "Hoe laat?", at_ms=NOW_MS - HOUR_MS, state=state)))
    assert now(here, intent).state.value == then


def test_a_thread_that_is_closed_there_settles_its_closing(here: House) -> None:
    intent = act(here, Kind.LOCK)
    thread = ThreadKey(key("message", "vraag"))
    handoffs.settle(here.store, here.apply(Thread(thread, SPACE, "Over vraag", locked=True)))
    assert now(here, intent).state is State.SENT


def test_reports_that_were_settled_elsewhere_settle_ours(here: House) -> None:
    here.report("melding", "vraag")
    intent = act(here, Kind.SETTLE)
    assert pending_reports(here.store, MessageKey(key("message", "vraag"))), "nothing is done yet"
    handoffs.settle(here.store)
    assert now(here, intent).state is State.HANDOFF
    with here.store.writing(here.store.cache) as cache:
        cache.exec_driver_sql("UPDATE report SET state = 'dismissed'")
    handoffs.settle(here.store)
    assert now(here, intent).state is State.SENT


def test_an_edit_is_settled_by_the_words_that_stand_there(here: House) -> None:
    here.apply(*said("ons", "De bus gaat om acht uur.", by="us", at_ms=here.clock.now, root="vraag"))
    intent = replies.edit(here.desk, ThreadKey(key("message", "vraag")), MessageKey(key("message", "ons")), LONG)
    shows(here, "ons", "Iets anders.")
    assert now(here, intent.intents[0]).state is State.HANDOFF
    shows(here, "ons", LONG)
    assert now(here, intent.intents[0]).state is State.SENT


def test_taking_back_what_was_hidden_by_hand_is_not_settled_by_what_was_never_shown(here: House) -> None:
    by_hand.placed(here.desk, act(here, Kind.HIDE).id)
    (inverse,) = undo.undo(here.desk).decision.intents
    assert (inverse.kind, inverse.state) == (Kind.UNHIDE, State.HANDOFF)
    handoffs.settle(here.store)
    assert now(here, inverse).state is State.HANDOFF, "the platform showed it as visible all the while"
    assert messages(here.store, 1)[0].state == "hidden"
    by_hand.placed(here.desk, inverse.id)
    assert messages(here.store, 1)[0].state == "visible"


def test_who_lets_it_go_keeps_the_words_and_may_think_again(here: House) -> None:
    intent = answer(here)
    verbs.drop(here.desk, intent.id)
    draft = drafts.reply_draft(here.desk, intent.thread)
    assert draft is not None
    assert draft.text == LONG
    again = by_hand.word_back(here.desk, intent.id)
    assert again.state is State.HANDOFF
    assert drafts.reply_draft(here.desk, intent.thread) is None, "the words wait in the outbox again"


def test_a_word_given_by_mistake_is_taken_back_until_the_platform_shows_it(here: House) -> None:
    intent = answer(here)
    by_hand.opened(here.desk, intent.id, None)
    by_hand.placed(here.desk, intent.id)
    assert by_hand.word_back(here.desk, intent.id).state is State.HANDOFF
    by_hand.placed(here.desk, intent.id)
    shows(here, "ons", LONG)
    with pytest.raises(NotPossible):
        by_hand.word_back(here.desk, intent.id)


def test_what_may_be_there_is_said_before_it_is_taken_back(here: House) -> None:
    intent = answer(here)
    by_hand.opened(here.desk, intent.id, None)
    with pytest.raises(Refused, match="say_first"):
        undo.undo(here.desk)
    verbs.drop(here.desk, intent.id)
    undo.undo(here.desk)
    with pytest.raises(NotPossible):
        by_hand.word_back(here.desk, intent.id)


def test_it_can_be_written_anew_and_the_words_are_the_draft(here: House) -> None:
    intent = answer(here)
    assert verbs.edit(here.desk, intent.id).state is State.DRAFT
    draft = drafts.reply_draft(here.desk, intent.thread)
    assert draft is not None
    assert draft.text == LONG
    with pytest.raises(NotPossible):
        verbs.edit(here.desk, act(here, Kind.HIDE).id)


def test_its_person_is_reminded_after_a_working_hour_and_again(here: House) -> None:
    here.desk = replace(here.desk, remind_min=60)
    answer(here)
    assert by_hand.waiting(here.desk, due_only=True) == []
    here.clock.forward(HOUR_MS)
    due = by_hand.waiting(here.desk, due_only=True)
    assert len(due) == 1
    by_hand.reminded(here.desk, due)
    assert by_hand.waiting(here.desk, due_only=True) == []
    here.clock.now = NOW_MS + 4 * DAY_MS + 18 * HOUR_MS  # a Saturday night
    by_hand.reminded(here.desk, by_hand.waiting(here.desk))
    here.clock.forward(6 * HOUR_MS)
    assert by_hand.waiting(here.desk, due_only=True) == [], "nobody works on Sunday"


def test_everything_is_still_there_after_a_restart_and_without_the_copy(here: House) -> None:
    intent = answer(here)
    by_hand.opened(here.desk, intent.id, None)
    here.store.close()
    here.store.cache_path.unlink()
    prepare(here.store.folder)
    assert outbox.counts(here.store).for_you == 1
    here.say("vraag", "Hoe laat gaat de bus?")
    shows(here, "ons", LONG)
    assert now(here, intent).state is State.SENT
