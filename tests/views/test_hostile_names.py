"""Whatever people call themselves, their spaces and their files: the window shows it as the text it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QAction, QGuiApplication, Qt, QTextDocument
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from console import settings, words
from console.app import make_window
from console.desk import triage
from console.desk.seat import Desk
from console.store.read import connections
from console.views.connections.menu import ConnectionMenu
from console.views.main_window import MainWindow
from console.widgets.body import Body
from console.widgets.message_card import plain_label
from console.widgets.picker import Picker
from console.widgets.plain_text import caption, copy, tip
from tests.hostile_house import NASTY, fill

MARK = {"markup": "<b>vet", "entities": "R&D", "template": "{0.__class__}", "query": "DROP TABLE"}


@pytest.fixture(params=NASTY)
def nasty(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def hostile(nasty: str, tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    words.use("en")
    made = fill(tmp_path / "p", NASTY[nasty])
    window = make_window(tmp_path / "p", settings.load(tmp_path / "p"), made.store, None)
    window._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    assert window.conversation.row is not None
    yield window
    window.close()
    made.store.close()


def read_as(text: str) -> str:
    """What a person reads of a tooltip: Qt guesses whether it is HTML."""
    if not Qt.mightBeRichText(text):
        return text
    document = QTextDocument()
    document.setHtml(text)
    return document.toPlainText()


def tips(window: QWidget) -> Iterator[str]:
    for widget in window.findChildren(QWidget):
        yield widget.toolTip()
    for view in window.findChildren(QAbstractItemView):
        model = view.model()
        for row in range(model.rowCount() if model is not None else 0):
            yield str(model.index(row, 0, QModelIndex()).data(Qt.ItemDataRole.ToolTipRole) or "")


def every_page(window: MainWindow) -> Iterator[MainWindow]:
    for page in ("inbox", "outbox"):
        window.showing.go(page)
        QApplication.processEvents()
        yield window


def test_no_label_reads_markup_in_a_name(hostile: MainWindow, nasty: str) -> None:
    told = 0
    for window in every_page(hostile):
        for label in window.findChildren(QLabel):
            told += MARK.get(nasty, "leesbaar") in label.text()
            rich = label.textFormat() != Qt.TextFormat.PlainText and Qt.mightBeRichText(label.text())
            assert not rich, label.text()
    assert told or nasty not in MARK  # the names are really on the screen


def test_no_tooltip_reads_markup_in_a_name(hostile: MainWindow, nasty: str) -> None:
    mark = MARK.get(nasty, "")
    found = [text for window in every_page(hostile) for text in tips(window) if text]
    assert [text for text in found if mark and mark in read_as(text)] or nasty not in MARK
    if nasty == "markup":
        assert not [text for text in found if "<b>vet" in text]
        assert not [text for text in found if "vet" in text and "<b>vet</b>" not in read_as(text)]


def test_no_button_and_no_menu_takes_an_ampersand_for_a_key(hostile: MainWindow, nasty: str) -> None:
    row = connections.connections(hostile.services.store)[0]
    menu = ConnectionMenu(hostile.services.desk, row, hostile)
    for window in every_page(hostile):
        texts = [button.text() for button in window.findChildren(QAbstractButton)]
        texts += [action.text() for action in window.findChildren(QAction)]
        texts += [action.text() for found in window.findChildren(QMenu) for action in found.actions()]
        wrong = [text for text in texts if "&" in text.replace("&&", "")]
        assert not wrong
    menu.close()


def test_the_title_of_the_window_is_ours(hostile: MainWindow) -> None:
    assert hostile.windowTitle() == "Luisterpost"


def test_what_is_picked_and_what_is_asked_shows_a_name_as_it_is(hostile: MainWindow, nasty: str) -> None:
    words_ = NASTY[nasty].encode("utf-8", "replace").decode()
    picker = Picker(hostile.middle, words_, [(words_, "x")], lambda value: None)
    hostile.conversation.strip.say(words_, [(words_, lambda: None)])
    for label in (*picker.findChildren(QLabel), *hostile.conversation.strip.findChildren(QLabel)):
        assert label.textFormat() == Qt.TextFormat.PlainText
    buttons = hostile.conversation.strip.findChildren(QAbstractButton)
    assert buttons
    assert not [button.text() for button in buttons if "&" in button.text().replace("&&", "")]


@pytest.mark.parametrize("nasty", NASTY)
def test_a_copied_text_is_plain_and_reads_as_it_is(nasty: str, qapp: QApplication) -> None:
    copy(NASTY[nasty].encode("utf-8", "replace").decode())
    data = QGuiApplication.clipboard().mimeData()
    assert not data.hasHtml()
    lying = {"\u202e", "\u2066", "\u2067", "\x1b"}
    assert not lying & set(data.text())
    assert not [char for char in data.text() if unicodedata.category(char) == "Cc" and char not in "\n\t"]


def test_a_copied_message_is_plain_text(qtbot: QtBot) -> None:
    body = Body('<p>Een <b>vet</b> <a href="https://evil.example/">woord</a></p>', "Een vet woord")
    qtbot.addWidget(body)
    body.selectAll()
    body.copy()
    QApplication.processEvents()
    data = QGuiApplication.clipboard().mimeData()
    assert data.formats() == ["text/plain"]
    assert data.text() == "Een vet woord"


def test_a_link_is_asked_about_as_computers_write_it(qtbot: QtBot) -> None:
    body = Body('<p><a href="https://xn--bnk-6cd.example/%E2%80%AEfdp.exe">woord</a></p>', "woord")
    qtbot.addWidget(body)
    asked: list[str] = []
    body.link_asked.connect(asked.append)
    body.anchorClicked.emit("https://xn--bnk-6cd.example/%E2%80%AEfdp.exe")
    assert asked == ["https://xn--bnk-6cd.example/%E2%80%AEfdp.exe"]


def test_a_tooltip_as_it_came_would_be_read_as_markup() -> None:
    assert read_as(NASTY["markup"]) != NASTY["markup"]
    assert read_as(NASTY["entities"]) != NASTY["entities"]
    for text in NASTY.values():
        assert read_as(tip(text[:900])).replace("\n", " ").split() == text[:900].split()
    assert tip("gewoon") == "gewoon"
    assert caption("R&D") == "R&&D"
    assert plain_label(NASTY["markup"]).text() == NASTY["markup"]


def test_a_name_written_from_right_to_left_turns_nothing_beside_it(window: MainWindow, qtbot: QtBot) -> None:
    desk, row = window.services.desk, window.conversation.row
    assert row is not None
    name = "Noor \u05e9\u05dc\u05d5\u05dd"
    triage.note(Desk(desk.store, name, desk.undo_ms), row.key, "Even bellen.")
    window.showing.look()

    def said() -> list[str]:
        return [label.text() for label in window.context.findChildren(QLabel) if name in label.text()]

    qtbot.waitUntil(lambda: len(said()) == 2)  # the note, and the history
    assert all(f"\u2068{name}\u2069" in text for text in said())
