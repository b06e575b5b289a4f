"""Adding a connection with the keyboard, on platforms that behave: what is found, what is missing, what is followed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from console.sentences.for_administrators import RECOGNISING_FILE
from console.store.read import connections
from console.store.write import requests
from console.store.write.connections import ignored_spaces
from console.sync.allowances import Allowances
from console.sync.connecting import Patience
from console.sync.requests import Requests
from console.sync.secret_store import SecretStore
from console.views.connections.dialog import HISTORY, PLATFORM, SPACES, ConnectDialog
from console.views.main_window import MainWindow
from console.widgets.secret_field import SecretField
from tests.adapters.intranet import Home
from tests.fakes.buddypress import BuddyPress
from tests.fakes.humhub import HumHub

PAGE = b"<!doctype html><html><body><p>Bakkerij</p></body></html>"


class Collector:
    """Carries out what the window asks, when the test says so; the secret comes to it as a line on its stdin does."""

    def __init__(self, window: MainWindow, folder: Path, passphrase: str | None = "een wachtzin") -> None:
        self.store = window.services.store
        self.secrets = SecretStore(folder, passphrase)
        self.renewed: list[str] = []
        self._asked = Requests(
            self.store, self.secrets, Patience(), None, self._renew, None, Allowances(self.store), None  # type: ignore[arg-type]
        )  # fmt: skip
        window.services.tell = self._hear

    def _hear(self, said: Mapping[str, Any]) -> None:
        if "passphrase" in said:
            self.secrets.unlock(said["passphrase"])
        if "secret" in said:
            self.secrets.hand_over(said["secret"]["ref"], said["secret"]["values"])

    async def _renew(self, key: str) -> None:
        self.renewed.append(key)

    def carry_out(self, dialog: ConnectDialog) -> None:
        taken = requests.take(self.store)
        assert taken, "something was asked"
        for request in taken:
            assert "redactie-token" not in str(request.args), "a secret is never written down"
            asyncio.run(self._asked.carry_out(request))
        dialog._look_for_answer()


@pytest.fixture(autouse=True)
def without_a_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub() as served:
        served.space("Directie", public=True, joris="admin")
        served.post("sanne", "Hallo")
        yield served


@pytest.fixture
def collector(window: MainWindow, profile: Path) -> Collector:
    return Collector(window, profile)


@pytest.fixture
def dialog(window: MainWindow, collector: Collector, qtbot: QtBot) -> Iterator[ConnectDialog]:
    made = opened(window, qtbot)
    yield made
    made.done(0)


def opened(window: MainWindow, qtbot: QtBot, again: connections.ConnectionRow | None = None) -> ConnectDialog:
    made = ConnectDialog(window.services, window, again)
    made.open()
    qtbot.waitExposed(made)
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is not None and made.isAncestorOf(QApplication.focusWidget()))
    return made


def focused() -> Any:
    return QApplication.focusWidget()


def fill_in(dialog: ConnectDialog, platform: str, **values: str) -> None:
    dialog.first.gallery.choose(platform)
    for name, value in values.items():
        dialog.first.form.field(name).setText(value)


def found(dialog: ConnectDialog) -> list[tuple[str, str]]:
    return [(finding.tone, finding.heading) for finding in dialog.first.form.card.findings]


def test_from_the_search_to_the_connection_with_the_keyboard_alone(
    dialog: ConnectDialog, collector: Collector, humhub: HumHub, qtbot: QtBot
) -> None:
    assert focused() is dialog.first.gallery.search
    qtbot.keyClicks(focused(), "intranet")
    assert dialog.first.gallery.model.rowCount() == 3, "BuddyPress and HumHub, below their heading"
    qtbot.keyClick(focused(), Qt.Key.Key_Down)
    assert focused() is dialog.first.gallery.list
    qtbot.keyClick(focused(), Qt.Key.Key_Down)
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert dialog.first.form.platform.key == "humhub"
    assert focused() is dialog.first.form.field("url")
    qtbot.keyClicks(focused(), humhub.url)
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    focused().selectAll()
    qtbot.keyClicks(focused(), "De Brink")
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert isinstance(focused(), SecretField)
    token = focused()
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    assert focused().accessibleName() == "Show what was typed"
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)
    said = [label.text() for label in dialog.first.form.findChildren(QLabel) if label.isVisible()]
    assert "An administrator of HumHub makes it: Administration, Modules, RESTful API, bearer tokens." in said
    token.setFocus()
    qtbot.keyClicks(focused(), "redactie-token")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert dialog.first.form.card.busy
    collector.carry_out(dialog)
    assert ("ok", "Found and signed in") in found(dialog)
    assert ("ok", "2 spaces to read") in found(dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.pages.currentIndex() == SPACES
    spaces = dialog.spaces.list.findChild(QListWidget)
    spaces.setFocus()
    qtbot.keyClick(spaces, Qt.Key.Key_Down)
    qtbot.keyClick(spaces, Qt.Key.Key_Space)
    assert dialog.spaces.followed == 1
    dialog._next.setFocus()
    qtbot.keyClick(dialog._next, Qt.Key.Key_Space)
    assert dialog.pages.currentIndex() == HISTORY
    assert focused() is dialog.history.days
    qtbot.keyClicks(focused(), "30")
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    with qtbot.waitSignal(dialog.connected):
        collector.carry_out(dialog)
    assert not dialog.isVisible()
    row = connections.by_name(collector.store, "De Brink")
    assert row is not None
    assert row.us == "redactie"
    assert collector.store.now_ms() - row.since_ms < 31 * 86_400_000
    assert [key.rpartition(":")[2] for key in ignored_spaces(collector.store)] == ["10"], "Directie stays out"
    assert collector.renewed == [row.key]
    assert collector.secrets.get(row.key) == {"token": "redactie-token"}


def test_a_limitation_comes_with_a_text_for_the_administrator_and_stops_nobody(
    dialog: ConnectDialog, collector: Collector, qtbot: QtBot
) -> None:
    with BuddyPress(recognised=False) as site:
        home = Home(site)
        fill_in(dialog, "buddypress", url=site.url, user="redactie", password=home.us.password)
        dialog.next()
        collector.carry_out(dialog)
        assert found(dialog)[-1] == (
            "warn",
            "This site knows your application password in WordPress, but not in BuddyPress",
        )
        qtbot.mouseClick(dialog.first.form.card._copy, Qt.MouseButton.LeftButton)
        text = QGuiApplication.clipboard().text()
        assert RECOGNISING_FILE.strip() in text
        assert site.url in text
        assert "Account: Redactie" in text
        assert home.us.password not in text
        # What can be done is no longer what BuddyPress can at best.
        said = dialog.first.form._can._chips.accessibleName()
        assert said.startswith("We do: answer. You finish: edit own text, remove")
        dialog.next()
        assert dialog.pages.currentIndex() == SPACES


def test_a_wrong_server_is_told_plainly_and_leads_nowhere(
    dialog: ConnectDialog, collector: Collector, humhub: HumHub
) -> None:
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    with humhub.during(200, PAGE, "text/html"):
        dialog.next()
        collector.carry_out(dialog)
    assert found(dialog) == [("danger", "That is a website, but not a HumHub")]
    assert dialog.first.form.card.findings[0].detail == "Check the address."
    assert dialog._next.text() == "Check the connection"
    dialog.first.form.card.again.emit()
    collector.carry_out(dialog)
    assert ("ok", "Found and signed in") in found(dialog)


def test_nothing_filled_in_names_what_is_missing_and_puts_the_keyboard_there(
    dialog: ConnectDialog, collector: Collector
) -> None:
    fill_in(dialog, "wordpress")
    dialog.next()
    assert found(dialog) == [("warn", "Fill in first: Address, User name or e-mail address, Application password")]
    assert focused() is dialog.first.form.field("url")
    assert requests.take(collector.store) == []


def test_what_is_typed_after_a_check_wants_another_check(
    dialog: ConnectDialog, collector: Collector, humhub: HumHub
) -> None:
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    dialog.next()
    collector.carry_out(dialog)
    assert dialog._next.text() == "On to the spaces"
    dialog.first.form.field("token").setText("oud")
    assert dialog._next.text() == "Check the connection"
    assert not dialog.first.form.card.isVisible()
    dialog.next()
    collector.carry_out(dialog)
    assert "doesn't know this token" in found(dialog)[0][1]
    assert dialog.pages.currentIndex() == PLATFORM


def test_nobody_has_to_wait_for_a_check(
    dialog: ConnectDialog, collector: Collector, humhub: HumHub, qtbot: QtBot
) -> None:
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    dialog.next()
    card = dialog.first.form.card
    assert card.busy
    assert not dialog._next.isEnabled()
    qtbot.mouseClick(card._button, Qt.MouseButton.LeftButton)
    assert not card.isVisible()
    assert dialog._next.isEnabled()
    assert connections.by_name(collector.store, "HumHub") is None


def test_escape_goes_back_step_by_step_and_keeps_what_was_chosen(
    dialog: ConnectDialog, collector: Collector, humhub: HumHub, qtbot: QtBot
) -> None:
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    dialog.next()
    collector.carry_out(dialog)
    dialog.next()
    dialog.spaces.list.chosen.emit({dialog.spaces._spaces[0].key: False})
    dialog.next()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.pages.currentIndex() == PLATFORM
    dialog.next()
    assert dialog.spaces.followed == 1
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_without_a_keyring_a_passphrase_is_asked_and_then_it_connects(
    window: MainWindow, profile: Path, humhub: HumHub, qtbot: QtBot
) -> None:
    collector = Collector(window, profile, passphrase=None)
    dialog = opened(window, qtbot)
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    for step in ("check", "spaces", "history", "connect"):
        dialog.next()
        if step in ("check", "connect"):
            collector.carry_out(dialog)
    assert found(dialog) == [("warn", "This computer has no keyring")]
    assert dialog.pages.currentIndex() == PLATFORM
    assert focused() is dialog.first.form._locked.field
    qtbot.keyClicks(focused(), "een wachtzin")
    for _step in ("spaces", "history", "connect"):
        dialog.next()
    collector.carry_out(dialog)
    assert not dialog.isVisible()
    assert SecretStore(profile, "een wachtzin").get(collector.renewed[0])["token"] == "redactie-token"


def test_signing_in_again_is_the_form_alone_and_only_for_the_same_account(
    window: MainWindow, collector: Collector, dialog: ConnectDialog, humhub: HumHub, qtbot: QtBot
) -> None:
    fill_in(dialog, "humhub", url=humhub.url, token="redactie-token")
    for step in ("check", "spaces", "history", "connect"):
        dialog.next()
        if step in ("check", "connect"):
            collector.carry_out(dialog)
    row = connections.by_name(collector.store, "HumHub")
    assert row is not None
    again = opened(window, qtbot, row)
    assert not again.first.gallery.isVisible()
    assert not again.steps.isVisible()
    assert again.first.form.field("url").text() == humhub.url
    assert isinstance(focused(), SecretField), "what is known is filled in; the secret never is"
    qtbot.keyClicks(focused(), "mis")
    qtbot.keyClick(again, Qt.Key.Key_Return)
    collector.carry_out(again)
    assert "doesn't know this token" in found(again)[0][1]
    again.first.form.field("token").setText("redactie-token")
    again.next()
    collector.carry_out(again)
    assert not again.isVisible()
    assert len(collector.renewed) == 2


def test_where_only_one_side_fits_a_platform_is_chosen_first_and_escape_goes_back_to_the_list(
    window: MainWindow, collector: Collector, qtbot: QtBot
) -> None:
    window.resize(640, 420)
    dialog = opened(window, qtbot)
    assert (dialog.width(), dialog.height()) == (592, 372)
    assert not dialog.first.form.isVisible()
    assert dialog._next.text() == "On to signing in"
    qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.first.form.isVisible()
    assert not dialog.first.gallery.isVisible()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.first.gallery.isVisible()
    assert focused() is dialog.first.gallery.list
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_only_what_is_installed_is_offered_and_a_row_says_in_words_what_its_marks_say(
    window: MainWindow, dialog: ConnectDialog
) -> None:
    model = dialog.first.gallery.model
    offered = [found.key for n in range(model.rowCount()) if (found := model.platform(n)) is not None]
    assert sorted(offered) == sorted(platform.key for platform in window.services.platforms())
    assert "memory" not in offered, "the demo's own platform can't be connected"
    index = model.index(model.row_of("humhub"), 0)
    said = str(index.data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.startswith("HumHub. Posts and comments from your intranet. Answer: Luisterpost does it. Hide: ")
    assert "Approve: not possible here." in said
    assert "Remove: Luisterpost does it, depends on rights, version or message." in said
    assert said.endswith("Reports: You finish it. News comes in rounds.")
    assert all(field.accessibleName() for field in dialog.first.form.findChildren(QLineEdit))


def test_a_search_without_an_answer_says_so_and_what_is_chosen_stays(dialog: ConnectDialog, qtbot: QtBot) -> None:
    dialog.first.gallery.choose("matrix")
    qtbot.keyClicks(dialog.first.gallery.search, "zuil")
    assert dialog.first.gallery._none.accessibleName() == "Nothing found for ‘zuil’."
    qtbot.keyClick(dialog.first.gallery.search, Qt.Key.Key_Return)
    dialog.first.gallery.search.clear()
    assert dialog.first.form.platform.key == "matrix"
    assert dialog.first.gallery.list.currentIndex().row() == dialog.first.gallery.model.row_of("matrix")


def test_the_demo_can_be_looked_at_first_but_not_from_the_demo_itself(
    window: MainWindow, dialog: ConnectDialog, qtbot: QtBot
) -> None:
    assert not dialog._demo.isVisible(), "this window is the demo's"
    asked: list[str] = []
    window.services.look_around = lambda: asked.append("demo")
    other = opened(window, qtbot)
    assert other._demo.isVisible()
    other._demo.click()
    assert asked == ["demo"]
    assert not other.isVisible()


def test_who_signs_in_on_the_platforms_own_pages_goes_there_first_and_comes_back_to_a_check(
    window: MainWindow, dialog: ConnectDialog, collector: Collector, qtbot: QtBot
) -> None:
    fill_in(dialog, "yammer")
    assert dialog._next.text() == "Sign in"
    dialog.first.form.field("name").setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    (asked,) = requests.take(collector.store)
    assert (asked.kind, asked.args["adapter"]) == ("sign_in", "yammer")
    assert not dialog._next.isEnabled(), "somebody is signing in"
    requests.answer(collector.store, asked.id, {})
    qtbot.waitUntil(lambda: dialog.first.form.card.busy)
    (check,) = requests.take(collector.store)
    assert (check.kind, check.args["ref"]) == ("check", asked.args["ref"]), "what the collector got is used for it"
    dialog.first.gallery.choose("humhub")
    assert dialog._pages is None


def test_a_secret_that_is_typed_is_checked_without_any_page(dialog: ConnectDialog, collector: Collector) -> None:
    fill_in(dialog, "yammer", token="sleutel")
    assert dialog._next.text() == "Check the connection"
    dialog.next()
    (check,) = requests.take(collector.store)
    assert check.kind == "check"
