"""The right side of a review: why it is here, which policy it is about, the verdict, and what that will do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from console.domain.verdicts import Action
from console.widgets.choice_button import ChoiceButton, ChoiceShown
from console.widgets.keyed import KeyButton
from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.plain_text import tip
from console.widgets.scrolling import Scrolling
from console.widgets.theme import measured, px
from console.words import _


@dataclass(frozen=True, slots=True)
class WhyShown:
    """One line of why it is here, or of what is known: icon, tone, a heading, a line below, the time."""

    icon: str
    tone: str
    title: str
    below: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class OthersShown:
    """Others that belong together: what the button says that brings them next, the one that judges them the same, and which."""

    text: str
    same: str
    messages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EffectsShown:
    """`lines`: icon and sentence each. Without a verdict chosen there are none, and `title` says what to do first."""

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    tone: str = "info"
    ready: bool = False


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
        self._why = _Changing(column, px(6))
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
        self._urgent = _Changing(column, px(4))
        column.addSpacing(px(6))
        column.addWidget(plain_label(_("Verdict"), "smallStrong", "secondary"))
        actions = QGridLayout()
        actions.setSpacing(px(6))
        self._actions = {action: ChoiceButton(ChoiceShown(""), high=44) for action in Action}
        for place, (action, button) in enumerate(self._actions.items()):
            button.clicked.connect(lambda checked=False, action=action: self.action_asked.emit(action.value))
            actions.addWidget(button, place // 2, place % 2)
        column.addLayout(actions)
        self._receiver = self._link("", self.receiver_asked.emit)
        self._letter = self._link("", self.letter_asked.emit)
        beside = QHBoxLayout()
        beside.setSpacing(px(16))
        beside.addWidget(self._receiver, 1)
        beside.addWidget(self._letter, 1)
        column.addLayout(beside)
        self._effects = _Changing(column, px(4))
        column.addStretch(1)
        self._scroll.setWidget(self._body)
        whole.addWidget(self._scroll, 1)
        whole.addWidget(self._foot())

    def _link(self, text: str, clicked: Callable[[], None]) -> KeyButton:
        button = KeyButton(text, "link", shrinks=True)
        measured(button, "small", setFixedHeight=24)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: clicked())
        return button

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
        for number, shown in policies:
            self._policies[number].show_choice(shown)

    def show_actions(self, actions: Sequence[tuple[Action, ChoiceShown]], receiver: str, letter: str) -> None:
        for action, shown in actions:
            self._actions[action].show_choice(shown)
        self._receiver.say(receiver)
        self._letter.say(letter)
        self._letter.setVisible(bool(letter))

    def show_why(
        self, lines: Sequence[WhyShown], known: Sequence[WhyShown], others: Sequence[OthersShown], beside: str
    ) -> None:
        """Why it is here, then what is known of its author; `beside` stands next to the first heading."""
        column = self._why.renew()
        _heading(column, _("Why this is here"), beside)
        for line in lines:
            column.addWidget(_line(line))
        if known:
            _heading(column, _("About the author"), "")
        for line in known:
            column.addWidget(_line(line))
        for other in others:
            row = QHBoxLayout()
            row.setSpacing(px(16))
            row.addWidget(self._link(other.text, partial(self.others_asked.emit, other.messages)), 3)
            row.addWidget(self._link(other.same, partial(self.same_asked.emit, other.messages)), 2)
            column.addLayout(row)

    def show_urgent(self, policies: Sequence[tuple[str, str, str]]) -> None:
        """What to do at once and whom to call: title, do, call of each urgent policy chosen."""
        column = self._urgent.renew()
        for title, do, call in policies:
            box = QFrame()
            box.setObjectName("reportBox")
            inner = QVBoxLayout(box)
            inner.setContentsMargins(px(12), px(8), px(12), px(8))
            inner.setSpacing(px(2))
            inner.addWidget(_wrapped(title, "strong"))
            for text in filter(None, (do, call)):
                inner.addWidget(_wrapped(text, "small"))
            column.addWidget(box)

    def show_effects(self, shown: EffectsShown, hint: str) -> None:
        column = self._effects.renew()
        box = QFrame()
        box.setObjectName("strip")
        box.setProperty("kind", shown.tone)
        box.setProperty("round", "true")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(px(12), px(10), px(12), px(10))
        inner.setSpacing(px(4))
        inner.addWidget(_wrapped(shown.title, "strong" if shown.lines else "body"))
        for icon, text in shown.lines:
            row = QHBoxLayout()
            row.setSpacing(px(8))
            row.addWidget(Painted("icon", icon, 14, shown.tone), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(_wrapped(text, "small"), 1)
            inner.addLayout(row)
        box.setAccessibleName(". ".join((shown.title, *(text for _icon, text in shown.lines))))
        column.addWidget(box)
        self._confirm.setEnabled(shown.ready)
        self._confirm.setToolTip(tip("" if shown.ready else shown.title))
        self._hint.setText(hint)
        if shown.lines:
            QTimer.singleShot(0, box, lambda: self._show_whole(box))

    def _show_whole(self, box: QWidget) -> None:
        """Scroll as far as it takes to see all of it, but never past its beginning."""
        self._body.adjustSize()  # now: what was put in has no place yet
        bar, top = self._scroll.verticalScrollBar(), box.mapTo(self._body, box.rect().topLeft()).y()
        bottom = top + box.height() + px(8) - self._scroll.viewport().height()
        bar.setValue(min(max(bar.value(), bottom), max(0, top - px(8))))


class _Changing:
    """A part of a column that is built anew whenever what it shows changes."""

    def __init__(self, column: QVBoxLayout, gap: int) -> None:
        self._column, self._gap = column, gap
        self._now = QWidget()
        column.addWidget(self._now)

    def renew(self) -> QVBoxLayout:
        fresh = QWidget()
        inside = QVBoxLayout(fresh)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(self._gap)
        self._column.replaceWidget(self._now, fresh)
        self._now.hide()
        self._now.deleteLater()
        self._now = fresh
        return inside


def _wrapped(text: str, kind: str, tone: str = "") -> QLabel:
    label = plain_label(text, kind, tone)
    label.setWordWrap(True)
    return label


def _heading(column: QVBoxLayout, title: str, beside: str) -> None:
    row = QHBoxLayout()
    row.addWidget(plain_label(title, "smallStrong", "secondary"))
    row.addWidget(plain_label(beside, "small", "tertiary"), 1, Qt.AlignmentFlag.AlignRight)
    column.addLayout(row)


def _line(shown: WhyShown) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(8))
    row.addWidget(Painted("icon", shown.icon, 16, shown.tone), 0, Qt.AlignmentFlag.AlignTop)
    words = QVBoxLayout()
    words.setSpacing(0)
    words.addWidget(_wrapped(shown.title, "strong"))
    if shown.below:
        words.addWidget(_wrapped(shown.below, "small", "secondary"))
    row.addLayout(words, 1)
    row.addWidget(plain_label(shown.when, "small", "tertiary"), 0, Qt.AlignmentFlag.AlignTop)
    return line
