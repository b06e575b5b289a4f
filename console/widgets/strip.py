"""A line across a pane that says something, with the buttons to do something about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QPushButton

from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.theme import measured, px


class Strip(QFrame):
    """Hidden until it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("strip")
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setContentsMargins(px(12), px(4), px(12), px(4))
        self._label: QLabel | None = None
        self._row = QHBoxLayout()
        self._whole.addLayout(self._row)
        self.hide()

    def say(self, text: str, buttons: Sequence[tuple[str, Callable[[], None]]] = (), tone: str = "info") -> None:
        """Say something, instead of what was said before; a button's text may name its key as `KeyButton` has it."""
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if self._label is not None:
            self._label.hide()
            self._label.deleteLater()
        self._label = plain_label(text, "small")
        self._label.setWordWrap(True)
        self._whole.insertWidget(0, self._label, 1)
        for title, clicked in buttons:
            button = KeyButton(title)
            button.setProperty("kind", "small")
            measured(button, setFixedHeight=24)
            button.clicked.connect(lambda _on=False, run=clicked: run())
            self._row.addWidget(button)
            button.show()  # now, so that it can have the focus at once
        self._row.addStretch(0)
        self._fit()
        self.setProperty("kind", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        self.setAccessibleName(text)
        self.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The buttons stand beside the words while those have two lines or fewer, else below them."""
        if self._label is None:
            return
        room = self.width() - self._row.sizeHint().width() - px(36)
        narrow = self._row.count() > 1 and self._label.fontMetrics().horizontalAdvance(self._label.text()) > 2 * room
        way = QBoxLayout.Direction
        self._whole.setDirection(way.TopToBottom if narrow else way.LeftToRight)

    def focus_first(self) -> None:
        """Put the keyboard on the first button, so that Enter takes it."""
        for number in range(self._row.count()):
            item = self._row.itemAt(number)
            widget = item.widget() if item is not None else None
            if isinstance(widget, QPushButton):
                widget.setAutoDefault(True)
                widget.setFocus()
                return
