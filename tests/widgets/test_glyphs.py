"""Every script our people write in is drawn in letters, not in boxes."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextLayout
from pytestqt.qtbot import QtBot

from console.widgets.theme import font


def missing_glyphs(text: str) -> int:
    """How many glyphs of a text no font has (their index is 0)."""
    layout = QTextLayout(text, font("reading"))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return sum(list(run.glyphIndexes()).count(0) for run in layout.glyphRuns())


@pytest.mark.parametrize(
    "text", ["Fatma Yıldız, Özlem Şahin", "陈伟 夜班的人没有时间", "ليلى حداد شكراً", "👍 🎂 🕯️ 🧶"], ids=["latin", "chinese", "arabic", "emoji"]
)  # fmt: skip
def test_there_are_letters_and_no_boxes(qtbot: QtBot, text: str) -> None:
    assert missing_glyphs(text) == 0


def test_a_letter_that_no_font_has_is_noticed(qtbot: QtBot) -> None:
    assert missing_glyphs("\U0010fffd") > 0
