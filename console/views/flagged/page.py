"""One reported message at a time: read, judged with a key, and the next one is there. It shows and asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication

from console.domain.conversation import MessageKey
from console.domain.verdicts import Action
from console.views.flagged import keys as flagged_keys
from console.views.flagged.care import FlaggedCare
from console.views.flagged.choice import Choice, actions_shown, effects_shown, policies_shown, urgent_shown, why_not
from console.views.flagged.judging import Judging
from console.views.flagged.letters import letter_choices, take_letter
from console.views.flagged.receivers import receiver_choices, receiver_hint, take_receiver
from console.views.flagged.round import FlaggedRound
from console.views.flagged.rows import finished_said, head_shown, keys_hint
from console.views.flagged.shown import AROUND, review_shown
from console.views.flagged.sight import How, sight
from console.views.flagged.together import bring_forward, judge_together
from console.views.models.review_round import Outcome, Round
from console.views.services import Services
from console.views.spare_time import SpareTime
from console.widgets.picker import Picker
from console.widgets.theme import theme
from console.words import _

NARROW = 1180  # below this, what it said before stands above what it says now


class FlaggedPage(FlaggedRound):
    """The round with its keys and buttons."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self._unfolded = self._looks_soon = False
        self.care = FlaggedCare(self, services)
        self.judging = Judging(self, self.care, services, self.show_item, self.look_soon, self.read_again)
        self._spare = SpareTime(
            self, (self._settle, self._put_right, self._read_ahead, self._lay_out_ahead, self._picture)
        )
        self._wire()
        self._keys: dict[str, Callable[[], None]] = {
            "Space": self.reveal, "Shift+Space": partial(self.reveal, on_purpose=True),
            "O": partial(self.choose, Action.KEEP), "V": partial(self.choose, Action.HIDE),
            "Del": partial(self.choose, Action.DELETE), "Shift+E": partial(self.choose, Action.ESCALATE),
            "A": self.pick_receiver, "Enter": self.confirm, "J": self.judging.skip, "K": partial(self.step, -1),
            "N": self._write_note, "U": self.judging.undo, "E": self._unfold, "Right": self._whole_thread, "Esc": self.left.emit,
            **{str(number): partial(self.toggle, number) for number in range(1, 10)}, **self.care.keys,
        }  # fmt: skip

    def _wire(self) -> None:
        self.head.left.connect(self.left)
        self.list.asked.connect(self._go)
        self.middle.reveal_asked.connect(partial(self.reveal, on_purpose=True))
        self.middle.pictures_asked.connect(self.care.show_pictures)
        self.middle.versions_asked.connect(self._unfold)
        self.middle.thread_asked.connect(self._whole_thread)
        self.middle.link_asked.connect(self.link_asked)
        self.note.textEdited.connect(self._noted)
        self.panel.policy_asked.connect(self.toggle)
        self.panel.action_asked.connect(lambda action: self.choose(Action(action)))
        self.panel.receiver_asked.connect(self.pick_receiver)
        self.panel.letter_asked.connect(self.pick_letter)
        self.panel.confirm_asked.connect(self.confirm)
        self.panel.skip_asked.connect(self.judging.skip)
        self.panel.undo_asked.connect(self.judging.undo)
        self.panel.others_asked.connect(partial(bring_forward, self))
        self.panel.same_asked.connect(self.judge_together)
        self.care.begun_again.connect(self._begin_again)
        self.care.handed_on.connect(partial(self.judging.settled, Outcome.HANDED_ON))

    # --- what is shown

    def open(self, message: str = "") -> None:
        """Begin a round with what waits now, at this message where it is among it."""
        self.round, self.choice = Round(), Choice()
        self.sights.forget()
        self.read_policies()
        self.noting.open()
        self._services.heavies.read_again()
        self.care.show_state()
        receivers = self.known_receivers()
        self.choice.to = receivers[0].name if receivers else ""
        self.strip.hide()
        self.take_waiting()
        if message:
            self.round.go(message)  # type: ignore[arg-type]  # a message key
        self.show_item()
        self.setFocus()

    def look(self) -> None:
        """Something changed in the two files: what waits, and perhaps the message before the reviewer."""
        if not self.isVisible():
            return
        if self.take_waiting():
            self.show_list()
        self._look_again()

    def look_soon(self) -> None:
        """The same, once what is shown now is painted."""
        self._looks_soon = True

    def _look_again(self) -> None:
        """Whether what is shown is still so."""
        item, before = self.round.current, self.sights.now
        if item is None or before is None:
            return
        now = sight(self._desk, item, self.round.waiting, self.policies, self._how)
        if now is None or now == before:
            return
        text_changed = now.about.text_hash != before.about.text_hash
        self.show_item(keep=not text_changed)
        if text_changed:
            self.strip.say(_("This message was just changed. Read it again before you judge it."), tone="warn")

    def read_again(self) -> None:
        """The policies or letters were changed: those chosen and still there stay chosen."""
        before = {policy.number: policy.title for policy in self.policies}
        self.read_policies()
        self.choice.numbers &= {one.number for one in self.policies if before.get(one.number) == one.title}
        self._services.heavies.read_again()
        self.sights.forget()
        if self.isVisible():
            self.take_waiting()
            self.show_item(keep=True)

    def reload(self) -> None:
        """The look changed: everything again, at the same place."""
        self.sights.forget()
        self.middle.forget()
        self.panel.forget()
        self.show_item(keep=True)

    def _begin_again(self) -> None:
        self.revealed = self.care.begin()
        self.reload()

    @property
    def _how(self) -> How:
        narrow = self.width() / theme.scale < NARROW
        return How(self.revealed, self._unfolded, narrow, 0 if self.low else AROUND, self.care.begins)

    def show_item(self, *, keep: bool = False) -> None:
        """Show where the round stands; `keep` what is revealed and chosen."""
        self.care.look_at(self.round.current)
        if not keep:
            self.revealed, self._unfolded = self.care.begin(), False
        self.show_list()
        self.sights.look_at(self.round.current, self.round.waiting, self.policies, self._how)
        seen = self.sights.now
        if seen is None:
            self._say_finished()
            return
        self.pages.setCurrentIndex(0)
        self.middle.show_message(seen.message)
        self.care.fill()
        if not keep:
            self.sights.came()
            self.choice.begin(seen.about, self.policies)
            self.choice.note = self.noting.begin(seen.about)
            self.note.setVisible(not self.low or bool(self.choice.note))
            self.panel.to_the_top()
        with self.panel.at_once():
            self.panel.show_why(seen.why)
            self._show_choice()
        self._spare.begin()

    def _settle(self) -> bool:
        self.middle.settle()
        self.panel.settle()
        return False

    def _put_right(self) -> bool:
        """What was read ahead is looked at again, and what is counted is said."""
        if self.isVisible():
            (self.look if self._looks_soon else self._look_again)()
            self._looks_soon = False
            self.head.show_head(head_shown(self._desk.store, self.round))
        return False

    def _read_ahead(self) -> bool:
        following = self.round.following
        if self.isVisible() and following is not None:
            how = self.care.how_next(self._how, following.waiting.message)
            self.sights.read_ahead(following, self.round.waiting, self.policies, how)
        return False

    def _lay_out_ahead(self) -> bool:
        """One of them a turn. Whether there may be more."""
        ready = self.sights.ready if self.isVisible() else []
        urgent = [urgent_shown(self.policies, one.why.urgent) for one in ready]
        return self.middle.prepare([one.message for one in ready]) or self.panel.prepare(
            [one.why for one in ready], urgent
        )

    def _picture(self) -> bool:
        """One of those a turn."""
        return self.middle.picture() or self.panel.picture()

    def _show_message(self) -> None:
        """The same message, covered or revealed, with what it said before or without."""
        seen = self.sights.now
        if seen is None:
            return
        message = review_shown(
            self._desk.store, seen.about, self._desk.store.now_ms(), self._how.begins, revealed=self.revealed,
            unfolded=self._unfolded, narrow=self._how.narrow, around=self._how.around,
        )  # fmt: skip
        if message is not None:
            self.sights.now = replace(seen, how=self._how, message=message)
            self.middle.show_message(message)
            self.care.fill()

    def _show_choice(self) -> None:
        seen = self.sights.now
        if seen is None:
            return
        receiver = _("To somebody else") if self.choice.to else _("Choose to whom it is passed on")
        chosen = ", ".join(f"‘{letter.title}’" for letter in self.choice.letter_to.values())
        letter = _("With a letter: {letters}").format(letters=chosen) if chosen else _("Add a letter")
        shown = effects_shown(self._desk, self.plans, seen.about, self.choice, self.policies, self.known_receivers())
        with self.panel.at_once():
            self.panel.show_policies(policies_shown(self.policies, self.choice.numbers))
            actions = actions_shown(self.choice, seen.can, seen.about)
            self.panel.show_actions(actions, f"{receiver}\tA", letter)
            self.panel.show_urgent(urgent_shown(self.policies, seen.why.urgent | self.choice.numbers))
            self.panel.show_effects(shown, keys_hint("" if self.revealed else self.care.key))

    def _say_finished(self) -> None:
        self.pages.setCurrentIndex(1)
        self.empty.say(finished_said(self.round), _("Back to the desk"), self.left.emit)

    # --- what is asked

    def reveal(self, *, on_purpose: bool = False) -> None:
        """Show the text, or cover it again."""
        if self.about is None or not self.care.may_open(on_purpose=on_purpose):
            return
        self.revealed = not self.revealed
        self.strip.hide()
        self.setFocus()  # the button that asked for it goes, and the next one must not have its key
        if self.care.heavy is None:
            self._show_message()
            self._show_choice()
        else:
            self.show_item(keep=True)  # why it is here, and its title, say more then
        if self.revealed:
            self.care.opened()

    def _unfold(self) -> None:
        if self.revealed:
            self._unfolded = True
            self._show_message()

    def choose(self, action: Action) -> None:
        seen = self.sights.now
        impossible = "" if seen is None else why_not(action, seen.can, seen.about)
        if impossible:
            self.strip.say(impossible, tone="warn")
            return
        self.choice.action = action
        self._show_choice()

    def toggle(self, number: int) -> None:
        if any(policy.number == number for policy in self.policies):
            self.choice.toggle(number)
            self._show_choice()

    def confirm(self) -> None:
        """Give the chosen verdict, and show the next in this frame."""
        focus = QApplication.focusWidget()
        if isinstance(focus, QAbstractButton) and self.isAncestorOf(focus) and focus.isEnabled():
            self.setFocus()
            focus.click()
            return
        self.judging.give()

    def step(self, by: int) -> None:
        self.round.step(by)
        self.show_item()

    def _go(self, row: int) -> None:
        self.round.at = row
        self.show_item()
        self.setFocus()

    def judge_together(self, messages: Sequence[MessageKey]) -> None:
        judge_together(self, self.judging, self._desk, messages)

    def pick_receiver(self) -> None:
        receivers = self.known_receivers()
        choices = receiver_choices(self._desk, receivers)
        Picker(self, _("Pass on to"), choices, self._receiver_picked, hint=receiver_hint(receivers))

    def _receiver_picked(self, value: str) -> None:
        take_receiver(self.choice, value)
        self.choose(Action.ESCALATE)
        self.setFocus()

    def pick_letter(self) -> None:
        known = self._letters()

        def picked(value: str) -> None:
            take_letter(self.choice, known, value)
            self._show_choice()
            self.setFocus()

        Picker(self, _("A letter with the verdict"), letter_choices(known), picked, free=False, hint=_("Its name"))

    def _write_note(self) -> None:
        self.note.show()
        self.note.setFocus()

    def _noted(self, text: str) -> None:
        self.choice.note = text

    def _whole_thread(self) -> None:
        if self.about is not None:
            self.thread_asked.emit(self.about.thread, self.about.message)

    # --- keys

    def event(self, event: QEvent) -> bool:
        """Its keys are no command of the window while it has the keyboard."""
        override = event.type() is QEvent.Type.ShortcutOverride and not self.note.hasFocus()
        if isinstance(event, QKeyEvent) and override and flagged_keys.name_of(event, single=self._single) in self._keys:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._spare.step_aside()
        written = self.note.hasFocus()  # what it leaves of a key is no command either
        if written or not flagged_keys.run(event, self._keys, single=self._single):
            super().keyPressEvent(event)

    @property
    def _single(self) -> bool:
        return bool(self._services.settings["single_keys"])
