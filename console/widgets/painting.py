"""Chips, tiles, avatars and elided text, painted the same by delegates and small widgets."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from math import ceil

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.widgets.icons import pixmap
from console.widgets.theme import avatar_colours, colour, elided, font, px, text_width, theme, tile_of

VCENTRE = Qt.AlignmentFlag.AlignVCenter
MOST_STAMPS = 600
_stamps: dict[tuple[object, ...], QPixmap] = {}


def fill(painter: QPainter, rect: QRectF, back: QColor, radius: float) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(back)
    painter.drawRoundedRect(rect, radius, radius)


def run(painter: QPainter, kind: str, ink: str, x: float, y: float, limit: float, text: str, height: float) -> float:
    """Paint as much of a text as fits before `limit`; returns where it ended."""
    width = min(text_width(kind, text), limit - x)
    if width <= 0:
        return x
    painter.setFont(font(kind))
    painter.setPen(colour(ink))
    painter.drawText(QRectF(x, y, width + 2, height), VCENTRE, elided(kind, text, width + 1))
    return x + width


def stamp(
    painter: QPainter, x: float, y: float, width: float, height: float, draw: Callable[[QPainter], None], *what: object
) -> None:
    """Paint what was painted before from a picture of it: text is the dearest thing in a row."""
    place = painter.deviceTransform()
    ratio = place.m11()  # how large a px is painted; a printed or grabbed widget says 1 itself
    key = (*what, width, height, ratio, theme.mode, theme.scale)
    picture = _stamps.get(key)
    if picture is None:
        picture = QPixmap(ceil(width * ratio), ceil(height * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        inner = QPainter(picture)
        inner.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        draw(inner)
        inner.end()
        if len(_stamps) >= MOST_STAMPS:  # the oldest go, and not all: else one frame would paint everything anew
            for old in list(islice(_stamps, MOST_STAMPS // 4)):
                del _stamps[old]
        _stamps[key] = picture
    left, top = round(place.dx() + x * ratio), round(place.dy() + y * ratio)  # on whole pixels, else it blurs
    painter.drawPixmap(QPointF((left - place.dx()) / ratio, (top - place.dy()) / ratio), picture)


def forget_pictures() -> None:
    """Icons or colours are others now."""
    _stamps.clear()


theme.changed.connect(forget_pictures)


def tile(painter: QPainter, rect: QRectF, platform: str) -> None:
    """A platform's letters on its colour."""
    letters, back = tile_of(platform)

    def draw(inner: QPainter) -> None:
        here = QRectF(0, 0, rect.width(), rect.height())
        fill(inner, here, back, px(4))
        letters_font = font("tile")
        letters_font.setPixelSize(max(letters_font.pixelSize(), round(rect.height() * 0.5)))
        inner.setFont(letters_font)
        inner.setPen(QColor("white"))
        inner.drawText(here, Qt.AlignmentFlag.AlignCenter, letters)

    stamp(painter, rect.x(), rect.y(), rect.width(), rect.height(), draw, "tile", f"{letters} {back.rgba()}")


def initials(name: str) -> str:
    parts = [part for part in name.split() if part[:1].isalnum()]
    if not parts:
        return "?"
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def avatar(painter: QPainter, rect: QRectF, name: str) -> None:
    """Somebody's initials on a colour of their own; decorative, the name stands beside it."""

    def draw(inner: QPainter) -> None:
        back, ink = avatar_colours(name)
        here = QRectF(0, 0, rect.width(), rect.height())
        inner.setPen(Qt.PenStyle.NoPen)
        inner.setBrush(back)
        inner.drawEllipse(here)
        found = font("avatar")
        found.setPixelSize(max(9, round(rect.height() * 0.4)))
        inner.setFont(found)
        inner.setPen(ink)
        inner.drawText(here, Qt.AlignmentFlag.AlignCenter, initials(name))

    stamp(painter, rect.x(), rect.y(), rect.width(), rect.height(), draw, "avatar", name)


def chip_width(text: str, icon: str) -> float:
    return px(28 if icon else 12) + text_width("caption", text)


def chip(painter: QPainter, x: float, y: float, tone: str, icon: str, text: str) -> float:
    """A chip whose left edge is x; returns its width. `tone` is a semantic colour; "" paints an outlined tag."""
    width, height = chip_width(text, icon), px(18)

    def draw(inner: QPainter) -> None:
        rect = QRectF(0, 0, width, height)
        if tone:
            fill(inner, rect, colour(f"{tone}.tint"), px(4))
        else:
            inner.setBrush(Qt.BrushStyle.NoBrush)
            inner.setPen(QPen(colour("border.default"), 1))
            inner.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), px(4), px(4))
        left = px(6)
        if icon:
            inner.drawPixmap(QPointF(left, px(3)), pixmap(icon, tone or "text.secondary", 12))
            left += px(16)
        inner.setFont(font("caption"))
        inner.setPen(colour(tone or "text.secondary"))
        inner.drawText(QRectF(left, 0, width, height), VCENTRE, text)

    stamp(painter, x, y, width, height, draw, "chip", tone, icon, text)
    return width


def key_cap_width(key: str) -> float:
    return max(px(18), text_width("caption", key) + px(10))


def key_cap(painter: QPainter, right: float, y: float, key: str, ink: str = "text.secondary") -> float:
    """A key as it stands on the keyboard, ending at `right`, 18 px high; returns where it begins."""
    width, height = key_cap_width(key), px(18)
    rect = QRectF(right - width + 0.5, y + 0.5, width - 1, height - 1)
    on_accent = ink == "text.onAccent"
    painter.setBrush(Qt.BrushStyle.NoBrush if on_accent else colour("bg.surface"))
    painter.setPen(QPen(colour(ink if on_accent else "border.default"), 1))
    painter.drawRoundedRect(rect, px(4), px(4))
    painter.setFont(font("caption"))
    painter.setPen(colour(ink))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, key)
    return right - width


def mark_icon() -> QIcon:
    """The program's own mark, for where the system shows it."""
    picture = QPixmap(64, 64)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill(painter, QRectF(0, 0, 64, 64), colour("accent"), 15)
    painter.drawPixmap(QRect(13, 13, 38, 38), pixmap("ear-fill", "text.onAccent", 38))
    painter.end()
    return QIcon(picture)


class Painted(QWidget):
    """A small widget that paints one tile, avatar, icon, key, chip, or the mark of the program. Decorative: its name is said beside it."""

    def __init__(self, what: str, value: str, size: int = 28, tone: str = "", icon: str = "") -> None:
        super().__init__()
        self._what, self._value, self._size, self._tone, self._icon = what, value, size, tone, icon
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._measure()
        theme.changed.connect(self._measure)

    def show_value(self, value: str, tone: str = "") -> None:
        self._value, self._tone = value, tone or self._tone
        self._measure()

    def _measure(self) -> None:
        if self._what == "chip":
            self.setFixedSize(round(chip_width(self._value, self._icon)) + 1, px(18))
        elif self._what == "key":
            self.setFixedSize(round(key_cap_width(self._value)), px(18))
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
        elif self._what == "key":
            key_cap(painter, self.width(), 0, self._value)
        elif self._what == "mark":
            fill(painter, rect, colour("accent"), px(6))
            ear = pixmap(self._value, "text.onAccent", round(self._size * 0.6))
            painter.drawPixmap(QPointF(self.width() * 0.2, self.height() * 0.2), ear)
        else:
            chip(painter, 0, 0, self._tone, self._icon, self._value)
        painter.end()
