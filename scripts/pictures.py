"""Pictures of the real window on the demo, for the user guide: docs/pictures/<name>-<language>.png."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QWidget

from console import words
from console.app import make_window, open_store
from console.cli.delivering import sync_once
from console.cli.session import Session
from console.desk import replies
from console.desk.undo import undo
from console.domain.outbox import Kind
from console.settings import load, save
from console.store.read import outbox
from console.store.write import requests
from console.store.write.requests import answer as told
from console.sync import demo
from console.views.connections.dialog import ConnectDialog
from console.views.main_window import MainWindow
from console.widgets import icons
from console.widgets.theme import theme

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"


def shot(app: QApplication, shown: QWidget, name: str) -> None:
    for _turn in range(8):
        app.processEvents()
    FOLDER.mkdir(parents=True, exist_ok=True)
    shown.grab().save(str(FOLDER / f"{name}.png"))


def choose(window: MainWindow, title: str) -> None:
    """Choose the thread with this title."""
    rows = window.services.store.read("SELECT key FROM thread WHERE title LIKE :title", {"title": f"%{title}%"})
    window.showing.open_thread(rows[0]["key"])


def answer(window: MainWindow) -> None:
    choose(window, "Twee nachten")
    window.conversation.view.set_cursor(window.conversation.messages[0].key)
    window.conversation.composer.text.setPlainText(
        "Dag Fatma, goed dat je dit hier zegt. Twee nachten en dan direct een dagdienst hoort niet. "
        "Planning loopt december deze week na; vrijdag staat het nieuwe rooster klaar."
    )
    window.conversation.composer.text.moveCursor(QTextCursor.MoveOperation.End)
    window.conversation.composer.text.setFocus()


def busy_outbox(window: MainWindow) -> None:
    """Three answers on their way and one to hide by hand."""
    desk, read = window.services.desk, window.services.store.read
    for title, text in (
        ("Wie zingt de bas", "Wat leuk, Ahmed! Ik zet het in de nieuwsbrief van vrijdag."),
        ("Twee nachten", "Dag Fatma, we zoeken het vandaag uit en je hoort het uiterlijk morgen."),
        ("Hello from Ghana", "Welcome, Grace! Shall we have coffee this week?"),
    ):
        row = read("SELECT key FROM thread WHERE title LIKE :title", {"title": f"%{title}%"})[0]
        replies.reply(desk, row["key"], text)
    insult = read("SELECT m.key, t.key AS thread FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
                  " WHERE m.text LIKE '%Wie dit plant%'")[0]  # fmt: skip
    replies.act(desk, Kind.HIDE, insult["thread"], insult["key"])
    window.showing.show_outbox()


def connect(window: MainWindow) -> QWidget:
    """The gallery after a check of an intranet that doesn't exist: what its collector would have found is told here."""
    store, titles = window.services.store, ["Welkom", "Planning & roosters", "Zorg en kwaliteit", "Team Zonnehof"]
    window.services.look_around = lambda: None
    dialog = ConnectDialog(window.services, window)
    dialog.show()
    dialog.first.gallery.choose("humhub")
    for field, text in (("url", "https://debrink.waterland.example"), ("name", "HumHub De Brink"), ("token", "x" * 16)):
        dialog.first.form.field(field).setText(text)
    dialog.next()
    (asked,) = requests.take(store)
    spaces = [
        {"key": f"humhub:debrink:space:{n}", "remote_id": str(n), "title": title} for n, title in enumerate(titles)
    ]
    found = [
        ("found", {"name": "De Brink"}, False), ("signed_in", {"name": "Communicatie Waterland"}, False),
        ("spaces", {"count": 14}, False), ("humhub_moderates", {"count": 0, "of": 14}, True),
    ]  # fmt: skip
    lines = [{"code": code, "ok": True, "facts": facts, "limited": limited} for code, facts, limited in found]
    ways = dict(dialog.first.form.platform.can.ways)
    told(store, asked.id, {"works": True, "lines": lines, "us": "Communicatie Waterland", "key": "humhub:debrink",
                             "spaces": spaces, "ways": ways, "approximate": False})  # fmt: skip
    QApplication.processEvents()
    dialog._look_for_answer()
    return dialog


SCENES: dict[str, tuple[int, int, str, int, Callable[[MainWindow], QWidget | None]]] = {
    "desk": (1440, 900, "light", 100, answer),
    "desk-dark": (1440, 900, "dark", 100, answer),
    "small": (1024, 700, "light", 100, answer),
    "large-text": (1440, 900, "light", 200, answer),
    "held": (1440, 900, "light", 100, lambda window: choose(window, "Wat ik hoorde")),
    "hostile": (1440, 900, "light", 100, lambda window: choose(window, "rare link")),
    "long": (1440, 900, "light", 100, lambda window: choose(window, "Zelf roosteren op")),
    "connect": (1440, 900, "light", 100, connect),
    "outbox": (1440, 900, "light", 100, busy_outbox),
}


def main() -> int:
    wanted = sys.argv[1:] or list(SCENES)
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    for language in words.LANGUAGES:
        words.use(language)
        with tempfile.TemporaryDirectory() as home:
            session = Session(Path(home), "demo", language)
            save(session.folder(), {("you", "name"): demo.MODERATOR})
            with session.store(must_exist=False) as store:
                demo.make(store, words.resources() / "demo")
            sync_once(session, frozenset(), lambda said: None)
            for name in wanted:
                width, height, mode, percent, scene = SCENES[name]
                theme.apply(app, mode, percent)
                settings = replace(load(session.folder()), theme=mode, text_percent=percent)
                opened = open_store(session.folder(), settings)
                window = make_window(session.folder(), settings, opened, None)
                window.resize(width, height)
                window.show()
                icons.load()
                app.processEvents()
                dialog = scene(window)
                shot(app, dialog or window, f"{name}-{language}")
                if dialog is not None:
                    dialog.close()
                window.conversation.composer.text.clear()
                while outbox.counts(opened).on_its_way:  # or closing would ask what to do with them
                    undo(window.services.desk)
                window.close()
                window.deleteLater()
                app.sendPostedEvents(None, QEvent.Type.DeferredDelete)
                opened.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
