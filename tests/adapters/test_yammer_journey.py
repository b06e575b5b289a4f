"""A moderator's day on Yammer in the terminal: connect, read, answer over a line that breaks, like, remove, by hand."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.yammer import Yammer
from tests.servers.proxy import CUT_AFTER, Proxy, to
from tests.servers.test_matrix_journey import Terminal


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer(clock=time.monotonic, miscounts=True, strings=True) as served:
        served.at_s = int(time.time()) - 60
        yield served


@pytest.mark.long
def test_what_is_said_is_read_answered_once_liked_and_removed(yammer: Yammer, tmp_path: Path) -> None:
    post = yammer.post("sanne", "Wanneer komt het rooster?\n\nIk hoor het graag, [[user:36425097001]].")
    bad = yammer.answer("joris", post.id, "Scheldwoord")
    terminal = Terminal(tmp_path)
    with Proxy(yammer.url) as line:
        connect = ("connect", "yammer", "--name", "Engage", "--url", line.url, "--secret-stdin")
        assert "no longer lets us in" in terminal(*connect, stdin="token=mis\n", exit=4)
        connected = terminal(*connect, stdin="token=redactie-token\n")
        assert "Reports don't come through" in connected
        assert "Connected as Redactie" in connected
        terminal("sync", "--once")
        first = terminal.json("queue")["threads"][0]
        assert first["title"] == "Wanneer komt het rooster?"
        messages = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        assert "Wanneer komt het rooster?\n\nIk hoor het graag, Redactie." in messages
        assert "Sent" in terminal("delete", messages["Scheldwoord"], "--wait")
        assert bad.id not in yammer.said
        lost = line.next(CUT_AFTER, to("/messages.json", "POST"))
        terminal("reply", first["id"], "--text", "Morgen.", "--wait")
        terminal("sync", "--once")
        assert lost.happened == 1
        assert [one.text for one in yammer.in_thread(post.id)] == ["Morgen.", post.text]
        assert terminal.json("outbox")["intents"] == []
        yammer.answer("sanne", post.id, "Dank je!")
        terminal("sync", "--once")
        said = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        assert "Sent" in terminal("react", said["Dank je!"], "--wait")
        assert [user.name for user in yammer.in_thread(post.id)[0].likes] == ["redactie"]
        assert "we open the browser" in terminal("lock", first["id"], "--wait", exit=5)
    assert 0 < max(yammer.highest.values()) <= 10, "all these programs share one budget"
