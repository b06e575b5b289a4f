"""Notices of the system, and the badge on the program's icon. They say that something waits, never what was written."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from console.widgets.painting import mark_icon

SHOWN_MS = 15_000


class SystemNotice:
    """The tray has our icon only from the first notice on; without a tray the window asks for attention."""

    def __init__(self, asked: Callable[[], None]) -> None:
        """`asked`: somebody clicked the notice."""
        self._asked = asked
        self._tray: QSystemTrayIcon | None = None

    def notify(self, title: str, text: str) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable():
            for window in QApplication.topLevelWidgets():
                if window.isWindow() and window.isVisible():
                    QApplication.alert(window)
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(mark_icon())
            self._tray.setToolTip("Luisterpost")
            self._tray.messageClicked.connect(self._asked)
            self._tray.activated.connect(lambda reason: self._asked())
            self._tray.show()
        self._tray.showMessage(title, text, self._tray.icon(), SHOWN_MS)

    def badge(self, count: int) -> None:
        """The number on the icon in the task bar, where the system shows one; 0 takes it away."""
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.setBadgeNumber(count)

    def close(self) -> None:
        if self._tray is not None:
            self._tray.hide()
