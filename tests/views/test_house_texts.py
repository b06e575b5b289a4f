"""The policies and letters, changed in the window: kept as they are read, or told at their line and not kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from console.domain.verdicts import Action
from console.house_texts import HouseText
from console.store.read import thread
from console.views.flagged.house_texts_dialog import HouseTextsDialog
from console.views.main_window import MainWindow
from console.views.marked.bulk_verdict import BulkVerdictDialog


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[HouseTextsDialog]:
    window.reviewing.open()
    window.actions_by_name["policies"].trigger()
    found = window.findChild(HouseTextsDialog)
    assert found is not None
    yield found
    found.done(0)
    window.reviewing.leave()


def numbers(window: MainWindow) -> list[int]:
    return [policy.number for policy in window.services.house.policies().found]


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
    assert len(house.letters().found) == 1
    house.save(HouseText.LETTERS, "  \n")
    assert len(house.letters().found) == 4


def test_what_was_changed_is_thrown_away_at_the_second_escape_only(dialog: HouseTextsDialog, qtbot: QtBot) -> None:
    text = dialog.texts[HouseText.POLICIES]
    qtbot.keyClicks(text, "Ours. ")
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    assert dialog.isVisible()
    assert "isn't saved yet" in dialog.strip.accessibleName()
    assert text.toPlainText().startswith("Ours. ")
    qtbot.keyClick(text, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


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


def test_a_policy_that_was_taken_out_while_it_was_chosen_is_told_and_nothing_is_decided(window: MainWindow) -> None:
    window.reviewing.open()
    page, file = window.reviewing.page, window.services.house.own_file(HouseText.POLICIES)
    assert page.about is not None
    about, history = page.about.message, len(thread.history(page._desk.store))
    page.toggle(8)
    page.choose(Action.ESCALATE)
    page.choice.to, page.choice.note = "Ineke", "Kijk jij?"
    file.write_text("## 1. Kind\nBe kind.\n## 8. Something else\nNo.\n", encoding="utf-8")  # beside the window
    page.judging.give()
    assert "no longer among the policies: 8. Medical question." in page.strip.accessibleName()
    assert (page.about.message, len(thread.history(page._desk.store))) == (about, history)
    assert (page.choice.numbers, page.choice.action, page.choice.note) == (set(), Action.ESCALATE, "Kijk jij?")
    assert list(page.panel._policies) == [1, 8], "what there is now can be chosen"
    file.write_text("## Broken\n", encoding="utf-8")
    page.toggle(8)
    page.judging.give()
    assert len(thread.history(page._desk.store)) == history + 1, "a file that can't be read stops no verdict"
    window.reviewing.leave()


def test_while_the_own_policies_cannot_be_read_they_hold_as_they_were_and_that_is_said(window: MainWindow) -> None:
    house, file = window.services.house, window.services.house.own_file(HouseText.POLICIES)
    file.write_text("## 5. Kind\nBe kind.\n", encoding="utf-8")
    assert house.policies().broken is None
    file.write_text("## Kind\n", encoding="utf-8")
    window.reviewing.open()
    page = window.reviewing.page
    assert list(page.panel._policies) == [5]
    assert "Until it is mended, it holds as it last could be read." in page.strip.accessibleName()
    page.toggle(5)
    page.choose(Action.DELETE)
    page.judging.give()
    assert page.round.judged == 1, page.strip.accessibleName()
    asked = BulkVerdictDialog(window.services, Action.HIDE, window)
    assert [policy.title for policy in asked._policies] == ["Kind"]
    asked.reject()
    window.reviewing.leave()
    file.unlink()
    assert [policy.number for policy in house.policies().found] == list(range(1, 9)), "taken away, ours hold again"
    file.write_text("## Kind\n", encoding="utf-8")
    assert len(house.policies().found) == 8, "what was taken away on purpose doesn't come back"
