"""The command line as scripts use it, on the real demo."""

from __future__ import annotations

import re

import pytest

from tests.cli.program import Process, Program


def test_the_whole_job_works_without_a_window(program: Program) -> None:
    thread = next(t for t in program.json("queue", "Nachttoeslag")["threads"] if "Nachttoeslag" in t["title"])["id"]
    assert program("reply", thread, "--text", "Ik bel salaris voor je.", "--wait").returncode == 0
    texts = [message["text"] for message in program.json("show", thread)["messages"]]
    assert "Ik bel salaris voor je." in texts
    assert program("tag", thread, "Loon", "#Nacht").returncode == 0
    assert program.json("queue", "tag:nacht", "--view", "all")["threads"][0]["tags"] == ["loon", "nacht"]
    assert program("done", thread).returncode == 0
    assert program.json("show", thread)["state"] == "done"
    assert program("undo").returncode == 0
    assert program.json("show", thread)["state"] == "open"
    assert program("snooze", thread, "friday", "14:00").returncode == 0
    assert program.json("show", thread)["state"] == "snoozed"
    assert program("escalate", thread, "--to", "Ineke Brouwer", "--note", "Jouw vak").returncode == 0
    assert program.json("show", thread)["notes"][0]["text"] == "Jouw vak"
    assert program("assign", thread, "Karin Smit").returncode == 0
    assert program.json("show", thread)["assignee"] == "Karin Smit"


def test_approving_all_that_waits_is_one_decision(program: Program) -> None:
    blog = next(
        t
        for t in program.json("queue", "--limit", "1000")["threads"]
        if t["title"] == "Wat ik hoorde op de nachtdienst"
    )["id"]
    ended = program("approve", blog, "--all-waiting", "--wait")
    assert ended.returncode == 0, ended.stderr
    assert all(message["state"] != "held" for message in program.json("show", blog)["messages"])


def test_hiding_on_yammer_asks_a_person(program: Program) -> None:
    message = next(
        t for t in program.json("queue", "--limit", "1000")["threads"] if t["title"].startswith("Twee nachten")
    )["reasons"][0]["message"]
    assert program("hide", message, "--wait").returncode == 5
    intent = next(i for i in program.json("outbox")["intents"] if i["state"] == "handoff")
    assert program("outbox", "placed", intent["id"]).returncode == 0


def test_from_when_a_connection_counts_can_be_moved(program: Program) -> None:
    name = next(row["name"] for row in program.json("connections")["connections"] if row["platform"] == "yammer")

    def urgent() -> int:
        threads = program.json("queue", "--limit", "1000", "platform:yammer")["threads"]
        return sum(thread["level"] != "can_wait" for thread in threads)

    (moved,) = program.json("connections", name, "--count-from", "2026-01-02")["connections"]
    assert (moved["name"], moved["start_line"]) == (name, "2026-01-01T23:00:00.000Z")
    everything = urgent()
    said = program("connections", name, "--count-from", "now").stderr
    assert f"‘{name}’ counts from" in said
    assert urgent() < everything
    assert program("connections", name, "--count-from", "7d").returncode == 0


def test_in_bulk_the_count_comes_first(program: Program) -> None:
    ended = program("tag", "koffie", "--query", "in:koffiehoek", "--yes")
    assert re.match(r"\d+ conversations, ", ended.stderr)
    refused = program("done", "--query", "in:koffiehoek", stdin="n\n")
    assert refused.returncode != 0
    assert not program.json("queue", "--view", "done", "in:koffiehoek")["threads"]


def test_paging_goes_on_where_it_ended(program: Program) -> None:
    first = program.json("queue", "--limit", "3")
    second = program.json("queue", "--limit", "3", "--after", first["next"])
    ids = [thread["id"] for page in (first, second) for thread in page["threads"]]
    assert len(set(ids)) == 6


@pytest.mark.parametrize(
    ("call", "code", "words"),
    [(["show", "nope"], 1, "Nothing is called"), (["queue", "is:nope"], 2, "doesn't exist"),
     (["queue", '"open'], 2, "isn't closed"), (["queue", "--view", "nope"], 2, "Choose one of"),
     (["--nope"], 2, "There is no option"), (["snooze", "t", "yesterday"], 2, "until when"),
     (["spaces", "Nergens"], 1, "no connection"), (["connect", "nope", "--name", "x"], 2, "no platform"),
     (["outbox", "retry", "nope"], 1, "no such item"), (["undo", "nope"], 1, "Nothing is called"),
     (["connections", "--count-from", "now"], 2, "which connection"), (["connections", "Nergens"], 1, "no connection"),
     (["connections", "Yammer", "--count-from", "ooit"], 2, "from when"),
     (["show", "t"], 2, "beginning of several"), (["queue", "--profile"], 2, "option")],
)  # fmt: skip
def test_a_wrong_call_gets_a_plain_sentence(program: Program, call: list[str], code: int, words: str) -> None:
    ended = program(*call)
    assert ended.returncode == code, ended.stderr
    assert words.lower() in ended.stderr.lower()
    assert "Traceback" not in ended.stderr
    assert not ended.stdout


def test_an_unknown_profile_says_how_to_begin(program: Program) -> None:
    ended = program("queue", profile="elders")
    assert ended.returncode == 1
    assert "luisterpost demo" in ended.stderr


def test_a_process_of_its_own_says_and_does_the_same(program: Program) -> None:
    process = Process(program.home)
    for call in (["platforms"], ["policies", "--json"], ["show", "nope"], ["--nope"]):
        told, said = process(*call), program(*call)
        assert (told.returncode, told.stdout, told.stderr) == (said.returncode, said.stdout, said.stderr)
    thread = program.json("queue")["threads"][0]["id"]
    assert process("reply", thread, "--stdin", "--wait", stdin="Ik zoek het uit, héél snel.").returncode == 0
    assert "Ik zoek het uit, héél snel." in [message["text"] for message in program.json("show", thread)["messages"]]


def test_texts_of_people_are_no_commands_for_the_terminal(program: Program) -> None:
    thread = program.json("queue")["threads"][0]["id"]
    program("note", thread, "--text", "rood \x1b[31m en \x07 bel [bold]vet[/bold]")
    shown = program("show", thread)
    assert "\x1b[31m" not in shown.stdout
    assert "\x07" not in shown.stdout
    assert "[bold]vet[/bold]" in shown.stdout
