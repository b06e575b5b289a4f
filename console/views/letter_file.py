"""Asking where the file goes that a person hands over, and writing it there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from console.desk import letter_files
from console.desk.seat import Desk, Refused
from console.domain.outbox import NotPossible
from console.store.read.outbox import IntentRow
from console.words import _


def ask_where(over: QWidget, desk: Desk, row: IntentRow, told: Callable[[str], None]) -> QFileDialog:
    """Ask, without waiting; `told` hears "" once it is written, else why it isn't. Without a place nothing happens."""
    dialog = QFileDialog(over, _("Where does the file for {name} go?").format(name=row.intent.recipient))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([_("A page for the browser (*.html)"), _("Plain text (*.txt)")])
    dialog.setDefaultSuffix("html")
    dialog.filterSelected.connect(lambda name: dialog.setDefaultSuffix("txt" if "*.txt" in name else "html"))
    name = re.sub(r"[^\w -]+", "", row.intent.recipient).strip() or "luisterpost"
    dialog.selectFile(_("For {name}").format(name=name) + ".html")

    def write(place: str) -> None:
        try:
            letter_files.write(desk, row.intent.id, Path(place))
        except OSError:
            told(_("The file can't be written there. Choose another place; nothing else happened."))
        except (Refused, NotPossible):
            told(_("That can't be done with it any more."))
        else:
            told("")

    dialog.fileSelected.connect(write)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
