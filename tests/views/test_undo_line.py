"""The line that says what U takes back."""

from __future__ import annotations

from console.desk import triage
from console.views.main_window import MainWindow
from console.views.undo_line import TITLE


def test_a_title_that_is_too_long_for_it_says_that_it_goes_on(window: MainWindow) -> None:
    services = window.services
    row = next(iter(services.store.read("SELECT key, title FROM thread WHERE length(title) > 40", {})))
    triage.note(services.desk, row["key"], "Even bellen.")
    said = window.showing.undo_line.now()
    assert said.endswith("…")
    assert row["title"].startswith(said.partition(" · ")[2].removesuffix("…"))
    assert len(said.partition(" · ")[2]) == TITLE
