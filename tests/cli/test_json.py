"""docs/json.md and the program say the same: every command, every key, every type."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.cli.app import build
from console.cli.session import now_ms
from console.domain.conversation import Message, MessageKey, Person, PersonKey, Space, SpaceKey
from console.domain.platform import Page
from console.domain.policy import Policy
from console.store.connection import Store
from console.store.read.connections import connections
from console.store.write import away, pages
from console.store.write.waits import SpentNow, WaitNow, put_spent, put_waits
from tests.adapters.imports.test_mail import an_mbox, made
from tests.cli.program import ROOT, Program

FREE = {"reactions", "capabilities"}  # maps whose keys are not ours
TYPES = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    list: "list",
    dict: "object",
    type(None): "null",
}
TOGETHER = {  # one shape, many commands
    "reply": ("write", "edit", "approve", "hold", "hide", "unhide", "spam", "unspam", "delete", "restore", "lock", "unlock", "pin", "unpin", "settle"),
    "done": ("reopen", "tag", "untag", "assign", "snooze"),
    "connect": ("sign-in",),
    "hand-over": ("take-over",),
}  # fmt: skip


def documented() -> dict[str, dict[str, set[str]]]:
    """Command -> key -> the types that docs/json.md says it has."""
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    found: dict[str, dict[str, set[str]]] = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        keys = re.findall(r"^- `([a-z_]+)` \(([a-z, ]+)\)", part, flags=re.MULTILINE)
        assert len(keys) == len(re.findall(r"^- `", part, flags=re.MULTILINE)), f"without type: {part[:40]}"
        for name in part.split("\n", 1)[0].split(", "):
            found[name.strip()] = {key: set(types.split(", ")) for key, types in keys}
    return found


def pairs(document: Any) -> Iterator[tuple[str, str]]:
    """(key, type) of a document and of all that lies inside."""
    for value in document if isinstance(document, list) else document.values() if isinstance(document, dict) else ():
        yield from pairs(value)
    for name, value in document.items() if isinstance(document, dict) else ():
        yield name, TYPES[type(value)]


def without_free(document: Any) -> Any:
    """The document with its free maps emptied."""
    if isinstance(document, list):
        return [without_free(part) for part in document]
    if isinstance(document, dict):
        return {name: {} if name in FREE else without_free(value) for name, value in document.items()}
    return document


@pytest.fixture(scope="module")
def shown(program: Program, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """What each command prints, in as many of its forms as the demo has."""
    file = tmp_path_factory.mktemp("export") / "all.jsonl"
    threads = program.json("queue", "--limit", "1000", "--view", "all")["threads"]
    blog = next(t for t in threads if t["title"] == "Wat ik hoorde op de nachtdienst")
    insult = next(t for t in threads if t["title"].startswith("Twee nachten"))
    told = {
        "note": [program.json("note", blog["id"], "--text", "Kijk nog eens.")],
        "tag": [program.json("tag", blog["id"], "nacht")], "done": [program.json("done", threads[5]["id"])],
        "undo": [program.json("undo")], "assign": [program.json("assign", blog["id"], "Karin")],
        "reply": [program.json("reply", blog["id"], "--text", "We kijken ernaar.", "--wait")],
        "hide": [program.json("hide", insult["id"])],
        "snooze": [program.json("snooze", threads[6]["id"], "friday")],
    }  # fmt: skip
    many = program.json("done", "--view", "inbox", "--dry-run")
    told["done"].append(many)
    for name in ("tag", "assign", "snooze"):  # one shape
        told[name].append(many)
    program("reply", threads[7]["id"], "--text", "Nog een antwoord.")
    told["undo"].append(program.json("undo"))
    sent = next(m["id"] for m in program.json("show", blog["id"])["messages"] if m["text"] == "We kijken ernaar.")
    told["policies"] = [program.json("policies")]
    reported = next(m for m in program.json("show", blog["id"])["messages"] if m["reports"])
    told["verdict"] = [
        program.json("verdict", reported["id"], "hide", "--policy", "1", "--dry-run"),
        program.json("verdict", reported["id"], "escalate", "--to", "Ineke"),
        program.json("verdict", reported["id"], "hide", "--policy", "1", "--letter-to-author", "No longer", "--wait"),
    ]
    words = ("appeal", reported["id"], "--text", "Er staat geen naam in.")
    told["appeal"] = [program.json(*words)]
    program("undo")
    told["appeal"].append(program.json(*words, "--to", "Karin"))
    passed_on = threads[8]["id"], threads[9]["id"]
    told["escalate"] = [program.json("escalate", *passed_on, "--to", "Ineke", "--as-file", "--yes")]
    told["hand-over"] = handed(program, tmp_path_factory.mktemp("handed") / "x.luisterpost")
    told["edit"] = [program.json("edit", sent, "--text", "We kijken er vandaag naar.", "--wait")]
    telling = [blog["id"], insult["id"]]
    for word in ("edit", "attachment", "reaction", "report"):
        telling += [t["id"] for t in program.json("queue", f"has:{word}", "--view", "all", "--limit", "2")["threads"]]
    shows = [program.json("show", thread, "--versions") for thread in telling]
    fatma = next(p for p in program.json("people", "show", "Fatma Y")["people"] if len(p["identities"]) > 1)
    told["people"] = [
        program.json("people"), program.json("people", "show", "Bakker"),
        program.json("people", "split", fatma["identities"][1]["id"]),
    ]  # fmt: skip
    told |= {
        "queue": [program.json("queue", "--limit", "60"), program.json("queue", "--view", "all", "--limit", "1000")],
        "show": shows, "search": [program.json("search", "rooster"), program.json("search", "de", "--limit", "2")],
        "history": [
            program.json("history"),
            program.json("history", "--format", "jsonl", "--file", str(file.with_suffix(".decisions"))),
        ],
        "outbox": [program.json("outbox", "--all"), program.json("outbox")],
        "sync": [program.json("sync", "--once"), taken_along(program)],
        "spaces": [program.json("spaces", name) for name in ("Yammer", "HumHub De Brink")],
        "doctor": [program.json("doctor")], "platforms": [program.json("platforms")],
        "import": imports(program, tmp_path_factory.mktemp("import")),
        "notices": [unknown(program), program.json("notices", "export", str(file.with_suffix(".mbox")))],
        "export": [program.json("export", str(file), "--format", "jsonl")],
        "disconnect": [program.json("disconnect", "LinkedIn-groep", "--forget")],
    }  # fmt: skip
    told["outbox"] += [came_back(program), program.json("outbox", "show", told["outbox"][0]["intents"][0]["id"])]
    told["connections"] = [program.json("connections"), program.json("connections", busy(program))]
    return told


def imports(program: Program, folder: Path) -> list[Any]:
    """A file with something in it to leave out, looked at and read; mails; and a message that was pasted."""
    file = folder / "buurt.jsonl"
    line = {"type": "message", "space": "Nieuws", "author": "Sanne", "posted_at": "2026-11-23T09:12:44Z", "text": "Hoi"}
    file.write_text('{"luisterpost": 1}\n' + json.dumps(line) + "\nkapot\n")
    mails = an_mbox(folder, [made(1), made(2)])
    told = [("import", str(file), "--dry-run"), ("import", str(file)), ("import", str(mails), "--dry-run")]
    paste = ("import", "--paste", "--author", "Sanne Bakker", "--group", "Vragen")
    pasted = program.json(*paste, stdin="Hoi\nhttps://www.facebook.com/groups/123/posts/456/\n")
    return [*(program.json(*one) for one in told), pasted]


def handed(program: Program, file: Path) -> list[Any]:
    """Written, taken back, and looked at; in this profile it is one's own."""
    passphrase = "kool en geit 1\n"
    written = program.json("hand-over", str(file), "--to", "Karin", "--passphrase-stdin", stdin=passphrase)
    return [written, program.json("take-over", str(file), "--dry-run", "--passphrase-stdin", stdin=passphrase)]


