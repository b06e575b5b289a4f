"""Writing down what somebody answered that a message was passed on to, where no mail of theirs did."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk import answers, drafts
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey
from console.domain.triage import TriageEvent
from console.sentences.troubles import refusal_sentence, store_sentence
from console.store.errors import StoreError
from console.store.read.passed_on import passed_on, passed_on_in
from console.views.bare_window import BareWindow
from console.views.kept_text import KeptText
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.asking_dialog import AskingDialog
from console.widgets.fields import ChoiceField, Labelled
from console.words import _

MOST_CHARS = 20_000


class Answering:
    """The command on the conversation that is chosen."""

    def __init__(self, window: BareWindow, showing: Showing, saying: Saying, back: TakingBack) -> None:
        self._window, self._showing, self._saying, self._back = window, showing, saying, back

    def ask(self) -> None:
        """Ask what they said; about what was passed on to nobody that is told at once."""
        pane, desk = self._window.conversation, self._window.services.desk
        if pane.row is None:
            return
        message = passed_on_in(desk.store, pane.row.key, pane.current_key() or "")
        verdict = None if message is None else passed_on(desk.store, message)
        if message is None or verdict is None:
            self._saying.say(refusal_sentence(Refused("not_passed_on")), tone="warn")
            return
        dialog = AnswerDialog(desk, message, verdict, self._window)
        dialog.kept.connect(self._kept)
        dialog.open()

    def _kept(self, decision: Decision, closes: bool) -> None:
        self._showing.look()
        said = _("It is settled by their answer.") if closes else _("It waits for a person again, with their answer.")
        self._back.offer(said, decision.event)


class AnswerDialog(AskingDialog):
    """`kept` carries the decision and whether it settles it. Whoever leaves finds what was typed when they come back."""

    kept = Signal(object, bool)

    def __init__(self, desk: Desk, message: MessageKey, verdict: TriageEvent, over: QWidget | None) -> None:
        super().__init__(over, 520, _("Answer of {name}").format(name=verdict.payload.get("to", "")))
        self._desk, self._message = desk, message
        self._text = KeptText(self, desk, verdict.thread, message, drafts.answering)
        self.body.addWidget(Labelled(_("What they said"), self._text))
        self._closes = ChoiceField()
        self._closes.addItem(_("It comes back: a person decides"), False)
        self._closes.addItem(_("It is settled: its reports are upheld"), True)
        self.body.addWidget(Labelled(_("What comes of it"), self._closes))
        self.end(_("Write it down"), self.keep)
        self._text.setFocus()

    def keep(self) -> None:
        """Write it down, or say what is wrong; what was typed stays."""
        self._text.keep()
        closes = bool(self._closes.currentData())
        try:
            decision = answers.record(self._desk, self._message, self._text.toPlainText()[:MOST_CHARS], closes=closes)
        except Refused as refused:
            self.say_wrong(_("Write what they said.") if refused.code == "empty" else refusal_sentence(refused))
        except StoreError as error:
            self.say_wrong(store_sentence(error))
        else:
            self._text.clear()
            self._text.keep()
            self.kept.emit(decision, closes)
            self.accept()
