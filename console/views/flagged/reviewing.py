"""The review within the window: how one comes to it, and what is there when one comes back."""

from __future__ import annotations

from console.views.bare_window import BareWindow
from console.views.fitting import Fitting
from console.views.flagged.house_texts_dialog import HouseTextsDialog
from console.views.flagged.page import FlaggedPage
from console.views.handing_off import HandingOff
from console.views.showing import Showing
from console.widgets.theme import theme


class Reviewing:
    """The page fills the window but for the status bar; the desk stays as it was behind it."""

    def __init__(self, window: BareWindow, showing: Showing, fitting: Fitting, handing_off: HandingOff) -> None:
        self._window, self._showing, self._fitting = window, showing, fitting
        self.page = FlaggedPage(window.services)
        window.pages.addWidget(self.page)
        self.page.left.connect(self.leave)
        self.page.thread_asked.connect(self._to_thread)
        self.page.link_asked.connect(window.services.open_link)
        self.page.handoff_asked.connect(handing_off.open)
        self.page.answer_asked.connect(handing_off.ask)
        self.page.care.switched.connect(showing.show_again)
        window.pages.currentChanged.connect(self._turned)
        window.closing.connect(self.page.care.close)
        showing.changed.connect(self._look)

    @property
    def is_open(self) -> bool:
        return self._window.pages.currentWidget() is self.page

    def open(self) -> None:
        """At the message of the cursor where that waits for a verdict, else at the one that waits longest."""
        key = self._window.conversation.current_key() if self._window.shows_desk else None
        self.open_at(key or "")

    def open_at(self, message: str) -> None:
        """At this message where it waits for a verdict."""
        self._window.pages.setCurrentWidget(self.page)
        self.fit()
        self.page.open(message)

    def leave(self) -> None:
        self._window.pages.setCurrentWidget(self._window.desk)
        self._showing.look()
        self._fitting.focus_pane("list")

    def edit_texts(self) -> None:
        """The policies and letters, over the window; a review that is open takes them over at once."""
        dialog = HouseTextsDialog(self._window.services.house, self._window)
        dialog.accepted.connect(self.page.read_again)
        dialog.open()

    def _look(self) -> None:
        if self.is_open:
            self.page.look()

    def fit(self) -> None:
        self.page.fit(self._window.width() / theme.scale, self._window.height() / theme.scale)

    def _turned(self) -> None:
        """To the review or away from it, whichever way."""
        self._window.sidebar.setVisible(not self.is_open)

    def _to_thread(self, thread: str, message: str) -> None:
        self.leave()
        self._showing.open_thread(thread)
        self._window.conversation.view.set_cursor(message)
        self._fitting.focus_pane("thread")

    def reload(self) -> None:
        """The look changed."""
        if self.is_open:
            self.page.reload()
