"""Who decided what: looked for by words, person, moderator and time; opened, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.domain.conversation import ThreadKey
from console.domain.until import NotAMoment, counted_from
from console.sentences.shown import clock, moment, what_happened
from console.store.read.history import Asked
from console.store.read.thread import HistoryRow
from console.views.history_reader import HistoryReader
from console.views.services import Services
from console.widgets.dialog import room_over
from console.widgets.flow import Flow
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _

WIDE, HIGH, TYPING_MS = 900, 640, 200
ROW = Qt.ItemDataRole.UserRole


class HistoryDialog(QDialog):
    """`open_thread` gets the conversation of the chosen decision, `take_back` its key; the dialog is closed then."""

    def __init__(
        self,
        services: Services,
        over: QWidget,
        here: ThreadKey | None,
        open_thread: Callable[[ThreadKey], None],
        take_back: Callable[[str], None],
    ) -> None:
        """`here`: the conversation that is shown, which the history can be narrowed to."""
        super().__init__(over)
        self._store, self._here = services.store, here
        self._open_thread, self._take_back = open_thread, take_back
        self._number, self._asked = 0, Asked()
        self._next: str | None = None
        self.setWindowTitle(_("History"))
        wide, high = room_over(self)
        self.resize(min(px(WIDE), wide), min(px(HIGH), high))
        self._reader = HistoryReader(services.store)
        self._reader.named.connect(self._name)
        self._reader.ready.connect(self._show)
        self._reader.failed.connect(self._fail)
        self.finished.connect(self._reader.close)
        self._pause = QTimer(self, interval=TYPING_MS, singleShot=True)
        self._pause.timeout.connect(self.ask)
        self._lay_out()
        self.ask()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(px(24), px(20), px(24), px(16))
        column.setSpacing(px(10))
        column.addWidget(plain_label(_("History"), "heading"))
        fields = Flow()
        self.words, self.about = self._field(_("Words")), self._field(_("About whom"))
        self.since, self.until = self._field(_("Since: 7d, monday")), self._field(_("Before then"))
        self.by = QComboBox()
        self.by.setAccessibleName(_("By whom"))
        self.by.addItem(_("By everybody"), "")
        self.by.currentIndexChanged.connect(self.ask)
        for part in (self.words, self.by, self.about, self.since, self.until):
            fields.addWidget(part)
        self.only_here = QCheckBox(_("Of this conversation"))
        self.only_here.setVisible(self._here is not None)
        self.only_here.toggled.connect(self.ask)
        fields.addWidget(self.only_here)
        column.addLayout(fields)
        self.said = plain_label("", "body", "secondary")
        self.said.setWordWrap(True)
        column.addWidget(self.said)
        self.list = QListWidget()
        self.list.setAccessibleName(_("History"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.installEventFilter(self)
        self.list.itemDoubleClicked.connect(self.open_chosen)
        self.list.verticalScrollBar().valueChanged.connect(self._more)
        column.addWidget(self.list, 1)
        buttons = Flow()
        for text, run in (
            (_("To the conversation"), self.open_chosen),
            (_("Take back") + "  U", self.undo_chosen),
            (_("Close"), self.reject),
        ):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(run)
            buttons.addWidget(button)
        column.addLayout(buttons)

    def _field(self, hint: str) -> QLineEdit:
        field = QLineEdit(placeholderText=hint)
        field.setAccessibleName(hint)
        field.textEdited.connect(lambda: self._pause.start())
        return field

    def ask(self) -> None:
        """Read what the fields ask for, from the newest on."""
        try:
            since, until = self._at_ms(self.since), self._at_ms(self.until)
        except NotAMoment:
            self.said.setText(_("Say since when: 7d, monday, 2026-12-01."))
            return
        thread = self._here if self.only_here.isChecked() else None
        words = tuple(self.words.text().split())
        self._asked = Asked(thread, self.by.currentData(), self.about.text(), since, until, words)
        self._next = None
        self.list.clear()
        self.said.setText(_("Looking …"))
        self._number = self._reader.ask(self._asked, None)

    def _at_ms(self, field: QLineEdit) -> int | None:
        """Raises NotAMoment."""
        if not field.text().strip():
            return None
        now = moment(self._store.now_ms(), self._store.policy.hours.timezone)
        return int(counted_from(field.text(), now).timestamp() * 1000)

    def _name(self, names: list[str]) -> None:
        for name in names:
            self.by.addItem(name, name)

    def _show(self, number: int, rows: list[HistoryRow], following: str | None) -> None:
        if number != self._number:
            return
        self._next = following
        for row in rows:
            self.list.addItem(self._item(row))
        if self.list.count():
            self.said.setText("")
            if self.list.currentRow() < 0:
                self.list.setCurrentRow(0)
        else:
            self.said.setText(_("Nothing was decided yet.") if self._asked == Asked() else _("Nothing like that."))

    def _fail(self, number: int, sentence: str) -> None:
        if number == self._number:
            self.said.setText(sentence)

    def _item(self, row: HistoryRow) -> QListWidgetItem:
        event = row.event
        taken_back = _("taken back")
        what = f"{what_happened(event)} ({taken_back})" if row.undone else what_happened(event)
        item = QListWidgetItem(
            f"{clock(event.at_ms, self._store.now_ms())}  {event.by}: {what}  {row.thread_title[:120]}"
        )
        item.setData(ROW, row)
        font = item.font()
        font.setStrikeOut(row.undone)
        item.setFont(font)
        return item

    def _more(self, value: int) -> None:
        if self._next is not None and value >= self.list.verticalScrollBar().maximum() - self.list.height():
            following, self._next = self._next, None
            self._number = self._reader.ask(self._asked, following)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter and U in the list are about the chosen decision; the list would look for the letter."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            QTimer.singleShot(0, self, self.open_chosen)
        elif event.text() == "u":
            QTimer.singleShot(0, self, self.undo_chosen)
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """From a field, Enter goes to the list."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.list.setFocus()
        else:
            super().keyPressEvent(event)

    def open_chosen(self) -> None:
        row = self._chosen()
        if row is not None and row.event.thread:
            self.accept()
            self._open_thread(row.event.thread)

    def undo_chosen(self) -> None:
        row = self._chosen()
        if row is not None:
            self.accept()
            self._take_back(row.event.key)

    def _chosen(self) -> HistoryRow | None:
        item = self.list.currentItem()
        found: HistoryRow | None = None if item is None else item.data(ROW)
        return found
