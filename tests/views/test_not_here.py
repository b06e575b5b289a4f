"""What isn't here says so in its place: in a conversation and in a review, with a network and without."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from console.store.connection import Store
from console.store.read import judged, queue, thread
from console.views.flagged.shown import review_shown
from console.views.main_window import MainWindow
from console.views.not_here import beginning_words, files_shown

NOT_FETCHED = "Not fetched; comes when there is a network."


@pytest.fixture
def store(window: MainWindow) -> Store:
    return window.services.store


def write(store: Store, sql: str, values: tuple[object, ...] = ()) -> None:
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql(sql, values)


def offline(store: Store) -> None:
    write(store, "UPDATE health SET state = 'unreachable'")


def test_a_picture_that_was_not_fetched_says_so_in_the_review(store: Store, window: MainWindow) -> None:
    waiting = judged.waiting(store)[0]
    attached = json.dumps(
        [
            ["gang.jpg", "image/jpeg", 1, "https://x.example/gang.jpg"],
            ["plan.pdf", "application/pdf", 1, "https://x.example/plan.pdf"],
        ]
    )
    write(store, "UPDATE message SET attachments = ? WHERE key = ?", (attached, waiting.message))
    about = judged.reported(store, waiting.message)
    assert about is not None

    def files() -> tuple[str, ...]:
        shown = review_shown(
            store,
            about,
            store.now_ms(),
            replace(window.reviewing.page.care.begins, pictures="never"),  # else their places say it
            revealed=True,
            unfolded=False,
            narrow=False,
        )
        assert shown is not None
        return shown.judged.attachments

    assert files() == ("gang.jpg", "plan.pdf")
    offline(store)
    assert files() == (f"gang.jpg · {NOT_FETCHED}", "plan.pdf"), "what is no picture is never fetched"


def test_what_a_conversation_began_with_says_that_it_is_not_here(
    store: Store, window: MainWindow, qtbot: QtBot
) -> None:
    waiting = next(one for one in judged.waiting(store) if one.message != one.thread)
    row = queue.row(store, waiting.thread)
    assert row is not None
    said = thread.messages(store, row.thread_id)
    assert beginning_words(store, said) == ""
    write(store, "DELETE FROM message WHERE key = ?", (waiting.thread,))
    said = thread.messages(store, row.thread_id)
    assert "older than what this connection brings" in beginning_words(store, said)
    offline(store)
    assert beginning_words(store, said) == NOT_FETCHED
    assert window.conversation._cards(row, said)[0].state.startswith(f"Before this: {NOT_FETCHED}")
    about = judged.reported(store, waiting.message)
    assert about is not None
    shown = review_shown(
        store, about, store.now_ms(), window.reviewing.page.care.begins, revealed=True, unfolded=False, narrow=False
    )
    assert shown is not None
    assert shown.before[0].text == NOT_FETCHED
    assert files_shown(store, said[0], row.connection, frozenset()) == ()


def test_what_may_be_missing_in_the_midst_says_so_too(store: Store, window: MainWindow) -> None:
    waiting = next(one for one in judged.waiting(store) if one.message != one.thread)
    row = queue.row(store, waiting.thread)
    assert row is not None
    said = thread.messages(store, row.thread_id)
    assert beginning_words(store, said) == ""
    with store.writing(store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE connection SET since_ms = ?", (said[-1].posted_at_ms,))
    assert beginning_words(store, said).startswith("Older messages of this conversation may be missing")
    shown = window.conversation._cards(row, said)[0]
    assert shown.state.startswith("Older messages of this conversation may be missing")
    write(store, "UPDATE thread SET whole_at_ms = 1 WHERE id = ?", (row.thread_id,))
    assert beginning_words(store, said) == "", "fetched whole since"
