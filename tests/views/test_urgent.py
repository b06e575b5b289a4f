"""Urgent reports in the window: a notice without their text, a count where one looks, and who is on duty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import words
from console.app import make_window, open_store
from console.domain.calendar import WorkingHours
from console.domain.conversation import MessageKey, Report, ReportKey
from console.domain.receivers import Receiver
from console.settings import load
from console.store.write import pages
from console.views.flagged.rows import review_row
from console.views.main_window import MainWindow
from console.widgets.theme import theme

DAAN = Receiver("Daan de Wit", "daan@example.org")


@dataclass
class Notices:
    """A notifier that writes down what it is told."""

    said: list[tuple[str, str]] = field(default_factory=list)
    badge: int = -1

    def notify(self, title: str, text: str) -> None:
        self.said.append((title, text))

    def count(self, count: int) -> None:
        self.badge = count


@dataclass
class Seen:
    window: MainWindow
    notices: Notices
    qtbot: QtBot

    def look(self) -> None:
        self.window.urgent._look()

    def report(self, name: str, reason: str, text: str) -> str:
        """Somebody reports a message that nobody did before."""
        store = self.window.services.store
        row = store.read(
            "SELECT m.key, t.connection FROM message AS m JOIN thread AS t ON t.id = m.thread_id WHERE m.state = 'visible'"
            " AND m.key NOT IN (SELECT message FROM report) AND t.state = 'open' ORDER BY m.id DESC LIMIT 1"
        )[0]
        report = Report(ReportKey(f"{row['key']}:{name}"), MessageKey(row["key"]), store.now_ms(), reason, text)
        pages.apply_changes(store, row["connection"], [report])
        return str(row["key"])

    @property
    def status(self) -> str:
        button = self.window.status._urgent
        return button.text() if button.isVisible() else ""


@pytest.fixture
def seen(profile: Path, qtbot: QtBot) -> Iterator[Seen]:
    words.use("en")
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "light", 100)
    found = load(profile)
    store = open_store(profile, found)
    window = make_window(profile, found, store, None)
    notices = Notices()
    window.services.notify, window.services.badge = notices.notify, notices.count
    window.services.settings = {**window.services.settings, "on_duty": (Receiver(window.services.desk.moderator),)}
    window.urgent._look()  # the demo's own are told of first
    notices.said.clear()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    yield Seen(window, notices, qtbot)
    window.close()
    store.close()


def test_an_urgent_report_is_told_at_once_without_its_text(seen: Seen) -> None:
    before = seen.notices.badge
    seen.report("r", "Bedreiging", "Hij zegt dat hij haar opwacht bij de fietsen.")
    seen.look()
    assert seen.notices.said == [("1 urgent report", "Threats or intimidation.")]
    assert seen.notices.badge == before + 1
    assert seen.window.windowTitle() == f"({before + 1}) Luisterpost"
    assert seen.status.startswith(f"{before + 1} urgent report")
    seen.look()
    assert len(seen.notices.said) == 1, "told once"


def test_a_change_in_the_files_is_enough(seen: Seen) -> None:
    seen.report("r", "Iets anders", "Ze praat over zelfdoding.")
    seen.window.showing.look()
    seen.qtbot.waitUntil(lambda: bool(seen.notices.said))


def test_what_is_not_urgent_makes_no_sound(seen: Seen) -> None:
    seen.report("r", "Onbeleefd", "Zo praat je niet tegen elkaar.")
    seen.look()
    assert seen.notices.said == []


def test_outside_ones_hours_it_names_who_is_on_duty(seen: Seen) -> None:
    me = Receiver(seen.window.services.desk.moderator, hours=WorkingHours(days={}))
    seen.window.services.settings = {**seen.window.services.settings, "on_duty": (me, DAAN)}
    seen.report("r", "Bedreiging", "Hij wacht haar op.")
    seen.look()
    said = "You are off duty; on duty now: Daan de Wit (daan@example.org)."
    assert seen.notices.said[0][1].endswith(said)
    assert seen.status.endswith(said)


def test_only_the_first_window_of_a_profile_speaks_and_every_one_counts(seen: Seen) -> None:
    seen.window.services.reminds = lambda: False
    before = seen.notices.badge
    seen.report("r", "Bedreiging", "Hij wacht haar op.")
    seen.look()
    assert (seen.notices.said, seen.notices.badge) == ([], before + 1)


def test_a_click_opens_the_review_at_the_urgent_one(seen: Seen) -> None:
    message = seen.report("r", "Bedreiging", "Hij wacht haar op.")
    seen.look()
    seen.window.urgent._first = message
    QApplication.processEvents()
    seen.qtbot.mouseClick(seen.window.status._urgent, Qt.MouseButton.LeftButton)
    page = seen.window.reviewing.page
    assert seen.window.reviewing.is_open
    assert page.about is not None
    assert page.about.message == message
    seen.window.reviewing.leave()


def test_the_review_begins_with_what_is_urgent_and_takes_it_in_as_the_next(seen: Seen) -> None:
    words.use("en")
    message = seen.report("r", "Bedreiging", "Hij wacht haar op.")
    seen.window.reviewing.open_at("")
    page = seen.window.reviewing.page
    urgent = [item.urgent for item in page.round.items]
    assert urgent == sorted(urgent, reverse=True)
    assert any(urgent)
    assert not all(urgent)
    assert message in [item.waiting.message for item in page.round.items if item.urgent]
    row = review_row(page.round.items[1], here=False)
    assert (row.line.partition(" · ")[0], row.tone) == ("Urgent", "danger")
    above = [item.waiting.message for item in page.round.items[: sum(urgent) + 3]]
    page._go(len(above) - 1)
    later = seen.report("s", "Bedreiging", "Hij staat er weer.")
    plain = seen.report("t", "Onbeleefd", "Zo praat je niet tegen elkaar.")
    page.look()
    now = [item.waiting.message for item in page.round.items]
    assert now[: len(above) + 1] == [*above, later]
    assert now[-1] == plain
    seen.window.reviewing.leave()


def test_a_policy_that_becomes_urgent_brings_what_is_under_it_up(seen: Seen) -> None:
    message = seen.report("r", "Kookboek", "Er staat iets over koken.")
    seen.window.reviewing.open_at("")
    page = seen.window.reviewing.page
    assert page.round.items[-1].waiting.message == message
    file = seen.window.services.house.profile.joinpath("policies.md")
    file.write_text("## 1. Koken\n- Dringend\n- Gemeld als: kookboek\n", encoding="utf-8")
    page.read_again()
    assert page.round.items[1].waiting.message == message
    seen.window.reviewing.leave()


def test_policies_that_cannot_be_read_keep_no_threat_quiet(seen: Seen) -> None:
    (seen.window.services.house.profile / "policies.md").write_text("## Zonder nummer\n", encoding="utf-8")
    told = len(seen.notices.said)
    seen.report("broken", "Bedreiging", "Hij weet waar ik woon.")
    seen.look()
    assert len(seen.notices.said) == told + 1
