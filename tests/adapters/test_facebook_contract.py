"""The contract every adapter meets, for Facebook on one that behaves like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.facebook import Facebook as Adapted
from console.adapters.facebook_reading import SERVER, comment_in, comment_key, person_key, post_in, post_key, space_key
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.fakes.facebook import PAGE_TOKEN, Facebook
from tests.fakes.facebook_world import PAGE, Said
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy

TOKEN: Mapping[str, str] = {"token": PAGE_TOKEN}


def config_of(url: str, since_ms: int = 0, **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads there."""
    stored = {"root": url, "page": PAGE, "may": "engage,message", "token_ends_ms": "", **settings}
    return Config(
        ConnectionKey("connection"), "facebook", "", "", SERVER, person_key(PAGE), since_ms, settings=stored
    )  # fmt: skip


def key_of_said(said: Said) -> MessageKey:
    return comment_key(said.post, said.id) if said.post else post_key(said.id)


class OnThePage(OnALine):
    """People on the Page, and a line to it that can fail."""

    def __init__(self, facebook: Facebook, line: Proxy) -> None:
        super().__init__(line)
        self._facebook = facebook
        self.space = space_key(PAGE)

    def adapter(self, tools: Tools) -> Adapter:
        return Adapted(config_of(self._line.url), TOKEN, tools)

    def now_ms(self) -> int:
        return self._facebook.now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(post_key(self._facebook.post("sanne", f"{title}\n\n{text}").id))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        return key_of_said(self._facebook.comment("joris", post_in(thread), text, comment_in(parent)))

    def change(self, message: MessageKey, text: str) -> None:
        self._facebook.edit(comment_in(message), text)

    def remove(self, message: MessageKey) -> None:
        self._facebook.drop(comment_in(message) or post_in(message))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        post = post_in(thread)
        return {
            key_of_said(one): (one.message, MessageState.HIDDEN if one.hidden else MessageState.VISIBLE)
            for one in (self._facebook.said[post], *self._facebook.under(post))
        }

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.replace("{n}", str(number))) for number in range(1, count + 1)]

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return [self.open_thread(text.replace("{n}", str(number)), "Hallo") for number in range(1, count + 1)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self._facebook.said[comment_in(message)].likes += 1

    def spoil(self, message: MessageKey) -> bool:
        number = comment_in(message)
        self._facebook.broken = lambda row: {**row, "message": ["?"]} if row["id"] == number else row
        return True


class TestFacebook(AdapterContract):
    @pytest.fixture(params=["short pages", pytest.param("as it is", marks=pytest.mark.long)])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[OnThePage]:
        kind = request.param
        facebook = Facebook(short=kind == "short pages")
        with facebook, Proxy(facebook.url) as line:
            yield OnThePage(facebook, line)
