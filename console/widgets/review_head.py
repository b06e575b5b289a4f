"""The head of a review: how far it is, what waits for the network, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted, fill
from console.widgets.plain_text import tip
from console.widgets.theme import colour, measured, px
from console.words import _


@dataclass(frozen=True, slots=True)
class HeadShown:
    """What is counted; "" where there is nothing to say."""

    takes: str
    offline: str


class _Bar(QWidget):
    """How much is done; the words beside it say it too."""

    def __init__(self) -> None:
        super().__init__()
        self.share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        measured(self, setFixedHeight=6, setMaximumWidth=260)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        fill(painter, whole, colour("border.default"), self.height() / 2)
        fill(painter, QRectF(0, 0, whole.width() * self.share, whole.height()), colour("accent"), self.height() / 2)
        painter.end()


class ReviewHead(QFrame):
    left = Signal()
    care_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._low = False
        measured(self, setFixedHeight=56)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(16), 0, px(16), 0)
        row.setSpacing(px(12))
        row.addWidget(Painted("icon", "flag", 18, "accent.text"))
        row.addWidget(plain_label(_("Review what is reported"), "title"))
        self._place = plain_label("", "body", "secondary")
        row.addWidget(self._place)
        self._bar = _Bar()
        row.addWidget(self._bar, 1)
        self._takes = plain_label("", "small", "tertiary")
        row.addWidget(self._takes)
        row.addStretch(1)
        self._offline = plain_label("", "strong", "warn")
        row.addWidget(self._offline)
        self._care = KeyButton("", shrinks=True)
        self._care.clicked.connect(self.care_asked)
        row.addWidget(self._care)
        stop = KeyButton(_("Stop") + "\tEsc")
        stop.clicked.connect(self.left)
        row.addWidget(stop)

    def set_low(self, low: bool) -> None:
        """Where there is little height it takes less of it."""
        self._low = low
        measured(self, setFixedHeight=40 if low else 56)
        self._show_bar()

    def _show_bar(self) -> None:
        self._bar.setVisible(bool(self._place.text()) and not self._low)

    def show_place(self, place: str, done: float) -> None:
        """How far it is, in words and as a share from 0 to 1."""
        self._place.setText(place)
        self._bar.share = done
        self._show_bar()
        self._bar.update()

    def show_care(self, text: str, more: str) -> None:
        self._care.say(text)
        self._care.setToolTip(tip(more))
        self._care.setAccessibleDescription(more)

    def show_head(self, shown: HeadShown) -> None:
        self._takes.setText(shown.takes)
        self._takes.setVisible(bool(shown.takes))  # what is empty would keep its distance from the rest
        self._offline.setText(shown.offline)
        self._offline.setVisible(bool(shown.offline))
