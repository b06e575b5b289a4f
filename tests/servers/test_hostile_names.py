"""Names, rooms, reasons and files as hostile as a real server lets people make them, from there to the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from console import settings, words
from console.app import make_window
from console.domain.conversation import ThreadKey
from console.store.connection import Store
from tests.cli.test_hostile_terminal import NEVER
from tests.hostile_house import NASTY
from tests.servers.synapse import Account, Synapse
from tests.servers.test_matrix_journey import Terminal
from tests.views.test_hostile_names import MARK, read_as, tips

LONGEST = 200  # what this server takes for a name
# Half a character can't be sent in JSON.
SENT = [nasty for nasty in NASTY if nasty != "surrogate"]


@pytest.fixture
def us(synapse: Synapse) -> Account:
    return synapse.new_account("mod")


def hostile_room(synapse: Synapse, us: Account, nasty: str) -> None:
    """A room, a colleague, a message with a file and a report of it, all called so."""
    text = NASTY[nasty]
    by = synapse.new_account("boos")
    synapse.ask(
        "PUT", f"/_matrix/client/v3/profile/{by.user_id}/displayname", {"displayname": text[:LONGEST]}, by=by.name
    )
    room = synapse.new_room(text[:LONGEST], by=us.name, members=(by.name,))
    question = synapse.say(by.name, room, f"leesbaar? {text}")
    synapse.say(by.name, room, text, msgtype="m.file", filename=text, url=synapse.upload(by.name, b"x", "x.txt"))
    synapse.report(by.name, room, question, text[:LONGEST])


@pytest.fixture
def terminal(synapse: Synapse, us: Account, tmp_path: Path) -> Iterator[Terminal]:
    made = Terminal(tmp_path)
    assert "Connected" in made.connect_matrix(synapse, us)
    yield made
    for report in synapse.reports():  # the server is everybody's
        synapse.settle(report["id"])


def test_what_a_server_hands_on_is_shown_as_the_text_it_is(
    synapse: Synapse, us: Account, terminal: Terminal, tmp_path: Path, qtbot: QtBot
) -> None:
    for nasty in SENT:
        hostile_room(synapse, us, nasty)
    terminal("sync", "--once")
    found = {said["thread"] for said in terminal.json("search", "leesbaar")["messages"]}
    assert len(found) == len(SENT), "they came in"
    calls = [
        ("queue", "--view", "all"),
        ("spaces", "Kantoor"),
        ("search", "leesbaar"),
        *(("show", one) for one in found),
    ]
    for call in calls:
        assert not NEVER.search(terminal(*call))
    profile = tmp_path / "default"
    words.use("en")
    known = settings.load(profile)
    store = Store(profile, now_ms=lambda: int(time.time() * 1000), policy=known.policy)
    window = make_window(profile, known, store, None)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window.showing.go("all")
    shown: list[str] = []
    for one in found:
        window.showing.open_thread(ThreadKey(one))
        QApplication.processEvents()
        labels_are_plain(window)
        shown += [text for text in tips(window) if text] + [label.text() for label in window.findChildren(QLabel)]
    for nasty in SENT:
        mark = MARK.get(nasty, "leesbaar")
        assert [text for text in shown if mark in read_as(text) or mark in text], f"{nasty} is on the screen"
    window.close()
    store.close()


def labels_are_plain(window: QWidget) -> None:
    for label in window.findChildren(QLabel):
        rich = label.textFormat() != Qt.TextFormat.PlainText and Qt.mightBeRichText(label.text())
        assert not rich, label.text()
        assert not NEVER.search(label.text()), ascii(label.text())
