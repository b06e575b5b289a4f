"""HumHub's own ways, on one that behaves like it: what is read, in how many requests, what is done, and bad answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest
import pytest_asyncio

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.humhub import HumHub as Adapted
from console.adapters.humhub_discovery import site_of
from console.adapters.humhub_reading import Site
from console.domain.conversation import ConnectionKey, MessageKey, Report, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import PlatformError, Rejected, Sighting, Way
from console.sentences.shown import error_sentence
from tests.adapters.test_humhub_contract import config_of
from tests.fakes.humhub import Asked, HumHub
from tests.fakes.humhub_schema import FOLDER, Published
from tests.fakes.humhub_world import WIKI
from tests.figures import Note

PAGE = b"<!doctype html><html><body><p>Onderhoud</p></body></html>"


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub() as served, Published(served):
        yield served


@pytest.fixture
def site(humhub: HumHub) -> Site:
    return site_of(config_of(humhub))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def tools(humhub: HumHub, shelf: Shelf) -> Tools:
    return Tools(now_ms=humhub.now_ms, known=shelf.known, timeout_s=5.0, settle_scale=0.0)


@pytest_asyncio.fixture
async def adapter(humhub: HumHub, tools: Tools) -> AsyncIterator[Adapted]:
    made = Adapted(config_of(humhub), {"token": "redactie-token"}, tools)
    yield made
    await made.close()


def intent(
    site: Site, kind: Kind, thread: int, message: MessageKey | None = None, text: str = "", at_ms: int = 0
) -> Intent:
    return Intent(
        IntentId(f"{kind}-{thread}"), kind, ConnectionKey("connection"), site.space(9), ThreadKey(site.content(thread)), message, text,
        State.SENDING, "ik", at_ms, 0, attempts=1,
    )  # fmt: skip


# -- in ------------------------------------------------------------------------------------------------------------------


async def test_the_newest_threads_of_a_space_are_there_in_ten_requests_and_the_history_comes_behind(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    for number in range(130):
        post = humhub.post("sanne", f"Vraag {number}")
        for answer in range(3 if number % 5 == 4 else 0):
            humhub.say("joris", post.id, f"Antwoord {number}.{answer}")
    await adapter.spaces()
    news = adapter.streams()[0]
    page = await adapter.pull(news, None)
    shelf.apply(page)
    assert not page.more
    assert len(humhub.asked) <= 10
    assert len(shelf.threads) == 100
    newest = site.content(post.id)
    assert len(shelf.shown(ThreadKey(newest))) == 4
    await shelf.catch_up(adapter, "sweep")
    assert len(shelf.messages) == 130 + 26 * 3


async def test_a_sweep_makes_room_for_news_and_goes_on_in_another_process(
    humhub: HumHub, tools: Tools, shelf: Shelf
) -> None:
    for number in range(60):
        humhub.say("joris", humhub.post("sanne", f"Vraag {number}").id, "Antwoord")
    steps = 0
    while len(shelf.messages) < 120 or "began_ms" in shelf.cursors["sweep:9"]:
        made = Adapted(config_of(humhub), {"token": "redactie-token"}, tools)
        humhub.tick(3600)  # news is due all the time
        sweep = next(stream for stream in made.streams() if stream.sweep)
        page = await made.pull(sweep, shelf.cursors.get(sweep.key))
        assert not page.more
        assert (page.again_at_ms is None) == ("began_ms" in page.cursor), "what is done rests, also in another process"
        shelf.apply(page)
        shelf.cursors[sweep.key] = page.cursor
        await made.close()
        steps += 1
    assert 3 < steps < 20


async def test_the_sweeps_of_many_spaces_take_turns_with_the_news(humhub: HumHub, adapter: Adapted) -> None:
    humhub.space("Kantine", redactie="member", sanne="member")
    await adapter.spaces()
    first, second = (stream for stream in adapter.streams() if stream.sweep)
    humhub.tick(3600)
    assert (await adapter.pull(first, None)).cursor  # one page a round, whatever waits
    humhub.asked.clear()
    assert (await adapter.pull(second, None)).cursor == {}
    assert humhub.asked == []
    await adapter.pull(adapter.streams()[0], None)
    assert (await adapter.pull(second, {})).cursor


async def test_what_was_taken_back_out_of_the_bin_is_here_again(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Hallo")
    said = humhub.say("joris", post.id, "Dag")
    await shelf.catch_up(adapter)
    humhub.drop(post.id)
    await shelf.catch_up(adapter)
    assert shelf.messages[site.content(post.id)].state.value == "deleted"
    post.state = 1
    await shelf.catch_up(adapter)
    assert shelf.messages[site.content(post.id)].state.value == "visible"
    assert site.comment(post.id, said.id) in shelf.messages


async def test_a_comment_moves_no_date_and_is_found_by_the_count(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Hallo")
    before = post.updated
    await shelf.catch_up(adapter)
    said = humhub.say("joris", post.id, "Dag")
    assert post.updated == before
    await shelf.catch_up(adapter, "space")
    assert site.comment(post.id, said.id) in shelf.messages
    humhub.asked.clear()
    await shelf.catch_up(adapter, "space")
    assert len(humhub.asked) == 2  # nothing new costs a list and the activities


async def test_a_comment_on_an_old_thread_is_found_by_the_activities(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    old = humhub.post("sanne", "Lang geleden")
    first = humhub.say("sanne", old.id, "Eerste")
    for number in range(110):
        humhub.post("joris", f"Vraag {number}")
    await shelf.catch_up(adapter)
    said = humhub.say("joris", old.id, "Toch nog", first.id)
    await shelf.catch_up(adapter, "space")
    assert shelf.messages[site.comment(old.id, said.id)].parent == site.comment(old.id, first.id)


async def test_comments_that_move_between_two_pages_of_them_are_all_there(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Wat vinden jullie?")
    said = [humhub.say("joris", post.id, f"Reactie {number}") for number in range(130)]

    def moved(asked: Asked) -> None:
        if asked.path == f"comment/content/{post.id}" and asked.params.get("page") == "2" and said:
            humhub.drop(said[10].id)  # all behind it move up, one of them past us
            said.clear()

    humhub.instead = moved
    await shelf.catch_up(adapter, "space")
    await shelf.catch_up(adapter, "space")
    assert not said, "it really moved while we read"
    there = {site.comment(post.id, number) for number in humhub.comments}
    assert len(there) == 129
    assert there | {site.content(post.id)} == set(shelf.messages)


async def test_more_changes_than_a_page_holds_are_all_caught_up_with(
    humhub: HumHub, adapter: Adapted, shelf: Shelf
) -> None:
    posts = [humhub.post("sanne", f"Vraag {number}") for number in range(115)]
    await shelf.catch_up(adapter)
    for post in posts:
        humhub.edit(post.id, f"{post.message}, verbeterd")
    await shelf.catch_up(adapter, "space")
    assert all(message.text.endswith("verbeterd") for message in shelf.messages.values())
    assert len(shelf.messages) == 115


async def test_what_was_removed_is_gone_here_only_when_humhub_says_so(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    kept, gone = humhub.post("sanne", "Blijft"), humhub.post("sanne", "Gaat weg")
    answer = humhub.say("joris", kept.id, "Ook weg")
    await shelf.catch_up(adapter)
    humhub.drop(gone.id)
    humhub.drop(answer.id)
    await shelf.catch_up(adapter)
    shown = {key for key, message in shelf.messages.items() if message.state.value != "deleted"}
    assert shown == {site.content(kept.id)}


async def test_pages_of_a_wiki_are_threads_too_and_so_is_what_no_module_shows(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    page = humhub.post("sanne", "Zo werkt het.", model=WIKI, title="Handboek")
    other = humhub.post("sanne", "", model="humhub\\modules\\gallery\\models\\Album")
    humhub.say("joris", page.id, "Staat erin")
    humhub.say("joris", other.id, "Mooie foto")
    await shelf.catch_up(adapter)
    assert shelf.threads[ThreadKey(site.content(page.id))].title == "Handboek"
    assert shelf.messages[site.content(page.id)].text == "Zo werkt het."
    assert shelf.threads[ThreadKey(site.content(other.id))].title == "Album"
    assert {"Staat erin", "Mooie foto"} <= {message.text for message in shelf.messages.values()}


async def test_likes_files_and_marks_come_along(humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site) -> None:
    post = humhub.post("sanne", 'Kijk ![](file-guid:abc "rooster.png")')
    post.likes, post.pinned = 3, True
    post.files = [
        {"id": 7, "guid": "abc", "mime_type": "image/png", "size": 1200, "file_name": "rooster.png", "url": "x"}
    ]
    await shelf.catch_up(adapter)
    message = shelf.messages[site.content(post.id)]
    assert message.reactions == (("👍", 3),)
    assert [(one.name, one.mime, one.size_bytes) for one in message.attachments] == [("rooster.png", "image/png", 1200)]
    assert message.text == "Kijk"
    assert shelf.threads[ThreadKey(message.key)].pinned
    assert await adapter.fetch_file(message.attachments[0].url, 1000) == humhub.file_bytes
    with pytest.raises(Rejected):
        await adapter.fetch_file("https://elsewhere.example/api/v1/file/download/7", 1000)


async def test_a_report_finds_what_it_quotes_or_stands_by_itself(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("joris", 'Een "lang" bericht ' + "met veel woorden " * 8)
    said = humhub.say("joris", post.id, "Dat is onzin")
    twice = [humhub.post("joris", "Zelfde woorden") for _ in range(2)]
    humhub.report(post.message)
    humhub.report("Dat is onzin")
    humhub.report("Zelfde woorden")
    page = await adapter.pull(next(one for one in adapter.streams() if one.key == "reports"), None)
    shelf.apply(page)
    reports = [change for change in page.changes if isinstance(change, Report)]
    assert [report.message for report in reports[:2]] == [site.content(post.id), site.comment(post.id, said.id)]
    assert reports[2].message not in {site.content(one.id) for one in twice}
    assert "Zelfde woorden" in shelf.messages[reports[2].message].text
    assert shelf.messages[reports[2].message].url.endswith("/reportcontent/admin")
    assert reports[0].reporter == "sanne"
    again = await adapter.pull(next(one for one in adapter.streams() if one.key == "reports"), page.cursor)
    assert again.changes == ()


async def test_a_space_that_vanished_keeps_what_was_said_and_stops_nothing(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    other = humhub.space("Kantine", redactie="member", sanne="member")
    humhub.post("sanne", "Lunch", other.container)
    await adapter.spaces()
    await shelf.catch_up(adapter)
    other.there = False
    post = humhub.post("sanne", "Nieuws")
    await shelf.catch_up(adapter)
    assert site.content(post.id) in shelf.messages
    assert "Lunch" in {message.text for message in shelf.messages.values()}
    assert {space.title: space.standing for space in await adapter.spaces()} == {
        "Algemeen": "joined",
        "Kantine": "left",
    }


async def test_a_space_that_became_private_keeps_what_was_said(humhub: HumHub, adapter: Adapted, shelf: Shelf) -> None:
    other = humhub.space("Kantine", public=True, sanne="member")
    humhub.post("sanne", "Lunch", other.container)
    await adapter.spaces()
    await shelf.catch_up(adapter)
    other.public = False
    await shelf.catch_up(adapter)
    assert "Lunch" in {message.text for message in shelf.messages.values()}


async def test_a_post_that_moved_to_another_space_is_there(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    other = humhub.space("Kantine", redactie="member", sanne="member")
    post = humhub.post("sanne", "Lunch", other.container)
    await adapter.spaces()
    await shelf.catch_up(adapter)
    post.container, post.updated = 9, humhub.tick()
    await shelf.catch_up(adapter)
    assert shelf.messages[site.content(post.id)].space == site.space(9)


async def test_somebody_with_a_new_name_has_it_everywhere(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Hallo")
    await shelf.catch_up(adapter)
    humhub.users["sanne"].name = "Sanne van Dijk"
    humhub.edit(post.id, "Hallo allemaal")
    await shelf.catch_up(adapter)
    assert shelf.people[site.person(humhub.users["sanne"].id)].name == "Sanne van Dijk"


# -- back ----------------------------------------------------------------------------------------------------------------


async def test_what_a_space_lets_us_do_depends_on_our_role(humhub: HumHub, adapter: Adapted, site: Site) -> None:
    other = humhub.space("Kantine", redactie="member")
    await adapter.spaces()
    assert adapter.capabilities(site.space(9)).way("lock") is Way.API
    assert adapter.capabilities(site.space(other.container)).way("lock") is Way.HANDOFF
    assert adapter.capabilities(site.space(other.container)).way("reply") is Way.API
    assert adapter.capabilities().way("settle") is Way.HANDOFF
    assert adapter.capabilities().way("approve") is Way.NO


async def test_an_answer_to_an_answer_stands_beside_it(humhub: HumHub, adapter: Adapted, site: Site) -> None:
    post = humhub.post("sanne", "Hallo")
    first = humhub.say("joris", post.id, "Dag")
    second = humhub.say("sanne", post.id, "Ook dag", first.id)
    wanted = intent(site, Kind.REPLY, post.id, site.comment(post.id, second.id), "Welkom", humhub.now_ms())
    performed = await adapter.perform(wanted)
    assert list(humhub.comments.values())[-1].parent == first.id
    assert (await adapter.find_sent(wanted, frozenset())).message == performed.message


async def test_a_closed_conversation_takes_no_reply_and_says_so(humhub: HumHub, adapter: Adapted, site: Site) -> None:
    post = humhub.post("sanne", "Hallo")
    post.locked = True
    with pytest.raises(Rejected) as caught:
        await adapter.perform(intent(site, Kind.REPLY, post.id, text="Dag"))
    assert "locked on HumHub" in error_sentence("Rejected", "humhub", caught.value.words, caught.value.code)
    assert not humhub.comments


async def test_closing_a_post_leaves_its_text_as_it_was(humhub: HumHub, adapter: Adapted, site: Site) -> None:
    post = humhub.post("sanne", 'Met **nadruk** en [Joris](mention:guid-7 "/u/joris/")')
    before = post.message
    await adapter.perform(intent(site, Kind.LOCK, post.id))
    assert (post.locked, post.message) == (True, before)
    page = humhub.post("sanne", "Handboek", model=WIKI, title="Handboek")
    with pytest.raises(Rejected) as caught:
        await adapter.perform(intent(site, Kind.LOCK, page.id))
    assert caught.value.code == "only_posts"


async def test_hiding_a_post_archives_it_and_a_comment_is_left_alone(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Hallo")
    said = humhub.say("joris", post.id, "Dag")
    with pytest.raises(Rejected) as caught:
        await adapter.perform(intent(site, Kind.HIDE, post.id, site.comment(post.id, said.id)))
    assert "Only posts are changed from here" in error_sentence("Rejected", "humhub", "", caught.value.code)
    assert not post.archived
    await adapter.perform(intent(site, Kind.HIDE, post.id, site.content(post.id)))
    assert post.archived
    await shelf.catch_up(adapter)
    assert shelf.messages[site.content(post.id)].state.value == "hidden"
    assert shelf.messages[site.comment(post.id, said.id)].state.value == "visible"


async def test_only_our_own_text_is_changed_and_only_as_it_was_seen(
    humhub: HumHub, adapter: Adapted, site: Site
) -> None:
    post = humhub.post("redactie", "Hallo")
    theirs = humhub.say("joris", post.id, "Dag")
    with pytest.raises(PlatformError) as caught:
        await adapter.perform(intent(site, Kind.EDIT, post.id, site.comment(post.id, theirs.id), "Anders"))
    assert caught.value.code == "not_ours"
    await adapter.perform(intent(site, Kind.EDIT, post.id, site.content(post.id), "Hallo *allemaal*"))
    assert post.message == "Hallo \\*allemaal\\*"


async def test_a_reply_of_long_ago_is_not_taken_for_the_one_that_may_be_lost(
    humhub: HumHub, adapter: Adapted, site: Site
) -> None:
    post = humhub.post("sanne", "Hallo")
    humhub.say("redactie", post.id, "Dank je wel!")
    humhub.tick(3600)
    lost = intent(site, Kind.REPLY, post.id, text="Dank je wel!", at_ms=humhub.now_ms())
    assert (await adapter.find_sent(lost, frozenset())).sighting is Sighting.UNCLEAR
    humhub.say("redactie", post.id, "Dank je wel!")
    assert (await adapter.find_sent(lost, frozenset())).sighting is Sighting.SEEN


async def test_a_token_that_runs_out_is_asked_for_anew(humhub: HumHub, tools: Tools, site: Site) -> None:
    made = Adapted(replace(config_of(humhub, sign_in="jwt"), user="redactie"), {"password": "geheim"}, tools)
    post = humhub.post("sanne", "Hallo")
    await made.pull(made.streams()[0], None)
    humhub.expired = True
    await made.perform(intent(site, Kind.REPLY, post.id, text="Dag", at_ms=humhub.now_ms()))
    assert [one.message for one in humhub.comments.values()] == ["Dag"]
    await made.close()


# -- what may come back ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "kind", "sentence"),
    [
        (401, b'{"name":"Unauthorized","message":"Invalid credentials","code":0,"status":401}', "application/json", "no longer lets us in"),
        (200, PAGE, "text/html", "answered with a page instead of data"),
        (404, PAGE, "text/html", "answers no programs"),
        (200, b'{"code":403,"message":"You cannot view this"}', "application/json", "‘You cannot view this’"),
        (200, b'{"name":"Error","message":"Out of memory","code":0,"status":500}', "application/json", "something we don't understand"),
        (200, b'{"results":"none"}', "application/json", "something we don't understand"),
        (200, b"[]", "application/json", "something we don't understand"),
        (500, PAGE, "text/html", "answered with a page instead of data"),
        (503, PAGE, "text/html", "isn't answering"),
        (200, b" " * (20 * 1024 * 1024 + 1), "application/json", "sent more than we accept"),
    ],
    ids=["expired", "page", "no module", "error with 200", "thrown with 200", "no list", "no object", "500", "503", "20 MB"],
)  # fmt: skip
async def test_a_bad_answer_is_one_plain_sentence_and_loses_nothing(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site, status: int, body: bytes, kind: str, sentence: str
) -> None:
    post = humhub.post("sanne", "Hallo")
    await shelf.catch_up(adapter)
    reports = next(stream for stream in adapter.streams() if stream.key == "reports")
    with humhub.during(status, body, kind):
        with pytest.raises(PlatformError) as caught:
            await adapter.pull(reports, None)
        error = caught.value
        assert sentence in error_sentence(type(error).__name__, "humhub", error.words, error.code)
        with pytest.raises(PlatformError):
            await adapter.perform(intent(site, Kind.REPLY, post.id, text="Dag"))
    assert humhub.struck >= 2
    assert not humhub.comments
    await shelf.catch_up(adapter)
    assert site.content(post.id) in shelf.messages


async def test_what_passed_was_as_humhub_publishes_it(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site, note: Note
) -> None:
    if not FOLDER.is_dir():
        pytest.skip("HumHub's OpenAPI files aren't beside the project")
    with HumHub() as other, Published(other) as published:
        made = Adapted(
            config_of(other), {"token": "redactie-token"}, Tools(now_ms=other.now_ms, known=shelf.known, timeout_s=5.0)
        )
        post = other.post("redactie", "Hallo")
        post.files = [{"id": 7, "guid": "g", "mime_type": "image/png", "size": 12, "file_name": "a.png", "url": "x"}]
        said = other.say("joris", post.id, "Dag")
        here = site_of(config_of(other))
        await made.check()
        await made.spaces()
        await shelf.catch_up(made)
        reply = await made.perform(
            intent(here, Kind.REPLY, post.id, here.comment(post.id, said.id), "Welkom", other.now_ms())
        )
        await made.perform(intent(here, Kind.EDIT, post.id, MessageKey(reply.message), "Welkom hier"))
        await made.perform(intent(here, Kind.EDIT, post.id, here.content(post.id), "Hallo allemaal"))
        for kind in (Kind.LOCK, Kind.UNLOCK, Kind.PIN, Kind.UNPIN):
            await made.perform(intent(here, kind, post.id))
        await made.perform(intent(here, Kind.DELETE, post.id, MessageKey(reply.message)))
        await made.perform(intent(here, Kind.DELETE, post.id, here.content(post.id)))
        await made.close()
    assert published.answers > 20
    assert published.requests > published.answers
    note(f"{published.answers} answers and {published.requests} requests held against HumHub's own OpenAPI files")


async def test_what_a_post_is_filed_under_comes_along(
    humhub: HumHub, adapter: Adapted, shelf: Shelf, site: Site
) -> None:
    post = humhub.post("sanne", "Rooster")
    post.topics = [{"id": 3, "name": "personeel"}]
    await shelf.catch_up(adapter)
    assert shelf.threads[ThreadKey(site.content(post.id))].topics == ("personeel",)
