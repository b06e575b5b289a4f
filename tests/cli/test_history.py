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


def test_any_decision_is_taken_back_by_its_id_in_any_order(program: Program) -> None:
    # Not each platform can be made to hide.
    thread = next(row["id"] for row in program.json("queue")["threads"] if row["platform"] == "wordpress")
    message = program.json("show", thread)["messages"][-1]["id"]
    for _once in range(2):
        program.json("hide", message)
    newest, first = (event["id"] for event in program.json("history", thread)["events"] if event["what"] == "act")
    told = program.json("undo", first[-8:])
    assert told["undone"]["id"] == first
    again = program.json("history", thread)["events"][0]["id"]
    assert program.json("undo", again)["undone"]["what"] == "undo"
    assert program.json("undo", newest)["undone"]["count"] == 1
    assert "Nothing is called ‘eeee" in program("undo", "e" * 40).stderr


def test_what_was_taken_back_is_told_with_its_conversation(program: Program) -> None:
    (row,) = program.json("queue", "--limit", "1")["threads"]
    program.json("note", row["id"], "--text", "Bel terug")
    assert f"· {row['id']} {row['title']}" in program("undo").stderr


def test_a_decision_tells_a_program_of_which_message_it_was_and_in_words(program: Program) -> None:
    (message,) = (
        row["reasons"][0]["message"] for row in program.json("queue", "--view", "flagged", "--limit", "1")["threads"]
    )
    program.json("verdict", message, "keep")
    (event,) = program.json("history", "--limit", "1")["events"]
    assert (event["message"], event["words"]) == (message, "verdict: let stand")


def test_finding_nothing_is_said_and_the_next_page_stands_on_one_line(program: Program) -> None:
    assert "Nothing was decided" in program("history", "--by", "niemand").stderr
    told = program("history", "--limit", "1", COLUMNS="40").stderr
    program.json("history", "--after", told.split("--after ")[1].strip().strip("'"))


def test_an_end_that_several_have_is_not_guessed(program: Program) -> None:
    (thread,) = (row["id"] for row in program.json("queue", "--limit", "1")["threads"])
    for n in range(17):
        program.json("note", thread, "--text", f"Nummer {n}")
    ends = [event["id"][-1] for event in program.json("history", thread)["events"]]
    twice = next(end for end in ends if ends.count(end) > 1)
    told = program("undo", twice)
    assert (told.returncode, "give more of the ID" in told.stderr) == (1, True)
