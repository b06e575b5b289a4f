"""The third step of connecting: how far back to collect, with what is known about how much that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from console.domain.platform import CheckLine
from console.sentences.check_findings import counted
from console.widgets.check_card import CheckCard
from console.widgets.fields import Labelled, NumberField
from console.widgets.flow import Flow
from console.widgets.message_card import plain_label
from console.widgets.scrolling import Scrolling
from console.widgets.theme import measured, px
from console.words import _

USUAL_DAYS, MOST_DAYS = 90, 3650


class ConnectHistory(QWidget):
    """`card` says what becomes of connecting."""

    def __init__(self) -> None:
        super().__init__()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        scroll, inner = Scrolling(), QWidget()
        inner.setObjectName("dialogBody")
        scroll.setWidget(inner)
        whole.addWidget(scroll)
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(24), px(16), px(14), px(12))
        column.setSpacing(px(12))
        column.addWidget(_wrapped(_("How far back shall we collect?"), "title"))
        self.days = NumberField(0, MOST_DAYS, USUAL_DAYS, " " + _("days"))
        measured(self.days, setMinimumWidth=120)
        field = QHBoxLayout()
        field.addWidget(Labelled(_("How far back"), self.days))
        field.addStretch(1)
        column.addLayout(field)
        usual = QWidget()
        flow = Flow(8)
        usual.setLayout(flow)
        for days, words in ((30, _("a month")), (USUAL_DAYS, _("three months")), (365, _("a year"))):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.clicked.connect(lambda checked=False, days=days: self.days.setValue(days))
            flow.addWidget(button)
        column.addWidget(usual)
        self._estimate = _wrapped("")
        column.addWidget(self._estimate)
        column.addWidget(_wrapped(_("The newest comes first, and you can begin while the rest is still coming. What was said before today can wait, but for reports and what waits for approval.")))  # fmt: skip
        column.addWidget(_wrapped(_("What is older isn't collected, and searching doesn't find it.")))
        self._summary = _wrapped("", "name")
        column.addWidget(self._summary)
        self.card = CheckCard()
        column.addWidget(self.card)
        column.addStretch(1)

    def show_found(self, lines: Sequence[CheckLine], summary: str) -> None:
        """What the check knows of how much there is, and what is going to be connected."""
        counts: Mapping[str, Any] = next((line.facts for line in lines if line.code == "counts"), {})
        self._estimate.setText(
            _("{all} That is all there is, so it is never more than that.").format(all=counted({name: str(count) for name, count in counts.items() if name != "waiting"}))
            if counts
            else ""
        )  # fmt: skip
        self._estimate.setVisible(bool(counts))
        self._summary.setText(summary)
        self.card.clear()

    def focus_first(self) -> None:
        self.days.setFocus()
        self.days.selectAll()


def _wrapped(text: str, kind: str = "body") -> QLabel:
    label = plain_label(text, kind, "" if kind != "body" else "secondary")
    label.setWordWrap(True)
    measured(label, kind, setMaximumWidth=680)
    return label
