"""Where the fault runs happen: a place on each real server, where somebody asks us something. Fakes have theirs beside.

What a fault run needs of a platform is `Place`; whatever else it does is the house's and the same everywhere.
"""

from __future__ import annotations

import html
import itertools
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind
from console.sync.connecting import Wanted
from tests.servers.proxy import Predicate, Request, to
from tests.servers.synapse import Account, Synapse, synapse_server
from tests.servers.wordpress import Comment, WordPress, wordpress_server

_COUNT = itertools.count()
SHOWN = {"approved": "visible", "hold": "held", "spam": "spam", "trash": "deleted"}


@dataclass(frozen=True, slots=True)
class Action:
    """Something to do there besides answering: which request does it, and whether it is done."""

    kind: Kind
    message: MessageKey
    sends: Predicate
    done: Callable[[], bool]


class Place(Protocol):
    """A thread with a question on a real platform, as the platform itself knows it.

    sends     the request that carries a reply
    reads     the requests that bring what was said
    further   those of them that bring more than the first page
    before    a request that comes before a reply is sent; None where there is none
    settle_scale  by which the platform's time to finish is made short, where that isn't the usual one
    """

    url: str
    secrets: Mapping[str, str]
    thread: ThreadKey
    question: MessageKey
    sends: Predicate
    reads: Predicate
    further: Predicate
    before: Predicate | None

    def wanted(self, url: str) -> Wanted:
        """The connection, through this address."""

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        """What we said in the thread: what holds the mark that the platform keeps of each, and its words."""

    def say(self, text: str) -> MessageKey:
        """A colleague says something in the thread."""

    def edit(self, message: MessageKey, text: str) -> None: ...

    def remove(self, message: MessageKey) -> None: ...

    def seed(self, count: int, text: str) -> None:
        """Colleagues say a lot; `{n}` counts."""

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        """Every message of the thread but the opening one: its state and words."""

    def action(self) -> Action | None:
        """None where nothing is done but answering."""

    def close(self) -> None:
        """Nobody needs the place any more."""


