"""Adding a connection in three steps: platform and sign-in, spaces, how far back. Signing in again is the first alone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from console.desk import connections as desk_connections
from console.domain.conversation import Space
from console.domain.platform import Capabilities, CheckLine, Way
from console.sentences.shown import error_sentence
from console.store.read.connections import ConnectionRow
from console.views.connections import findings as words
from console.views.connections.browser_sign_in import BrowserSignIn
from console.views.connections.first import ConnectFirst
from console.views.connections.history import ConnectHistory
from console.views.connections.spaces import ConnectSpaces
from console.views.services import PlatformShown, Services
from console.widgets.check_card import CheckCard, FindingShown
from console.widgets.dialog import enter_presses, room_over
from console.widgets.message_card import plain_label
from console.widgets.plain_text import caption
from console.widgets.steps import Steps
from console.widgets.theme import measured, px
from console.words import _, ngettext, number

WIDE, HIGH, WIDE_ALONE = 1140, 760, 520
LOOK_MS = 100
LOCKED = ("NoKeyring", "NoPassphrase", "WrongPassphrase")
PLATFORM, SPACES, HISTORY = range(3)


class ConnectDialog(QDialog):
    """The check is done by the collector; the secret goes to it alone and is never stored here."""

    connected = Signal(str)

    def __init__(self, services: Services, over: QWidget, again: ConnectionRow | None = None) -> None:
        """`again`: sign an existing connection in again, with what is known of it filled in."""
        super().__init__(over)
        self._services = services
        self._again = again
        self._request, self._ref, self._connecting = "", f"check-{uuid.uuid4()}", False
        self._asked: dict[str, Any] = {}  # what the last check was about
        self._found: Mapping[str, Any] | None = None  # what it found, while that still counts
        self._pages: BrowserSignIn | None = None
        self._signed_in = False  # on the platform's own pages
        self.setWindowTitle(_("Sign in again") if again else _("Add a connection"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.steps = Steps([_("Platform and sign-in"), _("Spaces"), _("How far back")])
        self.steps.setVisible(again is None)
        column.addWidget(self._bar("connectHead", plain_label(self.windowTitle(), "title"), self.steps))
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        column.addWidget(line)
        self.first = ConnectFirst(services.platforms(), alone=again is not None)
        self.spaces, self.history = ConnectSpaces(), ConnectHistory()
        self.pages = QStackedWidget()
        for page in (self.first, self.spaces, self.history):
            self.pages.addWidget(page)
        column.addWidget(self.pages, 1)
        column.addWidget(self._foot())
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(self._look_for_answer)
        self.first.gallery.chosen.connect(lambda platform: self._forget())
        self.first.moved.connect(self._say_next)
        self.first.form.changed.connect(self._forget)
        self.first.form.shown.connect(self._offer_pages)
        for card in (self.first.form.card, self.history.card):
            card.again.connect(self._look_again)
            card.stopped.connect(self._stop)
        self.first.choose(again.adapter if again is not None else "")
        if again is not None:
            self.first.form.fill_in(again)
        for button in self.findChildren(QPushButton):
            button.setAutoDefault(button is self._next)
        self._next.setDefault(True)
        self._say_next()

    # --- how it looks

    def _bar(self, name: str, *inside: QWidget) -> QFrame:
        bar = QFrame()
        bar.setObjectName(name)
        measured(bar, setMinimumHeight=56)
        row = QHBoxLayout(bar)
        row.setContentsMargins(px(20), 0, px(20), 0)
        row.setSpacing(px(8))
        for widget in inside:
            row.addWidget(widget)
        return bar

    def _foot(self) -> QFrame:
        foot = self._bar("connectFoot")
        row = foot.layout()
        assert isinstance(row, QHBoxLayout)
        self._demo = QPushButton(_("Look around first with the demo community"))
        self._demo.setProperty("kind", "link")
        self._demo.setAutoDefault(False)
        measured(self._demo, setMinimumHeight=24)
        self._demo.clicked.connect(self._look_around)
        row.addWidget(self._demo)
        row.addStretch(1)
        self._back = QPushButton(_("Back"))
        self._cancel = QPushButton(_("Cancel"))
        self._next = QPushButton()
        self._next.setProperty("kind", "primary")
        for button, clicked in ((self._back, self.back), (self._cancel, self.close), (self._next, self.next)):
            button.clicked.connect(clicked)
            row.addWidget(button)
        return foot

    def sizeHint(self) -> QSize:
        wide, high = room_over(self)
        if self._again is None:
            return QSize(min(px(WIDE), wide), min(px(HIGH), high))
        return QSize(min(px(WIDE_ALONE), wide), min(px(HIGH - 120), high))

    def minimumSizeHint(self) -> QSize:
        return QSize(px(280), px(280)).boundedTo(self.sizeHint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not enter_presses(self, event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.resize(self.sizeHint())
        super().showEvent(event)
        self.first.focus_first()

    def _say_next(self) -> None:
        """What the buttons say and whether they can be pressed."""
        step = self.pages.currentIndex()
        self.steps.go(step)
        self._back.setVisible(step != PLATFORM)
        can_look_around = self._services.look_around is not None and self._again is None
        self._demo.setVisible(can_look_around and step == PLATFORM)
        if step == SPACES:
            text = _("On to how far back")
        elif step == HISTORY:
            text = _("Connect")
        elif not self.first.filling_in:
            text = _("On to signing in")
        elif self._again is not None or self._pages_first() is not None:
            text = _("Sign in")
        else:
            text = _("On to the spaces") if self._found is not None else _("Check the connection")
        self._next.setText(caption(text))
        signing_in = self._pages is not None and self._pages.waits
        self._next.setEnabled(not self._look.isActive() and not signing_in)

    def _card(self) -> CheckCard:
        return self.history.card if self.pages.currentIndex() == HISTORY else self.first.form.card

    # --- the way through

    def next(self) -> None:
        """On to the next step, as far as this one is done; Enter does the same."""
        step = self.pages.currentIndex()
        if self._look.isActive():
            return
        if step == PLATFORM and not self.first.filling_in:
            self.first.fill_in()
        elif step == PLATFORM and (pages := self._pages_first()) is not None:
            pages.begin()
        elif step == PLATFORM and self._again is not None:
            self._connect()
        elif step == PLATFORM and self._found is None:
            self._check()
        elif step == HISTORY:
            self._connect()
        else:
            self._go(step + 1)

    def back(self) -> None:
        self._stop()
        self._go(self.pages.currentIndex() - 1)

    def reject(self) -> None:
        """Esc goes back as long as there is something to go back to, then the dialog closes."""
        if self.pages.currentIndex() != PLATFORM:
            self.back()
        elif not self.first.back():
            super().reject()

    def done(self, result: int) -> None:
        self._look.stop()
        if self._pages is not None:
            self._pages.stop()
        super().done(result)

    def _go(self, step: int) -> None:
        assert self._found is not None
        form = self.first.form
        if step == SPACES:
            self.spaces.show_spaces(form.platform.title, self._offered())
        elif step == HISTORY:
            self.history.show_found(words.lines_of(self._found), self._summary())
        self.pages.setCurrentIndex(step)
        self._say_next()
        (self.first, self.spaces, self.history)[step].focus_first()

    def _summary(self) -> str:
        assert self._found is not None
        offered = self.spaces.offered
        begin = _("You connect {name} as {us}.").format(name=self.first.form.values()["name"], us=self._found["us"])
        if not offered:
            return begin
        follows = ngettext("You follow {n} of {all} space.", "You follow {n} of {all} spaces.", offered).format(
            n=number(self.spaces.followed), all=number(offered)
        )
        return f"{begin} {follows}"

    def _offered(self) -> Sequence[Space]:
        return [Space(**space) for space in (self._found or {}).get("spaces", ())]

    def _look_around(self) -> None:
        assert self._services.look_around is not None
        self._services.look_around()
        super().reject()

    # --- what the collector is asked

    def _offer_pages(self, platform: PlatformShown) -> None:
        """Where people sign in on the platform's own pages, they do that here."""
        if self._pages is not None:
            self._pages.stop()
            self._pages.hide()
            self._pages.deleteLater()
            self._pages = None
        self._signed_in = False
        if platform.sign_in is not None:
            self._pages = BrowserSignIn(self._services, platform.sign_in, self.asked)
            self._pages.signed_in.connect(self._came_back)
            self._pages.changed.connect(self._say_next)
            self.first.form.ways_in.addWidget(self._pages)

    def _pages_first(self) -> BrowserSignIn | None:
        """Where people sign in on the platform's own pages, as long as nobody did and no secret is typed instead."""
        form = self.first.form
        typed = any(form.values()[field.name] for field in form.platform.fields if field.secret)
        return None if typed or self._signed_in else self._pages

    def _came_back(self) -> None:
        self._signed_in = True
        self._look_again()

    def _forget(self) -> None:
        """Something else was typed or chosen: what was found was about something else."""
        if self._look.isActive():
            self._look.stop()
        self._found = None
        self.first.form.card.clear()
        self._say_next()

    def _stop(self) -> None:
        """Nobody waits for the answer any longer."""
        if self._look.isActive():
            self._look.stop()
            self._card().clear()
            self._say_next()

    def _check(self) -> None:
        where = self._where()
        self._ask("check", _("Checking the connection"), _("We look at {where}. Nothing is stored or changed yet.").format(where=where))  # fmt: skip

    def _connect(self) -> None:
        self._ask("connect", _("Connecting"), _("We sign in at {where}.").format(where=self._where()))

    def _where(self) -> str:
        return self.first.form.values().get("url") or self.first.form.platform.title

    def _look_again(self) -> None:
        if self._again is not None or self.pages.currentIndex() == HISTORY:
            self.next()
        else:
            self._check()

    def asked(self) -> dict[str, Any] | None:
        """What is filled in, without the secrets; None when something is missing, which the card says then."""
        form = self.first.form
        missing = form.missing()
        if missing:
            names = ", ".join(field.label for field in missing)
            form.card.tell(_("Not complete yet"), [FindingShown("warn", _("Fill in first: {names}.").format(names=names).removesuffix("."))], again=False)  # fmt: skip
            form.field(missing[0].name).setFocus()
            return None
        secret = {field.name for field in form.platform.fields if field.secret}
        values = {name: value for name, value in form.values().items() if name not in secret}
        asked = {"adapter": form.platform.key, "name": values.pop("name") or form.platform.title,
                "url": values.pop("url", ""), "user": values.pop("user", ""), "settings": values, "ref": self._ref}  # fmt: skip
        if self._again is None:
            return asked
        return asked | {"settings": {**self._again.settings, **values}, "again": self._again.key}

    def _ask(self, kind: str, title: str, what: str) -> None:
        form, asked = self.first.form, self.asked()
        if asked is None:
            return
        self._asked = asked
        values = form.values()
        secrets = {field.name: values[field.name] for field in form.platform.fields if field.secret}
        if form.passphrase():
            self._services.tell({"passphrase": form.passphrase()})
        if secrets:
            self._services.tell({"secret": {"ref": self._ref, "values": secrets}})
        more: dict[str, Any] = {"since_days": self.history.days.value()}
        if kind == "connect":
            more |= {"as_checked": self._found is not None, "ignored": self.spaces.ignored}
        self._request = desk_connections.ask(self._services.desk, kind, asked | more)
        self._connecting = kind == "connect"
        self._card().wait(title, what)
        self._look.start()
        self._say_next()

    def _look_for_answer(self) -> None:
        answer = desk_connections.answered(self._services.desk, self._request)
        if answer is None:
            return
        self._look.stop()
        if answer.state == "failed":
            self._tell_refusal(answer.facts)
        elif self._connecting and answer.facts["works"]:
            self.connected.emit(str(answer.facts["key"]))
            self.accept()
        else:
            self._tell_findings(answer.facts)
        self._say_next()

    def _tell_refusal(self, facts: Mapping[str, Any]) -> None:
        form = self.first.form
        if facts.get("error") in LOCKED:
            self._ask_passphrase(str(facts["error"]))
            return
        hand_on = words.refusal_for_administrator(facts, form.platform.key, self._asked["url"], self._asked["user"])
        self._card().tell(_("This doesn't work yet"), [words.refused(facts, form.platform.key)], hand_on)

    def _tell_findings(self, facts: Mapping[str, Any]) -> None:
        form, key = self.first.form, self.first.form.platform.key
        lines: list[CheckLine] = words.lines_of(facts)
        found = words.shown(lines, key, facts["us"], [space["title"] for space in facts["spaces"]])
        hand_on = words.for_administrator(lines, key, self._asked["url"], facts["us"])
        if facts["works"]:
            self._found = facts
            form.show_can(Capabilities({name: Way(way) for name, way in facts["ways"].items()}, facts["approximate"]))
        title = _("Connection checked") if facts["works"] else _("This doesn't work yet")
        self._card().tell(title, found, hand_on)

    def _ask_passphrase(self, error: str) -> None:
        form = self.first.form
        self.pages.setCurrentIndex(PLATFORM)
        if error == "WrongPassphrase":
            told = FindingShown("danger", error_sentence(error, "").removesuffix("."))
        else:
            told = FindingShown("warn", _("This computer has no keyring"), _("We keep secrets in an encrypted file; choose a passphrase, we ask it once per start. Without it you sign in again."))  # fmt: skip
        form.card.tell(_("Not complete yet"), [told])
        form.ask_passphrase()
