"""Away from the network and back: what is taken along before, and what is told after."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QTimer

from console.desk import returning
from console.domain.query import to_text
from console.sentences.returning import came_back_words
from console.store.errors import StoreError
from console.store.read import outbox
from console.store.read.queue import View
from console.store.read.returned import Returned, absence
from console.views.bare_window import BareWindow
from console.views.road.dialog import RoadDialog
from console.views.road.return_reader import ReturnReader
from console.views.showing import Showing
from console.widgets.strip import Strip
from console.words import _

SETTLE_MS = 60_000  # so long what was decided may leave before it is told how that went


class OnTheRoad(QObject):
    """The strip above everything says that one is back, once, when all has left or waits for a person."""

    def __init__(self, window: BareWindow, showing: Showing) -> None:
        super().__init__(window)
        self._window, self._showing, self._desk = window, showing, window.services.desk
        self.strip = Strip()
        window.add_strip(self.strip)
        self._known: object = None
        self._reader: ReturnReader | None = None
        self._noticed_ms: int | None = None
        self._waiting = 0  # of how many decisions the strip says that they wait
        showing.changed.connect(self.look)
        QTimer.singleShot(0, self, self.look)  # what was told when the window was closed isn't read yet

    def take_along(self) -> None:
        """What the settings say, at once; then what is shown, if that is wanted."""
        view, first = self._showing.view, self._window.services.settings["road_view"]
        title = self._window.list.title() if view.query is None else to_text(view.query)
        also = None if view == View(first, moderator=view.moderator) else (title, view)
        dialog = RoadDialog(self._window.services, self._window, also)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_return(self) -> None:
        """What others changed meanwhile."""
        from console.views.road.return_dialog import ReturnDialog  # not before somebody was away

        self.strip.hide()
        dialog = ReturnDialog(self._window.services, self._window, self._showing.look)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def look(self) -> None:
        """Something changed: are we back, and has what waited left?"""
        lines, store = absence(self._desk.store).get("lines"), self._desk.store
        if lines != self._known:
            self._known, self._noticed_ms = lines, store.now_ms() if lines else None
        if self._noticed_ms is None:
            if self._waiting and self.strip.isVisible():
                self._read_it()  # it may be settled by now, wherever that was done
            return
        if outbox.counts(store).on_its_way and store.now_ms() - self._noticed_ms < SETTLE_MS:
            return
        self._noticed_ms = None
        self._read_it()

    def _read_it(self) -> None:
        """How it went, beside the window: of many decisions that takes longer than a frame."""
        self._end_reading()
        self._reader = ReturnReader(self._desk.store, self._desk.moderator)
        self._reader.ready.connect(self._say)
        self._window.closing.connect(self._reader.close)
        self._reader.ask()

    def _end_reading(self) -> None:
        if self._reader is not None:
            self._window.closing.disconnect(self._reader.close)
            self._reader.close()
            self._reader = None

    def _say(self, told: Returned | None) -> None:
        self._end_reading()
        before, self._waiting = self._waiting, 0 if told is None else len(told.waiting)
        if before and self.strip.isVisible():
            if not self._waiting:
                self.strip.hide()
            if before == self._waiting or not self._waiting:
                return
        if told is None or not told.items or not self._window.services.reminds():
            return
        tone = "warn" if told.waiting else "info"
        close = self.strip.hide if told.waiting else self._put_away
        self.strip.say(came_back_words(told, self._desk.store.now_ms()),
                       [(_("Look") + "\t⇧W", self.show_return), (_("Close"), close)], tone)  # fmt: skip

    def _put_away(self) -> None:
        with suppress(StoreError):  # on a full disk it is told again at the next start
            returning.put_away(self._desk)
        self.strip.hide()
