"""Which verdict all reported messages of the marked conversations get: chosen once, before its effects are counted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from console.desk.bulk_verbs import Judge
from console.domain.house_policies import HousePolicy
from console.domain.verdicts import NEEDS_POLICY, Action, Judgement
from console.sentences.troubles import in_use_sentence
from console.sentences.verdicts import action_title
from console.views.flagged.choice import KEYS, policies_shown
from console.views.services import Services
from console.widgets.asking_dialog import AskingDialog
from console.widgets.choice_button import ChoiceButton, ChoiceShown
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _

WIDE = 520
ACTIONS = (Action.KEEP, Action.HIDE, Action.DELETE)  # whom a message is passed on to is chosen in the review
_BY_KEY = {"o": Action.KEEP, "v": Action.HIDE}


class BulkVerdictDialog(AskingDialog):
    """`chosen` carries the verdict as a verb for many. The keys are those of the review."""

    chosen = Signal(object)

    def __init__(self, services: Services, action: Action | None, over: QWidget | None) -> None:
        super().__init__(over, WIDE, _("One verdict for all that is reported here"))
        self._action, self._numbers = action, set[int]()
        self._yes = self.end(_("What it will do …"), self.go)
        used = services.house.policies()
        self._policies: Sequence[HousePolicy] = used.found
        if broken := in_use_sentence(used):
            self.say_wrong(broken)
        self._actions = {one: self._button(ChoiceShown(action_title(one), KEYS[one])) for one in ACTIONS}
        for one, button in self._actions.items():
            button.clicked.connect(lambda _on=False, one=one: self.choose(one))
        self._numbered = {policy.number: self._button(ChoiceShown(policy.title)) for policy in self._policies}
        for number, button in self._numbered.items():
            button.clicked.connect(lambda _on=False, number=number: self.toggle(number))
        asked = plain_label(_("Which policy is it about?"), "smallStrong", "secondary")
        parts = (_grid(list(self._actions.values())), asked, _grid(list(self._numbered.values())))
        for place, part in enumerate(parts, start=1):
            self.body.insertWidget(place, part)
        next(one for one in self.findChildren(QPushButton) if one is not self._yes).setText(_("Decide nothing"))
        next(iter(self._actions.values())).setFocus()
        self._show()

    def choose(self, action: Action) -> None:
        self._action = action
        self._show()

    def toggle(self, number: int) -> None:
        if number in self._numbered:
            self._numbers ^= {number}
            self._show()

    def go(self) -> None:
        judgement = self._judgement()
        if judgement is not None:
            self.accept()
            self.chosen.emit(Judge(judgement))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of the review, only without Ctrl, Alt or AltGr."""
        typed = event.text().lower()
        if event.modifiers() == Qt.KeyboardModifier.NoModifier and typed in _BY_KEY:
            self.choose(_BY_KEY[typed])
        elif event.modifiers() == Qt.KeyboardModifier.NoModifier and event.key() == Qt.Key.Key_Delete:
            self.choose(Action.DELETE)
        elif not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier and typed.isdecimal():
            self.toggle(int(typed))
        else:
            super().keyPressEvent(event)

    def _judgement(self) -> Judgement | None:
        """None while something is missing."""
        policies = tuple(policy for policy in self._policies if policy.number in self._numbers)
        if self._action is None or (self._action in NEEDS_POLICY and not policies):
            return None
        return Judgement(self._action, policies)

    def _show(self) -> None:
        for action, button in self._actions.items():
            button.show_choice(ChoiceShown(action_title(action), KEYS[action], chosen=action is self._action))
        for number, shown in policies_shown(self._policies, self._numbers):
            self._numbered[number].show_choice(shown)
        self._yes.setEnabled(self._judgement() is not None)

    @staticmethod
    def _button(shown: ChoiceShown) -> ChoiceButton:
        return ChoiceButton(shown)


def _grid(buttons: Sequence[QWidget]) -> QWidget:
    """Two in a row."""
    whole = QWidget()
    grid = QGridLayout(whole)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(px(6))
    for place, button in enumerate(buttons):
        grid.addWidget(button, place // 2, place % 2)
    return whole
