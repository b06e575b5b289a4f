"""A moderator's day on the Pages of Facebook and LinkedIn in the terminal: connect, read, answer over a line that breaks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.fakes.facebook import USER_TOKEN, Facebook
from tests.fakes.linkedin import TOKEN, US, LinkedIn
from tests.servers.proxy import CUT_AFTER, Proxy, to
from tests.servers.test_matrix_journey import Terminal


@pytest.mark.long
def test_on_facebook_what_is_said_is_read_answered_once_hidden_and_answered_privately(tmp_path: Path) -> None:
    with Facebook(clock=time.time) as facebook, Proxy(facebook.url) as line:
        facebook.ends_s = int(time.time()) + 10 * 86_400
        post = facebook.post("sanne", "Komt er ook een vacature in Zwolle?")
        bad = facebook.comment("joris", post.id, "Scheldwoord")
        asks = facebook.comment("joris", post.id, "Mijn nummer is 12")
        terminal = Terminal(tmp_path)
        connect = ("connect", "facebook", "--name", "Pagina", "--set", f"root={line.url}", "--secret-stdin")
        assert "no longer lets us in" in terminal(*connect, stdin="token=mis\n", exit=4)
        connected = terminal(*connect, stdin=f"token={USER_TOKEN}\n")
        assert "The Page ‘Ons bedrijf’." in connected
        assert "Have a new one made before that day" in connected
        terminal("sync", "--once")
        assert "Its token ends on" in terminal("connections")
        (first,) = terminal.json("queue")["threads"]
        said = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        assert "Sent" in terminal("hide", said["Scheldwoord"], "--wait")
        assert bad.hidden
        lost = line.next(CUT_AFTER, to("/comments", "POST"))
        terminal("reply", said["Mijn nummer is 12"], "--text", "Dank je.", "--wait")
        terminal("sync", "--once")
        assert lost.happened == 1
        assert [one.message for one in facebook.under(post.id) if one.author is facebook.us] == ["Dank je."]
        assert terminal.json("outbox")["intents"] == []
        assert "Sent" in terminal("write", said["Mijn nummer is 12"], "--text", "We bellen je.", "--wait")
        assert asks.private == "We bellen je."
        again = terminal("write", said["Mijn nummer is 12"], "--text", "Nog eens.", "--wait", exit=1)
        assert "once, within seven days" in again


@pytest.mark.long
def test_on_linkedin_what_is_said_is_read_answered_once_edited_and_removed(tmp_path: Path) -> None:
    with LinkedIn(clock=time.time) as linkedin, Proxy(linkedin.url) as line:
        post = linkedin.post("We openen een vestiging in Zwolle.")
        asks = linkedin.comment("Ab3dE", post.number, "Geldt dit ook voor Meppel?")
        terminal = Terminal(tmp_path)
        roots = ("--set", f"root={line.url}/rest", "--set", f"oauth={line.url}/oauth/v2")
        connected = terminal("connect", "linkedin", "--name", "Li", *roots, "--secret-stdin", stdin=f"token={TOKEN}\n")
        assert "at the latest" in connected
        terminal("sync", "--once")
        (first,) = terminal.json("queue")["threads"]
        said = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        lost = line.next(CUT_AFTER, to("/comments", "POST"))
        terminal("reply", said[asks.text], "--text", "Ook voor Mepel.", "--wait")
        terminal("sync", "--once")
        assert lost.happened == 1
        (ours,) = [one for one in linkedin.under(post.number) if one.actor == US]
        assert (ours.text, ours.parent) == ("Ook voor Mepel.", asks.number)
        messages = {message["text"]: message["id"] for message in terminal.json("show", first["id"])["messages"]}
        assert "Sent" in terminal("edit", messages["Ook voor Mepel."], "--text", "Ook voor Meppel.", "--wait")
        assert ours.text == "Ook voor Meppel."
        assert "Sent" in terminal("delete", messages["Ook voor Mepel."], "--wait")
        assert ours.number not in linkedin.comments
