"""Marking rows, and one decision about all that are marked."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from console.store.read import outbox, queue
from console.views.main_window import MainWindow
from tests.views.test_window import press, strip_text


def states(window: MainWindow, ids: list[int]) -> set[str]:
    return {row.state for row in queue.rows(window.services.store, ids)}


def test_e_is_about_all_marked_after_the_count_and_one_u_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    ids = list(window.model.order.ids[:3])
    press(window, qtbot, "xxx")
    assert window.deciding.bulk.marked == set(ids)
    press(window, qtbot, "e")
    assert "3 conversations" in strip_text(window.conversation.strip)
    assert states(window, ids) == {"open"}
    press(window, qtbot, "\r")
    assert states(window, ids) == {"done"}
    press(window, qtbot, "u")
    assert states(window, ids) == {"open"}


def test_no_key_acts_on_one_message_while_several_are_marked(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "xx")
    press(window, qtbot, "vy")
    assert outbox.intents(window.services.store) == []
    assert len(window.deciding.bulk.marked) == 2


def test_esc_takes_the_marks_away_and_decides_nothing(window: MainWindow, qtbot: QtBot) -> None:
    ids = list(window.model.order.ids[:2])
    press(window, qtbot, "xx")
    window.look()
    assert window.list._count.text() == "2 marked · Esc"
    press(window, qtbot, "e\x1b")
    assert window.deciding.bulk.marked == set()
    assert states(window, ids) == {"open"}
