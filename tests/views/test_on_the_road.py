"""For the road and back, in the window: what is taken along, and one key for each decision that waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, current_thread, main_thread
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from console.app import shown_settings
from console.desk import returning, verdicts
from console.desk.seat import Desk, Refused
from console.domain.conversation import MessageKey
from console.domain.house_policies import HousePolicy
from console.domain.outbox import On, State
from console.domain.platform import Way
from console.domain.verdicts import Action, Judgement
from console.settings import load, save
from console.store.connection import Store
from console.store.errors import StoreFull
from console.store.read import judged
from console.store.read.connections import connections
from console.store.read.outbox import of_decision
from console.store.read.queue import View
from console.store.read.returned import Returned, returned
from console.store.write import away, requests
from console.store.write.intents import move
from console.views.main_window import MainWindow
from console.views.road import return_reader
from console.views.road.dialog import RoadDialog
from console.views.road.return_dialog import ReturnDialog
from console.views.settings.dialog import SettingsDialog
from console.views.settings.road import RoadSettings
from tests.views.test_window import press, strip_text

DELETE, KEEP = Judgement(Action.DELETE, (HousePolicy(1, "Privacy"),)), Judgement(Action.KEEP)


def words_of(widget: QWidget) -> str:
    parts = [label.text() for label in widget.findChildren(QLabel)]
    return "\n".join(parts + [body.toPlainText() for body in widget.findChildren(QTextBrowser)])


Shown = TypeVar("Shown", bound=QWidget)


def dialog_of(window: MainWindow, kind: type[Shown], qtbot: QtBot) -> Shown:
    qtbot.waitUntil(lambda: any(one.isVisible() for one in window.findChildren(kind)))
    return next(one for one in window.findChildren(kind) if one.isVisible())


def told_dialog(window: MainWindow, qtbot: QtBot) -> ReturnDialog:
    """The return report once it is read."""
    dialog = dialog_of(window, ReturnDialog, qtbot)
    qtbot.waitUntil(dialog._bar.isHidden)
    return dialog


def test_w_takes_along_what_is_flagged_and_says_what_is_not_here(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "w")
    dialog = dialog_of(window, RoadDialog, qtbot)
    store = window.services.store
    (request,) = requests.take(store)
    assert (request.kind, request.args["view"]) == ("for_the_road", "flagged")
    requests.tell(store, request.id, {"what": "packing", "done": 3, "of": 12, "pictures": 2, "bytes": 1_500_000})
    qtbot.waitUntil(lambda: "3 of 12 conversations" in words_of(dialog))
    missed = {"what": "picture", "thread": "t", "title": "De gang", "name": "gang.jpg", "why": "over_limit", "words": "", "code": ""}  # fmt: skip
    requests.answer(store, request.id, {
        "threads": 12, "of": 30, "messages": 40, "people": 9, "pictures": 5, "bytes": 2_000_000, "limit_bytes": 2_100_000,
        "full": True, "stopped": False, "missed": [missed], "missed_count": 1})  # fmt: skip
    qtbot.waitUntil(lambda: "Taken along: 12 of 30 conversations" in words_of(dialog))
    assert "The disk is nearly full" in words_of(dialog)
    assert "gang.jpg: doesn't fit within the limit" in words_of(dialog)
    assert dialog._also.isVisible(), "the inbox can be taken along too"
    dialog._end.click()
    assert not dialog.isVisible()


def test_the_settings_say_what_w_takes_along_first_and_how_much(
    window: MainWindow, profile: Path, qtbot: QtBot
) -> None:
    window.services.save_settings = lambda changes: save(profile, changes)
    dialog = SettingsDialog(window.services, window)
    dialog.open()
    parts = dialog.findChild(RoadSettings)
    assert parts is not None
    parts._view.setCurrentIndex(parts._view.findData("unanswered"))
    parts._limit.setValue(50)
    parts._away.setValue(30)
    dialog._ok.click()
    found = load(profile)
    assert (found.road_view, found.road_mb, found.away_min) == ("unanswered", 50, 30)
    window.services.settings = shown_settings(found)
    press(window, qtbot, "w")
    dialog_of(window, RoadDialog, qtbot)
    (request,) = requests.take(window.services.store)
    assert (request.args["view"], request.args["limit_bytes"]) == ("unanswered", 50_000_000)


def test_what_is_shown_can_be_taken_along_after_it(window: MainWindow, qtbot: QtBot) -> None:
    window.list.search.setText("medicatie")
    window.showing._searched("medicatie")
    press(window, qtbot, "w")
    dialog = dialog_of(window, RoadDialog, qtbot)
    store = window.services.store
    (request,) = requests.take(store)
    requests.answer(store, request.id, {
        "threads": 1, "of": 1, "messages": 1, "people": 1, "pictures": 0, "bytes": 100, "limit_bytes": 1000, "full": False,
        "stopped": False, "missed": [], "missed_count": 0})  # fmt: skip
    qtbot.waitUntil(dialog._also.isVisible)
    assert dialog._also.text() == "Take ‘medicatie’ along too"
    dialog._also.click()
    (again,) = requests.take(store)
    assert (again.args["view"], again.args["query"]) == ("all", "medicatie")


def test_a_connections_own_list_can_be_taken_along_too(window: MainWindow, qtbot: QtBot) -> None:
    line = connections(window.services.store)[0]
    window.showing.show_view(View("open", connection=line.key, moderator=window.services.desk.moderator))
    press(window, qtbot, "w")
    dialog = dialog_of(window, RoadDialog, qtbot)
    assert dialog._also.text() == f"Take ‘{line.name}’ along too"
    requests.take(window.services.store)
    dialog._also.click()
    (again,) = requests.take(window.services.store)
    assert (again.args["view"], again.args["connection"]) == ("open", line.key)


def test_stopping_asks_the_collector_to_stop(window: MainWindow, qtbot: QtBot) -> None:
    press(window, qtbot, "w")
    dialog = dialog_of(window, RoadDialog, qtbot)
    (asked,) = requests.take(window.services.store)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    (stop,) = requests.take(window.services.store)
    assert (stop.kind, stop.args["ref"]) == ("stop_packing", asked.args["ref"])


def ask_without_end(store: Store) -> None:
    while True:
        requests.ask(store, "sync", {"names": ["x" * 100]})


@pytest.fixture
def full_disk(window: MainWindow) -> Iterator[None]:
    """Room for nothing more that is decided or asked."""
    ledger = window.services.store.ledger
    pages = ledger.exec_driver_sql("PRAGMA page_count").scalar_one()
    ledger.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFull):
        ask_without_end(window.services.store)
    yield
    ledger.exec_driver_sql("PRAGMA max_page_count = 1073741823")


def test_on_a_full_disk_nothing_is_taken_along_and_that_is_said(
    window: MainWindow, full_disk: None, qtbot: QtBot
) -> None:
    press(window, qtbot, "w")
    dialog = dialog_of(window, RoadDialog, qtbot)
    assert "The disk is full" in words_of(dialog)
    assert dialog._end.text() == "Close"
    dialog._end.click()
    assert not dialog.isVisible()


def edited(window: MainWindow, message: MessageKey) -> str:
    with window.services.store.writing(window.services.store.cache) as cache:
        cache.exec_driver_sql("UPDATE message SET text = 'Nu anders', text_hash = 'x' WHERE key = ?", (message,))
    return "edited"


def removed(window: MainWindow, message: MessageKey) -> str:
    with window.services.store.writing(window.services.store.cache) as cache:
        cache.exec_driver_sql("UPDATE message SET state = 'deleted' WHERE key = ?", (message,))
    return "removed"


def closed(window: MainWindow, message: MessageKey) -> str:
    with window.services.store.writing(window.services.store.cache) as cache:
        cache.exec_driver_sql(
            "UPDATE thread SET locked = 1 WHERE id = (SELECT thread_id FROM message WHERE key = ?)", (message,)
        )
    return "locked"


def decided(window: MainWindow, message: MessageKey) -> str:
    store = window.services.store
    for intent in verdicts.give(Desk(store, "Karin", 10_000), message, KEEP).intents:
        for on in (On.DUE, On.CONFIRMED):  # what she did left long ago
            move(store, intent.id, on)
    return "decided"


def by_api(window: MainWindow) -> list[MessageKey]:
    """What waits where a removal goes by itself, each in a conversation of its own."""
    desk, found = window.services.desk, {}
    for one in judged.waiting(desk.store):
        with suppress(Refused):
            steps = verdicts.plan(desk, one.message, DELETE).steps
            if all(step.way is Way.API for step in steps):
                found.setdefault(one.thread, one.message)
    return list(found.values())


def back(window: MainWindow, others: Callable[[MainWindow, MessageKey], str], count: int = 1) -> list[str]:
    """So many verdicts without network, each stale when one comes back; the keys of the decisions."""
    store, desk = window.services.store, window.services.desk
    left_ms = store.now_ms() - 8 * 3_600_000
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET locked = 0")
    given = []
    for message in by_api(window)[:count]:
        decision = verdicts.give(desk, message, DELETE)
        why = others(window, message)
        for intent in of_decision(store, decision.event):
            if intent.state is State.QUEUED:
                move(store, intent.id, On.THREAD_CHANGED, error=why, error_words="Karin" if why == "decided" else "")
        given.append(decision.event)
    for row in connections(store):
        away.came_back(store, row.key, left_ms)
    return given


def test_of_a_heavy_message_neither_title_nor_words_stand_there_until_asked_for(
    window: MainWindow, qtbot: QtBot
) -> None:
    assert back(window, closed)
    (event,) = window.services.store.read("SELECT message, thread FROM ledger.event WHERE what = 'verdict'")
    store = window.services.store
    with store.writing(store.cache) as cache:
        for key in (event["message"], event["thread"]):
            cache.exec_driver_sql("UPDATE report SET reason = 'Threats or intimidation', state = 'upheld' WHERE message = ?", (key,))  # fmt: skip
        cache.exec_driver_sql("UPDATE message SET text = 'Hij slaat erop' WHERE key = ?", (event["message"],))
    window.services.heavies.read_again()
    assert window.services.heavies.among([event["message"]]), "it is heavy"
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    dialog = told_dialog(window, qtbot)
    assert "Covered: reported as ‘Threats" in words_of(dialog)
    assert "Hij slaat erop" not in words_of(dialog)
    qtbot.waitUntil(dialog.isActiveWindow)
    qtbot.keyClick(dialog, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "Hij slaat erop" in words_of(dialog))
    assert window.services.heavy_count.today() == 1
    with qtbot.waitSignal(dialog._reader.ready):
        dialog.show_again()
    assert "Hij slaat erop" in words_of(dialog), "it stays open while the dialog does"
    dialog.reject()


@pytest.mark.parametrize("others", [edited, removed, closed, decided])
def test_what_is_stale_shows_both_sides_and_the_strip_says_that_one_is_back(
    window: MainWindow, qtbot: QtBot, others: Callable[[MainWindow, MessageKey], str]
) -> None:
    assert back(window, others)
    qtbot.waitUntil(window.road.strip.isVisible)
    assert "1 waits for you" in strip_text(window.road.strip)
    qtbot.keyClick(window, Qt.Key.Key_W, Qt.KeyboardModifier.ShiftModifier)
    dialog = told_dialog(window, qtbot)
    said = words_of(dialog)
    assert "As it was judged" in said
    assert "As it is now" in said
    assert dialog._scroll.verticalScrollBar().value() == 0, "what it is about stands above the first"
    tells = {
        edited: "Nu anders",
        removed: "It is gone.",
        closed: "The conversation is closed.",
        decided: "Karin: verdict: let stand",
    }
    assert tells[others] in said
    assert ("Mine after all" in " ".join(one.text() for one in dialog.findChildren(QPushButton))) == (
        others is not removed
    ), "what is gone can't be judged any more"


def test_what_the_strip_says_of_what_waits_holds_also_when_that_is_settled_elsewhere(
    window: MainWindow, qtbot: QtBot
) -> None:
    desk, strip = window.services.desk, window.road.strip
    first, second = back(window, closed, count=2)
    qtbot.waitUntil(lambda: strip.isVisible() and "2 wait for you" in strip_text(strip))
    returning.theirs(desk, returning.found(desk, first))
    window.showing.look()
    qtbot.waitUntil(lambda: "1 waits for you" in strip_text(strip))
    returning.leave(desk, returning.found(desk, second))
    window.showing.look()
    qtbot.waitUntil(strip.isHidden)


@pytest.mark.parametrize(("key", "verdict_by"), [("1", "mine"), ("2", "nobody"), ("3", "mine")])
def test_settling_one_takes_two_keys_at_most(window: MainWindow, qtbot: QtBot, key: str, verdict_by: str) -> None:
    given = back(window, closed, count=2)
    assert len(given) == 2
    window.road.show_return()
    dialog = told_dialog(window, qtbot)
    second = dialog._waiting[1]
    qtbot.keyClick(dialog, Qt.Key.Key_Down)
    qtbot.keyClicks(dialog, key)
    told = returning.look(window.services.desk)
    assert told is not None
    assert [item.event.key for item in told.waiting] == [given[0]], "the other one still waits"
    standing = judged.verdict_on(window.services.store, MessageKey(str(second.event.message)))
    assert (standing is None) == (verdict_by == "nobody")
    states = {intent.state for intent in of_decision(window.services.store, second.event.key)}
    assert states == ({State.CONFLICT} if key == "3" else {State.WITHDRAWN})


@pytest.mark.parametrize("key", ["1", "2", "3"])
@pytest.mark.parametrize("became", ["not_taken", "uncertain"])
def test_what_its_platform_did_not_do_or_cannot_tell_is_settled_by_one_key(
    window: MainWindow, qtbot: QtBot, became: str, key: str
) -> None:
    (given,) = back(window, lambda _window, _message: became)
    store = window.services.store
    for intent in of_decision(store, given):
        move(store, intent.id, On.RETRY)
        move(store, intent.id, On.DUE)
        if became == "not_taken":
            move(store, intent.id, On.REFUSED, error="Rejected", error_words=became)
        else:
            move(store, intent.id, On.ANSWER_LOST, last_byte_at_ms=store.now_ms())
            move(store, intent.id, On.CANT_TELL, asks=True)
    window.road.show_return()
    dialog = told_dialog(window, qtbot)
    assert len(dialog._waiting) == 1
    qtbot.keyClicks(dialog, key)
    told = returning.look(window.services.desk)
    assert told is not None
    assert told.waiting == []
    states = {intent.state for intent in of_decision(store, given)}
    left = {State.FAILED if became == "not_taken" else State.UNCERTAIN}
    again = State.QUEUED if became == "uncertain" else State.WITHDRAWN  # tried again, or judged anew
    assert states == {"1": {again}, "2": {State.WITHDRAWN}, "3": left}[key]


def test_keys_go_on_to_the_next_one_before_all_is_read_again(window: MainWindow, qtbot: QtBot) -> None:
    given = back(window, closed, count=3)
    window.road.show_return()
    dialog = told_dialog(window, qtbot)
    dialog._reader.ask = lambda: None  # type: ignore[method-assign]  # it is slow today
    qtbot.keyClicks(dialog, "21")
    told = returning.look(window.services.desk)
    assert told is not None
    assert [item.event.key for item in told.waiting] == [given[2]]


def test_the_report_is_read_beside_the_window(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    back(window, closed)
    go_on, readers = Event(), []

    def slowly(store: Store, by: str) -> Returned | None:
        readers.append(current_thread())
        assert go_on.wait(20)
        return returned(store, by)

    monkeypatch.setattr(return_reader, "returned", slowly)
    window.road.show_return()
    dialog = dialog_of(window, ReturnDialog, qtbot)
    qtbot.waitUntil(lambda: bool(readers))
    try:
        assert "Looking what others changed …" in words_of(dialog)
        assert dialog._bar.isVisible()
        qtbot.keyClicks(dialog, "1")
        assert readers == [one for one in readers if one is not main_thread()]
    finally:
        go_on.set()
    qtbot.waitUntil(lambda: "1 waits for you" in words_of(dialog))
    assert dialog._bar.isHidden()


def test_altgr_and_ctrl_settle_nothing(window: MainWindow, qtbot: QtBot) -> None:
    (given,) = back(window, closed)
    window.road.show_return()
    dialog = told_dialog(window, qtbot)
    for held in (
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier,
    ):
        qtbot.keyClick(dialog, Qt.Key.Key_2, held)
    told = returning.look(window.services.desk)
    assert told is not None
    assert [item.event.key for item in told.waiting] == [given]


def test_when_all_went_through_it_says_so_and_closing_it_is_reading_it(window: MainWindow, qtbot: QtBot) -> None:
    back(window, closed)
    window.road.show_return()
    dialog = told_dialog(window, qtbot)
    qtbot.keyClicks(dialog, "2")
    qtbot.waitUntil(
        lambda: "You decided nothing in that time." in words_of(dialog)
    )  # taken back: nothing of it is left
    dialog._read.click()
    assert returning.look(window.services.desk) is None
