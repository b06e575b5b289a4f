"""Threads on unlike platforms: a question and a message to act on, and what a colleague does there meanwhile."""

from __future__ import annotations

import itertools
import os
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from console.adapters.humhub_reading import Site
from console.adapters.humhub_text import read
from console.adapters.memory_world import MemoryWorld
from console.adapters.typed_address import server_of
from console.cli.session import now_ms
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind
from tests.fakes.humhub import HumHub
from tests.houses import DAY_MS, HOUR_MS, key
from tests.servers.synapse import Synapse
from tests.servers.wordpress import WordPress

COUNTER = itertools.count()
MARK = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


# What a colleague does, and what that leaves of the message we may act on.
LEFT = {"bins the held one": "deleted", "approves the held one": "visible", "edits the held one": "edited"}
# What a colleague does that each of ours has to ask a person about.
CONFLICTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.REPLY: ("answers", "edits the question", "closes it"),
    Kind.APPROVE: ("bins the held one", "closes it"),
    Kind.REACT: ("bins the held one", "edits the held one"),
    Kind.DELETE: ("approves the held one", "edits the held one", "closes it"),
    Kind.SETTLE: ("bins the held one", "closes it"),
}


@dataclass(slots=True, eq=False)
class Place(ABC):
    """One thread. `act` is what a colleague does there while we are away.

    held    the message on which we act, in the way of `yes` or by deleting it
    acts    what a colleague can do there
    """

    yes: ClassVar[Kind] = Kind.APPROVE
    acts: ClassVar[tuple[str, ...]] = (
        "nothing", "nothing", "nothing", "answers", "edits the question", "bins the held one", "approves the held one",
    )  # fmt: skip
    at_first: ClassVar[str] = "held"

    thread: ThreadKey
    question: MessageKey
    held: MessageKey
    act: str = "nothing"

    def happen(self) -> None:
        match self.act:
            case "answers":
                self.answer()
            case "edits the question":
                self.edit()
            case "closes it":
                self.close()
            case act if act in LEFT:
                self.set_held(LEFT[act])

    def conflicts(self, ours: Kind) -> bool:
        """Whether a colleague did something meanwhile that matters to this."""
        return self.act in CONFLICTS[ours]

    def stands(self, ours: Kind | None) -> bool:
        """Whether the held message is as our action left it, or else as the colleague did."""
        left = LEFT.get(self.act, self.at_first)
        wanted = {Kind.APPROVE: "visible", Kind.DELETE: "deleted", Kind.REACT: "liked", None: left}[ours]
        return self.held_state() == wanted

    @abstractmethod
    def answer(self) -> None: ...

    @abstractmethod
    def edit(self) -> None: ...

    def close(self) -> None:
        """Nobody can answer any more."""
        raise NotImplementedError

    @abstractmethod
    def set_held(self, state: str) -> None: ...

    @abstractmethod
    def held_state(self) -> str: ...


class Blog:
    """A real WordPress: a post is a thread."""

    def __init__(self, server: WordPress) -> None:
        self.server = server
        self._posts: list[int] = []

    def opens(self, n: int) -> Place:
        server = self.server
        post = server.new_post(f"Bericht {n} {next(COUNTER)} {os.getpid()}")
        self._posts.append(post)
        question = server.comment("sanne", post, f"Wanneer weten we meer over {n}?")
        held = server.comment("joris", post, f"Mag dit erop, {n}?", held=True)
        names = [f"wordpress:{server.server}:{kind}:{number}" for kind, number in
                 (("post", post), ("comment", question), ("comment", held))]  # fmt: skip
        return _Post(ThreadKey(names[0]), MessageKey(names[1]), MessageKey(names[2]), server=server, post=post)

    def marks(self) -> Counter[str]:
        """The ids of ours that comments bear."""
        return Counter(
            mark
            for comment in self.server.comments()
            if comment.post in self._posts
            for mark in MARK.findall(comment.agent)
        )


