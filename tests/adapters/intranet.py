"""A social intranet to test with: a closed group, somebody in it, and us."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator

import pytest

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.buddypress_reading import (
    Keys,
)
from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.domain.conversation import ConnectionKey
from console.domain.outbox import Intent, IntentId, Kind, State
from tests.adapters.test_buddypress_contract import adapter_of, config_of, now_ms
from tests.fakes.buddypress import BuddyPress, Room


class Home:
    """A site with a closed group, somebody in it, and us."""

    def __init__(self, site: BuddyPress, *, moderates: bool = False) -> None:
        self.site = site
        self.us = site.account("redactie", "Redactie", moderates=moderates)
        self.sanne = site.account("sanne", "Sanne de Wit")
        self.room: Room = site.room("Vragen", self.us, self.sanne)
        self.keys = Keys(site.server)
        self.shelf = Shelf()
        self._made: list[Adapted] = []

    def adapter(self, url: str = "", since_ms: int = 0, now: Callable[[], int] = now_ms, **settings: str) -> Adapted:
        tools = Tools(now_ms=now, known=self.shelf.known, timeout_s=10.0)
        made = adapter_of(self.site, config_of(self.site, url, since_ms=since_ms, **settings), tools)
        self._made.append(made)
        return made

    def intent(self, kind: Kind, root: int, number: int = 0, text: str = "", room: Room | None = None) -> Intent:
        message = self.keys.message(root, number) if number else None
        return Intent(
            IntentId(f"{kind}-{root}-{number}"), kind, ConnectionKey("c"), self.keys.space((room or self.room).id),
            self.keys.thread(root), message, text, State.SENDING, "ik", now_ms(), 0, attempts=1,
        )  # fmt: skip

    def texts(self) -> list[str]:
        return [html.unescape(one.content) for one in self.site.activities.values()]


@pytest.fixture
def site() -> Iterator[BuddyPress]:
    with BuddyPress() as made:
        yield made


@pytest.fixture
def home(site: BuddyPress) -> Home:
    return Home(site)
