"""Signing in through the browser with the program's own collector, as a process: the window only asks and looks."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pytestqt.qtbot import QtBot

from console import settings
from console.cli.session import now_ms
from console.desk import connections as asking
from console.desk import replies
from console.desk.seat import Desk
from console.domain.conversation import ThreadKey
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read.connections import connections
from console.store.read.requests import Answer
from console.sync.secret_store import PASSPHRASE_FILE, SecretStore
from console.views.connections.browser_sign_in import BrowserSignIn
from console.views.services import SignInShown
from tests.fakes.behind_entra import Behind, BehindEntra, Door
from tests.fakes.entra import Browser, FakeEntra
from tests.long.processes import ROOT, until

QUICK = {
    "LUISTERPOST_POLL_S": "0.1",
    "LUISTERPOST_UNDO_S": "0",
    "LUISTERPOST_SETTLE_SCALE": "0.1",
    "LUISTERPOST_TIMEOUT_S": "5",
}
PASSPHRASE = "een lange wachtzin"


@dataclass
class Moderator:
    """A profile with its collector, and what a window does with both."""

    behind: Behind
    store: Store
    desk: Desk
    browser: Browser
    environment: dict[str, str]
    lines: list[str] = field(default_factory=list)
    running: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        self.running = subprocess.Popen(
            [*self.program(), "sync", "--watch"], cwd=ROOT, env=self.environment, stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        return self.running

    def program(self) -> list[str]:
        folder = self.store.folder
        return [sys.executable, "-m", "console", "--home", str(folder.parent), "--profile", folder.name, "--lang", "en"]

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self.program(), *arguments], cwd=ROOT, env=self.environment | environment, capture_output=True,
            text=True, check=False, timeout=90,
        )  # fmt: skip

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self.running is not None:
            self.running.send_signal(number)
            self.running.wait(30)
            self.running = None

    def ask(self, kind: str, **args: Any) -> str:
        known = {"adapter": "behind", "name": "Daar", "ref": "dialog-1", "settings": self.behind.settings()}
        return asking.ask(self.desk, kind, known | args)

    def told(self, request: str, name: str) -> str:
        until(lambda: name in asking.told(self.desk, request), f"the collector says {name}", 30)
        return str(asking.told(self.desk, request)[name])

    def answer(self, request: str) -> Answer:
        until(lambda: asking.answered(self.desk, request) is not None, "an answer", 30)
        found = asking.answered(self.desk, request)
        assert found is not None
        return found

    def sign_in(self, person: str = "noor", **args: Any) -> None:
        request = self.ask("sign_in", **args)
        page = self.browser.open(self.told(request, "open"), person=person)
        assert "go back to Luisterpost" in page.text
        assert self.answer(request).state == "done"

    def connect(self, **args: Any) -> Answer:
        return self.answer(self.ask("connect", **args))

    def kept(self) -> dict[str, str]:
        return self.kept_of(connections(self.store)[0].key)

    def kept_of(self, connection: str) -> dict[str, str]:
        return SecretStore(self.store.folder, PASSPHRASE).get(connection)

    def question(self) -> None:
        self.behind.world.say("vraag", "plein", "fatma", now_ms() - 3_600_000, "Weet iemand hoe laat de bus gaat?")

    def until_the_question_is_there(self) -> None:
        until(lambda: self.store.read("SELECT 1 FROM message"), "the question is there", 30)

    def thread(self) -> ThreadKey:
        return ThreadKey(self.store.read("SELECT key FROM thread")[0]["key"])

    def said_by_us(self) -> list[str]:
        return [row["body"] for row in self.behind.world.posts("memory") if row["author"] == "us"]

    def state(self) -> str:
        return connections(self.store)[0].health.state


@pytest.fixture
def entra() -> Iterator[FakeEntra]:
    with FakeEntra() as fake:
        yield fake


@pytest.fixture
def here(entra: FakeEntra, tmp_path: Path) -> Iterator[Moderator]:
    profile = tmp_path / "home" / "p"
    settings.save(profile, {("you", "name"): "Noor"})
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    store = Store(profile, now_ms=now_ms, policy=Policy())
    prepare(store.folder)
    with Door(entra) as door:
        behind = Behind.made(entra, door, tmp_path)
        more = QUICK | behind.environment() | {
            PASSPHRASE_FILE: str(tmp_path / "passphrase"), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip
        environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        moderator = Moderator(
            behind, store, Desk(store, "Noor", 0), Browser(tmp_path / "entra.pem"), environment | more
        )
        try:
            yield moderator
        finally:
            moderator.stop(signal.SIGKILL)
            store.close()
            behind.world.close()


def secrets_in(folder: Path, entra: FakeEntra) -> list[str]:
    """The files that hold something that Entra gave, in any form that a search for its text finds."""
    given = [secret.encode() for secret in entra.given]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file.name for file in files if any(secret in file.read_bytes() for secret in given)]


def test_somebody_signs_in_connects_and_reads(here: Moderator, entra: FakeEntra, tmp_path: Path) -> None:
    here.question()
    process = here.start()
    here.sign_in()
    assert here.connect().facts["us"] == "noor"
    here.until_the_question_is_there()
    assert list(here.kept()) == ["tokens"]
    command = Path(f"/proc/{process.pid}/cmdline")
    if command.exists():
        said = command.read_bytes() + Path(f"/proc/{process.pid}/environ").read_bytes()
        assert not [secret for secret in entra.given if secret.encode() in said]
    assert entra.given
    here.stop()
    assert secrets_in(tmp_path, entra) == []


def test_the_search_for_secrets_would_find_one(here: Moderator, entra: FakeEntra, tmp_path: Path) -> None:
    entra.given.add("a-secret-of-entra")
    asking.ask(here.desk, "check", {"ref": "x", "token": "a-secret-of-entra"})
    assert any(name.startswith("ledger") for name in secrets_in(tmp_path, entra))


def test_what_waits_leaves_after_somebody_was_signed_out_and_signs_in_again(here: Moderator, entra: FakeEntra) -> None:
    here.question()
    here.start()
    here.sign_in()
    here.connect()
    here.until_the_question_is_there()
    entra.revoke()
    until(lambda: here.state() == "sign_in", "it says that it was signed out", 30)
    replies.reply(here.desk, here.thread(), "Om tien over acht.")
    waits = "SELECT 1 FROM ledger.intent WHERE waits_for = 'sign_in'"
    until(lambda: here.store.read(waits), "the answer waits", 30)
    assert here.said_by_us() == []
    here.sign_in(ref="dialog-2")
    assert here.connect(ref="dialog-2", again=connections(here.store)[0].key).state == "done"
    until(here.said_by_us, "the answer is there", 30)
    assert here.said_by_us() == ["Om tien over acht."]
    assert here.state() == "ok"


def test_another_account_does_not_take_a_connection_over(here: Moderator) -> None:
    here.start()
    here.sign_in()
    here.connect()
    before = here.kept()
    here.sign_in("sam", ref="dialog-2")
    answer = here.connect(ref="dialog-2", again=connections(here.store)[0].key)
    assert (answer.state, answer.facts["code"], answer.facts["words"]) == ("failed", "other_account", "sam")
    assert here.kept() == before
    assert len(connections(here.store)) == 1


def test_two_connections_have_tokens_of_their_own_and_renew_them(here: Moderator, entra: FakeEntra) -> None:
    here.start()
    for person in ("noor", "sam"):
        here.sign_in(person, ref=person)
        assert here.connect(ref=person, name=person.title()).facts["us"] == person
    first = {row.key: here.kept_of(row.key) for row in connections(here.store)}
    assert len(first) == 2
    renewed = len(entra.asked)
    entra.end_access()
    until(lambda: len(entra.asked) >= renewed + 2, "both are renewed", 30)
    until(lambda: all(here.kept_of(key) != kept for key, kept in first.items()), "both are kept", 1)
    assert {row.health.state for row in connections(here.store)} == {"ok"}
    here.stop()
    here.start()
    entra.end_access()
    knocks = len(here.behind.door.knocks)
    until(lambda: sum(inside for _method, inside in here.behind.door.knocks[knocks:]) > 4, "both go on", 30)


def test_a_second_attempt_replaces_the_first(here: Moderator) -> None:
    here.start()
    first = here.ask("sign_in")
    old = here.told(first, "open")
    second = here.ask("sign_in")
    answer = here.answer(first)
    assert (answer.state, answer.facts["code"]) == ("failed", "sign_in_stopped")
    with pytest.raises(httpx.ConnectError):
        here.browser.open(old)
    assert here.browser.open(here.told(second, "open")).status_code == 200
    assert here.answer(second).state == "done"


def test_an_attempt_that_is_stopped_ends_at_once_and_its_door_is_shut(here: Moderator) -> None:
    here.start()
    request = here.ask("sign_in")
    address = here.told(request, "open")
    assert here.answer(here.ask("stop_signing_in")).state == "done"
    assert here.answer(request).facts["code"] == "sign_in_stopped"
    with pytest.raises(httpx.ConnectError):
        here.browser.open(address)


def test_somebody_who_declines_is_told_so_and_nothing_is_kept(here: Moderator) -> None:
    here.start()
    request = here.ask("sign_in")
    here.browser.open(here.told(request, "open"), agrees=False)
    assert here.answer(request).facts["code"] == "declined"
    assert here.connect().facts["code"] == "sign_in_first"
    assert connections(here.store) == []


@pytest.mark.long
def test_a_collector_that_is_killed_before_it_kept_the_tokens_begins_the_sign_in_anew(here: Moderator) -> None:
    here.start()
    request = here.ask("sign_in")
    address = here.told(request, "open")
    here.stop(signal.SIGKILL)
    here.start()
    until(lambda: asking.told(here.desk, request).get("open", address) != address, "another page to open", 30)
    here.browser.open(here.told(request, "open"))
    assert here.answer(request).state == "done"
    # Killed once more, with the tokens in its hands: the connection says to sign in first, and nothing is half there.
    here.stop(signal.SIGKILL)
    here.start()
    assert here.connect().facts["code"] == "sign_in_first"
    assert connections(here.store) == []
    here.sign_in()
    assert here.connect().state == "done"


@pytest.mark.long
def test_a_collector_that_is_killed_while_it_renews_goes_on_or_asks_to_sign_in(
    here: Moderator, entra: FakeEntra
) -> None:
    here.question()
    here.start()
    here.sign_in()
    here.connect()
    here.until_the_question_is_there()
    entra.world.single_use = True
    entra.let_go.clear()
    entra.end_access()
    assert entra.held.wait(30), "new ones are given out, and are on their way"
    here.stop(signal.SIGKILL)
    entra.let_go.set()
    replies.reply(here.desk, here.thread(), "Om tien over acht.")
    here.start()
    until(lambda: here.state() == "sign_in", "it asks to sign in again", 30)
    here.sign_in(ref="dialog-2")
    assert here.connect(ref="dialog-2").state == "done"
    until(here.said_by_us, "the answer is there", 30)
    assert here.said_by_us() == ["Om tien over acht."]


def set_from(facts: Mapping[str, str]) -> list[str]:
    return [word for name, value in facts.items() for word in ("--set", f"{name}={value}")]


def test_the_terminal_signs_in_with_the_browser_of_its_screen(here: Moderator, tmp_path: Path) -> None:
    browser = f"{sys.executable} -m tests.fakes.entra_browser {tmp_path / 'entra.pem'} %s"
    screen = {"DISPLAY": ":0", "BROWSER": browser}
    connected = here.run("connect", "behind", "--name", "Daar", *set_from(here.behind.settings()), **screen)
    assert connected.returncode == 0, connected.stderr
    assert "Connected as noor" in connected.stderr
    before = here.kept()
    again = here.run("sign-in", "Daar", "--json", **screen)
    assert (again.returncode, json.loads(again.stdout)["us"]) == (0, "noor"), again.stderr
    assert here.kept() != before


@contextmanager
def told_in_a_terminal(here: Moderator, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    """A command that says something and waits; where what it says is not what was expected, it isn't waited for."""
    running = subprocess.Popen(command, cwd=ROOT, env=here.environment, stderr=subprocess.PIPE, text=True)
    try:
        yield running
        running.wait(90)
    finally:
        running.kill()
        running.communicate()


