"""Urgent reports within the window: told at once without their text, counted where one looks, and who is on duty."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from console.domain.duty import Duty, duty_at
from console.domain.house_policies import in_order, urgent_under
from console.sentences.duty import urgent_sentence, urgent_title, who_sentence
from console.store.read.urgent import waiting_reports
from console.views.bare_window import BareWindow
from console.views.flagged.reviewing import Reviewing
from console.views.showing import Showing
from console.words import _

LOOK_MS = 400  # so long after a change: a page of reports is one notice
MINUTE_MS = 60_000  # duty begins and ends without anything changing


class Urgent(QObject):
    """What is new since the last look is told once; the first window of a profile speaks."""

    def __init__(self, window: BareWindow, showing: Showing, reviewing: Reviewing) -> None:
        super().__init__(window)
        self._window, self._reviewing = window, reviewing
        self._told: set[str] = set()
        self._first = ""
        self._soon = QTimer(self, interval=LOOK_MS, singleShot=True)
        self._soon.timeout.connect(self._look)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._look)
        self._minute.start()
        showing.changed.connect(self.look)
        window.status.urgent_asked.connect(self.open)
        window.closing.connect(self._minute.stop)
        window.closing.connect(self._soon.stop)

    def look(self) -> None:
        """Something changed in the two files."""
        if not self._soon.isActive():
            self._soon.start()

    def open(self) -> None:
        """The review, at the one that has waited longest; from a notice too, so the window comes before others."""
        self._window.raise_()
        self._window.activateWindow()
        self._reviewing.open_at(self._first)

    def _look(self) -> None:
        services = self._window.services
        policies = services.house.policies().found
        urgent = in_order((report, under) for report in waiting_reports(services.store)
                          if (under := urgent_under(policies, report.reason, report.text)))  # fmt: skip
        duty = self._duty()
        self._first = urgent[0][0].message if urgent else ""
        self._show(len(urgent), duty)
        new = [(report, under) for report, under in urgent if report.key not in self._told]
        self._told = {report.key for report, _under in urgent}
        if new and services.reminds():
            titles = [policy.title for _report, under in new for policy in under]
            services.notify(urgent_title(len(new)), urgent_sentence(titles, duty, services.store.now_ms()))

    def _show(self, count: int, duty: Duty) -> None:
        window = self._window
        window.services.badge(count)
        window.setWindowTitle(f"({count}) Luisterpost" if count else "Luisterpost")
        title = urgent_title(count) if count else ""
        who = who_sentence(duty, window.services.store.now_ms())
        window.status.show_urgent(title, who if count and not duty.mine else "", _("Review them"))

    def _duty(self) -> Duty:
        services = self._window.services
        store = services.store
        return duty_at(services.settings["on_duty"], services.desk.moderator, store.policy.hours, store.now_ms())
