"""The window of a profile with one urgent report, on the screen and the session bus of its surroundings, until it is clicked.

python -m tests.e2e.notice_raised FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from console import settings, words
from console.app import application, make_window
from console.domain.conversation import MessageKey, Report, ReportKey
from tests.houses import house

AT_MOST_MS = 20_000
SECRET = "Ik weet waar je woont"


def main() -> int:
    """0 when a click on the notice opened the review at the message."""
    folder = Path(sys.argv[1])
    words.use("nl")
    of = house(folder)
    message = MessageKey(of.say("vraag", SECRET))
    of.apply(Report(ReportKey("r"), message, of.clock.now, "Bedreiging", f"Hij zegt: {SECRET}"))
    found = settings.load(folder)
    app = application(found)
    window = make_window(folder, found, of.store, None)
    window.show()
    window.urgent.look()
    QTimer.singleShot(AT_MOST_MS, app.quit)
    window.pages.currentChanged.connect(lambda: QTimer.singleShot(0, app.quit))
    app.exec()
    about = window.reviewing.page.about
    window.close()
    of.store.close()
    return 0 if about is not None and about.message == message else 1


if __name__ == "__main__":
    QApplication.setQuitOnLastWindowClosed(False)
    sys.exit(main())
