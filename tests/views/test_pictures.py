"""Pictures stand below the message they belong to: fetched when it is opened, by the collector alone."""

from __future__ import annotations

import asyncio
import dataclasses
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import settings
from console.adapters.memory_world import MemoryWorld
from console.cli.session import now_ms
from console.domain.care import Look
from console.store.connection import Store
from console.store.files import BLOBS
from console.sync import demo
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from console.views.main_window import MainWindow
from console.views.settings.dialog import SettingsDialog
from console.widgets.message_card import CardShown
from console.widgets.picture_dialog import PictureDialog
from console.widgets.picture_strip import HIGH, LOW, WIDE, PictureCell, PictureShown
from console.widgets.theme import px
from console.widgets.thread_view import ThreadView
from tests.servers.proxy import Listener
from tests.views.test_window import choose


@pytest.fixture
def world(profile: Path) -> Iterator[MemoryWorld]:
    """The world that the demo is pulled from."""
    made = MemoryWorld(str(profile / demo.WORLD))
    yield made
    made.close()


def collect(profile: Path) -> None:
    """What the collector does in one round, beside the window."""
    store = Store(profile, now_ms=now_ms, policy=settings.load(profile).policy)
    asyncio.run(Collector(store, SecretStore(profile), Patience(), lambda said: None).once())
    store.close()


def asked(window: MainWindow) -> int:
    """How many requests for pictures nobody took yet."""
    found = window.services.store.read(
        "SELECT count(*) AS n FROM ledger.request WHERE kind = 'pictures' AND state = 'asked'"
    )
    return int(found[0]["n"])


def cell_in(window: MainWindow) -> PictureCell:
    (cell,) = window.conversation.view.picture_cells()
    return cell


def shown(window: MainWindow, qtbot: QtBot, profile: Path, title: str) -> PictureCell:
    """Opens a conversation and lets the collector fetch the picture in it."""
    choose(window, title)
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    qtbot.waitUntil(lambda: not cell_in(window).words)
    return cell_in(window)


def waits_for_words(window: MainWindow, qtbot: QtBot, words: str) -> None:
    """Until they stand there, in a place as low as they need: a click in its middle must find it."""
    qtbot.waitUntil(lambda: words in cell_in(window).words and cell_in(window).height() == px(LOW))


def test_a_picture_is_fetched_when_its_conversation_is_opened_and_not_before(
    window: MainWindow, qtbot: QtBot, profile: Path
) -> None:
    collect(profile)
    assert not (profile / BLOBS).exists()
    choose(window, "Two-factor")
    cell = cell_in(window)
    assert "isn't here yet" in cell.words
    assert "circle.png" in cell.accessibleName()
    assert cell.height() == px(HIGH), "a place is kept for it"
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    qtbot.waitUntil(lambda: not cell_in(window).words)
    assert (cell.width(), cell.height()) <= (px(WIDE), px(HIGH))
    assert cell.isVisible()


def test_what_is_here_shows_without_asking_and_stands_there_after_a_decision(
    window: MainWindow, qtbot: QtBot, profile: Path
) -> None:
    shown(window, qtbot, profile, "Two-factor")
    choose(window, "Wifi in de kas")
    choose(window, "Two-factor")
    assert not cell_in(window).words, "in the same frame"
    qtbot.keyClicks(window.list.view, "e")
    assert asked(window) == 0


