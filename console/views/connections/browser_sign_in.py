"""Signing in on a platform's own pages, in a form: the button, what to do meanwhile, and how it went.

The collector does it; this asks, opens the page that it tells of, and shows the code where there is no page to open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.desk import connections as desk_connections
from console.domain.sign_in_pages import stands_on
from console.sentences.shown import error_sentence
from console.views.services import Services, SignInShown
from console.widgets.announcing import announce
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import caption, copy
from console.widgets.theme import px
from console.words import _

LOOK_MS = 100


class BrowserSignIn(QWidget):
    """`signed_in` when the collector has what it needs; `changed` when another size may fit."""

    signed_in = Signal()
    changed = Signal()

    def __init__(self, services: Services, pages: SignInShown, args: Callable[[], Mapping[str, Any] | None]) -> None:
        """`args`: adapter, url, user, settings and ref as they are filled in now; None when something is missing still."""
        super().__init__()
        self._services, self._pages, self._args = services, pages, args
        self._asked: Mapping[str, Any] = {}
        self._request, self._told = "", ""
        self._address = self._code = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._sign = Painted("icon", "info", 16, "info")
        self._says = plain_label("", "body", "secondary")
        self._says.setWordWrap(True)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._says, 1)
        column.addLayout(row)
        self._shown_code = plain_label("", "title")
        for label in (self._says, self._shown_code):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self._shown_code)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        self._begin = self._button(caption(_("Sign in with {provider}").format(provider=pages.provider)), self.begin)
        self._with_code = self._button(_("With a code instead"), lambda: self.begin(with_code=True))
        self._again = self._button(_("Open the page again"), self._open)
        self._copy = self._button(_("Copy the code"), lambda: copy(self._code))
        self._stop = self._button(_("Stop signing in"), self.stop)
        for button in (self._begin, self._with_code, self._again, self._copy, self._stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        column.addLayout(buttons)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_for_answer)
        self._show("info", _("You sign in on a page of {provider}, in your own browser. We never see your password.").format(provider=pages.provider))  # fmt: skip

    def _button(self, text: str, pressed: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: pressed())
        return button

    @property
    def waits(self) -> bool:
        """Whether somebody is signing in."""
        return bool(self._request)

    def begin(self, *, with_code: bool = False) -> None:
        """Ask the collector; what went on before ends."""
        args = self._args()
        if args is None:
            return
        self._asked, self._told, self._address, self._code = args, "", "", ""
        self._request = desk_connections.ask(self._services.desk, "sign_in", {**args, "with_code": with_code})
        self._show("info", _("Asking {provider} …").format(provider=self._pages.provider))
        self._look.start()

    def stop(self) -> None:
        """Not any longer: the page that is open leads nowhere then."""
        if self._request:
            desk_connections.ask(self._services.desk, "stop_signing_in", {"ref": self._asked["ref"]})

    def _look_for_answer(self) -> None:
        answer = desk_connections.answered(self._services.desk, self._request)
        if answer is None:
            self._hear(desk_connections.told(self._services.desk, self._request))
            return
        self._look.stop()
        self._request = self._address = self._code = ""
        if answer.state == "done":
            self._show("ok", _("You are signed in."))
            self.signed_in.emit()
            return
        self._say_wrong(answer.facts)

    def _hear(self, told: Mapping[str, Any]) -> None:
        address, code = str(told.get("open") or told.get("address") or ""), str(told.get("code") or "")
        if not address or address == self._told:
            return
        self._told, self._code = address, code
        if code:
            self._show("info", _("Open {address} in any browser, and type this code there:").format(address=address))
        elif stands_on(address, self._pages.place(self._asked.get("settings") or {})):
            self._address = address
            self._show("info", _("Your browser shows the page to sign in on. Finish there; this goes on by itself."))
            self._open()
        else:
            self.stop()
            self._say_wrong({"error": "Rejected", "code": "bad_page"})

    def _open(self) -> None:
        self._services.open_link(self._address)

    def _say_wrong(self, facts: Mapping[str, Any]) -> None:
        said = error_sentence(str(facts.get("error", "")), str(self._asked.get("adapter", "")),
                              str(facts.get("words", "")), str(facts.get("code", "")))  # fmt: skip
        stopped = facts.get("code") == "sign_in_stopped"
        self._show("info" if stopped else "danger", said)

    def _show(self, tone: str, said: str) -> None:
        signs = {"ok": "check-circle", "danger": "warning-octagon", "info": "info"}
        self._sign.show_value(signs[tone], tone=tone)
        self._says.setText(said)
        self._says.setProperty("tone", "secondary" if tone == "info" else tone)
        self._says.style().unpolish(self._says)
        self._says.style().polish(self._says)
        self._shown_code.setText(self._code)
        self._shown_code.setVisible(bool(self._code))
        waits = self.waits
        self._begin.setVisible(not waits)
        self._with_code.setVisible(not waits)
        self._again.setVisible(waits and bool(self._address))
        self._copy.setVisible(waits and bool(self._code))
        self._stop.setVisible(waits)
        announce(self, said)
        self.changed.emit()
