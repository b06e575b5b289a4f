"""A moderator's keys on the real window: each decision shows at once and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.domain.calendar import DAY_MS
from console.domain.platform import Way
from console.store.read import connections, outbox, queue, thread
from console.store.read.queue import QueueRow, View
from console.views.connections.menu import ConnectionMenu
from console.views.main_window import MainWindow
from console.views.sidebar_items import sidebar_items
from console.widgets.picker import Picker
from console.widgets.strip import Strip


def press(window: MainWindow, qtbot: QtBot, keys: str) -> None:
    """Type keys where the focus is, as a person does."""
    for char in keys:
        qtbot.keyClicks(QApplication.focusWidget() or window, char)


def strip_text(strip: Strip) -> str:
    return " ".join(label.text() for label in strip.findChildren(QLabel)) if strip.isVisible() else ""


def choose(window: MainWindow, title: str) -> QueueRow:
    key = window.services.store.read("SELECT key FROM thread WHERE title LIKE :t", {"t": f"%{title}%"})[0]["key"]
    window.showing.open_thread(key)
    window.list.view.setFocus()
    assert window.conversation.row is not None
    assert window.conversation.row.key == key
    return window.conversation.row


def now(window: MainWindow, row: QueueRow) -> QueueRow:
    found = queue.row(window.services.store, row.key)
    assert found is not None
    return found


def held_in(window: MainWindow, row: QueueRow) -> list[thread.ShownMessage]:
    return [one for one in thread.messages(window.services.store, row.thread_id) if one.state == "held"]


def test_the_inbox_opens_on_its_first_thread(window: MainWindow) -> None:
    first = queue.page(window.services.store, View("inbox"), 1)[0][0]
    assert window.conversation.row is not None
    assert window.conversation.row.key == first.key
    assert window.model.total > 20


def test_the_cursor_lands_on_the_message_of_the_first_reason(window: MainWindow) -> None:
    row = choose(window, "Twee nachten")
    assert row.reasons[0].kind == "reported"
    assert window.conversation.view.cursor_key == row.reasons[0].message


def test_from_when_a_connection_counts_is_chosen_in_its_menu(window: MainWindow, qtbot: QtBot) -> None:
    store = window.services.store
    row = connections.connections(store)[0]
    menu = ConnectionMenu(window.services.desk, row, window)

    def chosen(key: str) -> int:
        next(action for action in menu.actions() if action.text() == "What counts from …").trigger()
        with qtbot.waitSignal(menu.changed):
            press(window, qtbot, key)
        return connections.connections(store)[0].start_line_ms

    assert row.start_line_ms > 0
    assert chosen("4") == 0, "everything"
    before_ms = store.now_ms()
    assert before_ms <= chosen("2") + 7 * DAY_MS <= store.now_ms(), "a week ago"
    assert before_ms <= chosen("1") <= store.now_ms(), "now"


def test_j_and_k_walk_the_threads(window: MainWindow, qtbot: QtBot) -> None:
    before = window.list.current_thread()
    press(window, qtbot, "j")
    assert window.list.current_thread() != before
    press(window, qtbot, "k")
    assert window.list.current_thread() == before


def test_spaces_that_are_called_alike_are_told_apart(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.views.sidebar_items.MOST_SPACES", 99)
    spaces = {item.key: item for item in sidebar_items(window.services.store, "") if item.kind == "space"}
    alike = [item for item in spaces.values() if item.title.startswith("Welkom")]
    assert {(item.title, item.platform) for item in alike} == {
        ("Welkom · HumHub De Brink", "humhub"), ("Welkom · Mattermost ICT", "mattermost"),
    }  # fmt: skip
    assert all(not item.platform for item in spaces.values() if item not in alike), "no other needs it"
    window.showing.show_view(View("open", space=alike[0].key))
    assert window.list._title.text() == alike[0].title


def test_p_walks_the_messages(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    before = window.conversation.view.cursor_key
    press(window, qtbot, "p")
    after = window.conversation.view.cursor_key
    assert after != before
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_P, Qt.KeyboardModifier.ShiftModifier)
    assert window.conversation.view.cursor_key == before


def test_e_is_done_and_shows_the_next_and_u_takes_it_back(window: MainWindow, qtbot: QtBot) -> None:
    first = window.conversation.row
    assert first is not None
    press(window, qtbot, "e")
    assert now(window, first).state == "done"
    assert window.conversation.row is not None
    assert window.conversation.row.key != first.key
    assert window.model.row_of(first.thread_id) is None
    press(window, qtbot, "u")
    assert now(window, first).state == "open"
    assert window.conversation.row is not None
    assert window.conversation.row.key == first.key


def test_t_tags_and_the_tag_shows(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    press(window, qtbot, "t")
    picker = window.findChild(Picker)
    assert picker is not None
    press(window, qtbot, "Loon")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert now(window, row).tags == ("loon",)


def test_t_offers_first_what_the_platform_files_the_thread_under(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    store = window.services.store
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET topics = '[\"personeel\"]' WHERE id = ?", (row.thread_id,))
    press(window, qtbot, "t")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert now(window, row).tags == ("personeel",)


def test_a_assigns_and_n_notes_and_h_snoozes(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    qtbot.keyClick(window.list.view, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier)
    assert now(window, row).assignee == "Noor van der Meer"
    press(window, qtbot, "n")
    press(window, qtbot, "Bel salaris")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert [note.text for note in thread.notes(window.services.store, row.key)] == ["Bel salaris"]
    press(window, qtbot, "h")
    press(window, qtbot, "1")
    assert now(window, row).state == "snoozed"


def test_letters_are_letters_where_text_is_written(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    press(window, qtbot, "r")
    composer = window.conversation.composer
    assert composer.text.hasFocus()
    press(window, qtbot, "een jute ui")
    assert composer.text.toPlainText() == "een jute ui"
    assert now(window, row).state == "open"


def test_a_reply_goes_to_the_outbox_shows_at_once_and_comes_back_as_words(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Nachttoeslag")
    press(window, qtbot, "r")
    press(window, qtbot, "Ik zoek het uit.")
    qtbot.keyClick(window.conversation.composer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    rows = outbox.intents(window.services.store)
    assert [found.intent.text for found in rows] == ["Ik zoek het uit."]
    assert window.conversation.messages[-1].text == "Ik zoek het uit."
    assert not window.conversation.composer.text.toPlainText()
    press(window, qtbot, "u")
    assert outbox.intents(window.services.store) == []
    assert window.conversation.composer.text.toPlainText() == "Ik zoek het uit."
    assert now(window, row).state == "open"


def test_a_half_written_reply_is_there_again(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Nachttoeslag")
    press(window, qtbot, "r")
    press(window, qtbot, "Bijna klaar met")
    qtbot.keyClick(window.conversation.composer.text, Qt.Key.Key_Escape)
    choose(window, "Vaatwasser")
    assert window.conversation.composer.text.toPlainText() == ""
    choose(window, "Nachttoeslag")
    assert window.conversation.composer.text.toPlainText() == "Bijna klaar met"


def test_y_approves_one_and_shift_y_all_after_the_count(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Wat ik hoorde")
    assert now(window, row).held == 12
    # Which reason comes first, and so where the cursor is, depends on the hour; the key is about the message under it.
    window.conversation.view.set_cursor(next(one.key for one in held_in(window, row)))
    press(window, qtbot, "y")
    assert now(window, row).held == 11
    qtbot.keyClick(window.list.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    assert "11" in strip_text(window.conversation.strip)
    assert now(window, row).held == 11, "the count comes first"
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert now(window, row).held == 0
    press(window, qtbot, "u")
    assert now(window, row).held == 11


def test_hiding_on_the_demos_yammer_is_a_handoff(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "Twee nachten")
    press(window, qtbot, "v")
    assert window.opened, "the browser is asked to open"
    assert "browser" in strip_text(window.handing_off.strip)
    assert [row.intent.state.value for row in outbox.intents(window.services.store)] == ["handoff"]


def test_a_handed_off_reply_is_on_the_clipboard(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "bezoektijden")
    press(window, qtbot, "r")
    press(window, qtbot, "Zes mag.")
    qtbot.keyClick(window.conversation.composer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "Zes mag."


def test_removing_asks_once_and_names_the_effect(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Wat ik hoorde")
    qtbot.keyClick(window.list.view, Qt.Key.Key_Delete)
    assert "put back" in strip_text(window.conversation.strip)
    assert outbox.intents(window.services.store) == []
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert [found.intent.kind.value for found in outbox.intents(window.services.store)] == ["delete"]
    assert row.platform == "wordpress"


def test_what_a_platform_lacks_is_absent_and_its_key_says_so(window: MainWindow, qtbot: QtBot) -> None:
    choose(window, "ECD hangt")
    assert not window.conversation._tools["hide"].isVisible()
    press(window, qtbot, "v")
    assert "Mattermost has no" in window.status._said.text()
    assert outbox.intents(window.services.store) == []


def test_searching_narrows_and_a_wrong_query_says_where(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "/")
    assert window.list.search.hasFocus()
    press(window, qtbot, "vaatwasser")
    assert 0 < window.model.total < 5
    window.list.search.setText("is:foo")
    assert "is:foo" in strip_text(window.list.strip)
    window.list.search.setText("zzzzzz")
    assert window.model.total == 0
    window.list.search.clear()
    assert window.model.total > 20


def test_new_threads_wait_behind_a_strip(window: MainWindow, qtbot: QtBot, profile: Path) -> None:
    ids = list(window.model.order.ids)
    row = choose(window, "Wifi in de kas")
    window.model.remove(row.thread_id)
    whole = queue.order(window.services.store, View("inbox", moderator="Noor van der Meer"))
    window.model.offer_order(whole, whole.new_beside(window.model.order.ids))
    assert "1 new conversation" in strip_text(window.list.strip)
    assert row.thread_id not in window.model.order.ids
    window.list.view.setFocus()
    press(window, qtbot, ".")
    assert list(window.model.order.ids) == ids


@pytest.mark.parametrize("view", ["inbox", "flagged", "unanswered", "newcomers", "leadership", "mine", "snoozed", "escalated", "done", "outbox"])  # fmt: skip
def test_every_view_opens(window: MainWindow, view: str) -> None:
    window.showing.go(view)
    assert window.pages.currentIndex() == (1 if view == "outbox" else 0)


def test_every_command_of_the_menu_runs_without_a_thread(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.views.main_window.KeySheet.exec", lambda self: 0)
    window.showing.go("escalated")
    for name, action in window.actions_by_name.items():
        if name not in ("quit",):
            action.trigger()
    assert window.isVisible()


def test_no_two_commands_share_a_key(window: MainWindow) -> None:
    keys = [key.toString() for action in window.actions_by_name.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("width", "height", "percent"), [(1440, 900, 100), (1024, 700, 100), (1440, 900, 200), (640, 480, 100)]
)
def test_the_window_fits_what_it_is_given(
    window: MainWindow, qtbot: QtBot, width: int, height: int, percent: int
) -> None:
    from console.widgets.theme import theme

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, "dark", percent)
    window.resize(width, height)
    qtbot.waitUntil(lambda: window.width() == width)
    choose(window, "Twee nachten")
    assert window.conversation.isVisible() or window.list.isVisible()
    theme.apply(app, "light", 100)


def test_the_reports_of_a_message_are_settled_from_its_box(window: MainWindow, qtbot: QtBot) -> None:
    row = choose(window, "Twee nachten")
    assert row.reports > 0
    assert window.conversation.can.way("settle") is Way.HANDOFF, "this platform has reports only in the browser"
    buttons = window.conversation.findChildren(QPushButton)
    button = next(b for b in buttons if b.text() == "Settle the reports" and b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.opened  # type: ignore[attr-defined]
    window.handing_off.finish()
    yes = next(b for b in window.handing_off.strip.findChildren(QPushButton) if b.text() == "Yes, it worked")
    yes.click()
    assert now(window, row).reports == 0
    assert not [b for b in window.conversation.findChildren(QPushButton) if b.isVisible() and b.text() == button.text()]
    window.actions_by_name["settle"].trigger()
    assert "settled already" in strip_text(window.conversation.strip)
