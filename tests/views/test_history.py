"""The history in the window: what was decided, looked for, opened and taken back by key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.desk import triage, undo, verdicts
from console.domain.verdicts import Action, Judgement
from console.store.read.passed_on import concerned
from console.views.history.dialog import ROW, HistoryDialog
from console.views.history.rows import HIGH, SHOWN
from console.views.main_window import MainWindow
from console.views.own_thread import OwnThread
from console.widgets.keyed import KeyButton
from console.widgets.theme import px
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


HOSTILE = ["\u202eabc <i>x</i>", "Fatma \u05e9\u05dc\u05d5\u05dd", "100% _\\ \"x\" 'y'", "Z" * 400]


def test_who_decided_is_known_however_fast_that_is_read(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = window.conversation.row
    assert row is not None
    triage.note(window.services.desk, row.key, "een notitie")
    # Each piece of work is done before anybody goes on.
    monkeypatch.setattr(OwnThread, "do", lambda thread, work: thread._threads.submit(thread._do, work).result())
    dialog = shown(window, qtbot)
    qtbot.waitUntil(lambda: dialog.by.findData(window.services.desk.moderator) > 0)
    dialog.reject()


def test_hostile_names_narrow_it_and_stay_on_their_line(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    for n, name in enumerate(HOSTILE):
        triage.note(replace(window.services.desk, moderator=name), row.key, f"note {n} about 100% of_it")
    dialog = shown(window, qtbot)
    qtbot.waitUntil(lambda: dialog.by.count() > 4)
    assert dialog.by.width() < dialog.width() / 2
    for n, name in enumerate(HOSTILE):
        dialog.by.setCurrentIndex(dialog.by.findData(name))
        qtbot.waitUntil(lambda: dialog.list.count() == 1)
        assert dialog.list.item(0).data(ROW).event.by == HOSTILE[n]
        assert "\u2069" in lines(dialog)[0], "the direction of a name ends with it"
    dialog.by.setCurrentIndex(0)
    dialog.words.setText("100% of_it")
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.list.count() == len(HOSTILE))
    for nobody in ("1_0%", "100%%", "' OR 1=1 --"):
        dialog.words.setText(nobody)
        dialog.ask()
        qtbot.waitUntil(lambda: dialog.said.text() == "Nothing like that.")
        assert not dialog.export.isEnabled()
    dialog.reject()


def test_it_goes_on_to_the_end_and_a_wrong_moment_is_said(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.views.history.reader.PAGE", 40)
    row = window.conversation.row
    assert row is not None
    for n in range(100):
        triage.note(window.services.desk, row.key, f"bladzijde {n}")
    dialog = shown(window, qtbot)
    dialog.words.setText("bladzijde")
    dialog.ask()

    def at_the_end() -> bool:
        bar = dialog.list.verticalScrollBar()
        bar.setValue(bar.maximum())
        return dialog.list.count() == 100

    qtbot.waitUntil(at_the_end)
    assert len({dialog.list.item(n).data(ROW).event.key for n in range(100)}) == 100
    dialog.since.setText("gisterenmiddag")
    dialog.ask()
    assert dialog.said.text() == "Say since when: 7d, monday, 2026-12-01."
    assert (dialog.list.count(), dialog.export.isEnabled()) == (0, False)
    dialog.since.setText("1d")
    dialog.until.setText("now")
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.list.count() > 0)
    assert dialog.export.isEnabled()
    dialog.reject()


def test_ctrl_z_in_a_field_undoes_the_typing_and_no_decision(window: MainWindow, qtbot: QtBot) -> None:
    desk, row = window.services.desk, window.conversation.row
    assert row is not None
    triage.note(desk, row.key, "about the rosters")
    last = undo.undoable(desk)
    dialog = shown(window, qtbot)
    dialog.words.setFocus()
    qtbot.keyClicks(dialog.words, "rust u")
    for where in (dialog.words, dialog.list, dialog.by):
        where.setFocus()
        qtbot.keyClick(where, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert dialog.words.text() != "rust u"
    assert undo.undoable(desk) == last
    dialog.reject()


def test_a_refusal_is_said_in_the_dialog_which_stays(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    triage.note(replace(window.services.desk, moderator="Karin"), row.key, "of somebody else")
    dialog = shown(window, qtbot)
    dialog.list.setFocus()
    qtbot.keyClick(dialog.list, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: "Karin" in dialog.said.text())
    assert dialog.isVisible()
    dialog.reject()


def test_it_opens_where_one_would_look_for_it(window: MainWindow, qtbot: QtBot) -> None:
    desk, row = window.services.desk, window.conversation.row
    assert row is not None
    triage.note(desk, row.key, "about the rosters")
    triage.note(replace(desk, moderator="Karin"), row.key, "of somebody else")
    window.showing.look()
    qtbot.waitUntil(lambda: "All that was decided here" in texts(window))

    press_link(window, "All that was decided here")
    dialog = dialog_of(window, HistoryDialog, qtbot)
    qtbot.waitUntil(lambda: dialog.list.count() > 0)
    assert dialog.only_here.isChecked()
    assert {dialog.list.item(n).data(ROW).event.thread for n in range(dialog.list.count())} == {row.key}
    dialog.reject()

    press_link(window, "What was decided about them")
    qtbot.waitUntil(lambda: dialog_of(window, HistoryDialog, qtbot).about.text() == row.author)
    dialog_of(window, HistoryDialog, qtbot).reject()

    window.actions_by_name["history_mine"].trigger()
    mine = dialog_of(window, HistoryDialog, qtbot)
    qtbot.waitUntil(lambda: mine.list.count() > 0)
    assert {mine.list.item(n).data(ROW).event.by for n in range(mine.list.count())} == {desk.moderator}
    mine.reject()


def texts(window: MainWindow) -> list[str]:
    return [link.accessibleName() for link in window.context.findChildren(KeyButton)]


def press_link(window: MainWindow, text: str) -> None:
    next(link for link in window.context.findChildren(KeyButton) if link.accessibleName() == text).click()


def test_a_row_is_painted_in_two_lines_that_fit_at_every_text_size(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    triage.note(window.services.desk, row.key, "about the rosters")
    dialog = shown(window, qtbot)
    item = dialog.list.item(0)
    made = item.data(SHOWN)
    assert (made.what, made.over) == ("Wrote a note", False)
    assert window.services.desk.moderator in made.about
    assert dialog.list.visualItemRect(item).height() == px(HIGH)
    before = dialog.list.viewport().grab().toImage()
    item.setData(SHOWN, replace(made, what="Something else"))
    assert dialog.list.viewport().grab().toImage() != before
    dialog.reject()
