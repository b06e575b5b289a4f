"""Why a message is in the review, what is known of its author, and what else belongs with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.keyed import KeyButton
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
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
class ReasonsShown:
    """Why it is here, then what is known of its author; `beside` stands next to the first heading.

    urgent  numbers of the urgent policies that its reports are under
    """

    lines: tuple[WhyShown, ...]
    known: tuple[WhyShown, ...] = ()
    others: tuple[OthersShown, ...] = ()
    beside: str = ""
    urgent: frozenset[int] = frozenset()


class ReviewWhy(QWidget):
    """Made for one message; it asks with its signals."""

    others_asked = Signal(object)
    same_asked = Signal(object)

    def __init__(self, shown: ReasonsShown) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(6))
        _heading(column, _("Why this is here"), shown.beside)
        for line in shown.lines:
            column.addWidget(_line(line))
        if shown.known:
            _heading(column, _("About the author"), "")
        for line in shown.known:
            column.addWidget(_line(line))
        for other in shown.others:
            row = QHBoxLayout()
            row.setSpacing(px(16))
            row.addWidget(small_link(other.text, partial(self.others_asked.emit, other.messages)), 1)
            same = small_link(other.same, partial(self.same_asked.emit, other.messages))
            same.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            row.addWidget(same)
            column.addLayout(row)


def small_link(text: str, clicked: Callable[[], None]) -> KeyButton:
    """A button that reads as words, and gives way where there is little room."""
    button = KeyButton(text, "link", shrinks=True)
    measured(button, "small", setFixedHeight=24)
    button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    button.clicked.connect(lambda: clicked())
    return button


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
    words.addWidget(plain_label(shown.title, "strong", wraps=True))
    if shown.below:
        words.addWidget(plain_label(shown.below, "small", "secondary", wraps=True))
    row.addLayout(words, 1)
    row.addWidget(plain_label(shown.when, "small", "tertiary"), 0, Qt.AlignmentFlag.AlignTop)
    return line
