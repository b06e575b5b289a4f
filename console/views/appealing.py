"""An appeal: the author's words against a verdict, and who judges it first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk import appeals, drafts
from console.desk.seat import Decision, Desk, Refused
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.triage import TriageEvent
from console.sentences.shown import as_sentence, clock, what_happened
from console.sentences.troubles import refusal_sentence, store_sentence
from console.store.errors import StoreError
from console.store.read import judged, lists
from console.views.bare_window import BareWindow
from console.views.kept_text import KeptText
from console.views.saying import Saying
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.announcing import announce
from console.widgets.asking_dialog import AskingDialog
from console.widgets.fields import ChoiceField, Labelled
from console.widgets.message_card import plain_label
from console.words import _


class Appealing:
    """The command on the message that is chosen."""

    def __init__(self, window: BareWindow, showing: Showing, saying: Saying, back: TakingBack) -> None:
        self._window, self._showing, self._saying, self._back = window, showing, saying, back

    def ask(self) -> None:
        """Ask for the author's words; what can't be appealed against is said at once."""
        desk, message = self._window.services.desk, self._window.conversation.current_key()
        about = None if message is None else judged.reported(desk.store, message)
        if message is None or about is None:
            return
        if about.verdict is None or about.appeal is not None:
            code = "not_judged" if about.verdict is None else "appealed_already"
            self._saying.say(refusal_sentence(Refused(code)), tone="warn")
            return
        dialog = AppealDialog(desk, about.thread, message, about.author, about.verdict, self._window)
        dialog.kept.connect(self._kept)
        dialog.open()

    def _kept(self, decision: Decision, asked: str) -> None:
        self._showing.look()
        said = (
            _("The appeal waits for {name}.").format(name=asked)
            if asked
            else _("The appeal waits for a second opinion.")
        )
        self._back.offer(said, decision.event)
        announce(self._window.conversation.view, said)


class AppealDialog(AskingDialog):
    """`kept` carries the decision and who is asked first. Whoever leaves finds what was typed when they come back."""

    kept = Signal(object, str)

    def __init__(
        self,
        desk: Desk,
        thread: ThreadKey,
        message: MessageKey,
        author: str,
        verdict: TriageEvent,
        over: QWidget | None,
    ) -> None:
        super().__init__(over, 520, _("Appeal of {name}").format(name=author))
        self._desk, self._message = desk, message
        before = as_sentence(what_happened(verdict))
        when = clock(verdict.at_ms, desk.store.now_ms())
        told = plain_label(
            _("{what}, by {name}, {time}.").format(what=before.rstrip("."), name=verdict.by, time=when),
            "body",
            "secondary",
        )
        told.setWordWrap(True)
        self.body.addWidget(told)
        self._text = KeptText(self, desk, thread, message, drafts.appealing)
        self.body.addWidget(Labelled(_("What {name} says against it").format(name=author), self._text))
        self._asked = ChoiceField()
        self._asked.addItem(_("Anybody but {name}").format(name=verdict.by), "")
        for name in sorted(lists.people_who_decide(desk.store) - {verdict.by}):
            self._asked.addItem(name, name)
        self.body.addWidget(Labelled(_("Who judges it first"), self._asked))
        self.end(_("Open the appeal"), self.keep)
        self._text.setFocus()

    def keep(self) -> None:
        """Open it, or say what is wrong; what was typed stays."""
        self._text.keep()
        asked = str(self._asked.currentData() or "")
        try:
            decision = appeals.appeal(self._desk, self._message, self._text.toPlainText(), asked)
        except Refused as refused:
            self.say_wrong(
                _("Write what its author says against it.") if refused.code == "empty" else refusal_sentence(refused)
            )
        except StoreError as error:
            self.say_wrong(store_sentence(error))
        else:
            self._text.used()
            self.kept.emit(decision, asked)
            self.accept()
