"""Dialogs: what Enter does in them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from console.widgets.asking_dialog import AskingDialog


def test_enter_presses_the_button_that_has_the_keyboard_and_the_main_one_from_a_field(qtbot: QtBot) -> None:
    done: list[str] = []
    dialog = AskingDialog(None, 400, "Decide on several at once")
    field = QLineEdit()
    dialog.body.addWidget(field)
    yes = dialog.end("37 remove", lambda: done.append("removed"))
    leave = next(one for one in dialog.findChildren(QPushButton) if one is not yes)
    dialog.rejected.connect(lambda: done.append("left"))
    dialog.show()

    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert done == ["removed"]

    leave.setFocus()
    qtbot.keyClick(leave, Qt.Key.Key_Return)
    assert done == ["removed", "left"]
