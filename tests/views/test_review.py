"""The review on the real window: three keys from a revealed message to the next, and no key means two things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLabel, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from console import words
from console.desk import triage, verdicts
from console.desk.seat import Desk
from console.domain.conversation import MessageKey, Report, ReportKey, ThreadKey
from console.domain.outbox import Kind
from console.domain.verdicts import Action, Judgement
from console.store.connection import StoreFull
from console.store.read import judged, outbox
from console.store.write import pages
from console.views.flagged_page import FlaggedPage
from console.views.main_window import MainWindow
from console.views.models.review_round import Outcome
from console.widgets.keyed import KeyButton
from console.widgets.theme import theme

KEY = Qt.Key


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> Iterator[FlaggedPage]:
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClicks(QApplication.focusWidget() or window, "f")
    assert window.reviewing.is_open
    yield window.reviewing.page
    window.reviewing.leave()


def at(page: FlaggedPage, name: str) -> str:
    """Go to the message whose thread's title begins so; returns its text."""
    item = next(one for one in page.round.items if one.waiting.title.startswith(name))
    page.round.go(item.waiting.message)
    page.reload()
    page._show_item()
    found = page._desk.store.read("SELECT text FROM message WHERE key = :key", {"key": item.waiting.message})
    return str(found[0]["text"])


def everything_said(page: QWidget) -> str:
    """All that stands anywhere on the page, also for a screen reader."""
    parts = [widget.accessibleName() for widget in page.findChildren(QWidget)]
    parts += [label.text() for label in page.findChildren(QLabel)]
    parts += [body.toPlainText() for body in page.findChildren(QTextBrowser)]
    parts += [widget.toolTip() for widget in page.findChildren(QWidget)]
    return "\n".join(parts)


def type_keys(page: FlaggedPage, qtbot: QtBot, *keys: str | Qt.Key) -> None:
    for key in keys:
        if isinstance(key, str):
            qtbot.keyClicks(page, key)
        else:
            qtbot.keyClick(page, key)


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


