"""What a message said when it was judged and what it says now; of a heavy one only once somebody asks for it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.difference import Piece, difference
from console.sentences.returning import side_stood, side_text, side_titles
from console.store.read.sides import Side
from console.widgets.keyed import KeyButton
from console.widgets.side_by_side import SideBySide
from console.widgets.theme import px
from console.words import _


class CoveredSides(QWidget):
    """`opened` when the words are shown on purpose. `covered` stands in the place of the words, "" for none that is heavy."""

    opened = Signal()

    def __init__(self, pair: tuple[Side, Side], covered: str, *, narrow: bool) -> None:
        super().__init__()
        self._pair, self._narrow = pair, narrow
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(px(8))
        self._shown = self._both(covered)
        self._column.addWidget(self._shown)
        if covered:
            self._button = KeyButton(_("Show the text") + "\t⇧" + _("Space"))
            self._button.setShortcut("Shift+Space")
            self._button.clicked.connect(self._open)
            self._column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignLeft)

    def _both(self, covered: str) -> SideBySide:
        return SideBySide(side_titles(), _pieces(*self._pair, covered), narrow=self._narrow)

    def _open(self) -> None:
        fresh = self._both("")
        self._column.replaceWidget(self._shown, fresh)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = fresh
        self._button.hide()  # its click is running: it goes with this
        self.opened.emit()


def _pieces(was: Side, now: Side, covered: str) -> tuple[list[Piece], list[Piece]]:
    """How both stood and what both say; words are compared only with words that are kept."""
    stood = difference(f"{side_stood(was)}\n", f"{side_stood(now)}\n")
    old, new = side_text(was, covered), side_text(now, covered)
    said = ([Piece(old, False)], [Piece(new, False)]) if was.text is None else difference(old, new)
    return [*stood[0], *said[0]], [*stood[1], *said[1]]
