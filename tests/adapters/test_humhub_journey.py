"""A moderator's day on HumHub in the terminal: connect, read, answer over a line that breaks, close, remove."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.humhub import HumHub
from tests.servers.proxy import CUT_AFTER, Proxy, to
from tests.servers.test_matrix_journey import Terminal


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub(clock=time.time) as served:
        yield served


@pytest.mark.long
def test_what_is_said_is_read_answered_once_closed_and_removed(humhub: HumHub, tmp_path: Path) -> None:
    post = humhub.post("sanne", "Wanneer komt het **rooster**?\n\nIk hoor het graag.")
    bad = humhub.say("joris", post.id, "Scheldwoord")
    humhub.report("Scheldwoord")
    terminal = Terminal(tmp_path)
    with Proxy(humhub.url) as line:
        connect = ("connect", "humhub", "--name", "Intranet", "--url", line.url, "--secret-stdin")
        assert "doesn't know this token" in terminal(*connect, stdin="token=mis\n", exit=4)
        connected = terminal(*connect, stdin="token=redactie-token\n")
        assert "time zone Europe/Amsterdam" in connected
        assert "Connected as redactie" in connected
        terminal("sync", "--once")
        first = terminal.json("queue")["threads"][0]
        assert (first["title"], first["reports"], first["level"]) == ("Wanneer komt het rooster?", 1, "first")
        messages = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        assert "Sent" in terminal("delete", messages["Scheldwoord"], "--wait")
        assert bad.id not in humhub.comments
        lost = line.next(CUT_AFTER, to("/comment", "POST"))
        terminal("reply", first["id"], "--text", "Morgen.", "--wait")
        terminal("sync", "--once")
        assert lost.happened == 1
        assert [one.message for one in humhub.comments.values()] == ["Morgen."]
        assert terminal.json("outbox")["intents"] == []
        assert "Sent" in terminal("lock", first["id"], "--wait")
        assert post.locked
        humhub.say("sanne", post.id, "Dank je!")
        terminal("sync", "--once")
        said = [message["text"] for message in terminal.json("show", first["id"])["messages"]]
        assert [text for text in said[1:] if text] == ["Morgen.", "Dank je!"]
