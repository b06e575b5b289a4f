"""A conversation: its messages as cards, the message cursor, and what is folded in between."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from console.widgets.message_card import CardShown, MessageCard
from console.widgets.theme import px, theme
from console.words import ngettext

LAST_SHOWN = 20


class ThreadView(QScrollArea):
    """Shows cards; builds the first, the last twenty, the one of the cursor and all that carry something."""

    cursor_moved = Signal(str)
    take_back = Signal(str)
    versions_asked = Signal(str)
    link_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("threadScroll")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._shown: list[CardShown] = []
        self._cards: dict[str, MessageCard] = {}
        self._unfolded = False
        self._cursor = ""
        self._body = QWidget()
        self._look = (theme.mode, theme.scale)
        theme.changed.connect(self._look_changed)

    @property
    def cursor_key(self) -> str:
        return self._cursor

    def show_messages(self, shown: Sequence[CardShown], cursor: str, *, same_thread: bool) -> None:
        """Show these messages. In the same thread the place of reading stays; else the cursor is brought in view."""
        if same_thread and list(shown) == self._shown:
            return
        place = self.verticalScrollBar().value()
        self._unfolded = self._unfolded and same_thread
        self._shown = list(shown)
        self._build(cursor)
        if same_thread:
            QTimer.singleShot(0, lambda: self.verticalScrollBar().setValue(place))
        else:
            self._bring_in_view()

    def move_cursor(self, step: int) -> None:
        """The next or previous message."""
        keys = [card.key for card in self._shown]
        if not keys:
            return
        at = keys.index(self._cursor) if self._cursor in keys else -1
        self.set_cursor(keys[max(0, min(len(keys) - 1, at + step))])

    def set_cursor(self, key: str) -> None:
        if key not in self._cards:
            self._unfolded = True
            self._build(key)
        for name, card in self._cards.items():
            card.set_current(name == key)
        self._cursor = key
        self._bring_in_view()
        self.cursor_moved.emit(key)

    def _look_changed(self) -> None:
        """Other colours or another text size: every card is made again."""
        if self._look != (theme.mode, theme.scale):
            self._look = (theme.mode, theme.scale)
            self._build(self._cursor)
            self._bring_in_view()

    def _bring_in_view(self) -> None:
        QTimer.singleShot(0, self._scroll_to_cursor)

    def _scroll_to_cursor(self) -> None:
        card = self._cards.get(self._cursor)
        if card is not None:
            self.ensureWidgetVisible(card, 0, px(40))

    def _build(self, cursor: str) -> None:
        self._cursor = cursor
        self._cards = {}
        # Put in place when it is whole: what is added to a page on the screen is laid out again each time.
        body = QWidget()
        body.setObjectName("threadBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, px(12))
        column.setSpacing(0)
        folded: list[CardShown] = []
        last = len(self._shown) - LAST_SHOWN
        for number, card in enumerate(self._shown):
            told = number == 0 or number >= last or card.key == cursor or card.reports or card.state or card.pending
            if told or self._unfolded:
                self._fold(column, folded)
                self._add(column, card)
            else:
                folded.append(card)
        self._fold(column, folded)
        column.addStretch(1)
        self._body = body
        self.setWidget(body)  # deletes the one before

    def _add(self, column: QVBoxLayout, shown: CardShown) -> None:
        card = MessageCard(shown)
        card.set_current(shown.key == self._cursor)
        card.chosen.connect(self.set_cursor_here)
        card.take_back.connect(self.take_back)
        card.versions_asked.connect(self.versions_asked)
        card.link_asked.connect(self.link_asked)
        self._cards[shown.key] = card
        column.addWidget(card)

    def set_cursor_here(self, key: str) -> None:
        """The cursor goes to a card that was clicked: it is in view already."""
        for name, card in self._cards.items():
            card.set_current(name == key)
        self._cursor = key
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
