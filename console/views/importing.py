"""Files come in: chosen from the menu, or dropped anywhere on the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog

from console.views.bare_window import BareWindow
from console.views.showing import Showing
from console.words import _

if TYPE_CHECKING:
    from console.views.import_dialog import ImportDialog


class Importing(QObject):
    """Every file that comes in is looked at first, and only then asked about."""

    def __init__(self, window: BareWindow, showing: Showing) -> None:
        super().__init__()
        self._window, self._showing = window, showing
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def choose_files(self) -> None:
        self._choose(QFileDialog.FileMode.ExistingFiles)

    def choose_folder(self) -> None:
        self._choose(QFileDialog.FileMode.Directory)

    def bring(self, paths: Sequence[Path]) -> ImportDialog:
        """Look at these files, and ask."""
        from console.views.import_dialog import ImportDialog  # not before somebody imports

        dialog = ImportDialog(self._window.services, self._window, paths)
        dialog.read_to_end.connect(lambda key: self._showing.look())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter and _paths(event.mimeData()):
            event.acceptProposedAction()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop and (paths := _paths(event.mimeData())):
            event.acceptProposedAction()
            self.bring(paths)
            return True
        return False

    def _choose(self, mode: QFileDialog.FileMode) -> None:
        dialog = QFileDialog(self._window, _("Import a file"))
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda names: self.bring([Path(name) for name in names]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _paths(dragged: QMimeData) -> list[Path]:
    """The files of this computer among what is dragged."""
    return [Path(url.toLocalFile()) for url in dragged.urls() if url.isLocalFile()]
