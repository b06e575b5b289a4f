"""Where somebody is on a way of a few steps: numbers with names, the present one in colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.widgets.icons import pixmap
from console.widgets.painting import run
from console.widgets.theme import colour, font, px, text_width, theme
from console.words import _

BALL, GAP, ARROW = 20, 6, 26


class Steps(QWidget):
    """All names where there is room for them, else that of the present step alone."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self._names = tuple(names)
        self._now = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.go(0)
        theme.changed.connect(self.updateGeometry)

    def go(self, step: int) -> None:
        """This is the present one, counted from 0."""
        self._now = step
        self.setAccessibleName(
            _("Step {n} of {all}: {name}").format(n=step + 1, all=len(self._names), name=self._names[step])
        )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(self._wide(everything=True)), px(BALL))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(3 * BALL + 3 * ARROW), px(BALL))

    def _wide(self, *, everything: bool) -> float:
        names = [
            px(GAP) + text_width("smallStrong", name) if everything or n == self._now else 0.0
            for n, name in enumerate(self._names)
        ]
        return sum(names) + px(BALL) * len(names) + px(ARROW) * (len(names) - 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        everything = self._wide(everything=True) <= self.width()
        x = max(0.0, (self.width() - self._wide(everything=everything)) / 2)
        for n, name in enumerate(self._names):
            x = self._paint_step(painter, x, n, name if everything or n == self._now else "")
        painter.end()

    def _paint_step(self, painter: QPainter, x: float, n: int, name: str) -> float:
        now, high = n == self._now, float(self.height())
        if n:
            painter.drawPixmap(QPointF(x + px(8), (high - px(10)) / 2), pixmap("caret-right", "text.tertiary", 10))
            x += px(ARROW)
        ball = QRectF(x, (high - px(BALL)) / 2, px(BALL), px(BALL))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("accent" if now else "neutral.tint"))
        painter.drawEllipse(ball)
        painter.setFont(font("caption"))
        painter.setPen(colour("text.onAccent" if now else "neutral"))
        painter.drawText(ball, Qt.AlignmentFlag.AlignCenter, str(n + 1))
        x += px(BALL)
        if not name:
            return x
        kind, ink = ("smallStrong", "accent.text") if now else ("small", "text.tertiary")
        run(painter, kind, ink, x + px(GAP), 0, self.width() + 1, name, high)
        return x + px(GAP) + text_width("smallStrong", name)
