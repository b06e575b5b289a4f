"""What looking at a connection found: each finding with a sign that doesn't need its colour, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.widgets.announcing import announce
from console.widgets.icons import icon
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import copy
from console.widgets.theme import measured, px
from console.words import _

TONES = {
    "ok": "check-circle-fill",
    "warn": "warning-fill",
    "danger": "warning-octagon-fill",
    "info": "arrows-clockwise",
}


@dataclass(frozen=True, slots=True)
class FindingShown:
    """Its tone (ok, warn, danger or info), what was found, and what there is to know or do about it."""

    tone: str
    heading: str
    detail: str = ""


class CheckCard(QFrame):
    """`again` asks to look once more, `stopped` not to wait any longer; `grew` when there is more of it to see."""

    again = Signal()
    stopped = Signal()
    grew = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("checkCard")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(14), px(6), px(14), px(8))
        column.setSpacing(0)
        top = QHBoxLayout()
        self._title = plain_label("", "strong")
        self._title.setWordWrap(True)
        top.addWidget(self._title, 1)
        self._button = _small(QPushButton())
        self._button.clicked.connect(self._pressed)
        top.addWidget(self._button)
        column.addLayout(top)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        column.addLayout(self._rows)
        self._for_administrator = ""
        self._copy = _small(QPushButton())
        self._copy.setIconSize(QSize(px(14), px(14)))
        self._copy.clicked.connect(self._copied)
        under = QHBoxLayout()
        under.setContentsMargins(px(26), 0, 0, 0)
        under.addWidget(self._copy)
        under.addStretch(1)
        column.addLayout(under)
        self._busy = False
        self.findings: tuple[FindingShown, ...] = ()
        self.clear()

    @property
    def busy(self) -> bool:
        return self._busy

    def clear(self) -> None:
        """Nothing was looked at."""
        self._show("", (), busy=False)
        self.hide()

    def wait(self, title: str, words: str) -> None:
        """Somebody is looking; these words say at what."""
        self._button.setText(_("Stop"))
        self._show(title, (FindingShown("info", words),), busy=True)

    def tell(
        self, title: str, findings: Sequence[FindingShown], for_administrator: str = "", *, again: bool = True
    ) -> None:
        """Show this. `for_administrator`: a text to copy, "" where there is nothing to hand on."""
        self._button.setText(_("Again"))
        self._show(title, findings, for_administrator, busy=False, again=again)
        announce(self, " ".join([title, *(f"{one.heading} {one.detail}" for one in findings)]))

    def _show(
        self, title: str, findings: Sequence[FindingShown], for_administrator: str = "", *, busy: bool, again: bool = True
    ) -> None:  # fmt: skip
        self._busy, self.findings, self._for_administrator = busy, tuple(findings), for_administrator
        self._title.setText(title)
        self.setAccessibleName(title)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for finding in findings:
            self._rows.addWidget(_row(finding))
        self._button.setVisible(busy or again)
        self._copy.setText(_("Copy explanation for the administrator"))
        self._copy.setIcon(icon("copy"))
        self._copy.setVisible(bool(for_administrator))
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            self.grew.emit()

    def _pressed(self) -> None:
        (self.stopped if self._busy else self.again).emit()

    def _copied(self) -> None:
        copy(self._for_administrator)
        self._copy.setText(_("Copied"))
        self._copy.setIcon(icon("check"))
        announce(self._copy, _("Copied"))


def _small(button: QPushButton) -> QPushButton:
    button.setAutoDefault(False)
    button.setProperty("kind", "small")
    measured(button, "small")
    return button


def _row(finding: FindingShown) -> QWidget:
    line = QWidget()
    line.setAccessibleName(f"{finding.heading} {finding.detail}".strip())
    row = QHBoxLayout(line)
    row.setContentsMargins(0, px(5), 0, px(5))
    row.setSpacing(px(8))
    row.addWidget(Painted("icon", TONES[finding.tone], 18, finding.tone), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    heading = plain_label(finding.heading, "name")
    heading.setWordWrap(True)
    words.addWidget(heading)
    if finding.detail:
        detail = plain_label(finding.detail, "small", "secondary")
        detail.setWordWrap(True)
        words.addWidget(detail)
    row.addLayout(words, 1)
    return line
