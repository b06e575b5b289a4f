"""What can wait is done after a frame, and steps aside for a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.views.spare_time import SpareTime
from console.widgets.message_card import Wrapped
from console.widgets.theme import font


class Page(QWidget):
    """It notes what happens, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.happened: list[str] = []
        self.meanwhile: Callable[[], None] = lambda: None
        self.spare = SpareTime(self, (lambda: self.piece("first"), lambda: self.piece("second")))
        self.resize(50, 50)

    def piece(self, name: str) -> bool:
        """`second` takes two turns."""
        self.happened.append(name)
        if name == "first":
            self.meanwhile()
        return name == "second" and self.happened.count("second") < 2

    def paintEvent(self, event: QPaintEvent) -> None:
        self.happened.append("painted")


@pytest.fixture
def page(qtbot: QtBot) -> Page:
    made = Page()
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: "painted" in made.happened)
    made.happened.clear()
    return made


def test_what_can_wait_begins_when_the_frame_is_painted(page: Page, qtbot: QtBot) -> None:
    page.update()
    page.spare.begin()
    qtbot.waitUntil(lambda: page.happened.count("second") == 2)
    assert page.happened == ["painted", "first", "second", "second"]


def test_a_key_in_between_is_painted_before_the_next_piece(page: Page, qtbot: QtBot) -> None:
    def key() -> None:
        page.happened.append("key")
        page.update()
        page.spare.step_aside()

    page.meanwhile = key
    page.spare.begin()
    qtbot.waitUntil(lambda: page.happened.count("second") == 2)
    assert page.happened == ["first", "key", "painted", "second", "second"]


def test_a_key_after_all_of_it_begins_nothing(page: Page, qtbot: QtBot) -> None:
    page.spare.begin()
    qtbot.waitUntil(lambda: page.happened.count("second") == 2)
    page.happened.clear()
    page.spare.step_aside()
    passed: list[bool] = []
    QTimer.singleShot(5, lambda: passed.append(True))
    qtbot.waitUntil(lambda: bool(passed))
    assert page.happened == []


def test_text_over_lines_knows_its_height_anew_when_it_says_something_else(qtbot: QtBot) -> None:
    label = Wrapped()
    qtbot.addWidget(label)
    label.setText("kort")
    low = label.heightForWidth(80)
    label.setText("een heel stuk langer, over meer dan een regel")
    high = label.heightForWidth(80)
    assert high > low
    assert label.heightForWidth(400) < high
    label.setFont(font("heading"))
    assert label.heightForWidth(80) > high
