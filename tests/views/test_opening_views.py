"""A view opens with its list; the conversation comes in the frame after, and no key falls in between."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.store.read import queue
from console.store.read.queue import QueueRow, View
from console.views.main_window import MainWindow
from console.widgets.sidebar import ITEM_ROLE


class Order(QObject):
    """What happened in which order: the list painted, a conversation shown."""

    def __init__(self, window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        self.seen: list[str] = []
        self._list = window.list
        show = window.conversation.show_thread

        def shown(row: QueueRow | None) -> None:
            self.seen.append("conversation")
            show(row)

        monkeypatch.setattr(window.conversation, "show_thread", shown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        painted = self._list.view.viewport() if self._list.model.rowCount() else self._list.empty
        if event.type() is QEvent.Type.Paint and watched is painted and self.seen[-1:] != ["list"]:
            self.seen.append("list")
        return False


@pytest.fixture
def order(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Order]:
    qtbot.waitUntil(lambda: window.conversation.row is not None)
    app = QApplication.instance()
    assert app is not None
    made = Order(window, monkeypatch)
    app.installEventFilter(made)
    yield made
    app.removeEventFilter(made)


def first_of(window: MainWindow, name: str) -> str:
    """The key of the thread that stands first in a view."""
    view = View(name, moderator=window.services.desk.moderator)
    return queue.rows(window.services.store, queue.order(window.services.store, view, 1).ids)[0].key


@pytest.mark.parametrize("names", [("flagged",), ("unanswered", "flagged"), ("escalated", "inbox"), ("newcomers", "escalated")])  # fmt: skip
def test_the_list_is_painted_before_the_conversation_is_made(
    window: MainWindow, qtbot: QtBot, order: Order, names: tuple[str, ...]
) -> None:
    for name in names:
        order.seen.clear()
        window.showing.go(name)
        assert order.seen == [], "before the list is painted nothing else is made"
        qtbot.waitUntil(lambda: "conversation" in order.seen)
        assert order.seen[:2] == ["list", "conversation"]
    row = window.conversation.row
    assert (None if row is None else row.key) == (None if names[-1] == "escalated" else first_of(window, names[-1]))


def test_so_it_is_for_a_connection_and_a_space(window: MainWindow, qtbot: QtBot, order: Order) -> None:
    model = window.items.model()
    for kind in ("connection", "space"):
        index = next(
            found
            for found in (model.index(n, 0) for n in range(model.rowCount()))
            if found.data(ITEM_ROLE).kind == kind
        )
        order.seen.clear()
        window.items.activated.emit(index)
        qtbot.waitUntil(lambda: "conversation" in order.seen)
        assert order.seen[:2] == ["list", "conversation"], kind
        assert window.list._title.text() == index.data(ITEM_ROLE).title.removesuffix(" ≈")


def test_a_key_that_comes_before_the_conversation_is_about_the_view_that_opens(window: MainWindow) -> None:
    first = first_of(window, "unanswered")
    window.showing.open_thread(
        next(
            row.key
            for row in queue.rows(window.services.store, window.model.order.ids)
            if row.key != first and row.state == "open"
        )
    )
    before = window.conversation.row
    assert before is not None
    assert before.key != first, "the fault would be there: another conversation is still shown"
    window.showing.go("unanswered")
    assert window.conversation.row is before
    window.actions_by_name["done"].trigger()
    store = window.services.store
    found = {key: queue.row(store, key) for key in (before.key, first)}
    assert {key: row and row.state for key, row in found.items()} == {before.key: "open", first: "done"}


def test_a_thread_that_is_opened_at_once_is_not_replaced_by_the_first_of_the_view(
    window: MainWindow, qtbot: QtBot
) -> None:
    elsewhere = first_of(window, "inbox")
    window.showing.go("escalated")
    window.showing.open_thread(elsewhere)
    assert window.conversation.row is not None
    QApplication.processEvents()
    QApplication.processEvents()
    assert window.conversation.row is not None
    assert window.conversation.row.key == elsewhere
