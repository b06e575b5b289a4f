"""From the menu a person saves the notifications that weren't understood, to hand them on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console.domain.conversation import Message, MessageKey, Person, PersonKey, Space, SpaceKey
from console.domain.platform import Page
from console.store.read import connections
from console.store.write import pages
from console.views.main_window import MainWindow

EXAMPLE = "From: x <x@facebookmail.com>\nSubject: Xxxx\n\n<p>Evenement bekijken</p>\n"


def with_one(window: MainWindow) -> None:
    store = window.services.desk.store
    space, person = SpaceKey("mail:here:notices:unknown"), PersonKey("mail:here:robot:x")
    message = Message(MessageKey("mail:here:message:x"), space, person, store.now_ms(), "<p>x</p>", "x", raw=EXAMPLE)
    page = Page((Space(space, "notices", "?"), Person(person, "x"), message), {"n": 1})
    pages.apply(store, connections.connections(store)[0].key, "mail", page)


def test_where_all_was_understood_nothing_is_asked(window: MainWindow) -> None:
    window.actions_by_name["notices"].trigger()
    assert window.findChild(QFileDialog) is None
    assert "Every notification was understood." in window.status._said.text()


def test_they_are_saved_where_a_person_says_or_it_is_said_that_they_cannot(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with_one(window)
    window.actions_by_name["notices"].trigger()
    dialog = window.findChild(QFileDialog)
    assert dialog is not None
    file = tmp_path / "saved.mbox"
    dialog.fileSelected.emit(str(tmp_path / "none" / "x.mbox"))
    assert "We can't write" in window.status._said.text()
    dialog.fileSelected.emit(str(file))
    assert "1 notification written" in window.status._said.text()
    assert "Evenement bekijken" in file.read_text(encoding="utf-8")
    dialog.close()
