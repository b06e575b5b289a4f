"""Lists of people in the settings: who a message can be passed on to, and who is on duty. Changed here, looked at at once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from console.domain.calendar import WorkingHours
from console.domain.receivers import BadPeople, Receiver, people_of, person_of
from console.sentences.duty import hours_words, people_sentence
from console.widgets.fields import Labelled
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _


class PeopleField(QWidget):
    """One list, below what it is for. `changed_size`: a row came or went, so that the dialog has room for it."""

    changed_size = Signal()

    def __init__(self, title: str, about: str, people: Sequence[Receiver], working: WorkingHours) -> None:
        super().__init__()
        self._title, self._working = title, working
        self._before = [_written(one) for one in people]
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(8))
        column.addWidget(plain_label(title, "strong"))
        said = plain_label(about, "small", "secondary")
        said.setWordWrap(True)
        column.addWidget(said)
        self._list = QVBoxLayout()
        self._list.setSpacing(px(8))
        column.addLayout(self._list)
        self._wrong = plain_label("", "small", "danger")
        self._wrong.setWordWrap(True)
        self._wrong.hide()
        column.addWidget(self._wrong)
        self.add = QPushButton(_("Add somebody"))
        self.add.setAccessibleName(_("Add somebody: {list}").format(list=title))
        self.add.setAutoDefault(False)
        self.add.clicked.connect(lambda: self._put(Receiver("")).name.setFocus())
        column.addWidget(self.add)
        self.rows: list[PersonRow] = []
        for one in people:
            self._put(one)

    def _put(self, one: Receiver) -> PersonRow:
        row = PersonRow(one, self._working)
        row.remove.clicked.connect(lambda: self._take_out(row))
        self.rows.append(row)
        self._list.addWidget(row)
        self.changed_size.emit()
        return row

    def _take_out(self, row: PersonRow) -> None:
        self.rows.remove(row)
        row.hide()
        row.deleteLater()  # its button is being clicked
        self.add.setFocus()
        self.changed_size.emit()

    def people(self) -> list[dict[str, str]] | None:
        """The list as the settings' file has it; None where something is wrong, which is said where it is."""
        self._wrong.hide()
        kept = [row for row in self.rows if row.typed]
        wrong = next((row for row in kept if not row.look(whole=True)), None)
        if wrong is not None:
            wrong.name.setFocus()
            return None
        found = [row.typed for row in kept]
        try:
            people_of(found, self._working)
        except BadPeople as bad:  # each alone is right: a name stands there twice
            self._wrong.setText(people_sentence(bad.code, bad.value))
            self._wrong.show()
            return None
        return found

    def is_changed(self, people: list[dict[str, str]]) -> bool:
        return people != self._before


class PersonRow(QFrame):
    """One of them; what is wrong, or when they are there, stands below the fields."""

    def __init__(self, one: Receiver, working: WorkingHours) -> None:
        super().__init__()
        self._working = working
        self.setObjectName("card")
        grid = QGridLayout(self)
        grid.setContentsMargins(px(10), px(8), px(10), px(8))
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(6))
        self.name, self.mail, self.hours = QLineEdit(one.name), QLineEdit(one.mail), QLineEdit(one.said)
        self.mail.setPlaceholderText("hr@example.org")  # an example is the same in every language
        self.hours.setPlaceholderText(_("mon-fri 09:00-17:00"))
        self.remove = QPushButton(_("Take out"))
        self.remove.setAutoDefault(False)
        self.said = plain_label("", "small", "secondary")
        self.said.setWordWrap(True)
        grid.addWidget(Labelled(_("Name"), self.name), 0, 0)
        grid.addWidget(Labelled(_("Mail address"), self.mail), 0, 1)
        grid.addWidget(Labelled(_("When they are there"), self.hours), 1, 0)
        column = QVBoxLayout()
        column.addStretch(1)
        column.addWidget(self.remove)
        grid.addLayout(column, 1, 1)
        grid.addWidget(self.said, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for field in (self.name, self.mail, self.hours):
            field.textChanged.connect(lambda text: self.look())
            field.setCursorPosition(0)
        self.look()

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields, without those that are empty."""
        fields = {"name": self.name, "mail": self.mail, "hours": self.hours}
        return {part: text for part, field in fields.items() if (text := " ".join(field.text().split()))}

    def look(self, *, whole: bool = False) -> bool:
        """Whether this can be kept; what is wrong is said. While somebody types, a name that isn't there yet is no fault."""
        typed = self.typed
        try:
            person = person_of(typed, self._working)
        except BadPeople as bad:
            wrong = bad.code != "no_name" or whole
            self._say(people_sentence(bad.code, bad.value) if wrong else "", "danger")
            return False
        self._say(hours_words(person), "secondary")
        self.remove.setAccessibleName(_("Take out {name}").format(name=person.name))
        return True

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))
        if self.said.property("tone") != tone:
            self.said.setProperty("tone", tone)
            self.said.style().unpolish(self.said)
            self.said.style().polish(self.said)


def _written(one: Receiver) -> dict[str, str]:
    return {part: text for part, text in (("name", one.name), ("mail", one.mail), ("hours", one.said)) if text}
