"""The demo as `luisterpost demo` makes it, to call the program on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.program import Process, Program
from tests.demos import copied
from tests.once import made_once


def make_demo(home: Path) -> None:
    ended = Process(home)("demo")
    assert ended.returncode == 0, ended.stderr
    assert "First" in ended.stdout
    assert (home / "demo" / "window.png").stat().st_size > 20_000
    assert str(home / "demo" / "window.png") in ended.stderr


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The profile of the demo; tests work on copies."""
    return made_once(tmp_path_factory, "home", make_demo) / "demo"


@pytest.fixture(scope="module")
def program(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A demo for all tests of a module."""
    return Program(copied(made_demo, tmp_path_factory.mktemp("home") / "demo").parent)


@pytest.fixture
def own(made_demo: Path, tmp_path: Path) -> Program:
    """A demo of a test's own."""
    return Program(copied(made_demo, tmp_path / "home" / "demo").parent)
