"""What became of a message while somebody judged it: as it was on the screen, and as it is now."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget

from console.desk.seat import Desk
from console.desk.verdicts import AsSeen
from console.domain.difference import difference
from console.domain.outbox import Seen
from console.sentences.returning import side_titles, side_words
from console.store.read.judged import Reported
from console.store.read.sides import sides
from console.widgets.dialog import Dialog, room_over
from console.widgets.message_card import plain_label
from console.widgets.side_by_side import SideBySide
from console.widgets.theme import px
from console.words import _

STALE = frozenset({"changed_since", "decided_since", "locked_since", "gone"})  # refusals of what isn't as it was seen
WIDE, NARROW = 800, 700


def both_sides(over: QWidget, desk: Desk, about: Reported, as_seen: AsSeen) -> list[tuple[str, Callable[[], None]]]:
    """The button that shows them; none where the message isn't held any more."""
    seen = Seen(text_hash=as_seen.text_hash, message_state=about.state, locked=as_seen.locked, verdict=as_seen.verdict)
    pair = sides(desk.store, about.message, seen)
    if pair is None:
        return []
    was, now = map(side_words, pair)
    return [(_("Both beside each other"), lambda: _Both(over, about, was, now).open())]


class _Both(Dialog):
    mostly_text = True

    def __init__(self, over: QWidget, about: Reported, was: str, now: str) -> None:
        super().__init__(over, WIDE)
        self.setWindowTitle(about.title[:80])
        heading = plain_label(f"{about.author}: {about.title}", "heading")
        heading.setWordWrap(True)
        self.body.addWidget(heading)
        narrow = min(room_over(self)[0], px(WIDE)) < px(NARROW)
        self.body.addWidget(SideBySide(side_titles(), difference(was, now), narrow=narrow))
        self.body.addStretch(1)
        self.foot.addStretch(1)
        close = QPushButton(_("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        self.foot.addWidget(close)
        self.finished.connect(self.deleteLater)
