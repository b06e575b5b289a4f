"""Private messages on BuddyPress, where somebody switched them on: read, answered once, and told when they can't be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.contract import Config, Tools
from console.domain.conversation import ConnectionKey, Message, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import CheckResult, NotFound, PlatformError, Rejected, Sighting, Way
from console.sentences.shown import check_line
from tests.adapters.intranet import Home
from tests.adapters.test_buddypress_contract import DAY_MS, now_ms
from tests.fakes.buddypress import BuddyPress
from tests.fakes.buddypress_messages import Conversation
from tests.servers import proxy
from tests.servers.proxy import Proxy, to


class Asked(Home):
    """Sanne asks us something in private."""

    def __init__(self, site: BuddyPress) -> None:
        super().__init__(site)
        people = {self.us.id: "Redactie", self.sanne.id: "Sanne de Wit"}
        self.asked: Conversation = site.private.open("Vraagje & zo", people, self.sanne.id, "Mag ik <b> vrij?\n\nDank!")
        self.thread = ThreadKey(f"buddypress:{site.server}:conversation:{self.asked.id}")
        self.space = SpaceKey(f"buddypress:{site.server}:messages:{self.us.id}")

    def private(self, url: str = "", since_ms: int = 0) -> Adapted:
        return self.adapter(url, since_ms, messages="yes")

    def answer(self, text: str, kind: Kind = Kind.REPLY, at_ms: int = 0) -> Intent:
        return Intent(
            IntentId(text), kind, ConnectionKey("c"), self.space, self.thread, MessageKey(self.thread), text, State.SENDING,
            "ik", at_ms or now_ms(), 0, attempts=1,
        )  # fmt: skip

    def texts(self) -> list[str]:
        return [said.text for said in self.asked.said]


@pytest.fixture(params=["v1", "v2"])
def asked(request: pytest.FixtureRequest) -> Iterator[Asked]:
    with BuddyPress(generation=request.param) as site:
        yield Asked(site)


async def test_they_are_left_alone_unless_switched_on(asked: Asked) -> None:
    await asked.shelf.catch_up(asked.adapter())
    assert asked.shelf.messages == {}
    assert not [target for _method, target in asked.site.requests if "/messages" in target]
    assert asked.space not in {space.key for space in await asked.adapter().spaces()}


async def test_a_conversation_is_a_thread_in_a_space_of_its_own(asked: Asked) -> None:
    asked.site.private.say(asked.asked, asked.us.id, "Ja")
    adapter = asked.private()
    await asked.shelf.catch_up(adapter)
    assert asked.shelf.threads[asked.thread].title == "Vraagje & zo"
    opening, answer = sorted(asked.shelf.messages.values(), key=lambda one: one.parent is not None)
    assert (opening.key, opening.text) == (asked.thread, "Mag ik <b> vrij?\n\nDank!")
    assert (answer.text, answer.root, answer.parent) == ("Ja", asked.thread, opening.key)
    assert abs(opening.posted_at_ms - now_ms()) < 60_000, "UTC"
    assert asked.shelf.people[opening.author].name == "Sanne de Wit"
    (space,) = [space for space in await adapter.spaces() if space.key == asked.space]
    assert space.title == "Private messages"
    able = adapter.capabilities(asked.space)
    assert (able.way("reply"), able.way("edit"), able.way("delete")) == (Way.API, Way.NO, Way.NO)


async def test_more_than_a_list_shows_is_read_and_what_is_new_is_noticed(asked: Asked) -> None:
    for number in range(130):
        asked.site.private.say(asked.asked, asked.sanne.id, f"En nog iets {number}")
    adapter = asked.private()
    await asked.shelf.catch_up(adapter, "messages")
    assert len(asked.shelf.messages) == 131
    assert MessageKey(asked.thread) in asked.shelf.messages
    asked.site.requests.clear()
    await asked.shelf.catch_up(adapter, "messages")
    assert len(asked.site.requests) == 2, "nothing new costs a look at both boxes"
    asked.site.private.say(asked.asked, asked.sanne.id, "Het laatste")
    await asked.shelf.catch_up(asked.private(), "messages")
    assert "Het laatste" in {message.text for message in asked.shelf.messages.values()}


async def test_what_we_began_is_read_too_and_what_is_too_old_is_not(asked: Asked) -> None:
    people = {asked.us.id: "Redactie", asked.sanne.id: "Sanne de Wit"}
    asked.site.private.open("Welkom", people, asked.us.id, "Fijn dat je er bent")
    for number in range(25):
        old = asked.site.private.open(f"Oud {number}", people, asked.sanne.id, "Lang geleden")
        old.said[0].at_ms -= 40 * DAY_MS
    await asked.shelf.catch_up(asked.private(since_ms=now_ms() - 10 * DAY_MS), "messages")
    assert {thread.title for thread in asked.shelf.threads.values()} == {"Vraagje & zo", "Welkom"}
    await asked.shelf.catch_up(asked.private(), "messages:")
    asked.shelf.cursors.clear()
    await asked.shelf.catch_up(asked.private(), "messages")
    assert len(asked.shelf.threads) == 27


async def test_an_answer_goes_to_those_who_take_part_and_comes_back_once(asked: Asked) -> None:
    adapter = asked.private()
    performed = await adapter.perform(asked.answer("Ja, 1 < 2 & graag.\n\nGroet"))
    assert asked.texts()[1:] == ["Ja, 1 &lt; 2 &amp; graag.\n\nGroet"]
    (shown,) = [change for change in performed.changes if isinstance(change, Message)]
    await asked.shelf.catch_up(adapter)
    assert asked.shelf.messages[MessageKey(performed.message)] == shown
    assert shown.text == "Ja, 1 < 2 & graag.\n\nGroet"
    found = await adapter.find_sent(asked.answer("Ja, 1 < 2 & graag.\n\nGroet"), frozenset())
    assert (found.sighting, found.message) == (Sighting.SEEN, performed.message)
    assert (await adapter.find_sent(asked.answer("Nee"), frozenset())).sighting is Sighting.ABSENT


@pytest.mark.parametrize("cut", [proxy.CUT_BEFORE, proxy.CUT_AFTER], ids=["before", "after"])
async def test_an_answer_whose_line_broke_is_looked_for(asked: Asked, cut: proxy.Kind) -> None:
    with Proxy(asked.site.url) as line:
        adapter = asked.private(line.url)
        fault = line.next(cut, to("/messages", "POST"))
        with pytest.raises(PlatformError) as lost:
            await adapter.perform(asked.answer("Ja hoor"))
        assert (fault.happened, getattr(lost.value, "maybe_sent", None)) == (1, True)
        found = await adapter.find_sent(asked.answer("Ja hoor"), frozenset())
        arrived = cut is proxy.CUT_AFTER
        assert found.sighting is (Sighting.SEEN if arrived else Sighting.ABSENT)
        assert asked.texts().count("Ja hoor") == arrived
        before = await adapter.find_sent(asked.answer("Ja hoor", at_ms=now_ms() + 600_000), frozenset())
        assert before.sighting is Sighting.ABSENT, "the same words from before are another answer"


async def test_what_can_not_be_done_there_is_refused(asked: Asked) -> None:
    adapter = asked.private()
    with pytest.raises(Rejected):
        await adapter.perform(asked.answer("Weg", Kind.DELETE))
    del asked.site.private.conversations[asked.asked.id]
    with pytest.raises(NotFound):
        await adapter.perform(asked.answer("Ja"))
    assert len(asked.texts()) == 1


async def test_a_message_that_can_not_be_read_stops_no_other(asked: Asked) -> None:
    adapter = asked.private()
    await asked.shelf.catch_up(adapter)
    with Proxy(asked.site.url) as line:
        row = (
            '[{"id": 3, "message_id": 9, "messages": [{"id": 8, "message": {"rendered": "<p>Goed</p>"}, "sender_id": 2,'
            ' "date_sent": "2026-11-23T16:49:15"}, {"id": 9, "message": ["?"], "sender_id": 2}, "?"], "recipients": 5},'
            ' "?", {"id": "x"}]'
        )
        line.always(proxy.instead(200, row), to("/messages", "GET"))
        await asked.shelf.catch_up(asked.private(line.url), "messages")
    read = {message.key.rpartition(":")[2]: message for message in asked.shelf.messages.values()}
    assert read["3"].text == "Goed"
    assert read["3-9"].state.value == "unreadable"


@pytest.mark.parametrize(("recognised", "moderates"), [(True, False), (False, False), (False, True)])
async def test_the_check_says_whether_they_can_be_read(recognised: bool, moderates: bool) -> None:
    with BuddyPress(recognised=recognised) as site:
        home = Home(site, moderates=moderates)
        result = await check(site, home, "yes")
        assert result.settings["messages"] == ("yes" if recognised else "no")
        (said,) = [check_line(line, "buddypress") for line in result.lines if "private_messages" in line.code]
        assert ("wp-content/mu-plugins/luisterpost.php" in said) is not recognised
        assert (await check(site, home, "")).settings["messages"] == "no"


async def check(site: BuddyPress, home: Home, messages: str) -> CheckResult:
    config = Config(ConnectionKey(""), "buddypress", site.url, "redactie", settings={"messages": messages})
    adapter = Adapted(config, {"password": home.us.password}, Tools(now_ms=now_ms))
    try:
        return await adapter.check()
    finally:
        await adapter.close()
