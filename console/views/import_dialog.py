"""Importing a file in four states: looked at, copied, read, read to its end. Each can be left; nothing is lost by it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QProgressBar, QPushButton, QWidget

from console.desk import connections as desk_connections
from console.desk import imports
from console.domain.characters import one_line
from console.domain.imported import Missed
from console.sentences.imports import counted_words, format_words, skipped_words
from console.sentences.shown import day, error_sentence
from console.store.read.connections import ConnectionRow, by_name
from console.store.read.imports import imported, skipped, skipped_file
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.dialog import Dialog
from console.widgets.fields import Labelled
from console.widgets.message_card import plain_label
from console.widgets.theme import measured, px
from console.words import _, ngettext, number

LOOK_MS = 150
SHOWN, SPACES = 20, 5
WHOLE = 1000  # the bar's steps


class Doing(Enum):
    LOOKING = auto()
    ASKING = auto()
    COPYING = auto()
    READING = auto()
    ENDED = auto()


class ImportDialog(Dialog):
    """`read_to_end` carries the key of a connection whose file was read to its end."""

    read_to_end = Signal(str)
    mostly_text = True

    def __init__(self, services: Services, over: QWidget, paths: Sequence[Path]) -> None:
        super().__init__(over, 560)
        self._services, self._paths = services, tuple(paths)
        self._ref = f"import-{uuid.uuid4()}"
        self._doing = Doing.LOOKING
        self._key = ""
        self.setWindowTitle(_("Import a file"))
        names = ", ".join(one_line(path.name) for path in self._paths[:SPACES])
        self._heading = plain_label(names, "heading")
        self._told = plain_label(_("We look what is in it. Nothing is kept yet."))
        self._more = plain_label("", "small", "secondary")
        for label in (self._heading, self._told, self._more):
            label.setWordWrap(True)
        self._bar = QProgressBar(maximum=WHOLE, textVisible=False)
        measured(self._bar, setFixedHeight=8)
        self._name = QLineEdit(one_line(self._paths[0].stem))
        self._named = Labelled(_("What you call it"), self._name)
        self._named.hide()
        for part in (self._heading, self._told, self._bar, self._named, self._more):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._stop = QPushButton(_("Cancel"))
        self._stop.clicked.connect(self.reject)
        self._take_away = QPushButton(_("Stop and take it away"))
        self._take_away.setProperty("kind", "danger")
        self._take_away.clicked.connect(self._taken_away)
        self._take_away.hide()
        self._go = QPushButton(_("Import"))
        self._go.setProperty("kind", "primary")
        self._go.setDefault(True)
        self._go.setEnabled(False)
        self._go.clicked.connect(self._bring)
        self.foot.addWidget(self._take_away)
        self.foot.addStretch(1)
        self.foot.addWidget(self._stop)
        self.foot.addWidget(self._go)
        self.foot.setSpacing(px(8))
        self._request = imports.look(services.desk, self._paths, self._ref)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    # --- what the collector says

    def _look(self) -> None:
        if self._doing is Doing.READING:
            self._show_reading()
            return
        answer = desk_connections.answered(self._services.desk, self._request)
        if answer is None:
            self._show_moving(desk_connections.told(self._services.desk, self._request))
        elif answer.state == "failed":
            self._show_failed(answer.facts)
        elif self._doing is Doing.LOOKING:
            self._show_found(answer.facts)
        elif self._doing is Doing.COPYING:
            self._key = str(answer.facts["key"])
            self._read()

    def _show_moving(self, how: Mapping[str, Any]) -> None:
        if how:
            self._bar.setValue(int(how["share"] * WHOLE))
            copying = how["what"] == "copying"
            self._told.setText(_("Copying …") if copying else _("Reading … {n} messages").format(n=number(how["messages"])))  # fmt: skip
            self._go.setEnabled(self._doing is Doing.LOOKING)  # whoever knows what it is needn't wait for the count

    def _show_failed(self, facts: Mapping[str, Any]) -> None:
        self._timer.stop()
        self._bar.hide()
        self._named.hide()
        self._go.hide()
        self._stop.setText(_("Close"))
        said = error_sentence(str(facts.get("error", "")), "files", str(facts.get("words", "")), str(facts.get("code", "")))  # fmt: skip
        self._say(said, [])

    def _show_found(self, found: Mapping[str, Any]) -> None:
        """What would be read, and whether it shall be."""
        self._doing = Doing.ASKING
        self._timer.stop()
        self._bar.hide()
        self._named.show()
        self._name.setText(str(found["name"]))
        count, now_ms = int(found["messages"]), self._services.store.now_ms()
        lines = [
            _("Recognised: {name}.").format(name=format_words(str(found["format"]))),
            counted_words(count, int(found["people"])),
        ]
        if found["first_ms"] is not None:
            lines.append(_("From {first} until {last}.").format(first=day(found["first_ms"], now_ms), last=day(found["last_ms"], now_ms)))  # fmt: skip
        spaces = [f"{one_line(title)}  {number(count)}" for title, count in found["spaces"][:SPACES]]
        missed = [Missed(one["where"], one["reason"], one["facts"]) for one in found["missed"]]
        self._say(
            "\n".join(lines), [*spaces, *([""] if spaces and missed else []), *_left_out(missed, int(found["skipped"]))]
        )
        self._go.setEnabled(count > 0)
        self._name.setFocus()
        self._name.selectAll()

    # --- what a person says

    def _bring(self) -> None:
        if self._doing is Doing.ENDED:
            self.accept()
            return
        if self._doing is Doing.LOOKING:
            imports.stop(self._services.desk, self._ref)
        self._ref = f"import-{uuid.uuid4()}"
        name = self._name.text().strip() if self._doing is Doing.ASKING else ""
        self._doing = Doing.COPYING
        self._request = imports.bring(self._services.desk, self._paths, name, self._ref)
        self._named.hide()
        self._go.setEnabled(False)
        self._bar.setValue(0)
        self._bar.show()
        self._say(_("Copying …"), [])
        self._timer.start()

    def reject(self) -> None:
        """Nothing is kept of what is only looked at or copied; what is read goes on without this window."""
        if self._doing in (Doing.LOOKING, Doing.COPYING) and self._timer.isActive():
            imports.stop(self._services.desk, self._ref)
        self._timer.stop()
        super().reject()

    def _taken_away(self) -> None:
        row = self._row()
        if row is not None:
            desk_connections.disconnect(self._services.desk, row, forget=True)
        self.reject()

    # --- reading

    def _read(self) -> None:
        self._doing = Doing.READING
        self._take_away.show()
        self._stop.setText(_("Close"))
        self._go.hide()
        self._more.setText(_("It goes on when you close this."))
        self._show_reading()

    def _show_reading(self) -> None:
        how, row = imported(self._services.store, self._key), self._row()
        self._bar.setValue(int(how.share * WHOLE))
        self._told.setText(_("Reading … {n} messages").format(n=number(how.messages)))
        if row is None or row.health.state == "bad":
            self._show_failed({"error": "BadResponse", "code": "" if row is None else row.health.error})
        elif how.ended:
            self._show_end(row, how.messages, sum(how.skipped.values()))

    def _show_end(self, row: ConnectionRow, messages: int, count: int) -> None:
        self._doing = Doing.ENDED
        self._timer.stop()
        self._bar.hide()
        self._take_away.hide()
        self._stop.hide()
        self._go.setText(_("Close"))
        self._go.setEnabled(True)
        self._go.show()
        self._go.setFocus()
        store = self._services.store
        left_out = _left_out(skipped(store, row, SHOWN), count)
        if count:
            left_out.append(_("The whole list is in {file}.").format(file=skipped_file(store, row)))
        self._say(ngettext("‘{name}’: {n} message read.", "‘{name}’: {n} messages read.", messages).format(name=row.name, n=number(messages)), left_out)  # fmt: skip
        self.read_to_end.emit(self._key)

    def _row(self) -> ConnectionRow | None:
        return by_name(self._services.store, self._key)

    def _say(self, sentence: str, more: Sequence[str]) -> None:
        self._told.setText(sentence)
        self._more.setText("\n".join(more))
        announce(self, sentence)
        self.fit()


def _left_out(missed: Sequence[Missed], count: int) -> list[str]:
    if not count:
        return []
    lines = [ngettext("{n} thing was left out:", "{n} things were left out:", count).format(n=number(count))]
    lines += [f"{one_line(one.where)}  {skipped_words(one.reason, one.facts)}" for one in missed]
    more = count - len(missed)
    return [*lines, ngettext(" and {n} more", " and {n} more", more).format(n=number(more)).strip()] if more else lines
