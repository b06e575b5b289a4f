"""Writing an answer: it grows, it counts what the platform counts, and no word is lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import words
from console.widgets.composer import MOST_LINES, Composer, ComposerShown
from console.widgets.theme import theme

YAMMER = ComposerShown("yammer", "Communicatie", "Fatma", "1,214 members read this", max_bytes=100)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def composer(qtbot: QtBot) -> Composer:
    words.use("en")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    made = Composer()
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    qtbot.waitExposed(made)
    made.show_for(YAMMER, "")
    return made


def test_it_grows_with_the_text_up_to_twelve_lines_and_shrinks_again(composer: Composer) -> None:
    composer.text.setPlainText("one line")
    low = composer.text.height()
    composer.text.setPlainText("a word " * 60)
    middle = composer.text.height()
    composer.text.setPlainText("line\n" * 40)
    high = composer.text.height()
    composer.text.setPlainText("line\n" * 400)
    assert low < middle < high == composer.text.height()
    assert composer.text.lines(MOST_LINES) == MOST_LINES
    composer.text.setPlainText("one line")
    assert composer.text.height() == low


def test_narrower_means_more_lines(composer: Composer) -> None:
    composer.text.setPlainText("a word " * 30)
    before = composer.text.lines(MOST_LINES)
    composer.resize(260, 400)
    QApplication.processEvents()
    assert composer.text.lines(MOST_LINES) > before


def test_bytes_are_counted_not_letters(composer: Composer) -> None:
    composer.text.setPlainText("é" * 45)
    assert composer._count.text() == "90 / 100"
    composer.text.setPlainText("é" * 46)
    assert (composer._count.text(), composer._count.property("tone")) == ("92 / 100", "warn")
    composer.text.setPlainText("é" * 51)
    assert (composer._count.text(), composer._count.property("tone")) == ("2 too many", "danger")
    assert not composer.button.isEnabled()


def test_ctrl_enter_sends_once_and_empties(composer: Composer, qtbot: QtBot) -> None:
    sent: list[tuple[str, bool]] = []
    kept: list[str] = []
    composer.send.connect(lambda text, done: sent.append((text, done)))
    composer.keep.connect(kept.append)
    composer.text.setPlainText("Dank je wel")
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CONTROL)
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CONTROL)
    assert sent == [("Dank je wel", False)]
    composer.text.setPlainText("En klaar")
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CONTROL | Qt.KeyboardModifier.ShiftModifier)
    assert sent[1:] == [("En klaar", True)]
    composer.flush()
    assert kept == [], "what is sent is no draft any more"


def test_spaces_are_no_answer(composer: Composer, qtbot: QtBot) -> None:
    sent: list[str] = []
    composer.send.connect(lambda text, done: sent.append(text))
    composer.text.setPlainText("  \n ")
    qtbot.keyClick(composer.text, Qt.Key.Key_Return, CONTROL)
    assert sent == []


def test_escape_keeps_the_words_and_leaves(composer: Composer, qtbot: QtBot) -> None:
    kept: list[str] = []
    left: list[bool] = []
    composer.keep.connect(kept.append)
    composer.left.connect(lambda: left.append(True))
    composer.text.setPlainText("half a sen")
    qtbot.keyClick(composer.text, Qt.Key.Key_Escape)
    assert (kept, left) == (["half a sen"], [True])


def test_words_are_kept_when_the_thread_changes_within_the_pause(composer: Composer) -> None:
    kept: list[str] = []
    composer.keep.connect(kept.append)
    composer.text.setPlainText("not kept yet")
    composer.flush()
    composer.flush()
    assert kept == ["not kept yet"]


def test_a_draft_that_is_shown_is_not_kept_again(composer: Composer) -> None:
    kept: list[str] = []
    composer.keep.connect(kept.append)
    composer.show_for(YAMMER, "from yesterday")
    composer.flush()
    assert composer.text.toPlainText() == "from yesterday"
    assert kept == []


def test_where_nothing_can_be_written_it_says_why(composer: Composer) -> None:
    composer.show_for(ComposerShown("yammer", "C", "F", refused="This conversation is locked on Yammer."), "")
    assert composer._as.text() == "This conversation is locked on Yammer."
    assert not composer.text.isEnabled()
    assert not composer.button.isEnabled()


def test_by_hand_the_button_says_what_happens(composer: Composer) -> None:
    composer.show_for(ComposerShown("linkedin", "C", "F", by_hand=True), "Hello")
    assert composer.button.text() == "Copy and open"
    assert composer.button.isEnabled()


def test_larger_text_makes_it_higher_at_once(composer: Composer) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    composer.text.setPlainText("one line")
    before = composer.text.height(), composer.text.font().pixelSize()
    theme.apply(app, "dark", 200)
    assert (composer.text.height(), composer.text.font().pixelSize()) > before
    theme.apply(app, "light", 100)
    assert (composer.text.height(), composer.text.font().pixelSize()) == before
