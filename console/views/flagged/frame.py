"""The frame of a review: head, list, the message, the note below it, and the verdict beside it; and what gives way."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from console.widgets.empty_state import EmptyState
from console.widgets.review_head import ReviewHead
from console.widgets.review_list import ReviewList
from console.widgets.review_middle import ReviewMiddle
from console.widgets.strip import Strip
from console.widgets.theme import px
from console.widgets.verdict_panel import VerdictPanel
from console.words import _


class FlaggedFrame(QWidget):
    """`low`: there is little height, so that what can be done without isn't shown."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.low = False
        self._lay_out()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = ReviewHead()
        column.addWidget(self.head)
        self.strip = Strip()
        column.addWidget(self.strip)
        self._across = QSplitter()
        self._across.setHandleWidth(1)
        self._across.setChildrenCollapsible(False)
        self.list = ReviewList()
        self.middle = ReviewMiddle()
        self.note = QLineEdit()
        self.note.setPlaceholderText(_("Why, for your team; only you see it") + "  (N)")
        self.note.setAccessibleName(_("Why, for your team; only you see it"))
        self.note.installEventFilter(self)
        centre = QWidget()
        centre.setObjectName("thread")
        centre.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        inner = QVBoxLayout(centre)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.middle, 1)
        holder = QVBoxLayout()
        holder.setContentsMargins(px(20), px(4), px(20), px(12))
        holder.addWidget(self.note)
        inner.addLayout(holder)
        self.panel = VerdictPanel()
        for pane in (self.list, centre, self.panel):
            self._across.addWidget(pane)
        self._across.setStretchFactor(1, 1)
        self.empty = EmptyState("check-circle", "ok")
        self.pages = QStackedWidget()
        self.pages.addWidget(self._across)
        self.pages.addWidget(self.empty)
        column.addWidget(self.pages, 1)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape and Enter leave the note, and neither the review nor the message."""
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()
            elif event.type() is QEvent.Type.KeyPress:
                self.setFocus()
            return True
        return super().eventFilter(watched, event)

    def fit(self, width: float, height: float) -> None:
        """By the room there effectively is: the list goes first, then the two others stand above each other."""
        self.list.setVisible(width >= 1180)
        narrow, self.low = width < 960, height < 560
        self.head.set_low(self.low)
        self.panel.set_low(self.low)
        self.note.setVisible(not self.low)
        self._across.setOrientation(Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal)
        self.panel.setMinimumWidth(0 if narrow else px(340))
        self._across.setStretchFactor(2, 1 if narrow else 0)
        if narrow:
            self._across.setSizes([0, self.height() // 2, self.height() // 2])
        else:
            side = px(280) if width >= 1180 else 0
            panel = px(420) if width >= 1000 else px(360)  # the names of the policies have room
            self._across.setSizes([side, max(px(320), self.width() - side - panel), panel])
