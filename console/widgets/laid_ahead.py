"""A place for a widget that is made of a value; those that probably come next are made and laid out before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.widgets.body import Body
from console.widgets.painted_ahead import Picture, picture_of

Value = TypeVar("Value")
Made = TypeVar("Made", bound=QWidget)
AFTER_MS = 1  # a timer's turn comes when what is to be painted is painted


@dataclass(slots=True)
class _Ready(Generic[Value, Made]):
    """One that probably comes next. `pictured`: its picture was taken, or is too large to be."""

    value: Value
    made: Made
    picture: Picture | None = None
    pictured: bool = False


class Place(Generic[Value, Made]):
    """In a column, on a colour; `now` is what it shows, None before there is anything."""

    def __init__(self, column: QVBoxLayout, make: Callable[[Value], Made], ground: str) -> None:
        self._column, self._make, self._ground = column, make, ground
        self.value: Value | None = None
        self.now: Made | None = None
        self._ready: list[_Ready[Value, Made]] = []
        self._picture: Picture | None = None
        self._empty = QWidget()
        column.addWidget(self._empty)

    def show(self, value: Value) -> bool:
        """Show what this value makes; whether anything had to change."""
        if self.now is not None and value == self.value:
            return False
        ready = next((one for one in self._ready if one.value == value), None)
        fresh = self._make(value) if ready is None else ready.made
        before = self.now or self._empty
        before.hide()
        self._column.replaceWidget(before, fresh)
        fresh.show()
        # A button of it may have asked for this, and taking it apart can wait until the next is on the screen.
        QTimer.singleShot(AFTER_MS, before, before.deleteLater)
        self.value, self.now, self._picture = value, fresh, None
        if ready is not None:
            self._ready.remove(ready)
            if ready.picture is not None:
                self._picture = ready.picture
                self._picture.cover()
        return True

    def settle(self) -> None:
        """From now on it paints itself, and no picture stands for it."""
        if self._picture is not None:
            self._picture.hide()
            self._picture.deleteLater()
            self._picture = None

    def prepare(self, values: Sequence[Value]) -> bool:
        """Lay out what is probably shown next, out of sight: one of these a call, and no others. Whether there was one."""
        for one in self._ready:
            if one.value not in values:
                one.made.deleteLater()
        self._ready = [one for one in self._ready if one.value in values]
        known = [self.value, *(one.value for one in self._ready)]
        value = next((one for one in values if one not in known), None)
        if value is None:
            return False
        fresh = self._make(value)
        fresh.hide()
        fresh.setParent(self._column.parentWidget())
        lay_out(fresh, (self.now or self._empty).width())
        self._ready.append(_Ready(value, fresh))
        return True

    def picture(self) -> bool:
        """Take the picture of one that was laid out. Whether there was one without."""
        bare = next((one for one in self._ready if not one.pictured), None)
        if bare is not None:
            bare.picture, bare.pictured = picture_of(bare.made, self._ground), True
        return bare is not None

    def forget(self) -> None:
        """Whatever is shown next is made anew: the colours or the text size changed."""
        self.settle()
        self.prepare(())
        self.value = None


def lay_out(widget: QWidget, width: int) -> None:
    """Give a hidden widget and all in it the styles, places and sizes that showing it would."""
    inside = [widget, *widget.findChildren(QWidget)]
    for one in inside:
        one.ensurePolished()
    widget.resize(width, widget.sizeHint().height())
    for _round in range(2):  # texts tell how high they are once they know how wide
        for one in inside:  # parents stand before what is in them
            if (layout := one.layout()) is not None:
                layout.invalidate()
                layout.activate()
            elif isinstance(one, Body):
                one.fit()
        known = widget.hasHeightForWidth()
        widget.resize(width, widget.heightForWidth(width) if known else widget.sizeHint().height())
