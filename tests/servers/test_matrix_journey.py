"""A moderator's day on Matrix in the terminal: connect, read, answer, remove, accept an invitation, be signed out."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import called
from tests.servers.synapse import ADMIN, Account, Synapse


def connecting(synapse: Synapse, us: Account) -> tuple[str, ...]:
    return "connect", "matrix", "--name", "Kantoor", "--url", synapse.url, "--user", us.user_id, "--secret-stdin"


class Terminal:
    """Calls `luisterpost` on a home of its own, with secrets in the encrypted file."""

    call = staticmethod(called)

    def __init__(self, home: Path) -> None:
        (home / "passphrase").write_text("geheim")
        self._home = home
        self._environment = {
            **os.environ, "LUISTERPOST_PASSPHRASE_FILE": str(home / "passphrase"), "NO_COLOR": "1", "COLUMNS": "200",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        }  # fmt: skip

    def __call__(self, *arguments: str, stdin: str = "", exit: int = 0) -> str:
        """What it says, to people and to programs; it must end with this code."""
        ended = self.call(["--home", str(self._home), "--lang", "en", *arguments], stdin, self._environment)
        assert ended.returncode == exit, f"{arguments}: {ended.stdout}{ended.stderr}"
        return ended.stdout + ended.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))

    def connect_matrix(self, synapse: Synapse, us: Account) -> str:
        """What it says of a connection as us, with an administrator's token for the reports."""
        secrets = f"password={us.password}\nadmin_token={synapse.accounts['beheer'].token}\n"
        return self(*connecting(synapse, us), stdin=secrets)

    def thread(self, title: str) -> str:
        threads = self.json("queue", "--view", "all")["threads"]
        (found,) = [thread["id"] for thread in threads if title in thread["title"]]
        return str(found)


@pytest.fixture
def us(synapse: Synapse) -> Account:
    return synapse.new_account("mod")


@pytest.fixture
def terminal(synapse: Synapse, us: Account, tmp_path: Path) -> Terminal:
    made = Terminal(tmp_path)
    refused = made(*connecting(synapse, us), stdin="password=mis\n", exit=4)
    assert "The user id or the password isn't right." in refused
    assert "Connected as Mod" in made.connect_matrix(synapse, us)
    return made


def bodies(synapse: Synapse, us: Account, room: str) -> list[str]:
    return [event["content"]["body"] for event in synapse.timeline(room, by=us.name) if event["content"].get("body")]


def test_what_is_said_is_read_answered_and_removed(synapse: Synapse, us: Account, terminal: Terminal) -> None:
    room = synapse.new_room("Vraag het de directie", by=us.name)
    root = synapse.say("joris", room, "Wanneer komt het rooster?")
    bad = synapse.say("joris", room, "Scheldwoord")
    synapse.edit("joris", room, bad, "Erger scheldwoord")
    synapse.report("sanne", room, bad, "schelden")
    terminal("sync", "--once")
    first = terminal.json("queue")["threads"][0]
    assert (first["title"], first["reports"], first["level"]) == ("Erger scheldwoord", 1, "first")
    assert re.search(r"Sanne · \d\d:\d\d · schelden", terminal("show", first["id"]))
    assert "Sent" in terminal("reply", terminal.thread("rooster"), "--text", "Morgen.", "--wait")
    assert "Sent" in terminal("react", terminal.json("show", terminal.thread("rooster"))["messages"][0]["id"], "--wait")
    assert "Sent" in terminal("delete", terminal.json("show", first["id"])["messages"][0]["id"], "--wait")
    assert bodies(synapse, us, room) == ["Wanneer komt het rooster?", "Morgen."]
    assert synapse.event(room, root, by=us.name)["unsigned"]["m.relations"]["m.thread"]["count"] == 1
    terminal("sync", "--once")
    shown = terminal.json("show", terminal.thread("rooster"))["messages"]
    assert [message["text"] for message in shown] == ["Wanneer komt het rooster?", "Morgen."]
    assert shown[0]["reactions"] == {"👍": 1}


