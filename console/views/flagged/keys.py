"""The keys of a review. They belong to the page while it has the keyboard, and to nothing else then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

_NO_TEXT = {
    Qt.Key.Key_Space: "Space", Qt.Key.Key_Delete: "Del", Qt.Key.Key_Backspace: "Del", Qt.Key.Key_Return: "Enter",
    Qt.Key.Key_Enter: "Enter", Qt.Key.Key_Escape: "Esc", Qt.Key.Key_Right: "Right", Qt.Key.Key_Up: "K",
    Qt.Key.Key_Down: "J",
}  # fmt: skip
_MODIFIERS = Qt.KeyboardModifier
REPEATS = frozenset({"J", "K"})


def name_of(event: QKeyEvent, *, single: bool) -> str:
    """A key by the name that the page knows it by, "" for one that isn't the page's.

    Letters and digits go by what is typed, so that every layout has them and AltGr makes no command. Without single keys
    a letter goes with Ctrl+Shift, and no digit or Shift+letter is one.
    """
    held = event.modifiers() & ~_MODIFIERS.KeypadModifier
    if not held and (name := _NO_TEXT.get(Qt.Key(event.key()), "")):
        return name
    if held == _MODIFIERS.ShiftModifier and event.key() == Qt.Key.Key_Space:
        return "Shift+Space"
    if not single:
        letter = chr(event.key()) if 65 <= event.key() <= 90 else ""
        return letter if held == _MODIFIERS.ControlModifier | _MODIFIERS.ShiftModifier else ""
    text = event.text()
    if held & ~_MODIFIERS.ShiftModifier or len(text) != 1 or not text.isascii() or not text.isalnum():
        return ""
    return ("Shift+" if held and text.isalpha() else "") + text.upper()


def run(event: QKeyEvent, keys: Mapping[str, Callable[[], None]], *, single: bool) -> bool:
    """Do what the key means; whether it was one of these. Held down only those go on that move."""
    name = name_of(event, single=single)
    if name not in keys:
        return False
    if not event.isAutoRepeat() or name in REPEATS:
        keys[name]()
    return True
