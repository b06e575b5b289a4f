"""The part of the settings that cares for whoever reviews what is reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from console.domain.care import Care, Cover, Look
from console.widgets.fields import CheckField, ChoiceField, Labelled, NumberField
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _


class CareSettings(QWidget):
    """What is set now; `changes` says what it is set to."""

    def __init__(self, now: Care) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(10))
        column.addWidget(plain_label(_("Care while reviewing"), "title"))
        self._on = CheckField(_("Cover what is reported, and soften its pictures"))
        self._on.setChecked(now.on)
        column.addWidget(self._on)
        self._cover = _choice(
            [(_("All that is reported"), Cover.ALL), (_("Only what is heavy"), Cover.HEAVY)], now.cover
        )
        column.addWidget(Labelled(_("What begins covered"), self._cover))
        self._pictures = _choice(
            [(_("As they are"), Look.PLAIN), (_("Grey"), Look.GREY), (_("Blurred"), Look.BLURRED),
             (_("Blurred and grey"), Look.BLURRED_GREY)], now.pictures,
        )  # fmt: skip
        column.addWidget(Labelled(_("How pictures of reported messages begin"), self._pictures))
        column.addWidget(_help(_("Studies disagree on whether blurring and greying help: some find that reviewers feel a little better, "
                                 "others find no difference. Use what suits you.")))  # fmt: skip
        self._words = QLineEdit(", ".join(now.words))
        column.addWidget(Labelled(_("Words that make a reported message heavy too, with commas"), self._words))
        self._limit = NumberField(0, 10_000, now.limit, "")
        column.addWidget(Labelled(_("After so many heavy messages a day it says so; 0 for never"), self._limit))
        self._lighter = NumberField(0, 100, now.lighter_after, "")
        column.addWidget(Labelled(_("After so many heavy ones in a row a light one; 0 keeps the order"), self._lighter))
        column.addWidget(_help(_("The count is for you alone. It never leaves this computer and stands in no history, export or hand-over.")))  # fmt: skip
        self._on.toggled.connect(self._let)
        self._let(now.on)

    def _let(self, on: bool) -> None:
        for field in (self._cover, self._pictures, self._words, self._limit, self._lighter):
            field.setEnabled(on)

    def changes(self) -> Mapping[tuple[str, str], Any]:
        return {
            ("care", "on"): self._on.isChecked(), ("care", "cover"): str(self._cover.currentData()),
            ("care", "pictures"): str(self._pictures.currentData()),
            ("care", "words"): [word.strip() for word in self._words.text().split(",") if word.strip()],
            ("care", "limit"): self._limit.value(), ("care", "lighter_after"): self._lighter.value(),
        }  # fmt: skip


def _choice(options: list[tuple[str, Cover | Look]], now: Cover | Look) -> ChoiceField:
    box = ChoiceField()
    for text, value in options:
        box.addItem(text, value.value)
    box.setCurrentIndex(max(0, box.findData(now.value)))
    return box


def _help(text: str) -> QWidget:
    label = plain_label(text, "small", "tertiary")
    label.setWordWrap(True)
    return label