def test_an_invitation_is_offered_and_accepted_and_its_room_read_from_before(
    synapse: Synapse, us: Account, terminal: Terminal
) -> None:
    room = synapse.new_room("Borrelcommissie", by="sanne", members=(), preset="private_chat")
    synapse.say("sanne", room, "Wie haalt de bitterballen?")
    synapse.invite(room, us.name, by="sanne")
    terminal("sync", "--once")
    assert "Invites this account" in terminal("spaces", "Kantoor")
    assert terminal.json("queue", "--view", "all")["threads"] == []
    assert "We accept the invitation" in terminal("spaces", "Kantoor", "--follow", "Borrelcommissie")
    assert "joining" in terminal("outbox")
    terminal("spaces", "Kantoor", "--follow", "Borrelcommissie")
    assert len(terminal.json("outbox")["intents"]) == 1, "asked twice, it is joined once"
    terminal("sync", "--once")
    assert terminal.json("outbox")["intents"] == []
    assert terminal.thread("bitterballen")
    assert "Invites this account" not in terminal("spaces", "Kantoor")


def test_rooms_that_are_encrypted_moved_or_left_say_so(synapse: Synapse, us: Account, terminal: Terminal) -> None:
    encrypted = synapse.new_room("Vertrouwelijk", by=us.name, encrypted=True)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y", "sender_key": "z"}
    synapse.send("sanne", encrypted, "m.room.encrypted", content)
    old = synapse.new_room("Verhuisd", by="sanne", members=(us.name,), version="10")
    synapse.say("joris", synapse.new_room("Uitgezet", by="sanne", members=(us.name, "joris")), "Nog één ding?")
    out = synapse.ask("GET", "/_matrix/client/v3/joined_rooms", by=us.name)["joined_rooms"]
    question = synapse.say("sanne", old, "Waar gaan we heen?")
    terminal("sync", "--once")
    gone = next(room for room in out if synapse.state(room, "m.room.name", by=us.name)["name"] == "Uitgezet")
    synapse.upgrade(old, by="sanne")
    synapse.kick(gone, us.name, by="sanne")
    terminal("sync", "--once")
    told = terminal("spaces", "Kantoor")
    assert "Encrypted: what is said there can't be read here" in told
    assert "Goes on in a new room" in told
    assert "This account isn't in it any more" in told
    assert "encrypted: read it in your own app" in terminal("show", terminal.thread("🔒"))
    refused = terminal("reply", terminal.thread("Waar gaan we heen?"), "--text", "Nergens", "--wait", exit=4)
    assert "This room was replaced by a new one" in refused
    assert synapse.event(old, question, by="sanne")


def test_being_signed_out_is_told_and_signing_in_again_lets_what_waits_leave(
    synapse: Synapse, us: Account, terminal: Terminal
) -> None:
    room = synapse.new_room(by=us.name)
    synapse.say("joris", room, "Is daar iemand?")
    terminal("sync", "--once")
    devices = {"new_password": us.password, "logout_devices": True}
    synapse.ask("POST", f"{ADMIN}/v1/reset_password/{us.user_id}", devices, by="beheer")
    told = terminal("reply", terminal.thread("iemand"), "--text", "Jawel.", "--wait")
    assert "Waiting for sign-in" in told
    assert "signed this account out" in terminal("sync", "--once", exit=4)
    assert "signed this account out" in terminal("connections")
    again = terminal("sign-in", "Kantoor", "--secret-stdin", stdin=f"password={us.password}\n")
    assert "Signed in as Mod" in again
    synapse.sign_in(us.name)
    (waiting,) = terminal.json("outbox")["intents"]
    assert waiting["state"] == "queued"
    (synced,) = terminal.json("sync", "--once")["connections"]
    assert synced["ok"]
    assert "In order" in terminal("connections")
