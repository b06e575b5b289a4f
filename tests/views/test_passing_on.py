"""Passing a message on in the review: by mail or as a file, said before, taken back by U, and asked about until it is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QListWidget
from pytestqt.qtbot import QtBot

from console.desk import answers
from console.domain.conversation import Space
from console.domain.outbox import FILE, Intent, State
from console.domain.receivers import Receiver
from console.store.read import outbox
from console.store.write import connections
from console.store.write.connections import NewConnection
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from console.widgets.keyed import KeyButton
from console.widgets.picker import Picker
from tests.desk.mailbox_there import CAN, INBOX, MAILBOX, OUR_ADDRESS
from tests.views.test_handing_off import click
from tests.views.test_review import at, everything_said, type_keys

KEY = Qt.Key
RECEIVERS = (Receiver("Ineke Brouwer, HR", "hr@example.org"), Receiver("Bas Vermeulen"))


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> Iterator[FlaggedPage]:
    window.services.settings = {**window.services.settings, "receivers": RECEIVERS}
    qtbot.waitUntil(window.isActiveWindow)
    window.reviewing.open()
    yield window.reviewing.page
    if window.reviewing.is_open:
        window.reviewing.leave()


def connect_mailbox(window: MainWindow) -> None:
    store = window.services.store
    new = NewConnection(MAILBOX, "Redactie", "mail", "mail", "", "redactie", "here", OUR_ADDRESS, "Redactie", 0, 0, {})
    connections.put(store, new)
    connections.put_spaces(store, MAILBOX, [(Space(INBOX, "INBOX", "INBOX"), CAN)])


def offered(page: FlaggedPage, qtbot: QtBot) -> list[str]:
    type_keys(page, qtbot, "a")
    listed = page.findChild(Picker).findChild(QListWidget)
    assert isinstance(listed, QListWidget)
    return [listed.item(n).text() for n in range(listed.count())]


def pick(page: FlaggedPage, qtbot: QtBot, downs: int) -> None:
    for _down in range(downs):
        qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Down)
    qtbot.keyClick(QApplication.focusWidget(), KEY.Key_Return)


def newest(page: FlaggedPage) -> Intent:
    return outbox.intents(page._desk.store, open_only=False)[0].intent


def test_a_mail_is_chosen_said_before_and_taken_back_by_u(window: MainWindow, page: FlaggedPage, qtbot: QtBot) -> None:
    connect_mailbox(window)
    at(page, "Wat ik hoorde")
    assert offered(page, qtbot) == [
        "Ineke Brouwer, HR · by mail", "Ineke Brouwer, HR · as a file", "Bas Vermeulen", "Bas Vermeulen · as a file",
    ]  # fmt: skip
    pick(page, qtbot, 0)
    assert "Ineke Brouwer, HR gets a mail at hr@example.org, by ‘Redactie’" in everything_said(page)
    type_keys(page, qtbot, KEY.Key_Return)
    mail = newest(page)
    assert (mail.state, mail.outside, mail.connection) == (State.QUEUED, "hr@example.org", MAILBOX)
    type_keys(page, qtbot, "u")
    assert newest(page).state is State.WITHDRAWN


def test_without_a_mailbox_a_file_is_written_where_one_says_and_asked_about(
    window: MainWindow, page: FlaggedPage, qtbot: QtBot, tmp_path: Path
) -> None:
    covered = at(page, "Wat ik hoorde")[:30]
    assert offered(page, qtbot) == ["Ineke Brouwer, HR · as a file", "Bas Vermeulen", "Bas Vermeulen · as a file"]
    pick(page, qtbot, 0)
    type_keys(page, qtbot, KEY.Key_Return)
    made = newest(page)
    assert (made.state, made.outside) == (State.HANDOFF, FILE)
    window.reviewing.leave()
    window.showing.show_outbox()
    text = at_rest(window)
    assert "Passed on to you: a message in Blog van Marleen on WordPress" in text
    assert covered not in text, "what was covered in the review stays so in the outbox"
    window.handing_off.open(made.id)
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "weg" / "voor Ineke.html"))
    assert "can't be written there" in said(window)
    dialog.fileSelected.emit(str(tmp_path / "voor Ineke.html"))
    dialog.reject()
    assert "Ineke Brouwer, HR" in (tmp_path / "voor Ineke.html").read_text("utf-8")
    assert "Did you hand it over?" in said(window)
    click(window, qtbot, "Yes, they have it")
    assert newest(page).state is State.SENT


def at_rest(window: MainWindow) -> str:
    QApplication.processEvents()
    return everything_said(window.outbox)


def said(window: MainWindow) -> str:
    return " ".join(label.text() for label in window.handing_off.strip.findChildren(QLabel))


def test_what_is_urgent_says_what_to_do_and_whom_to_call_before_anything_is_chosen(page: FlaggedPage) -> None:
    at(page, "Wat ik hoorde")
    assert page.choice.numbers == set()
    text = everything_said(page)
    assert "Hide the message, ask its author to take it away" in text
    assert "Call: the data protection officer" in text


def test_what_came_back_stands_with_the_answer(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    page.choice.to = "Bas Vermeulen"
    assert page.about is not None
    message = page.about.message
    qtbot.keyClick(page, KEY.Key_E, Qt.KeyboardModifier.ShiftModifier)
    type_keys(page, qtbot, KEY.Key_Return)
    answers.record(page._desk, message, "Dit is iets voor de leiding.", closes=False)
    page.open(message)
    text = everything_said(page)
    assert "Answer of Bas Vermeulen" in text
    assert "Dit is iets voor de leiding." in text


def test_several_go_to_one_receiver_in_one_mail_after_the_count(
    window: MainWindow, page: FlaggedPage, qtbot: QtBot
) -> None:
    connect_mailbox(window)
    at(page, "Wat ik hoorde")
    assert offered(page, qtbot)[0] == "Ineke Brouwer, HR · by mail"
    pick(page, qtbot, 0)
    assert page.about is not None
    others = [item.waiting.message for item in page.round.items if item.waiting.message != page.about.message][:2]
    page.judge_together(others)
    said = page.strip.accessibleName()
    assert "3 messages: Pass on." in said
    assert "Ineke Brouwer, HR gets one mail about all 3 at hr@example.org, by ‘Redactie’." in said
    next(one for one in page.strip.findChildren(KeyButton) if one.accessibleName() == "Judge all 3").click()
    mail = newest(page)
    assert (mail.state, mail.outside, len(mail.seen.beside)) == (State.QUEUED, "hr@example.org", 2)
    type_keys(page, qtbot, "u")
    assert newest(page).state is State.WITHDRAWN
