"""Who decided what: looked for by words, person, moderator and time; opened, and taken back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from console.desk.seat import Refused
from console.desk.undo import Undone
from console.domain.conversation import ThreadKey
from console.domain.outbox import NotPossible
from console.domain.until import NotAMoment, counted_from
from console.sentences.history import decision_said
from console.sentences.history_words import meant
from console.sentences.shown import clock, moment
from console.sentences.troubles import failed_sentence
from console.store.errors import StoreError
from console.store.read.history import Asked
from console.store.read.thread import HistoryRow
from console.views.history.export import HistoryExport
from console.views.history.reader import HistoryReader
from console.views.history.rows import SHOWN, DecisionShown, HistoryRows
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.dialog import enter_presses, room_over
from console.widgets.fields import CheckField
from console.widgets.flow import Flow
from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.plain_text import apart, tip
from console.widgets.theme import px
from console.words import _

WIDE, HIGH, TYPING_MS = 900, 640, 200
NAME_CHARS, TITLE_CHARS, HINT_EDGE = 18, 120, 28
ROW = Qt.ItemDataRole.UserRole


class HistoryDialog(QDialog):
    """`open_thread` gets the conversation of the chosen decision; the dialog is closed then.

    take_back   gets the key of the chosen decision; what it raises is said here
    taken_back  is told what that came to, once the dialog is closed
    """

    def __init__(
        self,
        services: Services,
        over: QWidget,
        here: ThreadKey | None,
        open_thread: Callable[[ThreadKey], None],
        take_back: Callable[[str], Undone],
        taken_back: Callable[[Undone], None],
    ) -> None:
        """`here`: the conversation that is shown, which the history can be narrowed to."""
        super().__init__(over)
        self._store, self._here = services.store, here
        self._open_thread, self._take_back, self._taken_back = open_thread, take_back, taken_back
        self._heavies = services.heavies
        self._number, self._asked = 0, Asked()
        self._next: str | None = None
        self.setWindowTitle(_("History"))
        wide, high = room_over(self)
        self.resize(min(px(WIDE), wide), min(px(HIGH), high))
        self._reader = HistoryReader(services.store)
        self._reader.named.connect(self._name)
        self._reader.ask_names()
        self._reader.ready.connect(self._show)
        self._reader.failed.connect(self._fail)
        self.finished.connect(self._reader.close)
        self._export = HistoryExport(services.store)
        self._export.said.connect(self._tell)
        self._export.ended.connect(self._exported)
        self.finished.connect(self._export.close)
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
        self.by.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.by.setMinimumContentsLength(NAME_CHARS)  # whatever somebody calls themselves
        self.by.addItem(_("By everybody"), "")
        self.by.currentIndexChanged.connect(self.ask)
        for part in (self.words, self.by, self.about, self.since, self.until):
            fields.addWidget(part)
        self.only_here = CheckField(_("Of this conversation"))
        self.only_here.setVisible(self._here is not None)
        self.only_here.toggled.connect(self.ask)
        fields.addWidget(self.only_here)
        column.addLayout(fields)
        self.said = plain_label("", "body", "secondary")
        self.said.setWordWrap(True)
        column.addWidget(self.said)
        self.list = QListWidget()
        self.list.setAccessibleName(_("History"))
        self.list.setItemDelegate(HistoryRows(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.installEventFilter(self)
        self.list.itemDoubleClicked.connect(self.open_chosen)
        self.list.verticalScrollBar().valueChanged.connect(self._more)
        column.addWidget(self.list, 1)
        buttons = Flow()
        self._button(buttons, _("To the conversation"), self.open_chosen)
        self._button(buttons, _("Take back") + "\tU", self.undo_chosen)
        self.export = self._button(buttons, _("Export …"), self.export_shown)
        self.stop = self._button(buttons, _("Stop writing"), self._export.stop)
        self.stop.hide()
        self._button(buttons, _("Close"), self.reject)
        column.addLayout(buttons)

    def _button(self, row: Flow, text: str, run: Callable[[], object]) -> QPushButton:
        button = KeyButton(text)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: run())  # the button would tell whether it is checked
        row.addWidget(button)
        return button

    def _field(self, hint: str) -> QLineEdit:
        field = QLineEdit(placeholderText=hint)
        field.setAccessibleName(hint)
        # All of the hint is to be read, in any language and at any text size.
        field.setMinimumWidth(field.fontMetrics().horizontalAdvance(hint) + px(HINT_EDGE))
        field.textEdited.connect(lambda: self._pause.start())
        return field

    def ask_about(self, name: str) -> None:
        """What was decided about this colleague."""
        self.about.setText(name)
        self.ask()

    def ask_by(self, name: str) -> None:
        """What this moderator decided."""
        self._name([name])
        self.by.setCurrentIndex(self.by.findData(name))

    def ask(self) -> None:
        """Read what the fields ask for, from the newest on."""
        try:
            since, until = self._at_ms(self.since), self._at_ms(self.until)
        except NotAMoment:
            self._number = self._reader.nothing()
            self._clear(_("Say since when: 7d, monday, 2026-12-01."))
            return
        thread = self._here if self.only_here.isChecked() else None
        words = tuple(self.words.text().split())
        self._asked = Asked(thread, self.by.currentData(), self.about.text(), since, until, words, meant(words))
        self._clear(_("Looking …"))
        self._number = self._reader.ask(self._asked, None)

    def _clear(self, why: str) -> None:
        self._next = None
        self.list.clear()
        self.said.setText(why)
        self._may_export()

    def _may_export(self) -> None:
        self.export.setEnabled(self.list.count() > 0 and not self._export.runs)

    def _at_ms(self, field: QLineEdit) -> int | None:
        """Raises NotAMoment."""
        if not field.text().strip():
            return None
        now = moment(self._store.now_ms(), self._store.policy.hours.timezone)
        return int(counted_from(field.text(), now).timestamp() * 1000)

    def _name(self, names: list[str]) -> None:
        for name in names:
            if self.by.findData(name) < 0:
                self.by.addItem(apart(name), name)

    def _show(self, number: int, rows: list[HistoryRow], following: str | None) -> None:
        if number != self._number:
            return
        self._next = following
        covered = self._heavies.titles(row.event.thread for row in rows)
        for row in rows:
            self.list.addItem(self._item(row, covered.get(row.event.thread) or row.thread_title[:TITLE_CHARS]))
        self._may_export()
        if self.list.count():
            if not self._export.runs:
                self.said.setText("")
            if self.list.currentRow() < 0:
                self.list.setCurrentRow(0)
        else:
            self.said.setText(_("Nothing was decided yet.") if self._asked == Asked() else _("Nothing like that."))

    def _fail(self, number: int, sentence: str) -> None:
        if number == self._number:
            self.said.setText(sentence)

    def _item(self, row: HistoryRow, title: str) -> QListWidgetItem:
        event = row.event
        at, did, of = clock(event.at_ms, self._store.now_ms()), decision_said(row), apart(title)
        item = QListWidgetItem(f"{at}  {apart(event.by)}: {apart(did)}  {of}")
        item.setData(ROW, row)
        about = f"{apart(event.by)} · {of}" if title else apart(event.by)
        item.setData(SHOWN, DecisionShown(f"{did[:1].upper()}{did[1:]}", at, about, row.undone))
        item.setToolTip(tip(item.text()))
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
        if enter_presses(self, event):
            return
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
        if row is None:
            return
        try:
            undone = self._take_back(row.event.key)
        except (Refused, NotPossible, StoreError) as error:
            self._tell(failed_sentence(error))
        else:
            self.accept()
            self._taken_back(undone)

    def export_shown(self) -> None:
        """All that the fields ask for, also what isn't read yet, in a file that is asked for."""
        choice = self._export.ask_where(self, self._asked)
        choice.fileSelected.connect(self._exporting)

    def _exporting(self) -> None:
        self._may_export()
        self.stop.setVisible(self._export.runs)

    def _exported(self, sentence: str) -> None:
        self.stop.hide()
        self.export.setEnabled(self.list.count() > 0)
        self._tell(sentence)

    def _tell(self, sentence: str) -> None:
        self.said.setText(sentence)
        announce(self, sentence)

    def _chosen(self) -> HistoryRow | None:
        item = self.list.currentItem()
        found: HistoryRow | None = None if item is None else item.data(ROW)
        return found