def test_keys_only_choose_and_enter_confirms(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    waits = judged.waiting(page._desk.store)
    type_keys(page, qtbot, "o", "v", KEY.Key_Delete, "1", "1", KEY.Key_Return)
    assert judged.waiting(page._desk.store) == waits, "without a policy nothing is removed"
    assert "Choose the policy first" in page.strip.accessibleName()


@pytest.mark.parametrize("key", list("ehartnywdl.x"))
def test_no_key_of_the_desk_works_behind_it(page: FlaggedPage, window: MainWindow, qtbot: QtBot, key: str) -> None:
    before = window.services.store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"]
    type_keys(page, qtbot, key)
    assert window.services.store.read("SELECT count(*) AS n FROM ledger.event")[0]["n"] == before
    assert window.reviewing.is_open
    assert page.choice.action is None


def test_what_is_typed_in_the_note_is_no_command(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    type_keys(page, qtbot, "n")
    assert page.note.hasFocus()
    qtbot.keyClicks(page.note, "vou 1j e")
    assert (page.note.text(), page.choice.action, page.choice.numbers) == ("vou 1j e", None, set())
    qtbot.keyClick(page.note, KEY.Key_Escape)
    assert page.hasFocus()
    assert page.isVisible(), "Escape left the note, not the review"
    type_keys(page, qtbot, "o", KEY.Key_Return)
    last = page._desk.store.read("SELECT payload FROM ledger.event WHERE what = 'verdict'")[0]["payload"]
    assert "vou 1j e" in last


@pytest.mark.parametrize(
    ("text", "modifiers"),
    [
        ("ł", Qt.KeyboardModifier.GroupSwitchModifier),
        ("v", Qt.KeyboardModifier.GroupSwitchModifier),
        ("€", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier),
        ("v", Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier),
        ("v", Qt.KeyboardModifier.MetaModifier),
    ],
)
def test_what_altgr_makes_is_no_verdict(page: FlaggedPage, text: str, modifiers: Qt.KeyboardModifier) -> None:
    QApplication.sendEvent(page, QKeyEvent(QEvent.Type.KeyPress, KEY.Key_V, modifiers, text))
    assert page.choice.action is None


def test_a_key_held_down_judges_nothing_twice(page: FlaggedPage) -> None:
    page.choose(Action.KEEP)
    held = QKeyEvent(QEvent.Type.KeyPress, KEY.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True)
    QApplication.sendEvent(page, held)
    assert page.round.judged == 0


def test_without_single_keys_letters_go_with_ctrl_and_shift(page: FlaggedPage, qtbot: QtBot) -> None:
    page._services.settings = {**page._services.settings, "single_keys": False}
    type_keys(page, qtbot, "v")
    assert page.choice.action is None
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(page, KEY.Key_O, both)
    assert page.choice.action is Action.KEEP


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


def test_a_message_that_changes_under_the_eyes_is_covered_and_judged_anew(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    type_keys(page, qtbot, KEY.Key_Space, "1", "v")
    assert page.about is not None
    store = page._desk.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "UPDATE message SET text = 'Anders', text_hash = 'x' WHERE key = ?", (page.about.message,)
        )
    page.look()
    assert (page.revealed, page.choice.action) == (False, None)
    assert "just changed" in page.strip.accessibleName()


def test_what_somebody_else_judged_meanwhile_is_told_and_not_written(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    type_keys(page, qtbot, KEY.Key_Space, "o")
    assert page.about is not None
    daan = Desk(page._desk.store, "Daan")
    verdicts.give(daan, page.about.message, Judgement(Action.KEEP))
    type_keys(page, qtbot, KEY.Key_Return)
    assert "Daan judged this in the meantime" in page.strip.accessibleName()
    assert page._desk.store.read("SELECT count(*) AS n FROM ledger.event WHERE what = 'verdict'")[0]["n"] == 1


def test_a_verdict_whose_message_was_edited_stands_beside_what_it_says_now(page: FlaggedPage, qtbot: QtBot) -> None:
    at(page, "Wat ik hoorde")
    about = page.about
    assert about is not None
    verdicts.give(page._desk, about.message, Judgement(Action.KEEP))
    store = page._desk.store
    old = store.read("SELECT text, text_hash FROM message WHERE key = :key", {"key": about.message})[0]
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql(
            "INSERT INTO kept_version(message, text_hash, author, posted_at_ms, html, text, kept_at_ms, why)"
            " VALUES (?, ?, 'x', 1, '', ?, 1, 'edited')",
            (about.message, old["text_hash"], old["text"]),
        )
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(
            "UPDATE message SET text = 'Heel anders.', html = '<p>Heel anders.</p>', text_hash = 'x' WHERE key = ?",
            (about.message,),
        )
    page.open(about.message)
    type_keys(page, qtbot, KEY.Key_Space)
    said = everything_said(page)
    assert "As it was judged" in said
    assert old["text"][:30] in said
    assert "Heel anders." in said
    type_keys(page, qtbot, KEY.Key_Return)
    assert about.message not in [item.message for item in judged.waiting(store)], "it stands: two keys"


def test_reply_and_letter_wait_with_the_verdict_and_a_gap_stops_it(page: FlaggedPage) -> None:
    at(page, "Wat ik hoorde")
    (page._services.house.profile / "letters.md").write_text("## To the author: Odd\n{naam}\n", encoding="utf-8")
    page.pick_letter()
    letter = page._letters()[0]
    page.choice.letter_to[letter.to] = letter
    page.toggle(1)
    page.choose(Action.HIDE)
    page.give()
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
    page.undo()
    assert judged.waiting(store) == before
    assert page.round.judged == 0


def test_a_platform_without_hiding_says_so_on_its_button(page: FlaggedPage) -> None:
    at(page, "Anoniem kunnen posten")
    button = page.panel._actions[Action.HIDE]
    assert not button.isEnabled()
    assert "HumHub has no ‘Hide’." in button.accessibleName()


def on(page: FlaggedPage, platform: str) -> MessageKey:
    """Go to a message that waits on this platform."""
    item = next(one for one in page.round.items if one.waiting.platform == platform)
    page.round.go(item.waiting.message)
    page._show_item()
    return item.waiting.message


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
    monkeypatch.setattr("console.views.flagged_page.is_offline", lambda store: True)
    on(page, "yammer")
    type_keys(page, qtbot, "1", "v", KEY.Key_Return)
    qtbot.wait(20)
    assert window.opened == []  # type: ignore[attr-defined]
    kinds = {one.intent.kind.value for one in outbox.intents(page._desk.store)}
    assert kinds == {"settle", "hide"}, "both wait in the outbox"


def test_a_new_report_opens_a_judged_message_again_with_the_verdict_of_before(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    at(page, "Wat ik hoorde")
    about = page.about
    assert about is not None
    type_keys(page, qtbot, KEY.Key_Space, "o", KEY.Key_Return)
    assert about.message not in [item.message for item in judged.waiting(page._desk.store)]
    store = page._desk.store
    report = Report(ReportKey("wordpress:again"), about.message, store.now_ms(), "Privacy of clients", "Weer", "Bram")
    connection = store.read("SELECT connection FROM thread WHERE key = :key", {"key": about.thread})[0]["connection"]
    pages.apply_changes(store, connection, [report])
    window.look()
    waits = next(item for item in page.round.items if item.waiting.message == about.message)
    assert waits.outcome is None, "it waits again"
    page.round.go(about.message)
    page._show_item()
    said = everything_said(page)
    assert "Bram" in said
    assert "Judged before" in said
    assert "let stand" in said
    assert not page.revealed
    type_keys(page, qtbot, "1", KEY.Key_Delete, KEY.Key_Return)
    verdict = judged.verdict_on(store, about.message)
    assert verdict is not None
    assert verdict.payload["action"] == "delete"


def test_a_full_disk_loses_no_choice_and_says_so(
    page: FlaggedPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(page, "Wat ik hoorde")
    before = page.about

    def full(*_asked: object, **_more: object) -> None:
        raise StoreFull(page._desk.store.ledger_path)

    for verb, keys in (("give", ["o", KEY.Key_Return]), ("skip", ["j"])):
        monkeypatch.setattr(f"console.views.flagged_page.verdicts.{verb}", full)
        type_keys(page, qtbot, *keys)
        assert page.about == before, "nothing was decided, so nothing moved on"
        assert "full" in page.strip.accessibleName()
    assert page.choice.action is Action.KEEP


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


def test_what_was_closed_while_it_was_judged_shows_both_sides_and_is_not_judged(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot
) -> None:
    at(page, "Twee nachten")
    store = window.services.store
    about = page.about
    assert about is not None
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET locked = 1 WHERE key = ?", (about.thread,))
    before = len(judged.waiting(store))
    type_keys(page, qtbot, "o", KEY.Key_Return)
    assert len(judged.waiting(store)) == before
    assert "was closed while you judged it" in everything_said(page)
    buttons = page.strip.findChildren(KeyButton)
    button = next(one for one in buttons if "beside each other" in one.accessibleName() + one.text())
    button.click()
    said = everything_said(window)
    assert "The conversation is open." in said
    assert "The conversation is closed." in said
    type_keys(page, qtbot, "o", KEY.Key_Return)
    assert len(judged.waiting(store)) == before - 1, "seen closed, it can be judged"


def fill_the_disk(window: MainWindow) -> None:
    """Room for not one more decision: the file may grow no further, as on a disk that is full."""
    store = window.services.store
    pages = store.ledger.exec_driver_sql("PRAGMA page_count").scalar_one()
    store.ledger.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    thread = judged.waiting(store)[0].thread
    with pytest.raises(StoreFull):
        note_without_end(window.services.desk, thread)


def note_without_end(desk: Desk, thread: ThreadKey) -> None:
    while True:
        triage.note(desk, thread, "vol " * 20)


@pytest.mark.parametrize("keys", [("o", KEY.Key_Return), ("j",), ("u",)], ids=["verdict", "skip", "undo"])
def test_a_full_disk_on_the_road_is_told_and_everything_stays_as_it_was(
    page: FlaggedPage, window: MainWindow, qtbot: QtBot, keys: tuple[str | Qt.Key, ...]
) -> None:
    type_keys(page, qtbot, "o", KEY.Key_Return)
    fill_the_disk(window)
    store = window.services.store
    events = "SELECT count(*) AS n, max(hlc) AS last FROM ledger.event"
    before = (tuple(store.read(events)[0]), [one.message for one in judged.waiting(store)], page.round.at)
    type_keys(page, qtbot, *keys)
    assert "The disk is full" in everything_said(page.strip)
    assert (tuple(store.read(events)[0]), [one.message for one in judged.waiting(store)], page.round.at) == before
    store.ledger.exec_driver_sql("PRAGMA max_page_count = 1073741823")
    type_keys(page, qtbot, *keys)
    assert tuple(store.read(events)[0]) != before[0], "with room it goes on"
