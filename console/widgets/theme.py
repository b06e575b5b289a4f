"""Colours, fonts and measures: the only module that knows them. Values stand in resources/themes/tokens.json."""

from __future__ import annotations

import gc
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from console.words import resources

_FONTS = {
    "caption": (11, 500), "age": (11, 400), "captionStrong": (11, 600), "small": (12, 400), "smallName": (12, 500), "smallStrong": (12, 600), "body": (13, 400),
    "name": (13, 500), "strong": (13, 600), "reading": (14, 400), "title": (15, 600), "subject": (18, 600),
    "heading": (20, 600), "tile": (10, 700), "avatar": (11, 600),
}  # fmt: skip


class Theme(QObject):
    """What is shown now: light or dark, and how large. One a process."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.mode = "light"
        self.scale = 1.0

    def apply(self, app: QApplication, mode: str, percent: int) -> None:
        """Show everything in this mode ("light", "dark" or "system") and text size from now on."""
        if mode == "system":
            dark = app.styleHints().colorScheme() is Qt.ColorScheme.Dark
            mode = "dark" if dark else "light"
        self.mode, self.scale = mode, percent / 100
        for kept in (_font, _metrics, text_width, elided):
            kept.cache_clear()
        app.setStyle("Fusion")
        app.setPalette(_palette())
        app.setFont(font("body"))
        app.setStyleSheet(_style_sheet())
        gc.collect()  # or Python may free a widget that nobody holds while the list of all is being made
        for widget in app.allWidgets():
            _fit(widget)
        self.changed.emit()


theme = Theme()


@lru_cache(maxsize=1)
def _tokens() -> dict[str, Any]:
    tokens: dict[str, Any] = json.loads((resources() / "themes" / "tokens.json").read_text(encoding="utf-8"))
    return tokens


def hex_of(name: str) -> str:
    """A token's colour as a style sheet or icon font wants it."""
    return str(_tokens()[theme.mode][name])


@lru_cache(maxsize=256)
def _colour(mode: str, name: str) -> QColor:
    text = str(_tokens()[mode][name])
    if len(text) == 9:  # the tokens write alpha last, Qt wants it first
        return QColor("#" + text[7:] + text[1:7])
    return QColor(text)


def colour(name: str) -> QColor:
    return _colour(theme.mode, name)


# The platforms that the design knows; the letters of any other come from its adapter.
_TILES = {
    "yammer": "Ya", "humhub": "Hu", "buddypress": "Bp", "facebook": "Fb", "linkedin": "Li", "wordpress": "Wp", "teams": "Te",
    "mattermost": "Mm", "matrix": "Mx", "zulip": "Zu", "slack": "Sl", "discourse": "Di", "nodebb": "Nb", "mail": "@",
    "feed": "Fe", "files": "Im", "memory": "Lp",
}  # fmt: skip
_TILE_COLOURS = {"@": "ma", "Lp": "im"}
_learnt: dict[str, str] = {}


def learn_tiles(tiles: Mapping[str, str]) -> None:
    """Take over how adapters call their platforms on a tile: one or two letters by platform."""
    _learnt.update({platform: letters[:2] for platform, letters in tiles.items() if letters})
    _tile.cache_clear()


def tile_of(platform: str) -> tuple[str, QColor]:
    """A platform's letters and its colour."""
    return _tile(platform, theme.mode)


@lru_cache(maxsize=256)
def _tile(platform: str, mode: str) -> tuple[str, QColor]:
    letters = _TILES.get(platform) or _learnt.get(platform) or platform[:2].title()
    colours = dict(_tokens()["platform"])
    if mode == "dark":
        colours |= _tokens()["platformDark"]
    own = _TILE_COLOURS.get(letters, letters.lower()) if platform in _TILES else ""
    if own not in colours:  # somebody else's: always the same colour for the same platform
        own = sorted(colours)[sum(map(ord, platform)) % len(colours)]
    return letters, QColor(colours[own])


def avatar_colours(name: str) -> tuple[QColor, QColor]:
    """Background and ink of somebody's avatar: always the same for the same name."""
    pairs = _tokens()["avatar"][theme.mode]
    back, ink = pairs[sum(map(ord, name)) % len(pairs)]
    return QColor(back), QColor(ink)


@lru_cache(maxsize=64)
def _font(kind: str, scale: float) -> QFont:
    px, weight = _FONTS[kind]
    family = _tokens()["type"]
    found = QFont([family["family"], *family["fallback"]])
    found.setPixelSize(max(10, round(px * scale)))
    found.setWeight(QFont.Weight(weight))
    if kind in ("age", "caption"):
        found.setFeature(QFont.Tag("tnum"), 1)
    return found


def font(kind: str) -> QFont:
    return QFont(_font(kind, theme.scale))


@lru_cache(maxsize=64)
def _metrics(kind: str) -> QFontMetricsF:
    return QFontMetricsF(_font(kind, theme.scale))


@lru_cache(maxsize=4096)
def text_width(kind: str, text: str) -> float:
    """How wide a text is in this font, in px. Emoji fall back per platform, so nobody counts characters."""
    return _metrics(kind).horizontalAdvance(text)


@lru_cache(maxsize=4096)
def elided(kind: str, text: str, width: float) -> str:
    """As much of a text as fits, ending in … where it doesn't."""
    return _metrics(kind).elidedText(text, Qt.TextElideMode.ElideRight, width)


def px(size: float) -> int:
    """A measure of the design at the present text size."""
    return round(size * theme.scale)


def metric(name: str) -> int:
    return px(int(_tokens()["metric"][name]))


def measured(widget: QWidget, kind: str = "", **sizes: float) -> None:
    """Give a widget a font and measures of the design (`setFixedHeight=48`), at this text size and every later one."""
    if kind:
        widget.setProperty("fontKind", kind)
    if sizes:
        widget.setProperty("measures", sizes)
    _fit(widget)


def _fit(widget: QWidget) -> None:
    kind: str | None = widget.property("fontKind")
    if kind:
        widget.setFont(font(kind))
    sizes: dict[str, float] | None = widget.property("measures")
    for name, size in (sizes or {}).items():
        getattr(widget, name)(px(size))


def _palette() -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, name in (
        (role.Window, "bg.window"), (role.WindowText, "text.primary"), (role.Base, "bg.surface"),
        (role.AlternateBase, "bg.sunken"), (role.Text, "text.primary"), (role.Button, "bg.surface"),
        (role.ButtonText, "text.primary"), (role.Highlight, "accent"), (role.HighlightedText, "text.onAccent"),
        (role.PlaceholderText, "text.tertiary"), (role.ToolTipBase, "bg.surface"), (role.ToolTipText, "text.primary"),
        (role.Link, "accent.text"), (role.LinkVisited, "accent.text"), (role.Mid, "border.default"),
        (role.BrightText, "danger"),
    ):  # fmt: skip
        palette.setColor(which, colour(name))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, which, colour("text.disabled"))
    return palette


def _style_sheet() -> str:
    values = {name.replace(".", "_"): value for name, value in _tokens()[theme.mode].items()}
    values |= {
        "r": px(6),
        "h": px(28),
        "smallh": px(22),
        "gap": px(8),
        "h_focused": f"{px(28) - 2}px",
        "pad": px(12),
        "bar": px(10),
        "small": px(12),
        "overlay": "transparent",
    }
    sheet = (resources() / "themes" / "window.qss").read_text(encoding="utf-8")
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace(f"@{name}", str(values[name]))
    return sheet
