"""`luisterpost-window`: the window without a terminal, so why it can't open is said in a box."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from console import app
from console.__main__ import window


@pytest.fixture
def boxes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the boxes say, in place of a person who reads them."""
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: said.append(box.text()) or 0)
    monkeypatch.setattr("console.__main__.has_screen", lambda: True)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    monkeypatch.setattr(sys, "stderr", None)  # as in a program without a terminal on Windows
    return said


def started(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["luisterpost-window", "--lang", "en", *arguments])
    return window()


def test_what_keeps_the_window_from_opening_stands_in_a_box(
    boxes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "default").mkdir()
    (tmp_path / "default" / "settings.toml").write_text("[look]\ntheme = dark", encoding="utf-8")
    assert started(monkeypatch, "--home", str(tmp_path)) == 1
    assert len(boxes) == 1
    assert boxes[0].startswith("The settings can't be read")


def test_without_a_command_it_opens_the_window_and_says_nothing(
    boxes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr(app, "run", lambda folder, found: opened.append(folder) or 0)
    assert started(monkeypatch, "--home", str(tmp_path)) == 0
    assert opened == [tmp_path / "default"]
    assert boxes == []


def test_with_a_command_it_does_what_the_terminals_program_does(
    boxes: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert started(monkeypatch, "--version") == 0
    assert started(monkeypatch, "--home", str(tmp_path), "queue") == 1
    assert "There is no profile ‘default’ yet" in boxes[0]
