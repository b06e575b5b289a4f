"""The review within the window: how one comes to it, and what is there when one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.views.flagged_page import FlaggedPage
from console.views.house_texts_dialog import HouseTextsDialog
from console.views.reachable import set_reachable
from console.widgets.theme import theme

if TYPE_CHECKING:
    from console.views.main_window import MainWindow


class Reviewing:
    """The page fills the window but for the status bar; the desk stays as it was behind it."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._missed = False  # something changed that the desk doesn't show yet
        self.page = FlaggedPage(window.services)
        window.pages.addWidget(self.page)
        self.page.left.connect(self.leave)
        self.page.thread_asked.connect(self._to_thread)
        self.page.link_asked.connect(window.services.open_link)
        self.page.handoff_asked.connect(lambda intent: window.handing_off.open(intent))
        self.page.answer_asked.connect(lambda intent: window.handing_off.ask(intent))
        self.page.care.switched.connect(window.show_again)
        window.pages.currentChanged.connect(self._turned)

    @property
    def is_open(self) -> bool:
        return self._window.pages.currentWidget() is self.page

    def open(self) -> None:
        """At the message of the cursor where that waits for a verdict, else at the one that waits longest."""
        window = self._window
        key = window.conversation.current_key() if window.pages.currentIndex() == 0 else None
        self.open_at(key or "")

    def open_at(self, message: str) -> None:
        """At this message where it waits for a verdict."""
        self._window.pages.setCurrentWidget(self.page)
        self.fit()
        self.page.open(message)

    def leave(self) -> None:
        self._window.pages.setCurrentIndex(0)
        self._window.look()
        self._window.fitting.focus_pane("list")

    def edit_texts(self) -> None:
        """The policies and letters, over the window; a review that is open takes them over at once."""
        dialog = HouseTextsDialog(self._window.services.house, self._window)
        dialog.accepted.connect(self.page.read_again)
        dialog.open()

    def look(self) -> bool:
        """Whether it is open: then the desk behind it is made right only when it is left."""
        if self.is_open:
            self._missed = True
            self.page.look()
        return self.is_open

    def fit(self) -> None:
        self.page.fit(self._window.width() / theme.scale, self._window.height() / theme.scale)

    def rest(self) -> None:
        self.page.care.close()

    def _turned(self) -> None:
        """To the review or away from it, whichever way."""
        self._window.sidebar.setVisible(not self.is_open)
        set_reachable(self._window)
        if self._missed and not self.is_open:
            self._missed = False
            self._window.look_at_desk(None)

    def _to_thread(self, thread: str, message: str) -> None:
        self.leave()
        self._window.open_thread(thread)
        self._window.conversation.view.set_cursor(message)
        self._window.fitting.focus_pane("thread")

    def reload(self) -> None:
        """The look changed."""
        if self.is_open:
            self.page.reload()
