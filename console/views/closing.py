"""Closing the window while something is on its way: it is said, and nothing is lost either way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from console.words import _, ngettext


def ask_to_close(window: QWidget, count: int) -> bool:
    """Whether to close with so many things on their way."""
    box = QMessageBox(window)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Luisterpost")
    box.setText(ngettext("{n} thing is still on its way.", "{n} things are still on their way.", count).format(n=count))
    box.addButton(_("Wait"), QMessageBox.ButtonRole.RejectRole)
    later = box.addButton(_("Send at next start"), QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    return box.clickedButton() is later
