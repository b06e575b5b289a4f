"""What is typed into a field is text, on every keyboard: no command is looked for behind it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_ALTGR = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_EDITING = frozenset(
    {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Delete, Qt.Key.Key_Backspace}
)


class TextFirst(QObject):
    """Takes what a field leaves open: characters of AltGr, which Windows sends with Ctrl and Alt, and the arrows."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or not _is_written_in():
            return False
        if not (_types(event) or Qt.Key(event.key()) in _EDITING):
            return False
        event.accept()
        return True


def _types(event: QKeyEvent) -> bool:
    """Whether this key writes a character: with Ctrl alone it is a command."""
    held = event.modifiers() & _ALTGR
    return event.text().isprintable() and bool(event.text()) and held != Qt.KeyboardModifier.ControlModifier


def _is_written_in() -> bool:
    focus = QApplication.focusWidget()
    return isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit) and not focus.isReadOnly()
