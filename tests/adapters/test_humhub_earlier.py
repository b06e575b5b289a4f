"""What a conversation on HumHub began with, fetched by its key: in few requests, however old, or with its reason."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from console.adapters.conformance import Shelf
from console.adapters.contract import FetchedThread, Lacking, Tools
from console.adapters.humhub import HumHub as Adapted
from console.adapters.humhub_discovery import site_of
from console.domain.conversation import ThreadKey
from console.domain.platform import AuthExpired, Forbidden, NotFound, Page, PlatformError, RateLimited
from tests.adapters.test_humhub_contract import config_of
from tests.fakes import humhub as fake
from tests.fakes.humhub import HumHub
from tests.fakes.humhub_schema import Published
from tests.fakes.humhub_world import WIKI, Content

YEAR_S = 365 * 86_400


class Place:
    """A HumHub on which something was said a year before anything is collected."""

    def __init__(self, humhub: HumHub) -> None:
        self.humhub = humhub
        self.shelf = Shelf()
        self.post = humhub.post("sanne", "Zo begon het")
        for number in range(1, 5):
            last = humhub.say("joris", self.post.id, f"Toen {number}")
        humhub.say("sanne", self.post.id, "Dat ook", parent=last.id)
        humhub.tick(YEAR_S)
        config = config_of(humhub)
        self.site = site_of(config)
        tools = Tools(now_ms=humhub.now_ms, known=self.shelf.known, timeout_s=5.0)
        self.adapter = Adapted(replace(config, since_ms=humhub.now_ms() - 1000), {"token": "redactie-token"}, tools)

    async def fetch(self, content: Content, most: int = 2000) -> FetchedThread:
        self.humhub.asked.clear()
        lacking = Lacking(ThreadKey(self.site.content(content.id)), self.site.space(content.container))
        found = await self.adapter.fetch_thread(lacking, most)
        self.shelf.apply(Page(found.changes, {}))
        return found

    def said(self, content: Content) -> list[str]:
        return [text for text, _state in self.shelf.shown(ThreadKey(self.site.content(content.id))).values()]


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub() as served, Published(served):
        yield served


@pytest_asyncio.fixture
async def place(humhub: HumHub) -> AsyncIterator[Place]:
    made = Place(humhub)
    yield made
    await made.adapter.close()


async def test_it_comes_in_three_requests_where_only_its_latest_was_collected(humhub: HumHub, place: Place) -> None:
    for number in range(6):
        humhub.say("joris", humhub.post("sanne", f"Vandaag {number}").id, "Ja")
    await place.adapter.spaces()
    await place.shelf.catch_up(place.adapter)
    assert len(place.said(place.post)) < 6, "there really is a hole"
    assert (await place.fetch(place.post)).whole
    assert set(place.said(place.post)) == {"Zo begon het", "Toen 1", "Toen 2", "Toen 3", "Toen 4", "Dat ook"}
    assert [one.path.split("/")[0] for one in humhub.asked] == ["content", "post", "comment"]


async def test_a_page_of_a_wiki_that_nobody_answered_comes_in_two(humhub: HumHub, place: Place) -> None:
    page = humhub.post("sanne", "Zo doen we dat", model=WIKI, title="Afspraken")
    assert (await place.fetch(page)).whole
    assert place.said(page) == ["Zo doen we dat"]
    assert len(humhub.asked) == 2


async def test_of_a_very_long_one_the_oldest_come(
    humhub: HumHub, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake, "MAX_LIMIT", 2)
    long = humhub.post("sanne", "Lang verhaal")
    for number in range(1, 12):
        humhub.say("joris", long.id, f"Antwoord {number}")
    assert not (await place.fetch(long, most=3)).whole
    assert place.said(long)[:5] == ["Lang verhaal", *(f"Antwoord {number}" for number in range(1, 5))]
    assert "Antwoord 7" not in place.said(long)


@pytest.mark.parametrize(
    ("hinders", "error"),
    [
        (lambda place: setattr(place.humhub.spaces[9], "there", False), NotFound),
        (lambda place: place.humhub.contents.pop(place.post.id), NotFound),
        (lambda place: place.humhub.spaces[9].roles.pop("redactie"), Forbidden),
        (lambda place: setattr(place.humhub, "expired", True), AuthExpired),
        (lambda place: setattr(place.humhub, "instead", lambda asked: (429, "text/html", b"")), RateLimited),
    ],
    ids=["its space is gone", "it is gone", "closed to us", "signed out", "too much was asked"],
)
async def test_one_that_cannot_be_had_says_why(
    place: Place, hinders: Callable[[Place], object], error: type[PlatformError]
) -> None:
    hinders(place)
    with pytest.raises(error):
        await place.fetch(place.post)
    assert len(place.humhub.asked) == 1
