"""The contract every adapter meets, for HumHub on one that behaves like it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest

from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.adapters.humhub import HumHub as Adapted
from console.adapters.humhub_discovery import site_of
from console.adapters.humhub_reading import comment_in, content_in
from console.adapters.typed_address import server_of
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.fakes.humhub import HumHub
from tests.fakes.humhub_schema import Published
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy


def config_of(humhub: HumHub, url: str = "", **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads to the site."""
    server, url = server_of(humhub.url), url or humhub.url
    stored = {
        "site": url,
        "time_zone": str(humhub.zone),
        "spaces": ",".join(map(str, humhub.spaces)),
        **settings,
    }
    return Config(ConnectionKey("connection"), "humhub", url, "", server, f"humhub:{server}:user:5", settings=stored)


class OnTheIntranet(OnALine):
    """Colleagues on the intranet, and a line to it that can fail."""

    archives = True

    def __init__(self, humhub: HumHub, line: Proxy) -> None:
        super().__init__(line)
        self._humhub = humhub
        self._site = site_of(config_of(humhub))
        self.space = self._site.space(9)

    def adapter(self, tools: Tools) -> Adapter:
        return Adapted(config_of(self._humhub, self._line.url), {"token": "redactie-token"}, tools)

    def now_ms(self) -> int:
        return self._humhub.now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return ThreadKey(self._site.content(self._humhub.post("sanne", f"**{title}**\n\n{_markdown(text)}").id))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        said = self._humhub.say("joris", content_in(thread), _markdown(text), comment_in(parent))
        return self._site.comment(content_in(thread), said.id)

    def change(self, message: MessageKey, text: str) -> None:
        self._humhub.edit(comment_in(message), _markdown(text))

    def remove(self, message: MessageKey) -> None:
        self._humhub.drop(comment_in(message) or content_in(message))

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        content = content_in(thread)
        opening = self._humhub.contents[content]
        said = {
            self._site.comment(content, one.id): (_read(one.message), MessageState.VISIBLE)
            for one in self._humhub.comments.values()
            if one.content == content
        }
        return {
            self._site.content(content): (
                _read(opening.message),
                MessageState.HIDDEN if opening.archived else MessageState.VISIBLE,
            ),
            **said,
        }

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return [self.open_thread(text.replace("{n}", str(number)), "Hallo") for number in range(1, count + 1)]

    def react(self, message: MessageKey, emoji: str) -> None:
        self._humhub.comments[comment_in(message)].likes += 1

    def report(self, message: MessageKey, reason: str) -> None:
        self._humhub.report(self._humhub.comments[comment_in(message)].message)

    def spoil(self, message: MessageKey) -> bool:
        number = comment_in(message)
        self._humhub.broken = lambda row: {**row, "message": ["?"]} if row["id"] == number else row
        return True


def _markdown(text: str) -> str:
    return re.sub(r"([<>*_])", r"\\\1", text)


def _read(message: str) -> str:
    """What a person reads of these simple texts."""
    return re.sub(r"\\([^\w\s])", r"\1", message.replace("**", ""))


class TestHumHub(AdapterContract):
    @pytest.fixture(params=["as it is", "clamping", "numbers as text", "newer names"])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[OnTheIntranet]:
        kind = request.param
        humhub = HumHub(clamps=kind == "clamping", strings=kind == "numbers as text", newer=kind == "newer names")
        with humhub, Published(humhub), Proxy(humhub.url) as line:
            yield OnTheIntranet(humhub, line)
