"""The card of a connection: it follows the store, counts down, and every decision on it can be taken back."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from console.desk import connections as verbs
from console.store.read import connections
from console.store.read.connections import ConnectionRow
from console.store.read.requests import answer as answer_of
from console.store.write import requests
from console.store.write.connections import Round, note_health, remove
from console.store.write.waits import SpentNow, WaitNow, put_spent, put_waits
from console.views.connections.card import ConnectionCard
from console.views.main_window import MainWindow
from console.widgets.sidebar import ITEM_ROLE
from console.widgets.space_list import SpaceList
from console.widgets.theme import theme


def yammer(window: MainWindow) -> ConnectionRow:
    return next(row for row in connections.connections(window.services.store) if row.name == "Yammer")


@pytest.fixture
def card(window: MainWindow, qtbot: QtBot) -> Iterator[ConnectionCard]:
    made = window.doors.show_card(yammer(window).key)
    assert made is not None
    qtbot.waitUntil(lambda: made.findChild(SpaceList).isVisible())
    yield made
    gc.collect()


def words(card: ConnectionCard) -> str:
    return "\n".join(label.text() for label in card.findChildren(QLabel) if label.isVisible())


def button(card: ConnectionCard, text: str) -> QPushButton:
    return next(one for one in card.findChildren(QPushButton) if one.text() == text)


def spaces(window: MainWindow) -> dict[str, bool]:
    return {space.title: space.followed for space in connections.spaces(window.services.store, yammer(window).key)}


def cards(window: MainWindow) -> list[ConnectionCard]:
    return [one for one in window.findChildren(ConnectionCard) if one.isVisible()]


def test_the_first_enter_on_a_connection_shows_its_conversations_and_the_next_one_its_card(
    window: MainWindow, qtbot: QtBot
) -> None:
    model = window.items.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, 0).data(ITEM_ROLE).title == "Yammer")
    window.items.setFocus()
    window.items.setCurrentIndex(model.index(row, 0))
    QTest.keyClick(window.items, Qt.Key.Key_Return)
    assert window.showing.shows_connection() == yammer(window).key
    assert not cards(window)
    QTest.keyClick(window.items, Qt.Key.Key_Return)
    [card] = cards(window)
    QTest.keyClick(card, Qt.Key.Key_Escape)
    assert not cards(window)
    assert window.focusWidget() is window.items, "the keyboard is where it was"


def test_a_click_on_the_mark_of_a_connection_opens_its_card_at_once(window: MainWindow, qtbot: QtBot) -> None:
    model = window.items.model()
    row = next(n for n in range(model.rowCount()) if model.index(n, 0).data(ITEM_ROLE).title == "Yammer")
    place = window.items.visualRect(model.index(row, 0))
    mark = QPoint(place.right() - 20, place.center().y())
    QTest.mouseClick(window.items.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, mark)
    [card] = cards(window)
    assert not window.showing.shows_connection()
    card.reject()


def test_it_says_how_it_is_doing_what_is_left_and_what_waits_and_counts_down(
    card: ConnectionCard, window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, key = window.services.store, yammer(window).key
    assert "In order." in words(card)
    assert "Nothing waits." in words(card)
    now_ms = store.now_ms()
    note_health(store, key, Round("limited", "http_429", retry_at_ms=now_ms + 50_000))
    put_spent(store, key, [SpentNow("messages", 10, 30_000, True, [now_ms] * 7), SpentNow("", 10, 30_000, True, [])], 0)
    put_waits(store, [WaitNow(key, "pictures", "", "budget", now_ms, now_ms + 20_000)])
    card._reader.ask()
    qtbot.waitUntil(lambda: "Yammer asks us to wait." in words(card))
    assert "3 of 10 requests left, in any 30 s" in words(card)
    assert "Requests for messages" in words(card)
    assert "the requests for now are spent" in words(card)
    monkeypatch.setattr(store, "now_ms", lambda: now_ms + 15_000)
    card._count_down()
    assert "in 5 s" in words(card)
    monkeypatch.setattr(store, "now_ms", lambda: now_ms + 30_001)
    card._count_down()
    assert "10 of 10 requests left" in words(card), "what is spent comes back without anything being written"


def test_what_somebody_else_writes_is_on_it_a_moment_later(
    card: ConnectionCard, window: MainWindow, qtbot: QtBot
) -> None:
    from console.store.connection import Store

    like = window.services.store
    other = Store(like.folder, now_ms=like.now_ms, policy=like.policy)
    note_health(other, yammer(window).key, Round("unreachable", "timeout", retry_at_ms=like.now_ms() + 90_000))
    other.close()
    qtbot.waitUntil(lambda: "Collecting" in words(card))
    assert "Yammer isn't answering" in words(card)


def test_a_pause_is_taken_back_with_one_key(card: ConnectionCard, window: MainWindow, qtbot: QtBot) -> None:
    button(card, "Pause").click()
    assert yammer(window).paused
    qtbot.waitUntil(lambda: not button(card, "Try now").isEnabled())
    assert "nothing leaves" in words(card)
    card._back.activated.emit()
    assert not yammer(window).paused
    qtbot.waitUntil(lambda: button(card, "Try now").isEnabled())
    button(card, "Pause").click()
    qtbot.waitUntil(lambda: any(one.text() == "Go on collecting" for one in card.findChildren(QPushButton)))
    button(card, "Go on collecting").click()
    assert not yammer(window).paused


def test_spaces_are_ignored_and_followed_with_the_keyboard_and_taken_back(
    card: ConnectionCard, window: MainWindow, qtbot: QtBot
) -> None:
    shown = card.findChild(SpaceList).findChild(QListWidget)
    first = next(iter(spaces(window)))
    shown.setFocus()
    shown.setCurrentRow(0)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert spaces(window)[first] is False
    assert f"‘{first}’ is no longer collected" in words(card)
    card._back.activated.emit()
    assert spaces(window)[first] is True
    qtbot.waitUntil(lambda: shown.item(0).checkState() is Qt.CheckState.Checked)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    QTest.keyClick(shown, Qt.Key.Key_Space)
    assert spaces(window)[first] is True
    button(card, "Ignore all").click()
    assert not any(spaces(window).values())
    card._back.activated.emit()
    assert all(spaces(window).values())


def test_only_the_spaces_that_are_shown_are_followed_or_ignored_together(
    card: ConnectionCard, window: MainWindow
) -> None:
    typed, title = card.findChild(SpaceList).findChild(QLineEdit), list(spaces(window))[1]
    QTest.keyClicks(typed, title[:6].upper())
    button(card, "Ignore all").click()
    assert [name for name, followed in spaces(window).items() if not followed] == [title]
    typed.setText("no such space")
    assert "No space is called that." in words(card)


def test_try_now_asks_the_collector_and_says_what_came_of_it(
    card: ConnectionCard, window: MainWindow, qtbot: QtBot
) -> None:
    store = window.services.store
    button(card, "Try now").click()
    [asked] = requests.take(store)
    assert (asked.kind, asked.args) == ("sync", {"names": [yammer(window).key]})
    qtbot.waitUntil(lambda: "asked, no answer yet" in words(card))
    requests.answer(
        store, asked.id, {"connections": [{"name": "Yammer", "ok": True, "messages": 3, "error_kind": None}]}
    )
    qtbot.waitUntil(lambda: "It answered. 3 messages were read." in words(card))
    button(card, "Try now").click()
    [asked] = requests.take(store)
    failed = {"name": "Yammer", "ok": False, "error_kind": "RateLimited", "error": "http_429", "words": ""}
    requests.answer(store, asked.id, {"connections": [failed]})
    qtbot.waitUntil(lambda: "Yammer asks us to wait a moment. We continue by ourselves." in words(card))
    assert answer_of(store, asked.id).state == "done"


def test_signing_in_again_is_asked_of_the_window_and_stands_first_where_it_is_needed(
    card: ConnectionCard, window: MainWindow, qtbot: QtBot
) -> None:
    note_health(window.services.store, yammer(window).key, Round("sign_in", "AuthExpired"))
    card._reader.ask()
    again = button(card, "Sign in again")
    qtbot.waitUntil(lambda: again.property("kind") == "primary")
    assert "no longer lets us in" in words(card)
    window.sign_in_asked.disconnect()
    with qtbot.waitSignal(window.sign_in_asked) as asked:
        again.click()
    assert asked.args[0].key == yammer(window).key
    assert not card.isVisible()


def test_it_closes_when_the_connection_is_taken_away(card: ConnectionCard, window: MainWindow, qtbot: QtBot) -> None:
    remove(window.services.store, yammer(window).key)
    card._reader.ask()
    qtbot.waitUntil(lambda: not cards(window))


def test_it_may_be_closed_more_than_once_and_asked_of_after(card: ConnectionCard, window: MainWindow) -> None:
    card.reject()
    card._reader.ask()
    window.closing.emit()  # the window takes it away too
    assert not card.isVisible()


def test_a_screen_reader_hears_what_each_space_and_button_is(card: ConnectionCard, window: MainWindow) -> None:
    shown = card.findChild(SpaceList).findChild(QListWidget)
    verbs.follow(window.services.desk, yammer(window).key, connections.spaces(window.services.store, yammer(window).key)[0].key, False)  # fmt: skip
    said = [shown.item(n).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(shown.count())]
    assert all(", followed, " in name and "messages" in name for name in said)
    assert shown.accessibleName() == "Spaces"
    for one in card.findChildren(QPushButton):
        if one.isVisible():
            assert one.accessibleName() or one.text()


@pytest.mark.parametrize("percent", [100, 200])
def test_it_fits_a_small_window_and_its_last_button_is_always_there(
    window: MainWindow, qtbot: QtBot, percent: int
) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark", percent)
    window.resize(1024, 700)
    card = window.doors.show_card(yammer(window).key)
    assert card is not None
    qtbot.waitUntil(lambda: card.findChild(SpaceList).isVisible())
    qtbot.waitUntil(lambda: card.height() > 300)
    assert card.width() <= window.width()
    assert card.height() <= window.height()
    close = button(card, "Close")
    assert card.rect().contains(close.geometry())
    for label in card.findChildren(QLabel):
        assert label.width() <= card.width()
    card.reject()
    theme.apply(app, "light", 100)
