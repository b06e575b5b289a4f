"""Private words to who said a message: from the menu of messages, where the platform has that, and never lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit
from pytestqt.qtbot import QtBot

from console.domain.outbox import Kind, State
from console.store.read import outbox
from console.views.main_window import MainWindow
from console.views.writing import WriteDialog
from tests.views.test_window import choose

TEXT = "Bel je ons even? Dan zoeken we het samen uit."


def can_write(window: MainWindow, way: str) -> None:
    """The platform has private answers, by that way."""
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE space SET capabilities = json_set(capabilities, '$.ways.write', ?)", (way,))


def begin(window: MainWindow, qtbot: QtBot) -> tuple[WriteDialog, QPlainTextEdit]:
    window.actions_by_name["write"].trigger()
    (dialog,) = [one for one in window.findChildren(WriteDialog) if one.isVisible()]
    field = dialog.findChild(QPlainTextEdit)
    assert isinstance(field, QPlainTextEdit)
    return dialog, field


def test_where_a_platform_has_no_private_answers_it_is_said(window: MainWindow, qtbot: QtBot) -> None:
    can_write(window, "no")
    choose(window, "bezoektijden")
    window.actions_by_name["write"].trigger()
    assert window.findChild(WriteDialog) is None
    assert "has no ‘Write privately’" in window.status._said.text()


def test_private_words_leave_through_the_outbox_and_come_back_when_they_are_taken_back(
    window: MainWindow, qtbot: QtBot
) -> None:
    can_write(window, "api")
    choose(window, "bezoektijden")
    dialog, field = begin(window, qtbot)
    dialog.send()
    assert dialog.isVisible(), "there is nothing in it yet"
    field.setPlainText(TEXT)
    dialog.send()
    intent = outbox.intents(window.services.store)[0].intent
    assert (intent.kind, intent.text, intent.state) == (Kind.WRITE, TEXT, State.QUEUED)
    assert intent.message == window.conversation.current_key()
    window.actions_by_name["undo"].trigger()
    assert outbox.intents(window.services.store) == []
    assert begin(window, qtbot)[1].toPlainText() == TEXT


def test_what_was_typed_and_left_is_there_on_coming_back(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    can_write(window, "api")
    choose(window, "bezoektijden")
    dialog, field = begin(window, qtbot)
    field.setPlainText(TEXT)
    qtbot.waitUntil(lambda: bool(window.services.store.read("SELECT 1 FROM ledger.draft WHERE kind LIKE 'private %'")))
    field.setPlainText(f"{TEXT} Groet, Noor")
    dialog.reject()
    assert begin(window, qtbot)[1].toPlainText() == f"{TEXT} Groet, Noor"
    assert window.conversation.composer.text.toPlainText() == "", "it is not the answer that everybody reads"
