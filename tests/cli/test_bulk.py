"""Deciding on many threads in the terminal: the count and effects first, what is left out and why, and a stop that is heard."""

from __future__ import annotations

import json
import signal
from typing import Any

import pytest

from console.desk import bulk
from tests.cli.program import Program


def in_view(own: Program, view: str) -> set[str]:
    return {thread["id"] for thread in own.json("queue", "--view", view, "--limit", "1000")["threads"]}


def test_the_count_and_the_effects_come_first_and_a_dry_run_decides_nothing(own: Program) -> None:
    everything = in_view(own, "inbox")
    ended = own("done", "--view", "inbox", "--dry-run")
    assert ended.returncode == 0, ended.stderr
    assert "conversations: Yammer" in ended.stderr
    assert "go on waiting for a verdict" in ended.stderr
    assert ended.stderr.endswith("Nothing was decided.\n")
    told = own.json("done", "--view", "inbox", "--dry-run")
    theirs = [one for one in told["left_out"] if one["why"] == "theirs"]
    assert told["count"] == len(everything) - len(theirs)
    assert told["events"] == []
    assert {effect["where"] for effect in told["effects"]} >= {"here", "platform", "back"}
    assert in_view(own, "inbox") == everything


def test_it_asks_with_the_verb_unless_the_count_was_seen(own: Program) -> None:
    asked = own("done", "--view", "newcomers", stdin="n\n")
    assert asked.returncode == 1
    assert "Mark " in asked.stderr
    assert " done? [y/N]" in asked.stderr
    threads = in_view(own, "newcomers")
    made = own("tag", "nieuw", "--view", "newcomers", "--yes")
    assert made.returncode == 0, made.stderr
    assert f"{len(threads)} conversations decided on. Take it back" in made.stderr
    assert {thread["id"] for thread in own.json("queue", "tag:nieuw", "--view", "all")["threads"]} == threads
    assert own.json("undo")["undone"]["count"] == len(threads)
    assert not own.json("queue", "tag:nieuw", "--view", "all")["threads"]


def test_what_somebody_else_has_is_listed_with_why_and_asked_for(own: Program) -> None:
    first, second = sorted(in_view(own, "unanswered"))[:2]
    own("tag", first, "samen")
    own("tag", second, "samen")
    own("assign", first, "Karin Smit")
    ended = own("done", "--query", "tag:samen", "--yes")
    assert ended.returncode == 5, "a person decides about the rest"
    assert f"· {first} " in ended.stderr
    assert "· Karin Smit has it." in ended.stderr
    told = own.json("done", "--query", "tag:samen", "--yes", "--theirs")
    assert [event["thread"] for event in told["events"]] == [first]
    assert told["left_out"] == []
    again = own("done", "--query", "tag:samen", "--yes")
    assert (again.returncode, "2 are so already." in again.stderr) == (0, True)


def test_who_interrupts_keeps_what_is_done_and_hears_how_much(own: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    real = bulk.carry_out

    def interrupted(desk: Any, verb: Any, found: Any, go_on: Any) -> Any:
        def goes_on(at: int) -> bool:
            if at == 4:
                signal.raise_signal(signal.SIGINT)
            return bool(go_on(at))

        return real(desk, verb, found, goes_on)

    monkeypatch.setattr(bulk, "carry_out", interrupted)
    before = signal.getsignal(signal.SIGINT)
    ended = own("tag", "haast", "--view", "inbox", "--yes")
    assert signal.getsignal(signal.SIGINT) is before
    assert ended.returncode == 1
    assert "4 conversations decided on." in ended.stderr
    assert "weren't come to." in ended.stderr
    assert len(own.json("queue", "tag:haast", "--view", "all")["threads"]) == 4
    assert own.json("undo")["undone"]["count"] == 4
    assert not own.json("queue", "tag:haast", "--view", "all")["threads"]


def test_all_that_waits_in_a_view_is_approved_as_one_decision(own: Program) -> None:
    held = own.json("approve", "--view", "inbox", "--dry-run")
    assert held["count"] > 0
    told = own.json("approve", "--view", "inbox", "--yes")
    assert {event["what"] for event in told["events"]} == {"act"}
    kinds = [intent["kind"] for intent in own.json("outbox")["intents"]]
    assert kinds.count("approve") >= held["count"]
    assert own.json("undo")["undone"]["count"] == len(told["events"])


def test_one_verdict_goes_to_all_that_is_reported_in_what_matches(own: Program) -> None:
    before = own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]
    ended = own("verdict", "hide", "--view", "flagged", "--dry-run")
    assert ended.returncode == 1
    assert "Choose the policy first" in ended.stderr
    ended = own("verdict", "hide", "--policy", "1", "--view", "flagged", "--yes", "--json")
    told = json.loads(ended.stdout)
    assert (ended.returncode, {one["why"] for one in told["left_out"]}) == (5, {"no_way"}), "some platforms can't"
    assert "has no ‘Hide’" in told["left_out"][0]["text"]
    after = own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]
    assert {thread["id"] for thread in after} == {one["thread"] for one in told["left_out"]}
    assert own.json("undo")["undone"]["count"] == len(told["events"])
    assert len(own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]) == len(before)


@pytest.mark.parametrize(
    ("call", "words"),
    [(["done"], "Name a thread"), (["tag", "x", "--view", "nope"], "Choose one of"), (["tag", "#", "--view", "inbox"], "which tag"),
     (["approve"], "Name a message"), (["verdict", "escalate", "--view", "flagged"], "keep, hide or delete")],
)  # fmt: skip
def test_a_wrong_call_about_many_gets_a_plain_sentence(own: Program, call: list[str], words: str) -> None:
    ended = own(*call)
    assert ended.returncode == 2, ended.stderr
    assert words in ended.stderr
