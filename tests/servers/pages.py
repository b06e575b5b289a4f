"""Where the fault runs happen on the Pages of Facebook and LinkedIn: a post that asks, on fakes that behave."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping, Sequence

from console.adapters.facebook_reading import comment_in as facebook_comment
from console.adapters.linkedin_reading import comment_in as linkedin_comment
from console.domain.conversation import MessageKey, ThreadKey
from console.domain.outbox import Kind
from console.sync.connecting import Wanted
from tests.adapters import test_facebook_contract, test_linkedin_contract
from tests.fakes.facebook import USER_TOKEN, Facebook
from tests.fakes.linkedin import TOKEN, US, LinkedIn
from tests.servers.places import Action
from tests.servers.proxy import Request, to

_COUNT = itertools.count()


class OnFacebook:
    """A post of a visitor with a comment that asks, on a Page."""

    secrets: Mapping[str, str] = {"token": USER_TOKEN}
    sends = staticmethod(to("/comments", "POST"))
    before = staticmethod(to("fields=id,parent{id}", "GET"))
    further = staticmethod(to("/comments", "GET"))

    @staticmethod
    def reads(request: Request) -> bool:
        return request.method == "GET" and ("/feed" in request.path or "_" in request.path.partition("?")[0])

    def __init__(self) -> None:
        self._facebook = Facebook(clock=time.time).__enter__()
        self.url = self._facebook.url
        self._post = self._facebook.post("sanne", f"Vraag {next(_COUNT)}")
        self.thread = ThreadKey(test_facebook_contract.key_of_said(self._post))
        self.question = self.say("Wanneer weten we meer?")

    def wanted(self, url: str) -> Wanted:
        return Wanted("facebook", "Daar", settings={"root": url}, since_days=1)

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        with self._facebook.lock:
            said = list(self._facebook.under(self._post.id))
        return [("", one.message) for one in said if one.author is self._facebook.us]

    def say(self, text: str) -> MessageKey:
        with self._facebook.lock:
            return test_facebook_contract.key_of_said(self._facebook.comment("joris", self._post.id, text))

    def edit(self, message: MessageKey, text: str) -> None:
        self._facebook.edit(facebook_comment(message), text)

    def remove(self, message: MessageKey) -> None:
        self._facebook.drop(facebook_comment(message))

    def seed(self, count: int, text: str) -> None:
        for n in range(1, count + 1):
            self.say(text.replace("{n}", str(n)))

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        return {
            test_facebook_contract.key_of_said(one): ("hidden" if one.hidden else "visible", one.message)
            for one in self._facebook.under(self._post.id)
        }

    def action(self) -> Action:
        """A comment is hidden."""
        message = self.say("Wat een onzin")
        bad = self._facebook.said[facebook_comment(message)]
        return Action(Kind.HIDE, message, to(f"/{bad.id}", "POST"), lambda: bad.hidden)

    def close(self) -> None:
        self._facebook.__exit__()


class OnLinkedIn:
    """A post of the Page with a comment that asks."""

    secrets: Mapping[str, str] = {"token": TOKEN}
    sends = staticmethod(to("/comments", "POST"))
    before = staticmethod(to("/comments/", "GET"))
    further = staticmethod(to("start=45", "GET"))

    @staticmethod
    def reads(request: Request) -> bool:
        return request.method == "GET" and any(
            part in request.path for part in ("/posts", "/comments", "/socialMetadata")
        )

    def __init__(self) -> None:
        self._linkedin = LinkedIn(clock=time.time).__enter__()
        self.url = self._linkedin.url
        self._post = self._linkedin.post(f"Nieuws {next(_COUNT)}")
        self.thread = ThreadKey(test_linkedin_contract.key_of_said(self._post))
        self.question = self.say("Wanneer weten we meer?")

    def wanted(self, url: str) -> Wanted:
        return Wanted(
            "linkedin", "Daar", settings={"root": f"{url}/rest", "oauth": f"{url}/oauth/v2"}, since_days=1
        )  # fmt: skip

    def sent_by_us(self) -> Sequence[tuple[str, str]]:
        with self._linkedin.lock:
            said = list(self._linkedin.under(self._post.number))
        return [("", one.text) for one in said if one.actor == US]

    def say(self, text: str) -> MessageKey:
        with self._linkedin.lock:
            return test_linkedin_contract.key_of_said(self._linkedin.comment("Ab3dE", self._post.number, text))

    def edit(self, message: MessageKey, text: str) -> None:
        self._linkedin.edit(linkedin_comment(message), text)

    def remove(self, message: MessageKey) -> None:
        self._linkedin.drop(linkedin_comment(message))

    def seed(self, count: int, text: str) -> None:
        for n in range(1, count + 1):
            self.say(text.replace("{n}", str(n)))

    def served(self) -> Mapping[MessageKey, tuple[str, str]]:
        return {
            test_linkedin_contract.key_of_said(one): ("visible", one.text)
            for one in self._linkedin.under(self._post.number)
        }

    def action(self) -> Action:
        """A comment is removed."""
        message = self.say("Wat een onzin")
        bad = linkedin_comment(message)
        return Action(
            Kind.DELETE, message, to(f"/comments/{bad}", "DELETE"), lambda: bad not in self._linkedin.comments
        )

    def close(self) -> None:
        self._linkedin.__exit__()
