"""What a message says, with what it only carries along folded: a click or a key opens that, and closes it again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.domain.quoting import Piece, pieces_of_html
from console.widgets.body import MOST_WIDE, Body
from console.widgets.icons import icon
from console.widgets.plain_text import caption
from console.widgets.theme import px, theme
from console.words import _, ngettext


class Fold(QPushButton):
    """Stands for what is folded, with how it begins: as much of that as there is room for."""

    def __init__(self, piece: Piece) -> None:
        super().__init__()
        self.piece = piece
        lines = ngettext("{n} line", "{n} lines", piece.lines).format(n=piece.lines)
        self._whole = f"{lines} · {piece.label}"
        self._open = False
        self.setProperty("kind", "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._mark)
        self.tell(on=False)

    def tell(self, *, on: bool) -> None:
        """Whether what it stands for is open below it."""
        self._open = on
        whole = self._whole
        self.setAccessibleName(
            _("Quoted, open: {text}").format(text=whole) if on else _("Quoted, folded: {text}").format(text=whole)
        )
        self._mark()

    def _mark(self) -> None:
        self.setIcon(icon("caret-down" if self._open else "caret-right", "accent.text"))
        self.setIconSize(QSize(px(12), px(12)))
        self._elide()

    def _elide(self) -> None:
        room = self.width() - px(12) - px(28)
        self.setText(caption(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room)))

    def sizeHint(self) -> QSize:
        wide = self.fontMetrics().horizontalAdvance(self._whole) + px(12) + px(30)
        return QSize(min(wide, px(MOST_WIDE)), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(px(80), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()


class Words(QWidget):
    """The body of one message. `opened` are the numbers of the pieces that somebody unfolded; their text is laid out only then."""

    link_asked = Signal(str)
    folded = Signal(object)

    def __init__(self, html: str, name: str, opened: frozenset[int] = frozenset()) -> None:
        super().__init__()
        self._name = name
        self._opened = opened
        self._folds: dict[int, Fold] = {}
        self._bodies: dict[int, Body] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(2))
        said = ""
        for number, piece in enumerate(pieces_of_html(html)):
            if not piece.folded:
                said += piece.text
                continue
            self._say(said)
            said = ""
            self._fold(number, piece)
        self._say(said)
        for number in opened & self._folds.keys():
            self._show(number, on=True)

    @property
    def has_folds(self) -> bool:
        return bool(self._folds)

    def toggle(self) -> None:
        """Open all that is folded; where all is open, fold it again."""
        closed = self._folds.keys() - self._opened
        self._set(frozenset(self._folds) if closed else frozenset())

    def _say(self, html: str) -> None:
        if html:
            self._column.addWidget(self._body(html, self._name))

    def _body(self, html: str, name: str) -> Body:
        body = Body(html, name)
        body.link_asked.connect(self.link_asked)
        return body

    def _fold(self, number: int, piece: Piece) -> None:
        button = Fold(piece)
        button.clicked.connect(lambda: self._set(self._opened ^ {number}))
        self._folds[number] = button
        self._column.addWidget(button)

    def _set(self, opened: frozenset[int]) -> None:
        changed, self._opened = opened ^ self._opened, opened
        for number in sorted(changed):
            self._show(number, on=number in opened)
        self.folded.emit(opened)

    def _show(self, number: int, *, on: bool) -> None:
        fold = self._folds[number]
        if on and number not in self._bodies:
            self._bodies[number] = self._body(fold.piece.text, fold.piece.label)
            self._column.insertWidget(self._column.indexOf(fold) + 1, self._bodies[number])
        if number in self._bodies:
            self._bodies[number].setVisible(on)
        fold.tell(on=on)
