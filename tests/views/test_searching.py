"""What can't be found within a frame is looked for in the background: the window says so and goes on."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from console.desk.bulk_verbs import Triage
from console.domain.query import parse
from console.domain.triage import What
from console.store import connection
from console.store.connection import Store
from console.store.errors import StoreAskedTooMuch
from console.store.read import finding, queue
from console.store.read.order import Order
from console.store.read.queue import View
from console.views import showing
from console.views.background import Background
from console.views.main_window import MainWindow

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A window that has no time for any question."""
    monkeypatch.setattr(connection, "_COUNTED_AT_ONCE", 10)
    monkeypatch.setattr(showing, "STEPS", 10)


@pytest.fixture
def background(window: MainWindow) -> Iterator[Background]:
    made = Background(window.services.store)
    yield made
    made.close()


def test_the_list_says_that_it_searches_and_then_shows_what_was_found(
    window: MainWindow, qtbot: QtBot, hurried: None
) -> None:
    expected = queue.order(window.services.store, View("all", query=parse("is:open"))).ids
    assert len(expected) > 1
    window.fitting.focus_search()
    window.list.search.setText("is:open")
    assert window.model.total == 0
    assert window.list.empty._text.text() == "Searching…"
    qtbot.waitUntil(lambda: window.model.order.ids == expected)
    qtbot.waitUntil(lambda: window.conversation.row is not None and window.conversation.row.thread_id == expected[0])
    window.list.search.setText("from:nobodyatall")
    qtbot.waitUntil(lambda: "Nothing found" in window.list.empty._text.text())
    qtbot.waitUntil(lambda: window.conversation.row is None)  # once the typing pauses


def test_what_changes_meanwhile_is_looked_for_in_the_background_too(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, hurried: None
) -> None:
    qtbot.waitUntil(lambda: window.conversation.row is not None)
    asked: list[View] = []
    monkeypatch.setattr(window.showing._background, "ask", lambda view, shown: asked.append(view))
    window.actions_by_name["assign_me"].trigger()
    qtbot.waitUntil(lambda: asked == [window.showing.view])


def test_a_question_about_another_view_ends_the_one_that_is_being_answered(
    background: Background, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, begun = finding.newest, []

    def endless(store: Store, view: View) -> Order:
        if view.name == "all":
            begun.append(view)
            store.read(ENDLESS)
        return newest(store, view)

    monkeypatch.setattr(finding, "newest", endless)
    answered: list[str] = []
    background.ready.connect(lambda view, order, new, items: answered.append(view.name))
    background.ask(View("all"), array("q"))
    qtbot.waitUntil(lambda: bool(begun))
    background.ask(View("inbox"), array("q"))
    qtbot.waitUntil(lambda: answered == ["inbox"])


def test_closing_ends_what_is_being_answered(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[View] = []

    def endless(store: Store, view: View) -> Order:
        begun.append(view)
        store.read(ENDLESS)
        return Order.flat()

    monkeypatch.setattr(finding, "newest", endless)
    background = Background(window.services.store)
    background.ask(View("all"), array("q"))
    qtbot.waitUntil(lambda: bool(begun))
    background.close()


def test_another_view_gives_up_what_was_read_for_the_one_before_and_is_answered_itself(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, background: Background
) -> None:
    begun: list[View] = []
    newest = finding.newest

    def endless(store: Store, view: View) -> Order:
        begun.append(view)
        if view == View("all"):
            store.read(ENDLESS)
        return newest(store, view)

    monkeypatch.setattr(finding, "newest", endless)
    background.ask(View("all"), array("q"))
    qtbot.waitUntil(lambda: bool(begun))
    background.leave()
    with qtbot.waitSignal(background.ready) as told:
        background.ask(View("inbox"), array("q"))
    assert told.args is not None
    assert told.args[0] == View("inbox")


def test_a_question_that_is_given_up_leaves_the_store_as_it_was(window: MainWindow) -> None:
    store = window.services.store
    with pytest.raises(StoreAskedTooMuch), store.within(100_000):
        store.read(ENDLESS)
    assert len(queue.order(store, View("all")).ids) > 1
    with store.within(10_000_000):
        assert len(queue.order(store, View("all")).ids) > 1


def test_all_that_a_search_matches_is_marked_also_what_its_list_leaves_out(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, wanted = window.services.store, View("all", query=parse("de"))
    every = set(queue.order(store, wanted).ids)
    monkeypatch.setattr(finding, "MOST", 3)
    monkeypatch.setattr(showing, "AT_ONCE", 2)
    assert len(every) > 3, "the list will hold the newest of them alone"
    window.list.search.setText("de")
    qtbot.waitUntil(lambda: window.model.total == 3)
    qtbot.waitUntil(lambda: window.list._count.text() == "3+")
    assert "The newest 3 of all that match" in window.list._count.toolTip()
    bulk = window.deciding.bulk
    bulk.marking.all()
    assert (len(bulk.marking.marked), bulk.marking.awaits_rest) == (3, True)
    bulk.ask(Triage(What.DONE))
    assert "being read still" in window.status._said.text()
    qtbot.waitUntil(lambda: set(bulk.marking.marked) == every)
    assert (set(bulk.marking.in_order()), bulk.marking.awaits_rest) == (every, False)
    assert window.model.total == len(every)
    bulk.marking.all()
    assert bulk.marking.marked == {}
    window.list.search.setText("")
    qtbot.waitUntil(lambda: "+" not in window.list._count.text())
