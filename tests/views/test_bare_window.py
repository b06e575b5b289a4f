"""A room of the window works in a window that has no other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import settings, words
from console.app import open_store, shown_settings
from console.desk import triage
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.house_texts import HouseTexts
from console.store.connection import Store
from console.sync import demo
from console.views.bare_window import BareWindow
from console.views.fitting import Fitting
from console.views.marked.marking import Marking
from console.views.services import Services
from console.views.showing import Showing
from console.widgets.theme import theme


@pytest.fixture
def store(profile: Path) -> Iterator[Store]:
    made = open_store(profile, settings.load(profile))
    yield made
    made.close()


@pytest.fixture
def bare(profile: Path, store: Store, qapp: QApplication) -> Iterator[BareWindow]:
    words.use("en")
    services = Services(
        Desk(store, demo.MODERATOR), shown_settings(settings.load(profile)), list, lambda changes: None,
        lambda said: None, lambda url: None, HouseTexts(profile),
    )  # fmt: skip
    window = BareWindow(services)
    yield window
    window.closing.emit()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def showing(bare: BareWindow) -> Showing:
    made = Showing(bare, Fitting(bare))
    made.begin(rows_first=False)
    return made


def test_the_desk_shows_its_view_and_says_when_the_files_changed(
    bare: BareWindow, showing: Showing, qtbot: QtBot
) -> None:
    row = bare.conversation.row
    assert bare.list.title() == "Inbox"
    assert row is not None
    with qtbot.waitSignal(showing.changed):
        triage.done(bare.services.desk, [ThreadKey(row.key)])
        showing.look()
    showing.go("done")
    assert bare.model.row_of(row.thread_id) is not None


def test_rows_are_marked_without_anybody_to_decide_on_them(bare: BareWindow, showing: Showing) -> None:
    marking = Marking(bare, showing)
    first = bare.list.current_thread()
    marking.toggle()
    assert list(marking.marked) == [first]
    assert bare.list.current_thread() != first, "and on to the next"
    showing.show_outbox()
    marking.all()
    assert list(marking.marked) == [first], "nobody sees the list behind the outbox"


def test_another_look_reaches_a_window_without_tools(bare: BareWindow, showing: Showing) -> None:
    theme.changed.emit()
    assert bare.conversation.row is not None
