"""Taking along for the road: begins at once with what is flagged, says how far it is, can be stopped, and what isn't here."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget

from console.desk import road
from console.desk.connections import answered, told
from console.sentences.road import missed_lines, packed_words, packing_words
from console.sentences.troubles import store_sentence
from console.store.errors import StoreError
from console.store.read.queue import View
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.dialog import Dialog
from console.widgets.message_card import plain_label
from console.widgets.theme import measured
from console.words import _

LOOK_MS = 150
WHOLE = 1000  # the bar's steps
SHOWN = 50  # of what isn't here


class RoadDialog(Dialog):
    """`also`: another view that can be taken along then, with its title; else None."""

    mostly_text = True

    def __init__(self, services: Services, over: QWidget, also: tuple[str, View] | None) -> None:
        super().__init__(over, 600)
        self._desk, self._services, self._request, self._ref = services.desk, services, "", ""
        self.setWindowTitle(_("For the road"))
        self.body.addWidget(plain_label(_("For the road"), "heading"))
        self._said = plain_label("", "body")
        self._missed = plain_label("", "small", "secondary")
        for label in (self._said, self._missed):
            label.setWordWrap(True)
        self._bar = QProgressBar(maximum=WHOLE, textVisible=False)
        measured(self._bar, setFixedHeight=8)
        for part in (self._said, self._bar, self._missed):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.foot.addStretch(1)
        self._also = QPushButton()
        self._also.hide()
        if also is not None:
            title, view = also
            self._also.setText(_("Take ‘{view}’ along too").format(view=title[:40]))
            self._also.clicked.connect(lambda: self._begin(view))
        self._has_also = also is not None
        self._end = QPushButton()
        self._end.setDefault(True)
        self._end.clicked.connect(self._ended)
        self.foot.addWidget(self._also)
        self.foot.addWidget(self._end)
        self._poll = QTimer(self, interval=LOOK_MS)
        self._poll.timeout.connect(self._look)
        self._begin(View(services.settings["road_view"], moderator=services.desk.moderator))

    def reject(self) -> None:
        """Closed while it goes on: it stops, and what was fetched stays."""
        self._stop()
        self._poll.stop()
        super().reject()

    def _begin(self, view: View) -> None:
        try:
            self._request, self._ref = road.take_along(self._desk, view, self._services.settings["road_mb"])
        except StoreError as error:
            self._said.setText(store_sentence(error))
            self._bar.hide()
            self._end.setText(_("Close"))
            return
        self._said.setText(packing_words({}))
        self._missed.setText("")
        self._bar.setMaximum(0)  # nobody knows yet how much it is
        self._bar.show()
        self._also.hide()
        self._end.setText(_("Stop"))
        self._poll.start()

    def _look(self) -> None:
        how = told(self._desk, self._request)
        if how.get("what") == "packing":
            self._said.setText(packing_words(how))
            self._bar.setMaximum(WHOLE)
            self._bar.setValue(WHOLE * int(how["done"]) // max(1, int(how["of"])))
        found = answered(self._desk, self._request)
        if found is None:
            return
        self._poll.stop()
        self._ref = ""
        self._bar.hide()
        if found.state == "failed":
            self._said.setText(_("Nothing was taken along: stopped before it began."))
        else:
            self._said.setText(packed_words(found.facts))
            lines = missed_lines(found.facts["missed"])
            left = [_("And {n} more.").format(n=len(lines) - SHOWN)] if len(lines) > SHOWN else []
            self._missed.setText("\n".join(f"· {line}" for line in [*lines[:SHOWN], *left]))
        self._also.setVisible(self._has_also)
        self._has_also = False
        self._end.setText(_("Close"))
        self.settle()
        announce(self, self._said.text())

    def _ended(self) -> None:
        if self._ref:
            self._stop()  # its answer comes still, with what was fetched until then
        else:
            self.accept()

    def _stop(self) -> None:
        if self._ref:
            with suppress(StoreError):  # what can't be written down can't be stopped either: it comes to its end
                road.stop(self._desk, self._ref)
            self._ref = ""
