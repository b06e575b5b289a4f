"""Signing in with the browser from the window: it asks, opens the page that the collector tells of, and says how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from console.store.write import requests
from console.store.write.requests import Request
from console.views.connections.browser_sign_in import BrowserSignIn
from console.views.main_window import MainWindow
from console.views.services import SignInShown

PLACE = "https://login.example"


@pytest.fixture
def form(window: MainWindow, qtbot: QtBot) -> BrowserSignIn:
    filled: dict[str, Any] = {"adapter": "memory", "settings": {}, "ref": "r"}
    made = BrowserSignIn(window.services, SignInShown("Microsoft", lambda settings: PLACE), lambda: filled)
    qtbot.addWidget(made)
    made.show()
    return made


class Collector:
    """What the collector would do, by hand."""

    def __init__(self, window: MainWindow) -> None:
        self.store = window.services.store

    def taken(self, kind: str) -> Request:
        found = [request for request in requests.take(self.store) if request.kind == kind]
        assert len(found) == 1, found
        return found[0]

    def tell(self, request: Request, facts: Mapping[str, Any]) -> None:
        requests.tell(self.store, request.id, facts)

    def answer(self, request: Request, facts: Mapping[str, Any], *, ok: bool) -> None:
        requests.answer(self.store, request.id, facts, ok=ok)


@pytest.fixture
def collector(window: MainWindow) -> Collector:
    return Collector(window)


def press(form: BrowserSignIn, text: str) -> None:
    next(button for button in form.findChildren(QPushButton) if button.text() == text and button.isVisible()).click()


def buttons(form: BrowserSignIn) -> list[str]:
    return [button.text() for button in form.findChildren(QPushButton) if button.isVisible()]


def texts(form: BrowserSignIn) -> str:
    return " ".join(label.text() for label in form.findChildren(QLabel) if label.isVisible())


def opened(window: MainWindow) -> list[str]:
    found: list[str] = window.opened  # type: ignore[attr-defined]
    return found


def test_the_page_opens_once_and_the_form_says_when_it_is_done(
    window: MainWindow, form: BrowserSignIn, collector: Collector, qtbot: QtBot
) -> None:
    assert buttons(form) == ["Sign in with Microsoft", "With a code instead"]
    press(form, "Sign in with Microsoft")
    request = collector.taken("sign_in")
    assert request.args == {"adapter": "memory", "settings": {}, "ref": "r", "with_code": False}
    collector.tell(request, {"open": f"{PLACE}/authorize?state=s"})
    qtbot.waitUntil(lambda: opened(window) == [f"{PLACE}/authorize?state=s"])
    assert "Your browser shows the page" in texts(form)
    assert buttons(form) == ["Open the page again", "Stop signing in"]
    press(form, "Open the page again")
    assert len(opened(window)) == 2
    with qtbot.waitSignal(form.signed_in):
        collector.answer(request, {}, ok=True)
    assert "You are signed in." in texts(form)
    assert len(opened(window)) == 2


@pytest.mark.parametrize(
    "address",
    ["https://login.example.evil/x", "http://login.example/x", "javascript:alert(1)", "https://a@login.example/"],
)
def test_a_page_elsewhere_is_never_opened(
    window: MainWindow, form: BrowserSignIn, collector: Collector, qtbot: QtBot, address: str
) -> None:
    press(form, "Sign in with Microsoft")
    collector.tell(collector.taken("sign_in"), {"open": address})
    qtbot.waitUntil(lambda: "another address" in texts(form))
    assert opened(window) == []
    assert collector.taken("stop_signing_in").args == {"ref": "r"}


def test_a_code_is_shown_and_copied_where_there_is_no_browser(
    window: MainWindow, form: BrowserSignIn, collector: Collector, qtbot: QtBot
) -> None:
    press(form, "With a code instead")
    request = collector.taken("sign_in")
    assert request.args["with_code"] is True
    collector.tell(request, {"code": "ABCD-1234", "address": "https://microsoft.example/devicelogin"})
    qtbot.waitUntil(lambda: "ABCD-1234" in texts(form))
    assert "https://microsoft.example/devicelogin" in texts(form)
    press(form, "Copy the code")
    assert QGuiApplication.clipboard().text() == "ABCD-1234"
    assert opened(window) == []


def test_what_went_wrong_is_said_and_one_can_begin_again(
    form: BrowserSignIn, collector: Collector, qtbot: QtBot
) -> None:
    press(form, "Sign in with Microsoft")
    facts = {"error": "Forbidden", "code": "no_consent", "words": "access_as_user"}
    collector.answer(collector.taken("sign_in"), facts, ok=False)
    qtbot.waitUntil(lambda: "access_as_user" in texts(form))
    assert buttons(form) == ["Sign in with Microsoft", "With a code instead"]


def test_somebody_can_stop(form: BrowserSignIn, collector: Collector, qtbot: QtBot) -> None:
    press(form, "Sign in with Microsoft")
    request = collector.taken("sign_in")
    press(form, "Stop signing in")
    assert collector.taken("stop_signing_in").args == {"ref": "r"}
    collector.answer(request, {"error": "Rejected", "code": "sign_in_stopped", "words": ""}, ok=False)
    qtbot.waitUntil(lambda: "You stopped signing in." in texts(form))


def test_a_collector_that_began_anew_has_another_page(
    window: MainWindow, form: BrowserSignIn, collector: Collector, qtbot: QtBot
) -> None:
    press(form, "Sign in with Microsoft")
    for state in ("first", "second"):
        request = collector.taken("sign_in")
        collector.tell(request, {"open": f"{PLACE}/authorize?state={state}"})
        qtbot.waitUntil(lambda state=state: f"{PLACE}/authorize?state={state}" in opened(window))  # type: ignore[misc]
        requests.take_over(collector.store)
