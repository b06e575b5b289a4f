"""Every key of a moderator's day, typed where the focus is; and nothing on the screen moves by itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractAnimation, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from console.store.read import outbox
from console.views.command_list import GO
from console.views.key_sheet import caps_of
from console.views.main_window import MainWindow
from console.widgets.message_card import MessageCard
from tests.views.test_window import choose, now, press, strip_text

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
CODE = Path(__file__).parent.parent.parent / "console"


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


@pytest.mark.parametrize("digit", "123456")
def test_h_and_a_digit_snooze_and_ctrl_z_takes_it_back(window: MainWindow, qtbot: QtBot, digit: str) -> None:
    row = choose(window, "Nachttoeslag")
    press(window, qtbot, "h" + digit)
    assert now(window, row).state == "snoozed"
    qtbot.keyClick(focus(), Qt.Key.Key_Z, CONTROL)
    assert now(window, row).state == "open"


def test_esc_after_shift_y_approves_nothing(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Wat ik hoorde")
    before = now(window, row).held
    qtbot.keyClick(focus(), Qt.Key.Key_Y, SHIFT)
    assert str(before) in strip_text(window.conversation.strip)
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert strip_text(window.conversation.strip) == ""
    assert now(window, row).held == before


def test_v_hides_at_once_and_u_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Wat ik niet weet")
    press(window, qtbot, "v")
    assert [found.intent.kind.value for found in outbox.intents(window.services.store)] == ["hide"]
    assert "Hold on WordPress" in strip_text(window.conversation.strip)
    press(window, qtbot, "u")
    assert outbox.intents(window.services.store) == []


def test_esc_after_delete_removes_nothing(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Wat ik hoorde")
    qtbot.keyClick(focus(), Qt.Key.Key_Delete)
    assert strip_text(window.conversation.strip)
    qtbot.keyClick(focus(), Qt.Key.Key_Escape)
    assert outbox.intents(window.services.store) == []
    assert focus() is window.list.view


def test_l_opens_the_very_message(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    message = window.conversation.current_message()
    assert message is not None
    press(window, qtbot, "l")
    assert window.opened == [message.url]  # type: ignore[attr-defined]  # the fixture's
    assert message.url


@pytest.mark.parametrize(("letter", "view"), GO)
def test_g_and_a_letter_go_to_a_view(window: MainWindow, qtbot: QtBot, letter: str, view: str) -> None:
    window.showing.go("done")
    press(window, qtbot, "g" + letter)
    if view == "outbox":
        assert window.pages.currentIndex() == 1
    else:
        assert (window.pages.currentIndex(), window.showing.view.name) == (0, view)


def test_ctrl_shift_enter_sends_and_is_done(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    press(window, qtbot, "rZoekwerk.")
    qtbot.keyClick(focus(), Qt.Key.Key_Return, CONTROL | SHIFT)
    assert [found.intent.text for found in outbox.intents(window.services.store)] == ["Zoekwerk."]
    assert now(window, row).state == "done"


def test_i_shows_and_hides_the_person(window: MainWindow, qtbot: QtBot) -> None:
    assert window.context.isVisible()
    press(window, qtbot, "i")
    assert not window.context.isVisible()
    press(window, qtbot, "i")
    assert window.context.isVisible()


def test_only_the_message_that_the_keys_are_about_is_ringed(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Zakkenvullers")
    window.fitting.focus_pane("thread")
    cards = window.conversation.findChildren(MessageCard)
    assert len(cards) > 2
    qtbot.waitUntil(lambda: [card.shown.key for card in cards if card._ringed] == [window.conversation.view.cursor_key])


@pytest.mark.parametrize("width", [1024, 1200, 700])
def test_where_there_is_no_room_i_lays_the_person_over_the_conversation(
    window: MainWindow, qtbot: QtBot, width: int
) -> None:
    choose(window, "Nachttoeslag")
    window.resize(width, 700)
    qtbot.waitUntil(lambda: window.width() == width)
    window.fitting.focus_pane("thread")
    pane, person = window.conversation, window.context
    assert not person.isVisible()
    before = (pane.width(), window.list.width())
    window.fitting.toggle_context()
    assert person.isVisible()
    assert (pane.width(), window.list.width()) == before, "nothing else moves"
    assert person.mapTo(pane, person.rect().bottomRight()) == pane.rect().bottomRight()
    window.resize(width, 650)
    qtbot.waitUntil(lambda: person.height() == pane.height())
    window.panes.step(1)
    window.panes.step(1)
    assert person.isAncestorOf(focus()), "F6 reaches it"
    window.fitting.toggle_context()
    assert not person.isVisible()
    assert not person.isAncestorOf(focus())
    window.fitting.toggle_context()
    window.resize(1440, 900)
    qtbot.waitUntil(
        lambda: pane.mapTo(window, pane.rect().topRight()).x() < person.mapTo(window, person.rect().topLeft()).x()
    )
    window.resize(width, 700)
    assert not person.isVisible(), "it covers nothing without being asked for"


def test_the_arrows_walk_the_list(window: MainWindow, qtbot: QtBot) -> None:
    before = window.list.current_thread()
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert window.list.current_thread() != before
    qtbot.keyClick(focus(), Qt.Key.Key_Up)
    assert window.list.current_thread() == before


@pytest.mark.parametrize(
    ("key", "caps"),
    [("E", ["E"]), ("Shift+A", ["⇧", "A"]), ("G, I", ["G", "I"]), ("Ctrl++", ["Ctrl", "+"]), ("Ctrl+,", ["Ctrl", ","]),
     ("Ctrl+-", ["Ctrl", "-"]), ("Return", ["↵"]), ("Left", ["←"])],
)  # fmt: skip
def test_the_key_sheet_shows_a_cap_for_each_key(key: str, caps: list[str]) -> None:
    assert caps_of(key) == caps


def test_nothing_moves_so_there_is_no_motion_to_reduce(window: MainWindow, qtbot: QtBot) -> None:
    moving = re.compile(r"Q\w*Animation\(|QTimeLine|QGraphicsOpacityEffect|setWindowOpacity")
    assert moving.search("QPropertyAnimation(self)"), "the pattern finds one"
    assert [path.name for path in CODE.rglob("*.py") if moving.search(path.read_text(encoding="utf-8"))] == []
    for key in "jei":
        press(window, qtbot, key)
        running = [found for found in window.findChildren(QAbstractAnimation)
                   if found.state() is QAbstractAnimation.State.Running]  # fmt: skip
        assert running == []
