"""The question before a decision about many, how far it is, and who was left out with why: one dialog."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QPushButton, QWidget

from console.desk import bulk
from console.desk.bulk import Outcome, Verb, Weighed
from console.desk.seat import Refused
from console.sentences.bulk import (
    about_said,
    count_of,
    effects_said,
    left_out_line,
    outcome_said,
    progress_said,
    theirs_said,
    verb_said,
)
from console.sentences.effects import Effect
from console.sentences.troubles import failed_sentence
from console.store.errors import StoreError
from console.store.read.stands import titles
from console.views.aside import Aside
from console.views.services import Services
from console.widgets.announcing import announce
from console.widgets.asking_dialog import AskingDialog
from console.widgets.effects_box import EffectsBox, EffectsShown
from console.widgets.fields import CheckField
from console.widgets.message_card import plain_label
from console.widgets.plain_text import copy
from console.widgets.theme import px
from console.words import _

WIDE = 560
MOST_LINES = 8  # of the list that are seen at once
ICONS = {
    "platform": "arrow-square-out", "here": "check", "author": "chat-circle-dots", "reporter": "flag",
    "left_out": "warning-octagon", "back": "arrow-u-up-left",
}  # fmt: skip


class BulkDialog(AskingDialog):
    """`decided` carries the outcome, while the dialog may still show who was left out."""

    decided = Signal(object)

    def __init__(self, services: Services, aside: Aside, verb: Verb, found: Weighed, over: QWidget | None) -> None:
        super().__init__(over, WIDE, _("Decide on several at once"))
        self._services, self._desk, self._aside, self._verb = services, services.desk, aside, verb
        self._found = found
        self._runs = False
        self._lines: list[str] = []
        self._effects = EffectsBox()
        self.body.addWidget(self._effects)
        self._theirs = CheckField(theirs_said(found.theirs) if found.theirs else "")
        self._theirs.setVisible(bool(found.theirs))
        self._theirs.toggled.connect(self._show_effects)
        self.body.addWidget(self._theirs)
        self._told = plain_label("", "body")
        self._told.setWordWrap(True)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._list = QPlainTextEdit()
        self._list.setReadOnly(True)
        self._list.setAccessibleName(_("Left out, and why"))
        for widget in (self._told, self._bar, self._list):
            widget.hide()
            self.body.addWidget(widget)
        self._yes = self.end("", self.go)
        self._leave = next(one for one in self.findChildren(QPushButton) if one is not self._yes)
        self._leave.setText(_("Decide nothing"))
        self._copy = QPushButton(_("Copy the list"))
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(self._copy_list)
        self.foot.insertWidget(0, self._copy)
        self._show_effects()
        self._yes.setFocus()

    @property
    def _chosen(self) -> Weighed:
        return self._found.with_theirs() if self._theirs.isChecked() else self._found

    def _show_effects(self) -> None:
        chosen, now_ms = self._chosen, self._desk.store.now_ms()
        said = effects_said(self._verb, chosen, self._desk.undo_ms // 1000, now_ms)
        about = about_said(self._verb, chosen.items) if chosen.items else _("Nothing is left to decide on.")
        self._effects.show_effects(EffectsShown(about, _shown(said)))
        self._yes.setText(verb_said(self._verb, count_of(self._verb, chosen.items)))
        self._yes.setEnabled(bool(chosen.items))
        self._list_left_out(chosen.left_out)
        if self.isVisible():
            self.fit()

    def go(self) -> None:
        """Decide: at once where it is one piece, else aside, with a way to stop."""
        chosen = self._chosen
        if len(chosen.items) <= bulk.AT_ONCE:
            self._ended(bulk.carry_out(self._desk, self._verb, chosen))
            return
        self._runs = True
        for widget in (self._effects, self._theirs, self._yes, self._copy, self._list):
            widget.hide()
        self._told.show()
        self._bar.setRange(0, len(chosen.items))
        self._bar.show()
        self._went_on(0)
        self._leave.setText(_("Stop"))
        self._leave.setFocus()
        self._aside.went_on.connect(self._went_on)
        aside, verb = self._aside, self._verb
        aside.do(lambda desk: bulk.carry_out(desk, verb, chosen, aside.go_on), self._ended, self._failed)

    def reject(self) -> None:
        """Leave it; while it is being done, stop there: what is done by then stays."""
        if self._runs:
            self._aside.stop()
            self._leave.setEnabled(False)
            self._told.setText(_("It stops after this piece. What is done stays; U takes it back."))
        else:
            super().reject()

    def _went_on(self, at: int) -> None:
        self._bar.setValue(at)
        if self._leave.isEnabled():
            said = progress_said(at, self._bar.maximum())
            self._told.setText(said)
            self._bar.setAccessibleName(said)

    def _ended(self, made: Outcome) -> None:
        self._rest()
        self.decided.emit(made)
        if not (made.left_out or made.rest or made.error):
            self.accept()
            return
        for widget in (self._effects, self._theirs, self._yes, self._bar):
            widget.hide()
        self._told.setText(outcome_said(self._verb, made))
        self._told.show()
        self._list_left_out(made.left_out)
        self._leave.setText(_("Close"))
        self._leave.setEnabled(True)
        self._leave.setFocus()
        self.fit()
        announce(self, self._told.text())

    def _failed(self, error: Refused | StoreError) -> None:
        self._rest()
        self.say_wrong(failed_sentence(error))
        self._leave.setText(_("Close"))

    def _rest(self) -> None:
        if self._runs:
            self._runs = False
            self._aside.went_on.disconnect(self._went_on)

    def _list_left_out(self, left_out: tuple[bulk.LeftOut, ...]) -> None:
        """Each by its name; what is heavy is named by what it is."""
        threads = [one.thread for one in left_out if one.thread]
        names = titles(self._desk.store, threads) | dict(self._services.heavies.titles(threads))
        self._lines = [left_out_line(one, names) for one in left_out]
        self._list.setPlainText("\n".join(self._lines))
        high = self._list.fontMetrics().lineSpacing() * min(len(self._lines), MOST_LINES)
        self._list.setFixedHeight(high + px(24))
        self._list.setVisible(bool(self._lines))
        self._copy.setVisible(bool(self._lines))

    def _copy_list(self) -> None:
        copy("\n".join(self._lines))
        announce(self, _("Copied"))


def _shown(said: list[Effect]) -> tuple[tuple[str, str], ...]:
    return tuple((ICONS[effect.where], effect.text) for effect in said)
