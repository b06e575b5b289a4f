"""The card of a connection: how it is doing, what it may still ask, what waits for it, and which spaces it collects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.desk import connections as verbs
from console.desk.seat import Refused
from console.domain.conversation import SpaceKey
from console.sentences.connections import (
    budget_sentence,
    budget_title,
    last_success,
    progress_sentence,
    waiting_reason,
    waiting_title,
    waiting_until,
)
from console.sentences.shown import error_sentence, health_sentence, platform_title, space_sentence
from console.sentences.troubles import refusal_sentence
from console.store.read.card import Card
from console.store.read.changes import Changes
from console.store.read.connections import ConnectionRow, SpaceRow
from console.views.connections.card_reader import CardReader
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.dialog import Dialog
from console.widgets.facts import Facts, Lines
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import tip
from console.widgets.sidebar import HEALTH
from console.widgets.space_list import SpaceList, SpaceShown
from console.widgets.strip import Strip
from console.widgets.theme import px
from console.words import _, ngettext, number

LOOK_MS = 250
SECOND_MS = 1_000
MOST_SHOWN = 6
_ICONS = {"ok": "check-circle"}  # beside its words it may be larger than a dot


class ConnectionCard(Dialog):
    """Follows the store while it is open. `sign_in_asked` carries the connection, `shown` asks for its conversations."""

    sign_in_asked = Signal(object)
    shown = Signal(str)
    mostly_text = True

    def __init__(self, services: Services, over: QWidget, row: ConnectionRow) -> None:
        super().__init__(over, 640)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._services, self._row = services, row
        self._card: Card | None = None
        self._undo: Callable[[], None] | None = None
        self._request = ""
        self._placed: QPoint | None = None
        self._changes = Changes(services.store)
        self._reader = CardReader(services.store, row.key)
        self._reader.ready.connect(self._show)
        self.finished.connect(lambda: self._reader.close())
        self._lay_out()
        self._timer(LOOK_MS, self._look)
        self._timer(SECOND_MS, self._count_down)
        self._back = QShortcut(QKeySequence.StandardKey.Undo, self, self._take_back)
        self._show_row(row)
        self._reader.ask()

    # --- making it

    def _timer(self, ms: int, run: Callable[[], None]) -> None:
        timer = QTimer(self, interval=ms)
        timer.timeout.connect(run)
        timer.start()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(px(12))
        head.addWidget(Painted("tile", self._row.platform, 34), 0, Qt.AlignmentFlag.AlignTop)
        names = QVBoxLayout()
        names.setSpacing(px(2))
        self._name, self._where = plain_label("", "heading"), plain_label("", "small", "tertiary")
        for label in (self._name, self._where):
            label.setWordWrap(True)
            names.addWidget(label)
        head.addLayout(names, 1)
        self.body.addLayout(head)
        self._strip = Strip()
        self.body.addWidget(self._strip)
        state = QHBoxLayout()
        state.setSpacing(px(8))
        self._sign = Painted("icon", "circle", 16)
        state.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        self._health = plain_label("", "body")
        self._health.setWordWrap(True)
        state.addWidget(self._health, 1)
        self.body.addLayout(state)
        self.body.addLayout(self._buttons())
        self._facts = Facts()
        self.body.addWidget(self._facts)
        self.body.addWidget(_section(_("Waiting")))
        self._waiting = Lines()
        self.body.addWidget(self._waiting)
        self.body.addWidget(_section(_("Spaces")))
        self._none = plain_label(_("No spaces known yet. They come with the first collection."), "small", "tertiary")
        self._none.setWordWrap(True)
        self.body.addWidget(self._none)
        self._spaces = SpaceList()
        self._spaces.chosen.connect(self._follow)
        self._spaces.hide()
        self.body.addWidget(self._spaces)
        self.body.addStretch(1)
        talk, close = QPushButton(_("Its conversations")), QPushButton(_("Close"))
        talk.setProperty("kind", "link")
        talk.clicked.connect(self._show_conversations)
        close.clicked.connect(self.accept)
        for button in (talk, close):
            button.setAutoDefault(False)
        self.foot.addWidget(talk)
        self.foot.addStretch(1)
        self.foot.addWidget(close)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._now, self._pause, self._sign_in = (
            QPushButton(_("Try now")),
            QPushButton(),
            QPushButton(_("Sign in again")),
        )
        for button, clicked in (
            (self._now, self._try_now), (self._pause, self._flip_pause), (self._sign_in, self._ask_sign_in)
        ):  # fmt: skip
            button.setAutoDefault(False)
            button.clicked.connect(clicked)
            row.addWidget(button)
        self._now.setProperty("kind", "primary")
        row.addStretch(1)
        return row

    # --- what is shown

    def _look(self) -> None:
        self._changes.poll()
        if self._changes.other:
            self._reader.ask()
        if self._request:
            answer = verbs.answered(self._services.desk, self._request)
            if answer is not None:
                self._request = ""
                self._say_tried(answer.facts)

    def _show(self, card: Card | None) -> None:
        if card is None:
            self.reject()  # taken away meanwhile
            return
        self._card = card
        self._show_row(card.row)
        self._spaces.show_spaces([_space(space) for space in card.spaces])
        self._spaces.setVisible(bool(card.spaces))
        self._none.setVisible(not card.spaces)
        self._count_down()
        QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """As large as what is on it; in the middle of the window while nobody has moved it."""
        over, middle = self.parentWidget(), self.geometry().center()
        if over is not None and self._placed in (None, middle):
            self.fit()
            self.move(over.mapToGlobal(over.rect().center()) - self.rect().center())
            self._placed = self.geometry().center()
        else:
            self.fit()

    def _show_row(self, row: ConnectionRow) -> None:
        now_ms = self._services.store.now_ms()
        state = "paused" if row.paused else row.health.state
        if self._health.text() and state != ("paused" if self._row.paused else self._row.health.state):
            announce(self, health_sentence(row, now_ms))
        self._row = row
        self.setWindowTitle(row.name)
        self._name.setText(row.name + (" ≈" if row.approximate else ""))
        us = _("as {us}").format(us=row.us) if row.us else ""
        self._where.setText(" · ".join(part for part in (platform_title(row.platform), row.url, us) if part))
        tone, icon = HEALTH[state]
        self._sign.show_value(_ICONS.get(state, icon), tone)
        self._health.setText(health_sentence(row, now_ms))
        self._pause.setText(_("Go on collecting") if row.paused else _("Pause"))
        self._now.setEnabled(not row.paused)
        self._now.setToolTip(tip(_("It is paused; let it go on first.")) if row.paused else "")
        self._sign_in.setVisible(row.adapter != "memory" or self._services.demo_fault is not None)
        self._sign_in.setProperty("kind", "primary" if state == "sign_in" else "")
        self._now.setProperty("kind", "" if state == "sign_in" else "primary")
        for button in (self._now, self._sign_in):
            button.style().unpolish(button)
            button.style().polish(button)

    def _count_down(self) -> None:
        """What changes with the clock: how long something still waits, what may be asked again by now."""
        card, now_ms = self._card, self._services.store.now_ms()
        if card is None:
            return
        platform = card.row.platform
        self._health.setText(health_sentence(card.row, now_ms))
        self._facts.show_facts([
            (_("Last success"), last_success(card, now_ms)),
            (_("Read so far"), progress_sentence(card.progress, now_ms)),
            *((budget_title(one, card.budgets), budget_sentence(one, platform, now_ms)) for one in card.budgets),
        ])  # fmt: skip
        lines = [
            (waiting_title(one), waiting_reason(one, platform), waiting_until(one, now_ms))
            for one in card.waiting[:MOST_SHOWN]
        ]
        more = len(card.waiting) - len(lines)
        rest = ngettext("And {n} more.", "And {n} more.", more).format(n=number(more)) if more else ""
        self._waiting.show_lines(lines, rest if lines else _("Nothing waits."))

    # --- what is asked

    def _try_now(self) -> None:
        self._request = verbs.sync_now(self._services.desk, frozenset({self._row.key}))
        self._say(_("Looking …"))
        self._reader.ask()

    def _say_tried(self, facts: Mapping[str, Any]) -> None:
        rows = facts.get("connections") or [{}]
        first: Mapping[str, Any] = rows[0]
        if first.get("error_kind"):
            code, words = str(first.get("error") or ""), str(first.get("words") or "")
            self._say(error_sentence(str(first["error_kind"]), self._row.platform, words, code), "warn")
            return
        n = int(first.get("messages") or 0)
        self._say(
            ngettext("It answered. {n} message was read.", "It answered. {n} messages were read.", n).format(
                n=number(n)
            )
        )

    def _flip_pause(self) -> None:
        row, paused = self._row, not self._row.paused
        verbs.pause(self._services.desk, row, paused)
        said = _("Paused: nothing is collected and nothing leaves.") if paused else _("It goes on.")
        self._decided(said, lambda: verbs.pause(self._services.desk, row, not paused))

    def _follow(self, changed: Mapping[str, bool]) -> None:
        """Collect these spaces, or no longer; one that only invited us is joined first."""
        joined, refused = [], ""
        titles = {space.key: space.title for space in self._card.spaces} if self._card else {}
        for key, followed in changed.items():
            try:
                if verbs.follow(self._services.desk, self._row.key, SpaceKey(key), followed) is not None:
                    joined.append(titles.get(SpaceKey(key), key))
            except Refused as error:
                refused = refusal_sentence(error)
        if refused or joined:
            self._say(refused or _("We accept the invitation to ‘{name}’; the outbox says how that goes.").format(
                name=", ".join(joined)), "warn" if refused else "info")  # fmt: skip
            self._reader.ask()
            return
        first, followed = next(iter(changed.items()))
        name = titles.get(SpaceKey(first), first)
        if len(changed) > 1:
            said = ngettext("{n} space changed.", "{n} spaces changed.", len(changed)).format(n=number(len(changed)))
        elif followed:
            said = _("‘{name}’ is collected.").format(name=name)
        else:
            said = _("‘{name}’ is no longer collected; what was said stays.").format(name=name)

        def back() -> None:
            for key, was in changed.items():
                verbs.follow(self._services.desk, self._row.key, SpaceKey(key), not was)

        self._decided(said, back)

    def _decided(self, said: str, back: Callable[[], None]) -> None:
        self._undo = back
        self._say(said, undo=True)
        self._reader.ask()

    def _take_back(self) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None
            undo()
            self._say(_("Taken back."))
            self._reader.ask()

    def _say(self, text: str, tone: str = "info", *, undo: bool = False) -> None:
        if not undo:
            self._undo = None
        buttons = [(_("Take back") + "\tCtrl+Z", self._take_back)] if undo else []
        self._strip.say(text, buttons, tone)
        announce(self, text)

    def _ask_sign_in(self) -> None:
        self.sign_in_asked.emit(self._row)
        self.accept()

    def _show_conversations(self) -> None:
        self.shown.emit(self._row.key)
        self.accept()


def _section(title: str) -> QWidget:
    label = plain_label(title, "smallStrong", "secondary")
    label.setContentsMargins(0, px(8), 0, 0)
    return label


def _space(space: SpaceRow) -> SpaceShown:
    count = ngettext("{n} message", "{n} messages", space.messages).format(n=number(space.messages))
    followed = space.followed and space.standing != "invited"
    return SpaceShown(space.key, space.title, followed, count if space.messages else "", space_sentence(space))
