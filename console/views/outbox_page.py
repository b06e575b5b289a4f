"""The outbox: what waits for a person on top with its choices, what is on its way below."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.desk import by_hand
from console.desk import outbox as verbs
from console.domain.outbox import WRITTEN, Intent, Kind, NotPossible, State
from console.sentences.handoffs import (
    again_words,
    changed_words,
    like_words,
    offline_words,
    open_words,
    yes_words,
)
from console.sentences.outward import outward_noun, words_shown
from console.sentences.shown import clock, intent_sentence, intent_state, kind_noun
from console.store.read import connections, outbox
from console.store.read.outbox import IntentRow
from console.store.read.since import matters_since
from console.views.services import Services
from console.widgets.empty_state import EmptyState
from console.widgets.flow import Flow
from console.widgets.keyed import KeyButton
from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import copy
from console.widgets.scrolling import Scrolling
from console.widgets.theme import measured, px
from console.words import _

LOOKS = {
    State.QUEUED: ("neutral", "hourglass-medium"), State.SENDING: ("info", "arrows-clockwise"),
    State.SENT: ("ok", "check-circle"), State.UNCERTAIN: ("info", "question"), State.CONFLICT: ("warn", "git-merge"),
    State.FAILED: ("danger", "warning-octagon"), State.HANDOFF: ("neutral", "arrow-square-out"),
    State.DRAFT: ("neutral", "pencil-simple"), State.WITHDRAWN: ("neutral", "arrow-u-up-left"),
}  # fmt: skip
Option = tuple[str, Callable[[], object]]


class OutboxPage(QWidget):
    """Rebuilt when the outbox changes; the item and the place of reading stay."""

    changed = Signal()
    thread_asked = Signal(str)
    sign_in_asked = Signal(str)
    open_asked = Signal(str)
    again_asked = Signal(str)
    edited = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._services = services
        self._chosen = ""
        self._offline = False
        self._chosen_card = QWidget()
        self._cards: list[str] = []
        self._options: dict[str, list[Option]] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QFrame()
        head.setObjectName("paneHeader")
        measured(head, setFixedHeight=56)
        row = QHBoxLayout(head)
        row.setContentsMargins(px(24), 0, px(24), 0)
        row.setSpacing(px(12))
        row.addWidget(plain_label(_("Outbox"), "heading"))
        self._summary = Elided("body", "text.secondary")
        row.addWidget(self._summary, 1)
        self._hold = KeyButton()
        self._hold.clicked.connect(self._toggle_hold)
        self._all = KeyButton(_("Sent too"))
        self._all.setCheckable(True)
        self._all.toggled.connect(lambda on: self.reload())
        row.addWidget(self._all)
        row.addWidget(self._hold)
        column.addWidget(head)
        self._scroll = Scrolling()
        column.addWidget(self._scroll, 1)

    def reload(self) -> None:
        """Show the outbox as it is now."""
        desk = self._services.desk
        rows = outbox.intents(desk.store, open_only=not self._all.isChecked(), limit=200)
        counts = outbox.counts(desk.store)
        self._offline = connections.is_offline(desk.store)
        said = _("{a} for you, {b} on their way").format(a=counts.for_you, b=counts.on_its_way)
        self._summary.setText(said if counts.for_you + counts.on_its_way else "")
        self._hold.say(_("Let it leave again") if verbs.is_held(desk) else _("Hold everything"))
        place = self._scroll.verticalScrollBar().value()
        body = QWidget()
        body.setObjectName("page")
        column = QVBoxLayout(body)
        column.setContentsMargins(px(24), px(16), px(24), px(24))
        column.setSpacing(px(10))
        self._options = {}
        if not rows:
            empty = EmptyState("check-circle", "ok")
            empty.say(_("Everything is delivered."))
            column.addWidget(empty, 1)
        self._cards = [row.intent.id for row in rows]
        if self._chosen not in self._cards:
            self._chosen = next(iter(self._cards), "")
        for row, heading in zip(rows, _headings(rows, counts), strict=True):
            if heading:
                column.addWidget(plain_label(heading, "smallStrong", "secondary"))
            column.addWidget(self._item(row))
        column.addStretch(1)
        # A button of the ones before may have asked for this: they go when its click is over.
        if (before := self._scroll.takeWidget()) is not None:
            before.hide()
            before.deleteLater()
        self._scroll.setWidget(body)
        self._scroll.verticalScrollBar().setValue(place)

    def step(self, by: int) -> None:
        """The next or previous item: the digits are about it."""
        if self._chosen in self._cards:
            at = self._cards.index(self._chosen) + by
            self._chosen = self._cards[max(0, min(len(self._cards) - 1, at))]
            self.reload()
            self.setFocus()
            self._scroll.ensureWidgetVisible(self._chosen_card)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 4 take the option of the item that is chosen."""
        options = self._options.get(self._chosen, [])
        if event.text() in ("1", "2", "3", "4") and int(event.text()) <= len(options):
            options[int(event.text()) - 1][1]()
        else:
            super().keyPressEvent(event)

    def _item(self, row: IntentRow) -> QWidget:
        now_ms = self._services.store.now_ms()
        intent = row.intent
        card = QFrame()
        card.setObjectName("card")
        card.setProperty("chosen", "true" if intent.id == self._chosen else "false")
        if intent.id == self._chosen:
            self._chosen_card = card
        card.setMaximumWidth(px(900))
        column = QVBoxLayout(card)
        column.setContentsMargins(px(16), px(12), px(16), px(12))
        column.setSpacing(px(6))
        top = QHBoxLayout()
        tone, icon = LOOKS[intent.state]
        state = intent_state(intent.state.value)
        if intent.state is State.QUEUED and intent.waits_for == "sign_in":
            state, tone, icon = _("Waits for sign-in"), "warn", "key-fill"
        top.addWidget(Painted("chip", state, tone=tone, icon=icon))
        top.addStretch(1)
        top.addWidget(plain_label(clock(intent.created_at_ms, now_ms), "small", "tertiary"))
        column.addLayout(top)
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(Painted("tile", row.platform, 20))
        line.addWidget(plain_label(row.thread_title or row.connection_name, "strong"))
        what = Elided("body", "text.tertiary")
        what.setText(_what(row))
        line.addWidget(what, 1)
        column.addLayout(line)
        sentence = plain_label(self._sentence(row, now_ms), "body")
        sentence.setWordWrap(True)
        column.addWidget(sentence)
        for text in filter(None, (words_shown(intent)[:600], "" if row.like is None else like_words(row.like))):
            words = plain_label(text, "small", "secondary")
            words.setWordWrap(True)
            column.addWidget(words)
        options = self._options_of(row)
        if options:
            self._options[intent.id] = options
            buttons = Flow()
            for number, (title, run) in enumerate(options, 1):
                first = number == 1 and intent.id == self._chosen
                button = KeyButton(
                    f"{title}\t{number}", "primary" if first else "danger" if title == _("Discard") else ""
                )
                button.clicked.connect(run)
                buttons.addWidget(button)
            column.addLayout(buttons)
        card.setAccessibleName(f"{intent_state(intent.state.value)}. {row.thread_title}. {words_shown(intent)[:200]}")
        return card

    def _sentence(self, row: IntentRow, now_ms: int) -> str:
        """How it stands; of what is finished by hand also what is to be known before."""
        said = intent_sentence(row.intent, row.platform, now_ms)
        if row.intent.state is not State.HANDOFF:
            return said
        if self._offline and not row.intent.outside:
            return offline_words(row.intent)
        changed = matters_since(self._services.store, row.intent)
        return said if changed is None else f"{changed_words(row.intent, changed)} {said}"

    def _options_of(self, row: IntentRow) -> list[Option]:
        """What a person can say about an item, as far as its state allows."""
        intent = row.intent
        look: Option = (_("Look there"), lambda: self._services.open_link(row.url))
        drop: Option = (_("Discard"), lambda: self._do(verbs.drop, intent.id))
        edit: list[Option] = [(_("Edit"), lambda: self._edit(intent))] if intent.kind is Kind.REPLY else []
        match intent.state:
            case State.UNCERTAIN if intent.asks:
                return [(_("Yes, it's there"), lambda: self._do(verbs.says_sent, intent.id)),
                        (_("No, send it again"), lambda: self._do(verbs.retry, intent.id)), look, drop]  # fmt: skip
            case State.CONFLICT:
                return [(_("Send anyway"), lambda: self._do(verbs.retry, intent.id)),
                        (_("Look at it together"), lambda: self.thread_asked.emit(intent.thread)), *edit, drop]  # fmt: skip
            case State.FAILED:
                return [(_("Try again"), lambda: self._do(verbs.retry, intent.id)), *edit, look, drop]
            case State.HANDOFF:
                return [*self._by_hand(row, edit), drop]
            case State.SENT if intent.placed_by_hand:
                return [(_("It isn't after all"), lambda: self._do(by_hand.word_back, intent.id))]
            case State.QUEUED if intent.waits_for == "sign_in":
                return [(_("Sign in again"), lambda: self.sign_in_asked.emit(intent.connection)),
                        (_("Take back"), lambda: self._do(verbs.drop, intent.id)),
                        (_("Copy the text"), lambda: copy(intent.text))]  # fmt: skip
            case State.QUEUED:
                return [(_("Take back"), lambda: self._do(verbs.drop, intent.id))]
            case _:
                return []

    def _by_hand(self, row: IntentRow, edit: list[Option]) -> list[Option]:
        """First the browser, then what came of it."""
        intent = row.intent
        yes: Option = (yes_words(intent), lambda: self._do(by_hand.placed, intent.id))
        if row.like is not None:
            return [yes, (_("No, that is something else"), lambda: self._do(by_hand.not_it, intent.id))]
        if row.opened_ms is None:
            return [(open_words(intent, row.platform), lambda: self.open_asked.emit(intent.id)), *edit]
        return [yes, (again_words(intent), lambda: self.again_asked.emit(intent.id))]

    def _edit(self, intent: Intent) -> None:
        with suppress(NotPossible):
            verbs.edit(self._services.desk, intent.id)
            self.edited.emit(intent.thread)
        self.changed.emit()

    def _do(self, verb: Callable[..., object], intent_id: str) -> None:
        with suppress(NotPossible):  # it moved on in the meantime; what is shown next says where to
            verb(self._services.desk, intent_id)
        self.changed.emit()
        self.reload()

    def _toggle_hold(self) -> None:
        verbs.hold(self._services.desk, not verbs.is_held(self._services.desk))
        self.changed.emit()
        self.reload()


