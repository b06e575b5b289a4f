"""Every command of the window: its name, its key, its place in the menu. One list for menu, keys and key sheet."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow


@dataclass(frozen=True, slots=True)
class Command:
    """`keys`: the first is shown. `repeats`: held down it goes on (only moving does)."""

    name: str
    text: str
    keys: Sequence[str]
    run: Callable[[], None]
    menu: str
    repeats: bool = False


def install(window: QMainWindow, commands: Sequence[Command]) -> dict[str, QAction]:
    """Make actions of the commands, in a real menu bar. Returns them by name."""
    actions: dict[str, QAction] = {}
    menus: dict[str, object] = {}
    for command in commands:
        action = QAction(command.text, window)
        action.setShortcuts([QKeySequence(key) for key in keys_on(sys.platform, command.keys)])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(lambda checked=False, run=command.run: run())
        if command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(command.menu)
        menus[command.menu].addAction(action)  # type: ignore[attr-defined]  # a QMenu
        actions[command.name] = action
    return actions


def keys_on(system: str, keys: Sequence[str]) -> list[str]:
    """A Mac's keyboard has ⌫ where others have Delete. That Ctrl is ⌘ there, Qt knows itself."""
    return [*keys, "Backspace"] if system == "darwin" and "Del" in keys else list(keys)


def sheet(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(what, key) of all commands that have a key."""
    return [(command.text, command.keys[0]) for command in commands if command.keys]
