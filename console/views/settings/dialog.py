"""Who you are and how it looks: the settings a person changes, and the first run that asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QLineEdit,
    QPushButton,
    QWidget,
)

from console.views.services import Services
from console.views.settings.care import CareSettings
from console.views.settings.people import PeopleField
from console.views.settings.road import RoadSettings
from console.widgets.dialog import Dialog
from console.widgets.fields import CheckField, ChoiceField, Labelled, NumberField
from console.widgets.message_card import plain_label
from console.words import _


class SettingsDialog(Dialog):
    """`changed` carries what was changed; the file is written before it is told."""

    changed = Signal(object)

    def __init__(self, services: Services, over: QWidget | None, *, first_run: bool = False) -> None:
        super().__init__(over, 460)
        self._services = services
        now = services.settings
        self.setWindowTitle(_("Welcome") if first_run else _("Settings"))
        column = self.body
        column.addWidget(plain_label(_("Who are you?") if first_run else _("Settings"), "heading"))
        if first_run:
            intro = plain_label(
                _("Your name stands with every decision. Whoever writes for your team counts as us: "
                  "then their answer is an answer, and a message to them waits for you."),
                "body", "secondary",
            )  # fmt: skip
            intro.setWordWrap(True)
            column.addWidget(intro)
        self._name = QLineEdit(str(now["name"]))
        self._moderators = QLineEdit(", ".join(now["moderators"]))
        self._mentions = QLineEdit(", ".join(now["mentions"]))
        column.addWidget(Labelled(_("Your name"), self._name))
        column.addWidget(
            Labelled(_("Accounts and colleagues that are us, as they are shown, with commas"), self._moderators)
        )
        column.addWidget(Labelled(_("Words that mean us when somebody writes them"), self._mentions))
        self._single = CheckField(_("Single letters are commands, such as E for done"))
        self._single.setChecked(bool(now["single_keys"]))
        self._single.setToolTip(_("Turn this off where you speak to this computer or a screen reader uses letters."))
        self._language = _choice(
            [(_("As this computer"), ""), ("Nederlands", "nl"), ("English", "en")], now["language"]
        )
        column.addWidget(Labelled(_("Language"), self._language))
        if not first_run:
            self._theme = _choice(
                [(_("As this computer"), "system"), (_("Light"), "light"), (_("Dark"), "dark")], now["theme"]
            )
            column.addWidget(Labelled(_("Light or dark"), self._theme))
            self._percent = NumberField(80, 200, now["text_percent"], " %")
            column.addWidget(Labelled(_("Text size"), self._percent))
            self._pictures = _choice(
                [(_("Show"), "show"), (_("Each one when I ask for it"), "ask"), (_("Never"), "never")], now["pictures"]
            )
            column.addWidget(Labelled(_("Pictures in messages"), self._pictures))
            self._undo = NumberField(0, 600, int(now["undo_s"]), " s")
            column.addWidget(Labelled(_("How long a reply can be taken back"), self._undo))
        if not first_run or QAccessible.isActive():
            column.addWidget(self._single)
        self._care = None if first_run else CareSettings(services.care)
        self._road = None
        if self._care is not None:
            column.addWidget(self._care)
            self._road = RoadSettings(now["road_view"], now["road_mb"], now["away_min"])
            column.addWidget(self._road)
        self.people: dict[tuple[str, str], PeopleField] = {}
        if not first_run:
            self._add_people(now)
        column.addStretch(1)
        self.foot.addStretch(1)
        if not first_run:
            cancel = QPushButton(_("Cancel"))
            cancel.clicked.connect(self.reject)
            self.foot.addWidget(cancel)
        self._ok = QPushButton(_("Begin") if first_run else _("Save"))
        self._ok.setProperty("kind", "primary")
        self._ok.setDefault(True)
        self._ok.clicked.connect(self._save)
        self.foot.addWidget(self._ok)
        self._name.textChanged.connect(lambda text: self._ok.setEnabled(bool(text.strip())))
        self._ok.setEnabled(bool(self._name.text().strip()))

    def _add_people(self, now: Mapping[str, Any]) -> None:
        working = self._services.store.policy.hours
        self.people["escalate", "receivers"] = PeopleField(
            _("Who a reported message can be passed on to"),
            _("Who has an address gets a mail with the message, its policy and your note, if you connected a mailbox."),
            now["receivers"], working,
        )  # fmt: skip
        self.people["duty", "people"] = PeopleField(
            _("Who is on duty for urgent reports"),
            _("Outside your own hours the notice names them. If you aren't on this list, your hours are the working hours."),
            now["on_duty"], working,
        )  # fmt: skip
        for field in self.people.values():
            field.changed_size.connect(self.fit)
            self.body.addWidget(field)

    def _save(self) -> None:
        listed = {place: field.people() for place, field in self.people.items()}
        if None in listed.values():
            return  # what is wrong is said beside it
        changes: dict[tuple[str, str], Any] = {
            ("you", "name"): self._name.text().strip(), ("you", "moderators"): _parts(self._moderators.text()),
            ("you", "mentions"): _parts(self._mentions.text()), ("look", "language"): self._language.currentData(),
            ("keys", "single"): self._single.isChecked(),
        }  # fmt: skip
        if self._care is not None and self._road is not None:
            changes |= {**self._care.changes(), **self._road.changes()}
            changes |= {("look", "theme"): self._theme.currentData(), ("look", "text_percent"): self._percent.value(),
                        ("sending", "undo_s"): self._undo.value(), ("pictures", "show"): self._pictures.currentData()}  # fmt: skip
        changes |= {
            place: found
            for place, found in listed.items()
            if found is not None and self.people[place].is_changed(found)
        }
        self._services.save_settings(changes)
        told: Mapping[str, Any] = {name: value for (_section, name), value in changes.items()}
        self.changed.emit(told)
        self.accept()


def _choice(options: list[tuple[str, str]], now: str) -> ChoiceField:
    box = ChoiceField()
    for text, value in options:
        box.addItem(text, value)
    box.setCurrentIndex(max(0, box.findData(now)))
    return box


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
