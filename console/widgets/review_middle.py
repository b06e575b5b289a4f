"""The middle of a review: one message and what was said around it, and the next one laid out while this one is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.widgets.laid_ahead import Place
from console.widgets.picture_strip import PictureCell
from console.widgets.review_message import ReviewMessage, ReviewShown
from console.widgets.scrolling import Scrolling
from console.widgets.theme import px


class ReviewMiddle(Scrolling):
    """It shows what it is told, with the message itself in sight; it asks with its signals."""

    reveal_asked = Signal()
    versions_asked = Signal()
    thread_asked = Signal()
    link_asked = Signal(str)
    pictures_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("threadScroll")
        self._holder = QWidget()
        self._holder.setObjectName("threadHolder")
        column = QVBoxLayout(self._holder)
        column.setContentsMargins(0, 0, 0, 0)
        self._place = Place(column, self._made, "bg.surface")
        self.setWidget(self._holder)

    def show_message(self, shown: ReviewShown) -> None:
        """This message; where only its own text is shown or covered, all else stays as it was."""
        before, now = self._place.value, self._place.now
        if before is not None and now is not None and before != shown and replace(before, judged=shown.judged) == shown:
            self._place.settle()
            now.show_judged(shown.judged)
            self._place.value = shown
        elif not self._place.show(shown):
            return
        self._bring_in_sight()

    def picture_cells(self) -> list[PictureCell]:
        """The places for pictures in the message that is shown."""
        now = self._place.now
        return [] if now is None else now.judged.findChildren(PictureCell)

    def prepare(self, shown: Sequence[ReviewShown]) -> bool:
        """Lay out one of what probably comes next. Whether there was one."""
        return self._place.prepare(shown)

    def picture(self) -> bool:
        """Take the picture of one of those. Whether there was one."""
        return self._place.picture()

    def settle(self) -> None:
        """What was just shown from its picture paints itself."""
        self._place.settle()

    def forget(self) -> None:
        """The colours or the text size changed."""
        self._place.forget()

    def _bring_in_sight(self) -> None:
        """Now, and not in a frame of its own: what was put in has no place yet."""
        message, holder = self._place.now, self._holder
        if message is None:
            return
        for inside in (message, holder):
            if (layout := inside.layout()) is not None:
                layout.activate()
        room = self.viewport()
        holder.resize(room.width(), max(room.height(), holder.heightForWidth(room.width()), holder.sizeHint().height()))
        top = message.judged.mapTo(holder, message.judged.rect().topLeft()).y()
        bottom = top + message.judged.height() + px(24) - room.height()
        self.verticalScrollBar().setValue(max(0, min(bottom, top - px(8))))

    def _made(self, shown: ReviewShown) -> ReviewMessage:
        made = ReviewMessage(shown)
        made.reveal_asked.connect(self.reveal_asked)
        made.versions_asked.connect(self.versions_asked)
        made.thread_asked.connect(self.thread_asked)
        made.link_asked.connect(self.link_asked)
        made.pictures_asked.connect(self.pictures_asked)
        return made
