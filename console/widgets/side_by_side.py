"""Two texts beside each other with what changed marked: by colour, and struck through or underlined."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtWidgets import QBoxLayout, QFrame, QVBoxLayout, QWidget

from console.domain.difference import Piece
from console.widgets.body import Body
from console.widgets.message_card import plain_label
from console.widgets.theme import hex_of, px


class SideBySide(QWidget):
    """`titles` name the two; what only one of them has is marked in it."""

    def __init__(
        self, titles: tuple[str, str], pieces: tuple[Sequence[Piece], Sequence[Piece]], *, narrow: bool
    ) -> None:
        super().__init__()
        way = QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        across = QBoxLayout(way, self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(px(8))
        for title, side, struck in zip(titles, pieces, (True, False), strict=True):
            across.addWidget(_side(title, side, struck=struck), 1)


def _side(title: str, pieces: Sequence[Piece], *, struck: bool) -> QWidget:
    box = QFrame()
    box.setObjectName("noteBox" if struck else "card")
    column = QVBoxLayout(box)
    column.setContentsMargins(px(12), px(8), px(12), px(8))
    column.addWidget(plain_label(title, "smallStrong", "secondary"))
    whole = "".join(piece.text for piece in pieces)
    column.addWidget(Body("".join(_marked(piece, struck) for piece in pieces), f"{title}: {whole[:400]}"))
    column.addStretch(1)
    return box


def _marked(piece: Piece, struck: bool) -> str:
    text = html.escape(piece.text).replace("\n", "<br>")
    if not piece.changed:
        return text
    line = "line-through" if struck else "underline"
    return f'<span style="background: {hex_of("mark")}; text-decoration: {line}">{text}</span>'
