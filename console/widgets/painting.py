"""Chips, tiles, avatars and elided text, painted the same by delegates and small widgets."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.widgets.icons import pixmap
from console.widgets.theme import avatar_colours, colour, font, px, theme, tile_of

VCENTRE = Qt.AlignmentFlag.AlignVCenter


def fill(painter: QPainter, rect: QRectF, back: QColor, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(rect, radius, radius)


def text_width(kind: str, text: str) -> float:
    return QFontMetricsF(font(kind)).horizontalAdvance(text)


def run(painter: QPainter, kind: str, ink: str, x: float, y: float, limit: float, text: str, height: float) -> float:
    """Paint as much of a text as fits before `limit`; returns where it ended."""
    width = min(text_width(kind, text), limit - x)
    if width <= 0:
        return x
    painter.setFont(font(kind))
    painter.setPen(colour(ink))
    shown = QFontMetricsF(font(kind)).elidedText(text, Qt.TextElideMode.ElideRight, width + 1)
    painter.drawText(QRectF(x, y, width + 2, height), VCENTRE, shown)
    return x + width


def tile(painter: QPainter, rect: QRectF, platform: str) -> None:
    """A platform's two letters on its colour."""
    letters, back = tile_of(platform)
    fill(painter, rect, back, px(4))
    painter.setFont(font("tile"))
    painter.setPen(QColor("white"))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letters)


def initials(name: str) -> str:
    parts = [part for part in name.split() if part[:1].isalnum()]
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def avatar(painter: QPainter, rect: QRectF, name: str) -> None:
    back, ink = avatar_colours(name)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawEllipse(rect)
    found = font("avatar")
    found.setPixelSize(max(9, round(rect.height() * 0.4)))
    painter.setFont(found)
    painter.setPen(ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))


def chip_width(text: str, icon: str) -> float:
    return px(28 if icon else 12) + text_width("caption", text)


def chip(painter: QPainter, x: float, y: float, tone: str, icon: str, text: str) -> float:
    """A chip whose left edge is x; returns its width. `tone` is a semantic colour; "" paints an outlined tag."""
    width, height = chip_width(text, icon), px(18)
    rect = QRectF(x, y, width, height)
    if tone:
        fill(painter, rect, colour(f"{tone}.tint"), px(4))
    else:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour("border.default"), 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
    left = x + px(6)
    if icon:
        painter.drawPixmap(QPointF(left, y + px(3)), pixmap(icon, tone or "text.secondary", 12))
        left += px(16)
    painter.setFont(font("caption"))
    painter.setPen(colour(tone or "text.secondary"))
    painter.drawText(QRectF(left, y, width, height), VCENTRE, text)
    return width


class Painted(QWidget):
    """A small widget that paints one tile, avatar or chip. Decorative: its name is said beside it."""

    def __init__(self, what: str, value: str, size: int = 28, tone: str = "", icon: str = "") -> None:
        super().__init__()
        self._what, self._value, self._size, self._tone, self._icon = what, value, size, tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._measure()
        theme.changed.connect(self._measure)

    def show_value(self, value: str) -> None:
        self._value = value
        self._measure()

    def _measure(self) -> None:
        if self._what == "chip":
            self.setFixedSize(round(chip_width(self._value, self._icon)) + 1, px(18))
        elif self._what == "tile":
            self.setFixedSize(px(self._size), px(self._size * 0.8))
        else:
            self.setFixedSize(px(self._size), px(self._size))
        self.update()

    def paintEvent(self, event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(0, 0, self.width(), self.height())
        if self._what == "tile":
            tile(painter, rect, self._value)
        elif self._what == "avatar":
            avatar(painter, rect, self._value)
        elif self._what == "icon":
            painter.drawPixmap(QPointF(0, 0), pixmap(self._value, self._tone or "text.secondary", self._size))
        else:
            chip(painter, 0, 0, self._tone, self._icon, self._value)
        painter.end()
