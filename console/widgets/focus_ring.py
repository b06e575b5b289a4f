"""The ring around a button that has the keyboard, outside its edge: no style sheet can draw that."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QApplication, QFocusFrame, QWidget
from shiboken6 import isValid

from console.widgets.choice_button import ChoiceButton
from console.widgets.theme import colour, px


class _Ring(QFocusFrame):
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("focus.ring"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), px(7), px(7))
        painter.end()


class FocusRing(QObject):
    """Goes where the keyboard goes, in every window of the program. Lists, fields, choices and messages draw their own."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._ring: _Ring | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._moved)

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._ring is not None and isValid(self._ring):  # it goes with a dialog that went
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None
        if isinstance(now, QAbstractButton) and not isinstance(now, ChoiceButton):
            self._ring = _Ring(now.parentWidget())
            self._ring.setWidget(now)
