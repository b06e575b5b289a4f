"""The parts of the gallery: where columns stand at any width, what flows onto lines, what a screen reader hears."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from console import words
from console.widgets.check_card import CheckCard, FindingShown
from console.widgets.flow import Flow
from console.widgets.platform_rows import columns
from console.widgets.secret_field import SecretField
from console.widgets.steps import Steps
from console.widgets.theme import theme

HEADS = ("Answer", "Hide", "Approve", "Remove", "Reports", "News comes")


def seven(kind: str, text: str) -> float:
    """Every letter as wide."""
    return 7.0 * len(text)


@pytest.fixture(autouse=True)
def _plain(qapp: QApplication) -> None:
    words.use("en")
    theme.apply(qapp, "light", 100)


def test_the_columns_stand_as_drawn_at_the_width_of_the_drawing() -> None:
    place = columns(640, HEADS, seven)
    assert place.news
    assert [after - before for before, after in zip(place.middles, place.middles[1:], strict=False)] == [70.0] * 4
    assert place.middles[-1] + 35 == 640 - 98


def test_columns_never_overlap_nor_leave_the_row() -> None:
    for width in range(120, 1400, 40):
        place = columns(width, HEADS, seven)
        edges = [place.name_end, *place.middles, width]
        assert edges == sorted(edges), width
        for middle, head in zip(place.middles, HEADS, strict=False):
            assert place.name_end <= middle - seven("", head) / 2, width
            assert middle + seven("", head) / 2 < width


def test_short_of_room_the_marks_go_first_and_news_next() -> None:
    assert columns(500, HEADS, seven).middles
    assert columns(300, HEADS, seven) == columns(300, HEADS, seven)
    assert (columns(300, HEADS, seven).middles, columns(300, HEADS, seven).news) == ((), True)
    assert (columns(200, HEADS, seven).middles, columns(200, HEADS, seven).news) == ((), False)


def test_what_does_not_fit_goes_to_the_next_line(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    flow = Flow(6, 4)
    holder.setLayout(flow)
    for _n in range(3):
        part = QWidget()
        part.setFixedSize(40, 18)
        flow.addWidget(part)
    assert [flow.heightForWidth(width) for width in (132, 131, 86, 40)] == [18, 40, 40, 62]
    flow.setGeometry(QRect(0, 0, 90, 100))
    places = [item.geometry().topLeft().toTuple() for n in range(3) if (item := flow.itemAt(n)) is not None]
    assert places == [(0, 0), (46, 0), (0, 22)]


def test_a_step_says_where_one_is(qtbot: QtBot) -> None:
    steps = Steps(["Platform", "Spaces", "How far back"])
    qtbot.addWidget(steps)
    assert steps.accessibleName() == "Step 1 of 3: Platform"
    steps.go(2)
    assert steps.accessibleName() == "Step 3 of 3: How far back"


def test_a_secret_is_dots_until_somebody_asks_to_see_it(qtbot: QtBot) -> None:
    field = SecretField()
    qtbot.addWidget(field)
    field.show()
    field.setText("geheim")
    assert "geheim" not in field.displayText()
    field.eye.setFocus()
    assert field.eye.accessibleName() == "Show what was typed"
    qtbot.keyClick(field.eye, Qt.Key.Key_Space)
    assert field.displayText() == "geheim"
    assert field.eye.accessibleName() == "Hide what was typed"
    qtbot.mouseClick(field.eye, Qt.MouseButton.LeftButton)
    assert field.echoMode() is QLineEdit.EchoMode.Password


def test_a_card_tells_three_kinds_of_findings_and_hands_on_what_an_administrator_reads(qtbot: QtBot) -> None:
    card = CheckCard()
    qtbot.addWidget(card)
    assert card.isHidden()
    card.show()
    card.wait("Checking", "We look.")
    assert card.busy
    with qtbot.waitSignal(card.stopped):
        card._button.click()
    card.tell("Checked", [FindingShown("ok", "Found"), FindingShown("warn", "No reports", "Ask.")], "Please do this.")
    assert not card.busy
    qtbot.waitUntil(
        lambda: len([row for row in card.findChildren(QWidget) if row.accessibleName() and row.isVisible()]) == 2
    )
    heard = [
        widget.accessibleName()
        for widget in card.findChildren(QWidget)
        if widget.accessibleName() and not widget.isHidden()
    ]
    assert heard == ["Found", "No reports Ask."]
    card._copy.click()
    assert QGuiApplication.clipboard().text() == "Please do this."
    assert card._copy.text() == "Copied"
    card.tell("Checked", [FindingShown("danger", "Gone")])
    assert card._copy.isHidden(), "there is nothing to hand on"
    with qtbot.waitSignal(card.again):
        card._button.click()
