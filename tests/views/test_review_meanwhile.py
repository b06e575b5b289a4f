"""What others change while a message is reviewed: nobody judges what they have not seen."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from console.desk import verdicts
from console.desk.seat import Desk
from console.domain.conversation import Report, ReportKey
from console.domain.verdicts import Action, Judgement
from console.store.read import judged
from console.store.write import pages
from console.views.flagged.page import FlaggedPage
from console.views.main_window import MainWindow
from console.widgets.keyed import KeyButton
from tests.views.reviewed import KEY, at, everything_said, type_keys


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
    window.showing.look()
    waits = next(item for item in page.round.items if item.waiting.message == about.message)
    assert waits.outcome is None, "it waits again"
    page.round.go(about.message)
    page.show_item()
    said = everything_said(page)
    assert "Bram" in said
    assert "Judged before" in said
    assert "let stand" in said
    assert not page.revealed
    type_keys(page, qtbot, "1", KEY.Key_Delete, KEY.Key_Return)
    verdict = judged.verdict_on(store, about.message)
    assert verdict is not None
    assert verdict.payload["action"] == "delete"


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
