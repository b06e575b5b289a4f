"""Handing over and taking over in the window: what is in it first, a passphrase, and the sealing on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from console.desk import hand_over
from console.desk.seat import Decision, Desk, Refused
from console.domain.hand_over import HandOver, NotAHandOver
from console.sentences.hand_over import contents, file_trouble, missing_said
from console.sentences.troubles import failed_sentence, refusal_sentence, store_sentence
from console.store.errors import StoreError
from console.store.read import lists
from console.store.read.handing_over import missing
from console.store.sealed import NotSealed, WrongPassphrase
from console.views.bare_window import BareWindow
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.announcing import announce
from console.widgets.asking_dialog import AskingDialog
from console.widgets.fields import ChoiceField, Labelled
from console.widgets.message_card import plain_label
from console.widgets.secret_field import SecretField
from console.words import _

SUFFIX = "luisterpost"


class HandingOver:
    """The two commands."""

    def __init__(self, window: BareWindow, showing: Showing, saying: Saying, back: TakingBack) -> None:
        self._window, self._showing, self._saying, self._back = window, showing, saying, back

    def give(self) -> None:
        """Ask to whom, and write what is in hand in a file."""
        desk = self._window.services.desk
        self._window.conversation.composer.flush()  # what is being written now goes along
        try:
            made = hand_over.gather(desk, "")
        except Refused as refused:
            self._saying.say(refusal_sentence(refused))
            return
        dialog = GiveDialog(desk, made, self._window)
        dialog.given.connect(self._given)
        dialog.open()

    def take(self) -> None:
        """Ask which file, and take over what stands in it."""
        choice = QFileDialog(self._window, _("Take over a colleague's work"))
        choice.setNameFilters([_("Hand-over of Luisterpost") + f" (*.{SUFFIX})", _("All files") + " (*)"])
        choice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        choice.fileSelected.connect(lambda name: self.look_at(Path(name)))
        choice.open()

    def look_at(self, file: Path) -> TakeDialog:
        """Ask for the passphrase of this file."""
        dialog = TakeDialog(self._window.services.desk, file, self._window)
        dialog.taken.connect(self._taken)
        dialog.open()
        return dialog

    def _given(self, decision: Decision | None, file: str, to: str) -> None:
        self._showing.look()
        said = _("Written in {path}. Give {name} the passphrase by another way than the file.").format(
            path=file, name=to
        )
        if decision is None:
            self._saying.say(said)
        else:
            self._back.offer(said, decision.event)

    def _taken(self, decision: Decision) -> None:
        self._showing.go("mine")
        self._showing.look()
        said = _("It is yours now: it stands in ‘Mine’.")
        self._back.offer(said, decision.event)
        announce(self._window.list.view, said)


class _Sealing(QObject):
    """Work with a passphrase takes a tenth of a second: on a thread, its end told to the window's."""

    done = Signal(object)
    failed = Signal(object)

    def start(self, work: Callable[[], object]) -> None:
        def run() -> None:
            try:
                found = work()
            except (OSError, Refused, WrongPassphrase, NotSealed, NotAHandOver) as error:
                self.failed.emit(error)
            else:
                self.done.emit(found)

        QThreadPool.globalInstance().start(run)


class _HandOverDialog(AskingDialog):
    """What both dialogs have: what is said first, and a button that rests while something is sealed or opened."""

    go: QPushButton

    def __init__(self, title: str, over: QWidget | None) -> None:
        super().__init__(over, 480, title)
        self.about = plain_label("", "body", "secondary")
        self.about.setWordWrap(True)
        self.body.addWidget(self.about)
        self.sealing = _Sealing()  # nobody's child: it may end after a dialog that was left

    def say_wrong(self, text: str) -> None:
        self.go.setEnabled(True)
        super().say_wrong(text)


