"""A real window in a process of its own, with its own collector, that does what is written on its standard input.

python told_window.py PROFILE     each line a JSON list: a verb and what it takes; each answer a line of JSON
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from console import app, settings, words
from console.desk import connections as asked
from console.desk import drafts
from console.domain.conversation import ThreadKey
from console.views.main_window import MainWindow


class Told:
    """The window's hands and eyes."""

    def __init__(self, qt: QApplication) -> None:
        self._qt = qt
        self._begun = b""
        self._hear = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self._hear.activated.connect(self._heard)

    def _heard(self) -> None:
        self._begun += os.read(0, 65_536)
        *lines, self._begun = self._begun.split(b"\n")
        for line in lines:
            verb, *what = json.loads(line)
            act: Callable[..., Any] = getattr(self, verb)
            print(json.dumps(act(*what)), flush=True)

    @property
    def window(self) -> MainWindow:
        found = next(one for one in self._qt.topLevelWidgets() if isinstance(one, MainWindow))
        found._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
        return found

    def is_there(self) -> bool:
        return any(isinstance(one, MainWindow) and one.isVisible() for one in self._qt.topLevelWidgets())

    def open(self, thread: str) -> str:
        self.window.showing.open_thread(thread)
        return self.shown()

    def shown(self) -> str:
        """The state of the thread that stands in the conversation, as it is shown now."""
        row = self.window.conversation.row
        return "" if row is None else row.state

    def texts(self) -> list[str]:
        return [message.text for message in self.window.conversation.messages]

    def press(self, name: str) -> None:
        self.window.actions_by_name[name].trigger()

    def write(self, text: str) -> None:
        self.window.conversation.composer.text.setPlainText(text)
        self.window.conversation.composer.flush()

    def written(self) -> str:
        return self.window.conversation.composer.text.toPlainText()

    def aside(self, thread: str) -> list[str]:
        return drafts.set_aside(self.window.services.desk, ThreadKey(thread))

    def ask(self) -> str:
        return asked.sync_now(self.window.services.desk)

    def answered(self, request: str) -> bool:
        return asked.answered(self.window.services.desk, request) is not None

    def close(self) -> bool:
        return self.window.close()


def main() -> int:
    profile = Path(sys.argv[1])
    words.use("en")
    qt = QApplication([])
    told = Told(qt)
    code = app.run(profile, settings.load(profile))
    del told  # it listened until now
    return code


if __name__ == "__main__":
    sys.exit(main())
