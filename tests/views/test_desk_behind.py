"""The desk behind a review rests while nobody sees it, and is right when the review is left, whichever way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.desk import triage
from console.store.read import judged
from console.views.main_window import MainWindow

ROLE = Qt.ItemDataRole.AccessibleTextRole


def sidebar(window: MainWindow) -> list[str]:
    model = window.sidebar_model
    return [model.data(model.index(row, 0), ROLE) for row in range(model.rowCount())]


def listed(window: MainWindow) -> list[str]:
    model = window.model
    return [model.data(model.index(row, 0), ROLE) for row in range(min(40, model.rowCount()))]


def desk_shown(window: MainWindow) -> tuple[list[str], list[str], str]:
    row = window.conversation.row
    return sidebar(window), listed(window), "" if row is None else row.assignee


@pytest.mark.parametrize(
    "leave",
    [
        lambda window, _thread: window.reviewing.leave(),
        lambda window, _thread: window.showing.show_outbox(),
        lambda window, thread: window.showing.open_thread(thread),
    ],
    ids=["leaving", "outbox", "thread"],
)
def test_it_is_right_again_when_the_review_is_left(
    window: MainWindow, qtbot: QtBot, leave: Callable[[MainWindow, str], None]
) -> None:
    thread = judged.waiting(window.services.store)[0].thread
    window.showing.go("flagged")
    window.showing.open_thread(thread)
    listed(window)
    window.reviewing.open()
    before = desk_shown(window)
    triage.assign(window.services.desk, [thread], "Karin Smit")
    triage.done(window.services.desk, [judged.waiting(window.services.store)[-1].thread])
    window.showing.look()
    assert window.status._undo.isVisible(), "the status bar goes on saying what can be taken back"
    assert desk_shown(window) == before, "nobody sees the desk"
    leave(window, thread)
    after = desk_shown(window)
    assert after[2] == "Karin Smit"
    assert after[0] != before[0]
    assert after[1] != before[1]
    window.showing._look_at_all()
    window.showing.show_counts()
    window.model.refresh(None)
    assert desk_shown(window) == after, "nothing was left to put right"