def unknown(program: Program) -> Any:
    """What is told of a notice that wasn't understood: the demo has none."""
    store = Store(program.home / "demo", now_ms=now_ms, policy=Policy())
    space, person = SpaceKey("mail:here:notices:unknown"), PersonKey("mail:here:robot:x")
    message = Message(MessageKey("mail:here:message:x"), space, person, now_ms(), "<p>x</p>", "x", raw="From: x\n\nx\n")
    changes = (Space(space, "notices", "?"), Person(person, "x"), message)
    pages.apply(store, connections(store)[0].key, "mail", Page(changes, {"n": 1}))
    store.close()
    return program.json("notices")


def came_back(program: Program) -> Any:
    """What is told after a time without network in which all conversations were closed."""
    store = Store(program.home / "demo", now_ms=now_ms, policy=Policy())
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE thread SET locked = 1")
    for row in connections(store):
        away.came_back(store, row.key, now_ms() - 3_600_000)
    store.close()
    told = program("outbox", "--return", "--json")
    return json.loads(told.stdout)


def taken_along(program: Program) -> Any:
    """What is told of a road for which one thing is missing."""
    with sqlite3.connect(program.home / "demo" / "world.db") as world:
        world.execute("DELETE FROM file")
    world.close()
    return program.json("sync", "--for-the-road", "--view", "all")


