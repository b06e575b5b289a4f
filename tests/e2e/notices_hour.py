"""An hour with a closed group by script, in the real window: answer by hand, let a notice settle it, paste, approve, let in.

python notices_hour.py PROFILE MAILDIR FOLDER   FOLDER holds the notices that come later, by their names
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from email.utils import formatdate
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from console import settings, words
from console.app import make_window, open_store
from console.domain.conversation import SpaceKey
from console.domain.outbox import Intent, State
from console.store.read import outbox, queue, thread
from console.store.read.connections import capabilities
from console.views.main_window import MainWindow
from console.views.pasting import PasteDialog
from console.widgets.theme import theme
from tests.e2e.moderators_hour import keys, until

SERVER = "facebook:www.facebook.com"
GROUP = "https://www.facebook.com/groups/123456789012345"
POST_LINK = f"{GROUP}/posts/678901234567890/"
GROUP_SPACE = SpaceKey(f"{SERVER}:group:123456789012345")
POST = f"{SERVER}:post:678901234567890"
FIRST, SECOND, PASTED = "Morgen om tien uur.", "En het staat dan ook op het plein.", "Kan dat ook een dag eerder?"


class Silent:
    """The collector's stdin: nothing secret is told here."""

    def tell(self, said: object) -> None:
        raise SystemExit("nobody asked for a secret")


class Hour:
    def __init__(self, app: QApplication, window: MainWindow, maildir: Path, later: Path) -> None:
        self._app, self._window, self._maildir, self._later = app, window, maildir, later
        self._store = window.services.store
        self._numbers = itertools.count(1)
        self.opened: list[str] = []
        window.services.open_link = self.opened.append

    def until(self, ready: object, what: str) -> None:
        until(self._app, ready, what)  # type: ignore[arg-type]  # a callable

    def inbox(self, kind: str) -> list[str]:
        return [row.key for row in queue.page(self._store, queue.View("inbox"))[0] if f":{kind}:" in row.key]

    def open(self, key: str) -> None:
        self._window.showing.open_thread(key)
        self._window.activateWindow()
        self._window.list.view.setFocus()
        self.until(lambda: QApplication.focusWidget() is self._window.list.view, "the keyboard")
        shown = self._window.conversation
        self.until(lambda: shown.row is not None and shown.row.key == key and shown.messages, "the conversation")

    def reply(self, text: str) -> Intent:
        self.open(POST)
        keys(self._window, "r")
        writing = self._window.conversation.composer.text
        self.until(writing.hasFocus, "the composer")
        keys(self._window, text)
        before = len(outbox.intents(self._store, open_only=False))
        QTest.keyClick(writing, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        self.until(lambda: len(outbox.intents(self._store, open_only=False)) > before, "the answer")
        return outbox.intents(self._store, open_only=False)[0].intent

    def back(self, question: str) -> None:
        """The person was in the browser, and is here again."""
        QApplication.sendEvent(self._window, QEvent(QEvent.Type.WindowDeactivate))
        QApplication.sendEvent(self._window, QEvent(QEvent.Type.WindowActivate))
        strip = self._window.handing_off.strip
        self.until(lambda: strip.isVisible() and question in self.said(), question)

    def said(self) -> str:
        return " ".join(label.text() for label in self._window.handing_off.strip.findChildren(QLabel))

    def click(self, text: str) -> None:
        def found() -> list[QPushButton]:
            shown = self._window.handing_off.strip.findChildren(QPushButton)
            return [one for one in shown if one.isVisible() and one.text() == text]

        self.until(found, text)
        QApplication.processEvents()  # so that it has its place
        QTest.mouseClick(found()[0], Qt.MouseButton.LeftButton)

    def comes(self, name: str) -> None:
        """A notice is delivered: a file in the mailbox, as a server for mail lays it there."""
        made = self._maildir / "tmp" / f"{next(self._numbers)}.later"
        made.write_bytes((self._later / name).read_bytes().replace(b"Date: ?", b"Date: " + formatdate().encode()))
        made.chmod(0o644)
        made.rename(self._maildir / "new" / made.name)

    def state(self, intent: Intent) -> Intent:
        found = outbox.intent(self._store, intent.id)
        assert found is not None
        return found.intent

    def texts(self, key: str = POST) -> Sequence[str]:
        row = queue.row(self._store, key)
        assert row is not None
        return [one.text for one in thread.messages(self._store, row.thread_id)]

    # -- what is done ----------------------------------------------------------------------------------------------------

    def answer(self) -> None:
        """Placed by a person, and then shown by a notice; and one that only the notice tells of."""
        self.until(partial(self.inbox, "post"), "the notice of the post")
        self.until(lambda: capabilities(self._store, GROUP_SPACE).ways, "what can be done in the group")
        first = self.reply(FIRST)
        check(QGuiApplication.clipboard().text(), FIRST)
        check(self.opened, [POST_LINK])
        self.back("Is it there?")
        self.click("Yes, it's there")
        self.until(lambda: self.state(first).state is State.SENT, "it to be placed")
        self.comes("first")
        self.until(lambda: self.state(first).remote_message, "the notice to be known as ours")
        check(self.texts().count(FIRST), 1)
        second = self.reply(SECOND)
        check(self.state(second).state, State.HANDOFF)
        self.comes("second")
        self.until(lambda: self.state(second).state is State.SENT, "the second notice to settle it")
        check(self.texts().count(SECOND), 1)
        self.until(lambda: not self._window.handing_off.strip.isVisible(), "nothing to be asked any more")

    def paste(self) -> None:
        self.open(POST)
        QGuiApplication.clipboard().setText(f"{PASTED}\n{POST_LINK}?comment_id=555009")
        QTest.keyClick(self._window.list.view, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        self.until(lambda: self._window.findChild(PasteDialog), "the dialog")
        dialog = self._window.findChild(PasteDialog)
        dialog._author.setText("Noor Jansen")
        dialog.keep()
        self.until(lambda: PASTED in self.texts(), "the pasted text")

    def decide(self, kind: str, link: str) -> None:
        """What waits for approval, or for being let in, by one key; it leaves the queue."""
        self.until(partial(self.inbox, kind), kind)
        (key,) = self.inbox(kind)
        self.opened.clear()
        self.open(key)
        keys(self._window, "y")
        check(self.opened, [link])
        self.back("Did it work?")
        self.click("Yes, it worked")
        self.until(lambda: not self.inbox(kind), f"{kind} to leave the queue")


def check(found: object, wanted: object) -> None:
    if found != wanted:
        raise SystemExit(f"found {found!r}, not {wanted!r}")


def main() -> int:
    profile = Path(sys.argv[1])
    words.use("en")
    app = QApplication([])
    found = settings.load(profile)
    theme.apply(app, found.theme, found.text_percent)
    store = open_store(profile, found)
    window = make_window(profile, found, store, Silent())  # type: ignore[arg-type]  # only told, never started
    window._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    until(app, window.isActiveWindow, "the window to be in front")
    hour = Hour(app, window, Path(sys.argv[2]), Path(sys.argv[3]))
    hour.answer()
    hour.paste()
    hour.decide("pending", f"{GROUP}/pending_posts/")
    hour.decide("join", f"{GROUP}/member-requests/")
    check(outbox.intents(store), [])
    window.close()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
