"""Where the fault runs happen on the social intranets: a thread that asks, on fakes that behave, over a real line."""

from __future__ import annotations

import html
import itertools
import time
from collections.abc import Mapping, Sequence

from console.adapters.buddypress_reading import Keys, place_in
from console.adapters.humhub_reading import Site, comment_in
from console.adapters.humhub_text import read
from console.adapters.typed_address import server_of
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind
from console.sync.connecting import Wanted
from tests.fakes.buddypress import Activity, BuddyPress
from tests.fakes.humhub import HumHub
from tests.fakes.humhub_world import Comment
from tests.servers.places import Action
from tests.servers.proxy import Request, to

_COUNT = itertools.count()


class InSpace:
    """A post with a comment that asks, in a space of a HumHub of its own."""

    sends = staticmethod(to("/comment", "POST"))
    before = staticmethod(to("/api/v1/content/", "GET"))

    @staticmethod
    def reads(request: Request) -> bool:
        return request.method == "GET" and any(part in request.path for part in ("/comment/", "/content/", "/post/"))

    @staticmethod
    def further(request: Request) -> bool:
        return request.method == "GET" and "/comment/content/" in request.path and "page=2" in request.path

    def __init__(self) -> None:
        self._humhub = HumHub(clock=time.time).__enter__()
        self.url = self._humhub.url
        self.secrets = {"token": "redactie-token"}
        self._post = self._humhub.post("sanne", f"Vraag {next(_COUNT)}")
        self._asked = self._humhub.say("joris", self._post.id, "Wanneer weten we meer?")
        self._name_by(self.url)

    def _name_by(self, url: str) -> None:
        """The keys of a connection are those of the address it was made with, which is that of the line."""
        self._site = Site(server_of(url), url, self._humhub.zone)
        self.thread = ThreadKey(self._site.content(self._post.id))
        self.question = self._key(self._asked.id)

    def _key(self, number: int) -> MessageKey:
        return self._site.comment(self._post.id, number)

    def wanted(self, url: str) -> Wanted:
        self._name_by(url)
        return Wanted("humhub", "Daar", url, since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        return [("", _words(one.message)) for one in self._said() if one.author.name == "redactie"]

    def say(self, text: str) -> MessageKey:
        return self._key(self._humhub.say("joris", self._post.id, text).id)

    def edit(self, message: MessageKey, text: str) -> None:
        self._humhub.edit(comment_in(message), text)

    def remove(self, message: MessageKey) -> None:
        self._humhub.drop(comment_in(message))

    def seed(self, count: int, text: str) -> None:
        for n in range(1, count + 1):
            self.say(text.replace("{n}", str(n)))

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        return {self._key(one.id): ("visible", _words(one.message)) for one in self._said()}

    def action(self) -> Action:
        """A colleague's comment is removed."""
        bad = self._humhub.say("joris", self._post.id, "Wat een onzin").id
        return Action(
            Kind.DELETE, self._key(bad), to(f"/comment/{bad}", "DELETE"), lambda: bad not in self._humhub.comments
        )

    def close(self) -> None:
        self._humhub.__exit__()

    def _said(self) -> Sequence[Comment]:
        with self._humhub.lock:
            return [one for one in self._humhub.comments.values() if one.content == self._post.id]


def _words(message: str) -> str:
    return read(message, "").text.strip()


class InGroup:
    """An update with a comment that asks, in a group of a BuddyPress of its own, where we are an administrator."""

    sends = staticmethod(to("/activity", "POST"))
    reads = staticmethod(to("/activity", "GET"))
    before = staticmethod(to("include=", "GET"))
    further = staticmethod(to("component=activity", "GET"))

    def __init__(self) -> None:
        self._site = BuddyPress().__enter__()
        self.url = self._site.url
        self._us = self._site.account("redactie", "Redactie", moderates=True)
        self._joris = self._site.account("joris", "Joris Bakker")
        self.secrets = {"password": self._us.password}
        self._keys = Keys(self._site.server)
        room = self._site.room("Vragen", self._us, self._joris)
        self._root = self._site.post(self._joris, f"Vraag {next(_COUNT)}", room)
        self.thread = self._keys.thread(self._root)
        self.question = self.say("Wanneer weten we meer?")

    def wanted(self, url: str) -> Wanted:
        return Wanted("buddypress", "Daar", url, "redactie", since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        return [("", html.unescape(one.content)) for one in self._said() if one.user_id == self._us.id]

    def say(self, text: str) -> MessageKey:
        return self._keys.message(self._root, self._site.comment(self._joris, self._root, text))

    def edit(self, message: MessageKey, text: str) -> None:
        self._site.activities[place_in(message)[1]].content = html.escape(text, quote=False)

    def remove(self, message: MessageKey) -> None:
        self._site.remove(place_in(message)[1])

    def seed(self, count: int, text: str) -> None:
        for n in range(1, count + 1):
            self.say(text.replace("{n}", str(n)))

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        return {
            self._keys.message(self._root, one.id): ("visible", html.unescape(one.content).strip())
            for one in self._said()
        }

    def action(self) -> Action:
        """A colleague's comment is removed."""
        message = self.say("Wat een onzin")
        bad = place_in(message)[1]
        return Action(Kind.DELETE, message, to(f"/activity/{bad}", "DELETE"), lambda: bad not in self._site.activities)

    def close(self) -> None:
        self._site.__exit__(None, None, None)

    def _said(self) -> Sequence[Activity]:
        return [one for one in list(self._site.activities.values()) if one.item_id == self._root]
