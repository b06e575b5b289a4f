"""Importing files in the terminal: looked at, read, and what was left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.adapters.imports.test_mail import an_mbox, made
from tests.servers.test_matrix_journey import Terminal


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_mailbox_is_looked_at_and_then_read(terminal: Terminal, tmp_path: Path) -> None:
    file = an_mbox(tmp_path, [made(number, answers=number - 1 if number % 4 else None) for number in range(12)])
    found = terminal.json("import", str(file), "--dry-run")
    assert (found["format"], found["platform"], found["messages"], found["people"]) == ("mail", "mail", 12, 7)
    assert found["spaces"] == [{"title": "redactie", "messages": 12}]
    assert terminal.json("connections")["connections"] == []
    told = terminal.json("import", str(file), "--name", "Oud archief")
    assert (told["name"], told["messages"], told["ended"], told["skipped_count"]) == ("Oud archief", 12, True, 0)
    (row,) = terminal.json("connections")["connections"]
    assert (row["name"], row["platform"]) == ("Oud archief", "mail")
    assert len(terminal.json("queue", "--view", "all")["threads"]) == 3


def test_what_was_left_out_is_listed_and_the_whole_list_is_kept(terminal: Terminal, tmp_path: Path) -> None:
    line = {"type": "message", "space": "N", "author": "S", "posted_at": "2026-11-23T09:12:44Z", "text": "Hoi"}
    (tmp_path / "b").write_text('{"luisterpost": 1}\n' + "kapot\n" * 30 + json.dumps(line) + "\n")
    told = terminal.json("import", str(tmp_path / "b"))
    assert (told["messages"], told["skipped_count"], len(told["skipped"])) == (1, 30, 20)
    assert told["skipped"][0] == {"where": "b:2", "reason": "no_json", "text": "This line is no JSON object.", "raw": "kapot"}  # fmt: skip
    assert len(Path(told["skipped_file"]).read_text().splitlines()) == 30
    words = terminal("import", str(tmp_path / "b"), "--dry-run")
    assert "30 things were left out:" in words
    assert "and 10 more" in words


def test_what_is_no_export_is_refused_with_what_it_looks_like(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "jaarverslag.pdf").write_bytes(b"%PDF-1.7 ...")
    told = terminal("import", str(tmp_path / "jaarverslag.pdf"), exit=1)
    assert "It looks like a PDF" in told
    assert "mbox" in told
    assert "no such file" in terminal("import", str(tmp_path / "weg"), exit=1)
    assert "telegram" in terminal("import", str(tmp_path), "--platform", "telegram", exit=2)
