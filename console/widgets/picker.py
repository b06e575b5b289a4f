"""Choosing one thing from a short list by typing: a tag, a colleague, a moment. A child of the window, not a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from console.widgets.message_card import plain_label
from console.widgets.theme import font, px, text_width

ROW, MOST_ROWS = 28, 9
NARROWEST, WIDEST, BESIDE = 380, 640, 72  # px; `BESIDE` a row's words: edges, a digit, the scroll bar
Choice = tuple[str, str]  # shown, value


class Picker(QFrame):
    """Type to narrow, Enter takes, digits take the first six where `quick`, Esc leaves."""

    def __init__(
        self, over: QWidget, title: str, choices: Sequence[Choice], chosen: Callable[[str], None], *,
        quick: bool = False, free: bool = True, hint: str = "",
    ) -> None:  # fmt: skip
        super().__init__(over)
        self.setObjectName("picker")
        self._choices, self._chosen, self._quick, self._free = list(choices), chosen, quick, free
        self._back = over.focusWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(12), px(12), px(12))
        column.addWidget(plain_label(title, "title"))
        self._typed = QLineEdit()
        self._typed.setPlaceholderText(hint)
        self._typed.setAccessibleName(title)
        self._typed.installEventFilter(self)
        column.addWidget(self._typed)
        self._list = QListWidget()
        self._list.setFont(font("body"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.itemClicked.connect(self._take_item)
        column.addWidget(self._list)
        self._typed.textChanged.connect(self._narrow)
        self._narrow("")
        rows = min(len(self._choices), MOST_ROWS, max(1, (over.height() - px(160)) // px(ROW)))
        self._list.setFixedHeight(rows * px(ROW))
        self._list.setVisible(rows > 0)
        widest = max((text_width("body", shown) for shown, _value in self._choices), default=0) + px(BESIDE)
        wide = min(max(px(NARROWEST), round(widest)), px(WIDEST), over.width() - px(24))
        self.resize(wide, self.sizeHint().height())
        self.move((over.width() - self.width()) // 2, min(px(96), max(px(8), (over.height() - self.height()) // 3)))
        self.show()
        self.raise_()
        self._typed.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # every key is the picker's while it is open, also those that are commands elsewhere
            return True
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        row = self._list.currentRow()
        match event.key():
            case Qt.Key.Key_Escape:
                self._end()
            case Qt.Key.Key_Down:
                self._list.setCurrentRow(min(row + 1, self._list.count() - 1))
            case Qt.Key.Key_Up:
                self._list.setCurrentRow(max(row - 1, 0))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                item = self._list.currentItem()
                if item is not None:
                    self._take_item(item)
                elif self._free and self._typed.text().strip():
                    self._take(self._typed.text().strip())
            case _ if self._quick and not self._typed.text() and event.text() in ("1", "2", "3", "4", "5", "6"):
                number = int(event.text()) - 1
                if number < self._list.count():
                    self._take_item(self._list.item(number))
            case _:
                return False
        return True

    def _narrow(self, text: str) -> None:
        self._list.clear()
        wanted = text.strip().lower()
        found = [choice for choice in self._choices if wanted in choice[0].lower()]
        for number, (shown, value) in enumerate(found):
            item = QListWidgetItem(f"{number + 1}   {shown}" if self._quick and not wanted and number < 6 else shown)
            item.setData(Qt.ItemDataRole.UserRole, value)
            self._list.addItem(item)
        begins = next((n for n, (shown, _value) in enumerate(found) if shown.lower().startswith(wanted)), None)
        if begins is not None:
            self._list.setCurrentRow(begins)
        elif found and not self._free:
            self._list.setCurrentRow(0)

    def _take_item(self, item: QListWidgetItem) -> None:
        self._take(str(item.data(Qt.ItemDataRole.UserRole)))

    def _take(self, value: str) -> None:
        self._end()
        self._chosen(value)

    def _end(self) -> None:
        self.hide()
        if self._back is not None:
            self._back.setFocus()
        self.deleteLater()
