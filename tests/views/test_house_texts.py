"""The policies and letters, changed in the window: kept as they are read, or told at their line and not kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from console.house_texts import HouseText
from console.views.house_texts_dialog import HouseTextsDialog
from console.views.main_window import MainWindow


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[HouseTextsDialog]:
    window.reviewing.open()
    window.actions_by_name["policies"].trigger()
    found = window.findChild(HouseTextsDialog)
    assert found is not None
    yield found
    found.reject()
    window.reviewing.leave()


def numbers(window: MainWindow) -> list[int]:
    return [policy.number for policy in window.services.house.policies()]


def test_a_changed_policy_counts_in_the_review_that_is_open(dialog: HouseTextsDialog, window: MainWindow) -> None:
    window.reviewing.page.toggle(8)
    text = dialog.texts[HouseText.POLICIES]
    assert "## 8. Medical" in text.toPlainText()
    text.selectAll()
    text.insertPlainText("## 1. Kind\nBe kind.\n")
    dialog.save()
    assert not dialog.isVisible()
    assert numbers(window) == [1]
    assert (list(window.reviewing.page.panel._policies), window.reviewing.page.choice.numbers) == ([1], set())


def test_what_is_no_policy_is_told_and_not_kept(dialog: HouseTextsDialog, window: MainWindow) -> None:
    text = dialog.texts[HouseText.POLICIES]
    text.selectAll()
    text.insertPlainText("## Kind\n")
    dialog.save()
    assert dialog.isVisible()
    assert "line 1" in dialog.strip.accessibleName()
    assert text.toPlainText() == "## Kind\n", "what was written stays"
    assert numbers(window) == list(range(1, 9))


def test_without_any_text_ours_hold_again(dialog: HouseTextsDialog, window: MainWindow) -> None:
    house = window.services.house
    house.save(HouseText.LETTERS, "## To the author: One\nHello.\n")
    assert len(house.letters()) == 1
    house.save(HouseText.LETTERS, "  \n")
    assert len(house.letters()) == 4


def test_nothing_is_written_that_nobody_changed(dialog: HouseTextsDialog, window: MainWindow) -> None:
    dialog.save()
    assert not window.services.house.own_file(HouseText.POLICIES).exists()


def test_a_folder_that_cannot_be_written_in_keeps_the_words(dialog: HouseTextsDialog, window: MainWindow) -> None:
    window.services.house.own_file(HouseText.LETTERS).with_suffix(".new").mkdir()
    text = dialog.texts[HouseText.LETTERS]
    text.appendPlainText("## To the author: More\nHello.\n")
    dialog.save()
    assert dialog.isVisible()
    assert "What you wrote is still here" in dialog.strip.accessibleName()
