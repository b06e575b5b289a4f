"""A dialog that fits: its middle scrolls where the window is too small for it, its buttons always stay."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from console.widgets.scrolling import Scrolling
from console.widgets.theme import px

EDGE = 48  # of the window that stays in sight beside it, at least


def room_over(dialog: QDialog) -> tuple[int, int]:
    """The most a dialog may take, in px: of the window it is about, else of the screen."""
    over = dialog.parentWidget()
    size = over.window().size() if over is not None else QGuiApplication.primaryScreen().availableSize()
    return size.width() - EDGE, size.height() - EDGE


def enter_presses(dialog: QDialog, event: QKeyEvent) -> bool:
    """Enter presses the button that has the keyboard; Qt would press the main one, also from ‘Decide nothing’."""
    focus = dialog.focusWidget()
    if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not isinstance(focus, QPushButton):
        return False
    if not event.isAutoRepeat():
        focus.click()
    return True


class Dialog(QDialog):
    """`body` is what scrolls, `foot` the row of buttons below it.

    mostly_text  the height that its lines have at its width is all it needs; else also what its parts would like
    """

    mostly_text = False

    def __init__(self, over: QWidget | None, wide: int) -> None:
        """`wide`: its width in px of the design, where there is room."""
        super().__init__(over)
        self._wide = wide
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, px(16))
        column.setSpacing(px(12))
        self._scroll = Scrolling()
        self._inner = QWidget()
        self._inner.setObjectName("dialogBody")
        self.body = QVBoxLayout(self._inner)
        self.body.setContentsMargins(px(24), px(20), px(14), px(4))
        self.body.setSpacing(px(10))
        self._scroll.setWidget(self._inner)
        column.addWidget(self._scroll, 1)
        self.foot = QHBoxLayout()
        self.foot.setContentsMargins(px(24), 0, px(24), 0)
        self.foot.setSpacing(px(8))
        column.addLayout(self.foot)

    def settle(self) -> None:
        """As large as what is in it, once its texts know how wide they are: just after it is shown, before anybody looks."""
        QTimer.singleShot(0, self, partial(self.fit, shrinks=True))

    def fit(self, *, shrinks: bool = False) -> None:
        """As large as what is in it, as far as there is room; while it is looked at it only grows."""
        wide, high = room_over(self)
        width = min(px(self._wide), wide)
        inside = width - self._scroll.verticalScrollBar().sizeHint().width()
        tall = self.body.totalHeightForWidth(inside)
        if not self.mostly_text:
            tall = max(tall, self.body.totalSizeHint().height())
        tall += self.foot.sizeHint().height() + px(12) + px(16)
        self.resize(width, min(high, max(tall, self.height() if self.isVisible() and not shrinks else 0)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not enter_presses(self, event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)
