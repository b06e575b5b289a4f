"""A review on a full disk: what was chosen stays, what could not be written is said."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.desk import triage
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.verdicts import Action
from console.store.errors import StoreFull
from console.store.read import judged
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from tests.views.reviewed import KEY, at, everything_said, type_keys


def test_a_full_disk_loses_no_choice_and_says_so(
    page: FlaggedPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(page, "Wat ik hoorde")
    before = page.about

    def full(*_asked: object, **_more: object) -> None:
        raise StoreFull(page._desk.store.ledger_path)

    for verb, keys in (("give_planned", ["o", KEY.Key_Return]), ("skip", ["j"])):
        monkeypatch.setattr(f"console.views.flagged.judging.verdicts.{verb}", full)
        type_keys(page, qtbot, *keys)
        assert page.about == before, "nothing was decided, so nothing moved on"
        assert "full" in page.strip.accessibleName()
    assert page.choice.action is Action.KEEP


def fill_the_disk(window: MainWindow) -> None:
    """Room for not one more decision: the file may grow no further, as on a disk that is full."""
    store = window.services.store
    pages = store.ledger.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.ledger.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    thread = judged.waiting(store)[0].thread
    for text in ("vol " * 20, "v"):  # where no long note fits anymore a short one still may
        with pytest.raises(StoreFull):
            note_without_end(window.services.desk, thread, text)


def note_without_end(desk: Desk, thread: ThreadKey, text: str) -> None:
    while True:
        triage.note(desk, thread, text)


@pytest.mark.parametrize("keys", [("o", KEY.Key_Return), ("j",), ("u",)], ids=["verdict", "skip", "undo"])
def test_a_full_disk_on_the_road_is_told_and_everything_stays_as_it_was(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot, keys: tuple[str | Qt.Key, ...]
) -> None:
    type_keys(page, qtbot, "o", KEY.Key_Return)
    fill_the_disk(window)
    store = window.services.store
    events = "SELECT count(*) AS n, max(hlc) AS last FROM ledger.event"
    before = (tuple(store.read(events)[0]), [one.message for one in judged.waiting(store)], page.round.at)
    type_keys(page, qtbot, *keys)
    assert "The disk is full" in everything_said(page.strip)
    assert (tuple(store.read(events)[0]), [one.message for one in judged.waiting(store)], page.round.at) == before
    store.ledger.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    type_keys(page, qtbot, *keys)
    assert tuple(store.read(events)[0]) != before[0], "with room it goes on"
