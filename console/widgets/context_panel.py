"""Beside the conversation: who speaks, why it stands here, notes, earlier threads, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.keyed import KeyButton, OneStop
from console.widgets.message_card import plain_label
from console.widgets.painting import Painted
from console.widgets.person_section import IdentityShown, PersonSection, SuggestionShown
from console.widgets.plain_text import tip
from console.widgets.scrolling import Scrolling
from console.widgets.theme import measured, metric, px, theme
from console.words import _, number


@dataclass(frozen=True, slots=True)
class ContextShown:
    """Everything beside a conversation, in words.

    reasons     (icon, tone, sentence, when due)
    notes       (who, when, text)
    earlier     (thread key, platform, title, when), the newest first
    identities  where its author writes, the account of this conversation first; `more_identities` says how many more
    """

    name: str
    work: str
    facts: str
    level: str
    reasons: Sequence[tuple[str, str, str, str]]
    notes: Sequence[tuple[str, str, str]]
    earlier: Sequence[tuple[str, str, str, str]]
    earlier_total: int
    history: Sequence[str]
    identities: Sequence[IdentityShown] = ()
    more_identities: str = ""
    suggestions: Sequence[SuggestionShown] = ()


class ContextPanel(Scrolling):
    """Shows what is told; a click on an earlier thread is told back, and what is asked about the person."""

    thread_asked = Signal(str)
    note_asked = Signal()
    all_asked = Signal()
    split_asked = Signal(str)
    take_back_asked = Signal(str)
    one_asked = Signal(str)
    two_asked = Signal(str)
    join_asked = Signal()
    history_asked = Signal()
    decided_about_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("context")
        self.setAccessibleName(_("About the person and the conversation"))
        self._shown: ContextShown | None = None
        self._looks = ("", 0.0)
        self._links: list[KeyButton] = []
        theme.changed.connect(self._show_again)

    def _show_again(self) -> None:
        self.show_context(self._shown)

    def show_context(self, shown: ContextShown | None) -> None:
        """Show this; what had the keyboard has it again."""
        if shown == self._shown and self._looks == (theme.mode, theme.scale):
            return
        self._shown, self._looks = shown, (theme.mode, theme.scale)
        focused = next((n for n, link in enumerate(self._links) if link.hasFocus()), None)
        body = QWidget()
        body.setObjectName("contextBody")
        body.setMaximumWidth(metric("context") - px(12))
        column = QVBoxLayout(body)
        column.setContentsMargins(px(16), px(12), px(16), px(16))
        column.setSpacing(px(6))
        self._links = []
        if shown is not None:
            self._person(column, shown)
            self._reasons(column, shown)
            self._notes(column, shown)
            self._identities(column, shown)
            self._earlier(column, shown)
            self._history(column, shown)
        column.addStretch(1)
        for link in self._links:
            link.setAutoDefault(False)
        OneStop(body, self._links, upright=True, past=self._scroll_on)
        if (before := self.takeWidget()) is not None:  # a link of it may have asked for this
            before.hide()
            before.deleteLater()
        self.setWidget(body)
        if focused is not None and self._links:
            self._links[min(focused, len(self._links) - 1)].setFocus()

    def focus_inside(self) -> None:
        """The keyboard goes to the first thing that can be done here."""
        if self._links:
            self._links[0].setFocus(Qt.FocusReason.TabFocusReason)

    def _scroll_on(self, step: int) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + step * px(60))

    def _person(self, column: QVBoxLayout, shown: ContextShown) -> None:
        row = QHBoxLayout()
        row.setSpacing(px(12))
        row.addWidget(Painted("avatar", shown.name, 40))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(plain_label(shown.name, "title"))
        if shown.work:
            work = plain_label(shown.work, "small", "secondary")
            work.setWordWrap(True)
            words.addWidget(work)
        row.addLayout(words, 1)
        column.addLayout(row)
        facts = plain_label(shown.facts, "small", "secondary")
        facts.setWordWrap(True)
        column.addWidget(facts)

    def _reasons(self, column: QVBoxLayout, shown: ContextShown) -> None:
        self._heading(column, _("Why it's on top") if shown.reasons else _("Nothing waits here"), shown.level)
        for icon, tone, sentence, due in shown.reasons:
            row = QHBoxLayout()
            row.setSpacing(px(8))
            row.addWidget(Painted("icon", icon, 16, tone), 0, Qt.AlignmentFlag.AlignTop)
            text = plain_label(sentence, "small")
            text.setWordWrap(True)
            row.addWidget(text, 1)
            row.addWidget(plain_label(due, "small", "tertiary"), 0, Qt.AlignmentFlag.AlignTop)
            column.addLayout(row)

    def _notes(self, column: QVBoxLayout, shown: ContextShown) -> None:
        self._heading(column, _("Notes"), str(len(shown.notes)) if shown.notes else "", beside=True)
        for who, when, text in shown.notes:
            box = QFrame()
            box.setObjectName("noteBox")
            inner = QVBoxLayout(box)
            inner.setContentsMargins(px(10), px(8), px(10), px(8))
            inner.addWidget(plain_label(f"{who} · {when}", "smallStrong"))
            words = plain_label(text, "small")
            words.setWordWrap(True)
            inner.addWidget(words)
            column.addWidget(box)
        if not shown.notes:
            empty = plain_label(_("No notes yet. Only your team sees them."), "small", "tertiary")
            empty.setWordWrap(True)
            column.addWidget(empty)
        column.addWidget(self._link(_("Write a note") + "\tN", self.note_asked.emit))

    def _identities(self, column: QVBoxLayout, shown: ContextShown) -> None:
        if not shown.identities:
            return
        self._heading(column, _("Writes on"), "")
        section = PersonSection(shown.identities, shown.more_identities, shown.suggestions)
        section.split_asked.connect(self.split_asked)
        section.take_back_asked.connect(self.take_back_asked)
        section.one_asked.connect(self.one_asked)
        section.two_asked.connect(self.two_asked)
        section.join_asked.connect(self.join_asked)
        self._links += section.links
        column.addWidget(section)
        column.addWidget(self._link(_("What was decided about them"), self.decided_about_asked.emit))

    def _earlier(self, column: QVBoxLayout, shown: ContextShown) -> None:
        if not shown.earlier:
            return
        self._heading(column, _("Other conversations"), number(shown.earlier_total))
        for key, platform, title, when in shown.earlier:
            button = self._link(f"{when} · " + title.replace("\t", " "), partial(self.thread_asked.emit, key))
            button.setToolTip(tip(title))
            row = QHBoxLayout()
            row.setSpacing(px(8))
            row.addWidget(Painted("tile", platform, 20))
            row.addWidget(button, 1)
            column.addLayout(row)
        if shown.earlier_total > len(shown.earlier):
            text = _("See all {n}").format(n=number(shown.earlier_total + 1))
            column.addWidget(self._link(text, self.all_asked.emit))

    def _history(self, column: QVBoxLayout, shown: ContextShown) -> None:
        if not shown.history:
            return
        self._heading(column, _("History"), "")
        for line in shown.history:
            label = plain_label(line, "small", "secondary")
            label.setWordWrap(True)
            column.addWidget(label)
        column.addWidget(self._link(_("All that was decided here"), self.history_asked.emit))

    def _heading(self, column: QVBoxLayout, title: str, more: str, *, beside: bool = False) -> None:
        """`more` stands at the right edge, or beside the title."""
        line = QFrame()
        line.setObjectName("line")
        line.setFixedHeight(1)
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(plain_label(title, "smallStrong"))
        row.addWidget(
            plain_label(more, "small", "tertiary"),
            0 if beside else 1,
            Qt.AlignmentFlag.AlignLeft if beside else Qt.AlignmentFlag.AlignRight,
        )
        if beside:
            row.addStretch(1)
        column.addSpacing(px(8))
        column.addWidget(line)
        column.addSpacing(px(6))
        column.addLayout(row)

    def _link(self, text: str, clicked: Callable[[], None]) -> KeyButton:
        button = KeyButton(text, "link", shrinks=True)
        measured(button, "small", setFixedHeight=24)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: clicked())  # the button would tell whether it is checked
        self._links.append(button)
        return button
