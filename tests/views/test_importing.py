"""A file comes in by the window: dropped or chosen, looked at, asked about, read, with what was left out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console.cli.session import now_ms
from console.domain.imported import FOLDER
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.read.connections import connections
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from console.views.import_dialog import ImportDialog
from console.views.main_window import MainWindow
from tests.adapters.imports.test_mail import an_mbox, made

Collects = Callable[[], None]


@pytest.fixture
def collect(profile: Path) -> Collects:
    """What a collector does when it has a moment: answers what is asked, and pulls what is connected."""

    def once() -> None:
        store = Store(profile, now_ms=now_ms, policy=Policy())
        try:
            for _round in range(2):  # what the first one connects the second one reads
                asyncio.run(Collector(store, SecretStore(profile), Patience(), lambda said: None).once())
        finally:
            store.close()

    return once


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [{"type": "message", "space": "Buurtnieuws", "author": "Sanne", "posted_at": "2026-11-23T09:12:44Z",
              "id": n, "text": f"Vraag {n}?"} for n in range(7)]  # fmt: skip
    path = tmp_path / "buurt.txt"
    path.write_text("\n".join(['{"luisterpost": 1}', *map(json.dumps, lines), "kapot", ""]))
    return path


def drop(window: MainWindow, *paths: Path) -> ImportDialog:
    dragged = QMimeData()
    dragged.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    nothing = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, nothing)  # fmt: skip
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, nothing))  # fmt: skip
    return next(dialog for dialog in window.findChildren(ImportDialog) if dialog.isVisible())


def press(dialog: ImportDialog, words: str) -> None:
    (button,) = [one for one in dialog.findChildren(QPushButton) if one.text() == words and one.isVisible()]
    button.click()


def said(dialog: ImportDialog) -> str:
    return f"{dialog._told.text()}\n{dialog._more.text()}"


def names(window: MainWindow) -> list[str]:
    return [row.name for row in connections(window.services.store)]


def test_a_dropped_file_is_looked_at_asked_about_and_read(
    window: MainWindow, qtbot: QtBot, collect: Collects, file: Path
) -> None:
    before = names(window)
    dialog = drop(window, file)
    assert "Nothing is kept yet" in said(dialog)
    collect()
    qtbot.waitUntil(lambda: "7 messages would be read. 1 person speaks in it." in said(dialog))
    assert "Buurtnieuws  7" in said(dialog)
    assert "buurt.txt:9  This line is no JSON object." in said(dialog)
    assert names(window) == before
    dialog._name.setText("De buurt")
    press(dialog, "Import")
    collect()
    qtbot.waitUntil(lambda: "‘De buurt’: 7 messages read." in said(dialog))
    assert "1 thing was left out:" in said(dialog)
    assert names(window) == [*before, "De buurt"]
    press(dialog, "Close")
    qtbot.waitUntil(lambda: not window.findChildren(ImportDialog))


def test_who_knows_what_it_is_does_not_wait_for_the_count(
    window: MainWindow, qtbot: QtBot, collect: Collects, tmp_path: Path
) -> None:
    dialog = drop(window, an_mbox(tmp_path, [made(n) for n in range(5)]))
    dialog._show_moving({"what": "reading", "share": 0.3, "messages": 2})
    assert dialog._bar.value() == 300
    press(dialog, "Import")
    collect()
    qtbot.waitUntil(lambda: "‘redactie’: 5 messages read." in said(dialog))


def test_what_is_no_export_is_said_and_nothing_is_kept(
    window: MainWindow, qtbot: QtBot, collect: Collects, tmp_path: Path, profile: Path
) -> None:
    before = names(window)
    (tmp_path / "verslag.pdf").write_bytes(b"%PDF-1.7")
    dialog = drop(window, tmp_path / "verslag.pdf")
    collect()
    qtbot.waitUntil(lambda: "It looks like a PDF" in said(dialog))
    press(dialog, "Close")
    assert names(window) == before
    assert not list((profile / FOLDER).glob("*"))


def test_who_cancels_keeps_nothing(window: MainWindow, qtbot: QtBot, collect: Collects, file: Path) -> None:
    before = names(window)
    dialog = drop(window, file)
    press(dialog, "Cancel")
    collect()
    window.showing.look()
    assert names(window) == before


def test_what_was_read_can_be_taken_away_again(
    window: MainWindow, qtbot: QtBot, collect: Collects, file: Path, profile: Path
) -> None:
    before = names(window)
    dialog = drop(window, file)
    collect()
    qtbot.waitUntil(lambda: "would be read" in said(dialog))
    press(dialog, "Import")
    collect()
    qtbot.waitUntil(lambda: "messages read" in said(dialog))
    dialog._taken_away()
    collect()
    assert names(window) == before
    assert not list((profile / FOLDER).glob("*"))


def test_text_that_is_dragged_is_no_file(window: MainWindow) -> None:
    dragged = QMimeData()
    dragged.setText("https://example.org/")
    dragged.setUrls([QUrl("https://example.org/export.zip")])
    enter = QDragEnterEvent(QPointF(9, 9).toPoint(), Qt.DropAction.CopyAction, dragged, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    enter.ignore()
    QApplication.sendEvent(window, enter)
    assert not enter.isAccepted()