def test_a_terminal_without_a_screen_signs_in_with_a_code(here: Moderator, entra: FakeEntra) -> None:
    entra.world.interval_s = 1
    command = [*here.program(), "connect", "behind", "--name", "Daar", *set_from(here.behind.settings())]
    with told_in_a_terminal(here, command) as running:
        assert running.stderr is not None
        said = running.stderr.readline()
        assert f"{entra.url}/device" in said
        entra.type_code(said.split()[-1])
        rest = running.stderr.read()
    assert running.returncode == 0, rest
    assert "Connected as noor" in rest


def test_a_sign_in_as_somebody_else_changes_nothing(here: Moderator, entra: FakeEntra) -> None:
    entra.world.interval_s = 1
    here.start()
    here.sign_in("sam")
    here.connect()
    before = here.kept()
    with told_in_a_terminal(here, [*here.program(), "sign-in", "Daar", "--device-code"]) as running:
        assert running.stderr is not None
        entra.type_code(running.stderr.readline().split()[-1])
        rest = running.stderr.read()
    assert running.returncode == 1
    assert "You signed in as noor, but this connection belongs to another account." in rest
    assert here.kept() == before


def test_the_form_of_the_window_signs_in_through_this_collector(
    here: Moderator, entra: FakeEntra, qtbot: QtBot
) -> None:
    opened: list[str] = []
    services: Any = SimpleNamespace(desk=here.desk, open_link=opened.append)
    asked = {"adapter": "behind", "settings": here.behind.settings(), "ref": "dialog-1"}
    form = BrowserSignIn(services, SignInShown("Microsoft", BehindEntra.sign_in.place), lambda: asked)
    qtbot.addWidget(form)
    here.start()
    form.begin()
    qtbot.waitUntil(lambda: bool(opened), timeout=30_000)
    assert opened[0].startswith(f"{entra.url}/")
    with qtbot.waitSignal(form.signed_in, timeout=30_000):
        here.browser.open(opened[0])
    assert here.connect().facts["us"] == "noor"
