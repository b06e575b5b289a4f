"""The contract every adapter meets, for LinkedIn on one that behaves like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.linkedin import LinkedIn as Adapted
from console.adapters.linkedin_reading import SERVER, Home, comment_in, comment_key, person_key, post_in, post_key
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.fakes.linkedin import PAGE, TOKEN, US, Comment, LinkedIn, Post
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy

SECRETS: Mapping[str, str] = {"token": TOKEN}


def config_of(url: str, since_ms: int = 0, **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads there."""
    stored = {
        "root": f"{url}/rest", "oauth": f"{url}/oauth/v2", "page": PAGE, "page_name": "Ons bedrijf", "may": "engage",
        "token_ends_ms": "", **settings,
    }  # fmt: skip
    return Config(ConnectionKey("connection"), "linkedin", "", "", SERVER, person_key(US), since_ms, settings=stored)


def key_of_said(said: Post | Comment) -> MessageKey:
    if isinstance(said, Post):
        return post_key(said.urn)
    return comment_key(f"urn:li:share:{said.post}", said.number, said.parent)


def number_of(key: str) -> str:
    return post_in(key).rpartition(":")[2]


class OnThePage(OnALine):
    """People on the Page, and a line to it that can fail."""

    def __init__(self, linkedin: LinkedIn, line: Proxy) -> None:
        super().__init__(line)
        self._linkedin = linkedin
        self.space = Home(PAGE).space

    def adapter(self, tools: Tools) -> Adapter:
        return Adapted(config_of(self._line.url), SECRETS, tools)

    def now_ms(self) -> int:
        return self._linkedin.now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(key_of_said(self._linkedin.post(f"{title}\n\n{text}")))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        return key_of_said(self._linkedin.comment("Ab3dE", number_of(thread), text, comment_in(parent)))

    def change(self, message: MessageKey, text: str) -> None:
        self._linkedin.edit(comment_in(message), text)

    def remove(self, message: MessageKey) -> None:
        self._linkedin.drop(comment_in(message) or number_of(message))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        post = self._linkedin.posts[number_of(thread)]
        under = self._linkedin.under(post.number)
        return {key_of_said(one): (one.text, MessageState.VISIBLE) for one in (post, *under)}

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.replace("{n}", str(number))) for number in range(1, count + 1)]

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return [self.open_thread(text.replace("{n}", str(number)), "Hallo") for number in range(1, count + 1)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self._linkedin.comments[comment_in(message)].likes += 1

    def spoil(self, message: MessageKey) -> bool:
        number = comment_in(message)
        self._linkedin.broken = lambda row: {**row, "message": ["?"]} if row["id"] == number else row
        return True


class TestLinkedIn(AdapterContract):
    @pytest.fixture(params=["oldest first", pytest.param("newest first", marks=pytest.mark.long)])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[OnThePage]:
        newest = request.param == "newest first"
        with LinkedIn(newest_first=newest, bare=not newest) as linkedin, Proxy(linkedin.url) as line:
            yield OnThePage(linkedin, line)
