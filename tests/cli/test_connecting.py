"""Connecting in the terminal: what can be connected, what the check says in three states, and which spaces to follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer import Exit

from console.cli.connecting import report
from console.cli.session import NOT_ALLOWED, Failed, on_platform
from console.domain.platform import AuthExpired
from tests.adapters.intranet import Home
from tests.fakes.buddypress import BuddyPress
from tests.fakes.humhub import HumHub
from tests.servers.test_matrix_journey import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub() as served:
        served.space("Directie", public=True, joris="admin")
        yield served


def connect(humhub: HumHub, *more: str) -> tuple[str, ...]:
    return ("connect", "humhub", "--name", "Intranet", "--url", humhub.url, "--secret-stdin", *more)


def test_the_platforms_say_what_they_can_what_hangs_on_rights_and_what_is_needed(terminal: Terminal) -> None:
    found = {shown["key"]: shown for shown in terminal.json("platforms")["platforms"]}
    assert (found["humhub"]["news"], found["matrix"]["news"]) == ("rounds", "live")
    assert "delete" in found["humhub"]["depends"]
    needs = {need["name"]: need for need in found["wordpress"]["needs"]}
    assert list(needs) == ["url", "user", "password"]
    assert needs["password"]["secret"]
    assert "Application Passwords" in needs["password"]["where"]
    told = terminal("platforms")
    rows = {line.split()[0]: line.split() for line in reversed(told.splitlines()) if line.strip()}
    assert rows["WordPress"] == ["WordPress", "✓", "✓", "✓", "✓", "–", "every", "minute"]
    assert rows["HumHub"][-4:] == ["✓°", "↗", "in", "rounds"]


def test_a_limitation_is_told_with_what_the_administrator_does_and_stops_nobody(terminal: Terminal) -> None:
    with BuddyPress(recognised=False) as site:
        home = Home(site)
        told = terminal("connect", "buddypress", "--name", "Intranet", "--url", site.url, "--user", "redactie",
                        "--secret-stdin", stdin=home.us.password)  # fmt: skip
    lines = told.splitlines()
    assert any(line.startswith("✓ Signed in as") for line in lines)
    at = next(n for n, line in enumerate(lines) if line.startswith("! This site knows your application password"))
    assert lines[at + 1].strip().startswith("For the administrator: Add the file wp-content/mu-plugins")
    assert "application_password_is_api_request" in told
    assert [row["name"] for row in terminal.json("connections")["connections"]] == ["Intranet"]


def test_a_program_is_told_the_same(terminal: Terminal, humhub: HumHub) -> None:
    told, _end = json.JSONDecoder().raw_decode(terminal(*connect(humhub), "--json", stdin="token=redactie-token\n"))
    outcomes = {line["code"]: line["outcome"] for line in told["checks"]}
    assert outcomes == {"found": "ok", "signed_in": "ok", "spaces": "ok", "humhub_moderates": "limited", "humhub_no_zone": "limited"}  # fmt: skip
    asked = [line["for_administrator"] for line in told["checks"] if line["code"] == "humhub_moderates"]
    assert asked == [
        "Make the account administrator of the spaces where it moderates: in each space, Members, its role."
    ]


def test_only_the_named_spaces_are_followed(terminal: Terminal, humhub: HumHub) -> None:
    assert "There are: Algemeen, Directie" in terminal(*connect(humhub, "--space", "Bestuur"), stdin="token=redactie-token\n", exit=1)  # fmt: skip
    assert terminal.json("connections")["connections"] == []
    terminal(*connect(humhub, "--space", "directie"), stdin="token=redactie-token\n")
    terminal("sync", "--once")
    followed = {space["title"]: space["followed"] for space in terminal.json("spaces", "Intranet")["spaces"]}
    assert followed == {"Algemeen": False, "Directie": True}


def test_what_does_not_work_is_not_stored(terminal: Terminal, humhub: HumHub) -> None:
    for space in humhub.spaces.values():
        space.public = False
        space.roles.clear()
    told = terminal(*connect(humhub), stdin="token=redactie-token\n", exit=4)
    assert "✗ There is no space to read yet." in told
    assert "For the administrator: Make the account a member" in told
    assert terminal.json("connections")["connections"] == []


def test_what_goes_wrong_is_said_with_the_name_of_the_platform(capsys: pytest.CaptureFixture[str]) -> None:
    row = {"name": "Intranet", "platform": "humhub", "ok": False, "error_kind": "RateLimited", "error": "", "words": "",
           "messages": 0, "delivered": 0}  # fmt: skip
    with pytest.raises(Exit):
        report([row], as_json=False)
    assert capsys.readouterr().err == "Intranet: HumHub asks us to wait a moment. We continue by ourselves.\n"
    with pytest.raises(Failed) as failed, on_platform("humhub"):
        raise AuthExpired
    assert (failed.value.sentence, failed.value.code) == ("HumHub no longer lets us in. Sign in again.", NOT_ALLOWED)


def test_a_round_with_a_server_that_went_says_so(terminal: Terminal) -> None:
    with HumHub() as served:
        served.space("Directie", public=True, joris="admin")
        terminal(*connect(served), stdin="token=redactie-token\n")
    assert "Intranet: Nothing answers at that address." in terminal("sync", "--once", exit=3)
