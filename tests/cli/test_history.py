"""The history on the command line, and in a file."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.cli.program import Program


def test_it_is_found_by_words_and_written_in_a_file_that_is_safe_to_open(program: Program, tmp_path: Path) -> None:
    (thread,) = (row["id"] for row in program.json("queue", "--limit", "1")["threads"])
    program.json("note", thread, "--text", "=Bel de roostermaker, alsjeblieft")
    assert [event["what"] for event in program.json("history", thread, "ROOSTERMAKER")["events"]] == ["note"]
    file = tmp_path / "besluiten.csv"
    told = program.json("history", "roostermaker", "--since", "1h", "--format", "csv", "--file", str(file))
    assert told == {"file": str(file), "format": "csv", "decisions": 1}
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert "roostermaker" in row["text"]
    assert not row["text"].startswith("=")


def test_what_names_no_conversation_and_no_moment_is_told(program: Program) -> None:
    assert program("history", "t0123456789ab").returncode == 1
    assert program("history", "--since", "ooit").returncode == 2
    assert program("history", "--format", "csv").returncode == 2
