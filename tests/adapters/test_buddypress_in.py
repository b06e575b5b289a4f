"""What is said on a social intranet comes in: all of it, in order, and nothing is believed gone that isn't."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from console.domain.conversation import MessageState
from console.domain.outbox import Kind
from console.domain.platform import (
    BadResponse,
    Way,
)
from console.sentences.shown import error_sentence
from tests.adapters.intranet import Home, home, site
from tests.adapters.test_buddypress_contract import DAY_MS, now_ms
from tests.fakes.buddypress import BuddyPress
from tests.servers import proxy
from tests.servers.proxy import Proxy, to

__all__ = ["home", "site"]


async def test_the_newest_of_every_group_comes_before_anything_older(home: Home) -> None:
    other = home.site.room("Tweede", home.us, status="hidden")
    for number in range(120):
        home.site.post(home.sanne, f"Bericht {number}", home.room)
    home.site.post(home.sanne, "In de tweede", other)
    adapter = home.adapter()
    news = adapter.streams()[0]
    page = await adapter.pull(news, None)
    home.shelf.apply(page)
    for _group in range(2):
        page = await adapter.pull(news, page.cursor)
        home.shelf.apply(page)
    assert {message.space for message in home.shelf.messages.values()} == {
        home.keys.space(home.room.id), home.keys.space(other.id),
    }  # fmt: skip
    assert len(home.shelf.messages) == 51  # nothing older yet
    assert len(home.site.requests) <= 10
    home.shelf.cursors[news.key] = page.cursor
    await home.shelf.catch_up(home.adapter(), "activity")  # another process goes on
    assert len(home.shelf.messages) == 121


async def test_more_news_than_a_page_holds_is_all_read(home: Home) -> None:
    home.site.post(home.sanne, "Eerst", home.room)
    adapter = home.adapter()
    await home.shelf.catch_up(adapter, "activity")
    for number in range(130):
        home.site.post(home.sanne, f"Later {number}", home.room)
    await home.shelf.catch_up(adapter, "activity")
    assert len(home.shelf.messages) == 131


async def test_what_is_removed_while_we_walk_makes_us_miss_nothing(home: Home) -> None:
    posts = [home.site.post(home.sanne, f"Bericht {number}", home.room) for number in range(160)]
    adapter = home.adapter()
    news = adapter.streams()[0]
    page = await adapter.pull(news, None)
    while True:
        home.shelf.apply(page)
        if page.cursor["old"] and not page.cursor["todo"] and posts:
            for newest in posts[-5:]:
                home.site.remove(newest)
            posts = []
        if not page.more:
            break
        page = await adapter.pull(news, page.cursor)
    there = {home.keys.message(number, number) for number in home.site.activities}
    assert len(there) == 155
    assert there <= set(home.shelf.messages)


async def test_only_what_is_not_too_old_is_collected(home: Home) -> None:
    for number in range(120):
        one = home.site.post(home.sanne, f"Bericht {number}", home.room)
        home.site.activities[one].at_ms = now_ms() - (120 - number) * DAY_MS
    await home.shelf.catch_up(home.adapter(since_ms=now_ms() - 10 * DAY_MS))
    assert 9 <= len(home.shelf.messages) <= 11
    await home.shelf.catch_up(home.adapter(since_ms=now_ms() - 90 * DAY_MS), "activity")
    assert 89 <= len(home.shelf.messages) <= 91


async def test_an_administrator_gets_a_new_comment_on_an_old_thread_without_a_sweep() -> None:
    with BuddyPress() as site:
        home = Home(site, moderates=True)
        old = site.post(home.sanne, "Oud", home.room)
        for number in range(60):
            site.post(home.sanne, f"Bericht {number}", home.room)
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        late = site.comment(home.sanne, old, "Nog iets")
        await home.shelf.catch_up(adapter, "activity")
        found = home.shelf.messages[home.keys.message(old, late)]
        assert (found.text, found.space) == ("Nog iets", home.keys.space(home.room.id))


async def test_what_buddypress_tells_by_itself_is_no_message(home: Home) -> None:
    home.site.post(home.sanne, "", home.room, kind="joined_group")
    home.site.post(home.sanne, "Hallo", home.room)
    await home.shelf.catch_up(home.adapter())
    assert [message.text for message in home.shelf.messages.values()] == ["Hallo"]


async def test_closed_groups_of_others_are_not_shown_and_open_ones_only_read(home: Home) -> None:
    closed = home.site.room("Dicht", home.sanne)
    secret = home.site.room("Geheim", home.sanne, status="hidden")
    open_one = home.site.room("Open", home.sanne, status="public")
    mine = home.site.room("Ook geheim", home.us, status="hidden")
    adapter = home.adapter()
    spaces = {space.key: space for space in await adapter.spaces()}
    assert home.keys.space(closed.id) not in spaces
    assert home.keys.space(secret.id) not in spaces
    assert spaces[home.keys.space(mine.id)].members == 1
    assert adapter.capabilities(home.keys.space(open_one.id)).way("reply") is Way.NO
    assert adapter.capabilities(home.keys.space(mine.id)).way("reply") is Way.API


async def test_join_dates_come_where_the_site_tells_them() -> None:
    for moderates, joined_at_ms in ((True, 1_577_934_245_000), (False, None)):
        with BuddyPress() as site:
            home = Home(site, moderates=moderates)
            site.post(home.sanne, "Hallo", home.room)
            await home.shelf.catch_up(home.adapter())
            assert home.shelf.people[home.keys.person(home.sanne.id)].joined_at_ms == joined_at_ms


async def test_a_renamed_colleague_gets_the_new_name_and_one_who_left_keeps_it(home: Home) -> None:
    home.site.post(home.sanne, "Hallo", home.room)
    adapter = home.adapter()
    await home.shelf.catch_up(adapter)
    home.sanne.name = "Sanne Smit"
    await home.shelf.catch_up(adapter)
    assert home.shelf.people[home.keys.person(home.sanne.id)].name == "Sanne Smit"
    home.sanne.there = False
    await home.shelf.catch_up(home.adapter())
    assert home.shelf.people[home.keys.person(home.sanne.id)].name == "Sanne Smit"


async def test_spam_marked_by_a_colleague_is_seen_and_is_not_gone(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    said = home.site.comment(home.sanne, root, "Koop nu")
    adapter = home.adapter()
    await home.shelf.catch_up(adapter)
    home.site.activities[said].spam = True
    await home.shelf.catch_up(adapter)
    assert home.shelf.messages[home.keys.message(root, said)].state is MessageState.SPAM
    assert not home.shelf.gone


@pytest.mark.parametrize("recognised", [True, False])
async def test_a_group_that_closes_to_us_loses_nothing_that_was_said(recognised: bool) -> None:
    with BuddyPress(recognised=recognised) as site:
        home = Home(site)
        root = site.post(home.sanne, "Hallo", home.room)
        site.comment(home.sanne, root, "Een")
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        held = set(home.shelf.messages)
        assert len(held) == 2
        sweep = next(stream for stream in adapter.streams() if stream.sweep)
        page = await adapter.pull(sweep, {})
        begun = (await home.adapter().pull(sweep, {})).cursor
        home.room.members.clear()  # in the middle of a sweep
        for cursor in (page.cursor, begun):
            while "done_ms" not in cursor:
                page = await adapter.pull(sweep, cursor)
                home.shelf.apply(page)
                cursor = page.cursor
        await home.shelf.catch_up(adapter)
        del site.rooms[home.room.id]
        await home.shelf.catch_up(adapter)
        assert set(home.shelf.messages) == held
        assert not home.shelf.gone


@pytest.mark.parametrize("recognised", [True, False])
async def test_a_thread_that_is_removed_is_gone_with_its_comments(recognised: bool) -> None:
    with BuddyPress(recognised=recognised) as site:
        home = Home(site)
        kept, removed = (site.post(home.sanne, text, home.room) for text in ("Blijft", "Gaat"))
        below = site.comment(home.sanne, removed, "Eronder")
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        site.remove(removed)
        await home.shelf.catch_up(adapter)
        assert home.shelf.gone == {home.keys.message(removed, removed), home.keys.message(removed, below)}
        assert home.keys.message(kept, kept) in home.shelf.messages


async def test_a_thread_that_moves_to_another_group_moves_here(home: Home) -> None:
    other = home.site.room("Elders", home.us)
    root = home.site.post(home.sanne, "Hallo", home.room)
    adapter = home.adapter()
    await home.shelf.catch_up(adapter)
    home.site.activities[root].item_id = other.id
    await home.shelf.catch_up(adapter)
    assert home.shelf.messages[home.keys.message(root, root)].space == home.keys.space(other.id)
    assert not home.shelf.gone
    await adapter.perform(home.intent(Kind.REPLY, root, root, "Daar ben je"))
    assert "Daar ben je" in home.texts()


async def test_an_id_that_comes_back_is_there_again(home: Home) -> None:
    root = home.site.post(home.sanne, "Hallo", home.room)
    adapter = home.adapter()
    await home.shelf.catch_up(adapter)
    kept = home.site.activities.pop(root)
    await home.shelf.catch_up(adapter)
    assert home.shelf.gone
    home.site.activities[root] = kept
    await home.shelf.catch_up(adapter)
    assert not home.shelf.gone
    assert home.keys.message(root, root) in home.shelf.messages


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (proxy.PAGE, "not_json"),
        (proxy.instead(200, '{"code": "internal", "message": "x"}'), "not_expected"),
        (proxy.instead(200, '"ok"'), "not_expected"),
        (proxy.BROKEN, "not_json"),
    ],
    ids=["html", "an error inside a 200", "no list", "a broken page"],
)
async def test_an_answer_that_makes_no_sense_is_a_plain_sentence(home: Home, kind: proxy.Kind, code: str) -> None:
    home.site.post(home.sanne, "Hallo", home.room)
    with Proxy(home.site.url) as line:
        adapter = home.adapter(line.url)
        await home.shelf.catch_up(adapter)
        held = dict(home.shelf.messages)
        fault = line.always(kind)
        for stream in adapter.streams():
            with pytest.raises(BadResponse) as error:
                await adapter.pull(stream, None)
            assert (error.value.code, error.value.maybe_sent) == (code, False)
            assert "Nothing is lost" in error_sentence("BadResponse", "buddypress", "", error.value.code)
        assert fault.happened >= 3
        assert home.shelf.messages == held


async def test_a_page_of_more_than_20_mb_is_not_taken(home: Home) -> None:
    home.site.padding = 21 * 1024 * 1024
    adapter = home.adapter()
    with pytest.raises(BadResponse) as error:
        await adapter.pull(adapter.streams()[0], None)
    assert error.value.code == "too_big"
    home.site.padding = 1024 * 1024
    await home.shelf.catch_up(adapter)


async def test_a_group_that_closes_just_before_it_is_swept_loses_nothing() -> None:
    with BuddyPress(recognised=False) as site:
        home = Home(site)
        root = site.post(home.sanne, "Hallo", home.room)
        site.comment(home.sanne, root, "Een")
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        held = set(home.shelf.messages)
        sweep = next(stream for stream in adapter.streams() if stream.sweep)
        cursor: Mapping[str, Any] = {"started_ms": now_ms(), "after_ms": 0, "todo": [home.room.id, 0], "walk": {}}
        home.room.members.clear()
        asked = False
        while "done_ms" not in cursor:
            page = await adapter.pull(sweep, cursor)
            home.shelf.apply(page)
            cursor = page.cursor
            asked = asked or bool(cursor.get("ask"))
        assert asked  # everything was missing from the list
        assert set(home.shelf.messages) == held
        assert not home.shelf.gone


async def test_a_group_that_refuses_does_not_keep_us_from_the_others(home: Home) -> None:
    other = home.site.room("Tweede", home.us)
    home.site.post(home.sanne, "Hallo", home.room)
    home.site.post(home.sanne, "In de tweede", other)
    with Proxy(home.site.url) as line:
        refused = proxy.instead(403, '{"code": "bp_rest_authorization_required", "message": "x"}')
        fault = line.always(refused, to(f"group_id={home.room.id}&"))
        await home.shelf.catch_up(home.adapter(line.url))
        assert fault.happened
    assert [message.text for message in home.shelf.messages.values()] == ["In de tweede"]
