"""What a person is asked in the terminal: in their language, and said when nobody answers."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from console import words
from console.cli.asking import agreed, passphrase
from console.cli.session import Failed
from tests.cli.program import Program


@pytest.mark.parametrize(
    ("language", "typed", "answer"),
    [("nl", "j\n", True), ("nl", "Ja\n", True), ("en", "y\n", True), ("nl", "\n", False), ("nl", "nee\n", False),
     ("en", "perhaps\nno\n", False), ("nl", "misschien\nj\n", True)],
)  # fmt: skip
def test_a_person_answers_in_their_own_language(
    language: str, typed: str, answer: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words.use(language)
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert agreed("Doorgaan?") is answer
    assert ("[j/N]" in capsys.readouterr().err) is (language == "nl")
    words.use("en")


def test_where_nobody_answers_nothing_is_done_and_that_is_said(own: Program) -> None:
    ended = own("tag", "--view", "flagged", "vandaag")
    assert (ended.returncode, "Nobody answered" in ended.stderr, "--yes" in ended.stderr) == (1, True, True)
    assert not own.json("queue", "tag:vandaag")["threads"]


def test_without_a_terminal_a_passphrase_is_not_asked_for(own: Program, tmp_path: Path) -> None:
    ended = own("hand-over", str(tmp_path / "x.luisterpost"), "--to", "Karin", stdin="kool en geit 1\n")
    assert (ended.returncode, "--passphrase-stdin" in ended.stderr) == (2, True)
    assert not (tmp_path / "x.luisterpost").exists()


def test_two_passphrases_that_differ_are_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["kool en geit", "kool en gijt", "kool en geit", "kool en geit"])
    monkeypatch.setattr("sys.stdin", type("Terminal", (io.StringIO,), {"isatty": lambda self: True})())
    monkeypatch.setattr("getpass.getpass", lambda prompt, stream: next(typed))
    assert passphrase(False, twice=True) == "kool en geit"
    assert "two different ones" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("kool\n"))
    assert passphrase(True, twice=True) == "kool"
    with pytest.raises(Failed):
        passphrase(False, twice=True)
