"""The review on the real window: three keys from a revealed message to the next, with what it says of each."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console import words
from console.desk import drafts, verdicts
from console.domain.conversation import MessageKey
from console.domain.outbox import Kind
from console.domain.verdicts import Action, Judgement
from console.store.read import judged, outbox
from console.views.flagged import rows
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from console.views.models.review_round import Outcome
from console.widgets.keyed import KeyButton
from console.widgets.theme import theme
from tests.views.reviewed import KEY, at, everything_said, on, type_keys


def test_three_keys_from_a_revealed_message_to_the_next(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    first, waits = page.about, len(judged.waiting(page._desk.store))
    assert first is not None
    type_keys(page, qtbot, KEY.Key_Space)
    type_keys(page, qtbot, "1", "v", KEY.Key_Return)
    assert page.about is not None
    assert page.about.message != first.message, "the next is there at once"
    assert len(judged.waiting(page._desk.store)) == waits - 1
    verdict = judged.verdict_on(page._desk.store, first.message)
    assert verdict is not None
    assert verdict.payload["policies"] == [{"number": 1, "title": "Privacy of clients"}]
    assert [row.intent.kind.value for row in outbox.intents(page._desk.store)] == ["hide"]
    type_keys(page, qtbot, "u")
    assert page.about.message == first.message, "taken back it waits again, before the reviewer"
    assert outbox.intents(page._desk.store) == []


def test_a_covered_text_stands_nowhere_until_it_is_asked_for(page: FlaggedPage, qtbot: QtBot) -> None:
    text = at(page, "Wat ik hoorde")[:40]
    assert text not in everything_said(page)
    type_keys(page, qtbot, KEY.Key_Space)
    assert text in everything_said(page)
    type_keys(page, qtbot, KEY.Key_Space)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert text not in everything_said(page)


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_the_button_that_shows_the_text_goes_with_what_it_covered(page: FlaggedPage, qtbot: QtBot, by: str) -> None:
    text = at(page, "Wat ik hoorde")[:40]
    button = next(b for b in page.findChildren(KeyButton) if b.accessibleName() == "Show the text" and b.isVisible())
    if by == "mouse":
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    else:
        button.setFocus()
        qtbot.keyClick(button, KEY.Key_Space)
    assert text in everything_said(page)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    page.setFocus()
    type_keys(page, qtbot, "o", KEY.Key_Return)
    assert page.round.judged == 1


def test_a_skip_is_kept_and_the_round_comes_back_to_nothing_left(page: FlaggedPage, qtbot: QtBot) -> None:
    total = len(page.round.items)
    for _n in range(total):
        type_keys(page, qtbot, "j")
    assert [item.outcome for item in page.round.items] == [Outcome.SKIPPED] * total
    skips = page._desk.store.read("SELECT count(*) AS n FROM ledger.event WHERE what = 'skip'")[0]["n"]
    assert skips == total
    assert "Done." in page.empty.accessibleName()
    type_keys(page, qtbot, KEY.Key_Escape)
    assert not page.isVisible()


def test_reply_and_letter_wait_with_the_verdict_and_a_gap_stops_it(page: FlaggedPage) -> None:
    at(page, "Wat ik hoorde")
    (page._services.house.profile / "letters.md").write_text("## To the author: Odd\n{naam}\n", encoding="utf-8")
    page.pick_letter()
    letter = page._letters()[0]
    page.choice.letter_to[letter.to] = letter
    page.toggle(1)
    page.choose(Action.HIDE)
    page.judging.give()
    assert "nobody knows what {naam} means" in page.strip.accessibleName()
    assert outbox.intents(page._desk.store) == []


def test_broken_policies_are_named_and_letting_stand_still_works(window: MainWindow, qtbot: QtBot) -> None:
    (window.services.house.profile / "policies.md").write_text("## Zonder nummer\n", encoding="utf-8")
    window.reviewing.open()
    page = window.reviewing.page
    assert "policies.md" in page.strip.accessibleName()
    type_keys(page, qtbot, "o", KEY.Key_Return)
    assert page.round.judged == 1


def test_the_same_verdict_on_all_of_one_author_after_the_count_and_one_undo(page: FlaggedPage) -> None:
    store = page._desk.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE person SET who_id = (SELECT min(id) FROM person WHERE name = 'Leo Hartman')"
                              " WHERE name = 'Leo Hartman'")  # fmt: skip
    page.open()
    at(page, "Zakkenvullers")
    before = judged.waiting(store)
    mine = {item.message: item.platform for item in before if item.author == "Leo Hartman"}
    assert page.about is not None
    others = [message for message in mine if message != page.about.message]
    cannot = sum(platform == "humhub" for platform in mine.values())
    assert cannot
    page.judge_together(others)
    assert "Choose the verdict first" in page.strip.accessibleName()
    page.toggle(2)
    page.choose(Action.HIDE)
    page.judge_together(others)
    said = page.strip.accessibleName()
    assert f"{len(mine) - cannot} messages: Hide." in said, "the others stand on a platform without hiding"
    assert f"{cannot} are left out: HumHub has no ‘Hide’." in said
    page.choose(Action.KEEP)
    page.judge_together(others)
    assert f"{len(mine)} messages: Let stand." in page.strip.accessibleName()
    assert judged.waiting(store) == before, "nothing before the yes"
    next(b for b in page.strip.findChildren(KeyButton) if b.accessibleName() == f"Judge all {len(mine)}").click()
    assert {item.message for item in before} - {item.message for item in judged.waiting(store)} == set(mine)
    assert {item.said for item in page.round.items if item.outcome is Outcome.JUDGED} == {
        "verdict: let stand (2. Aimed at a person)"
    }
    page.judging.undo()
    assert judged.waiting(store) == before
    assert page.round.judged == 0
    assert page.round.current is not None
    first = next(item.waiting.message for item in page.round.items if item.waiting.message in mine)
    assert page.round.current.waiting.message == first, "from where they begin again"


def test_a_platform_without_hiding_says_so_on_its_button(page: FlaggedPage) -> None:
    at(page, "Anoniem kunnen posten")
    button = page.panel._actions[Action.HIDE]
    assert not button.isEnabled()
    assert "HumHub has no ‘Hide’." in button.accessibleName()


def test_the_key_of_a_verdict_that_a_platform_does_not_have_says_so_and_chooses_nothing(
    page: FlaggedPage, qtbot: QtBot
) -> None:
    at(page, "Anoniem kunnen posten")
    type_keys(page, qtbot, KEY.Key_Space, "4", "o", "v")
    assert "HumHub has no ‘Hide’." in page.strip.accessibleName()
    assert page.choice.action is Action.KEEP, "what was chosen stays chosen"


def test_a_verdict_that_is_done_by_hand_opens_the_browser_and_asks_what_came_of_it(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    message = on(page, "yammer")
    type_keys(page, qtbot, KEY.Key_Space, "1", "v")
    assert "it opens when you confirm" in page.panel._effects.accessibleName()
    type_keys(page, qtbot, KEY.Key_Return)
    qtbot.waitUntil(lambda: bool(window.opened))  # type: ignore[attr-defined]  # the fixture's
    row = next(one for one in outbox.intents(page._desk.store) if one.intent.kind is Kind.HIDE)
    assert window.opened == [row.url]  # type: ignore[attr-defined]
    assert row.intent.message == message
    assert window.handing_off.strip.isVisible()
    assert page.about is not None
    assert page.about.message != message, "the next one is there"
    assert page.hasFocus()
    type_keys(page, qtbot, "u")
    qtbot.waitUntil(lambda: window.handing_off._asking == row.intent.id)
    assert "Did it work?" in window.handing_off.strip.accessibleName(), "first it is to be said whether it was done"


def test_letting_stand_opens_nothing_and_neither_does_a_verdict_on_the_road(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(page, "yammer")
    type_keys(page, qtbot, "o", KEY.Key_Return)
    monkeypatch.setattr("console.views.flagged.judging.is_offline", lambda store: True)
    on(page, "yammer")
    type_keys(page, qtbot, "1", "v", KEY.Key_Return)
    qtbot.wait(20)
    assert window.opened == []  # type: ignore[attr-defined]
    kinds = {one.intent.kind.value for one in outbox.intents(page._desk.store)}
    assert kinds == {"settle", "hide"}, "both wait in the outbox"


def test_back_to_the_whole_conversation(page: FlaggedPage, window: MainWindow, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    assert page.about is not None
    key = page.about.message
    type_keys(page, qtbot, KEY.Key_Right)
    assert not window.reviewing.is_open
    assert window.sidebar.isVisible()
    assert window.conversation.current_key() == MessageKey(key)
    assert window.actions_by_name["done"].isEnabled()


@pytest.mark.parametrize("language", words.LANGUAGES)
@pytest.mark.parametrize(("width", "high", "percent"), [(1024, 700, 100), (1440, 900, 200), (640, 420, 100)])
def test_it_fits(window: MainWindow, qtbot: QtBot, width: int, high: int, percent: int, language: str) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    words.use(language)
    theme.apply(app, "light", percent)
    window.resize(width, high)
    window.reviewing.open()
    qtbot.wait(1)
    page = window.reviewing.page
    assert window.width() == width, "nothing makes the window wider"
    for name in ("Wat ik hoorde", "Twee nachten"):
        at(page, name)
        page.reveal()
        page.toggle(1)
        page.choose(Action.HIDE)
        assert window.width() == width
        effects, room = page.panel._effects, page.panel._scroll.viewport()
        top = effects.mapTo(room, effects.rect().topLeft()).y()
        assert top >= 0, "what a verdict will do is seen from its beginning, before it is confirmed"
        assert top < room.height() // 2 or top + effects.height() <= room.height(), (
            "and as much of it as there is room for"
        )
    assert page.panel._confirm.visibleRegion().boundingRect().height() > 0
    words.use("en")
    theme.apply(app, "light", 100)


def test_when_nothing_is_reported_it_says_so(window: MainWindow) -> None:
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("DELETE FROM report")
    window.reviewing.open()
    assert "Nothing is reported" in window.reviewing.page.empty.accessibleName()
    window.reviewing.leave()


def test_what_was_written_for_a_verdict_is_there_again_when_its_message_is(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    assert page.about is not None
    first = page.about.message
    for leave, come_back in (
        (lambda: type_keys(page, qtbot, "j"), lambda: type_keys(page, qtbot, "k")),
        (lambda: page._go(0), lambda: page._go(page.round.at + 1)),
        (lambda: type_keys(page, qtbot, KEY.Key_Escape), lambda: page.open(first)),
    ):
        type_keys(page, qtbot, "n")
        qtbot.keyClicks(page.note, "spoken to Thijs. ")
        written = page.note.text()
        qtbot.keyClick(page.note, KEY.Key_Return)
        leave()
        come_back()
        page.round.go(first)
        page.show_item()
        assert page.note.text() == written
    assert written == "spoken to Thijs. " * 3
    type_keys(page, qtbot, "1", "v", KEY.Key_Return)
    verdict = judged.verdict_on(page._desk.store, first)
    assert verdict is not None
    assert verdict.payload["text"] == written.strip()
    assert page.note.text() == ""
    assert drafts.notes_begun(page._desk) == {}, "it went along"


def test_where_there_is_little_room_the_message_is_in_sight_once_it_is_revealed(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    window.resize(640, 420)
    at(page, "Foto van de nieuwe tilband")
    assert not page.revealed
    page.reveal(on_purpose=True)
    middle = page.middle
    assert middle._place.now is not None
    card = middle._place.now.judged
    top = card.mapTo(middle.viewport(), card.rect().topLeft()).y()
    assert 0 < top < 20, "it is laid out, and read from its head"


def test_without_network_only_what_waits_is_counted(page: FlaggedPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "is_offline", lambda store: True)
    assert rows.head_shown(page._desk.store, page.round).offline == "Offline"
    message = on(page, "wordpress")
    verdicts.give(page._desk, message, Judgement(Action.HIDE, tuple(page.policies[:1])))
    assert rows.head_shown(page._desk.store, page.round).offline == "Offline – 1 thing waits"