def test_a_click_or_a_key_shows_it_larger(window: MainWindow, qtbot: QtBot, profile: Path) -> None:
    cell = shown(window, qtbot, profile, "Two-factor")
    cell.setFocus()
    qtbot.keyClick(cell, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: window.findChild(PictureDialog) is not None)
    dialog = window.findChild(PictureDialog)
    assert isinstance(dialog, PictureDialog)
    assert dialog.windowTitle() == "circle.png"
    assert dialog.shown.pixmap().width() == 640
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_picture_that_waits_until_asked_for_is_not_fetched_before(
    window: MainWindow, qtbot: QtBot, profile: Path
) -> None:
    window.services.settings = {**window.services.settings, "pictures": "ask"}
    joep = next(row for row in window.services.store.read("SELECT key FROM thread WHERE id IN (SELECT thread_id FROM"
                " message WHERE attachments LIKE '%inlogpagina%')"))  # fmt: skip
    window.showing.open_thread(joep["key"])
    cell = cell_in(window)
    assert cell.words == "Show picture"
    collect(profile)
    assert asked(window) == 0
    assert not (profile / BLOBS).exists()
    qtbot.mouseClick(cell, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    qtbot.waitUntil(lambda: not cell_in(window).words)
    assert cell_in(window).look is Look.BLURRED, "it was reported: it begins as it is set to"


def test_offline_it_says_so_and_the_next_time_it_is_here(
    window: MainWindow, qtbot: QtBot, profile: Path, world: MemoryWorld
) -> None:
    world.set_fault("*", "offline")
    choose(window, "Two-factor")
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    qtbot.waitUntil(lambda: "comes when there is a network" in cell_in(window).words)
    world.set_fault("*", "")
    choose(window, "Wifi in de kas")
    shown(window, qtbot, profile, "Two-factor")


def test_what_can_not_be_fetched_says_so_and_a_click_tries_again(
    window: MainWindow, qtbot: QtBot, profile: Path, world: MemoryWorld
) -> None:
    good = world.file("circle.png")
    assert good is not None
    world.put_file("circle.png", b"<svg/>")
    choose(window, "Two-factor")
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    waits_for_words(window, qtbot, "no picture that we can show")
    world.put_file("circle.png", good)
    qtbot.mouseClick(cell_in(window), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked(window) == 1)
    collect(profile)
    qtbot.waitUntil(lambda: not cell_in(window).words)


def test_a_click_counts_before_the_answer_to_the_first_request_was_noticed(
    window: MainWindow, qtbot: QtBot, profile: Path, world: MemoryWorld
) -> None:
    world.put_file("circle.png", b"<svg/>")
    choose(window, "Two-factor")
    qtbot.waitUntil(lambda: asked(window) == 1)
    pictures = window.conversation._pictures
    pictures._poll.stop()  # it looks ten times a second; what comes now comes in between
    collect(profile)
    pictures.fill(window.conversation.view.picture_cells())
    waits_for_words(window, qtbot, "no picture that we can show")
    assert pictures._waiting, "the answer is there, and nobody noticed it"
    qtbot.mouseClick(cell_in(window), Qt.MouseButton.LeftButton)
    assert asked(window) == 1


@pytest.mark.parametrize(("mode", "cells", "chips"), [("show", 1, 0), ("ask", 1, 0), ("never", 0, 1)])
def test_the_setting_works_at_once(window: MainWindow, mode: str, cells: int, chips: int) -> None:
    choose(window, "Two-factor")
    window.services.settings = {**window.services.settings, "pictures": mode}
    window.conversation.reload()
    found = window.conversation.view.picture_cells()
    assert len(found) == cells
    assert len(window.conversation.view._shown[0].attachments) == chips
    assert [cell.words for cell in found] == (
        ["Show picture"] if mode == "ask" else ["This picture isn't here yet."] * cells
    )


def test_the_settings_dialog_keeps_the_choice_and_the_open_conversation_follows(
    window: MainWindow, qtbot: QtBot, profile: Path
) -> None:
    choose(window, "Two-factor")
    assert len(window.conversation.view.picture_cells()) == 1
    window.settings_asked.emit()
    dialog = window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    dialog._pictures.setCurrentIndex(dialog._pictures.findData("never"))
    qtbot.mouseClick(dialog._ok, Qt.MouseButton.LeftButton)
    assert settings.load(profile).pictures == "never"
    assert window.conversation.view.picture_cells() == []


def test_where_a_platforms_files_can_not_be_fetched_an_attachment_is_a_name(window: MainWindow) -> None:
    choose(window, "groepsfoto")
    assert window.conversation.view.picture_cells() == []
    assert "zomerfeest.jpg" in window.conversation.view._shown[0].attachments[0]


def test_a_body_that_names_a_picture_makes_the_window_call_nobody(qtbot: QtBot) -> None:
    with Listener() as listener:
        address = f"http://{listener.address}/spion.png"
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with pytest.raises(OSError):
            direct.open(address, timeout=5)
        assert len(listener.calls) == 1, "the listener hears who calls"
        hostile = f"<p>Kijk</p><img src='{address}'><table background='{address}'></table>"
        picture = PictureShown("k", "m", address, "", covered=False)
        card = CardShown("m", "Joep", "", "now", f"<p style='background:url({address})'>{hostile}</p>", "Kijk",
                         pictures=(picture,))  # fmt: skip
        view = ThreadView()
        qtbot.addWidget(view)
        view.resize(700, 500)
        view.show_messages([card, dataclasses.replace(card, key="n", author=hostile)], "m", same_thread=False)
        view.show()
        qtbot.waitExposed(view)
        view.grab()
        for _turn in range(20):
            QApplication.processEvents()
        assert len(listener.calls) == 1