class OnBlog:
    """A post with a comment that asks, on WordPress."""

    sends = staticmethod(to("/wp/v2/comments", "POST"))
    reads = staticmethod(to("/wp/v2/comments", "GET"))
    before = staticmethod(to("/wp/v2/", "GET"))

    @staticmethod
    def further(request: Request) -> bool:
        return request.method == "GET" and ("page=2" in request.path or "offset=" in request.path)

    def __init__(self) -> None:
        self.blog: WordPress = wordpress_server()
        self.url = self.blog.url
        self.secrets = {"password": self.blog.accounts["redactie"].password}
        self._post = self.blog.new_post(f"Vraag {next(_COUNT)} {os.getpid()}")
        self.thread = ThreadKey(self._key("post", self._post))
        self.question = self.say("Wanneer weten we meer?")

    def _key(self, kind: str, number: int) -> str:
        return f"wordpress:{self.blog.server}:{kind}:{number}"

    def wanted(self, url: str) -> Wanted:
        return Wanted("wordpress", "Daar", url, "redactie", since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        me = self.blog.accounts["redactie"].id
        return [(c.agent, html.unescape(c.content)) for c in self._all() if c.user == me]

    def say(self, text: str) -> MessageKey:
        return MessageKey(self._key("comment", self.blog.comment("sanne", self._post, text)))

    def edit(self, message: MessageKey, text: str) -> None:
        self.blog.edit(_number(message), text)

    def remove(self, message: MessageKey) -> None:
        self.blog.delete(_number(message))

    def seed(self, count: int, text: str) -> None:
        first = datetime.now(UTC) - timedelta(hours=1)
        self.blog.seed(self._post, count, text=text, first_gmt=f"{first:%Y-%m-%d %H:%M:%S}", every_s=2)

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        return {
            MessageKey(self._key("comment", c.id)): (SHOWN[c.status], html.unescape(c.content).strip())
            for c in self._all()
        }

    def action(self) -> Action:
        """A comment that waits is approved."""
        held = self.blog.comment("joris", self._post, "Mag dit erop?", held=True)

        def done() -> bool:
            return next(c for c in self._all() if c.id == held).status == "approved"

        message = MessageKey(self._key("comment", held))
        return Action(Kind.APPROVE, message, to(f"/wp/v2/comments/{held}", "POST"), done)

    def close(self) -> None:
        """The blog is everybody's."""

    def _all(self) -> Sequence[Comment]:
        return self.blog.comments(self._post)


def _number(message: MessageKey) -> int:
    return int(message.rsplit(":", 1)[1])


class InRoom:
    """A message that asks, in a room of its own on Synapse, for an account of its own."""

    sends = staticmethod(to("/send/m.room.message/", "PUT"))
    further = staticmethod(to("/messages", "GET"))
    before = None

    @staticmethod
    def reads(request: Request) -> bool:
        return request.method == "GET" and ("/sync" in request.path or "/messages" in request.path)

    def __init__(self) -> None:
        self.server: Synapse = synapse_server()
        self.url = self.server.url
        self._us: Account = self.server.new_account("mod")
        self.secrets = {"token": self._us.token}
        self._room = self.server.new_room(f"Kamer {next(_COUNT)}", by=self._us.name)
        self._edits: set[str] = set()  # once redacted an edit no longer says that it is one
        self._root = self.server.say("sanne", self._room, "Wanneer weten we meer?")
        self.thread = ThreadKey(self._key(self._root))
        self.question = MessageKey(self.thread)

    def _key(self, event: str) -> str:
        return f"matrix:{self.server.server}:event:{event}"

    def wanted(self, url: str) -> Wanted:
        return Wanted("matrix", "Daar", url, self._us.user_id, since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        return [
            (str(event["unsigned"].get("transaction_id", "")), str(event["content"].get("body", "")))
            for event in self._messages()
            if event["sender"] == self._us.user_id
        ]

    def say(self, text: str) -> MessageKey:
        return MessageKey(self._key(self.server.say("joris", self._room, text, thread=self._root)))

    def edit(self, message: MessageKey, text: str) -> None:
        self._edits.add(self.server.edit("joris", self._room, _event(message), text))

    def remove(self, message: MessageKey) -> None:
        self.server.redact("joris", self._room, _event(message))

    def seed(self, count: int, text: str) -> None:
        for n in range(1, count + 1):
            self.say(text.replace("{n}", str(n)))

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        edits = {
            event["content"]["m.relates_to"]["event_id"]: event["content"]["m.new_content"]["body"]
            for event in self._timeline()
            if event["content"].get("m.relates_to", {}).get("rel_type") == "m.replace"
        }
        found = {}
        for event in self._messages():
            gone = not event["content"]
            words = "" if gone else edits.get(event["event_id"], event["content"]["body"]).strip()
            if event["event_id"] != self._root:
                found[MessageKey(self._key(event["event_id"]))] = ("deleted" if gone else "visible", words)
        return found

    def action(self) -> Action:
        """A message that was edited twice is removed: three requests, after which nothing of it can be read."""
        said = self.server.say("joris", self._room, "Wat een onzin", thread=self._root)
        edits = [self.server.edit("joris", self._room, said, f"Wat een onzin {n}") for n in range(2)]
        self._edits.update(edits)

        def done() -> bool:
            return all(not self.server.event(self._room, one, by=self._us.name)["content"] for one in (said, *edits))

        return Action(Kind.DELETE, MessageKey(self._key(said)), to("/redact/", "PUT"), done)

    def close(self) -> None:
        """The server is everybody's."""

    def _timeline(self) -> Sequence[Any]:
        return [
            event for event in self.server.timeline(self._room, by=self._us.name) if event["type"] == "m.room.message"
        ]

    def _messages(self) -> Sequence[Any]:
        return [event for event in self._timeline() if event["event_id"] not in self._edits]


def _event(message: MessageKey) -> str:
    return message.split(":", 3)[3]
