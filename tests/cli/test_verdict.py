"""A verdict in the terminal: what it will do is said, what is missing is told, and nothing leaves with a gap."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import heavy_count, settings
from console.cli.session import now_ms
from console.store.connection import Store
from console.store.preparing import prepare
from console.store.read import names
from console.store.read.heavy import handed_on
from tests.cli.program import Program


def reported(own: Program, title: str) -> str:
    """The message that was reported in the thread of this title."""
    threads = own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]
    thread = next(t for t in threads if t["title"].startswith(title))
    return next(m["id"] for m in own.json("show", thread["id"])["messages"] if m["reports"])


def test_a_verdict_is_said_given_kept_and_taken_back(own: Program) -> None:
    message = reported(own, "Wat ik hoorde")
    before = own.json("queue", "--view", "flagged", "--limit", "1000")
    dry = own("verdict", message, "hide", "--policy", "1", "--dry-run")
    assert (dry.returncode, own.json("queue", "--view", "flagged", "--limit", "1000")) == (0, before)
    assert "on hold on WordPress" in dry.stderr
    assert "Privacy of clients is urgent. Call:" in dry.stderr
    made = own("verdict", message, "hide", "--policy", "1", "--wait")
    assert made.returncode == 0, made.stderr
    assert "hold: Sent" in made.stderr or "hiding: Sent" in made.stderr
    assert len(own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]) == len(before["threads"]) - 1
    assert own.json("history", "--limit", "1")["events"][0]["what"] == "verdict"
    assert own("undo").returncode == 0
    assert len(own.json("queue", "--view", "flagged", "--limit", "1000")["threads"]) == len(before["threads"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["hide"], "Choose the policy first"),
        (["hide", "--policy", "77"], "There is no such policy. There are: 1 (Privacy"),
        (["burn"], "Choose one of: keep, hide, delete, escalate, skip."),
        (["escalate"], "Say to whom"),
        (["hide", "--policy", "1", "--letter-to-author", "Nonsense"], "There is no such letter"),
        (["keep", "--letter-to-reporter", "Thank you, it"], "WordPress has no ‘Write privately’."),
    ],
)
def test_what_is_missing_is_told_and_nothing_is_decided(own: Program, arguments: list[str], says: str) -> None:
    message, before = reported(own, "Wat ik hoorde"), own.json("history")
    ended = own("verdict", message, *arguments)
    assert ended.returncode != 0
    assert says in ended.stderr
    assert own.json("history") == before


def test_a_verdict_that_stands_already_is_named_before_another_takes_its_place(own: Program) -> None:
    message = reported(own, "Wat ik hoorde")
    assert "in its place" not in own("verdict", message, "keep").stderr
    told = own("verdict", message, "hide", "--policy", "1", "--dry-run").stderr
    assert "Verdict: let stand. By Noor van der Meer" in told
    assert "in its place" in told


def test_the_words_of_a_letter_are_read_before_it_leaves(own: Program) -> None:
    letter = ("verdict", reported(own, "Wat ik hoorde"), "hide", "--policy", "1", "--letter-to-author", "No longer")
    assert "“Hello Thijs Mol" in own(*letter, "--dry-run").stderr
    assert "Hello Thijs Mol" not in own(*letter).stderr


def test_passing_over_is_kept_and_decides_nothing(own: Program) -> None:
    (row,) = own.json("queue", "--view", "flagged", "--limit", "1")["threads"]
    message = row["reasons"][0]["message"]
    own("verdict", message, "skip", "--dry-run")
    assert not own.json("history", row["id"])["events"]
    told = own("verdict", message, "skip")
    assert ("passed over" in told.stderr, "waiting" in told.stderr) == (True, True)
    (event,) = own.json("history", row["id"])["events"]
    assert (event["what"], event["message"]) == ("skip", message)
    assert row["id"] in [one["id"] for one in own.json("queue", "--view", "flagged")["threads"]]


def test_a_message_is_shown_with_what_stands_around_it(own: Program) -> None:
    thread = max(own.json("queue")["threads"], key=lambda row: int(row["messages"]))
    messages = [one["id"] for one in own.json("show", thread["id"])["messages"]]
    shown = own("show", messages[5], "--reveal").stdout
    assert [one for one in messages if f" {one}" in shown] == messages[2:9]
    assert "2 messages before these" in shown


@pytest.mark.parametrize(("said", "gap"), [("Dear {naam}, no.", "{naam}"), ("Dear {author, no.", "{author, no.}")])
def test_a_letter_with_a_gap_does_not_leave(own: Program, said: str, gap: str) -> None:
    (own.home / "demo" / "letters.md").write_text(f"## To the author: Odd\n{said}\n", encoding="utf-8")
    before = own.json("outbox")
    ended = own("verdict", reported(own, "Wat ik hoorde"), "hide", "--policy", "1", "--letter-to-author", "Odd")
    assert (ended.returncode, own.json("outbox")) == (1, before)
    assert f"nobody knows what {gap} means" in ended.stderr


def test_policies_of_ones_own_go_before_ours_and_a_broken_one_is_named(own: Program) -> None:
    file = own.home / "demo" / "policies.md"
    file.write_text("## 3. Geheim\nNiets zeggen.\n- Dringend\n- Bellen: de directie\n", encoding="utf-8")
    assert own.json("policies")["policies"] == [
        {
            "number": 3,
            "title": "Geheim",
            "text": "Niets zeggen.",
            "urgent": True,
            "first": False,
            "do": None,
            "call": "de directie",
            "reported_as": [],
        }
    ]
    file.write_text("## Geheim\n", encoding="utf-8")
    ended = own("policies")
    assert ended.returncode == 0
    assert "3. Geheim" in ended.stdout
    for said in ("policies.md (line 1)", "Mend it there", "it holds as it last could be read"):
        assert said in ended.stderr
    given = own("verdict", reported(own, "Wat ik hoorde"), "hide", "--policy", "3")
    assert (given.returncode, "line 1" in given.stderr) == (0, True)
    assert "Geheim" in own("history", "--limit", "1").stdout, (
        "the words of a policy stay readable, whatever becomes of it"
    )


def test_whom_it_is_passed_on_to_comes_from_the_settings(own: Program) -> None:
    message, thread = reported(own, "Wat ik hoorde"), own.json("queue", "--limit", "1")["threads"][0]["id"]
    for command in (("verdict", message, "escalate"), ("escalate", thread)):
        misspelt = own(*command, "--to", "Inkee")
        assert misspelt.returncode == 1
        assert "nobody ‘Inkee’" in misspelt.stderr
        assert "Ineke Brouwer, HR" in misspelt.stderr
    told = own.json("verdict", message, "escalate", "--to", "ineke", "--note", "Kijk jij?")
    assert told["verdict"]["to"] == "Ineke Brouwer, HR"
    assert [intent["outside"] for intent in told["intents"]] == ["file"], "no mailbox is connected here"
    with (own.home / "demo" / "settings.toml").open("a", encoding="utf-8") as file:
        file.write('\n[[escalate.receivers]]\nmail = "x"\n')
    assert own("queue").returncode == 1


def test_a_file_to_hand_over_is_written_and_what_they_answer_closes_it(own: Program, tmp_path: Path) -> None:
    message = reported(own, "Wat ik hoorde")
    told = own.json("verdict", message, "escalate", "--to", "Bas", "--as-file", "--policy", "4", "--note", "Kijk jij?")
    (made,) = told["intents"]
    assert (made["state"], made["recipient"]) == ("handoff", "Bas")
    assert own("outbox", "open", made["id"]).returncode == 1, "no browser is opened for it"
    place = tmp_path / "bas.html"
    assert own("outbox", "write", made["id"], str(place)).returncode == 0
    assert "Kijk jij?" in place.read_text("utf-8")
    again = own("outbox", "write", made["id"], str(place))
    assert (again.returncode, "already" in again.stderr) == (1, True)
    assert own("outbox", "placed", made["id"]).returncode == 0
    assert own("answer", message, "--text", "Gesproken.").returncode == 2
    said = own("answer", message, "--closes", "--text", "Gesproken.")
    assert "Answer of Bas: settled." in said.stderr
    assert own("answer", message, "--returns").returncode == 1, "without a word nobody knows why"
    assert own("undo").returncode == 0
    assert own.json("history")["events"][0]["what"] == "undo"


def test_the_same_for_all_of_an_author_after_the_count(own: Program) -> None:
    message, before = reported(own, "Zakkenvullers"), own.json("history")
    alone = own.json("verdict", message, "keep", "--dry-run")
    assert set(alone["others"]) == {"author", "reporter"}
    assert message not in [*alone["others"]["author"], *alone["others"]["reporter"]]
    dry = own("verdict", message, "keep", "--also-of", "author", "--dry-run")
    assert "message" in dry.stderr
    assert own.json("history") == before
    refused = own("verdict", message, "keep", "--also-of", "author", stdin="n\n")
    assert (refused.returncode, own.json("history")) == (1, before)
    given = own("verdict", message, "keep", "--also-of", "author", stdin="y\n")
    effect = next(line for line in dry.stderr.splitlines() if line.startswith("· "))
    assert (given.returncode, given.stderr.count(effect.removeprefix("· "))) == (0, 1), "said once, before it was asked"
    assert own("undo").returncode == 0
    assert own("verdict", message, "keep", "--also-of", "author", "--yes").returncode == 0
    assert own.json("history")["events"][0]["what"] == "verdict"
    assert own("verdict", message, "keep", "--also-of", "nobody").returncode == 2


def test_all_of_an_author_passed_on_are_one_file(own: Program) -> None:
    message = reported(own, "Wat ik hoorde")
    history, outbox = own.json("history")["events"], own.json("outbox")
    told = own.json("verdict", message, "escalate", "--to", "Bas", "--as-file", "--also-of", "reporter", "--yes")
    (made,) = told["intents"]
    assert (made["state"], made["recipient"]) == ("handoff", "Bas")
    assert "one file about" in told["effects"][0]["text"]
    judged = len(own.json("history")["events"]) - len(history)
    assert own("undo").returncode == 0
    assert len(own.json("history")["events"]) - len(history) == 2 * judged, "one undo takes all of it back"
    assert own.json("outbox") == outbox


def test_conversations_are_passed_on_in_the_terminal_as_in_the_window(own: Program) -> None:
    threads = [thread["id"] for thread in own.json("queue", "--limit", "2")["threads"]]
    assert "In the settings stand: Ineke Brouwer, HR; " in own("escalate", threads[0]).stderr
    settings.save(own.home / "demo", {("escalate", "receivers"): []})
    nobody = own("escalate", threads[0])
    assert (nobody.returncode, "Nobody stands in the settings" in nobody.stderr) == (2, True)
    settings.save(own.home / "demo", {("escalate", "receivers"): [{"name": "Ineke", "mail": "hr@example.org"}]})
    history = own.json("history")
    dry = own.json("escalate", *threads, "--to", "ineke", "--dry-run")
    assert (dry["events"], dry["intents"]) == ([], [])
    assert "one file about all 2" in dry["effects"][0]["text"], "no mailbox is connected here"
    assert own("escalate", *threads, "--to", "ineke", stdin="n\n").returncode == 1
    assert own.json("history") == history
    told = own.json("escalate", *threads, "--to", "ineke", "--note", "Kijk jij?", "--yes")
    assert [event["thread"] for event in told["events"]] == threads
    (made,) = told["intents"]
    assert (made["outside"], "Kijk jij?" in made["text"]) == ("file", True)
    assert [own.json("show", thread)["state"] for thread in threads] == ["escalated"] * 2
    assert own("undo").returncode == 0
    assert [own.json("show", thread)["state"] for thread in threads] == ["open"] * 2


@pytest.mark.parametrize("command", [("sync", "--once"), ("doctor",)])
def test_sync_and_doctor_say_how_much_is_urgent_and_who_is_on_duty(own: Program, command: tuple[str, ...]) -> None:
    settings.save(own.home / "demo", {("duty", "people"): [{"name": "Bas Vermeulen", "mail": "bas@example.org"}]})
    urgent = own.json("queue", "--limit", "1")["urgent"]
    assert urgent["reports"] > 0
    told = own(*command).stderr
    assert f"! {urgent['reports']} urgent reports: {', '.join(urgent['policies'])}. " in told
    assert "Bas Vermeulen" in told
    shown = own.json("show", own.json("queue", "--view", "flagged", "--limit", "1")["threads"][0]["id"])["messages"]
    assert not [message for message in shown if message["text"] in told]
    (own.home / "demo" / "policies.md").write_text("## Geheim\n", "utf-8")
    broken = own(*command)
    assert "policies.md" in broken.stderr, "what can't be read is said, and the rest is done"
    assert f"! {urgent['reports']} urgent reports" in broken.stderr, "and nothing urgent is missed over it"


def test_a_reported_message_is_handed_on_to_a_colleague_and_nothing_is_counted(own: Program) -> None:
    message = reported(own, "Wat ik hoorde")
    assert own("assign", message).returncode == 2
    assert "That is you" in own("assign", message, "Noor van der Meer").stderr
    told = own.json("assign", message, "Karin Smit")
    thread = told["events"][0]["thread"]
    assert own.json("show", thread)["assignee"] == "Karin Smit"
    store = Store(own.home / "demo", now_ms=now_ms, policy=settings.load(own.home / "demo").policy)
    prepare(store.folder)
    try:
        key = names.message(store, message)
        assert key in handed_on(store, "Noor van der Meer", [key]), "it left the review of who handed it on"
    finally:
        store.close()
    assert not (own.home / "demo" / heavy_count.NAME).exists(), "nobody read it"
    assert own("undo").returncode == 0
    assert own.json("show", thread)["assignee"] is None
