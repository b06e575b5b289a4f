"""Back on the network: what others changed in what was decided meanwhile. One key settles the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from console.desk import returning
from console.desk.seat import Refused
from console.domain.outbox import NotPossible
from console.sentences.care import heavy_title, limit_line
from console.sentences.returning import (
    came_back_words,
    item_words,
    leave_words,
    mine_words,
    theirs_words,
)
from console.sentences.troubles import failed_sentence, store_sentence
from console.store.errors import StoreError
from console.store.read.returned import Item, Returned, seen_of
from console.store.read.sides import sides
from console.views.flagged.covered_sides import CoveredSides
from console.views.road.return_reader import ReturnReader
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.dialog import Dialog, room_over
from console.widgets.flow import Flow
from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.strip import Strip
from console.widgets.theme import measured, px
from console.words import _

WIDE, NARROW = 900, 760
MOST = 20  # of each kind at once: the next come when these are settled, and the outbox has them all
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_J: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_K: -1}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A card, and what it was made of."""

    item: Item
    chosen: bool
    card: QWidget


class ReturnDialog(Dialog):
    """Its list is what waits, then what was only changed. 1 mine after all, 2 theirs, 3 later."""

    def __init__(self, services: Services, over: QWidget, settled: Callable[[], None]) -> None:
        """`settled` is called after each word of the person."""
        super().__init__(over, WIDE)
        self._services, self._desk, self._settled = services, services.desk, settled
        self._opened: set[str] = set()  # heavy messages whose words somebody opened here
        self._at = 0
        self._told: Returned | None = None
        self._waiting: list[Item] = []
        self._settling = False
        self._reader = ReturnReader(services.store, services.desk.moderator)
        self._reader.ready.connect(self._tell)
        self._reader.failed.connect(self._fail)
        self.finished.connect(self._reader.close)
        self.setWindowTitle(_("Back on the network"))
        self._narrow = min(room_over(self)[0], px(WIDE)) < px(NARROW)
        self.body.addWidget(plain_label(_("Back on the network"), "heading"))
        self._said = plain_label(_("Looking what others changed …"), "body")
        self._said.setWordWrap(True)
        self.body.addWidget(self._said)
        self._strip = Strip()
        self.body.addWidget(self._strip)
        self._bar = QProgressBar(textVisible=False, minimum=0, maximum=0)  # nobody knows how long it takes
        measured(self._bar, setFixedHeight=8)
        self.body.addWidget(self._bar)
        self._cards: dict[str, _Shown] = {}
        self._column = QVBoxLayout()
        self._column.setSpacing(px(8))
        self._asks = plain_label(_("It waits for you"), "smallStrong", "secondary")
        self._others = plain_label(_("Changed meanwhile, nothing for you to do"), "smallStrong", "secondary")
        for title in (self._asks, self._others):
            title.hide()
            self._column.addWidget(title)
        self.body.addLayout(self._column)
        self.body.addStretch(1)
        self.foot.addStretch(1)
        self._read = QPushButton(_("Read, tell me no more"))
        self._read.hide()
        self._read.clicked.connect(self._put_away)
        close = QPushButton(_("Close"))
        close.setDefault(True)
        close.clicked.connect(self.reject)
        self.foot.addWidget(self._read)
        self.foot.addWidget(close)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_again()
        self.setFocus()

    def show_again(self) -> None:
        """As it is now, as soon as that is read; the place in the list stays."""
        self._reader.ask()

    def _tell(self, told: Returned | None) -> None:
        self._bar.hide()
        self._told = told
        self._waiting = [] if told is None else told.waiting[:MOST]
        self._said.setText(
            _("You haven't been without network for long; there is nothing to tell.")
            if told is None
            else came_back_words(told, self._desk.store.now_ms())
        )
        self._read.setVisible(told is not None)
        self._show()
        if self._settling:
            self._settling = False
            announce(self, self._said.text())

    def _fail(self, _number: int, words: str) -> None:
        self._bar.hide()
        self._said.setText("")
        self._strip.say(words, tone="danger")

    def _show(self) -> None:
        """The cards as they are now; what looks as it did before stays as it is: many of them take longer than a frame."""
        self._at = max(0, min(self._at, len(self._waiting) - 1))
        changed = [] if self._told is None else self._told.changed[:MOST]
        before, self._cards = self._cards, {}
        waiting = [self._kept(before, item, chosen=number == self._at) for number, item in enumerate(self._waiting)]
        rest = [self._kept(before, item, chosen=False) for item in changed]
        for card in {one.card for one in before.values()} - {*waiting, *rest}:
            card.hide()
            self._column.removeWidget(card)
            card.deleteLater()  # a button of it may have asked for this: it goes when its click is over
        for title, cards in ((self._asks, waiting), (self._others, rest)):
            title.setVisible(bool(cards))
        for place, part in enumerate((self._asks, *waiting, self._others, *rest)):
            held = self._column.itemAt(place)
            if held is None or held.widget() is not part:  # what stands where it stood is laid out already
                self._column.removeWidget(part)
                self._column.insertWidget(place, part)
        for card in (*waiting, *rest):
            card.show()  # at once: its keys count from now on
        if self.isVisible():
            self.fit()
        if waiting:
            self._bring_in_sight(waiting[self._at])

    def _bring_in_sight(self, card: QWidget) -> None:
        """From its head; the first with all that stands above it. Now, for what was put in has no place yet."""
        room, bar = self._scroll.viewport(), self._scroll.verticalScrollBar()
        self._inner.resize(room.width(), max(room.height(), self.body.totalHeightForWidth(room.width())))
        self.body.activate()
        top = card.y() - px(8) if self._at else 0
        bar.setValue(min(max(bar.value(), card.geometry().bottom() + px(8) - room.height()), top))

    def _kept(self, before: Mapping[str, _Shown], item: Item, *, chosen: bool) -> QWidget:
        shown = before.get(item.event.key)
        if shown is None or (shown.item, shown.chosen) != (item, chosen):
            shown = _Shown(item, chosen, self._card(item, chosen=chosen))
        self._cards[item.event.key] = shown
        return shown.card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The digits are about the chosen one; only without Ctrl, Alt or AltGr."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        step = STEPS.get(Qt.Key(event.key()))
        if held or (step is None and event.text() not in ("1", "2", "3")):
            super().keyPressEvent(event)
        elif step is not None:
            self._at = max(0, min(self._at + step, len(self._waiting) - 1))
            self._show()
            if self._waiting:
                announce(self, f"{self._title(self._waiting[self._at])}. {item_words(self._waiting[self._at])}")
        elif self._waiting and (event.text() != "1" or self._waiting[self._at].can_be_mine):
            (self.mine, self.theirs, self.leave)[int(event.text()) - 1]()

    def mine(self) -> None:
        self._do(returning.mine)

    def theirs(self) -> None:
        self._do(returning.theirs)

    def leave(self) -> None:
        self._do(returning.leave)

    def _do(self, verb: Callable[..., object]) -> None:
        item = self._waiting[self._at]
        self._strip.hide()
        try:
            verb(self._desk, item)
        except (Refused, NotPossible, StoreError) as error:
            self._strip.say(failed_sentence(error), tone="danger" if isinstance(error, StoreError) else "warn")
        else:
            self._waiting.remove(item)  # the next key is about the next one, also before all is read again
            self._settling = True
            self._show()
        self.show_again()
        self._settled()
        self.setFocus()

    def _put_away(self) -> None:
        try:
            returning.put_away(self._desk)
        except StoreError as error:
            self._strip.say(store_sentence(error), tone="danger")
        else:
            self.accept()

    def _card(self, item: Item, *, chosen: bool) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        card.setProperty("chosen", "true" if chosen else "false")
        column = QVBoxLayout(card)
        column.setContentsMargins(px(16), px(10), px(16), px(10))
        column.setSpacing(px(6))
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(Painted("tile", item.platform, 20))
        title = plain_label(self._title(item), "strong")
        title.setWordWrap(True)
        line.addWidget(title, 1)
        column.addLayout(line)
        words = plain_label(item_words(item), "body")
        words.setWordWrap(True)
        column.addWidget(words)
        if chosen:
            self._both(column, item)
            buttons = Flow()
            words_of = ((1, mine_words(), self.mine), (2, theirs_words(), self.theirs), (3, leave_words(), self.leave))
            for key, text, run in words_of if item.can_be_mine else words_of[1:]:
                button = KeyButton(f"{text}\t{key}", "primary" if key == 1 else "")
                button.clicked.connect(run)
                buttons.addWidget(button)
            column.addLayout(buttons)
        card.setAccessibleName(f"{self._title(item)}. {item_words(item)}")
        return card

    def _title(self, item: Item) -> str:
        thread = item.event.thread
        return self._services.heavies.titles([thread]).get(thread, item.title[:120])

    def _both(self, column: QVBoxLayout, item: Item) -> None:
        event, message = item.event, item.event.message
        pair = None if message is None else sides(self._desk.store, message, seen_of(event), event.key)
        if message is None or pair is None:
            return
        heavy = self._services.heavies.among({message} - self._opened).get(message)
        both = CoveredSides(pair, "" if heavy is None else heavy_title(heavy), narrow=self._narrow)
        both.opened.connect(partial(self._open, message))
        column.addWidget(both)

    def _open(self, message: str) -> None:
        self._opened.add(message)
        opened = self._services.heavy_count.add()
        if opened == self._services.care.limit:
            self._strip.say(limit_line(opened))
        self.fit()