@dataclass(slots=True, eq=False, kw_only=True)
class _Post(Place):
    server: WordPress
    post: int

    def answer(self) -> None:
        self.server.comment("fatma", self.post, "Dat staat op het intranet.")

    def edit(self) -> None:
        self.server.edit(self._number(self.question), "Wanneer horen we meer, en van wie?")

    def set_held(self, state: str) -> None:
        self.server.set_status(self._number(self.held), {"deleted": "trash", "visible": "approve"}[state])

    def held_state(self) -> str:
        found = next(c for c in self.server.comments(self.post) if c.id == self._number(self.held))
        return {"approved": "visible", "hold": "held", "trash": "deleted"}[found.status]

    def _number(self, message: MessageKey) -> int:
        return int(message.rsplit(":", 1)[1])


class Town:
    """The memory adapter's world."""

    def __init__(self, world: MemoryWorld) -> None:
        self.world = world
        for name in ("sanne", "joris", "fatma"):
            world.put_person(name, name.title(), joined_ms=now_ms() - 900 * DAY_MS)

    def opens(self, n: int) -> Place:
        at_ms = now_ms() - HOUR_MS
        self.world.say(f"o{n}", "plein", "sanne", at_ms, f"Over {n}", title=f"Over {n}")
        self.world.say(f"q{n}", "plein", "sanne", at_ms + 1000, f"Wanneer weten we meer over {n}?", answers=f"o{n}")
        self.world.say(f"h{n}", "plein", "joris", at_ms + 2000, "Mag dit erop?", answers=f"o{n}", state="held")
        if n % 2:
            self.world.put_report(f"r{n}", f"h{n}", "sanne", at_ms + 3000, "Onbeleefd")
        names = [key("message", f"{kind}{n}") for kind in "oqh"]
        return _Corner(
            ThreadKey(names[0]), MessageKey(names[1]), MessageKey(names[2]), world=self.world, number=n
        )  # fmt: skip

    def marks(self) -> Counter[str]:
        return Counter(post["mark"] for post in self.world.posts("memory") if post["mark"])


@dataclass(slots=True, eq=False, kw_only=True)
class _Corner(Place):
    acts: ClassVar[tuple[str, ...]] = (*Place.acts, "closes it")

    world: MemoryWorld
    number: int

    def answer(self) -> None:
        self.world.say(f"a{self.number}", "plein", "fatma", now_ms(), "Dat staat op het intranet.",
                       answers=f"o{self.number}")  # fmt: skip

    def edit(self) -> None:
        self.world.edit(f"q{self.number}", "Wanneer horen we meer, en van wie?", now_ms())

    def close(self) -> None:
        self.world.change(f"o{self.number}", locked=1)

    def set_held(self, state: str) -> None:
        self.world.change(f"h{self.number}", state=state)

    def held_state(self) -> str:
        return str(self.world.post(f"h{self.number}")["state"])


class Room:
    """A room on a real Synapse, of an account of our own: a message with what is said in its thread."""

    def __init__(self, server: Synapse) -> None:
        self.server = server
        self.us = server.new_account("mod")
        self._room = server.new_room(by=self.us.name)

    def opens(self, n: int) -> Place:
        root = self.server.say("sanne", self._room, f"Over {n}")
        question = self.server.say("sanne", self._room, f"Wanneer weten we meer over {n}?", thread=root)
        held = self.server.say("joris", self._room, f"Wat een onzin, {n}", thread=root)
        names = [f"matrix:{self.server.server}:event:{event}" for event in (root, question, held)]
        return _Thread(ThreadKey(names[0]), MessageKey(names[1]), MessageKey(names[2]),
                       server=self.server, room=self._room, us=self.us.name)  # fmt: skip

    def marks(self) -> Counter[str]:
        """The ids of ours that messages bear: the server tells them to the device that sent them."""
        return Counter(
            mark
            for event in self.server.timeline(self._room, by=self.us.name)
            if event["type"] == "m.room.message"
            for mark in MARK.findall(str(event["unsigned"].get("transaction_id", "")))
        )


