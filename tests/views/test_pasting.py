"""Ctrl+V on the list makes a message of what was copied, in the group it belongs to; in a field it pastes, as anywhere."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QDateTime, QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from console.cli.session import now_ms
from console.settings import load
from console.store.connection import Store
from console.store.read import queue
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from console.views.main_window import MainWindow
from console.views.pasting import PasteDialog

LINK = "https://www.facebook.com/groups/123/posts/456/"
TEXT = "Wanneer komt het nieuwe rooster?"


def copied(text: str = "", html: str = "") -> None:
    held = QMimeData()
    if text:
        held.setText(text)
    if html:
        held.setHtml(html)
    QGuiApplication.clipboard().setMimeData(held)


def press_paste(window: MainWindow, qtbot: QtBot) -> PasteDialog | None:
    qtbot.keyClick(window.list.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    found = [dialog for dialog in window.findChildren(PasteDialog) if dialog.isVisible()]
    return found[-1] if found else None


def shown(window: MainWindow) -> list[str]:
    return [label.text() for label in window.conversation.strip.findChildren(QLabel)]


def collect(profile: Path) -> None:
    """What the collector does meanwhile, in a process of its own."""
    store = Store(profile, now_ms=now_ms, policy=load(profile).policy)
    asyncio.run(Collector(store, SecretStore(profile), Patience(), lambda said: None).once())
    store.close()


def test_what_was_copied_is_kept_shown_and_taken_back(window: MainWindow, profile: Path, qtbot: QtBot) -> None:
    copied(f"{TEXT}\n{LINK}?__cft__=token")
    dialog = press_paste(window, qtbot)
    assert dialog is not None
    assert dialog._text.toPlainText() == TEXT
    assert dialog._link.text() == LINK
    dialog.keep()
    assert dialog.isVisible(), "nobody said yet who wrote it"
    assert dialog.wrong.text() == "Say who wrote it."
    dialog._author.setText("Sanne Bakker")
    dialog._group.setEditText("Vragen aan de directie")
    dialog._when.setDateTime(QDateTime(2026, 11, 20, 9, 30, 0))
    dialog.keep()
    qtbot.waitUntil(lambda: not window.findChildren(PasteDialog))
    collect(profile)
    pane = window.conversation
    qtbot.waitUntil(lambda: pane.row is not None and pane.row.space_title == "Vragen aan de directie", timeout=10_000)
    assert pane.row is not None
    assert (pane.row.platform, pane.messages[0].text, pane.messages[0].author) == ("facebook", TEXT, "Sanne Bakker")
    key = pane.row.key
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.list.view.setFocus()
    qtbot.keyClicks(window.list.view, "u")
    assert "Taken back: pasted a message by Sanne Bakker." in shown(window)
    collect(profile)
    row = queue.row(window.services.store, key)
    assert row is None or row.messages == 0


def test_the_same_again_opens_what_is_here(window: MainWindow, profile: Path, qtbot: QtBot) -> None:
    copied(f"{TEXT}\n{LINK}")
    dialog = press_paste(window, qtbot)
    assert dialog is not None
    dialog._author.setText("Sanne Bakker")
    dialog._group.setEditText("Vragen")
    dialog.keep()
    collect(profile)
    before = len(queue.page(window.services.store, queue.View("all"), 500)[0])
    assert press_paste(window, qtbot) is None
    assert window.conversation.row is not None
    assert window.conversation.messages[0].text == TEXT
    copied("Nog een vraag\n" + LINK + "?comment_id=9")
    dialog = press_paste(window, qtbot)
    assert dialog is not None
    assert not dialog._group.isEnabled(), "its group is known now"
    assert dialog._group.currentText() == "Vragen"
    dialog.reject()
    assert len(queue.page(window.services.store, queue.View("all"), 500)[0]) == before


def test_where_text_is_typed_ctrl_v_pastes_text(window: MainWindow, qtbot: QtBot) -> None:
    copied(f"{TEXT} {LINK}")
    window.deciding.reply()
    for field in (window.list.search, window.conversation.composer.text):
        field.setFocus()
        qtbot.keyClick(field, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        assert not window.findChildren(PasteDialog)
    assert TEXT in window.list.search.text()
    assert TEXT in window.conversation.composer.text.toPlainText()
    window.conversation.composer.text.clear()


def test_files_and_pictures_on_the_clipboard_are_none_of_its_business(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    held = QMimeData()
    held.setUrls([QUrl.fromLocalFile(str(tmp_path / "geheim.txt"))])
    (tmp_path / "geheim.txt").write_text("geheim")
    QGuiApplication.clipboard().setMimeData(held)
    assert press_paste(window, qtbot) is None
    QGuiApplication.clipboard().setMimeData(QMimeData())
    assert press_paste(window, qtbot) is None


def test_the_html_of_a_clipboard_is_shown_as_words(window: MainWindow, qtbot: QtBot) -> None:
    copied(html=f"<script>alert(1)</script><p>{TEXT}</p><img src='http://evil.example/x.png'><a href='{LINK}'>3 u</a>")
    dialog = press_paste(window, qtbot)
    assert dialog is not None
    assert "alert" not in dialog._text.toPlainText()
    assert (TEXT in dialog._text.toPlainText(), dialog._link.text()) == (True, LINK)
    dialog.reject()


@pytest.mark.parametrize(("width", "height"), [(1024, 700), (640, 420)])
def test_it_fits_in_a_small_window(window: MainWindow, qtbot: QtBot, width: int, height: int) -> None:
    window.resize(width, height)
    copied(f"{TEXT}\n{LINK}")
    dialog = press_paste(window, qtbot)
    assert dialog is not None
    assert dialog.width() <= window.width()
    assert dialog.height() <= window.height()
    dialog.reject()
