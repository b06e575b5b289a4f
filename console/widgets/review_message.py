"""The middle of a review: the reported message, covered until it is asked for, with what was said around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from console.domain.difference import Piece
from console.widgets.body import Body
from console.widgets.covered import Covered
from console.widgets.flow import Flow
from console.widgets.keyed import KeyButton
from console.widgets.message_card import Elided, plain_label
from console.widgets.painting import Painted
from console.widgets.picture_strip import PictureShown, PictureStrip
from console.widgets.side_by_side import SideBySide
from console.widgets.theme import measured, px
from console.words import _, ngettext


@dataclass(frozen=True, slots=True)
class Said:
    """One message around it, or with no author what stands in the place of those that aren't here.

    covered  why its text isn't shown here, "" where it is
    """

    author: str
    title: str
    when: str
    html: str
    text: str
    covered: str = ""


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions beside each other: their titles, and their pieces."""

    titles: tuple[str, str]
    pieces: tuple[Sequence[Piece], Sequence[Piece]]


@dataclass(frozen=True, slots=True)
class Judged:
    """The message itself. `html` is "" while it is covered: then `covered` says why.

    chips     icon, tone and text of each
    versions  what it said before beside what it says now, the newest change first
    unfolded  those are shown
    key       what shows it while it is covered, as people call it
    """

    author: str
    title: str
    when: str
    covered: str
    html: str
    text: str
    state: str
    chips: tuple[tuple[str, str, str], ...]
    attachments: tuple[str, ...]
    versions: tuple[Versions, ...]
    unfolded: bool
    key: str
    pictures: tuple[PictureShown, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewShown:
    platform: str
    place: str
    heading: str
    before: tuple[Said, ...]
    judged: Judged
    after: tuple[Said, ...]
    more_before: int
    more_after: int
    narrow: bool


class ReviewMessage(QWidget):
    """Built for one message; it asks with its signals."""

    reveal_asked = Signal()
    versions_asked = Signal()
    thread_asked = Signal()
    link_asked = Signal(str)
    pictures_asked = Signal()

    def __init__(self, shown: ReviewShown) -> None:
        super().__init__()
        self.setObjectName("threadBody")
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(12), px(8), px(16))
        column.setSpacing(px(8))
        column.addLayout(self._place(shown))
        heading = plain_label(shown.heading, "heading")
        heading.setWordWrap(True)
        column.addWidget(heading)
        self._around(column, _("Before it"), shown.before, shown.more_before)
        self._narrow = shown.narrow
        self.judged = self._judged(shown.judged)
        column.addWidget(self.judged)
        self._around(column, _("After it"), shown.after, shown.more_after)
        column.addStretch(1)

    def show_judged(self, shown: Judged) -> None:
        """The message itself in another state; what was said around it stays as it is."""
        before, self.judged = self.judged, self._judged(shown)
        self._column.replaceWidget(before, self.judged)
        before.hide()
        self.judged.show()  # now: until a later turn it would have no place, and nothing could be brought in sight
        before.deleteLater()  # a button of it may have asked for this

    def _place(self, shown: ReviewShown) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(Painted("tile", shown.platform, 20))
        place = Elided("small", "text.secondary")
        place.setText(shown.place)
        row.addWidget(place, 1)
        whole = KeyButton(_("Whole conversation") + "\t→", "link")
        measured(whole, "small", setFixedHeight=24)
        whole.clicked.connect(self.thread_asked)
        row.addWidget(whole)
        return row

    def _around(self, column: QVBoxLayout, title: str, said: Sequence[Said], more: int) -> None:
        if not said:
            return
        row = QHBoxLayout()
        row.addWidget(plain_label(title, "smallStrong", "secondary"))
        if more:
            row.addWidget(
                plain_label(ngettext("{n} more message", "{n} more messages", more).format(n=more), "small", "tertiary")
            )
        row.addStretch(1)
        column.addLayout(row)
        for one in said:
            column.addWidget(self._said(one))

    def _said(self, shown: Said) -> QWidget:
        if not shown.author:
            note = plain_label(shown.text, "small", "secondary")
            note.setWordWrap(True)
            return note
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, px(12), px(4))
        row.setSpacing(px(12))
        row.addWidget(Painted("avatar", shown.author, 28), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(2))
        column.addLayout(_head(shown.author, shown.title, shown.when, ()))
        if shown.covered:
            column.addWidget(Covered(shown.covered))
        else:
            body = Body(shown.html, f"{shown.author}: {shown.text[:400]}")
            body.link_asked.connect(self.link_asked)
            column.addWidget(body)
        row.addLayout(column, 1)
        return box

    def _judged(self, shown: Judged) -> QWidget:
        box = QFrame()
        box.setObjectName("judged")
        row = QHBoxLayout(box)
        row.setContentsMargins(px(14), px(12), px(14), px(12))
        row.setSpacing(px(12))
        row.addWidget(Painted("avatar", shown.author, 28), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(6))
        below = self._narrow and len(shown.chips) > 1  # beside the name they would push the moment out
        column.addLayout(_head(shown.author, shown.title, shown.when, () if below else shown.chips))
        if below:
            chips = Flow()
            for icon, tone, text in shown.chips:
                chips.addWidget(Painted("chip", text, tone=tone, icon=icon))
            column.addLayout(chips)
        if shown.state:
            state = plain_label(shown.state, "small", "warn")
            state.setWordWrap(True)
            column.addWidget(state)
        if shown.covered:
            cover = Covered(shown.covered, shown.key)
            cover.revealed.connect(self.reveal_asked)
            column.addWidget(cover)
        else:
            body = Body(shown.html, f"{shown.author}: {shown.text[:400]}")
            body.link_asked.connect(self.link_asked)
            column.addWidget(body)
            self._versions(column, shown)
        if shown.pictures:
            column.addWidget(PictureStrip(shown.pictures))
            plainly = KeyButton(_("Pictures as they are, and back") + "\tP", "link")
            plainly.clicked.connect(self.pictures_asked)
            column.addWidget(plainly, 0, Qt.AlignmentFlag.AlignLeft)
        if shown.attachments:
            files = QHBoxLayout()
            for name in shown.attachments:
                files.addWidget(Painted("chip", name, icon="paperclip"))
            files.addStretch(1)
            column.addLayout(files)
        row.addLayout(column, 1)
        said = shown.covered or shown.text[:400]
        box.setAccessibleName(f"{shown.author}, {shown.when}. {said}")
        return box

    def _versions(self, column: QVBoxLayout, shown: Judged) -> None:
        for pair in shown.versions if shown.unfolded else ():
            column.addWidget(SideBySide(pair.titles, pair.pieces, narrow=self._narrow))
        if shown.versions and not shown.unfolded:
            count = len(shown.versions)
            text = ngettext("What it said before", "What it said before, {n} times", count).format(n=count)
            link = KeyButton(text + "\tE", "link")
            link.clicked.connect(self.versions_asked)
            column.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)


def _head(author: str, title: str, when: str, chips: Sequence[tuple[str, str, str]]) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(px(6))
    line.addWidget(plain_label(author, "strong"))
    work = Elided("small", "text.tertiary")
    work.setText(title)
    line.addWidget(work, 1)
    for icon, tone, text in chips:
        line.addWidget(Painted("chip", text, tone=tone, icon=icon))
    line.addWidget(plain_label(when, "small", "tertiary"))
    return line
