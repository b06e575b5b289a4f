"""What needs a person is said where they look: a lost sign-in above everything, what was mended in the status bar."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console import app, settings
from console.app import CollectorProcess, open_store
from console.cli.session import now_ms
from console.desk import replies
from console.store.care import is_damaged
from console.store.connection import Store
from console.store.files import CACHE
from console.store.read import connections, outbox
from console.sync import demo
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from console.views.connections.dialog import ConnectDialog
from console.views.main_window import MainWindow
from console.widgets import icons
from console.widgets.check_card import TONES
from console.widgets.platform_rows import LOOKS
from console.widgets.status_bar import LONG_MS
from console.widgets.strip import Strip


def collect(profile: Path) -> None:
    store = Store(profile, now_ms=now_ms, policy=settings.load(profile).policy)
    asyncio.run(Collector(store, SecretStore(profile), Patience(), lambda said: None).once())
    store.close()


def said(strip: Strip) -> str:
    return " ".join(label.text() for label in strip.findChildren(QLabel)) if strip.isVisible() else ""


def expired(window: MainWindow, profile: Path) -> None:
    assert not window.sign_in.isVisible()
    demo.set_fault(profile, "expired")
    collect(profile)
    states = {row.health.state for row in connections.connections(window.services.store)}
    assert states == {"sign_in"}, "the fault is really there"
    window.showing.look()


def test_a_lost_sign_in_stands_above_everything_until_it_is_back(
    profile: Path, window: MainWindow, qtbot: QtBot
) -> None:
    expired(window, profile)
    assert said(window.sign_in).startswith("Yammer no longer lets us in. Sign in again.")
    assert "5 more connections wait too." in said(window.sign_in)
    (button,) = window.sign_in.findChildren(QPushButton)
    window.showing.go("outbox")
    assert button.isVisible(), "wherever somebody is"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)  # the demo's own way of signing in
    collect(profile)
    window.showing.look()
    assert not window.sign_in.isVisible()


def test_the_keyboard_reaches_the_button_of_a_lost_sign_in(profile: Path, window: MainWindow, qtbot: QtBot) -> None:
    expired(window, profile)
    (button,) = window.sign_in.findChildren(QPushButton)
    window.items.setFocus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is button
    button.setFocus()
    asked: list[object] = []
    window.sign_in_asked.connect(asked.append)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert len(asked) == 1


def test_on_a_real_platform_the_button_opens_the_dialog_filled_in(
    profile: Path, window: MainWindow, qtbot: QtBot
) -> None:
    with closing(sqlite3.connect(profile / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE connection SET adapter = 'wordpress' WHERE platform = 'wordpress'")
    row = next(row for row in connections.connections(window.services.store) if row.platform == "wordpress")
    window.sign_in_asked.emit(row)
    dialog = window.findChild(ConnectDialog)
    assert dialog is not None
    assert dialog.windowTitle() == "Sign in again"
    assert dialog.first.form.field("url").text() == row.url
    dialog.close()


def test_a_reply_that_waits_for_a_sign_in_says_so_and_offers_it(
    profile: Path, window: MainWindow, qtbot: QtBot
) -> None:
    row = window.conversation.row
    assert row is not None
    intent = replies.reply(window.services.desk, row.key, "Ik kijk het na.").intents[0]
    with closing(sqlite3.connect(profile / "ledger.db")) as ledger, ledger:
        ledger.execute("UPDATE intent SET waits_for = 'sign_in' WHERE id = ?", (intent.id,))
    asked: list[object] = []
    window.sign_in_asked.disconnect()
    window.sign_in_asked.connect(asked.append)
    window.showing.show_outbox()
    assert "Waiting for sign-in" in " ".join(label.text() for label in window.outbox.findChildren(QLabel))
    qtbot.keyClick(window.outbox, Qt.Key.Key_1)
    assert [found.key for found in asked] == [row.connection]  # type: ignore[attr-defined]  # connections
    qtbot.keyClick(window.outbox, Qt.Key.Key_2)
    assert outbox.intents(window.services.store) == []


def test_a_damaged_copy_is_set_aside_and_that_is_told(profile: Path) -> None:
    (profile / CACHE).write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    assert is_damaged(profile / CACHE), "the fault is really there"
    told: list[str] = []
    open_store(profile, settings.load(profile), told.append).close()
    assert told == ["The copy was damaged. We collect the conversations again; your decisions are still there."]
    open_store(profile, settings.load(profile), told.append).close()
    assert len(told) == 1


def test_what_was_mended_stays_in_the_status_bar_for_a_minute(window: MainWindow) -> None:
    window.status.say_long("The copy was damaged.")
    window.showing.look()
    window.showing.show_counts()
    assert window.status._said.text() == "The copy was damaged."
    assert window.status._told.interval() == LONG_MS
    window.status.say("Text size 110 %")
    assert window.status._told.interval() < LONG_MS


@pytest.fixture
def collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[CollectorProcess]:
    """One that ends as soon as it has begun."""
    monkeypatch.setattr(app, "collector_command", lambda profile: (sys.executable, ["-c", "print('{}')"]))
    monkeypatch.setattr(app, "RESTART_MS", 1)
    made = CollectorProcess(tmp_path)
    yield made
    made.stop()


def test_a_collector_that_ends_is_started_again_and_that_is_told_once(
    collector: CollectorProcess, qtbot: QtBot
) -> None:
    told: list[str] = []
    collector.told.connect(told.append)
    collector.start()
    qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
    assert "was started again" in told[0]
    assert "keeps stopping" in told[1], "five times is no accident"


def test_a_restored_backup_is_told_by_the_collector(
    collector: CollectorProcess, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    line = json.dumps({"restored": "Your decisions file was damaged. It is back."})
    monkeypatch.setattr(app, "collector_command", lambda profile: (sys.executable, ["-c", f"print({line!r})"]))
    with qtbot.waitSignal(collector.told, timeout=20_000) as heard:
        collector.start()
    assert heard.args == ["Your decisions file was damaged. It is back."]


@pytest.mark.parametrize(("searched", "connected"), [("", False), ("zzz", True), ("", True)])
def test_what_an_empty_list_says_has_an_icon_that_exists(window: MainWindow, searched: str, connected: bool) -> None:
    icons.load()
    window.list.say_empty("inbox", searched, connected=connected)
    shown = window.list.empty._icon
    assert not icons.pixmap(shown._value, shown._tone, 24).isNull()


@pytest.mark.parametrize(
    "name", [*TONES.values(), *(name for name, _ink in LOOKS.values()), "eye", "eye-slash", "copy"]
)
def test_the_signs_of_a_check_exist(window: MainWindow, name: str) -> None:
    icons.load()
    assert not icons.pixmap(name, "ok", 16).isNull()
