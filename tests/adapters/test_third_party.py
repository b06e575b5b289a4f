"""Somebody else's adapter: a package of its own, found by its entry point alone, held to the same contract as ours."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from console.adapters import registry
from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, SpaceKey, ThreadKey
from tests.cli.program import started
from tests.fakes.noticeboard import NOW_MS, TOKEN, Noticeboard
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy
from tests.servers.test_matrix_journey import Terminal

PACKAGE = Path(__file__).parent / "third_party"


class Processes(Terminal):
    """Each call is a process of its own, which looks anew for what is installed."""

    call = staticmethod(started)


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip built and installed somebody else's package into."""
    folder = tmp_path_factory.mktemp("third_party")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-cache-dir"]
    without = ["--no-index", "--no-deps", "--no-build-isolation"]
    ended = subprocess.run(
        [*pip, *without, "--target", str(folder), str(PACKAGE)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert list(folder.glob("luisterpost_noticeboard-1.0.dist-info/entry_points.txt")), "it was really built"
    return folder


@pytest.fixture
def board() -> Iterator[Noticeboard]:
    with Noticeboard() as served:
        yield served


# -- in the terminal -----------------------------------------------------------------------------------------------------


def test_a_package_of_somebody_else_is_a_platform_like_ours(
    installed: Path, board: Noticeboard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Terminal(tmp_path)
    assert "noticeboard" not in {platform["key"] for platform in here.json("platforms")["platforms"]}
    monkeypatch.setenv("PYTHONPATH", str(installed))
    terminal = Processes(tmp_path)
    (found,) = [one for one in terminal.json("platforms")["platforms"] if one["key"] == "noticeboard"]
    assert found["title"] == "Noticeboard"
    assert found["capabilities"]["reply"] == "api"
    note = board.put_up(2, "Wie heeft de sleutel van de fietsenkelder?")
    connect = ("connect", "noticeboard", "--name", "Kantine", "--url", board.url, "--secret-stdin")
    assert "no longer lets us in" in terminal(*connect, stdin="token=mis\n", exit=4)
    assert "Connected as Redactie" in terminal(*connect, stdin=f"token={TOKEN}\n")
    terminal("sync", "--once")
    (thread,) = terminal.json("queue")["threads"]
    assert thread["title"] == "Wie heeft de sleutel van de fietsenkelder?"
    assert "Sent" in terminal("reply", thread["id"], "--text", "Bij de balie.", "--wait")
    assert [(one["text"], one["parent"]) for one in board.notes.values()][1:] == [("Bij de balie.", note)]
    assert next(check for check in terminal.json("doctor")["checks"] if check["name"] == "adapters")["ok"]
    # Where the package is not: what it brought stays, and what is wrong is said.
    assert "isn't installed" in here("sync", "--once", exit=1)
    assert len(here.json("queue", "--view", "all")["threads"]) == 1
    assert "isn't installed" in here("connections")


def test_the_page_for_makers_shows_the_package_as_it_is() -> None:
    page = (Path(__file__).parent.parent.parent / "docs" / "adapters.md").read_text(encoding="utf-8")
    shown = page.partition("```toml\n")[2].partition("```")[0].strip()
    assert shown
    assert shown in (PACKAGE / "pyproject.toml").read_text(encoding="utf-8")


# -- what is broken harms nobody ---------------------------------------------------------------------------------------


BROKEN = {
    "raises": "raise RuntimeError('stuk')",
    "ends": "import sys; sys.exit('klaar')",
    "syntax": "class :",
    "lacks": "class Adapter:\n    key, title, tile = 'lacks', 'Lacks', 'La'",
    "number": "Adapter = 7",
    "wordpress": "class Adapter:\n    key = 'wordpress'",
    "other": "from console.adapters.memory import Memory\nclass Adapter(Memory):\n    title = 'Ook Memory'",
}
NONSENSE = """
from console.adapters.memory import Memory
class Adapter(Memory):
    key, title = "{name}", "Nonsense"
    fields = ()
    {what}
"""
ODD = {
    "unmade": "def __init__(self, *given): raise ZeroDivisionError",
    "stumbling": "async def check(self): raise ZeroDivisionError",
    "silent": "async def check(self): return None",
    "clinging": "async def close(self): raise ZeroDivisionError",
}


def package(folder: Path, name: str, modules: Mapping[str, str]) -> None:
    """A package of somebody else as an installer leaves it: modules, each with an adapter, and what names them."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    points = "\n".join(f"{point} = {name}_{point}:Adapter" for point in modules)
    (info / "entry_points.txt").write_text(f"[luisterpost.adapters]\n{points}\n")
    for point, text in modules.items():
        (folder / f"{name}_{point}.py").write_text(text)


def test_adapters_that_are_broken_harm_nobody_and_doctor_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path / "packages", "stuk", BROKEN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    terminal = Processes(tmp_path)
    keys = [platform["key"] for platform in terminal.json("platforms")["platforms"]]
    assert sorted(keys) == sorted(point.name for point in importlib.metadata.entry_points(group=registry.GROUP))
    assert "no platform ‘raises’" in terminal("connect", "raises", "--name", "x", exit=2)
    monkeypatch.setattr(os, "environ", dict(os.environ))
    terminal("demo")
    told = json.loads(terminal("--profile", "demo", "doctor", "--json", exit=1))
    named = {check["detail"].partition(" ")[0]: check for check in told["checks"] if check["name"] == "adapter"}
    assert set(named) == set(BROKEN)
    assert named["raises"]["detail"] == "raises (stuk): RuntimeError: stuk"
    assert "SystemExit: klaar" in named["ends"]["detail"]
    assert "SyntaxError" in named["syntax"]["detail"]
    assert "fields, default_capabilities, certain_mark, capabilities, check" in named["lacks"]["detail"]
    assert "there is a wordpress already" in named["wordpress"]["detail"]
    assert "its key is memory" in named["other"]["detail"]
    assert all("Ask whoever made this package" in check["fix"] for check in named.values())


def test_an_adapter_that_can_not_be_checked_says_so_and_nothing_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path / "packages", "raar", {name: NONSENSE.format(name=name, what=what) for name, what in ODD.items()})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "packages"))
    terminal = Processes(tmp_path)
    for name in ODD:
        said = terminal("connect", name, "--name", "Raar", "--url", "demo", exit=1)
        assert "made a mistake" in said, name
        assert "Traceback" not in said
    assert terminal.json("connections")["connections"] == []


# -- the contract ------------------------------------------------------------------------------------------------------


class OnTheBoard(OnALine):
    """Colleagues in the canteen, and a line to the board that can fail."""

    def __init__(self, board: Noticeboard, line: Proxy, kind: type[Adapter]) -> None:
        super().__init__(line)
        self._board = board
        self._kind = kind
        self._server = board.url.partition("://")[2]
        self.space = SpaceKey(f"noticeboard:{self._server}:board:1")

    def adapter(self, tools: Tools) -> Adapter:
        config = Config(ConnectionKey("connection"), "noticeboard", self._line.url, server=self._server)
        return self._kind(config, {"token": TOKEN}, tools)

    def now_ms(self) -> int:
        return NOW_MS + len(self._board.notes) * 1000

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(self._key(self._board.put_up(2, f"{title}\n\n{text}")))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        root = _number(thread)
        return self._key(self._board.put_up(2, text, root, _number(parent) if parent else root))

    def change(self, message: MessageKey, text: str) -> None:
        self._board.touch(_number(message), text=text)

    def remove(self, message: MessageKey) -> None:
        self._board.touch(_number(message), gone=True)

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        return {
            self._key(number): (note["text"], MessageState.VISIBLE)
            for number, note in self._board.notes.items()
            if note["root"] == _number(thread) and not note["gone"]
        }

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.replace("{n}", str(number))) for number in range(1, count + 1)]

    def spoil(self, message: MessageKey) -> bool:
        self._board.touch(_number(message), text=["?"])
        return True

    def _key(self, number: int) -> MessageKey:
        return MessageKey(f"noticeboard:{self._server}:note:{number}")


def _number(key: str) -> int:
    return int(key.rpartition(":")[2])


class TestSomebodyElse(AdapterContract):
    @pytest.fixture
    def platform(self, installed: Path, board: Noticeboard, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnTheBoard]:
        monkeypatch.syspath_prepend(str(installed))
        registry._found.cache_clear()
        with Proxy(board.url) as line:
            yield OnTheBoard(board, line, registry.find("noticeboard"))
        monkeypatch.undo()
        registry._found.cache_clear()
