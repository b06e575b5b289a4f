"""Doing without a mouse: every pane is reached, the focus is always seen, and large text loses nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from console import words
from console.desk import replies
from console.settings import Settings, load
from console.store.read import outbox, queue
from console.views.main_window import MainWindow
from console.widgets.keyed import ToolButton
from console.widgets.theme import theme

SHIFT = Qt.KeyboardModifier.ShiftModifier
CONTROL = Qt.KeyboardModifier.ControlModifier


def app() -> QApplication:
    found = QApplication.instance()
    assert isinstance(found, QApplication)
    return found


def focus() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None, "the keyboard is nowhere"
    return found


def pane_of(window: MainWindow, widget: QWidget) -> str:
    panes = {"composer": window.conversation.composer, "sidebar": window.sidebar, "list": window.list,
             "conversation": window.conversation, "person": window.context, "status": window.status}  # fmt: skip
    return next(name for name, pane in panes.items() if pane is widget or pane.isAncestorOf(widget))


def picture(window: MainWindow) -> QImage:
    QApplication.processEvents()
    return window.grab().toImage()


@pytest.fixture(autouse=True)
def usual_look() -> Iterator[None]:
    yield
    theme.apply(app(), "light", 100)
    words.use("en")


def test_f6_goes_through_the_panes_and_shift_f6_back(window: MainWindow, qtbot: QtBot) -> None:
    seen = []
    for _turn in range(6):
        qtbot.keyClick(focus(), Qt.Key.Key_F6)
        seen.append(pane_of(window, focus()))
    assert seen == ["conversation", "composer", "person", "status", "sidebar", "list"]
    qtbot.keyClick(focus(), Qt.Key.Key_F6, SHIFT)
    assert pane_of(window, focus()) == "sidebar"


def test_tab_goes_through_everything_in_the_order_of_the_screen(window: MainWindow, qtbot: QtBot) -> None:
    window.items.setFocus()
    seen = [pane_of(window, focus())]
    for _turn in range(40):
        qtbot.keyClick(focus(), Qt.Key.Key_Tab)
        name = pane_of(window, focus())
        if name != seen[-1]:
            seen.append(name)
        if len(seen) == 7:
            break
    assert seen == ["sidebar", "list", "conversation", "composer", "person", "status", "sidebar"]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_focus_is_seen_at_every_stop(window: MainWindow, qtbot: QtBot, mode: str) -> None:
    theme.apply(app(), mode, 100)
    window.items.setFocus()
    first, stops = focus(), 0
    while stops < 40:
        before = picture(window)
        here = focus()
        qtbot.keyClick(here, Qt.Key.Key_Tab)
        after = picture(window)
        there = focus()
        stops += 1
        assert there is not here
        place = there.rect().translated(there.mapTo(window, there.rect().topLeft())).adjusted(-4, -4, 4, 4)
        assert before.copy(place) != after.copy(place), f"nothing shows that {there} has the focus"
        if there is first:
            break
    assert stops >= 8


def test_the_tools_are_one_stop_and_arrows_go_along_them(window: MainWindow, qtbot: QtBot) -> None:
    tools = [tool for tool in window.conversation.findChildren(ToolButton) if tool.isVisible()]
    assert [tool for tool in tools if tool.focusPolicy() is Qt.FocusPolicy.StrongFocus] == [tools[0]]
    tools[0].setFocus()
    qtbot.keyClick(focus(), Qt.Key.Key_Right)
    assert focus() is tools[1]
    thread = window.list.current_thread()
    qtbot.keyClick(focus(), Qt.Key.Key_Left)
    assert focus() is tools[0]
    assert window.list.current_thread() == thread, "the arrow was the row's"


def test_arrows_in_the_sidebar_and_enter_open_a_view(window: MainWindow, qtbot: QtBot) -> None:
    thread = window.list.current_thread()
    window.items.setFocus()
    qtbot.keyClick(window.items, Qt.Key.Key_Down)
    assert window.list.current_thread() == thread
    qtbot.keyClick(window.items, Qt.Key.Key_Return)
    assert window.showing.view.name == "flagged"
    assert pane_of(window, focus()) == "list"


def test_arrows_in_the_conversation_go_along_its_messages(window: MainWindow, qtbot: QtBot) -> None:
    thread = window.list.current_thread()
    window.conversation.view.setFocus()
    window.conversation.view.move_cursor(-100)
    before = window.conversation.view.cursor_key
    qtbot.keyClick(focus(), Qt.Key.Key_Down)
    assert window.conversation.view.cursor_key != before
    assert window.list.current_thread() == thread


def test_after_done_the_keyboard_is_on_the_next_row(window: MainWindow, qtbot: QtBot) -> None:
    following = window.list.next_thread()
    qtbot.keyClick(focus(), Qt.Key.Key_E)
    assert focus() is window.list.view
    assert window.list.current_thread() == following


def test_an_empty_view_keeps_the_keyboard(window: MainWindow, qtbot: QtBot) -> None:
    window.showing.go("escalated")
    assert window.model.rowCount() == 0
    assert focus() is window.list.empty
    qtbot.keyClicks(focus(), "g")
    qtbot.keyClicks(focus(), "i")
    assert window.showing.view.name == "inbox"


def test_every_button_has_a_name(window: MainWindow) -> None:
    unnamed = [button for button in window.findChildren(QAbstractButton)
               if button.isVisible() and not (button.accessibleName() or button.text())]  # fmt: skip
    assert unnamed == []


def test_single_letters_can_be_turned_off(window: MainWindow, qtbot: QtBot) -> None:
    row = window.conversation.row
    assert row is not None
    window.services.settings = {**window.services.settings, "single_keys": False}
    window.set_keys()
    qtbot.keyClick(window.list.view, Qt.Key.Key_E)
    found = queue.row(window.services.store, row.key)
    assert found is not None
    assert found.state == "open"
    qtbot.keyClick(window.list.view, Qt.Key.Key_E, CONTROL | SHIFT)
    found = queue.row(window.services.store, row.key)
    assert found is not None
    assert found.state == "done"
    keys = [key.toString() for action in window.actions_by_name.values() for key in action.shortcuts()]
    assert [key for key in keys if len(key) == 1 or key.startswith("G, ")] == []
    assert len(keys) == len(set(keys))


def test_control_plus_and_minus_change_the_size_of_the_text_and_keep_it(window: MainWindow, qtbot: QtBot) -> None:
    kept: list[object] = []
    window.services.save_settings = kept.append
    theme.apply(app(), "light", 185)
    for expected in (1.95, 2.0, 2.0):
        window.actions_by_name["larger"].trigger()
        assert theme.scale == expected
    theme.apply(app(), "light", 95)
    for expected in (0.85, 0.8, 0.8):
        window.actions_by_name["smaller"].trigger()
        assert theme.scale == expected
    window.actions_by_name["usual_size"].trigger()
    assert theme.scale == 1.0
    assert kept[-1] == {("look", "text_percent"): 100}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    ("percent", "width", "height"),
    [(80, 1440, 900), (200, 1440, 900), (100, 1024, 700), (150, 1024, 700), (200, 1024, 700),
     *(pytest.param(*more, marks=pytest.mark.long) for more in ((100, 1440, 900), (150, 1440, 900), (80, 1024, 700)))],
)  # fmt: skip
def test_no_text_is_cut_off(window: MainWindow, language: str, percent: int, width: int, height: int) -> None:
    from console.app import make_window

    words.use(language)
    theme.apply(app(), "light", percent)
    made = make_window(window.services.store.folder, _settings(window), window.services.store, None)
    made._ask_to_close = lambda count: True  # type: ignore[method-assign]  # nobody is there to answer
    made.resize(width, height)
    made.show()
    try:
        for pane in ("list", "thread"):
            made.fitting.focus_pane(pane)
            for _turn in range(4):
                QApplication.processEvents()
            assert [cut for cut in map(cut_off, made.findChildren(QWidget)) if cut] == []
    finally:
        made.close()
        made.deleteLater()


def cut_off(widget: QWidget) -> str:
    """What of a widget's text has no room; "" where all has. What ends in … by design has its tooltip."""
    if not widget.isVisible() or not widget.width():
        return ""
    if type(widget) is QLabel and widget.text():
        metrics = widget.fontMetrics()
        short = not widget.wordWrap() and metrics.horizontalAdvance(widget.text()) > widget.width() + 1
        low = metrics.height() > widget.height() + 2 if not widget.wordWrap() else (
            widget.heightForWidth(widget.width()) > widget.height() + 2
        )  # fmt: skip
        return f"{widget.text()!r} {widget.size()}" if short or low else ""
    if isinstance(widget, QPushButton | ToolButton) and widget.minimumSizeHint().width() > widget.width() + 1:
        return f"{widget.accessibleName()!r} {widget.minimumSizeHint()} {widget.size()}"
    return ""


def _settings(window: MainWindow) -> Settings:
    return load(window.services.store.folder)


def test_j_and_a_digit_choose_in_the_outbox(window: MainWindow, qtbot: QtBot) -> None:
    for _turn in range(2):
        row = window.conversation.row
        assert row is not None
        replies.reply(window.services.desk, row.key, f"Dank je wel, {row.author}.")
        qtbot.keyClick(window.list.view, Qt.Key.Key_J)
    window.showing.show_outbox()
    before = outbox.intents(window.services.store)
    qtbot.keyClick(focus(), Qt.Key.Key_J)
    qtbot.keyClick(focus(), Qt.Key.Key_1)
    left = outbox.intents(window.services.store)
    assert [found.intent.id for found in left] == [before[0].intent.id], "the second was taken back"