class GiveDialog(_HandOverDialog):
    """`given` carries the decision (None where nothing was assigned), the file and to whom."""

    given = Signal(object, str, str)

    def __init__(self, desk: Desk, made: HandOver, over: QWidget | None) -> None:
        super().__init__(_("Hand over my work"), over)
        self._desk, self._made, self._file = desk, made, Path()
        self.sealing.done.connect(self._written)
        self.sealing.failed.connect(self._failed)
        self.about.setText(
            contents(made) + " " + _("Assignments are your colleague's from then on; drafts and snoozes stay here too.")
        )
        self._to = ChoiceField()
        self._to.setEditable(True)
        self._to.setInsertPolicy(ChoiceField.InsertPolicy.NoInsert)
        self._to.setLineEdit(QLineEdit())
        self._to.addItems(sorted(lists.people_who_decide(desk.store) - {desk.moderator}))
        self._to.setCurrentIndex(-1)
        self._first, self._again = SecretField(), SecretField()
        self.body.addWidget(Labelled(_("To whom"), self._to))
        self.body.addWidget(Labelled(_("Passphrase"), self._first))
        self.body.addWidget(Labelled(_("The same passphrase again"), self._again))
        self.go = self.end(_("Save the file …"), self.ask_where)
        self._to.setFocus()

    def ask_where(self) -> None:
        """Ask for the file, once what was typed is right."""
        if not self._to.currentText().strip():
            self.say_wrong(_("Name the colleague who takes it over."))
        elif len(self._first.text()) < hand_over.LEAST_CHARS:
            self.say_wrong(refusal_sentence(Refused("short_passphrase", least=hand_over.LEAST_CHARS)))
        elif self._first.text() != self._again.text():
            self.say_wrong(_("The two passphrases differ."))
        else:
            choice = QFileDialog(self, _("Hand over my work"))
            choice.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            choice.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            choice.setDefaultSuffix(SUFFIX)
            name = _("hand-over")
            choice.selectFile(f"{name}.{SUFFIX}")
            choice.fileSelected.connect(lambda name: self.write(Path(name)))
            choice.open()

    def write(self, file: Path) -> None:
        """Write the file; only when it is there the assignments change hands."""
        try:
            made = hand_over.gather(self._desk, self._to.currentText())  # as it is now
        except Refused as refused:
            self.say_wrong(refusal_sentence(refused))
            return
        passphrase = self._first.text()
        self.go.setEnabled(False)
        self._made, self._file = made, file
        self.sealing.start(lambda: hand_over.write(made, file, passphrase))

    def _failed(self, error: Exception) -> None:
        self.say_wrong(refusal_sentence(error) if isinstance(error, Refused) else file_trouble(error, self._file))

    def _written(self) -> None:
        try:
            decision = hand_over.given(self._desk, self._made)
        except StoreError as error:
            self.say_wrong(store_sentence(error))
            return
        self.given.emit(decision, str(self._file), self._made.to)
        self.accept()


class TakeDialog(_HandOverDialog):
    """`taken` carries the decision. First the passphrase, then what is in it, then taking it."""

    taken = Signal(object)

    def __init__(self, desk: Desk, file: Path, over: QWidget | None) -> None:
        super().__init__(_("Take over a colleague's work"), over)
        self._desk, self._file = desk, file
        self._found: HandOver | None = None
        self.about.setText(_("{file} was sealed with a passphrase. Ask it of who handed over.").format(file=file.name))
        self._passphrase = SecretField()
        self._field = Labelled(_("Passphrase"), self._passphrase)
        self.body.addWidget(self._field)
        self.go = self.end(_("Open it"), self.next)
        self.sealing.done.connect(self._opened)
        self.sealing.failed.connect(self._failed)
        self._passphrase.setFocus()

    def next(self) -> None:
        """Open the file; once it is open, take over what is in it."""
        if self._found is None:
            file, passphrase = self._file, self._passphrase.text()
            self.go.setEnabled(False)
            self.sealing.start(lambda: hand_over.read(file, passphrase))
            return
        try:
            decision = hand_over.take(self._desk, self._found)
        except (Refused, StoreError) as error:
            self.say_wrong(failed_sentence(error))
        else:
            self.taken.emit(decision)
            self.accept()

    def _failed(self, error: Exception) -> None:
        self.say_wrong(file_trouble(error, self._file))

    def _opened(self, found: HandOver) -> None:
        self._found = found
        said = _("From {name}: {what}").format(name=found.by, what=contents(found))
        self.about.setText(" ".join(filter(None, (said, missing_said(missing(self._desk.store, found.threads))))))
        self._field.hide()
        self.wrong.hide()
        self.go.setText(_("Take it over"))
        self.go.setEnabled(True)
        self.go.setFocus()
        self.fit()
        announce(self, self.about.text())
