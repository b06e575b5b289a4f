"""The contract every adapter meets, for Yammer on one that behaves like it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.yammer import Yammer as Adapted
from console.adapters.yammer_discovery import site_of
from console.adapters.yammer_reading import number_in, thread_in
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_world import NETWORK
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy

TOKEN = {"token": "redactie-token"}


def config_of(yammer: Yammer, url: str = "", since_ms: int = 0, **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads there."""
    server = f"{yammer.url.partition('://')[2]}/{NETWORK}"
    stored = {"general": "general", "spaces": ",".join(map(str, yammer.groups)), "administers": "no"}
    account = f"yammer:{server}:user:{yammer.users['redactie'].id}"
    return Config(
        ConnectionKey("connection"), "yammer", url or yammer.url, "", server, account, since_ms, {**stored, **settings}
    )


class InTheCommunity(OnALine):
    """Colleagues in a community of the network, and a line to it that can fail."""

    def __init__(self, yammer: Yammer, line: Proxy) -> None:
        super().__init__(line)
        self._yammer = yammer
        self._url = line.url
        self._site = site_of(config_of(yammer))
        self.space = self._site.space(str(yammer.home.id))

    def adapter(self, tools: Tools) -> Adapter:
        return Adapted(config_of(self._yammer, self._url), TOKEN, tools)

    def now_ms(self) -> int:
        return self._yammer.now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return self._site.thread(self._yammer.post("sanne", text, title=title).id)

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        said = self._yammer.answer("joris", number_in(parent) or thread_in(thread), text)
        return self._site.message(said.thread, said.id)

    def say_many(self, thread: ThreadKey, count: int, text: str) -> list[MessageKey]:
        return [self.say(thread, text.format(n=n + 1)) for n in range(count)]

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return [self._site.thread(self._yammer.post("sanne", text.format(n=n + 1)).id) for n in range(count)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self._yammer.said[number_in(message)].likes.append(self._yammer.users["sanne"])

    def change(self, message: MessageKey, text: str) -> None:
        self._yammer.said[number_in(message)].text = text

    def remove(self, message: MessageKey) -> None:
        self._yammer.drop(number_in(message))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        return {
            self._site.message(one.thread, one.id): (one.text, MessageState.VISIBLE)
            for one in self._yammer.in_thread(thread_in(thread))
        }

    def spoil(self, message: MessageKey) -> bool:
        self._yammer.spoilt.add(number_in(message))
        return True


class TestYammer(AdapterContract):
    @pytest.fixture(params=["as it is", "with all its oddities"])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[InTheCommunity]:
        odd = request.param != "as it is"
        with Yammer(miscounts=odd, hiccups=4 if odd else 0, strings=odd) as yammer, Proxy(yammer.url) as line:
            yield InTheCommunity(yammer, line)
