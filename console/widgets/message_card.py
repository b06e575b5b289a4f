"""One message of a conversation: who, when, what, and everything that matters about it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.widgets.covered import Covered
from console.widgets.painting import Painted
from console.widgets.picture_strip import PictureShown, PictureStrip
from console.widgets.plain_text import caption, tip
from console.widgets.theme import colour, elided, measured, px
from console.widgets.words import Words
from console.words import _, ngettext


@dataclass(frozen=True, slots=True)
class ReportShown:
    who: str
    reason: str
    text: str
    when: str


@dataclass(frozen=True, slots=True)
class CardShown:
    """What one message shows. `html` is reduced HTML; everything else is plain text.

    state    a line about it ("Waits for approval …"), with its tone
    pending  a line about what is on its way, and the intent to take back
    settle   what the button says that settles the reports, "" where that can't be done
    versions how many earlier texts are kept
    covered  what stands in the place of its words until somebody opens them, "" where they are shown; then html and text are ""
    rest     what the button says that leads to the rest of a shortened text, at rest_url; "" for a whole one
    """

    key: str
    author: str
    title: str
    when: str
    html: str
    text: str
    edited: str = ""
    state: str = ""
    state_tone: str = "warn"
    pending: str = ""
    can_take_back: bool = False
    intent: str = ""
    reports: tuple[ReportShown, ...] = ()
    reports_title: str = ""
    settle: str = ""
    attachments: tuple[str, ...] = ()
    pictures: tuple[PictureShown, ...] = ()
    reactions: tuple[str, ...] = ()
    versions: int = 0
    rest: str = ""
    rest_url: str = ""
    covered: str = ""


def plain_label(text: str, kind: str = "body", tone: str = "", *, wraps: bool = False) -> QLabel:
    """A label whose text is never interpreted, whatever it holds."""
    label = Wrapped() if wraps else QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    measured(label, kind)
    if tone:
        label.setProperty("tone", tone)
    return label


class Wrapped(QLabel):
    """Text over as many lines as it takes. A layout asks for its height many times a frame: it is worked out once a width."""

    def __init__(self) -> None:
        super().__init__()
        self._heights: dict[int, int] = {}
        self.setWordWrap(True)

    def setText(self, text: str) -> None:
        self._heights.clear()
        super().setText(text)

    def changeEvent(self, event: QEvent) -> None:
        self._heights.clear()  # another font, or another style
        super().changeEvent(event)

    def heightForWidth(self, width: int) -> int:
        found = self._heights.get(width)
        if found is None:
            found = self._heights[width] = super().heightForWidth(width)
        return found


class Elided(QLabel):
    """One line of plain text that ends in … where there is no room; the whole of it is in the tooltip."""

    def __init__(self, kind: str, tone: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        measured(self, kind)
        self._kind, self._tone = kind, tone
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(colour(self._tone))
        shown = elided(self._kind, self.text(), self.width())
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, shown)
        painter.end()
        whole = self.text() if shown != self.text() else ""
        if tip(whole) != self.toolTip():
            self.setToolTip(tip(whole))


class MessageCard(QFrame):
    """A message's card. It knows nothing of the store; it asks with its signals.

    opened  the numbers of the pieces of its text that somebody unfolded
    """

    chosen = Signal(str)
    take_back = Signal(str)
    versions_asked = Signal(str)
    settle_asked = Signal(str)
    link_asked = Signal(str)
    folded = Signal(str, object)
    open_asked = Signal(str)

    def __init__(self, shown: CardShown, opened: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self.shown = shown
        self.words: Words | None = None
        self._current = self._ringed = False
        row = QHBoxLayout(self)
        row.setContentsMargins(px(20), px(12), px(20), px(12))
        row.setSpacing(px(12))
        face = Painted("avatar", shown.author, 32)
        row.addWidget(face, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(px(4))
        row.addLayout(column, 1)
        column.addLayout(self._head())
        if shown.state:
            state = plain_label(shown.state, "small", shown.state_tone)
            state.setWordWrap(True)
            column.addWidget(state)
        if shown.covered:
            cover = Covered(shown.covered, "⇧" + _("Space"))
            cover.revealed.connect(lambda: self.open_asked.emit(shown.key))
            column.addWidget(cover)
        if shown.html:
            self.words = Words(shown.html, f"{shown.author}: {shown.text[:400]}", opened)
            self.words.link_asked.connect(self.link_asked)
            self.words.folded.connect(lambda numbers: self.folded.emit(shown.key, numbers))
            column.addWidget(self.words)
        if shown.rest_url:
            rest = _link(shown.rest, lambda: self.link_asked.emit(shown.rest_url))
            column.addWidget(rest, 0, Qt.AlignmentFlag.AlignLeft)
        if shown.pictures:
            column.addWidget(PictureStrip(shown.pictures))
        if shown.attachments or shown.reactions:
            column.addLayout(self._extras())
        if shown.reports:
            column.addWidget(self._report_box())
        if shown.pending:
            column.addLayout(self._pending())
        self._let_tab_in(False)
        self.setAccessibleName(f"{shown.author}, {shown.when}. {shown.state} {shown.covered or shown.text[:400]}")

    @property
    def current(self) -> bool:
        return self._current

    def set_current(self, current: bool, *, ringed: bool = False) -> None:
        """Whether the message cursor is here, and the keyboard with it; then its buttons are stops of the Tab key."""
        if (current, ringed) == (self._current, self._ringed):
            return
        if current != self._current:
            self._let_tab_in(current)
        self._current, self._ringed = current, ringed
        self.update()

    def _let_tab_in(self, on: bool) -> None:
        for button in self.findChildren(QPushButton):
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus if on else Qt.FocusPolicy.ClickFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(colour("border.subtle"))
        painter.drawLine(px(20), self.height() - 1, self.width() - px(20), self.height() - 1)
        if self._current:
            painter.fillRect(0, px(8), px(3), self.height() - px(16), colour("accent"))
        if self._ringed:
            painter.setPen(QPen(colour("focus.ring"), 2))
            painter.drawRoundedRect(self.rect().adjusted(px(6), 2, -px(6), -3), px(6), px(6))
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.chosen.emit(self.shown.key)
        super().mousePressEvent(event)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(px(6))
        line.addWidget(plain_label(self.shown.author, "strong"))
        work = Elided("small", "text.tertiary")
        work.setText(self.shown.title)
        line.addWidget(work, 1)
        line.addWidget(plain_label(self.shown.when, "small", "tertiary"))
        if self.shown.edited:
            line.addWidget(plain_label(self.shown.edited, "small", "tertiary"))
        if self.shown.versions:
            text = ngettext("earlier text", "{n} earlier texts", self.shown.versions).format(n=self.shown.versions)
            line.addWidget(_link(text, lambda: self.versions_asked.emit(self.shown.key)))
        return line

    def _extras(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(px(6))
        for name in self.shown.attachments:
            line.addWidget(Painted("chip", name, icon="paperclip"))
        for reaction in self.shown.reactions:
            line.addWidget(Painted("chip", reaction, tone="neutral"))
        line.addStretch(1)
        return line

    def _report_box(self) -> QWidget:
        shown = self.shown
        box = QFrame()
        box.setObjectName("reportBox")
        column = QVBoxLayout(box)
        column.setContentsMargins(px(14), px(10), px(14), px(10))
        column.setSpacing(px(4))
        head = QHBoxLayout()
        head.addWidget(Painted("icon", "flag-fill", 16, "danger"))
        head.addWidget(plain_label(shown.reports_title, "strong"))
        head.addStretch(1)
        column.addLayout(head)
        for report in shown.reports:
            words = f"{report.reason}. {report.who}" + (f": “{report.text}”" if report.text else "")
            label = plain_label(f"{words} · {report.when}", "body")
            label.setWordWrap(True)
            column.addWidget(label)
        if shown.settle:
            column.addWidget(
                _link(shown.settle, lambda: self.settle_asked.emit(shown.key)), 0, Qt.AlignmentFlag.AlignLeft
            )
        return box

    def _pending(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(px(8))
        line.addWidget(Painted("icon", "hourglass-medium", 16, "info"))
        said = plain_label(self.shown.pending, "small", "info")
        said.setWordWrap(True)
        line.addWidget(said, 1)
        if self.shown.can_take_back:
            line.addWidget(_link(_("Take back"), lambda: self.take_back.emit(self.shown.intent)))
        return line


def _link(text: str, clicked: object) -> QPushButton:
    button = QPushButton(caption(text))
    button.setProperty("kind", "link")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.clicked.connect(clicked)
    return button
