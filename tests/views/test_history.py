"""The history in the window: what was decided, looked for, opened and taken back by key."""

from __future__ import annotations

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.desk import triage, undo, verdicts
from console.domain.verdicts import Action, Judgement
from console.store.read.passed_on import concerned
from console.views.history_dialog import HistoryDialog
from console.views.main_window import MainWindow
from tests.views.test_on_the_road import dialog_of
from tests.views.test_window import press


def shown(window: MainWindow, qtbot: QtBot) -> HistoryDialog:
    window.activateWindow()  # without a screen nobody gives it back after a dialog
    qtbot.waitUntil(window.isActiveWindow)
    window.list.view.setFocus()
    press(window, qtbot, "g")
    press(window, qtbot, "h")
    dialog = dialog_of(window, HistoryDialog, qtbot)
    qtbot.waitUntil(lambda: dialog.said.text() != "Looking …")
    return dialog


def lines(dialog: HistoryDialog) -> list[str]:
    return [dialog.list.item(n).text() for n in range(dialog.list.count())]


def test_words_narrow_it_and_a_name_of_markup_stays_the_text_it_is(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    triage.note(window.services.desk, row.key, "about the rosters")
    (message,) = concerned(window.services.store, [row.key])
    verdicts.give(window.services.desk, message, Judgement(Action.ESCALATE, to="<b>vet</b>", note="look"))
    dialog = shown(window, qtbot)
    assert any("wrote a note" in line for line in lines(dialog))
    assert any("<b>vet</b>" in line for line in lines(dialog))
    qtbot.keyClicks(dialog.words, "rosters")
    qtbot.waitUntil(lambda: len(lines(dialog)) == 1 and "wrote a note" in lines(dialog)[0])
    qtbot.keyClicks(dialog.words, "zzzz")
    qtbot.waitUntil(lambda: dialog.said.text() == "Nothing like that.")
    dialog.reject()


def test_u_takes_the_chosen_decision_back_and_it_says_so(window: MainWindow, qtbot: QtBot) -> None:
    desk, row = window.services.desk, window.conversation.row
    assert row is not None
    triage.note(desk, row.key, "about the rosters")
    dialog = shown(window, qtbot)
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: not window.findChildren(HistoryDialog))
    assert undo.undoable(desk) is None or undo.undoable(desk).event.what.value != "note"  # type: ignore[union-attr]
    again = shown(window, qtbot)
    assert any("wrote a note (taken back)" in line for line in lines(again))
    again.reject()


def test_enter_opens_the_conversation_of_the_chosen_decision(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    triage.note(window.services.desk, row.key, "about the rosters")
    window.deciding.step(1)
    qtbot.waitUntil(lambda: window.conversation.row is not None and window.conversation.row.key != row.key)
    dialog = shown(window, qtbot)
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.conversation.row is not None and window.conversation.row.key == row.key)
    qtbot.waitUntil(lambda: not window.findChildren(HistoryDialog))
