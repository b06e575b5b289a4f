"""A conversation: its messages as cards, the message cursor, and what is folded in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.widgets.message_card import CardShown, MessageCard
from console.widgets.picture_strip import PictureCell
from console.widgets.scrolling import Scrolling
from console.widgets.theme import px, theme
from console.words import ngettext

LAST_SHOWN = 20
STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


@dataclass(frozen=True, slots=True)
class Page:
    """A conversation laid out: its cards by key, the message of its cursor, and what it was made of."""

    shown: list[CardShown]
    cursor: str
    body: QWidget
    cards: dict[str, MessageCard]


class ThreadView(Scrolling):
    """Shows cards; builds the first, the last twenty, the one of the cursor and all that carry something."""

    cursor_moved = Signal(str)
    take_back = Signal(str)
    versions_asked = Signal(str)
    settle_asked = Signal(str)
    link_asked = Signal(str)
    open_asked = Signal(str)
    rebuilt = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("threadScroll")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: list[CardShown] = []
        self._cards: dict[str, MessageCard] = {}
        self._unfolded = False
        self._opened: dict[str, frozenset[int]] = {}  # what of each message's text somebody unfolded
        self._cursor = ""
        self._ready: Page | None = None
        self._body = QWidget()
        holder = QWidget()
        holder.setObjectName("threadHolder")
        self._column = QVBoxLayout(holder)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self._body)
        self.setWidget(holder)
        self._look = (theme.mode, theme.scale)
        theme.changed.connect(self._look_changed)

    @property
    def cursor_key(self) -> str:
        return self._cursor

    def picture_cells(self) -> list[PictureCell]:
        """The places for pictures in the conversation that is shown."""
        return self._body.findChildren(PictureCell)

    def show_messages(self, shown: Sequence[CardShown], cursor: str, *, same_thread: bool) -> None:
        """Show these messages. In the same thread the place of reading stays; else the cursor is brought in view."""
        if same_thread and list(shown) == self._shown:
            return
        place = self.verticalScrollBar().value()
        self._unfolded = self._unfolded and same_thread
        self._opened = self._opened if same_thread else {}
        self._shown = list(shown)
        self._build(cursor)
        if same_thread:
            QTimer.singleShot(0, self, lambda: self.verticalScrollBar().setValue(place))
        else:
            self._bring_in_view()

    def prepare(self, shown: Sequence[CardShown], cursor: str) -> None:
        """Lay out what is probably shown next, out of sight, so that it is there at once."""
        if self._ready is not None and (self._ready.shown, self._ready.cursor) == (list(shown), cursor):
            return
        self._forget_ready()
        self._ready = self._make(list(shown), cursor, unfolded=False)
        body = self._ready.body
        body.hide()
        body.setParent(self.widget())
        body.resize(self.viewport().width(), body.sizeHint().height())
        for widget in body.findChildren(QWidget):
            widget.ensurePolished()
        layout = body.layout()
        if layout is not None:
            layout.activate()

    def move_cursor(self, step: int) -> None:
        """The next or previous message."""
        keys = [card.key for card in self._shown]
        if not keys:
            return
        at = keys.index(self._cursor) if self._cursor in keys else -1
        self.set_cursor(keys[max(0, min(len(keys) - 1, at + step))])

    def toggle_quotes(self) -> bool:
        """Open or fold what the message of the cursor carries along; False where it carries nothing that is folded."""
        card = self._cards.get(self._cursor)
        if card is None or card.words is None or not card.words.has_folds:
            return False
        card.words.toggle()
        return True

    def set_cursor(self, key: str) -> None:
        if key not in self._cards:
            self._unfolded = True
            self._build(key)
        self._cursor = key
        self._mark()
        self._bring_in_view()
        self.cursor_moved.emit(key)

    def _mark(self) -> None:
        """The card of the cursor shows it, with a ring while the keyboard is here."""
        for key, card in self._cards.items():
            here = key == self._cursor
            card.set_current(here, ringed=here and self.hasFocus())

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._mark()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and event.key() in STEPS:
            event.accept()  # inside the conversation the arrows go along its messages
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in STEPS:
            self.move_cursor(STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _look_changed(self) -> None:
        """Other colours or another text size: every card is made again."""
        if self._look != (theme.mode, theme.scale):
            self._look = (theme.mode, theme.scale)
            self._forget_ready()
            self._build(self._cursor)
            self._bring_in_view()

    def _bring_in_view(self) -> None:
        QTimer.singleShot(0, self, self._scroll_to_cursor)

    def _scroll_to_cursor(self) -> None:
        card = self._cards.get(self._cursor)
        if card is not None:
            self.ensureWidgetVisible(card, 0, px(40))

    def _build(self, cursor: str) -> None:
        ready, self._ready = self._ready, None
        if ready is None or self._unfolded or (ready.shown, ready.cursor) != (self._shown, cursor):
            if ready is not None:
                ready.body.deleteLater()
            ready = self._make(self._shown, cursor, unfolded=self._unfolded)
        self._cursor, self._cards = cursor, ready.cards
        before, self._body = self._body, ready.body
        before.hide()
        self._column.removeWidget(before)
        self._column.addWidget(ready.body)
        ready.body.show()
        if self.hasFocus():
            self._mark()
        before.deleteLater()  # taking it apart can wait until the next is on the screen
        self.rebuilt.emit()

    def _make(self, shown: list[CardShown], cursor: str, *, unfolded: bool) -> Page:
        page = Page(shown, cursor, QWidget(), {})
        page.body.setObjectName("threadBody")
        column = QVBoxLayout(page.body)
        column.setContentsMargins(0, 0, 0, px(12))
        column.setSpacing(0)
        folded: list[CardShown] = []
        last = len(shown) - LAST_SHOWN
        for number, card in enumerate(shown):
            told = number == 0 or number >= last or card.key == cursor or card.reports or card.state or card.pending
            if told or unfolded:
                self._fold(column, folded)
                page.cards[card.key] = self._card(card, current=card.key == cursor)
                column.addWidget(page.cards[card.key])
            else:
                folded.append(card)
        self._fold(column, folded)
        column.addStretch(1)
        return page

    def _forget_ready(self) -> None:
        if self._ready is not None:
            self._ready.body.deleteLater()
            self._ready = None

    def _card(self, shown: CardShown, *, current: bool) -> MessageCard:
        card = MessageCard(shown, self._opened.get(shown.key, frozenset()))
        card.set_current(current)
        card.chosen.connect(self.set_cursor_here)
        card.take_back.connect(self.take_back)
        card.versions_asked.connect(self.versions_asked)
        card.settle_asked.connect(self.settle_asked)
        card.link_asked.connect(self.link_asked)
        card.open_asked.connect(self.open_asked)
        card.folded.connect(lambda key, numbers: self._opened.update({key: numbers}))
        return card

    def set_cursor_here(self, key: str) -> None:
        """The cursor goes to a card that was clicked: it is in view already."""
        self._cursor = key
        self._mark()
        self.cursor_moved.emit(key)

    def _fold(self, column: QVBoxLayout, folded: list[CardShown]) -> None:
        if not folded:
            return
        text = ngettext("{n} message between {a} and {b}", "{n} messages between {a} and {b}", len(folded)).format(
            n=len(folded), a=folded[0].when, b=folded[-1].when
        )
        button = QPushButton(text)
        button.setProperty("kind", "link")
        button.clicked.connect(self._unfold)
        row = QHBoxLayout()
        row.setContentsMargins(px(64), px(4), px(20), px(4))
        row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        folded.clear()

    def _unfold(self) -> None:
        self._unfolded = True
        self._build(self._cursor)
