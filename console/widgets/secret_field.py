"""A field for something secret: dots, with an eye to look at what was typed."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from console.widgets.icons import icon
from console.widgets.plain_text import tip
from console.widgets.theme import px, theme
from console.words import _


class SecretField(QLineEdit):
    """The eye is reached by Tab too."""

    def __init__(self) -> None:
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye = QToolButton(self)
        self.eye.setObjectName("eye")
        self.eye.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.eye.setCursor(Qt.CursorShape.ArrowCursor)
        self.eye.clicked.connect(self._flip)
        self._say()
        theme.changed.connect(self._say)

    def _flip(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._say()

    def _say(self) -> None:
        hidden = self.echoMode() is QLineEdit.EchoMode.Password
        words = _("Show what was typed") if hidden else _("Hide what was typed")
        self.eye.setToolTip(tip(words))
        self.eye.setAccessibleName(words)
        self.eye.setIcon(icon("eye" if hidden else "eye-slash", "text.tertiary"))
        self.eye.setIconSize(QSize(px(16), px(16)))
        self.setTextMargins(0, 0, px(28), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = px(24)
        self.eye.setGeometry(self.width() - size - px(4), (self.height() - size) // 2, size, size)
