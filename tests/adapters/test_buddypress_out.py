"""What a moderator decides on a social intranet is done there once, or said why not."""

from __future__ import annotations

import pytest

from console.adapters.buddypress_api import Api
from console.adapters.transport import Basic, Http
from console.domain.conversation import ConnectionKey, Message, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import (
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    Rejected,
    Sighting,
)
from console.sentences.shown import error_sentence
from tests.adapters.intranet import Home, home, site
from tests.adapters.test_buddypress_contract import now_ms
from tests.fakes.buddypress import BuddyPress
from tests.servers import proxy
from tests.servers.proxy import Proxy, to

__all__ = ["home", "site"]


async def test_an_answer_to_what_is_gone_never_leaves(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    gone = home.site.comment(home.sanne, root, "Straks weg")
    home.site.remove(gone)
    with pytest.raises(NotFound) as error:
        await home.adapter().perform(home.intent(Kind.REPLY, root, gone, "Antwoord"))
    assert error.value.code == "parent_gone"
    assert not [method for method, _target in home.site.requests if method == "POST"]
    # What it would have done: stored an answer to nothing, and failed.
    body = {"type": "activity_comment", "primary_item_id": root, "secondary_item_id": gone, "content": "Aan niemand"}
    api = Api(Http(Basic("redactie", home.us.password)), f"{home.site.url}/wp-json/", now_ms, "v1")
    with pytest.raises(BadResponse):
        await api.change("POST", "activity", body)
    assert "Aan niemand" in home.texts()


async def test_nobody_answers_in_a_group_that_they_are_no_member_of(home: Home) -> None:
    public = home.site.room("Open", home.sanne, status="public")
    root = home.site.post(home.sanne, "Hallo", public)
    with pytest.raises(Forbidden) as error:
        await home.adapter().perform(home.intent(Kind.REPLY, root, root, "Antwoord", public))
    assert "Join it on BuddyPress first" in error_sentence("Forbidden", "buddypress", "", error.value.code)
    assert "Antwoord" not in home.texts()


async def test_a_lost_answer_is_found_by_who_where_and_what(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    asked = home.site.comment(home.sanne, root, "Waarom?")
    home.site.comment(home.sanne, root, "Dank je wel!", asked)  # by somebody else
    home.site.comment(home.us, root, "Dank je wel!")  # elsewhere
    intent = home.intent(Kind.REPLY, root, asked, "Dank je wel!")
    with Proxy(home.site.url) as line:
        adapter = home.adapter(line.url)
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.ABSENT
        fault = line.next(proxy.CUT_AFTER, to("/activity", "POST"))
        with pytest.raises(PlatformError) as error:
            await adapter.perform(intent)
        assert getattr(error.value, "maybe_sent", False)
        assert fault.happened == 1
        found = await adapter.find_sent(intent, frozenset())
    assert found.sighting is Sighting.SEEN
    assert home.texts().count("Dank je wel!") == 3
    assert (await home.adapter().find_sent(intent, frozenset({found.message}))).sighting is Sighting.ABSENT


async def test_a_favourite_is_a_toggle_that_is_looked_at_first(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    adapter = home.adapter()
    for kind, there in ((Kind.REACT, True), (Kind.REACT, True), (Kind.UNREACT, False), (Kind.UNREACT, False)):
        intent = home.intent(kind, root, root)
        performed = await adapter.perform(intent)
        assert (root in home.us.favourites) is there
        assert (await adapter.find_sent(intent, frozenset())).sighting is Sighting.SEEN
        (message,) = [change for change in performed.changes if isinstance(change, Message)]
        assert bool(message.reactions) is there


async def test_an_edit_keeps_a_comment_in_its_place(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    asked = home.site.comment(home.sanne, root, "Waarom?")
    ours = home.site.comment(home.us, root, "Daarom", asked)
    adapter = home.adapter()
    await adapter.perform(home.intent(Kind.EDIT, root, ours, "Omdat 1 < 2"))
    assert (home.site.activities[ours].content, home.site.activities[ours].parent_id) == ("Omdat 1 &lt; 2", asked)
    with pytest.raises(Forbidden) as error:
        await adapter.perform(home.intent(Kind.EDIT, root, asked, "Niet van ons"))
    assert error.value.code == "not_ours"


async def test_only_our_own_is_removed_by_who_is_no_administrator(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    ours = home.site.comment(home.us, root, "Weg ermee")
    below = home.site.comment(home.sanne, root, "Jammer", ours)
    adapter = home.adapter()
    with pytest.raises(Forbidden):
        await adapter.perform(home.intent(Kind.DELETE, root, root))
    performed = await adapter.perform(home.intent(Kind.DELETE, root, ours))
    assert {change.key for change in performed.changes} == {
        home.keys.message(root, ours), home.keys.message(root, below),
    }  # fmt: skip
    assert set(home.site.activities) == {root}


async def test_spam_that_the_site_denies_having_does_not_count_as_removed() -> None:
    with BuddyPress() as site:
        home = Home(site, moderates=True)
        root = site.post(home.sanne, "Koop nu", home.room)
        site.activities[root].spam = True
        with pytest.raises(Rejected) as error:
            await home.adapter().perform(home.intent(Kind.DELETE, root, root))
        assert error.value.code == "not_taken"
        assert root in site.activities


async def test_a_thread_that_is_not_ours_to_name_is_refused(home: Home) -> None:
    strange = Intent(
        IntentId("x"), Kind.REPLY, ConnectionKey("c"), SpaceKey("s"), ThreadKey("buddypress:x:group:1"),
        MessageKey("y"), "Hoi", State.SENDING, "ik", now_ms(), 0,
    )  # fmt: skip
    with pytest.raises(NotFound):
        await home.adapter().perform(strange)


async def test_the_same_words_from_before_are_not_taken_for_a_lost_answer(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    before = home.site.comment(home.us, root, "Dank je wel!")
    home.site.activities[before].at_ms -= 600_000
    intent = home.intent(Kind.REPLY, root, root, "Dank je wel!")
    assert (await home.adapter().find_sent(intent, frozenset())).sighting is Sighting.ABSENT
    home.site.activities[before].at_ms += 600_000
    assert (await home.adapter().find_sent(intent, frozenset())).sighting is Sighting.SEEN


async def test_an_answer_that_the_site_denies_having_made_is_looked_for_first(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    denied = '{"code": "bp_rest_user_cannot_create_activity", "message": "x", "data": {"status": 500}}'
    with Proxy(home.site.url) as line:
        adapter = home.adapter(line.url)
        line.next(proxy.instead(500, denied), to("/activity", "POST"))
        with pytest.raises(Rejected):
            await adapter.perform(home.intent(Kind.REPLY, root, root, "Niet gemaakt"))
        line.next(proxy.afterwards(500, denied), to("/activity", "POST"))
        performed = await adapter.perform(home.intent(Kind.REPLY, root, root, "Toch gemaakt"))
    assert performed.message
    assert home.texts() == ["Hallo", "Toch gemaakt"]
