"""The part of the settings about being without network: what is taken along, how much of it, and what is told after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.sentences.shown import view_title
from console.store.read.queue import VIEWS
from console.widgets.fields import ChoiceField, Labelled, NumberField
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _


class RoadSettings(QWidget):
    """What is set now; `changes` says what it is set to."""

    def __init__(self, view: str, limit_mb: int, away_min: int) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(10))
        column.addWidget(plain_label(_("For the road"), "title"))
        self._view = ChoiceField()
        for name in VIEWS:
            self._view.addItem(view_title(name), name)
        self._view.setCurrentIndex(self._view.findData(view))
        column.addWidget(Labelled(_("What W takes along first"), self._view))
        self._limit = NumberField(1, 100_000, limit_mb, " " + _("MB"))
        column.addWidget(Labelled(_("At most so much of it, pictures included"), self._limit))
        self._away = NumberField(1, 10_000, away_min, " " + _("min"))
        column.addWidget(Labelled(_("Tell what others changed after so long without network"), self._away))

    def changes(self) -> Mapping[tuple[str, str], Any]:
        return {
            ("road", "view"): str(self._view.currentData()), ("road", "limit_mb"): self._limit.value(),
            ("road", "away_min"): self._away.value(),
        }  # fmt: skip
