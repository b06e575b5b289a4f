"""The window's appeal: asked for on a judged message, seen where the message stands, taken back with U."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from console.desk import appeals, triage, verdicts
from console.domain.house_policies import HousePolicy
from console.domain.verdicts import Action, Judgement
from console.store.read import judged
from console.store.read.judged import Waiting
from console.views.appealing import AppealDialog
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from console.widgets.fields import ChoiceField

HIDE = Judgement(Action.HIDE, (HousePolicy(1, "Privacy"),))
WORDS = "Er staat geen naam in."


@pytest.fixture
def chosen(window: MainWindow) -> Waiting:
    """A message that waits for a verdict, with its conversation open and the message chosen."""
    desk = window.services.desk
    found = judged.waiting(desk.store)[0]
    triage.assign(replace(desk, moderator="Sanne"), [found.thread], "Sanne")  # somebody else decides here too
    window.showing.open_thread(found.thread)
    window.conversation.view.set_cursor(found.message)
    return found


def opened(window: MainWindow) -> AppealDialog | None:
    window.actions_by_name["appeal"].trigger()
    found = [dialog for dialog in window.findChildren(AppealDialog) if dialog.isVisible()]
    return found[0] if found else None


def said(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget))


def reviewed(window: MainWindow, chosen: Waiting) -> FlaggedPage:
    """The review at a message that was hidden and appealed against."""
    desk = window.services.desk
    verdicts.give(desk, chosen.message, HIDE)
    appeals.appeal(desk, chosen.message, WORDS, "Sanne")
    window.showing.look()
    window.reviewing.open()
    page = window.reviewing.page
    page.round.go(chosen.message)
    page.reload()
    page.show_item()
    return page


def test_what_nobody_judged_has_nothing_to_appeal_against(window: MainWindow, chosen: Waiting) -> None:
    assert opened(window) is None
    assert "Nobody judged this message yet" in said(window.conversation.strip)


def test_the_words_are_asked_for_kept_and_shown_where_the_message_stands(
    window: MainWindow, chosen: Waiting, qtbot: QtBot
) -> None:
    desk = window.services.desk
    verdicts.give(desk, chosen.message, HIDE)
    dialog = opened(window)
    assert dialog is not None
    dialog.keep()
    assert "Write what its author says against it." in said(dialog)
    assert dialog.isVisible(), "and what is missing can be filled in"
    choice = dialog.findChild(ChoiceField)
    names = [choice.itemData(row) for row in range(choice.count())]
    assert names[0] == ""
    assert "Sanne" in names
    assert desk.moderator not in names, "who gave the verdict isn't asked"
    choice.setCurrentIndex(names.index("Sanne"))
    dialog._text.setPlainText(WORDS)
    dialog.keep()
    qtbot.waitUntil(lambda: not window.findChildren(AppealDialog))
    assert "The appeal waits for Sanne." in said(window.conversation.strip)
    about = judged.reported(desk.store, chosen.message)
    assert about is not None
    assert about.appeal is not None
    assert about.appeal.text == WORDS
    assert f"{about.author} appeals against the verdict" in said(window.conversation)
    window.deciding.undo()
    about = judged.reported(desk.store, chosen.message)
    assert about is not None
    assert about.appeal is None


def test_what_was_typed_is_there_again_whatever_ends_the_program(
    window: MainWindow, chosen: Waiting, qtbot: QtBot
) -> None:
    desk = window.services.desk
    verdicts.give(desk, chosen.message, HIDE)
    dialog = opened(window)
    assert dialog is not None
    dialog._text.setPlainText(WORDS)
    drafted = "SELECT text FROM ledger.draft WHERE kind LIKE 'appeal %'"
    qtbot.waitUntil(lambda: [row["text"] for row in desk.store.read(drafted)] == [WORDS])
    dialog._text.setPlainText("x" * 100_000)
    dialog.keep()
    assert "100000 characters, and at most 20000" in dialog.wrong.text()
    dialog._text.setPlainText(f"{WORDS} Echt niet.")
    dialog.reject()
    qtbot.waitUntil(lambda: not window.findChildren(AppealDialog))
    again = opened(window)
    assert again is not None
    assert again._text.toPlainText() == f"{WORDS} Echt niet."
    assert window.conversation.composer.text.toPlainText() == "", "it is no answer to anybody"
    again.keep()
    qtbot.waitUntil(lambda: not window.findChildren(AppealDialog))
    assert desk.store.read(drafted) == [], "what is said is no draft any more"
    about = judged.reported(desk.store, chosen.message)
    assert about is not None
    assert about.appeal is not None
    assert about.appeal.text == f"{WORDS} Echt niet."


def test_the_review_shows_the_appeal_with_the_first_verdict(window: MainWindow, chosen: Waiting, qtbot: QtBot) -> None:
    page = reviewed(window, chosen)
    for expected in ("appeals against the verdict", WORDS, "Judged before"):
        qtbot.waitUntil(lambda expected=expected: expected in said(page))
    assert "readers see it again" in page.panel._actions[Action.KEEP].accessibleName()
    window.reviewing.leave()


def test_who_gave_the_verdict_is_told_and_judges_all_the_same_with_one_more_key(
    window: MainWindow, chosen: Waiting, qtbot: QtBot
) -> None:
    desk, page = window.services.desk, reviewed(window, chosen)
    qtbot.keyClicks(page, "o")
    qtbot.keyClick(page, Qt.Key.Key_Return)
    assert "Sanne is asked first" in said(page.strip)
    assert judged.reported(desk.store, chosen.message).appeal is not None  # type: ignore[union-attr]
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Return)
    assert judged.reported(desk.store, chosen.message).appeal is None  # type: ignore[union-attr]
    window.reviewing.leave()
