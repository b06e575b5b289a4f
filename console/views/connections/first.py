"""The first step of connecting: choose a platform on the left, fill in on the right. Where it is narrow, one at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from console.views.connections.form import ConnectForm
from console.views.connections.gallery import ConnectGallery
from console.views.services import PlatformShown
from console.widgets.icons import icon
from console.widgets.theme import measured, px
from console.words import _

QWIDGETSIZE_MAX = 16_777_215  # Qt's own "as wide as it likes"
BOTH_WIDE, LEFT, RIGHT_LEAST = 860, 640, 420  # in px of the design


class ConnectFirst(QWidget):
    """`moved` says that the other of the two is in sight now, or both."""

    moved = Signal()

    def __init__(self, platforms: Sequence[PlatformShown], *, alone: bool) -> None:
        """`alone`: only the form, for a connection that is there already."""
        super().__init__()
        self.gallery = ConnectGallery(platforms)
        self._back = QPushButton(icon("caret-left"), _("All platforms"))
        self.form = ConnectForm(self._back)
        self._alone, self._taken = alone, False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.gallery)
        self._line = QFrame()
        self._line.setObjectName("line")
        self._line.setFixedWidth(1)
        row.addWidget(self._line)
        row.addWidget(self.form, 1)
        self._back.setProperty("kind", "link")
        self._back.setAutoDefault(False)
        self._back.setIconSize(QSize(px(12), px(12)))
        measured(self._back, setMinimumHeight=24)
        self._back.clicked.connect(self.back)
        self.form.before.addWidget(self._back)
        self.form.before.addStretch(1)
        self.gallery.chosen.connect(self.form.show_platform)
        self.gallery.taken.connect(self.fill_in)
        self.choose("")

    def choose(self, key: str) -> None:
        """Show this platform, or the first."""
        self.gallery.choose(key)
        platform = self.gallery.model.platform(self.gallery.list.currentIndex().row())
        if platform is not None:
            self.form.show_platform(platform)
        self._taken = self._alone
        self._place()

    def back(self) -> bool:
        """From the form to the list, where only one of them fits; whether that was so."""
        if self._both() or self._alone or not self._taken:
            return False
        self._taken = False
        self._place()
        self.gallery.list.setFocus()
        return True

    def focus_first(self) -> None:
        """Where the keyboard begins."""
        if self._alone:
            self.form.focus_first()
        else:
            self.gallery.search.setFocus()

    @property
    def filling_in(self) -> bool:
        """Whether the form is in sight."""
        return not self.form.isHidden()

    def fill_in(self) -> None:
        """From the list to the form."""
        self._taken = True
        self._place()
        self.form.focus_first()

    def _both(self) -> bool:
        return self.width() >= px(BOTH_WIDE)

    def _place(self) -> None:
        both = self._both() and not self._alone
        self.gallery.setVisible(both or not self._taken)
        self.form.setVisible(both or self._taken)
        self._line.setVisible(both)
        self._back.setVisible(not both and not self._alone)
        self.moved.emit()
        left = min(px(LEFT), self.width() - px(RIGHT_LEAST))
        self.gallery.setMinimumWidth(left if both else 0)
        self.gallery.setMaximumWidth(left if both else QWIDGETSIZE_MAX)

    def minimumSizeHint(self) -> QSize:
        return QSize(px(280), px(160))  # of one side, not of both

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
