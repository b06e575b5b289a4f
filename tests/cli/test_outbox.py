"""What is finished in the browser, and what is written anew, in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program import Ended, Process, Program

TEXT = "Zes mag, want iedereen weet dan nog waar de anderen zijn.\nVraag het ook even aan de balie."


@pytest.fixture
def browser(tmp_path: Path) -> Path:
    """A browser that writes down what it is asked to open: the file it writes."""
    opened = tmp_path / "opened"
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\necho "$1" >> "{opened}"\n')
    script.chmod(0o755)
    return opened


def on_a_screen(program: Program, browser: Path, *arguments: str) -> Ended:
    return Process(program.home)(*arguments, DISPLAY=":99", BROWSER=str(browser.with_name("browser")))


def by_hand(program: Program, text: str = TEXT) -> str:
    """An answer on a platform without a door for it: its id."""
    thread = next(t["id"] for t in program.json("queue", "--view", "all", "bezoektijden")["threads"]
                  if t["platform"] == "facebook")  # fmt: skip
    (made,) = program.json("reply", thread, "--text", text)["intents"]
    assert made["state"] == "handoff"
    return str(made["id"])


def item(program: Program, intent_id: str) -> dict[str, object]:
    found = program.json("outbox", "--all")["intents"]
    return dict(next(one for one in found if one["id"] == intent_id))


def test_it_is_shown_with_its_words_and_its_address_and_opened(program: Program, browser: Path) -> None:
    intent = by_hand(program)
    shown = program("outbox").stdout
    assert all(line in shown for line in TEXT.splitlines())
    url = str(item(program, intent)["url"])
    assert url.startswith("https://")
    assert url in shown
    assert program("outbox", "text", intent).stdout == TEXT + "\n", "for a program that copies"
    ended = on_a_screen(program, browser, "outbox", "open", intent)
    assert ended.returncode == 0, ended.stderr
    assert browser.read_text().split() == [url]
    assert TEXT in ended.stderr
    assert item(program, intent)["opened_at"] is not None
    assert "Is it there?" in program("outbox").stdout


def test_placed_means_sent_and_can_be_taken_back_until_it_is_seen(program: Program) -> None:
    intent = by_hand(program)
    assert program("outbox", "placed", intent).returncode == 0
    assert item(program, intent)["state"] == "sent"
    assert program("outbox", "back", intent).returncode == 0
    assert item(program, intent)["state"] == "handoff"
    program("outbox", "placed", intent)
    twice = program("outbox", "placed", intent)
    assert twice.returncode == 1
    assert "any more" in twice.stderr


def test_let_go_or_written_anew_the_words_are_a_draft(program: Program) -> None:
    for word in ("drop", "edit"):
        intent = by_hand(program)
        ended = program("outbox", word, intent)
        assert ended.returncode == 0, ended.stderr
        assert "draft" in ended.stderr
    assert TEXT.splitlines()[0] in ended.stderr
    assert program("outbox", "open", intent).returncode == 1, "what isn't to be done any more is opened nowhere"


def test_without_a_screen_it_says_where_to_go(program: Program) -> None:
    intent = by_hand(program)
    ended = program("outbox", "open", intent)
    assert ended.returncode == 0, ended.stderr
    assert str(item(program, intent)["url"]) in ended.stderr
    assert "no screen" in ended.stderr


def test_what_was_opened_is_said_before_it_is_taken_back(program: Program) -> None:
    intent = by_hand(program)
    program("outbox", "open", intent)
    ended = program("undo")
    assert ended.returncode == 1
    assert "Say first whether it is done" in ended.stderr
    program("outbox", "drop", intent)


def test_what_is_done_by_hand_is_taken_back_by_hand_and_says_so(program: Program) -> None:
    message = next(
        t for t in program.json("queue", "--limit", "1000")["threads"] if t["title"].startswith("Twee nachten")
    )
    hidden = program.json("hide", message["reasons"][0]["message"])["intents"][0]["id"]
    program("outbox", "placed", hidden)
    ended = program("undo")
    assert ended.returncode == 0, ended.stderr
    assert "by hand" in ended.stderr
    kinds = [
        one["kind"] for one in json.loads(program("outbox", "--json").stdout)["intents"] if one["state"] == "handoff"
    ]
    assert "unhide" in kinds
