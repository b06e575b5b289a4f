"""What BuddyPress says and what becomes of it: broken rows, both generations, and all that can be wrong with a site."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.buddypress import BuddyPress as Adapted
from console.adapters.buddypress_api import Api
from console.adapters.buddypress_reading import (
    Keys,
    comments_of,
    group_of,
    name_in,
    place_in,
    read_group,
    read_person,
    read_thread,
)
from console.adapters.conformance import Shelf
from console.adapters.contract import Config, Tools
from console.adapters.transport import Basic, Http
from console.domain.conversation import ConnectionKey, Message, MessageKey, MessageState, SpaceKey, Thread, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckResult,
    Forbidden,
    NotFound,
    PlatformError,
    Rejected,
    Sighting,
    Way,
)
from console.sentences import check_line, error_sentence
from tests.adapters.test_buddypress_contract import DAY_MS, adapter_of, config_of, now_ms
from tests.fakes.buddypress import BuddyPress, Room
from tests.servers import proxy
from tests.servers.proxy import Proxy, to

KEYS = Keys("intranet.example")
SITE = "https://intranet.example"
COMMENT: Mapping[str, Any] = {
    "id": 915, "user_id": 2, "component": "activity", "type": "activity_comment", "primary_item_id": 912,
    "secondary_item_id": 912, "content": {"raw": "Vrijdag.", "rendered": "<p>Vrijdag.</p>\n"}, "status": "published",
    "date_gmt": "2026-11-23T16:55:02", "link": f"{SITE}/activity/p/912/#acomment-915", "favorited": True,
}  # fmt: skip
UPDATE: Mapping[str, Any] = {
    "id": 912, "user_id": 23, "component": "groups", "type": "activity_update", "primary_item_id": 7,
    "secondary_item_id": 0, "content": {"raw": "Wanneer?", "rendered": "<p>Wanneer?</p>\n<p>Het rooster</p>"},
    "date_gmt": "2026-11-23T16:49:15", "link": f"{SITE}/activity/p/912/", "status": "published", "favorited": False,
    "title": f'<a href="{SITE}/members/sanne/">Sanne &amp; Jo</a> posted an update', "comments": [COMMENT],
}  # fmt: skip


def messages(row: Any, group: int = 7) -> list[Message]:
    return [change for change in read_thread(row, KEYS, group, SITE) if isinstance(change, Message)]


# -- reading -----------------------------------------------------------------------------------------------------------


def test_an_update_is_a_thread_and_its_comments_are_messages() -> None:
    thread, opening, comment = read_thread(UPDATE, KEYS, 7, SITE)
    assert isinstance(thread, Thread)
    assert isinstance(opening, Message)
    assert isinstance(comment, Message)
    assert (thread.key, thread.title, thread.space) == (opening.key, "Wanneer?", KEYS.space(7))
    assert opening.text == "Wanneer?\n\nHet rooster"
    # A comment says that its component is `activity`: its group is that of its thread.
    assert (comment.space, comment.parent, comment.root) == (KEYS.space(7), opening.key, thread.key)
    assert comment.reactions == (("★", 1),)
    assert comment.posted_at_ms == 1_795_452_902_000


def test_comments_below_comments_answer_them_and_one_without_a_parent_answers_the_thread() -> None:
    deeper = {**COMMENT, "id": 918, "secondary_item_id": 915}
    lost = {**COMMENT, "id": 920, "secondary_item_id": 0}
    row = {**UPDATE, "comments": {"915": {**COMMENT, "comments": [deeper]}, "920": lost}}
    found = {message.key: message.parent for message in messages(row)}
    assert found[KEYS.message(912, 918)] == KEYS.message(912, 915)
    assert found[KEYS.message(912, 920)] == KEYS.message(912, 912)


def test_what_is_said_to_the_whole_site_has_a_space_of_its_own() -> None:
    assert messages({**UPDATE, "component": "activity", "primary_item_id": 0}, 0)[0].space == KEYS.space(0)
    assert group_of({**UPDATE, "primary_item_id": "?"}, 7) == 7


def test_spam_opens_where_an_administrator_sees_it() -> None:
    (spam,) = messages({**UPDATE, "status": "spam", "comments": []})
    assert spam.state is MessageState.SPAM
    assert spam.url == f"{SITE}/wp-admin/admin.php?page=bp-activity&aid=912&action=edit"


def test_a_title_is_the_first_line_and_not_too_long() -> None:
    long = {**UPDATE, "content": {"rendered": f"<p>{'rooster ' * 40}</p>"}}
    (thread,) = [change for change in read_thread(long, KEYS, 7, SITE) if isinstance(change, Thread)]
    assert len(thread.title) <= 80
    assert thread.title.endswith("…")


def test_keys_say_which_thread_they_are_of() -> None:
    assert place_in(KEYS.message(912, 915)) == (912, 915)
    assert place_in(KEYS.thread(912)) == (912, 912)
    for other in (None, "", KEYS.space(7), KEYS.person(3), "x:comment:9", "x:comment:a-b"):
        assert place_in(other) == (0, 0)


@pytest.mark.parametrize(
    "broken",
    [
        {"date_gmt": None}, {"status": ["?"]}, {"status": None}, {"user_id": None}, {"user_id": "23"},
        {"content": None}, {"content": "tekst"}, {"content": {"rendered": None}}, {"date_gmt": 5},
    ],
    ids=str,
)  # fmt: skip
def test_a_broken_update_is_kept_as_it_came_and_its_comments_are_read(broken: Mapping[str, Any]) -> None:
    opening, comment = messages({**UPDATE, **broken})
    assert opening.state is MessageState.UNREADABLE
    assert "Wanneer" in opening.raw or "content" in broken
    assert comment.state is MessageState.VISIBLE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*UPDATE, "rendered", "raw", "name"]) | st.text(max_size=4), inner, max_size=5
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_nothing_buddypress_could_say_breaks_reading(row: Any, comment: Any) -> None:
    rows = [row, {**UPDATE, "comments": row}, {**UPDATE, "comments": [comment, COMMENT]}]
    if isinstance(row, dict):
        rows += [{**UPDATE, **row}, {**UPDATE, "comments": [{**COMMENT, **row}]}]
    for one in rows:
        assert all(message.key for message in messages(one))
        read_group(one)
        read_person(one, KEYS)
        if isinstance(one, dict):
            name_in(one, KEYS)
            comments_of(one)


def test_who_left_the_site_keeps_the_name_that_the_update_tells() -> None:
    person = name_in(UPDATE, KEYS)
    assert person is not None
    assert person.name == "Sanne & Jo"


# -- a site that behaves -----------------------------------------------------------------------------------------------


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


async def check(site: BuddyPress, password: str = "", login: str = "redactie") -> CheckResult:
    config = Config(ConnectionKey(""), "buddypress", site.url, login)
    adapter = Adapted(config, {"password": password or site.accounts[login].password}, Tools(now_ms=now_ms))
    try:
        return await adapter.check()
    finally:
        await adapter.close()


# the check


@pytest.mark.parametrize("generation", ["v1", "v2"])
async def test_the_check_finds_the_site_who_we_are_and_the_generation(generation: str) -> None:
    with BuddyPress(generation=generation) as site:
        home = Home(site)
        site.room("Voor iedereen", status="public")
        site.room("Van anderen", home.sanne)
        result = await check(site)
        assert result.works
        assert [line.code for line in result.lines] == ["found", "signed_in", "spaces"]
        assert result.lines[-1].facts["count"] == 3  # the whole site, our group and the open one
        assert result.account == f"buddypress:{site.server}:user:{home.us.id}"
        assert (result.settings["generation"], result.settings["recognised"]) == (generation, "yes")
        # What the check found is all there must be: an adapter made with it reads.
        config = Config(ConnectionKey("c"), "buddypress", site.url, "redactie", result.server, result.account)
        bare = Adapted(config, {"password": home.us.password}, Tools(now_ms=now_ms))
        assert [space.title for space in await bare.spaces()] == ["Intranet", "Voor iedereen", "Vragen"]
        await bare.close()


@pytest.mark.parametrize("notifications", [True, False])
async def test_a_site_that_does_not_know_the_password_inside_buddypress_is_found_out(notifications: bool) -> None:
    with BuddyPress(recognised=False, notifications=notifications) as site:
        home = Home(site)
        site.post(home.us, "Iets van ons")
        result = await check(site)
        assert result.works
        (line,) = [line for line in result.lines if line.code == "not_recognised"]
        said = check_line(line, "buddypress")
        assert "wp-content/mu-plugins/luisterpost.php" in said
        assert "Reading and answering work" in said
        able = home.adapter(**dict(result.settings)).capabilities(home.keys.space(home.room.id))
        assert (able.way("reply"), able.way("edit"), able.way("react")) == (Way.API, Way.HANDOFF, Way.HANDOFF)
        site.recognised = True
        assert "not_recognised" not in [line.code for line in (await check(site)).lines]


async def test_an_administrator_needs_no_file() -> None:
    with BuddyPress(recognised=False) as site:
        home = Home(site, moderates=True)
        result = await check(site)
        assert (result.settings["recognised"], result.settings["rights"]) == ("yes", "bp_moderate")
        able = home.adapter(**dict(result.settings)).capabilities()
        assert [able.way(name) for name in ("delete", "spam", "unspam", "approve")] == [Way.API, *[Way.HANDOFF] * 3]


async def test_a_wordpress_without_buddypress_says_so(site: BuddyPress) -> None:
    home = Home(site)
    site.has_buddypress = False
    with pytest.raises(BadResponse) as error:
        await check(site)
    assert error.value.code == "no_buddypress"
    with pytest.raises(BadResponse) as later:
        await home.adapter().pull(home.adapter().streams()[0], None)
    assert "no BuddyPress" in error_sentence("BadResponse", "buddypress", later.value.words, later.value.code)


@pytest.mark.parametrize("recognised", [True, False])
async def test_a_wrong_password_asks_to_sign_in_whatever_the_site_makes_of_it(recognised: bool) -> None:
    with BuddyPress(recognised=recognised) as site:
        home = Home(site)
        with pytest.raises(AuthExpired) as error:
            await check(site, "z" * 24)
        assert error.value.code == "bad_password"
        site.post(home.sanne, "Hallo", home.room)
        adapter = home.adapter()
        await home.shelf.catch_up(adapter)
        held = dict(home.shelf.messages)
        home.us.password = "ingetrokken"
        for stream in adapter.streams():
            with pytest.raises(AuthExpired):
                await adapter.pull(stream, None)
        assert home.shelf.messages == held


# in


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


# back


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
