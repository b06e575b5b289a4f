"""A choice that is on or off: its key, what it is called, a line below it, and a check when it is chosen."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from console.widgets.icons import pixmap
from console.widgets.painting import VCENTRE, key_cap, key_cap_width, stamp
from console.widgets.plain_text import tip
from console.widgets.theme import colour, elided, font, px, text_width, theme

CHECK = 18  # px that the check takes, where there is room for it beside the name


@dataclass(frozen=True, slots=True)
class ChoiceShown:
    """`off`: why it can't be chosen, "" where it can."""

    title: str
    key: str = ""
    below: str = ""
    icon: str = ""
    tone: str = ""
    chosen: bool = False
    off: str = ""
    tip: str = ""


class ChoiceButton(QAbstractButton):
    """Painted, so that key, words and check stand where the eye looks for them at every text size.

    A name that is too long is written smaller; the check gives way to it, for a chosen one has a thick edge and bold words.
    """

    def __init__(self, shown: ChoiceShown, *, high: int = 32) -> None:
        super().__init__()
        self._high = high
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._shown = ChoiceShown("")
        self.show_choice(shown)
        theme.changed.connect(self._fit)
        self._fit()

    def show_choice(self, shown: ChoiceShown) -> None:
        if shown == self._shown:
            return
        self._shown = shown
        self.setChecked(shown.chosen)
        self.setEnabled(not shown.off)
        self.setAccessibleName(". ".join(filter(None, (shown.title, shown.below, shown.off))))
        self.setToolTip(tip(shown.off or shown.tip or shown.title))
        self.update()

    def nextCheckState(self) -> None:
        """A click asks; what it comes to is shown by whoever was asked."""

    def _fit(self) -> None:
        self.setFixedHeight(px(self._high))

    def sizeHint(self) -> QSize:
        return QSize(px(150), px(self._high))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, high, wide = QPainter(self), float(self.height()), float(self.width())
        state = self.isEnabled(), self.underMouse() and self.isEnabled(), self.hasFocus()
        stamp(painter, 0, 0, wide, high, self._draw, "choice", self._shown, *state)
        painter.end()

    def _draw(self, painter: QPainter) -> None:
        shown = self._shown
        edge = 2 if shown.chosen else 1
        box = QRectF(self.rect()).adjusted(edge / 2, edge / 2, -edge / 2, -edge / 2)
        hover = self.underMouse() and self.isEnabled()
        painter.setBrush(colour("bg.selected" if shown.chosen else "bg.hover" if hover else "bg.surface"))
        painter.setPen(QPen(colour("accent" if shown.chosen else "border.default"), edge))
        painter.drawRoundedRect(box, px(6), px(6))
        left, right = self._sides(painter, float(px(8)), float(self.width() - px(8)))
        ink = "text.primary" if self.isEnabled() else "text.disabled"
        kind = "strong" if shown.chosen else "body"
        if text_width(kind, shown.title) > right - left:
            kind = "smallStrong" if shown.chosen else "small"
        lines = [(kind, ink, shown.title)]
        if shown.below:
            lines.append(("caption", "text.secondary" if self.isEnabled() else ink, shown.below))
        high = float(self.height() if len(lines) == 1 else px(18))
        top: float = (self.height() - high * len(lines)) / 2
        for line, tone, text in lines:
            painter.setFont(font(line))
            painter.setPen(colour(tone))
            painter.drawText(QRectF(left, top, right - left, high), VCENTRE, elided(line, text, right - left))
            top += high
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(3, 3, -3, -3), px(4), px(4))

    def _sides(self, painter: QPainter, left: float, right: float) -> tuple[float, float]:
        """Icon and key; returns where the words begin and end."""
        shown = self._shown
        middle = (self.height() - px(18)) / 2
        if shown.icon:
            painter.drawPixmap(QPointF(left, (self.height() - px(16)) / 2), pixmap(shown.icon, shown.tone, 16))
            left += px(24)
            if shown.key:
                key_cap(painter, right, middle, shown.key)
                right -= key_cap_width(shown.key) + px(6)
            return left, right
        if shown.key:
            key_cap(painter, left + key_cap_width(shown.key), middle, shown.key)
            left += key_cap_width(shown.key) + px(6)
        if shown.chosen and text_width("smallStrong", shown.title) <= right - px(CHECK) - left:
            painter.drawPixmap(
                QPointF(right - px(14), (self.height() - px(14)) / 2), pixmap("check", "accent.text", 14)
            )
            right -= px(CHECK)
        return left, right
