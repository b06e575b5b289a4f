"""The frame that shows the next message of a review is painted ahead, and already as everything stays."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.views.flagged.page import FlaggedPage
from console.widgets.laid_ahead import Place
from console.widgets.message_card import plain_label
from console.widgets.painted_ahead import MOST_DOTS, Picture
from tests.views.reviewed import type_keys


def at_rest(page: FlaggedPage, qtbot: QtBot) -> None:
    """All that can wait is done, and the next message is laid out with its picture."""
    qtbot.waitUntil(lambda: page._spare._at == len(page._spare._pieces))


def seen(page: FlaggedPage) -> tuple[QImage, QImage]:
    return page.middle.grab().toImage(), page.panel.grab().toImage()


def covering(page: QWidget) -> list[Picture]:
    return [one for one in page.findChildren(Picture) if one.isVisible()]


@pytest.mark.parametrize("keys", [("j",), ("o", Qt.Key.Key_Return)], ids=["skipped", "let stand"])
def test_the_first_frame_is_painted_from_pictures_and_is_as_it_stays(
    page: FlaggedPage, qtbot: QtBot, keys: tuple[str | Qt.Key, ...]
) -> None:
    for _message in range(3):
        at_rest(page, qtbot)
        type_keys(page, qtbot, *keys)
        QApplication.sendPostedEvents()  # what a frame waits for, and nothing that can wait
        assert covering(page.middle)
        assert covering(page.panel)
        first = seen(page)
        at_rest(page, qtbot)
        assert not covering(page)
        assert seen(page) == first


def test_a_key_that_changes_the_message_at_once_is_painted_at_once(page: FlaggedPage, qtbot: QtBot) -> None:
    at_rest(page, qtbot)
    type_keys(page, qtbot, "j")
    assert covering(page.middle)
    page.reveal(on_purpose=True)
    assert page.revealed
    assert not covering(page.middle)


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


def shown(holder: QWidget, high: int = 40) -> QWidget:
    """What a place in it shows, laid out and pictured before."""

    def made(text: str) -> QWidget:
        label = plain_label(text)
        label.setFixedHeight(high)
        return label

    place: Place[str, QWidget] = Place(QVBoxLayout(holder), made, "bg.surface")
    place.show("one")
    QApplication.sendPostedEvents()
    assert place.prepare(["two"])
    QApplication.sendPostedEvents()
    assert not place.prepare(["two"])
    assert place.picture(), "in a turn of its own"
    assert not place.picture()
    place.show("two")
    assert place.now is not None
    return place.now


def test_a_picture_gives_way_where_what_it_shows_gets_another_width(holder: QWidget) -> None:
    label = shown(holder)
    assert covering(label)
    holder.resize(200, 200)
    QApplication.sendPostedEvents()
    assert not covering(label)


def test_of_what_is_far_larger_than_the_screen_no_picture_is_kept(holder: QWidget) -> None:
    assert not covering(shown(holder, high=MOST_DOTS // 100))
