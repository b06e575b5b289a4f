"""Every command of the window: its name, its key, its place in the menu. One list for menu, keys and key sheet."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from console.views.text_first import TextFirst

_LETTER = re.compile("[A-Z]")
_CHARACTER = re.compile(r"(Shift\+)?.")
_CHORD = re.compile("G, .")


@dataclass(frozen=True, slots=True)
class Command:
    """`keys`: the first is shown. `repeats`: held down it goes on (only moving does)."""

    name: str
    text: str
    keys: Sequence[str]
    run: Callable[[], None]
    menu: str
    repeats: bool = False


def keys_of(command: Command, *, single: bool) -> list[str]:
    """A command's keys. Without single keys a letter goes with Ctrl+Shift, and no other character is a command."""
    if single:
        return list(command.keys)
    kept = [key for key in command.keys if not _CHARACTER.fullmatch(key) and not _CHORD.fullmatch(key)]
    letters = [f"Ctrl+Shift+{key}" for key in command.keys if _LETTER.fullmatch(key) and command.name != "undo"]
    return [*letters, *kept]


def install(
    window: QMainWindow, commands: Sequence[Command], before: Callable[[], None], *, single: bool
) -> tuple[dict[str, QAction], QMenu]:
    """Make actions of the commands, in a menu bar that Alt or F10 shows. Returns them by name, and as one menu.

    before  runs first, whichever command it is
    """
    actions: dict[str, QAction] = {}
    menus: dict[str, QMenu] = {}
    whole = QMenu(window)
    for command in commands:
        action = QAction(command.text, window)
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(before)
        action.triggered.connect(lambda checked=False, run=command.run: run())
        if command.menu not in menus:
            menus[command.menu] = window.menuBar().addMenu(command.menu)
            whole.addMenu(menus[command.menu])
        menus[command.menu].addAction(action)
        window.addAction(action)  # so that its keys work while the menu bar is hidden
        actions[command.name] = action
    set_keys(actions, commands, single=single)
    TextFirst(window)
    if not window.menuBar().isNativeMenuBar():
        window.menuBar().hide()
        MenuKey(window)
    return actions, whole


def keys_on(system: str, keys: Sequence[str]) -> list[str]:
    """A Mac's keyboard has ⌫ where others have Delete. That Ctrl is ⌘ there, Qt knows itself."""
    return [*keys, "Backspace"] if system == "darwin" and "Del" in keys else list(keys)


def set_keys(actions: dict[str, QAction], commands: Sequence[Command], *, single: bool) -> None:
    """Give the actions their keys, with or without single keys."""
    for command in commands:
        keys = keys_on(sys.platform, keys_of(command, single=single))
        actions[command.name].setShortcuts([QKeySequence(key) for key in keys])


def sheet(commands: Sequence[Command], *, single: bool) -> dict[str, list[tuple[str, str]]]:
    """(what, key) of all commands that have a key, by the menu they stand in."""
    found: dict[str, list[tuple[str, str]]] = {}
    for command in commands:
        if keys := keys_of(command, single=single):
            found.setdefault(command.menu, []).append((command.text, keys[0]))
    return found


class MenuKey(QObject):
    """Alt alone, or F10, shows the menu bar with the keyboard in it, and takes it away again."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._alone = False
        window.installEventFilter(self)
        action = QAction(window)
        action.setShortcut(QKeySequence("F10"))
        action.triggered.connect(self._toggle)
        window.addAction(action)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            # AltGr is Ctrl and then Alt on Windows; and a key that a field takes is only heard of as it is asked for.
            if event.type() is QEvent.Type.KeyPress or event.type() is QEvent.Type.ShortcutOverride:
                held = event.modifiers() & ~Qt.KeyboardModifier.AltModifier
                self._alone = event.key() == Qt.Key.Key_Alt and held == Qt.KeyboardModifier.NoModifier
            elif event.type() is QEvent.Type.KeyRelease and event.key() == Qt.Key.Key_Alt and self._alone:
                self._alone = False
                self._toggle()
        return False

    def _toggle(self) -> None:
        bar = self._window.menuBar()
        bar.setVisible(not bar.isVisible())
        if bar.isVisible() and bar.actions():
            bar.setFocus(Qt.FocusReason.MenuBarFocusReason)
            bar.setActiveAction(bar.actions()[0])
