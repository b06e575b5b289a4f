"""Passing a conversation on from the desk: the same as in the review, and what they answer is written down there."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QPlainTextEdit, QPushButton, QWidget

from console.domain.outbox import FILE, State
from console.domain.receivers import Receiver
from console.store.read import judged, lists, outbox, queue
from console.views.answering import AnswerDialog
from console.views.main_window import MainWindow
from console.views.passing_on import PassOnDialog
from tests.views.test_passing_on import connect_mailbox

RECEIVERS = (Receiver("Ineke Brouwer, HR", "hr@example.org"), Receiver("Bas Vermeulen"))


def begin(window: MainWindow, receivers: tuple[Receiver, ...] = RECEIVERS) -> PassOnDialog | None:
    window.services.settings = {**window.services.settings, "receivers": receivers}
    window.actions_by_name["escalate"].trigger()
    return next((one for one in window.findChildren(PassOnDialog) if one.isVisible()), None)


def asked(window: MainWindow, receivers: tuple[Receiver, ...] = RECEIVERS) -> PassOnDialog:
    dialog = begin(window, receivers)
    assert dialog is not None
    return dialog


def choose(dialog: QWidget, text: str) -> None:
    field = dialog.findChild(QComboBox)
    assert isinstance(field, QComboBox)
    field.setCurrentIndex(field.findText(text))


def press(dialog: QWidget, text: str) -> None:
    next(one for one in dialog.findChildren(QPushButton) if one.text() == text).click()


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def state(window: MainWindow, thread: str) -> str:
    row = queue.row(window.services.store, thread)  # type: ignore[arg-type]  # a thread's key
    assert row is not None
    return row.state


def chosen(window: MainWindow) -> str:
    row = window.conversation.row
    assert row is not None
    return row.key


def test_a_receiver_is_chosen_the_mail_said_before_and_it_goes_with_the_note(window: MainWindow) -> None:
    connect_mailbox(window)
    thread = chosen(window)
    dialog = asked(window)
    assert "Ineke Brouwer, HR gets a mail at hr@example.org, by ‘Redactie’" in said(dialog)
    dialog.findChild(QPlainTextEdit).setPlainText("Kijk jij?")
    dialog.reject()
    assert outbox.intents(window.services.store, open_only=False) == [], "nothing before the yes"
    dialog = asked(window)
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "Kijk jij?", "what was typed is there again"
    press(dialog, "Pass on")
    (mail,) = [row.intent for row in outbox.intents(window.services.store, open_only=False)]
    assert (mail.state, mail.outside, mail.recipient) == (State.QUEUED, "hr@example.org", "Ineke Brouwer, HR")
    assert "Kijk jij?" in mail.text
    assert state(window, thread) == "escalated"
    assert "Passed on to Ineke Brouwer, HR." in said(window.conversation.strip)
    window.actions_by_name["undo"].trigger()
    assert state(window, thread) == "open"
    (mail,) = [row.intent for row in outbox.intents(window.services.store, open_only=False)]
    assert mail.state is State.WITHDRAWN


def test_a_file_is_asked_about_and_an_answer_that_was_heard_brings_it_back(window: MainWindow) -> None:
    thread = chosen(window)
    window.actions_by_name["answer"].trigger()
    assert "isn't passed on to anybody" in said(window.conversation.strip)
    dialog = asked(window)
    choose(dialog, "Bas Vermeulen · as a file")
    assert "You hand Bas Vermeulen a file" in said(dialog)
    press(dialog, "Pass on")
    (made,) = [row.intent for row in outbox.intents(window.services.store, open_only=False)]
    assert (made.state, made.outside) == (State.HANDOFF, FILE)
    window.showing.open_thread(thread)
    window.actions_by_name["answer"].trigger()
    answer = next(one for one in window.findChildren(AnswerDialog) if one.isVisible())
    press(answer, "Write it down")
    assert "Write what they said." in said(answer)
    answer.findChild(QPlainTextEdit).setPlainText("Niets voor mij.")
    press(answer, "Write it down")
    assert state(window, thread) == "open"
    assert made.message in {one.message for one in judged.waiting(window.services.store)}
    assert "It waits for a person again" in said(window.conversation.strip)


def test_without_anybody_to_choose_it_says_where_they_are_added(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "people_who_decide", lambda store: {window.services.desk.moderator})
    asked_for: list[bool] = []
    window.settings_asked.connect(lambda: asked_for.append(True))
    assert begin(window, ()) is None
    assert "Nobody stands in the settings" in said(window.conversation.strip)
    press(window.conversation.strip, "Settings")
    assert asked_for == [True]


def test_several_conversations_go_in_one_mail(window: MainWindow) -> None:
    connect_mailbox(window)
    window.services.settings = {**window.services.settings, "receivers": RECEIVERS}
    store = window.services.store
    threads = [row.key for row in queue.rows(store, window.model.order.ids[:2])]
    window.deciding.passing_on.ask_about(threads)
    dialog = next(one for one in window.findChildren(PassOnDialog) if one.isVisible())
    assert "one mail about all 2" in said(dialog)
    press(dialog, "Pass on")
    assert [state(window, thread) for thread in threads] == ["escalated"] * 2
    (mail,) = [row.intent for row in outbox.intents(store, open_only=False)]
    assert len(mail.seen.beside) == 1
    window.deciding.passing_on.ask_about([*threads, *threads] * 13)
    assert "at most 50 conversations" in window.conversation.strip.accessibleName()


def test_marked_rows_are_passed_on_as_one_and_lose_their_marks(window: MainWindow) -> None:
    ids = list(window.model.order.ids[:2])
    window.deciding.bulk.marking.keep(ids)
    dialog = asked(window)
    choose(dialog, "Bas Vermeulen")
    assert "Nothing is sent to Bas Vermeulen by itself: tell them." in said(dialog)
    press(dialog, "Pass on")
    assert {row.state for row in queue.rows(window.services.store, ids)} == {"escalated"}
    assert not window.deciding.bulk.marked
    window.actions_by_name["undo"].trigger()
    assert {row.state for row in queue.rows(window.services.store, ids)} == {"open"}
