"""Whatever somebody wrote: a terminal gets letters, line ends and our own colours, a program the same values."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from console import words
from console.cli import app
from console.cli.terminal import Screen, json_text, paragraph, safe
from tests.hostile_house import NASTY, fill

OURS = re.compile("\x1b\\[[0-9;]*m")  # bold, dim, a colour: what rich writes for the styles that we name
NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
COMMANDS = [
    ["queue"], ["queue", "--limit", "1"], ["search", "leesbaar"], ["history"], ["outbox"], ["outbox", "--all"], ["connections"],
    ["spaces", "Hier"], ["show"], ["show", "--versions"], ["doctor"], ["people"], ["people", "show", ""],
]  # fmt: skip


@pytest.fixture(scope="module", params=NASTY)
def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    made = fill(folder / "p", NASTY[request.param])
    made.store.close()
    return folder


def call(home: Path, arguments: list[str]) -> int:
    words.use("en")
    return app.run(["--home", str(home), "--profile", "p", "--lang", "en", *arguments])


def whole(home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The call with the thread that `show` needs."""
    if arguments[0] != "show":
        return arguments
    assert call(home, ["search", "leesbaar", "--json"]) == 0
    thread = json.loads(capsys.readouterr().out)["messages"][0]["thread"]
    return [arguments[0], thread, *arguments[1:]]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_terminal_with_colours_gets_nothing_else_that_it_obeys(
    home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = whole(home, arguments, capsys)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    assert call(home, arguments) in (0, 1)
    said = capsys.readouterr()
    shown = said.out + said.err
    assert shown.strip()
    assert not NEVER.search(OURS.sub("", shown))


@pytest.mark.parametrize("home", ["terminal"], indirect=True)
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_terminal_without_colours_gets_nothing_it_obeys(
    home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(home, whole(home, arguments, capsys)) in (0, 1)
    said = capsys.readouterr()
    assert (said.out + said.err).strip()
    assert not NEVER.search(said.out + said.err)


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_json_has_the_values_and_nothing_a_terminal_obeys(
    home: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = whole(home, arguments, capsys)
    assert call(home, [*arguments, "--json"]) in (0, 1)
    written = capsys.readouterr().out
    assert isinstance(json.loads(written), dict)
    assert not NEVER.search(written)


@pytest.mark.parametrize(
    "typed", [["show", "\x1b[31mx"], ["search", "is:\x1b[31m\u202ex"], ["queue", "--view", "\x1b[2J"]]
)
def test_what_was_typed_comes_back_harmless(home: Path, typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert call(home, typed) != 0
    said = capsys.readouterr()
    assert not NEVER.search(OURS.sub("", said.out + said.err))


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_the_screen_is_safe_by_itself(nasty: str, capsys: pytest.CaptureFixture[str]) -> None:
    Screen().print(nasty)
    Screen().print(safe(nasty))
    Screen().print(paragraph(nasty))
    out = capsys.readouterr().out
    assert not NEVER.search(out)
    if "[red]" in nasty:
        assert out.count("[red]rood[/red]") == 3


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_json_keeps_the_value_that_it_spells_out(nasty: str) -> None:
    assert json.loads(json_text({"x": nasty})) == {"x": nasty}


def test_a_console_without_care_lets_it_through(capsys: pytest.CaptureFixture[str]) -> None:
    from rich.console import Console

    Console().print(NASTY["terminal"])
    assert "\x1b[2J" in capsys.readouterr().out


def test_only_one_module_writes_to_a_terminal_without_care() -> None:
    folder = Path(app.__file__).parent
    found = [
        file.name
        for file in folder.glob("*.py")
        if re.search(r"rich\.console import .*\bConsole\b", file.read_text(encoding="utf-8"))
    ]
    assert found == ["terminal.py"]
