"""Choosing by typing: what begins with what was typed is taken, wherever it stands in the list."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console.widgets.picker import Picker

PEOPLE = [("Hanneke Blok · mon-thu", "hanneke"), ("Mo Achterberg", "mo"), ("Mo Achterberg · as a file", "mo by file")]


@pytest.mark.parametrize(
    ("typed", "free", "taken"),
    [
        ("mo", True, "mo"),
        ("blok", True, "blok"),
        ("blok", False, "hanneke"),
        ("nobody", True, "nobody"),
        ("", True, "hanneke"),
    ],
)
def test_enter_takes_what_begins_so_or_else_what_was_typed(qtbot: QtBot, typed: str, free: bool, taken: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    chosen: list[str] = []
    picker = Picker(window, "Pass on to", PEOPLE, chosen.append, free=free)
    field = picker.findChild(QLineEdit)
    assert field is not None
    qtbot.keyClicks(field, typed)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert chosen == [taken]
