"""Care for whoever reviews: heavy messages open on purpose alone, their pictures begin softened, and nobody else reads the count."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QTextBrowser
from pytestqt.qtbot import QtBot

from console import settings
from console.domain.care import Care, Look
from console.heavy_count import NAME, HeavyCount
from console.store.read import judged
from console.views import pictures as pictures_room
from console.views.flagged.covered_sides import CoveredSides
from console.views.flagged.page import FlaggedPage
from console.views.flagged.waiting import waiting
from console.views.main_window import MainWindow
from console.views.models.review_round import Outcome
from console.views.rows_shown import rows_shown
from console.views.settings.dialog import SettingsDialog
from console.widgets.keyed import KeyButton
from console.widgets.message_card import MessageCard
from console.widgets.picture_strip import PictureCell
from tests.views.test_pictures import collect
from tests.views.test_review import everything_said, type_keys

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
SECRET = "Dit leest niemand per ongeluk"


def make_heavy(window: MainWindow, which: int = 0, text: str = SECRET) -> str:
    """One of the messages that wait was reported as a threat, and opens its conversation; returns its key."""
    waits = [one for one in judged.waiting(window.services.store) if one.message == one.thread]
    message = waits[which].message
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE report SET reason = 'Threats or intimidation' WHERE message = ?", (message,))
        cache.exec_driver_sql(
            "UPDATE message SET text = ?, html = ?, text_hash = 'h' WHERE key = ?", (text, f"<p>{text}</p>", message)
        )
        cache.exec_driver_sql("UPDATE thread SET title = '', snippet = ? WHERE key = ?", (text, message))
    return message


def with_care(window: MainWindow, **changes: object) -> None:
    care: Care = window.services.settings["care"]
    window.services.settings = {**window.services.settings, "care": replace(care, **changes)}  # type: ignore[arg-type]
    window.showing.show_again()


@pytest.fixture
def heavy(window: MainWindow) -> str:
    return make_heavy(window)


@pytest.fixture
def page(window: MainWindow, heavy: str, qtbot: QtBot) -> Iterator[FlaggedPage]:
    """The review at the heavy message."""
    qtbot.waitUntil(window.isActiveWindow)
    window.reviewing.open()
    made = window.reviewing.page
    made.open(heavy)
    assert made.about is not None
    assert made.about.message == heavy
    yield made
    if made.isVisible():
        window.reviewing.leave()


def open_it(page: FlaggedPage, qtbot: QtBot) -> None:
    qtbot.keyClick(page, KEY.Key_Space, SHIFT)


def test_a_heavy_message_announces_itself_in_one_line_and_opens_on_purpose(page: FlaggedPage, qtbot: QtBot) -> None:
    assert page.about is not None
    said = everything_said(page)
    assert f"Reported as ‘Threats or intimidation’, in ‘{page.about.space}’" in said
    assert SECRET not in said
    open_it(page, qtbot)
    assert SECRET in everything_said(page)
    open_it(page, qtbot)
    assert not page.revealed, "the same key covers it again"
    qtbot.waitUntil(lambda: SECRET not in everything_said(page))


def test_no_other_key_opens_it(page: FlaggedPage, window: MainWindow, qtbot: QtBot) -> None:
    for key in (KEY.Key_Space, KEY.Key_Up, KEY.Key_Tab, KEY.Key_Backspace, KEY.Key_F1):
        qtbot.keyClick(page, key)
    for key in "oevp123456789":
        qtbot.keyClicks(page, key)
    assert not page.revealed
    assert SECRET not in everything_said(page)
    page.open(page.about.message if page.about else "")
    qtbot.keyClick(page, KEY.Key_Space)
    assert "Shift+Space shows it" in page.strip.accessibleName()
    assert window.services.heavy_count.today() == 0


def test_what_reporters_say_of_it_is_covered_with_it(page: FlaggedPage, window: MainWindow, qtbot: QtBot) -> None:
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "UPDATE report SET text = 'Er staat: hij slaat erop', reporter = 'Roos' WHERE message = ?",
            (page.about.message if page.about else "",),
        )
    page.open(page.about.message if page.about else "")
    assert "hij slaat erop" not in everything_said(page)
    assert "Roos" in everything_said(page)
    open_it(page, qtbot)
    assert "hij slaat erop" in everything_said(page)


class Paints(QObject):
    """At every paint of anything: is there a text on the way to the screen that says this?"""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words, self.seen, self.paints = words, 0, 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self.paints += 1
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            for widget in app.allWidgets():
                if isinstance(widget, QTextBrowser) and widget.isVisible() and self.words in widget.toPlainText():
                    self.seen += 1
        return False


def test_it_never_shows_for_a_frame(window: MainWindow, heavy: str, qtbot: QtBot) -> None:
    paints = Paints(SECRET)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    app.installEventFilter(paints)
    window.reviewing.open()
    page = window.reviewing.page
    page.open(heavy)
    page.grab()
    QApplication.processEvents()
    window.reviewing.leave()
    window.showing.open_thread(heavy)
    window.conversation.grab()
    QApplication.processEvents()
    assert paints.paints > 0
    assert paints.seen == 0
    window.deciding.open_covered()
    window.conversation.grab()
    assert paints.seen > 0, "opened it is seen: the watch works"
    app.removeEventFilter(paints)


def test_nothing_that_is_painted_depends_on_its_words(page: FlaggedPage, window: MainWindow, heavy: str) -> None:
    def painted(text: str, *, revealed: bool) -> QImage:
        assert make_heavy(window, text=text) == heavy
        page.open(heavy)
        if revealed:
            page.reveal(on_purpose=True)
        QApplication.processEvents()
        return page.middle.grab().toImage()

    assert painted(SECRET, revealed=False) == painted("Iets heel anders. " * 40, revealed=False)
    assert painted(SECRET, revealed=True) != painted("Iets heel anders. " * 40, revealed=True)


def test_its_row_its_title_and_what_stands_beside_it_are_covered_too(
    window: MainWindow, heavy: str, qtbot: QtBot
) -> None:
    window.showing.go("flagged")
    window.showing.show_again()
    ids = [row["id"] for row in window.services.store.read("SELECT id FROM thread WHERE key = :k", {"k": heavy})]
    shown = rows_shown(window.services, ids)
    assert [(row.title, row.snippet) for row in shown] == [("Covered: reported as ‘Threats or intimidation’", "")]
    assert SECRET not in shown[0].name + shown[0].tip
    window.showing.open_thread(heavy)
    window.showing._show_context()
    assert SECRET not in everything_said(window)
    (card,) = [one for one in window.conversation.view.findChildren(MessageCard) if one.shown.key == heavy]
    assert "Reported as ‘Threats" in card.accessibleName()
    window.conversation.view.set_cursor(heavy)
    window.actions_by_name["open_covered"].trigger()
    assert SECRET in everything_said(window)


def picture_of(window: MainWindow, profile: Path) -> str:
    """The message with a picture that was reported, with the picture here; returns its key."""
    found = window.services.store.read("SELECT key, thread_id FROM message WHERE attachments LIKE '%inlogpagina%'")
    from console.desk import pictures

    pictures.look_at(window.services.desk, found[0]["key"])
    collect(profile)
    return str(found[0]["key"])


def cells(page: FlaggedPage) -> list[PictureCell]:
    return [cell for cell in page.findChildren(PictureCell) if cell.isVisible()]


def test_pictures_begin_blurred_and_one_key_shows_them(
    window: MainWindow, qtbot: QtBot, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[tuple[Look, str]] = []
    before = pictures_room.softened

    def watched(image: QImage, look: Look) -> QImage:
        made.append((look, threading.current_thread().name))
        return before(image, look)

    monkeypatch.setattr(pictures_room, "softened", watched)
    key = picture_of(window, profile)
    window.reviewing.open()
    page = window.reviewing.page
    page.open(key)
    assert cells(page) == [], "covered with the words"
    type_keys(page, qtbot, KEY.Key_Space)
    qtbot.waitUntil(lambda: bool(cells(page)) and not cells(page)[0].words)
    assert cells(page)[0].look is Look.BLURRED
    assert "Blurred" in cells(page)[0].accessibleName()
    page.grab()
    page.grab()
    assert [look for look, _name in made] == [Look.BLURRED], "once, and not for every paint"
    assert made[0][1].startswith("pictures"), "beside the window"
    blurred = cells(page)[0].grab().toImage()
    type_keys(page, qtbot, "p")
    qtbot.waitUntil(lambda: cells(page)[0].look is Look.PLAIN)
    assert cells(page)[0].grab().toImage() != blurred
    type_keys(page, qtbot, "p")
    assert cells(page)[0].look is Look.BLURRED
    window.reviewing.leave()


def test_a_picture_that_cannot_be_decoded_says_so_in_its_place(
    window: MainWindow, qtbot: QtBot, profile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = picture_of(window, profile)
    monkeypatch.setattr(pictures_room, "picture", lambda store, name: b"\x89PNG\r\n\x1a\nbroken")
    window.reviewing.open()
    page = window.reviewing.page
    page.open(key)
    type_keys(page, qtbot, KEY.Key_Space)
    qtbot.waitUntil(lambda: any("file is damaged" in cell.words for cell in cells(page)))
    window.reviewing.leave()


def everything_kept(window: MainWindow) -> dict[str, list[dict[str, object]]]:
    """All rows of both databases but the search index."""
    read = window.services.store.read
    names = [
        f"{room}.{row['name']}" for room in ("ledger", "main")
        for row in read(f"SELECT name FROM {room}.sqlite_master WHERE type = 'table' AND name NOT LIKE 'search%'")
    ]  # fmt: skip
    return {name: [dict(row) for row in read(f"SELECT * FROM {name}")] for name in names}


def test_what_a_person_opened_and_how_many_stands_nowhere_but_in_one_number(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot, profile: Path
) -> None:
    HeavyCount(profile).add(73_518)
    before = everything_kept(window)
    open_it(page, qtbot)
    assert HeavyCount(profile).today() == 73_519
    assert everything_kept(window) == before, "opening wrote nothing at all"
    open_it(page, qtbot)
    open_it(page, qtbot)
    assert HeavyCount(profile).today() == 73_519, "the same one counts once"
    type_keys(page, qtbot, "o", KEY.Key_Return)
    assert page.round.judged == 1
    number = re.compile(r"(?<![0-9A-Za-z])73519(?![0-9A-Za-z])")  # a moment or a made-up key may hold these digits
    assert number.search("'opened': 73519}")
    assert not number.search(str(everything_kept(window)))
    assert "73519" in (profile / NAME).read_text()
    holding = [file.name for file in profile.rglob("*") if file.is_file() and b"73519" in file.read_bytes()]
    assert holding == [NAME]


def test_at_the_limit_one_calm_line_offers_a_break_or_a_lighter_one(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    with_care(window, limit=1)
    second = make_heavy(window, 1, "Nog een")
    page.open(page.about.message if page.about else "")
    page.round.bring_forward([second])  # type: ignore[list-item]  # a message key
    open_it(page, qtbot)
    assert "You opened 1 heavy message today" in page.strip.accessibleName()
    page.care._lighter()
    type_keys(page, qtbot, "j")
    assert page.about is not None
    assert page.about.message != second
    page.open(second)
    open_it(page, qtbot)
    assert not page.strip.isVisible(), "it is said once"


def test_at_the_limit_the_conversation_says_it_too_and_once(window: MainWindow, heavy: str) -> None:
    with_care(window, limit=1)
    pane = window.conversation
    window.showing.open_thread(heavy)
    pane.open_covered(heavy)
    assert "You opened 1 heavy message today" in pane.strip.accessibleName()
    second = make_heavy(window, 1, "Nog een")
    window.showing.open_thread(second)
    pane.open_covered(second)
    assert window.services.heavy_count.today() == 2
    assert not pane.strip.isVisible()


def test_after_so_many_heavy_ones_a_light_one_comes(page: FlaggedPage, window: MainWindow, qtbot: QtBot) -> None:
    second = make_heavy(window, 1, "Nog een")
    first = page.about.message if page.about else ""
    for wanted, after in ((second, 0), ("", 1)):
        with_care(window, lighter_after=after)
        page.open(first)
        page.round.bring_forward([second])  # type: ignore[list-item]  # a message key
        type_keys(page, qtbot, "j")
        assert page.about is not None
        assert (page.about.message == second) is bool(wanted)
        type_keys(page, qtbot, "u")


def test_h_hands_it_on_and_u_brings_it_back(page: FlaggedPage, window: MainWindow, qtbot: QtBot, heavy: str) -> None:
    total = len(page.round.items)
    type_keys(page, qtbot, "h")
    typed = QApplication.focusWidget()
    assert typed is not None
    qtbot.keyClicks(typed, "Karin Smit")
    qtbot.keyClick(typed, KEY.Key_Return)
    assert page.about is not None
    assert page.about.message != heavy, "the next is there"
    assert [one.outcome for one in page.round.items if one.waiting.message == heavy] == [Outcome.HANDED_ON]
    assert window.services.store.read("SELECT assignee FROM thread_shown WHERE key = :k", {"k": heavy})[0]["assignee"] == "Karin Smit"  # fmt: skip
    page.open()
    assert len(page.round.items) == total - 1, "it left this review"
    type_keys(page, qtbot, "u")
    assert page.about.message == heavy
    assert heavy in {one.message for one in waiting(page._desk)}
    assert (
        window.services.store.read("SELECT assignee FROM thread_shown WHERE key = :k", {"k": heavy})[0]["assignee"]
        == ""
    )


def test_nobody_hands_on_to_themselves(page: FlaggedPage, window: MainWindow) -> None:
    page.care._handed(window.services.desk.moderator)
    assert "That is you" in page.strip.accessibleName()
    assert page.round.done == 0


def test_both_sides_of_a_heavy_message_are_covered_until_somebody_asks(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET locked = 1 WHERE key = ?", (page.about.thread if page.about else "",))
    type_keys(page, qtbot, "o", KEY.Key_Return)
    next(one for one in page.strip.findChildren(KeyButton) if "beside each other" in one.accessibleName()).click()
    (sides,) = [one for one in page.findChildren(CoveredSides) if one.isVisible()]
    assert "Covered: reported as ‘Threats" in everything_said(sides)
    assert SECRET not in everything_said(sides)
    sides.findChildren(KeyButton)[0].click()
    assert SECRET in everything_said(sides)
    page.care.opened()
    assert window.services.heavy_count.today() == 1, "in the review it doesn't count once more"


def test_off_is_one_click_and_shows_everything_at_once(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot, profile: Path, heavy: str
) -> None:
    type_keys(page, qtbot, "o")
    qtbot.mouseClick(page.head._care, Qt.MouseButton.LeftButton)
    assert SECRET in everything_said(page)
    assert page.choice.action is not None, "what was chosen stays"
    assert page.head._care.accessibleName() == "Care: off"
    assert settings.load(profile).care.on is False
    assert window.services.heavies.titles([heavy]) == {}
    assert window.services.heavy_count.today() == 0
    type_keys(page, qtbot, "j")
    assert page.revealed
    qtbot.mouseClick(page.head._care, Qt.MouseButton.LeftButton)
    assert (page.revealed, settings.load(profile).care.on) == (False, True)


def test_the_settings_set_it_and_say_what_is_known_of_blurring(window: MainWindow, profile: Path) -> None:
    dialog = SettingsDialog(window.services, window)
    assert "Studies disagree" in everything_said(dialog)
    assert dialog._care is not None
    dialog._care._pictures.setCurrentIndex(dialog._care._pictures.findData("grey"))
    dialog._care._words.setText("mes, dreig*")
    dialog._care._limit.setValue(0)
    dialog._save()
    kept = settings.load(profile).care
    assert (kept.pictures, kept.words, kept.limit) == (Look.GREY, ("mes", "dreig*"), 0)


def test_policies_that_cannot_be_read_uncover_nothing(window: MainWindow, heavy: str) -> None:
    (window.services.house.profile / "policies.md").write_text("## Zonder nummer\n", encoding="utf-8")
    window.services.heavies.read_again()
    assert heavy in window.services.heavies.among([heavy]), "by the policies that Luisterpost brings"
    with_care(window, words=("ongeluk",))
    other = make_heavy(window, 1, "Een ongeluk op de weg")
    with window.services.store.writing(window.services.store.cache) as cache:
        cache.exec_driver_sql("UPDATE report SET reason = 'Other', text = '' WHERE message = ?", (other,))
    assert window.services.heavies.among([other])[other].word == "ongeluk"