@dataclass(slots=True, eq=False, kw_only=True)
class _Thread(Place):
    """Nothing waits for approval on Matrix: we like a message, or delete it."""

    yes: ClassVar[Kind] = Kind.REACT
    acts: ClassVar[tuple[str, ...]] = (
        "nothing", "nothing", "nothing", "answers", "edits the question", "bins the held one", "edits the held one",
    )  # fmt: skip
    at_first: ClassVar[str] = "visible"

    server: Synapse
    room: str
    us: str

    def answer(self) -> None:
        self.server.say("joris", self.room, "Dat staat op het intranet.", thread=_event(self.thread))

    def edit(self) -> None:
        self.server.edit("sanne", self.room, _event(self.question), "Wanneer horen we meer, en van wie?")

    def set_held(self, state: str) -> None:
        if state == "deleted":
            self.server.redact("joris", self.room, _event(self.held))
        else:
            self.server.edit("joris", self.room, _event(self.held), "Dat vind ik onzin")

    def held_state(self) -> str:
        event = self.server.event(self.room, _event(self.held), by=self.us)
        if not event["content"]:
            return "deleted"
        likes = sum(self._is_our_like(one) for one in self.server.timeline(self.room, by=self.us))
        if likes:
            return "liked" if likes == 1 else f"liked {likes} times"
        return "edited" if "m.replace" in event["unsigned"].get("m.relations", {}) else "visible"

    def _is_our_like(self, event: Any) -> bool:
        about = event["content"].get("m.relates_to", {}).get("event_id")
        ours = event["sender"] == self.server.user(self.us)
        return event["type"] == "m.reaction" and ours and about == _event(self.held)


class Intranet:
    """A HumHub that behaves, behind a line that is named by its own address. It gives no mark back: ours are known by their words."""

    def __init__(self, site: HumHub, url: str) -> None:
        self.humhub = site
        self.site = Site(server_of(url), url, site.zone)
        self.ours: dict[str, str] = {}  # what we wrote -> the intent

    def opens(self, n: int) -> Place:
        post = self.humhub.post("sanne", f"Over {n}, {next(COUNTER)}")
        question = self.humhub.say("joris", post.id, f"Wanneer weten we meer over {n}?")
        bad = self.humhub.say("joris", post.id, f"Wat een onzin, {n}")
        return _Page(
            ThreadKey(self.site.content(post.id)), MessageKey(self.site.comment(post.id, question.id)),
            MessageKey(self.site.comment(post.id, bad.id)), humhub=self.humhub, post=post.id, bad=bad.id,
        )  # fmt: skip

    def marks(self) -> Counter[str]:
        """The ids of ours, by the words of each comment that we wrote."""
        with self.humhub.lock:
            said = [one for one in self.humhub.comments.values() if one.author.name == "redactie"]
        return Counter(self.ours.get(read(one.message, "").text.strip(), one.message) for one in said)


@dataclass(slots=True, eq=False, kw_only=True)
class _Page(Place):
    """Nothing waits for approval on HumHub, and an edit of a comment moves no date: news are the comments alone."""

    yes: ClassVar[Kind] = Kind.DELETE
    acts: ClassVar[tuple[str, ...]] = ("nothing", "nothing", "answers")
    at_first: ClassVar[str] = "visible"

    humhub: HumHub
    post: int
    bad: int

    def answer(self) -> None:
        self.humhub.say("sanne", self.post, "Dat staat op het intranet.")

    def edit(self) -> None:
        raise NotImplementedError

    def set_held(self, state: str) -> None:
        raise NotImplementedError

    def held_state(self) -> str:
        return "visible" if self.bad in self.humhub.comments else "deleted"


def _event(key: str) -> str:
    return key.split(":", 3)[3]
