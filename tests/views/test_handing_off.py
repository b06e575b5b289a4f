"""What is finished in the browser, in the real window: opened by a key, asked about on coming back, and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from console import words
from console.app import make_window, open_store
from console.desk import drafts
from console.domain.outbox import Intent, State
from console.settings import load
from console.store.read import outbox
from console.store.write import handoffs, pages
from console.views.main_window import MainWindow
from console.widgets.strip import Strip
from tests.views.test_window import choose, press, strip_text

TEXT = "Zes mag, want iedereen weet dan nog waar de anderen zijn. Vraag het ook even aan de balie."


def reply(window: MainWindow, qtbot: QtBot) -> Intent:
    """Answer on a platform without a door for it, by the keys a person uses."""
    choose(window, "bezoektijden")
    press(window, qtbot, "r")
    press(window, qtbot, TEXT)
    qtbot.keyClick(window.conversation.composer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    return latest(window)


def latest(window: MainWindow) -> Intent:
    return outbox.intents(window.services.store, open_only=False)[0].intent


def back(window: MainWindow, qtbot: QtBot) -> None:
    """The person was in the browser, and is here again."""
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowDeactivate))
    QApplication.sendEvent(window, QEvent(QEvent.Type.WindowActivate))
    QApplication.processEvents()


def buttons(strip: Strip) -> list[str]:
    return [one.text() for one in strip.findChildren(QPushButton) if not one.isHidden()] if strip.isVisible() else []


def click(window: MainWindow, qtbot: QtBot, text: str) -> None:
    button = next(one for one in window.handing_off.strip.findChildren(QPushButton)
                  if not one.isHidden() and one.text() == text)  # fmt: skip
    QApplication.processEvents()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def opened(window: MainWindow) -> list[str]:
    found: list[str] = window.opened  # type: ignore[attr-defined]  # the fixture's own
    return found


def test_one_key_copies_and_opens_and_the_question_comes_with_the_person(window: MainWindow, qtbot: QtBot) -> None:
    reply(window, qtbot)
    assert QGuiApplication.clipboard().text() == TEXT
    (url,) = opened(window)
    assert url.startswith("https://facebook.")
    assert buttons(window.handing_off.strip) == [], "nothing is asked of somebody who is on their way to the browser"
    back(window, qtbot)
    assert "Is it there?" in strip_text(window.handing_off.strip)
    assert buttons(window.handing_off.strip) == ["Yes, it's there", "Not yet, open again", "Discard"]
    assert window.isEnabled(), "it is no dialog: everything else goes on"


def test_yes_means_sent_and_a_mistake_is_put_right(window: MainWindow, qtbot: QtBot) -> None:
    reply(window, qtbot)
    back(window, qtbot)
    click(window, qtbot, "Yes, it's there")
    assert latest(window).state is State.SENT
    assert TEXT in [message.text for message in window.conversation.messages], "shown though the platform doesn't"
    click(window, qtbot, "It isn't after all")
    assert latest(window).state is State.HANDOFF
    assert "Is it there?" in strip_text(window.handing_off.strip)
    back(window, qtbot)
    click(window, qtbot, "Not yet, open again")
    assert len(opened(window)) == 2
    assert latest(window).attempts == 2


def test_who_discards_has_the_words_in_the_composer_and_can_put_it_back(window: MainWindow, qtbot: QtBot) -> None:
    reply(window, qtbot)
    QGuiApplication.clipboard().setText("iets anders")
    back(window, qtbot)
    click(window, qtbot, "Discard")
    assert latest(window).state is State.WITHDRAWN
    assert window.conversation.composer.text.toPlainText() == TEXT
    assert QGuiApplication.clipboard().text() == "iets anders", "only the key that says so touches the clipboard"
    click(window, qtbot, "Put it back")
    assert latest(window).state is State.HANDOFF
    assert window.conversation.composer.text.toPlainText() == ""


def test_an_action_asks_whether_it_worked(window: MainWindow, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("iets anders")
    choose(window, "Twee nachten")
    press(window, qtbot, "v")
    assert QGuiApplication.clipboard().text() == "iets anders"
    back(window, qtbot)
    assert "Did it work?" in strip_text(window.handing_off.strip)
    click(window, qtbot, "Yes, it worked")
    assert window.conversation.current_message().state == "hidden"  # type: ignore[union-attr]


def test_taking_back_by_hand_opens_the_browser_again(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    press(window, qtbot, "v")
    press(window, qtbot, "u")
    assert latest(window).state is State.HANDOFF, "whether it is hidden must be said first"
    assert "Did it work?" in strip_text(window.handing_off.strip)
    click(window, qtbot, "Yes, it worked")
    window.list.view.setFocus()
    press(window, qtbot, "u")
    assert (latest(window).kind.value, latest(window).state) == ("unhide", State.HANDOFF)
    assert len(opened(window)) == 2


def test_offline_nothing_is_opened_and_it_waits(window: MainWindow, qtbot: QtBot) -> None:
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE health SET state = 'unreachable'")
    QGuiApplication.clipboard().setText("iets anders")
    intent = reply(window, qtbot)
    assert opened(window) == []
    assert QGuiApplication.clipboard().text() == "iets anders"
    assert (intent.state, intent.last_byte_at_ms) == (State.HANDOFF, None)
    assert "offline" in strip_text(window.handing_off.strip)
    click(window, qtbot, "Close")
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE health SET state = 'ok'")
    window.showing.look()
    assert "Copy and open" in buttons(window.handing_off.strip), "back online it is brought to mind"


def test_what_changed_since_is_said_before_the_browser_opens(window: MainWindow, qtbot: QtBot) -> None:
    intent = reply(window, qtbot)
    back(window, qtbot)
    window.handing_off.close()
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET locked = 1 WHERE key = ?", (intent.thread,))
    window.handing_off.open(intent.id, again=True)
    assert len(opened(window)) == 1
    assert "closed" in strip_text(window.handing_off.strip)
    click(window, qtbot, "Open all the same")
    assert len(opened(window)) == 2


def test_a_reply_that_is_seen_there_is_asked_about_no_longer(window: MainWindow, qtbot: QtBot) -> None:
    intent = reply(window, qtbot)
    back(window, qtbot)
    _appears(window, intent, TEXT)
    window.showing.look()
    assert latest(window).state is State.SENT
    assert not window.handing_off.strip.isVisible()


def test_what_is_seen_there_before_the_person_is_back_is_no_longer_to_be_placed(
    window: MainWindow, qtbot: QtBot
) -> None:
    intent = reply(window, qtbot)
    assert window.handing_off.strip.isVisible(), "it says what to do in the browser"
    _appears(window, intent, TEXT)
    window.showing.look()
    assert latest(window).state is State.SENT
    assert not window.handing_off.strip.isVisible()
    back(window, qtbot)
    assert buttons(window.handing_off.strip) == []


def test_what_only_looks_like_it_is_shown_and_asked(window: MainWindow, qtbot: QtBot) -> None:
    intent = reply(window, qtbot)
    _appears(window, intent, TEXT.replace("iedereen", "men"))
    back(window, qtbot)
    assert "Is this yours?" in strip_text(window.handing_off.strip)
    assert "want men weet" in strip_text(window.handing_off.strip)
    click(window, qtbot, "No, that is something else")
    assert "Is it there?" in strip_text(window.handing_off.strip)


def _appears(window: MainWindow, intent: Intent, text: str) -> None:
    """A page brings a message of ours into the thread."""
    from dataclasses import replace

    from console.domain.conversation import Message, MessageKey, Person, PersonKey

    store = window.services.store
    account = store.read("SELECT account FROM ledger.connection WHERE key = :key", {"key": intent.connection})
    us = PersonKey(account[0]["account"])
    message = Message(MessageKey(f"{intent.thread}-ours"), intent.space, us, store.now_ms(), f"<p>{text}</p>", text,
                      root=intent.thread)  # fmt: skip
    changed = pages.apply_changes(store, intent.connection, [Person(us, "Wij"), replace(message)])
    handoffs.settle(store, changed.thread_ids)


def test_the_key_goes_to_what_waits_and_to_the_question(window: MainWindow, qtbot: QtBot) -> None:
    reply(window, qtbot)
    window.list.view.setFocus()
    qtbot.keyClick(window.list.view, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert "Is it there?" in strip_text(window.handing_off.strip), "it was opened: so it is asked"
    qtbot.keyClick(window.list.view, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    focus = QApplication.focusWidget()
    assert isinstance(focus, QPushButton)
    assert focus.text() == "Yes, it's there"


@pytest.fixture
def second(window: MainWindow, profile: Path) -> Iterator[MainWindow]:
    """Another window on the same profile."""
    store = open_store(profile, load(profile))
    made = make_window(profile, load(profile), store, None)
    urls: list[str] = []
    made.services.open_link = urls.append
    made.opened = urls  # type: ignore[attr-defined]
    made._ask_to_close = lambda count: True  # type: ignore[method-assign]
    made.show()
    yield made
    made.close()
    made.deleteLater()
    store.close()


def test_two_windows_neither_open_nor_ask_twice(window: MainWindow, second: MainWindow, qtbot: QtBot) -> None:
    assert window.services.reminds()
    assert not second.services.reminds(), "one of them brings things to mind"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    intent = reply(window, qtbot)
    second.showing.look()
    second.handing_off.open(intent.id)
    assert opened(second) == [], "it was opened in the other one: so whether it is there comes first"
    assert "Is it there?" in strip_text(second.handing_off.strip)
    back(window, qtbot)
    click(window, qtbot, "Yes, it's there")
    second.showing.look()
    assert not second.handing_off.strip.isVisible(), "it was said in the other one"
    second.handing_off.open(intent.id, again=True)
    assert opened(second) == [], "what ended is opened nowhere"


def test_what_is_left_comes_back_when_the_window_opens(window: MainWindow, qtbot: QtBot, profile: Path) -> None:
    intent = reply(window, qtbot)
    window.close()
    store = open_store(profile, load(profile))
    again = make_window(profile, load(profile), store, None)
    again._ask_to_close = lambda count: True  # type: ignore[method-assign]
    again.show()
    QApplication.processEvents()
    try:
        assert "Is it there?" in strip_text(again.handing_off.strip)
        assert outbox.counts(store).for_you == 1
        assert latest(again).id == intent.id
    finally:
        again.close()
        again.deleteLater()
        store.close()


def test_a_failed_reply_is_written_anew_from_the_outbox(window: MainWindow, qtbot: QtBot) -> None:
    intent = reply(window, qtbot)
    desk = window.services.desk
    with desk.store.writing(desk.store.ledger) as ledger:
        ledger.exec_driver_sql("UPDATE intent SET state = 'failed', error = 'Rejected', error_words = 'nee'")
    window.showing.show_outbox()
    texts = [one.text() for one in window.outbox.findChildren(QPushButton) if one.isVisible()]
    assert "Edit" in texts
    press(window, qtbot, "2")
    row = outbox.intent(desk.store, intent.id)
    assert row is not None
    assert row.intent.state is State.DRAFT
    assert window.conversation.composer.text.toPlainText() == TEXT
    kept = drafts.reply_draft(desk, intent.thread)
    assert kept is not None
    assert kept.text == TEXT


def test_in_dutch_it_asks_as_the_design_says(window: MainWindow, qtbot: QtBot) -> None:
    words.use("nl")
    try:
        intent = reply(window, qtbot)
        back(window, qtbot)
        assert "Staat het erop?" in strip_text(window.handing_off.strip)
        assert buttons(window.handing_off.strip) == ["Ja, het staat erop", "Nog niet, open opnieuw", "Weggooien"]
        assert intent.state is State.HANDOFF
    finally:
        words.use("en")
