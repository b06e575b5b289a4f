"""Passing conversations on from the desk: to whom, a note for them, and what happens is said before it does."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from console.desk import drafts
from console.desk.seat import Decision, Refused
from console.desk.together import Together, give_together
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import State
from console.domain.receivers import Receiver
from console.domain.verdicts import Action, Judgement
from console.sentences.effects import together_said
from console.sentences.escalations import nobody_sentence, planned_together
from console.sentences.troubles import failed_sentence, refusal_sentence
from console.store.errors import StoreError
from console.store.read import lists
from console.store.read.judged import reported
from console.store.read.names import thread_of
from console.store.read.passed_on import concerned
from console.views.bare_window import BareWindow
from console.views.flagged.choice import Choice, plan_shown
from console.views.flagged.receivers import receiver_choices, take_receiver
from console.views.handing_off import HandingOff
from console.views.kept_text import KeptText
from console.views.marked.marking import Marking
from console.views.saying import Saying
from console.views.services import Services
from console.views.showing import Showing
from console.views.taking_back import TakingBack
from console.widgets.asking_dialog import AskingDialog
from console.widgets.effects_box import EffectsBox, EffectsShown
from console.widgets.fields import ChoiceField, Labelled
from console.widgets.message_card import plain_label
from console.widgets.theme import measured
from console.words import _, ngettext

MOST_AT_ONCE = 50  # a letter that somebody reads; the window waits a tenth of a second for them


class PassingOn:
    """The command on the conversation that is chosen."""

    def __init__(
        self, window: BareWindow, showing: Showing, handing_off: HandingOff, saying: Saying, back: TakingBack, marking: Marking,
    ) -> None:  # fmt: skip
        self._window, self._showing, self._handing_off = window, showing, handing_off
        self._saying, self._back, self._marking = saying, back, marking

    def ask(self) -> None:
        """About the message that is chosen, or what its conversation is about."""
        row, message = self._window.conversation.row, self._window.conversation.current_key()
        if row is not None:
            self.ask_about([row.key], [message] if message is not None else [])

    def ask_about(self, threads: Sequence[ThreadKey], messages: Sequence[MessageKey] = ()) -> None:
        """To whom these go. Without anybody to choose it says where people are added."""
        services = self._window.services
        choices = _choices(services)
        if not choices:
            settings = [(_("Settings"), self._window.settings_asked.emit)]
            self._saying.say(nobody_sentence(), settings, tone="warn")
            return
        if len(threads) > MOST_AT_ONCE:
            self._saying.say(_("Pass on at most {n} conversations at once.").format(n=MOST_AT_ONCE), tone="warn")
            return
        about = list(messages) or concerned(services.store, threads)
        if about:
            dialog = PassOnDialog(services, about, choices, self._window)
            dialog.given.connect(self._given)
            dialog.open()

    def _given(self, decision: Decision, name: str, count: int) -> None:
        row = self._window.conversation.row
        if count == 1 and row is not None and row.key == decision.thread:
            self._window.list.leave_thread(row.thread_id)
        self._showing.look()
        if count > 1:
            self._marking.clear()
            self._showing.take_order()
        self._back.offer(_("Passed on to {name}.").format(name=name), decision.event)
        by_hand = next((one for one in decision.intents if one.outside and one.state is State.HANDOFF), None)
        if by_hand is not None:
            self._handing_off.open(by_hand.id)


def _choices(services: Services) -> list[tuple[str, str]]:
    """(shown, value): the receivers of the settings with each way to them, then colleagues who decide here too."""
    receivers: Sequence[Receiver] = services.settings["receivers"]
    known = {one.name for one in receivers} | {services.desk.moderator}
    colleagues = sorted(lists.people_who_decide(services.store) - known)
    return [*receiver_choices(services.desk, receivers), *((name, name) for name in colleagues)]


class PassOnDialog(AskingDialog):
    """`given` carries the decision, to whom, and how many went. Whoever leaves finds what was typed when they come back."""

    given = Signal(object, str, int)

    def __init__(
        self,
        services: Services,
        messages: Sequence[MessageKey],
        choices: Sequence[tuple[str, str]],
        over: QWidget | None,
    ) -> None:
        count = len(messages)
        super().__init__(
            over, 560, ngettext("Pass on a conversation", "Pass on {n} conversations", count).format(n=count)
        )
        self._services, self._desk, self._messages = services, services.desk, messages
        found = reported(self._desk.store, messages[0]) if count == 1 else None
        if found is not None:
            about = _("The message of {author} in ‘{space}’").format(author=found.author, space=found.space)
            self.body.addWidget(plain_label(about, "body", "secondary", wraps=True))
        self._to = ChoiceField()
        for shown, value in choices:
            self._to.addItem(shown, value)
        self.body.addWidget(Labelled(_("To whom"), self._to))
        thread = thread_of(services.store, messages[0])
        self._note = KeptText(self, self._desk, thread, messages[0], drafts.passing_on)
        measured(self._note, setMinimumHeight=72, setMaximumHeight=96)  # what happens stands below it
        self.body.addWidget(Labelled(_("A note for them and your team"), self._note))
        self._effects = EffectsBox()
        self.body.addWidget(self._effects)
        self.end(_("Pass on"), self.give)
        self._to.currentIndexChanged.connect(self._show_effects)
        self._show_effects()
        self._to.setFocus()

    def _planned(self) -> Together:
        """As it stands in the fields. Raises Refused: no_mail, too_long."""
        choice = Choice()
        take_receiver(choice, str(self._to.currentData()))
        judgement = Judgement(Action.ESCALATE, to=choice.to, note=self._note.toPlainText().strip())
        return planned_together(self._desk, self._messages, judgement, self._receivers, by_file=choice.by_file)

    @property
    def _receivers(self) -> Sequence[Receiver]:
        found: Sequence[Receiver] = self._services.settings["receivers"]
        return found

    def _show_effects(self) -> None:
        desk = self._desk
        try:
            made = self._planned()
        except Refused as refused:
            shown = EffectsShown(refusal_sentence(refused), tone="warn")
        else:
            if len(self._messages) > 1 and made.plans:
                judgement, undo_s = made.plans[0].judgement, desk.undo_ms // 1000
                shown = EffectsShown(together_said(made, judgement, undo_s, self._receivers, desk.store.now_ms()))
            elif made.plans:
                shown = plan_shown(desk, made.plans[0], self._receivers)
            else:
                shown = EffectsShown(refusal_sentence(made.left_out[0][1]), tone="warn")
        self._effects.show_effects(shown)
        self._effects.settle()
        self.fit()

    def give(self) -> None:
        """Pass it on, or say what is wrong; what was typed stays."""
        self._note.keep()
        try:
            made = self._planned()
            decision = give_together(self._desk, made)
        except (Refused, StoreError) as error:
            self.say_wrong(failed_sentence(error))
        else:
            self._note.clear()
            self._note.keep()
            self.given.emit(decision, made.plans[0].judgement.to, len(made.plans))
            self.accept()
