"""A page that scrolls up and down, with a fixed place for its bar."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea


class Scrolling(QScrollArea):
    """Its text is as wide with a bar as without.

    A bar that comes makes text narrower and so longer, one that goes the other way round: without a fixed place the
    two chase each other over a page that just fits, until the stack is full.
    """

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is inside takes the keyboard
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.setEnabled(False)  # a bar that can't scroll is painted without a handle
        bar.rangeChanged.connect(lambda low, high: bar.setEnabled(high > low))
