"""A place for a widget that is made of a value; those that probably come next are made and laid out before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.widgets.body import Body

Value = TypeVar("Value")
Made = TypeVar("Made", bound=QWidget)
AFTER_MS = 1  # a timer's turn comes when what is to be painted is painted


class Place(Generic[Value, Made]):
    """In a column; `now` is what it shows, None before there is anything."""

    def __init__(self, column: QVBoxLayout, make: Callable[[Value], Made]) -> None:
        self._column, self._make = column, make
        self.value: Value | None = None
        self.now: Made | None = None
        self._ready: list[tuple[Value, Made]] = []
        self._empty = QWidget()
        column.addWidget(self._empty)

    def show(self, value: Value) -> bool:
        """Show what this value makes; whether anything had to change."""
        if self.now is not None and value == self.value:
            return False
        fresh = self._take(value) or self._make(value)
        before = self.now or self._empty
        before.hide()
        self._column.replaceWidget(before, fresh)
        fresh.show()
        # A button of it may have asked for this, and taking it apart can wait until the next is on the screen.
        QTimer.singleShot(AFTER_MS, before, before.deleteLater)
        self.value, self.now = value, fresh
        return True

    def prepare(self, values: Sequence[Value]) -> bool:
        """Lay out what is probably shown next, out of sight: one of these a call, and no others. Whether there was one."""
        for _value, made in [one for one in self._ready if one[0] not in values]:
            made.deleteLater()
        self._ready = [one for one in self._ready if one[0] in values]
        known = [self.value, *(one[0] for one in self._ready)]
        value = next((one for one in values if one not in known), None)
        if value is None:
            return False
        fresh = self._make(value)
        fresh.hide()
        fresh.setParent(self._column.parentWidget())
        lay_out(fresh, (self.now or self._empty).width())
        self._ready.append((value, fresh))
        return True

    def forget(self) -> None:
        """Whatever is shown next is made anew: the colours or the text size changed."""
        self.prepare(())
        self.value = None

    def _take(self, value: Value) -> Made | None:
        found = next((one for one in self._ready if one[0] == value), None)
        if found is None:
            return None
        self._ready.remove(found)
        return found[1]


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
        widget.resize(width, max(widget.heightForWidth(width), widget.sizeHint().height()))
