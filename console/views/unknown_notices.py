"""Saving notifications that weren't understood, without anything personal, so that somebody makes a layout of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from console.desk.notices import write_examples
from console.store.read import notices
from console.views.bare_window import BareWindow
from console.words import _, ngettext, number

NAME = "notifications.mbox"


def save_unknown(window: BareWindow) -> None:
    """Ask where to, and write them there."""
    if not notices.count(window.services.desk.store):
        window.status.say(_("Every notification was understood."))
        return
    dialog = QFileDialog(window, _("Save notifications that weren't understood"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("mbox")
    dialog.selectFile(NAME)
    dialog.fileSelected.connect(lambda name: _save(window, Path(name)))
    dialog.open()


def _save(window: BareWindow, path: Path) -> None:
    try:
        written = write_examples(window.services.desk.store, path)
    except OSError:
        window.status.say(_("We can't write {path}: name a file in a folder that exists.").format(path=path))
        return
    what = ngettext("{n} notification", "{n} notifications", written).format(n=number(written))
    window.status.say(
        _("{what} written in {path}. No names, texts or numbers of people stand in it; look it over before you send it.").format(
            what=what, path=path)
    )  # fmt: skip
