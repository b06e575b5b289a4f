"""The left side of connecting: every platform in a table that narrows as one types, with the meaning of its marks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QStackedWidget, QVBoxLayout, QWidget

from console.domain.gallery import COLUMNS
from console.sentences.gallery import column_words, legend
from console.views.models.platforms_model import PlatformsModel
from console.views.services import PlatformShown
from console.widgets.empty_state import EmptyState
from console.widgets.flow import Flow
from console.widgets.message_card import plain_label
from console.widgets.platform_rows import ColumnHeads, PlatformDelegate, Sign
from console.widgets.theme import px, theme
from console.words import _

LEAST_HIGH, LEAST_FOR_SIGNS = 440, 300  # of the whole, in px of the design: below these the legend says less


class ConnectGallery(QWidget):
    """`chosen` follows the cursor; `taken` is Enter or a click: this one it is."""

    chosen = Signal(object)
    taken = Signal()

    def __init__(self, platforms: Sequence[PlatformShown]) -> None:
        super().__init__()
        self.setObjectName("gallery")
        heads = [*(column_words(column) for column in COLUMNS), _("News comes")]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(px(20), px(10), px(20), px(10))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Find a platform"))
        self.search.setAccessibleName(_("Find a platform"))
        self.search.setClearButtonEnabled(True)
        above.addWidget(self.search)
        column.addLayout(above)
        column.addWidget(ColumnHeads(_("Platform"), heads))
        self.model = PlatformsModel(platforms)
        self.list = _Platforms()
        self.list.setModel(self.model)
        self._delegate = PlatformDelegate(heads)
        self.list.setItemDelegate(self._delegate)
        self._none = EmptyState("magnifying-glass")
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._none)
        column.addWidget(self._pages, 1)
        self._legend = _Legend(any(platform.can.approximate for platform in platforms))
        column.addWidget(self._legend)
        self.search.textChanged.connect(self._narrow)
        self.list.selectionModel().currentChanged.connect(self._moved)
        self.list.clicked.connect(lambda index: self._take())
        self._key = ""
        self.choose("")

    def choose(self, key: str) -> None:
        """Put the cursor on a platform, or on the first."""
        self.list.setCurrentIndex(self.model.index(self.model.row_of(key), 0))

    def _narrow(self, text: str) -> None:
        self.model.narrow(text)
        found = self.model.rowCount() > 0
        self._none.say(_("Nothing found for ‘{words}’.").format(words=text.strip()))
        self._pages.setCurrentIndex(0 if found else 1)
        if found:
            self.choose(self._key if self.model.row_of(self._key) >= 0 else "")

    def _moved(self, now: QModelIndex, before: QModelIndex) -> None:
        platform = self.model.platform(now.row())
        if platform is not None and platform.key != self._key:
            self._key = platform.key
            self.chosen.emit(platform)

    def _take(self) -> None:
        if self.model.rowCount():
            self.taken.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and self.search.hasFocus():
            self.list.setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()  # and it is not the dialog's button that is pressed
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        high = self.height() / theme.scale
        self._legend.setVisible(high >= LEAST_FOR_SIGNS)
        self._legend.words.setVisible(high >= LEAST_HIGH)


class _Platforms(QListView):
    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(_("Platforms"))
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.scheduleDelayedItemsLayout)


class _Legend(QFrame):
    def __init__(self, approximate: bool) -> None:
        super().__init__()
        self.setObjectName("legend")
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(6), px(20), px(8))
        column.setSpacing(px(2))
        signs = QWidget()
        flow = Flow(18, 2)
        signs.setLayout(flow)
        for mark, words in legend():
            flow.addWidget(Sign(mark, words))
        column.addWidget(signs)
        text = _("You finish it: we copy your text and open the message in your browser; then we ask whether it is there.")  # fmt: skip
        if approximate:
            text += " " + _("≈ approximate: we don't see edits or removals.")
        self.words = plain_label(text, "age", "secondary")
        self.words.setWordWrap(True)
        column.addWidget(self.words)
