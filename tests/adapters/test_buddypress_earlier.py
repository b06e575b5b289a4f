"""What a conversation on BuddyPress began with, fetched by its key: in few requests, however old, or with its reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.contract import FetchedThread, Lacking
from console.domain.conversation import MessageState, SpaceKey, ThreadKey
from console.domain.platform import AuthExpired, Forbidden, NotFound, Page, PlatformError
from tests.adapters.intranet import Home, home, site
from tests.adapters.test_buddypress_contract import DAY_MS, now_ms
from tests.fakes.buddypress import BuddyPress

__all__ = ["home", "site"]
YEAR_MS = 365 * DAY_MS


class Story:
    """What was said in the closed group a year ago, and an adapter that collects since yesterday."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.root = home.site.post(home.sanne, "Zo begon het", home.room)
        first = home.site.comment(home.sanne, self.root, "Toen dit")
        for number in (home.site.comment(home.us, self.root, "Dat ook", first), self.root, first):
            home.site.activities[number].at_ms -= YEAR_MS
        self.adapter: Adapted = home.adapter(since_ms=now_ms() - DAY_MS)

    async def fetch(self) -> FetchedThread:
        self.home.site.requests.clear()
        room = self.home.keys.space(self.home.room.id)
        found = await self.adapter.fetch_thread(Lacking(self.home.keys.thread(self.root), room), 2000)
        self.home.shelf.apply(Page(found.changes, {}))
        return found

    def said(self) -> set[str]:
        return {message.text for message in self.home.shelf.messages.values()}


@pytest.fixture
def story(home: Home) -> Story:
    return Story(home)


@pytest.mark.parametrize("recognised", [True, False])
async def test_it_comes_in_one_request_and_one_for_the_names_also_where_single_things_are_refused(
    story: Story, recognised: bool
) -> None:
    story.home.site.recognised = recognised
    await story.home.shelf.catch_up(story.adapter)
    assert story.said() == set(), "it is too old to be collected"
    story.home.shelf.people.clear()
    assert (await story.fetch()).whole
    assert story.said() == {"Zo begon het", "Toen dit", "Dat ook"}
    assert {person.name for person in story.home.shelf.people.values()} == {"Sanne de Wit", "Redactie"}
    assert len(story.home.site.requests) == 2


async def test_what_is_marked_as_spam_comes_too_and_says_so(story: Story) -> None:
    story.home.site.activities[story.root].spam = True
    await story.fetch()
    opening = story.home.shelf.messages[story.home.keys.message(story.root, story.root)]
    assert opening.state is MessageState.SPAM


async def test_one_that_moved_to_another_group_is_found_there(story: Story) -> None:
    other = story.home.site.room("Elders", story.home.us)
    story.home.site.activities[story.root].item_id = other.id
    await story.fetch()
    assert {message.space for message in story.home.shelf.messages.values()} == {story.home.keys.space(other.id)}


@pytest.mark.parametrize(
    ("hinders", "error"),
    [
        (lambda home, root: home.site.remove(root), NotFound),
        (lambda home, root: home.room.members.discard(home.us.id), Forbidden),
        (lambda home, root: setattr(home.site.activities[root], "type", "joined_group"), NotFound),
        (lambda home, root: setattr(home.us, "there", False), AuthExpired),
    ],
    ids=["it is gone", "closed to us", "nobody said it", "signed out"],
)
async def test_one_that_cannot_be_had_says_why(
    story: Story, hinders: Callable[[Home, int], object], error: type[PlatformError]
) -> None:
    hinders(story.home, story.root)
    with pytest.raises(error):
        await story.fetch()


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_a_private_conversation_comes_from_its_beginning_and_a_part_of_a_very_long_one(generation: str) -> None:
    with BuddyPress(generation=generation) as site:
        home = Home(site)
        talk = site.private.open(
            "Vraagje", {home.us.id: "Redactie", home.sanne.id: "Sanne"}, home.sanne.id, "Mag ik vrij?"
        )
        for number in range(30):
            site.private.say(talk, home.sanne.id, f"Toe {number}")
        adapter = home.adapter(messages="yes")
        thread = ThreadKey(f"buddypress:{site.server}:conversation:{talk.id}")
        lacking = Lacking(thread, SpaceKey(f"buddypress:{site.server}:messages:{home.us.id}"))
        part = await adapter.fetch_thread(lacking, 5)
        home.shelf.apply(Page(part.changes, {}))
        assert not part.whole
        assert [text for text, _state in home.shelf.shown(thread).values()] == [
            "Mag ik vrij?", "Toe 0", "Toe 1", "Toe 2", "Toe 3"]  # fmt: skip
        home.shelf.apply(Page((found := await adapter.fetch_thread(lacking, 2000)).changes, {}))
        assert found.whole
        assert len(home.shelf.shown(thread)) == 31
        with pytest.raises(NotFound):
            await adapter.fetch_thread(Lacking(ThreadKey(f"{thread}00"), lacking.space), 5)


async def test_a_thread_that_a_round_brings_is_whole_and_asked_for_no_more(story: Story) -> None:
    story.home.us.moderates = True
    adapter = story.home.adapter(since_ms=now_ms() - DAY_MS, rights="bp_moderate")
    await story.home.shelf.catch_up(adapter)
    story.home.site.comment(story.home.sanne, story.root, "Vandaag nog eens")
    news = adapter.streams()[0]
    whole: set[ThreadKey] = set()
    page = await adapter.pull(news, story.home.shelf.cursors[news.key])
    whole |= page.whole
    while page.more:
        page = await adapter.pull(news, page.cursor)
        story.home.shelf.apply(page)
        whole |= page.whole
    assert whole == {story.home.keys.thread(story.root)}
    assert story.said() == {"Zo begon het", "Toen dit", "Dat ook", "Vandaag nog eens"}
