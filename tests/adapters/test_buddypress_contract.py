"""The contract every adapter meets, for BuddyPress in both its generations, on a fake that behaves."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator, Mapping

import pytest

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.buddypress_reading import Keys, place_in
from console.adapters.conformance import AdapterContract
from console.adapters.contract import Adapter, Config, Tools
from console.domain.conversation import ConnectionKey, MessageKey, MessageState, ThreadKey
from tests.fakes.buddypress import BuddyPress
from tests.servers.on_a_line import OnALine
from tests.servers.proxy import Proxy

DAY_MS = 86_400_000


def now_ms() -> int:
    return int(time.time() * 1000)


def config_of(site: BuddyPress, url: str = "", login: str = "redactie", since_ms: int = 0, **settings: str) -> Config:
    """A connection as its check would have stored it, through whatever line leads to the site."""
    account = site.accounts[login]
    stored = {
        "root": f"{url or site.url}/wp-json/", "site_url": site.url, "title": site.title, "generation": site.generation,
        "rights": "bp_moderate" if account.moderates else "", "recognised": "yes" if site.recognised else "no",
        "groups": "yes",
    }  # fmt: skip
    return Config(
        connection=ConnectionKey("connection"),
        platform="buddypress",
        url=url or site.url,
        user=login,
        server=site.server,
        account=f"buddypress:{site.server}:user:{account.id}",
        since_ms=since_ms,
        settings={**stored, **settings},
    )


def adapter_of(site: BuddyPress, config: Config | None = None, tools: Tools | None = None) -> Adapted:
    config = config or config_of(site)
    password = site.accounts[config.user].password
    return Adapted(config, {"password": password}, tools or Tools(now_ms=now_ms, timeout_s=10.0))


class OnTheIntranet(OnALine):
    """Colleagues in a closed group of the intranet, and a line to it that can fail."""

    def __init__(self, site: BuddyPress, line: Proxy, *, moderates: bool) -> None:
        super().__init__(line)
        self._site = site
        self._keys = Keys(site.server)
        self._us = site.account("redactie", "Redactie", moderates=moderates)
        self._sanne = site.account("sanne", "Sanne de Wit")
        self._room = site.room("Vragen aan de directie", self._us, self._sanne)
        self.space = self._keys.space(self._room.id)

    def adapter(self, tools: Tools) -> Adapter:
        return adapter_of(self._site, config_of(self._site, self._line.url, since_ms=now_ms() - DAY_MS), tools)

    def now_ms(self) -> int:
        return now_ms()

    def open_thread(self, title: str, text: str) -> ThreadKey:
        return self._keys.thread(self._site.post(self._sanne, f"{title}\n\n{text}", self._room))

    def say(self, thread: ThreadKey, text: str, parent: MessageKey | None = None, *, held: bool = False) -> MessageKey:
        root = place_in(thread)[0]
        return self._keys.message(root, self._site.comment(self._sanne, root, text, place_in(parent)[1]))

    def change(self, message: MessageKey, text: str) -> None:
        self._site.activities[place_in(message)[1]].content = html.escape(text, quote=False)

    def remove(self, message: MessageKey) -> None:
        self._site.remove(place_in(message)[1])

    def truth(self, thread: ThreadKey) -> Mapping[MessageKey, tuple[str, MessageState]]:
        root = place_in(thread)[0]
        return {
            self._keys.message(root, one.id): (
                html.unescape(one.content), MessageState.SPAM if one.spam else MessageState.VISIBLE,
            )
            for one in self._site.activities.values()
            if root in (one.id, one.item_id)
        }  # fmt: skip

    def open_many(self, count: int, text: str) -> list[ThreadKey]:
        return [self.open_thread(text.replace("{n}", str(number)), "Hallo") for number in range(1, count + 1)]

    def spoil(self, message: MessageKey) -> bool:
        self._site.activities[place_in(message)[1]].spoilt = True
        return True


class TestBuddyPress(AdapterContract):
    @pytest.fixture(params=["v1 administrator", "v1 member without the file", "v2 administrator"])
    def platform(self, request: pytest.FixtureRequest) -> Iterator[OnTheIntranet]:
        generation, _, rest = request.param.partition(" ")
        moderates = rest == "administrator"
        with BuddyPress(generation=generation, recognised=moderates) as site, Proxy(site.url) as line:
            yield OnTheIntranet(site, line, moderates=moderates)
