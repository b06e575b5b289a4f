"""What is typed in a dialog over the window is text there, on every layout, and no command of the window behind it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QDialog, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from console.desk import hand_over, triage, undo, verdicts
from console.domain.verdicts import Action, Judgement
from console.store.read import judged
from console.store.read.judged import Reported
from console.views.answering import AnswerDialog
from console.views.appealing import AppealDialog
from console.views.commands import keys_of
from console.views.connections.dialog import ConnectDialog
from console.views.flagged.house_texts_dialog import HouseTextsDialog
from console.views.handing_over import GiveDialog, TakeDialog
from console.views.history.dialog import HistoryDialog
from console.views.main_window import MainWindow
from console.views.passing_on import PassOnDialog
from console.views.pasting import PasteDialog
from console.views.road.dialog import RoadDialog
from console.views.road.return_dialog import ReturnDialog
from console.views.settings.dialog import SettingsDialog
from console.views.writing import WriteDialog
from tests.views.test_typing import HELD, KEY, LAYOUTS, fired, press, send, sent, text_of

__all__ = ["fired"]  # a fixture

EDITING = {"Return", "Esc", "Del", "Left", "Right", "Up", "Down"}  # what these mean in a field or a dialog is theirs
WITHOUT_TEXT = {"road", "return"}  # nothing is written in these


def judged_once(window: MainWindow) -> Reported:
    """A message with a verdict, in a conversation that is ours."""
    desk = window.services.desk
    found = judged.waiting(desk.store)[0]
    verdicts.give(desk, found.message, Judgement(Action.KEEP))
    triage.assign(desk, [found.thread], desk.moderator)
    about = judged.reported(desk.store, found.message)
    assert about is not None
    return about


def dialogs(window: MainWindow) -> dict[str, Callable[[], QDialog]]:
    """Each dialog that can stand over the window while somebody decides, by what it is for."""
    services, desk, about = window.services, window.services.desk, judged_once(window)
    verdict = about.verdict
    assert verdict is not None
    named = (about.thread, about.message, about.author)
    return {
        "appeal": lambda: AppealDialog(desk, *named, verdict, window),
        "answer": lambda: AnswerDialog(desk, about.message, verdict, window),
        "pass on": lambda: PassOnDialog(services, [about.message], [("Karin", "Karin")], window),
        "hand over": lambda: GiveDialog(desk, hand_over.gather(desk, ""), window),
        "take over": lambda: TakeDialog(desk, Path("werk.lph"), window),
        "history": lambda: HistoryDialog(
            services, window, None, lambda thread: None, lambda event: undo.undo(desk, event), lambda undone: None
        ),
        "road": lambda: RoadDialog(services, window, None),
        "return": lambda: ReturnDialog(services, window, lambda: None),
        "settings": lambda: SettingsDialog(services, window),
        "texts": lambda: HouseTextsDialog(services.house, window),
        "write": lambda: WriteDialog(desk, *named, window),
        "paste": lambda: PasteDialog(services, services.looked_at("Karin: wie weet dit?", ""), window),
        "connect": lambda: ConnectDialog(services, window, None),
    }


def fields(dialog: QDialog) -> list[QLineEdit | QPlainTextEdit]:
    """One of each kind that text is written in."""
    kinds: tuple[type[QLineEdit | QPlainTextEdit], ...] = (QLineEdit, QPlainTextEdit)
    found = []
    for kind in kinds:
        free = [
            one for one in dialog.findChildren(kind)
            if one.isVisible() and one.isEnabled() and not one.isReadOnly()
            and not isinstance(one.parentWidget(), QAbstractSpinBox | QComboBox)
        ]  # fmt: skip
        found += free[:1]
    return found


def opened(make: Callable[[], QDialog], qtbot: QtBot) -> QDialog:
    dialog = make()
    dialog.open()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def close(dialog: QDialog) -> None:
    dialog.hide()
    dialog.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_what_altgr_types_stands_in_every_dialogs_field(
    window: MainWindow, qtbot: QtBot, fired: list[str], layout: str
) -> None:
    characters = sent(layout)
    for name, make in dialogs(window).items():
        dialog = opened(make, qtbot)
        here = fields(dialog)
        assert bool(here) is (name not in WITHOUT_TEXT), name
        for one in here:
            one.setFocus()
            one.clear()
            for code, held, text in characters:
                send(one, code, held, text)
            assert text_of(one) == "".join(text for _code, _held, text in characters), name
            assert (dialog.isVisible(), fired) == (True, []), name
        close(dialog)


def test_no_command_of_the_window_fires_behind_a_dialog(window: MainWindow, qtbot: QtBot, fired: list[str]) -> None:
    keys = [key for one in window.commands for key in keys_of(one, single=True)]
    typed = [key for key in keys if "Ctrl" not in key and key not in EDITING]
    assert {"E", "V", "Shift+E", "?"} <= set(typed)
    store = window.services.store
    made = dialogs(window)
    decided = store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    for name, make in made.items():
        dialog = opened(make, qtbot)
        places: list[QWidget] = [*fields(dialog), dialog]
        for here in places:
            here.setFocus()
            for key in typed:
                before = text_of(here) if isinstance(here, QLineEdit | QPlainTextEdit) else ""
                press(here, key)
                if key.endswith(("Up", "Down")):  # with Shift they choose text to write over, as in any field
                    send(here, KEY.Key_End.value, HELD.ControlModifier, "")
                if isinstance(here, QLineEdit | QPlainTextEdit):
                    assert len(text_of(here)) >= len(before), f"{key} destroyed text in {name}"
                assert (fired, dialog.isVisible()) == ([], True), f"{key} in {name}"
        close(dialog)
    assert store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"] == decided
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.list.view.setFocus()
    press(window.list.view, "E")
    assert fired, "without a dialog over it the window hears them"
