"""The real window on the demo community, without a screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
import time_machine
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import settings, words
from console.cli.session import now_ms
from console.store.connection import Store
from console.sync import demo
from console.sync.collector import Collector
from console.sync.connecting import Patience
from console.sync.secret_store import SecretStore
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from tests.demos import copied
from tests.once import made_once

# The demo's days are counted back from now, so its rows stand in another order at every hour: here it is one hour always.
MADE = datetime(2026, 3, 11, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def a_wednesday_morning() -> Iterator[None]:
    """Every test begins a minute after the demo was made."""
    with time_machine.travel(MADE + timedelta(minutes=1)):
        yield


@pytest.fixture(scope="session")
def filled_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo profile that the collector has filled once; tests work on copies."""
    with time_machine.travel(MADE):
        return made_once(tmp_path_factory, "demo", fill)


def fill(folder: Path) -> None:
    settings.save(folder, {("you", "name"): demo.MODERATOR})
    store = Store(folder, now_ms=now_ms, policy=settings.load(folder).policy)
    demo.make(store, words.resources() / "demo")
    asyncio.run(Collector(store, SecretStore(folder), Patience(), lambda said: None).once())
    store.close()


@pytest.fixture
def profile(filled_demo: Path, tmp_path: Path) -> Path:
    return copied(filled_demo, tmp_path / "demo")


@pytest.fixture
def window(profile: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window as it opens, with the collector at rest."""
    from console.app import make_window, open_store
    from console.widgets.theme import theme

    words.use("en")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    found = settings.load(profile)
    store = open_store(profile, found)
    opened: list[str] = []
    made = make_window(profile, found, store, None)
    made.services.open_link = opened.append
    made.opened = opened  # type: ignore[attr-defined]  # for the tests to look at
    made._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    made.resize(1440, 900)
    made.show()
    qtbot.waitExposed(made)
    made.list.view.setFocus()
    yield made
    made.close()
    made.deleteLater()
    app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # or every test restyles the windows of all before it
    store.close()


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> Iterator[FlaggedPage]:
    """The review, opened with its key."""
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClicks(QApplication.focusWidget() or window, "f")
    assert window.reviewing.is_open
    yield window.reviewing.page
    window.reviewing.leave()
