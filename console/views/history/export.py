"""Writing what the history shows in a file, on a thread of its own with a store of its own: all pages, or nothing."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from console.exports.files import Stopped, write_history, write_trouble
from console.exports.tables import TooLong
from console.sentences.troubles import store_sentence
from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read.history import Asked
from console.words import _, ngettext, number

KINDS = ("csv", "xlsx", "jsonl")


class HistoryExport(QObject):
    """`said` carries how far it is, `ended` what became of it."""

    said = Signal(str)
    ended = Signal(str)

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._like = store
        self._stop = Event()
        self._thread: Thread | None = None
        self.runs = False

    def ask_where(self, over: QWidget, asked: Asked) -> QFileDialog:
        """Ask for the file, and write it."""
        titles = {"csv": _("Table, for any spreadsheet"), "xlsx": _("Workbook"), "jsonl": _("Lines of JSON")}
        choice = QFileDialog(over, _("Export the history"))
        choice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choice.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        choice.setNameFilters([f"{titles[kind]} (*.{kind})" for kind in KINDS])
        choice.setDefaultSuffix(KINDS[0])
        choice.filterSelected.connect(lambda name: choice.setDefaultSuffix(name.rpartition("*.")[2].rstrip(")")))
        choice.selectFile(_("history") + f".{KINDS[0]}")
        choice.fileSelected.connect(lambda name: self.write(asked, Path(name)))
        choice.open()
        return choice

    def write(self, asked: Asked, file: Path) -> None:
        """Begin; the end of its name says what kind of file it is, else it is a CSV."""
        if self.runs:
            return
        self.runs = True
        self._stop.clear()
        self._thread = Thread(target=self._write, args=(asked, file), name="history-export")
        self._thread.start()

    def stop(self) -> None:
        """Nothing more is written, and nothing is left of it."""
        self._stop.set()

    def close(self) -> None:
        """Stop, and wait for the end of it."""
        self.stop()
        if self._thread is not None:
            self._thread.join()

    def _write(self, asked: Asked, file: Path) -> None:
        kind = file.suffix.lower().removeprefix(".")
        store = Store(self._like.folder, now_ms=self._like.now_ms, policy=self._like.policy)
        try:
            count = write_history(store, asked, kind if kind in KINDS else KINDS[0], file, self._goes_on)
            what = ngettext("{n} decision", "{n} decisions", count).format(n=number(count))
            said = _("{what} written in {path}.").format(what=what, path=file)
        except Stopped:
            said = _("Stopped. Nothing was written.")
        except (OSError, TooLong) as error:
            said = write_trouble(error, file)
        except StoreError as error:
            said = store_sentence(error)
        finally:
            store.close()
            self.runs = False
        self.ended.emit(said)

    def _goes_on(self, count: int) -> bool:
        if self._stop.is_set():
            return False
        self.said.emit(ngettext("Writing: {n} decision …", "Writing: {n} decisions …", count).format(n=number(count)))
        return True
