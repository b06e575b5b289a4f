"""A softened picture keeps its size; what it showed is gone from it, not only from sight."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from console.domain.care import Look
from console.widgets.softened import softened


@pytest.fixture
def picture(qtbot: QtBot) -> QImage:
    """White, with a thin red line and half of it see-through."""
    made = QImage(300, 120, QImage.Format.Format_ARGB32)
    made.fill(Qt.GlobalColor.white)
    painter = QPainter(made)
    painter.fillRect(0, 60, 300, 2, QColor(255, 0, 0))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.fillRect(150, 0, 150, 120, Qt.GlobalColor.transparent)
    painter.end()
    made.setDevicePixelRatio(2.0)
    return made


@pytest.mark.parametrize("look", list(Look))
def test_the_size_and_what_is_see_through_stay(picture: QImage, look: Look) -> None:
    made = softened(picture, look)
    assert (made.size(), made.devicePixelRatio()) == (picture.size(), 2.0)
    assert QColor(made.pixelColor(290, 20)).alpha() < 10


def test_grey_has_no_colours(picture: QImage) -> None:
    for look in (Look.GREY, Look.BLURRED_GREY):
        made = softened(picture, look)
        assert {made.pixelColor(x, y).hsvSaturation() for x in range(0, 150, 10) for y in range(50, 70)} == {0}


def test_of_a_thin_line_nothing_is_left_in_a_blurred_one(picture: QImage) -> None:
    assert picture.pixelColor(20, 60) == QColor(255, 0, 0)
    made = softened(picture, Look.BLURRED)
    assert made.pixelColor(20, 60).green() > 180
    assert softened(picture, Look.PLAIN) is picture
    assert softened(QImage(), Look.BLURRED).isNull()
