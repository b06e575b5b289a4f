"""Who somebody is over platforms: where they write, by what that is one person, and who else they might be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.theme import measured, px
from console.words import _


@dataclass(frozen=True, slots=True)
class IdentityShown:
    """One account of a person.

    where     the platform, with their name there where that is another one
    facts     how much they said there, and by what it belongs to this person
    can_split it stands with others, and can be set apart
    decision  the decision that set it apart, to be taken back; "" where nothing did
    """

    key: str
    platform: str
    where: str
    facts: str
    can_split: bool = False
    decision: str = ""


@dataclass(frozen=True, slots=True)
class SuggestionShown:
    """Somebody with the same name and department; `who` says it in words, `platforms` in tiles."""

    key: str
    who: str
    platforms: Sequence[str]


class PersonSection(QWidget):
    """Shows what is told; what is asked about a person is told back, by an identity's key or a decision's."""

    split_asked = Signal(str)
    take_back_asked = Signal(str)
    one_asked = Signal(str)
    two_asked = Signal(str)
    join_asked = Signal()

    def __init__(self, identities: Sequence[IdentityShown], more: str, suggestions: Sequence[SuggestionShown]) -> None:
        """`more` says how many identities there are beside these."""
        super().__init__()
        self.links: list[KeyButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        for one in identities:
            column.addLayout(self._identity(one))
        if more:
            column.addWidget(plain_label(more, "small", "tertiary"))
        for found in suggestions:
            column.addWidget(self._suggestion(found))
        column.addWidget(self._link(_("Join with somebody else"), _("Join with somebody else"), self.join_asked.emit))

    def _identity(self, one: IdentityShown) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(Painted("tile", one.platform, 20), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(0)
        for text, kind, tone in ((one.where, "smallStrong", ""), (one.facts, "small", "tertiary")):
            label = plain_label(text, kind, tone)
            label.setWordWrap(True)
            words.addWidget(label)
        row.addLayout(words, 1)
        if one.decision:
            said = _("Take back: {name} was set apart").format(name=one.where)
            row.addWidget(self._link(_("Take back"), said, lambda: self.take_back_asked.emit(one.decision), wide=False),
                          0, Qt.AlignmentFlag.AlignTop)  # fmt: skip
        elif one.can_split:
            said = _("Set apart: {name} is somebody else").format(name=one.where)
            row.addWidget(self._link(_("Set apart"), said, lambda: self.split_asked.emit(one.key), wide=False),
                          0, Qt.AlignmentFlag.AlignTop)  # fmt: skip
        return row

    def _suggestion(self, found: SuggestionShown) -> QFrame:
        box = QFrame()
        box.setObjectName("card")
        inner = QVBoxLayout(box)
        inner.setContentsMargins(px(10), px(8), px(10), px(8))
        inner.setSpacing(px(4))
        head = QHBoxLayout()
        head.setSpacing(px(4))
        for platform in found.platforms:
            head.addWidget(Painted("tile", platform, 20), 0, Qt.AlignmentFlag.AlignTop)
        who = plain_label(found.who, "smallStrong")
        who.setWordWrap(True)
        head.addWidget(who, 1)
        inner.addLayout(head)
        asked = plain_label(_("Same name and department. The same person?"), "small", "secondary")
        asked.setWordWrap(True)
        inner.addWidget(asked)
        answers = QHBoxLayout()
        answers.setSpacing(px(12))
        yes, no = _("Yes, one person: {who}").format(who=found.who), _("No, somebody else: {who}").format(who=found.who)
        answers.addWidget(self._link(_("Yes, one person"), yes, lambda: self.one_asked.emit(found.key), wide=False))
        answers.addWidget(self._link(_("No"), no, lambda: self.two_asked.emit(found.key), wide=False))
        answers.addStretch(1)
        inner.addLayout(answers)
        return box

    def _link(self, text: str, name: str, clicked: object, *, wide: bool = True) -> KeyButton:
        """`name` is what a screen reader says: `text` with whom it is about."""
        button = KeyButton(text, "link", shrinks=wide)
        measured(button, "small", setFixedHeight=24)
        if wide:
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(" ".join(name.split()))
        button.clicked.connect(clicked)
        self.links.append(button)
        return button
