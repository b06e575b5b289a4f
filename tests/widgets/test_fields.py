"""Fields of a form, as they are painted."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.widgets import icons
from console.widgets.fields import BOX, CheckField
from console.widgets.theme import colour, px, theme


@pytest.mark.parametrize(("mode", "percent"), [("light", 100), ("dark", 100), ("dark", 200)])
def test_a_box_to_check_is_seen_in_every_look_and_grows_with_the_text(qtbot: QtBot, mode: str, percent: int) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    icons.load()
    theme.apply(app, mode, percent)
    field = CheckField("Of this conversation")
    qtbot.addWidget(field)
    field.resize(field.sizeHint())
    field.show()
    middle = QPoint(px(4), field.height() // 2)
    assert field.grab().toImage().pixelColor(middle) == colour("bg.input")
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton, pos=QPoint(field.width() - 2, 4))
    assert field.isChecked(), "its words count too"
    assert field.grab().toImage().pixelColor(middle) == colour("accent")
    assert field.grab().toImage().pixelColor(QPoint(px(BOX) - 3, field.height() // 2)) == colour("accent")
    theme.apply(app, "light", 100)