def busy(program: Program) -> str:
    """Makes a connection look as in the midst of work: the demo's platforms have no budgets. Returns its name."""
    store = Store(program.home / "demo", now_ms=now_ms, policy=Policy())
    row = connections(store)[0]
    put_spent(store, row.key, [SpentNow("messages", 10, 30_000, True, [now_ms()])], now_ms() + 9_000)
    put_waits(store, [WaitNow(row.key, "pictures", "", "budget", now_ms(), now_ms() + 9_000)])
    with store.writing(store.cache) as cache:
        cache.exec_driver_sql("UPDATE stream SET more = 1")
    store.close()
    return row.name


def test_every_command_that_can_print_json_is_written_down() -> None:
    commands = [command for command in build().registered_commands if command.callback is not None]
    with_json = {str(command.name) for command in commands if "as_json" in command.callback.__annotations__}
    assert with_json == set(documented())
    silent = {str(command.name) for command in commands} - with_json
    assert silent == {"window", "demo"}, "these open something; all others can print JSON"


def test_the_documents_have_the_keys_and_types_that_are_written_down(shown: dict[str, list[Any]]) -> None:
    written = documented()
    for name, documents in shown.items():
        for document in documents:
            for key, kind in pairs(without_free(document)):
                assert key in written[name], f"{name}: {key} is not written down"
                assert kind in written[name][key], f"{name}: {key} is a {kind}"


def test_nothing_is_written_down_that_is_not_there(shown: dict[str, list[Any]]) -> None:
    written = documented()
    for name, documents in shown.items():
        seen = {key for document in documents for key, _kind in pairs(without_free(document))}
        assert set(written[name]) - seen == set(), f"{name}: written down and never seen"


def test_commands_of_one_kind_have_one_shape() -> None:
    written = documented()
    for first, others in TOGETHER.items():
        assert all(written[other] == written[first] for other in others)


def test_a_line_of_an_export_is_a_thread_or_an_event(program: Program, tmp_path: Path) -> None:
    program.json("export", str(tmp_path / "f.jsonl"), "--format", "jsonl")
    written = documented()
    for line in (tmp_path / "f.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        shape = "queue" if row.pop("row") == "thread" else "history"
        assert set(row) - {"words", "text"} <= set(written[shape])