def _what(row: IntentRow) -> str:
    """What it is: of words to whom, of an action whose message it is about."""
    if outward := outward_noun(row.intent):
        return outward
    noun = kind_noun(row.intent.kind.value)
    if row.intent.recipient:
        return _("{what} to {name}").format(what=noun, name=row.intent.recipient)
    if not row.author:
        return noun
    if row.intent.kind in WRITTEN:
        return _("{what} to {name}").format(what=noun, name=row.author)
    return f"{noun} · {row.author}"


def _headings(rows: list[IntentRow], counts: outbox.OutboxCounts) -> list[str]:
    """What stands above each item: whose turn it is, above the first of each."""
    titles = [_whose_turn(row, counts) for row in rows]
    return [title if n == 0 or title != titles[n - 1] else "" for n, title in enumerate(titles)]


def _whose_turn(row: IntentRow, counts: outbox.OutboxCounts) -> str:
    match row.intent.state:
        case State.SENT | State.WITHDRAWN:
            return _("Ended")
        case State.CONFLICT | State.FAILED | State.HANDOFF:
            return _("For you {n}").format(n=counts.for_you)
        case State.UNCERTAIN if row.intent.asks:
            return _("For you {n}").format(n=counts.for_you)
        case _:
            return _("On its way {n}").format(n=counts.on_its_way)
