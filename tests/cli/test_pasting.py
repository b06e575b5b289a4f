"""`luisterpost import --paste` in the terminal: a message of the group that its link names, once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.servers.test_matrix_journey import Terminal

LINK = "https://www.facebook.com/groups/123/posts/456/?__cft__=token"
PASTED = ("import", "--paste", "--author", "Sanne Bakker", "--group", "Vragen")


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


def test_a_paste_is_a_message_in_its_group_and_a_second_one_changes_nothing(terminal: Terminal) -> None:
    text = f"Wanneer komt het rooster?\n{LINK}\n"
    first = json.loads(terminal(*PASTED, "--at", "2026-11-20", "--json", stdin=text))
    assert (first["platform"], first["space"], first["before"]) == ("facebook", "Vragen", False)
    assert first["url"] == "https://www.facebook.com/groups/123/posts/456/"
    (row,) = terminal.json("queue", "--view", "all")["threads"]
    assert (row["id"], row["space"], row["platform"], row["opened_at"][:10]) == (first["thread"], "Vragen", "facebook", "2026-11-19")  # fmt: skip
    shown = terminal.json("show", row["id"])["messages"]
    assert [(one["id"], one["author"], one["text"]) for one in shown] == [
        (first["message"], "Sanne Bakker", "Wanneer komt het rooster?")
    ]
    assert "That is here already" in terminal(*PASTED, stdin=text)
    terminal("undo")
    terminal("sync", "--once")
    assert terminal.json("queue", "--view", "all")["threads"] == []


@pytest.mark.parametrize(
    ("call", "text", "exit", "words"),
    [(("import", "--paste"), "Hoi", 1, "--author"), (("import", "--paste", "--author", "Omar"), "Hoi", 1, "--group"),
     (PASTED, "  \n", 1, "There is no text"), (PASTED, "a" * 100_001, 1, "at most 100000 characters"),
     ((*PASTED, "file.mbox"), "Hoi", 2, "Either files or --paste"), (("import",), "", 2, "--paste"),
     ((*PASTED, "--at", "ooit"), "Hoi", 2, "2026-11-01")],
)  # fmt: skip
def test_what_is_missing_is_asked_for_and_nothing_is_kept(
    terminal: Terminal, tmp_path: Path, call: tuple[str, ...], text: str, exit: int, words: str
) -> None:
    assert words in terminal(*call, stdin=text, exit=exit)
    assert not list(tmp_path.rglob("pasted.jsonl"))
