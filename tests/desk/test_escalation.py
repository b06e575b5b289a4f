"""A message that is passed on gets to who it is passed on to, and their answer gets back to a person who decides."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from console import words
from console.desk import answers, by_hand, letter_files, outbox, returning, together, triage, undo, verdicts
from console.desk.seat import Decision, Refused
from console.domain.conversation import MessageKey, Report, ReportKey, ThreadKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import FILE, NotPossible, State
from console.domain.policy import ReasonKind
from console.domain.receivers import Receiver
from console.domain.verdicts import Action, Judgement
from console.sentences.effects import together_said
from console.sentences.escalations import addressed, planned_together
from console.sentences.shown import what_happened
from console.store.read import judged, lists, passed_on, queue, thread
from console.store.read import outbox as outbox_rows
from console.store.write import answers as arriving
from console.store.write import away, folding, judging
from tests.desk.mailbox_there import MailboxThere, mail_key
from tests.houses import CONNECTION, House, house, key

INEKE = Receiver("Ineke Brouwer, HR", "hr@example.org")
THREATS = HousePolicy(4, "Threats", "Nobody is threatened.", True, "Keep what it says.", "security; 112")
THREAD = ThreadKey(key("message", "vraag"))
MESSAGE = MessageKey(THREAD)


@pytest.fixture(autouse=True)
def _in_english() -> None:
    words.use("en")


@pytest.fixture
def of(tmp_path: Path) -> House:
    made = house(tmp_path)
    made.say("ander", "Daar wil ik buiten blijven.", by="joris", root="vraag", ago_ms=0)
    made.say("vraag", "Ik weet waar je woont.\n> en ook waar je werkt")
    made.report("r1", "vraag")
    return made


@pytest.fixture
def mailbox(of: House) -> MailboxThere:
    return MailboxThere(of)


def pass_on(of: House, receiver: Receiver = INEKE, *, by_file: bool = False, note: str = "Kijk jij?") -> Decision:
    wanted = Judgement(Action.ESCALATE, (THREATS,), receiver.name, note)
    return verdicts.give(of.desk, MESSAGE, addressed(of.desk, [MESSAGE], wanted, [receiver], by_file=by_file))


def state(of: House) -> tuple[str, list[str], set[ReasonKind]]:
    """Of the thread, what waits for a verdict, and why it needs a person."""
    row = queue.row(of.store, THREAD)
    assert row is not None
    return row.state, [one.message for one in judged.waiting(of.store)], {reason.kind for reason in row.reasons}


def test_who_has_no_console_gets_one_mail_with_only_what_is_needed(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    assert mailbox.mails == {}, "nothing leaves within the undo time"
    mailbox.deliver()
    ((address, text),) = mailbox.mails.values()
    assert address == "hr@example.org"
    assert mailbox.state(mail) is State.SENT
    subject, _line, body = text.partition("\n")
    assert subject == "Passed on to you: a message in Het plein on Luisterpost"
    for needed in ("Ik weet waar je woont.", "> > en ook waar je werkt", "4. Threats. Nobody is threatened.", "Onbeleefd",
                   "What to do: Keep what it says.", "Whom to call: security; 112", "Note of Noor: Kijk jij?"):  # fmt: skip
        assert needed in body
    assert "Joris" not in text, "nothing of other people"
    assert "Daar wil ik buiten blijven" not in text


def test_within_the_undo_time_the_mail_is_taken_back_with_the_verdict(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    undo.undo(of.desk)
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.WITHDRAWN)
    assert state(of) == ("open", [MESSAGE], {ReasonKind.REPORTED})


def test_a_mail_that_left_stays_with_them_when_the_verdict_is_taken_back(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    undone = undo.undo(of.desk)
    assert [one.id for one in undone.remains] == [mail.id]
    assert state(of)[:2] == ("open", [MESSAGE])


def test_a_mail_whose_answer_got_lost_is_never_sent_twice(of: House, mailbox: MailboxThere) -> None:
    mailbox.lost = True
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    assert mailbox.state(mail) is State.UNCERTAIN
    mailbox.deliver()
    assert (mailbox.state(mail), len(mailbox.mails)) == (State.SENT, 1)
    mailbox.hear("antwoord", "Graag verbergen.", mail)
    assert state(of)[0] == "open", "also then their answer is known by our mail"


def test_what_was_changed_since_asks_before_it_is_told_to_anybody(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    of.say("vraag", "Dat was een grapje.")
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.CONFLICT)


def test_who_is_asked_no_more_gets_no_mail_unless_the_newer_verdict_is_taken_back(
    of: House, mailbox: MailboxThere
) -> None:
    (mail,) = pass_on(of).intents
    verdicts.give(of.desk, MESSAGE, Judgement(Action.KEEP))
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.WITHDRAWN), "it is passed on to nobody now"
    undo.undo(of.desk)
    assert mailbox.state(mail) is State.CONFLICT
    outbox.retry(of.desk, mail.id)
    mailbox.deliver()
    assert mailbox.state(mail) is State.SENT


def test_a_colleagues_newer_verdict_asks_before_anybody_gets_a_mail(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    verdicts.give(replace(of.desk, moderator="Karin"), MESSAGE, Judgement(Action.KEEP))
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.CONFLICT)


def test_mine_after_all_sends_the_letter_to_its_receiver_and_to_nobody_else(of: House, mailbox: MailboxThere) -> None:
    left_ms = of.clock.now
    of.apply(Report(ReportKey("r2"), MESSAGE, of.clock.now, "Bedreiging", reporter="Joris"))
    (mail,) = pass_on(of).intents
    of.say("vraag", "Dat was een grapje.")
    mailbox.deliver()
    away.came_back(of.store, CONNECTION, left_ms)
    told = returning.look(of.desk)
    assert told is not None
    (item,) = told.waiting
    made = returning.mine(of.desk, item)
    assert [(one.outside, one.recipient, one.text) for one in made.intents] == [
        (mail.outside, mail.recipient, mail.text)
    ]
    mailbox.deliver()
    assert [address for address, _text in mailbox.mails.values()] == ["hr@example.org"]


def test_their_answer_brings_the_message_back_to_be_decided_by_a_person(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    assert state(of)[:2] == ("escalated", [])
    mailbox.hear("antwoord", "Haal het maar weg.\n\n> Ik weet waar je woont.", mail)
    assert state(of) == ("open", [MESSAGE], {ReasonKind.REPORTED, ReasonKind.ANSWERED})
    assert [(note.by, note.text) for note in thread.notes(of.store, THREAD)][-1] == (
        "Ineke Brouwer, HR", "Haal het maar weg.",
    )  # fmt: skip
    verdicts.give(of.desk, MESSAGE, Judgement(Action.HIDE, (THREATS,)))
    assert state(of) == ("open", [], set())
    undo.undo(of.desk)
    assert state(of)[1:] == ([MESSAGE], {ReasonKind.REPORTED, ReasonKind.ANSWERED})


def test_the_same_mail_is_told_once_whatever_is_collected_again(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    mailbox.hear("antwoord", "Graag verbergen.", mail)
    mailbox.hear("antwoord", "Graag verbergen.", mail)
    arriving.take(of.store)
    folding.rebuild(of.store)
    judging.rebuild(of.store)
    assert len(thread.notes(of.store, THREAD)) == 2, "the note with the verdict, and the answer"
    assert state(of)[0] == "open"


def inbox(of: House) -> list[ThreadKey]:
    return [row.key for row in queue.rows(of.store, queue.order(of.store, queue.View("inbox")).ids)]


def test_a_mail_that_answers_needs_a_person_once_at_what_it_answers_about(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    mailbox.hear("antwoord", "Kun jij hem bellen?", mail)
    assert inbox(of) == [THREAD], "and not as a loose mail beside it"
    begun = ThreadKey(mail_key(mail.id))
    row = queue.row(of.store, begun)
    assert row is not None
    assert row.state == "done", "it is kept, and found"
    told = thread.triage(of.store, begun).decided
    assert told is not None
    assert what_happened(told) == "told as an answer at what was passed on"
    assert INEKE.name not in lists.people_who_decide(of.store), "who answers doesn't decide here"
    mailbox.hear("nog een", "En bel je ook de leiding?", mail)
    assert inbox(of) == [THREAD]
    assert [note.text for note in thread.notes(of.store, THREAD)][-1] == "En bel je ook de leiding?"
    folded = state(of)
    folding.rebuild(of.store)
    assert (inbox(of), state(of)) == ([THREAD], folded)


def test_a_mail_about_what_is_passed_on_no_more_stays_to_be_read(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    undo.undo(of.desk)
    verdicts.give(of.desk, MESSAGE, Judgement(Action.KEEP))
    assert inbox(of) == []
    mailbox.hear("antwoord", "Kun jij hem bellen?", mail)
    assert inbox(of) == [ThreadKey(mail_key(mail.id))]


def test_somebody_else_who_answers_is_named_with_their_address(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    mailbox.hear("antwoord", "Ik neem waar voor Ineke.", mail, sender="bas@example.org")
    assert thread.notes(of.store, THREAD)[-1].by == "bas (bas@example.org)"


@pytest.mark.parametrize("facts", [{"bot": True}, {"doubt": "double"}, {"sender": "redactie@example.org"}], ids=str)
def test_a_machine_a_doubtful_mail_or_one_of_ours_is_no_answer(
    of: House, mailbox: MailboxThere, facts: dict[str, object]
) -> None:
    (mail,) = pass_on(of).intents
    mailbox.deliver()
    mailbox.hear("antwoord", "Ik ben er maandag weer.", mail, **facts)  # type: ignore[arg-type]
    assert state(of)[:2] == ("escalated", [])


def test_without_a_mailbox_it_is_a_file_that_its_person_hands_over(of: House, tmp_path: Path) -> None:
    (made,) = pass_on(of, note="<b>Kijk jij?</b>").intents
    assert (made.state, made.outside, made.recipient) == (State.HANDOFF, FILE, INEKE.name)
    page, plain = tmp_path / "voor Ineke.html", tmp_path / "voor Ineke.txt"
    letter_files.write(of.desk, made.id, page)
    letter_files.write(of.desk, made.id, plain)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600, "it tells about people"
    assert "&lt;b&gt;Kijk jij?&lt;/b&gt;" in page.read_text("utf-8")
    assert "<blockquote>Ik weet waar je woont.\n&gt; en ook waar je werkt</blockquote>" in page.read_text("utf-8")
    assert plain.read_text("utf-8") == made.text + "\n"
    assert by_hand.placed(of.desk, made.id).state is State.SENT
    with pytest.raises(NotPossible):
        letter_files.write(of.desk, made.id, page)


def test_a_file_is_chosen_though_there_is_a_mailbox_and_a_full_folder_changes_nothing(
    of: House, mailbox: MailboxThere, tmp_path: Path
) -> None:
    (made,) = pass_on(of, by_file=True).intents
    assert (made.outside, made.state) == (FILE, State.HANDOFF)
    with pytest.raises(FileNotFoundError):
        letter_files.write(of.desk, made.id, tmp_path / "weg" / "voor Ineke.html")
    assert [row.opened_ms for row in by_hand.waiting(of.desk)] == [None]
    mailbox.deliver()
    assert mailbox.mails == {}


def test_who_has_no_address_is_told_in_person(of: House, mailbox: MailboxThere) -> None:
    assert pass_on(of, Receiver("Bas")).intents == ()
    assert state(of)[:2] == ("escalated", [])


@pytest.mark.parametrize("closes", [True, False])
def test_an_answer_that_was_heard_closes_it_or_brings_it_back(of: House, closes: bool) -> None:
    pass_on(of, Receiver("Bas"))
    passed_on = state(of)
    answers.record(of.desk, MESSAGE, "Ik heb hem gebeld.", closes=closes)
    row = queue.row(of.store, THREAD)
    assert row is not None
    reports = [report.state for report in thread.messages(of.store, row.thread_id)[0].reports]
    if closes:
        assert (state(of), reports) == (("open", [], set()), ["upheld"])
    else:
        assert (state(of), reports) == (
            ("open", [MESSAGE], {ReasonKind.REPORTED, ReasonKind.ANSWERED}), ["pending"],
        )  # fmt: skip
    folded = state(of)
    folding.catch_up(of.store)
    folding.rebuild(of.store)
    judging.rebuild(of.store)
    assert state(of) == folded
    undo.undo(of.desk)
    assert state(of) == passed_on


def test_a_message_without_a_report_comes_back_too(of: House) -> None:
    other = MessageKey(key("message", "ander"))
    verdicts.give(of.desk, other, Judgement(Action.ESCALATE, to="Bas"))
    answers.record(of.desk, other, "Niets voor mij.", closes=False)
    waiting = {one.message: one for one in judged.waiting(of.store)}
    assert (waiting[other].returned, waiting[other].reports) == (True, 0)
    assert ReasonKind.ANSWERED in state(of)[2]


def test_what_came_back_without_a_report_ends_where_its_conversation_is_done(of: House) -> None:
    question = MessageKey(of.say("bus", "Hoe laat gaat de bus?"))
    thread_key = ThreadKey(question)
    assert passed_on.concerned(of.store, [thread_key]) == [question]
    verdicts.give(of.desk, question, Judgement(Action.ESCALATE, to="Bas"))
    answers.record(of.desk, question, "Om negen uur.", closes=False)
    assert question in {one.message for one in judged.waiting(of.store)}
    triage.done(of.desk, [thread_key])
    assert question not in {one.message for one in judged.waiting(of.store)}


def test_nobody_answers_about_what_was_not_passed_on(of: House) -> None:
    with pytest.raises(Refused, match="not_passed_on"):
        answers.record(of.desk, MESSAGE, "Hoezo?", closes=True)
    pass_on(of, Receiver("Bas"))
    with pytest.raises(Refused, match="empty"):
        answers.record(of.desk, MESSAGE, " ", closes=False)
    verdicts.give(of.desk, MESSAGE, Judgement(Action.KEEP))
    with pytest.raises(Refused, match="not_passed_on"):
        answers.record(of.desk, MESSAGE, "Te laat.", closes=True)


# --- several at once

OTHER = MessageKey(key("message", "ander"))
BOTH = Judgement(Action.ESCALATE, (THREATS,), INEKE.name, "Kijk jij?")


def pass_both_on(of: House, *, by_file: bool = False) -> Decision:
    made = planned_together(of.desk, [MESSAGE, OTHER], BOTH, [INEKE], by_file=by_file)
    return together.give_together(of.desk, made)


def said_before(of: House, *, by_file: bool = False) -> str:
    made = planned_together(of.desk, [MESSAGE, OTHER], BOTH, [INEKE], by_file=by_file)
    return together_said(made, BOTH, 10, [INEKE], of.clock.now)


def test_several_go_in_one_mail_that_is_said_before(of: House, mailbox: MailboxThere) -> None:
    said = said_before(of)
    assert said.startswith("2 messages: Pass on. 1 report goes on waiting. ")
    assert "Ineke Brouwer, HR gets one mail about all 2 at hr@example.org, by ‘Redactie’." in said
    assert "The mail can be taken back for 10 s." in said
    (mail,) = pass_both_on(of).intents
    mailbox.deliver()
    ((_address, text),) = mailbox.mails.values()
    assert text.partition("\n")[0] == "Passed on to you: 2 messages"
    assert text.count("Note of Noor: Kijk jij?") == 1
    for needed in ("> Ik weet waar je woont.", "> Daar wil ik buiten blijven.", "Fatma wrote", "Joris wrote"):
        assert needed in text
    assert (mailbox.state(mail), state(of)[:2]) == (State.SENT, ("escalated", []))


def test_an_answer_to_the_one_mail_brings_all_of_it_back_once(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_both_on(of).intents
    mailbox.deliver()
    mailbox.hear("antwoord", "Beide graag verbergen.", mail)
    mailbox.hear("antwoord", "Beide graag verbergen.", mail)
    arriving.take(of.store)
    assert {one.message for one in judged.waiting(of.store)} == {MESSAGE, OTHER}
    for message in (MESSAGE, OTHER):
        verdict = passed_on.passed_on(of.store, message)
        assert verdict is not None
        assert [answer.payload["text"] for answer in passed_on.answers_on(of.store, verdict.key)] == [
            "Beide graag verbergen."
        ]


def test_one_undo_takes_all_and_the_one_mail_back(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_both_on(of).intents
    undo.undo(of.desk)
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.WITHDRAWN)
    assert state(of) == ("open", [MESSAGE], {ReasonKind.REPORTED})
    undo.undo(of.desk, undo_key(of))
    mailbox.deliver()
    assert len(mailbox.mails) == 1, "taken back once more: it leaves, about both"


def undo_key(of: House) -> str:
    found = of.store.read("SELECT key FROM ledger.event WHERE what = 'undo' ORDER BY hlc DESC LIMIT 1")
    return str(found[0]["key"])


def test_a_change_of_any_of_them_asks_before_it_is_told(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_both_on(of).intents
    of.say("ander", "Zo bedoelde ik het niet.", by="joris", root="vraag", ago_ms=0)
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.CONFLICT)
    outbox.retry(of.desk, mail.id)
    mailbox.deliver()
    assert mailbox.state(mail) is State.SENT, "a person saw the change"


def test_who_is_asked_no_more_about_one_of_them_gets_no_mail(of: House, mailbox: MailboxThere) -> None:
    (mail,) = pass_both_on(of).intents
    verdicts.give(of.desk, OTHER, Judgement(Action.KEEP))
    mailbox.deliver()
    assert (mailbox.mails, mailbox.state(mail)) == ({}, State.CONFLICT)


def test_one_file_holds_all_of_it(of: House, tmp_path: Path) -> None:
    assert "You hand Ineke Brouwer, HR one file about all 2." in said_before(of, by_file=True)
    (made,) = pass_both_on(of, by_file=True).intents
    letter_files.write(of.desk, made.id, tmp_path / "voor Ineke.html")
    page = (tmp_path / "voor Ineke.html").read_text("utf-8")
    assert "Ik weet waar je woont." in page
    assert "Daar wil ik buiten blijven." in page


def test_of_what_nobody_reported_no_report_is_counted(of: House) -> None:
    made = planned_together(of.desk, [OTHER], BOTH, [INEKE], by_file=True)
    assert "report" not in together_said(made, BOTH, 10, [INEKE], of.clock.now).replace("reporters", "")


def test_a_letter_about_more_than_a_mail_can_hold_is_not_begun(of: House, mailbox: MailboxThere) -> None:
    long = [MessageKey(of.say(f"lang{n}", "woord " * 200, by="joris")) for n in range(400)]
    with pytest.raises(Refused, match="too_long"):
        planned_together(of.desk, long, BOTH, [INEKE], by_file=False)
    assert outbox_rows.intents(of.store, open_only=False) == []
