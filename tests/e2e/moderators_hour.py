"""A moderator's hour by script, in the real window: connect the blog, answer, approve, tag, undo, look everywhere.

python moderators_hour.py PROFILE COLLECTOR_STDIN URL USER   (the password stands on standard input)
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QEventLoop, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from console import settings, words
from console.app import make_window, open_store
from console.store.read import outbox, queue
from console.views.connections.dialog import ConnectDialog
from console.views.main_window import MainWindow
from console.widgets import icons
from console.widgets.theme import theme

PATIENCE_MS = 60_000


class Pipe:
    """The collector's stdin, for the secret."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "w", encoding="utf-8")  # noqa: SIM115  # open as long as the window

    def tell(self, said: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(dict(said)) + "\n")
        self._file.flush()


def until(app: QApplication, ready: Callable[[], object], what: str) -> None:
    """Let the window live until something is so."""
    deadline = QDeadlineTimer(PATIENCE_MS)
    while not ready():
        if deadline.hasExpired():
            raise SystemExit(f"waited in vain: {what}")
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 100)


def keys(window: MainWindow, text: str) -> None:
    for char in text:
        QTest.keyClicks(QApplication.focusWidget() or window, char)


def connect(app: QApplication, window: MainWindow, url: str, user: str, password: str) -> None:
    window.actions_by_name["connect"].trigger()
    dialog = window.findChild(ConnectDialog)
    assert dialog is not None
    dialog.first.gallery.choose("wordpress")
    for name, value in (("name", "Blog"), ("url", url), ("user", user), ("password", password)):
        dialog.first.form.field(name).setText(value)
    dialog.next()
    until(app, lambda: dialog._next.text() == "On to the spaces", "the check")
    for _step in ("spaces", "how far back", "connect"):
        dialog.next()
    until(app, lambda: not dialog.isVisible(), "connecting")


def main() -> int:
    profile, pipe, url, user = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    password = sys.stdin.readline().strip()
    words.use("en")
    app = QApplication([])
    found = settings.load(profile)
    theme.apply(app, found.theme, found.text_percent)
    store = open_store(profile, found)
    window = make_window(profile, found, store, Pipe(pipe))  # type: ignore[arg-type]  # only told, never started
    window.services.open_link = lambda link: None
    window._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    window.resize(1440, 900)
    window.show()
    icons.load()
    connect(app, window, url, user, password)
    store_of = window.services.store
    until(app, lambda: queue.page(store_of, queue.View("inbox"))[0], "the first threads")
    until(app, lambda: any(row.held for row in queue.page(store_of, queue.View("inbox"))[0]), "the held comments")
    window.showing.go("inbox")
    held = next(row for row in queue.page(store_of, queue.View("inbox"))[0] if row.held)
    window.showing.open_thread(held.key)
    window.activateWindow()
    window.list.view.setFocus()
    until(app, lambda: QApplication.focusWidget() is window.list.view, "the window to have the keyboard")
    shown = window.conversation.view.picture_cells
    until(app, lambda: [cell.words for cell in shown()] == [""], "the picture in the post")
    keys(window, "y")
    keys(window, "r")
    keys(window, "Dank voor je vraag")
    QTest.keyClick(window.conversation.composer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    window.list.view.setFocus()
    keys(window, "t")
    keys(window, "blog")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    keys(window, "eu")
    for view in ("flagged", "unanswered", "newcomers", "leadership", "mine", "snoozed", "escalated", "done", "outbox"):
        window.showing.go(view)
        app.processEvents()
    window.showing.go("inbox")
    until(app, lambda: not outbox.intents(store_of), "the outbox to be empty")
    if "PIL" in sys.modules:
        raise SystemExit("the window took a picture apart itself")
    window.grab().save(os.environ["PICTURE"])
    window.close()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
