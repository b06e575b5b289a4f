"""Receivers and duty in the settings: added, changed and taken out in plain words; what is wrong isn't kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console import words
from console.settings import load, save
from console.views.main_window import MainWindow
from console.views.settings.dialog import SettingsDialog
from console.views.settings.people import PeopleField

OWN = """# mine
[escalate]
receivers = [{ name = "Ineke Brouwer, HR", mail = "hr@example.org", hours = "09:00-17:00" }]  # of HR
"""


@pytest.fixture
def dialog(window: MainWindow, profile: Path, qtbot: QtBot) -> Iterator[SettingsDialog]:
    words.use("en")
    with (profile / "settings.toml").open("a", encoding="utf-8") as file:
        file.write(OWN)
    found = load(profile)
    window.services.settings = {
        **window.services.settings, "receivers": found.receivers, "on_duty": found.on_duty, "name": "Noor",
    }  # fmt: skip
    window.services.save_settings = lambda changes: save(profile, changes)
    made = SettingsDialog(window.services, window)
    made.open()
    yield made
    made.close()


def lists(dialog: SettingsDialog) -> tuple[PeopleField, PeopleField]:
    return dialog.people["escalate", "receivers"], dialog.people["duty", "people"]


def test_who_is_added_changed_and_taken_out_is_kept(dialog: SettingsDialog, profile: Path) -> None:
    receivers, duty = lists(dialog)
    (ineke,) = receivers.rows
    assert ineke.said.text() == "Mon-Fri 09:00-17:00; not on public holidays"
    receivers.add.click()
    receivers.rows[1].name.setText("Bas")
    assert receivers.rows[1].said.text() == "Always there"
    ineke.remove.click()
    duty.add.click()
    duty.rows[0].name.setText(" Daan  de Wit ")
    duty.rows[0].hours.setText("ma-vr 17:00-23:00; za, zo 22:00-06:00")
    assert duty.rows[0].said.text() == (
        "Mon 00:00-06:00 + 17:00-23:00, Tue-Fri 17:00-23:00, Sat 22:00-24:00, Sun 00:00-06:00 + 22:00-24:00"
    )
    dialog._ok.click()
    assert not dialog.isVisible()
    found = load(profile)
    assert [one.name for one in found.receivers] == ["Bas"]
    assert [(one.name, one.said) for one in found.on_duty] == [("Daan de Wit", "ma-vr 17:00-23:00; za, zo 22:00-06:00")]
    assert "# mine" in (profile / "settings.toml").read_text("utf-8")


def test_a_list_that_nobody_touched_stays_as_it_was_written(dialog: SettingsDialog, profile: Path) -> None:
    dialog._ok.click()
    assert OWN.splitlines()[2] in (profile / "settings.toml").read_text("utf-8")
    assert [one.name for one in load(profile).receivers] == ["Ineke Brouwer, HR"]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("mail", "hr", "‘hr’ is no mail address"),
        ("hours", "kantoortijd", "‘kantoortijd’ are no hours"),
        ("name", "", "Somebody there has no name."),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_kept(
    dialog: SettingsDialog, profile: Path, field: str, typed: str, said: str
) -> None:
    before = (profile / "settings.toml").read_text("utf-8")
    (ineke,) = lists(dialog)[0].rows
    getattr(ineke, field).setText(typed)
    dialog._ok.click()
    assert dialog.isVisible()
    assert ineke.said.text().startswith(said)
    assert (profile / "settings.toml").read_text("utf-8") == before


def test_the_same_name_twice_is_told(dialog: SettingsDialog) -> None:
    receivers, _duty = lists(dialog)
    receivers.add.click()
    receivers.rows[1].name.setText("ineke brouwer, hr")
    dialog._ok.click()
    assert dialog.isVisible()
    assert "stands there twice" in receivers._wrong.text()


def test_a_row_left_empty_is_nobody(dialog: SettingsDialog, profile: Path) -> None:
    lists(dialog)[1].add.click()
    dialog._ok.click()
    assert load(profile).on_duty == ()
