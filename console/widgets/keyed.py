"""Buttons that show their key, and rows of them that are one stop of the Tab key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QStyle, QStyleOptionButton, QToolButton, QWidget

from console.widgets.painting import key_cap, key_cap_width, stamp
from console.widgets.plain_text import caption, tip
from console.widgets.theme import colour, font, px, text_width

GAP = 6


class KeyButton(QPushButton):
    """Says what it does, with its key as a cap behind it; `text` is "words" or "words<Tab>key".

    One that `shrinks` ends in … where there is less room than it wants; the tooltip holds all of it.
    """

    def __init__(self, text: str = "", kind: str = "", *, shrinks: bool = False) -> None:
        super().__init__()
        self._key = ""
        self._words = ""
        self._shrinks = shrinks
        self._measuring = False
        self.setProperty("kind", kind)
        self.say(text)

    def say(self, text: str) -> None:
        words, _tab, self._key = text.rpartition("\t") if "\t" in text else (text, "", "")
        self._words = " ".join(words.split())
        self.setProperty("keyed", "true" if self._key else "false")
        self.setText(caption(self._words))
        self.setAccessibleName(self._words)
        self.updateGeometry()

    def _cap(self) -> int:
        return round(key_cap_width(self._key)) + px(GAP) if self._key else 0

    def sizeHint(self) -> QSize:
        self._measuring = True  # Qt asks for the style option while it measures
        hint = super().sizeHint()
        self._measuring = False
        return QSize(hint.width() + self._cap(), hint.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height()) if self._shrinks else self.sizeHint()

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        if self._measuring:
            return
        short = self.sizeHint().width() - self.width() if self._shrinks else 0
        if short > 0:
            wide = self.fontMetrics().horizontalAdvance(self._words) - short
            shown = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, max(0, wide))
            option.text = caption(shown)
            self.setToolTip(tip(self._words))

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionButton()
        self.initStyleOption(option)
        kind, state = self.property("kind"), option.state.value
        painter = QPainter(self)
        what = ("key button", kind, option.text, self._key, state, option.features.value, self.font().key())
        stamp(painter, 0, 0, self.width(), self.height(), partial(self._draw, option, kind), *what)
        painter.end()

    def _draw(self, option: QStyleOptionButton, kind: str, painter: QPainter) -> None:
        painter.setFont(self.font())  # a picture's painter knows nothing of the widget
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        if not self._key:
            return
        edge = self.width() - (1 if kind == "link" else px(10))
        tone = "text.onAccent" if kind == "primary" and self.isEnabled() else "text.secondary"
        key_cap(painter, edge, (self.height() - px(18)) / 2, self._key, tone)


class ToolButton(QToolButton):
    """A command with its icon, its words and its key; it can do without the words, never without its name."""

    def __init__(self, text: str, key: str) -> None:
        super().__init__()
        self._key, self._wordy = key, True
        self.words = text
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.say(text)

    def say(self, text: str) -> None:
        self.words = text
        self.setText(text if self._wordy else "")
        self.setAccessibleName(text)
        self.setToolTip(tip(f"{text}  {self._key}".rstrip()))

    def show_words(self, shown: bool) -> None:
        self._wordy = shown
        self.setText(self.words if shown else "")

    def _key_room(self) -> int:
        return round(text_width("small", self._key)) + px(8) if self._key else 0

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        spare = 0 if self._wordy else px(8)  # Qt keeps room for words that are not there
        return QSize(hint.width() + self._key_room() - spare, hint.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(font("small"))
        painter.setPen(colour("text.tertiary" if self.isEnabled() else "text.disabled"))
        rect = self.rect().adjusted(0, 0, -px(6), 0)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._key)
        painter.end()


class OneStop(QObject):
    """Makes a row of buttons one stop of the Tab key: arrows go along them, and Tab comes back to the last one used.

    `past(step)` is called where an arrow finds no further button.
    """

    def __init__(
        self, owner: QWidget, buttons: Sequence[QAbstractButton], *, upright: bool = False,
        past: Callable[[int], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(owner)
        self._buttons, self._past = list(buttons), past
        keys = (Qt.Key.Key_Up, Qt.Key.Key_Down) if upright else (Qt.Key.Key_Left, Qt.Key.Key_Right)
        self._steps = {keys[0]: -1, keys[1]: 1}
        for button in buttons:
            button.installEventFilter(self)
        self.settle()

    def settle(self) -> None:
        """The stop is a button that can have the focus: others came or went."""
        usable = [button for button in self._buttons if not button.isHidden() and button.isEnabled()]
        stops = [button for button in usable if button.focusPolicy() is Qt.FocusPolicy.StrongFocus]
        self._stop_at(next(iter(stops or usable), None))

    def _stop_at(self, stop: QAbstractButton | None) -> None:
        for button in self._buttons:
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if button is stop else Qt.FocusPolicy.ClickFocus)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.FocusIn and isinstance(watched, QAbstractButton):
            self._stop_at(watched)
        elif isinstance(event, QKeyEvent) and event.key() in self._steps and not event.modifiers():
            if kind is QEvent.Type.ShortcutOverride:
                event.accept()  # the arrow is the row's here, not a command's
                return True
            if kind is QEvent.Type.KeyPress and isinstance(watched, QAbstractButton):
                self._go(watched, self._steps[Qt.Key(event.key())])
                return True
        return False

    def _go(self, here: QAbstractButton, step: int) -> None:
        usable = [b for b in self._buttons if b is here or (b.isVisible() and b.isEnabled())]
        at = usable.index(here) + step
        if 0 <= at < len(usable):
            usable[at].setFocus(Qt.FocusReason.TabFocusReason)
        elif self._past is not None:
            self._past(step)
