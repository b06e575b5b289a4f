"""Marking rows by keys and by mouse, and one decision about all that are marked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.desk import bulk, triage, undo
from console.domain.outbox import Kind
from console.domain.receivers import Receiver
from console.domain.triage import What
from console.store.read import judged, outbox, queue
from console.store.read.queue import QueueRow
from console.views.main_window import MainWindow
from console.views.marked.bulk import ASKS_FROM
from console.views.marked.bulk_dialog import BulkDialog
from console.views.marked.bulk_verdict import BulkVerdictDialog
from console.views.passing_on import PassOnDialog
from tests.views.test_window import press, strip_text

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ALTGR = CTRL | Qt.KeyboardModifier.AltModifier


def states(window: MainWindow, ids: Sequence[int]) -> set[str]:
    return {row.state for row in queue.rows(window.services.store, ids)}


def marked(window: MainWindow) -> list[int]:
    return window.deciding.bulk.marking.in_order()


def key(qtbot: QtBot, which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    qtbot.keyClick(QApplication.focusWidget(), which, held)


def click(window: MainWindow, qtbot: QtBot, thread_id: int, held: Qt.KeyboardModifier) -> None:
    row = window.model.row_of(thread_id)
    assert row is not None
    rect = window.list.view.visualRect(window.model.index(row))
    viewport = window.list.view.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, held, QPoint(rect.x() + 70, rect.center().y()))


def dialog(window: MainWindow, kind: type[BulkDialog] | type[BulkVerdictDialog] = BulkDialog) -> BulkDialog:
    found = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(found) == 1
    return found[0]  # type: ignore[return-value]


def answer(shown: QWidget, qtbot: QtBot, which: Qt.Key) -> None:
    """A key where the focus of a dialog is."""
    qtbot.keyClick(shown.focusWidget() or shown, which)


def dialogs(window: MainWindow) -> list[BulkDialog]:
    return [one for one in window.findChildren(BulkDialog) if one.isVisible()]


def told(shown: BulkDialog) -> str:
    return " ".join((shown.windowTitle(), shown._effects.accessibleName(), shown._told.text(), *shown._lines))


def harmless(window: MainWindow, count: int) -> list[int]:
    """Mark so many conversations in which nothing waits for a verdict or for approval, and that nobody has."""
    window.showing.go("all" if count > 20 else "inbox")
    return marked_where(window, lambda row: not (row.reports or row.held or row.assignee), count)


def marked_where(window: MainWindow, true: Callable[[QueueRow], object], count: int) -> list[int]:
    """Mark so many conversations of the view of which this is true, wherever the hour has put them."""
    rows = queue.rows(window.services.store, list(window.model.order.ids))
    ids = [row.thread_id for row in rows if true(row)][:count]
    assert len(ids) == count
    window.deciding.bulk.marking.keep(ids)
    return ids


# --- marking


def test_x_marks_one_after_the_other_and_esc_takes_the_marks_away(window: MainWindow, qtbot: QtBot) -> None:
    ids = list(window.model.order.ids[:2])
    press(window, qtbot, "xx")
    window.showing.look()
    assert marked(window) == ids
    assert window.list._count.text() == "2 marked · Esc"
    names = [window.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (1, 2, 3)]
    assert [name.startswith("Marked. ") for name in names] == [True, True, False]
    press(window, qtbot, "\x1b")
    assert marked(window) == []


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Down, Qt.Key.Key_Up), (Qt.Key.Key_J, Qt.Key.Key_K)], ids=["arrows", "letters"])  # fmt: skip
def test_shift_with_a_step_extends_and_goes_back(window: MainWindow, qtbot: QtBot, keys: tuple[Qt.Key, Qt.Key]) -> None:
    ids = list(window.model.order.ids[:4])
    down, up = keys
    for _one in range(3):
        key(qtbot, down, SHIFT)
    assert marked(window) == ids
    key(qtbot, up, SHIFT)
    assert marked(window) == ids[:3]
    press(window, qtbot, "j")
    assert marked(window) == ids[:3], "a step alone marks nothing"


def test_the_mouse_marks_one_with_ctrl_and_a_range_with_shift(window: MainWindow, qtbot: QtBot) -> None:
    ids = list(window.model.order.ids[:6])
    click(window, qtbot, ids[1], CTRL)
    click(window, qtbot, ids[4], SHIFT)
    assert marked(window) == ids[1:5]
    click(window, qtbot, ids[2], CTRL)
    assert marked(window) == [ids[1], *ids[3:5]]
    click(window, qtbot, ids[0], Qt.KeyboardModifier.NoModifier)
    assert len(marked(window)) == 3, "a click alone reads one, and marks none"
    assert window.list.current_thread() == ids[0]
    assert len(window.list.view.selectionModel().selectedIndexes()) == 1


def test_ctrl_a_marks_the_whole_view_and_again_none(window: MainWindow, qtbot: QtBot) -> None:
    window.model.fold(0)
    key(qtbot, Qt.Key.Key_A, CTRL)
    assert marked(window) == list(window.model.order.ids)
    assert window.list._count.text() == f"{window.model.total} marked · Esc"
    key(qtbot, Qt.Key.Key_A, CTRL)
    assert marked(window) == []


def test_of_a_view_that_is_read_still_all_is_marked_as_soon_as_it_is(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.views.showing.AT_ONCE", 5)
    window.showing.go("inbox")
    assert window.model.total == 5, "only its beginning is here"
    key(qtbot, Qt.Key.Key_A, CTRL)
    assert "so far" in window.list._count.text()
    press(window, qtbot, "e")
    assert not dialogs(window)
    qtbot.waitUntil(lambda: window.model.total > 20, timeout=5_000)
    assert marked(window) == list(window.model.order.ids)
    assert "so far" not in window.list._count.text()


def test_no_key_marks_while_text_is_typed_nor_with_altgr(window: MainWindow, qtbot: QtBot) -> None:
    key(qtbot, Qt.Key.Key_A, ALTGR)
    assert marked(window) == []
    press(window, qtbot, "/")
    press(window, qtbot, "xa")
    key(qtbot, Qt.Key.Key_A, CTRL)
    assert window.list.search.selectedText() == "xa"
    key(qtbot, Qt.Key.Key_Down, SHIFT)
    key(qtbot, Qt.Key.Key_J, SHIFT)
    assert marked(window) == []
    window.showing.go("inbox")
    window.fitting.focus_composer()
    press(window, qtbot, "Hallo")
    for which, held in ((Qt.Key.Key_A, CTRL), (Qt.Key.Key_Up, SHIFT), (Qt.Key.Key_Down, SHIFT), (Qt.Key.Key_X, SHIFT)):
        key(qtbot, which, held)
    assert marked(window) == []


# --- deciding


def test_e_is_about_all_marked_after_the_count_and_one_u_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    ids = marked_where(window, lambda row: row.reports, 3)
    press(window, qtbot, "e")
    asked = dialog(window)
    assert "3 conversations" in told(asked)
    assert "reports go on waiting" in told(asked)
    assert "All of it can be taken back" in told(asked)
    assert asked._yes.text() == "Mark 3 done"
    assert states(window, ids) == {"open"}
    answer(asked, qtbot, Qt.Key.Key_Return)
    assert states(window, ids) == {"done"}
    assert not set(ids) & set(window.model.order.ids), "they leave in the same frame"
    assert marked(window) == []
    assert "3 conversations" in window.status._undo.text()
    press(window, qtbot, "u")
    assert states(window, ids) == {"open"}


def test_esc_leaves_the_question_and_decides_nothing(window: MainWindow, qtbot: QtBot) -> None:
    ids = list(window.model.order.ids[:2])
    press(window, qtbot, "xxe")
    answer(dialog(window), qtbot, Qt.Key.Key_Escape)
    assert not dialogs(window)
    assert states(window, ids) == {"open"}
    assert marked(window) == ids


def test_few_where_nothing_waits_are_decided_on_without_a_question(window: MainWindow, qtbot: QtBot) -> None:
    ids = harmless(window, 3)
    press(window, qtbot, "e")
    assert not dialogs(window)
    assert states(window, ids) == {"done"}
    assert "3 conversations decided on." in strip_text(window.conversation.strip)
    press(window, qtbot, "u")
    harmless(window, ASKS_FROM)
    press(window, qtbot, "e")
    assert dialogs(window)


def test_who_changed_meanwhile_is_listed_can_be_copied_and_stays_marked(window: MainWindow, qtbot: QtBot) -> None:
    ids = harmless(window, 4)
    rows = queue.rows(window.services.store, ids)
    karin = replace(window.services.desk, moderator="Karin Smit")
    triage.assign(karin, [rows[0].key], "Karin Smit")
    window.deciding.bulk.marking.keep(ids)
    triage.done(karin, [rows[1].key])
    triage.decide(karin, What.REOPEN, [rows[1].key], {})
    press(window, qtbot, "e")
    asked = dialog(window)
    assert "Also 1 that somebody else has: Karin Smit 1" in asked._theirs.text()
    assert asked._yes.text() == "Mark 2 done"
    answer(asked, qtbot, Qt.Key.Key_Return)
    said = told(asked)
    assert "2 conversations decided on" in said
    assert "Karin Smit has it." in said
    assert "Karin Smit decided on it meanwhile." in said
    asked._copy.click()
    assert QGuiApplication.clipboard().text().count("\n") == 1
    asked.reject()
    assert sorted(marked(window)) == sorted(ids[:2])
    press(window, qtbot, "e")
    again = dialog(window)
    again._theirs.click()
    again._yes.click()
    assert states(window, ids) == {"done"}


def test_a_larger_decision_is_made_beside_the_window_and_can_be_stopped(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    ids = harmless(window, 30)
    aside = window.deciding.bulk.aside
    go_on, at_ten = aside.go_on, threading.Event()

    def stops_at_ten(at: int) -> bool:
        if at == 10:
            at_ten.set()
            aside._stopped.wait(5)
        return go_on(at)

    monkeypatch.setattr(aside, "go_on", stops_at_ten)
    press(window, qtbot, "e")
    qtbot.waitUntil(lambda: bool(dialogs(window)), timeout=5_000)
    asked = dialog(window)
    with qtbot.waitSignal(asked.decided, timeout=5_000) as ended:
        answer(asked, qtbot, Qt.Key.Key_Return)
        assert asked._bar.isVisible()
        assert asked._leave.text() == "Stop"
        qtbot.waitUntil(lambda: at_ten.is_set() and asked._bar.value() == 5, timeout=5_000)
        asked.reject()
        assert asked.isVisible(), "it says what was done by then"
    made = ended.args[0]
    assert (made.count, len(made.rest)) == (10, 20)
    assert "20 weren't come to" in told(asked)
    assert marked(window) == ids[10:]
    asked.reject()
    assert [row.state for row in queue.rows(window.services.store, ids)] == ["done"] * 10 + ["open"] * 20
    monkeypatch.setattr("console.views.taking_back.AT_ONCE", 1)
    window.activateWindow()  # without a screen nobody does so when a dialog closes
    qtbot.waitUntil(window.isActiveWindow, timeout=5_000)
    window.list.view.setFocus()
    press(window, qtbot, "u")
    qtbot.waitUntil(lambda: "done" not in states(window, ids), timeout=5_000)


def test_the_other_keys_of_a_conversation_do_to_all_marked_what_they_say(window: MainWindow, qtbot: QtBot) -> None:
    ids = harmless(window, 2)
    store = window.services.store
    press(window, qtbot, "t")
    press(window, qtbot, "rooster\r")
    assert all("rooster" in row.tags for row in queue.rows(store, ids))
    window.deciding.bulk.marking.keep(ids)
    key(qtbot, Qt.Key.Key_A, SHIFT)
    assert {row.assignee for row in queue.rows(store, ids)} == {window.services.desk.moderator}
    window.deciding.bulk.marking.keep(ids)
    press(window, qtbot, "h1")
    assert states(window, ids) == {"snoozed"}
    for _one in range(3):
        press(window, qtbot, "u")
    assert states(window, ids) == {"open"}
    assert {(row.assignee, "rooster" in row.tags) for row in queue.rows(store, ids)} == {("", False)}


def test_no_key_acts_on_one_message_while_several_are_marked(window: MainWindow, qtbot: QtBot) -> None:
    harmless(window, 2)
    press(window, qtbot, "rnL")
    assert outbox.intents(window.services.store) == []
    assert "about one conversation" in window.status._said.text()


def test_send_and_done_is_about_the_conversation_that_is_answered(window: MainWindow, qtbot: QtBot) -> None:
    ids = harmless(window, 2)
    answered = window.conversation.row
    assert answered is not None
    window.conversation.send.emit("Ik zoek het uit.", True)
    assert answered.thread_id not in ids
    assert states(window, ids) == {"open"}
    assert states(window, [answered.thread_id]) == {"done"}


def test_y_approves_all_that_waits_in_the_marked_conversations(window: MainWindow, qtbot: QtBot) -> None:
    key(qtbot, Qt.Key.Key_A, CTRL)
    held = sum(row.held for row in queue.rows(window.services.store, marked(window)))
    assert held > 2
    press(window, qtbot, "y")
    asked = dialog(window)
    assert asked._yes.text() == f"Approve {held}"
    assert "on the platforms by us" in told(asked)
    asked._yes.click()
    assert {row.intent.kind for row in outbox.intents(window.services.store)} == {Kind.APPROVE}
    undo.undo(window.services.desk)
    assert {row.intent.kind for row in outbox.intents(window.services.store)} <= {Kind.APPROVE}
    assert sum(row.held for row in queue.rows(window.services.store, list(window.model.order.ids))) == held


def test_v_gives_one_verdict_to_all_that_is_reported_in_them(window: MainWindow, qtbot: QtBot) -> None:
    store = window.services.store
    key(qtbot, Qt.Key.Key_A, CTRL)
    threads = {row.key for row in queue.rows(store, marked(window))}
    waits = [one for one in judged.waiting(store) if one.thread in threads]
    press(window, qtbot, "v")
    choice = window.findChildren(BulkVerdictDialog)[-1]
    assert not choice._yes.isEnabled(), "hiding needs a policy"
    answer(choice, qtbot, Qt.Key.Key_1)
    choice._yes.click()
    asked = dialog(window)
    judged_now = len(waits) - len(asked._found.left_out)
    assert asked._yes.text() == f"Hide {judged_now}"
    asked._yes.click()
    left = {one.message for one in judged.waiting(store)}
    assert len([one for one in waits if one.message not in left]) == judged_now
    listed = asked.findChildren(QPlainTextEdit)[0]
    assert listed.isVisible() == bool(asked._found.left_out)
    undo.undo(window.services.desk)
    assert {one.message for one in judged.waiting(store)} >= {one.message for one in waits}


def test_shift_e_passes_all_marked_on_in_one_letter(window: MainWindow, qtbot: QtBot) -> None:
    window.services.settings = {**window.services.settings, "receivers": (Receiver("Ineke"),)}
    ids = harmless(window, 2)
    key(qtbot, Qt.Key.Key_E, SHIFT)
    asked = next(one for one in window.findChildren(PassOnDialog) if one.isVisible())
    assert asked.windowTitle() == "Pass on 2 conversations"
    asked.give()
    assert states(window, ids) == {"escalated"}
    press(window, qtbot, "u")
    assert states(window, ids) == {"open"}
