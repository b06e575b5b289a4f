"""The right side of a review: why it is here, which policy it is about, the verdict, and what that will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.verdicts import Action
from console.widgets.choice_button import ChoiceButton, ChoiceShown
from console.widgets.effects_box import EffectsBox, EffectsShown
from console.widgets.keyed import KeyButton
from console.widgets.laid_ahead import Place
from console.widgets.message_card import Elided, plain_label
from console.widgets.plain_text import tip
from console.widgets.review_why import ReasonsShown, ReviewWhy, small_link
from console.widgets.scrolling import Scrolling
from console.widgets.theme import measured, px
from console.words import _

Urgent = tuple[str, str, str]  # what to do at once and whom to call: title, do, call


class VerdictPanel(QWidget):
    """It asks with its signals and shows what it is told; it decides nothing."""

    policy_asked = Signal(int)
    action_asked = Signal(str)
    receiver_asked = Signal()
    confirm_asked = Signal()
    skip_asked = Signal()
    undo_asked = Signal()
    others_asked = Signal(object)
    same_asked = Signal(object)
    letter_asked = Signal()
    hand_on_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("context")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self._scroll = Scrolling()
        self._body = QWidget()
        self._body.setObjectName("contextBody")
        column = QVBoxLayout(self._body)
        column.setContentsMargins(px(20), px(14), px(12), px(12))
        column.setSpacing(px(8))
        self._why = Place(column, self._reasons, "bg.sunken")
        column.addSpacing(px(6))
        head = QHBoxLayout()
        head.setSpacing(px(8))
        head.addWidget(plain_label(_("Which policy is it about?"), "smallStrong", "secondary"))
        needed = Elided("small", "text.tertiary")
        needed.setText(_("needed to hide or remove"))
        needed.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.addWidget(needed, 1)
        column.addLayout(head)
        self._grid = QGridLayout()
        self._grid.setSpacing(px(6))
        column.addLayout(self._grid)
        self._policies: dict[int, ChoiceButton] = {}
        self._urgent = Place(column, UrgentBoxes, "bg.sunken")
        column.addSpacing(px(6))
        column.addWidget(plain_label(_("Verdict"), "smallStrong", "secondary"))
        actions = QGridLayout()
        actions.setSpacing(px(6))
        self._actions = {action: ChoiceButton(ChoiceShown(""), high=44) for action in Action}
        for place, (action, button) in enumerate(self._actions.items()):
            button.clicked.connect(lambda checked=False, action=action: self.action_asked.emit(action.value))
            actions.addWidget(button, place // 2, place % 2)
        column.addLayout(actions)
        self._receiver = small_link("", self.receiver_asked.emit)
        self._letter = small_link("", self.letter_asked.emit)
        beside = QHBoxLayout()
        beside.setSpacing(px(16))
        beside.addWidget(self._receiver, 1)
        beside.addWidget(self._letter, 1)
        column.addLayout(beside)
        column.addWidget(small_link(_("Hand on to a colleague, without a verdict") + "\tH", self.hand_on_asked.emit))
        self._effects = EffectsBox()
        column.addWidget(self._effects)
        column.addStretch(1)
        self._scroll.setWidget(self._body)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._foot())

    def _foot(self) -> QWidget:
        foot = QFrame()
        foot.setObjectName("contextBody")
        column = QVBoxLayout(foot)
        column.setContentsMargins(px(20), px(8), px(20), px(10))
        column.setSpacing(px(6))
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._skip = KeyButton(_("Skip") + "\tJ")
        self._skip.clicked.connect(self.skip_asked)
        self._confirm = KeyButton(_("Confirm, and the next") + "\t↵", "primary")
        self._confirm.clicked.connect(self.confirm_asked)
        for button in (self._skip, self._confirm):
            measured(button, setMinimumHeight=34)
        row.addWidget(self._skip)
        row.addWidget(self._confirm, 1)
        column.addLayout(row)
        self._below = QWidget()
        below = QHBoxLayout(self._below)
        below.setContentsMargins(0, 0, 0, 0)
        self._hint = plain_label("", "small", "tertiary")
        below.addWidget(self._hint, 1)
        back = KeyButton(_("Last verdict back") + "\tU", "link")
        measured(back, "small", setFixedHeight=24)
        back.clicked.connect(self.undo_asked)
        below.addWidget(back)
        column.addWidget(self._below)
        return foot

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is shown in here is laid out once, when all of it is there, and not with every part that comes or goes."""
        layout, before = self._body.layout(), (self._why.value, self._effects.shown, self._urgent.value)
        assert layout is not None
        outermost = layout.isEnabled()
        layout.setEnabled(False)
        try:
            yield
        finally:
            layout.setEnabled(outermost)
            if outermost and (self._why.value, self._effects.shown, self._urgent.value) != before:
                self._fit()
                if (self._effects.shown, self._urgent.value) != before[1:]:
                    self._bring_effects_in_sight()

    def set_low(self, low: bool) -> None:
        """Where there is little height, what can be done without goes."""
        self._below.setVisible(not low)

    def show_policies(self, policies: Sequence[tuple[int, ChoiceShown]]) -> None:
        """The policies; their buttons stay while their numbers do, so that the keyboard stays where it is."""
        if list(self._policies) != [number for number, _shown in policies]:
            for button in self._policies.values():
                button.hide()
                button.deleteLater()
            self._policies = {}
            for place, (number, shown) in enumerate(policies):
                button = ChoiceButton(shown, high=30)
                button.clicked.connect(lambda checked=False, number=number: self.policy_asked.emit(number))
                self._policies[number] = button
                self._grid.addWidget(button, place // 2, place % 2)
                button.show()  # now: a layout would show it in a later turn
        for number, shown in policies:
            self._policies[number].show_choice(shown)

    def show_actions(self, actions: Sequence[tuple[Action, ChoiceShown]], receiver: str, letter: str) -> None:
        for action, shown in actions:
            self._actions[action].show_choice(shown)
        self._receiver.say(receiver)
        self._letter.say(letter)
        self._letter.setVisible(bool(letter))

    def show_why(self, shown: ReasonsShown) -> None:
        self._why.show(shown)

    def prepare(self, why: Sequence[ReasonsShown], urgent: Sequence[tuple[Urgent, ...]]) -> bool:
        """Lay out one of what probably comes next. Whether there was one."""
        return self._why.prepare(why) or self._urgent.prepare(urgent)

    def picture(self) -> bool:
        """Take the picture of one of those. Whether there was one."""
        return self._why.picture() or self._urgent.picture()

    def settle(self) -> None:
        """What was just shown from its picture paints itself."""
        self._why.settle()
        self._urgent.settle()

    def forget(self) -> None:
        """The colours or the text size changed."""
        self._why.forget()
        self._urgent.forget()

    def _reasons(self, shown: ReasonsShown) -> ReviewWhy:
        made = ReviewWhy(shown)
        made.others_asked.connect(self.others_asked)
        made.same_asked.connect(self.same_asked)
        return made

    def show_urgent(self, policies: tuple[Urgent, ...]) -> None:
        """What to do at once and whom to call, of each urgent policy chosen."""
        self._urgent.show(policies)

    def show_effects(self, shown: EffectsShown, hint: str) -> None:
        self._effects.show_effects(shown)
        self._confirm.setEnabled(shown.ready)
        self._confirm.setToolTip(tip("" if shown.ready else shown.title))
        self._hint.setText(hint)

    def to_the_top(self) -> None:
        """Another message: it is read from the beginning."""
        self._scroll.verticalScrollBar().setValue(0)

    def _fit(self) -> None:
        """Take the places and the height now, and from the inside out: what was put in has none yet, and a frame is painted
        before a layout gives them in its own time."""
        self._effects.settle()
        for inside in (self._why.now, self._urgent.now, self._body):
            if inside is not None and (layout := inside.layout()) is not None:
                layout.activate()
        room = self._scroll.viewport()
        self._body.resize(room.width(), max(room.height(), self._body.heightForWidth(room.width())))

    def _bring_effects_in_sight(self) -> None:
        """Scroll as far as it takes to see all that a verdict will do, but never past its beginning."""
        part, bar, room = self._effects, self._scroll.verticalScrollBar(), self._scroll.viewport()
        if part.shown is None or not part.shown.lines:
            return
        top = part.mapTo(self._body, part.rect().topLeft()).y()
        bottom = top + part.height() + px(8) - room.height()
        bar.setValue(min(max(bar.value(), bottom), max(0, top - px(8))))


class UrgentBoxes(QWidget):
    """A box for each urgent policy that is chosen."""

    def __init__(self, policies: tuple[Urgent, ...]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(4))
        for title, do, call in policies:
            box = QFrame()
            box.setObjectName("reportBox")
            inner = QVBoxLayout(box)
            inner.setContentsMargins(px(12), px(8), px(12), px(8))
            inner.setSpacing(px(2))
            inner.addWidget(plain_label(title, "strong", wraps=True))
            for text in filter(None, (do, call)):
                inner.addWidget(plain_label(text, "small", wraps=True))
            column.addWidget(box)
