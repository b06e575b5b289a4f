"""The keys of a review: each means one thing there, and none is one while text is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.domain.verdicts import Action
from console.store.read import judged
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from tests.views.reviewed import KEY, at, type_keys


def test_keys_only_choose_and_enter_confirms(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    waits = judged.waiting(page._desk.store)
    type_keys(page, qtbot, "o", "v", KEY.Key_Delete, "1", "1", KEY.Key_Return)
    assert judged.waiting(page._desk.store) == waits, "without a policy nothing is removed"
    assert "Choose the policy first" in page.strip.accessibleName()


@pytest.mark.parametrize("key", list("ehartnywdl.x"))
def test_no_key_of_the_desk_works_behind_it(page: FlaggedPage, window: MainWindow, qtbot: QtBot, key: str) -> None:
    before = window.services.store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    type_keys(page, qtbot, key)
    assert window.services.store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"] == before
    assert window.reviewing.is_open
    assert page.choice.action is None


def test_what_is_typed_in_the_note_is_no_command(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    type_keys(page, qtbot, "n")
    assert page.note.hasFocus()
    qtbot.keyClicks(page.note, "vou 1j e")
    assert (page.note.text(), page.choice.action, page.choice.numbers) == ("vou 1j e", None, set())
    qtbot.keyClick(page.note, KEY.Key_Escape)
    assert page.hasFocus()
    assert page.isVisible(), "Escape left the note, not the review"
    type_keys(page, qtbot, "o", KEY.Key_Return)
    last = page._desk.store.read("SELECT payload FROM ledger.event WHERE what = 'verdict'")[0]["payload"]
    assert "vou 1j e" in last


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("ł", Qt.KeyboardModifier.GroupSwitchModifier),
        ("v", Qt.KeyboardModifier.GroupSwitchModifier),
        ("€", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier),
        ("v", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier),
        ("v", Qt.KeyboardModifier.MetaModifier),
    ],
)
def test_what_altgr_makes_is_no_verdict(page: FlaggedPage, text: str, modifiers: Qt.KeyboardModifier) -> None:
    QApplication.sendEvent(page, QKeyEvent(QEvent.Type.KeyPress, KEY.Key_V, modifiers, text))
    assert page.choice.action is None


def test_a_key_held_down_judges_nothing_twice(page: FlaggedPage) -> None:
    page.choose(Action.KEEP)
    held = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(page, held)
    assert page.round.judged == 0


def test_without_single_keys_letters_go_with_ctrl_and_shift(page: FlaggedPage, qtbot: QtBot) -> None:
    page._services.settings = {**page._services.settings, "single_keys": False}
    type_keys(page, qtbot, "v")
    assert page.choice.action is None
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page, KEY.Key_O, both)
    assert page.choice.action is Action.KEEP
