"""Phosphor icons by name and colour. The font takes a while to load, so it comes after the first paint."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon, QPixmap

from console.widgets.theme import hex_of, px, theme

_loaded = False


def load() -> None:
    """Bring the icon font in; call it once the window is on the screen."""
    global _loaded  # before it, icons are empty and take no time
    _loaded = True
    _pixmap.cache_clear()
    theme.changed.emit()


def icon(name: str, colour: str = "text.secondary") -> QIcon:
    """An icon for a button or menu."""
    return QIcon(pixmap(name, colour, 16)) if _loaded else QIcon()


def pixmap(name: str, colour: str, size: int, ratio: float = 2.0) -> QPixmap:
    """An icon as painted by delegates; empty until the font is there. `size` in px at 100 % text."""
    return _pixmap(name, hex_of(colour), px(size), ratio) if _loaded else QPixmap()


@lru_cache(maxsize=1024)
def _pixmap(name: str, hex_colour: str, size: int, ratio: float) -> QPixmap:
    import qtawesome

    return qtawesome.icon(f"ph.{name}", color=hex_colour).pixmap(QSize(size, size), ratio)  # type: ignore[no-any-return]  # no stubs
