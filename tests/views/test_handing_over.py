"""Handing over in the window: what is in it first, a passphrase twice, and the colleague's side of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from console.desk import hand_over, triage
from console.store.read import judged, queue
from console.views.handing_over import GiveDialog, TakeDialog
from console.views.main_window import MainWindow

PASSPHRASE = "kool en geit 1"


def asking(window: MainWindow) -> GiveDialog:
    found = [one for one in window.findChildren(GiveDialog) if one.isVisible()]
    assert len(found) == 1
    return found[0]


@pytest.fixture
def thread(window: MainWindow) -> str:
    found = judged.waiting(window.services.store)[0].thread
    triage.assign(window.services.desk, [found], window.services.desk.moderator)
    return found


def test_what_is_missing_is_said_and_then_the_file_is_written(
    window: MainWindow, thread: str, qtbot: QtBot, tmp_path: Path
) -> None:
    window.actions_by_name["hand_over"].trigger()
    dialog = asking(window)
    assert "1 assignment" in dialog.about.text()
    said = []
    for who, first, again in (("", "", ""), ("Sanne", "kort", "kort"), ("Sanne", PASSPHRASE, "anders")):
        dialog._to.setCurrentText(who)
        dialog._first.setText(first)
        dialog._again.setText(again)
        dialog.go.click()
        said.append(dialog.wrong.text())
    assert said == ["Name the colleague who takes it over.", "Choose a passphrase of at least 8 characters.",
                    "The two passphrases differ."]  # fmt: skip
    assert not window.findChildren(QFileDialog), "no file is asked for before"
    dialog._again.setText(PASSPHRASE)
    dialog.write(tmp_path / "no" / "folder" / "x")
    qtbot.waitUntil(lambda: "name a file in a folder that exists" in dialog.wrong.text())
    file = tmp_path / "x.luisterpost"
    dialog.write(file)
    qtbot.waitUntil(lambda: not window.findChildren(GiveDialog))
    row = queue.row(window.services.store, thread)
    assert row is not None
    assert (file.exists(), row.assignee) == (True, "Sanne")
    window.deciding.undo()
    row = queue.row(window.services.store, thread)
    assert row is not None
    assert row.assignee == window.services.desk.moderator


def test_who_has_nothing_in_hand_is_told(window: MainWindow) -> None:
    desk = replace(window.services.desk, moderator="Iemand anders")
    window.services.desk = desk
    window.actions_by_name["hand_over"].trigger()
    assert not window.findChildren(GiveDialog)


def test_a_file_is_opened_with_its_passphrase_looked_at_and_taken(
    window: MainWindow, thread: str, qtbot: QtBot, tmp_path: Path
) -> None:
    giver, file = replace(window.services.desk, moderator="Karin"), tmp_path / "x.luisterpost"
    triage.assign(giver, [thread], "Karin")  # type: ignore[list-item]  # a thread's key
    hand_over.write(hand_over.gather(giver, window.services.desk.moderator), file, PASSPHRASE)
    dialog = window.deciding.handing_over.look_at(file)
    dialog._passphrase.setText("iets anders")
    dialog.go.click()
    qtbot.waitUntil(lambda: "doesn't open x.luisterpost" in dialog.wrong.text())
    dialog._passphrase.setText(PASSPHRASE)
    dialog.go.click()
    qtbot.waitUntil(lambda: "From Karin" in dialog.about.text())
    row = queue.row(window.services.store, thread)
    assert row is not None
    assert row.assignee == "Karin", "looking takes nothing"
    dialog.go.click()
    qtbot.waitUntil(lambda: not window.findChildren(TakeDialog))
    row = queue.row(window.services.store, thread)
    assert row is not None
    assert row.assignee == window.services.desk.moderator
