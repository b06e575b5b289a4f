"""What became of a message while somebody judged it: as it was on the screen, and as it is now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget

from console.desk.seat import Desk
from console.desk.verdicts import AsSeen
from console.domain.outbox import Seen
from console.heavies import Heavies
from console.sentences.care import heavy_title
from console.sentences.returning import to_do_words
from console.store.read.judged import Reported
from console.store.read.sides import Side, sides
from console.views.flagged.covered_sides import CoveredSides
from console.widgets.dialog import Dialog, room_over
from console.widgets.message_card import plain_label
from console.widgets.theme import px
from console.words import _

STALE = frozenset({"changed_since", "decided_since", "locked_since", "gone"})  # refusals of what isn't as it was seen
WIDE, NARROW = 800, 700


def both_sides(
    over: QWidget, desk: Desk, heavies: Heavies, about: Reported, as_seen: AsSeen, opened: Callable[[], None]
) -> list[tuple[str, Callable[[], None]]]:
    """The button that shows them; none where the message isn't held any more. `opened`: a heavy one's words are shown."""
    seen = Seen(text_hash=as_seen.text_hash, message_state=about.state, locked=as_seen.locked, verdict=as_seen.verdict)
    pair = sides(desk.store, about.message, seen)
    if pair is None:
        return []

    def show() -> None:
        heavy = heavies.among([about.message]).get(about.message)
        title = heavies.titles([about.thread]).get(about.thread, about.title)
        dialog = _Both(over, f"{about.author}: {title}", pair, "" if heavy is None else heavy_title(heavy))
        dialog.sides.opened.connect(opened)
        dialog.open()
        dialog.settle()

    return [(_("Both beside each other"), show)]


class _Both(Dialog):
    mostly_text = True

    def __init__(self, over: QWidget, title: str, pair: tuple[Side, Side], covered: str) -> None:
        super().__init__(over, WIDE)
        self.setWindowTitle(title[:80])
        heading = plain_label(title, "heading")
        heading.setWordWrap(True)
        self.body.addWidget(heading)
        to_do = plain_label(to_do_words(*pair), "body")
        to_do.setWordWrap(True)
        self.body.addWidget(to_do)
        narrow = min(room_over(self)[0], px(WIDE)) < px(NARROW)
        self.sides = CoveredSides(pair, covered, narrow=narrow)
        self.sides.opened.connect(self.settle)
        self.body.addWidget(self.sides)
        self.body.addStretch(1)
        self.foot.addStretch(1)
        close = QPushButton(_("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.foot.addWidget(close)
        self.finished.connect(self.deleteLater)
