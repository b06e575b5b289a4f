"""The first run asks who it is; closing while something is on its way asks; what later versions bring isn't shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from console import settings, words
from console.app import _first_run, open_store
from console.desk import replies
from console.store.read import outbox
from console.views.main_window import MainWindow
from console.views.settings.dialog import SettingsDialog
from console.widgets.sidebar import ITEM_ROLE


def answering(kind: type, answer: Callable[[object], None]) -> None:
    """The next dialog of this kind is answered as a person would."""

    def look() -> None:
        found = QApplication.activeModalWidget()
        if isinstance(found, kind):
            answer(found)
        else:
            QTimer.singleShot(10, look)

    QTimer.singleShot(10, look)


def asked_to_close(window: MainWindow, press: str) -> str:
    """Close the window for real and press a button; returns what it asked, "" when it asked nothing."""
    said: list[str] = []

    def answer(box: object) -> None:
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        next(button for button in box.buttons() if button.text() == press).click()

    ask = MainWindow._ask_to_close
    window._ask_to_close = lambda count: ask(window, count)  # type: ignore[method-assign]  # as it really is
    answering(QMessageBox, answer)
    window.close()
    return "".join(said)


def test_closing_while_something_is_on_its_way_says_so_and_asks(window: MainWindow) -> None:
    assert window.conversation.row is not None
    replies.reply(window.services.desk, window.conversation.row.key, "We zoeken het uit.")
    assert "1 thing is still on its way" in asked_to_close(window, "Wait")
    assert window.isVisible()
    ended: list[bool] = []
    window.closing.connect(lambda: ended.append(True))
    assert "still on its way" in asked_to_close(window, "Send at next start")
    assert not window.isVisible()
    assert ended == [True]
    assert [row.intent.state.value for row in outbox.intents(window.services.store)] == ["queued"], "nothing is lost"


def test_closing_with_nothing_on_its_way_asks_nothing(window: MainWindow) -> None:
    window._ask_to_close = lambda count: pytest.fail("asked")  # type: ignore[method-assign]
    window.close()
    assert not window.isVisible()


def test_the_first_run_asks_who_you_are_and_which_accounts_are_yours(tmp_path: Path, qapp: QApplication) -> None:
    words.use("en")
    found = settings.load(tmp_path)
    store = open_store(tmp_path, found)
    asked: list[str] = []

    def answer(dialog: object) -> None:
        assert isinstance(dialog, SettingsDialog)
        asked.extend(label.text() for label in dialog.findChildren(QLabel))
        fields = dialog.findChildren(QLineEdit)
        begin = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Begin")
        assert not begin.isEnabled(), "not without a name"
        fields[0].setText("Noor van der Meer")
        fields[1].setText("Communicatie Waterland, Karin Postma")
        begin.click()

    answering(SettingsDialog, answer)
    told = _first_run(tmp_path, found, store)
    store.close()
    assert any("Who are you?" in text for text in asked)
    assert any("Accounts and colleagues that are us" in text for text in asked)
    assert told.name == settings.load(tmp_path).name == "Noor van der Meer"
    assert told.policy.us_names == {"Noor van der Meer", "Communicatie Waterland", "Karin Postma"}


def test_what_belongs_to_later_versions_is_not_shown(window: MainWindow) -> None:
    shown = {action.text().lower() for action in window.actions_by_name.values()}
    shown |= {button.text().lower() for button in window.findChildren(QPushButton)}
    for later in ("listening", "rule", "watchword", "palette", "attach", "bold", "canned", "export"):
        assert not [text for text in shown if later in text], later


def test_the_network_of_the_demo_fails_from_a_menu_and_comes_back(window: MainWindow, profile: Path) -> None:
    from console.adapters.memory_world import MemoryWorld

    world = MemoryWorld(str(profile / "world.db"))
    window.actions_by_name["demo_offline"].trigger()
    assert world.fault("yammer") == "offline"
    window.actions_by_name["demo_online"].trigger()
    assert world.fault("yammer") == ""


def test_l_opens_the_very_message_on_the_platform(window: MainWindow, qtbot: QtBot) -> None:
    message = window.conversation.current_message()
    assert message is not None
    assert message.url
    qtbot.keyClicks(window.list.view, "l")
    assert window.opened == [message.url]  # type: ignore[attr-defined]


def test_a_reply_that_was_sent_stays_and_its_removal_is_offered(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    key = window.services.store.read("SELECT key FROM thread WHERE title LIKE '%Wat ik hoorde%'")[0]["key"]
    window.showing.open_thread(key)
    pane = window.conversation
    decision = replies.reply(window.services.desk, key, "Dank je wel.")
    there = pane.messages[-1].key
    with window.services.store.writing(window.services.store.ledger) as ledger:
        ledger.exec_driver_sql(
            "UPDATE intent SET state = 'sent', sent_at_ms = not_before_ms, remote_message = ? WHERE id = ?",
            (there, decision.intents[0].id),
        )
    window.showing.open_thread(row.key)
    qtbot.keyClicks(window.list.view, "u")
    assert pane.row is not None
    assert pane.row.key == key, "it leads to where it was"
    assert "stays there" in " ".join(label.text() for label in pane.strip.findChildren(QLabel))
    next(b for b in pane.strip.findChildren(QPushButton) if "Remove" in b.text() or "bin" in b.text().lower()).click()
    assert pane.view.cursor_key == there
    assert "put back" in " ".join(label.text() for label in pane.strip.findChildren(QLabel))


def test_a_connection_and_a_space_are_views_too(window: MainWindow) -> None:
    model = window.sidebar_model
    for kind in ("connection", "space"):
        row = next(n for n in range(model.rowCount()) if model.index(n).data(ITEM_ROLE).kind == kind)
        window.items.activated.emit(model.index(row))
        assert window.model.total > 0, kind
