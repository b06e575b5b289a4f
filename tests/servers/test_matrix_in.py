"""What is said on a real homeserver arrives as it stands there, whatever happens on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace

import pytest
import pytest_asyncio

from console.adapters.conformance import Shelf
from console.adapters.contract import Tools
from console.adapters.matrix import Matrix
from console.domain.conversation import MessageKey, MessageState, ReportState, ThreadKey
from console.domain.platform import AuthExpired, BadResponse, Cursor, RateLimited, Way
from tests.servers.proxy import Proxy, instead
from tests.servers.synapse import C3, Account, Synapse
from tests.servers.test_matrix_contract import KEYS, adapter_of, config_of, now_ms

pytestmark = pytest.mark.usefixtures("held_to_the_schema")


@dataclass
class Reading:
    """A moderator of one room, what a store would hold of it, and a line that can be told to lie."""

    server: Synapse
    line: Proxy
    us: Account
    room: str
    shelf: Shelf = field(default_factory=Shelf)
    made: list[Matrix] = field(default_factory=list)

    def adapter(self, *, admin: str = "", since_ms: int | None = None, **settings: str) -> Matrix:
        tools = Tools(now_ms=now_ms, known=self.shelf.known, timeout_s=10.0)
        config = config_of(self.us, self.line.url, since_ms=since_ms, **settings)
        secrets = {"token": self.us.token, **({"admin_token": admin} if admin else {})}
        self.made.append(Matrix(config, secrets, tools))
        return self.made[-1]

    async def catch_up(self, adapter: Matrix | None = None) -> None:
        await self.shelf.catch_up(adapter or self.adapter())

    def text(self, event: str) -> str:
        return self.shelf.messages[KEYS.event(event)].text

    def texts(self) -> list[str]:
        return [m.text for m in sorted(self.shelf.messages.values(), key=lambda m: m.posted_at_ms)]

    @property
    def cursor(self) -> dict[str, object]:
        return dict(self.shelf.cursors["account"])


@pytest.fixture
def line(synapse: Synapse) -> Iterator[Proxy]:
    with Proxy(synapse.url) as made:
        yield made


@pytest_asyncio.fixture
async def reading(synapse: Synapse, line: Proxy) -> AsyncIterator[Reading]:
    us = synapse.new_account("mod")
    made = Reading(synapse, line, us, synapse.new_room(by=us.name))
    yield made
    for adapter in made.made:
        await adapter.close()


# -- how messages belong together ------------------------------------------------------------------------------------


async def test_a_thread_is_its_root_with_its_replies_and_its_title_their_first_line(reading: Reading) -> None:
    root = reading.server.say("sanne", reading.room, "Komt er nog een antwoord?\nIk wacht al een week.")
    reply = reading.server.say("joris", reading.room, "Morgen.", thread=root)
    loose = reading.server.say("joris", reading.room, "Iets heel anders")
    await reading.catch_up()
    held = reading.shelf
    assert held.threads[ThreadKey(KEYS.event(root))].title == "Komt er nog een antwoord?"
    assert held.messages[KEYS.event(reply)].root == KEYS.event(root)
    assert held.messages[KEYS.event(reply)].parent == KEYS.event(root)
    assert held.messages[KEYS.event(loose)].root == KEYS.event(loose)


async def test_a_chain_of_answers_is_followed_to_its_first_message(reading: Reading) -> None:
    first = reading.server.say("sanne", reading.room, "Wie weet dit?")
    second = reading.server.say("joris", reading.room, "Ik.", answers=first)
    third = reading.server.say("sanne", reading.room, "Vertel.", answers=second)
    await reading.catch_up()
    assert reading.shelf.messages[KEYS.event(third)].root is None
    assert reading.shelf.messages[KEYS.event(third)].parent == KEYS.event(second)
    assert set(reading.shelf.threads) == {ThreadKey(KEYS.event(first))}


async def test_what_a_new_answer_is_about_is_brought_in_with_it(reading: Reading) -> None:
    first = reading.server.say("sanne", reading.room, "Lang geleden gezegd")
    second = reading.server.say("joris", reading.room, "Ook lang geleden", answers=first)
    later = now_ms() + 60_000  # nothing of before is collected
    await reading.catch_up(reading.adapter(since_ms=later))
    assert not reading.shelf.messages
    reading.server.say("sanne", reading.room, "Nieuw antwoord", answers=second)
    await reading.catch_up(reading.adapter(since_ms=later))
    assert reading.texts() == ["Lang geleden gezegd", "Ook lang geleden", "Nieuw antwoord"]


async def test_a_redacted_root_keeps_its_thread(reading: Reading) -> None:
    root = reading.server.say("sanne", reading.room, "Weg ermee")
    reply = reading.server.say("joris", reading.room, "Waarom?", thread=root)
    await reading.catch_up()
    reading.server.redact(reading.us.name, reading.room, root, "huisregel 3")
    late = reading.server.say("joris", reading.room, "Jammer", thread=root)
    await reading.catch_up()
    assert KEYS.event(root) in reading.shelf.gone
    assert {reading.shelf.messages[KEYS.event(event)].root for event in (reply, late)} == {KEYS.event(root)}


# -- edits, removals, reactions --------------------------------------------------------------------------------------


async def test_only_its_author_edits_a_message(reading: Reading) -> None:
    said = reading.server.say("sanne", reading.room, "Zoals het er stond")
    await reading.catch_up()
    reading.server.edit("joris", reading.room, said, "Wat Joris ervan maakt")
    await reading.catch_up()
    assert reading.text(said) == "Zoals het er stond"
    reading.server.edit("sanne", reading.room, said, "Zoals Sanne het bedoelde")
    await reading.catch_up()
    assert reading.text(said) == "Zoals Sanne het bedoelde"
    assert reading.shelf.messages[KEYS.event(said)].edited_at_ms
    assert reading.shelf.threads[ThreadKey(KEYS.event(said))].title == "Zoals Sanne het bedoelde"
    assert len(reading.shelf.messages) == 1, "an edit is no message"


@pytest.mark.parametrize("remembered", [True, False])
async def test_a_redacted_edit_brings_the_earlier_text_back(reading: Reading, remembered: bool) -> None:
    said = reading.server.say("sanne", reading.room, "Eerst")
    first = reading.server.edit("sanne", reading.room, said, "Daarna")
    await reading.catch_up()
    assert reading.text(said) == "Daarna"
    if not remembered:  # as after more edits than the cursor keeps
        reading.shelf.cursors["account"] = {**reading.cursor, "children": {}}
    reading.server.redact("sanne", reading.room, first)
    await reading.catch_up()
    assert reading.text(said) == "Eerst"


async def test_reactions_are_counted_and_taken_back(reading: Reading) -> None:
    said = reading.server.say("sanne", reading.room, "Taart in de kantine")
    mine = reading.server.react("joris", reading.room, said)
    await reading.catch_up()
    reading.server.react(reading.us.name, reading.room, said)
    reading.server.react("sanne", reading.room, said, "🎂")
    await reading.catch_up()
    assert reading.shelf.messages[KEYS.event(said)].reactions == (("👍", 2), ("🎂", 1))
    reading.server.redact("joris", reading.room, mine)
    await reading.catch_up()
    assert dict(reading.shelf.messages[KEYS.event(said)].reactions) == {"👍": 1, "🎂": 1}


async def test_old_reactions_are_counted_when_the_walk_back_meets_their_message(reading: Reading) -> None:
    said = reading.server.say("sanne", reading.room, "Onder veel andere")
    reading.server.seed("joris", reading.room, 110, "tussendoor {n}")
    reading.server.react("joris", reading.room, said)
    await reading.catch_up()
    assert len(reading.shelf.messages) == 111
    assert reading.shelf.messages[KEYS.event(said)].reactions == (("👍", 1),)


async def test_who_took_a_message_away_is_told(reading: Reading) -> None:
    by_author = reading.server.say("sanne", reading.room, "Zelf weggehaald")
    by_us = reading.server.say("sanne", reading.room, "Door een beheerder weggehaald")
    await reading.catch_up()
    reading.server.redact("sanne", reading.room, by_author)
    reading.server.redact(reading.us.name, reading.room, by_us)
    page = await reading.adapter().pull(reading.adapter().streams()[0], reading.cursor)
    told = {change.key: change.by_author for change in page.changes if hasattr(change, "by_author")}
    assert told == {KEYS.event(by_author): True, KEYS.event(by_us): False}


# -- what else is said -----------------------------------------------------------------------------------------------


async def test_hostile_html_comes_through_harmless_and_a_quoted_message_is_left_out(reading: Reading) -> None:
    first = reading.server.say("sanne", reading.room, "Vraag")
    hostile = {"format": "org.matrix.custom.html",
               "formatted_body": '<mx-reply><blockquote>Vraag</blockquote></mx-reply><script>alert(1)</script>'
                                 '<b onclick="x()">Antwoord</b><img src="https://elders.example/pixel.png">'}  # fmt: skip
    said = reading.server.say("joris", reading.room, "> <@sanne:localhost> Vraag\n\nAntwoord", answers=first, **hostile)
    plain = reading.server.say("joris", reading.room, "<b>letterlijk</b>", formatted_body="<i>genegeerd</i>")
    await reading.catch_up()
    html = reading.shelf.messages[KEYS.event(said)].html
    assert "Antwoord" in reading.text(said)
    assert "Vraag" not in reading.text(said)
    assert not [bad for bad in ("script", "onclick", "elders.example", "mx-reply") if bad in html]
    assert reading.text(plain) == "<b>letterlijk</b>"


async def test_pictures_stickers_emotes_notices_and_polls_can_be_read(reading: Reading) -> None:
    url = reading.server.upload("sanne", b"\x89PNG\r\n\x1a\n" + b"x" * 50)
    send, room = reading.server.send, reading.room
    picture = send("sanne", room, "m.room.message", {
        "msgtype": "m.image", "body": "Kijk dan", "filename": "foto.png", "url": url,
        "info": {"mimetype": "image/png", "size": 58}})  # fmt: skip
    sticker = send("sanne", room, "m.sticker", {"body": "Zwaaiende kat", "url": url, "info": {}})
    emote = reading.server.say("joris", room, "zwaait", msgtype="m.emote")
    notice = reading.server.say("joris", room, "De bot meldt zich", msgtype="m.notice")
    poll = send("sanne", room, "org.matrix.msc3381.poll.start", {"org.matrix.msc3381.poll.start": {
        "question": {"org.matrix.msc1767.text": "Waar eten we?"}, "max_selections": 1, "answers": [
            {"id": "1", "org.matrix.msc1767.text": "Thuis"}, {"id": "2", "org.matrix.msc1767.text": "Kantine"}]}})  # fmt: skip
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    (attached,) = reading.shelf.messages[KEYS.event(picture)].attachments
    assert (attached.name, attached.mime, attached.size_bytes, attached.url) == ("foto.png", "image/png", 58, url)
    assert reading.text(picture) == "Kijk dan"
    assert reading.text(sticker) == "Zwaaiende kat"
    assert reading.text(emote) == "* Joris zwaait"
    assert reading.text(notice) == "De bot meldt zich"
    assert reading.text(poll) == "Waar eten we?\n– Thuis\n– Kantine"
    assert (await adapter.fetch_file(url, 1000)).startswith(b"\x89PNG")
    with pytest.raises(BadResponse) as big:
        await adapter.fetch_file(url, 10)
    assert big.value.code == "too_big"


async def test_an_encrypted_room_is_named_and_what_is_said_there_is_unreadable(reading: Reading) -> None:
    room = reading.server.new_room("Vertrouwelijk", by=reading.us.name, encrypted=True)
    content = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "session_id": "y", "sender_key": "z"}
    said = reading.server.send("sanne", room, "m.room.encrypted", content)
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    assert reading.shelf.messages[KEYS.event(said)].state is MessageState.UNREADABLE
    space = next(space for space in await adapter.spaces() if space.remote_id == room)
    assert space.encrypted
    assert adapter.capabilities(space.key).way("reply") is Way.HANDOFF
    assert adapter.capabilities(space.key).way("delete") is Way.API


# -- gaps and cursors ------------------------------------------------------------------------------------------------


async def test_a_gap_is_filled(reading: Reading) -> None:
    await reading.catch_up()
    said = reading.server.seed("sanne", reading.room, 120)
    answer = reading.server.ask("GET", f"{C3}/sync", by=reading.us.name, since=reading.cursor["since"], timeout=0,
                                filter=json.dumps({"room": {"timeline": {"limit": 100}}}))  # fmt: skip
    assert answer["rooms"]["join"][reading.room]["timeline"]["limited"] is True, "there really is a gap"
    await reading.catch_up()
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in said}


async def test_a_gap_that_says_it_is_none_is_filled(reading: Reading) -> None:
    await reading.catch_up()
    said = reading.server.seed("sanne", reading.room, 150)
    reading.server.redact(reading.us.name, reading.room, "$nope")
    answer = reading.server.ask("GET", f"{C3}/sync", by=reading.us.name, since=reading.cursor["since"], timeout=0,
                                filter=json.dumps({"room": {"timeline": {"limit": 100}}}))  # fmt: skip
    timeline = answer["rooms"]["join"][reading.room]["timeline"]
    assert (timeline["limited"], len(timeline["events"])) == (False, 100), "the server really doesn't say so"
    await reading.catch_up()
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in said}


async def test_a_cursor_that_the_server_does_not_take_is_begun_anew_without_losing_anything(reading: Reading) -> None:
    said = reading.server.seed("sanne", reading.room, 3)
    await reading.catch_up()
    said += reading.server.seed("sanne", reading.room, 130)
    reading.shelf.cursors["account"] = {**reading.cursor, "since": "geen-token"}
    await reading.catch_up()
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in said}
    assert str(reading.cursor["since"]).startswith("s")


async def test_a_server_set_back_to_an_earlier_day_is_read_anew(reading: Reading) -> None:
    said = reading.server.seed("sanne", reading.room, 2)
    await reading.catch_up()
    reading.shelf.messages.clear()
    reading.shelf.cursors["account"] = {**reading.cursor, "since": "s999999_1"}
    await reading.catch_up()
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in said}


async def test_history_goes_back_as_far_as_is_wanted_and_further_when_more_is_wanted(reading: Reading) -> None:
    old = reading.server.seed("sanne", reading.room, 5, "oud {n}")
    after_ms = max(e["origin_server_ts"] for e in reading.server.timeline(reading.room, by=reading.us.name)) + 1
    new = reading.server.seed("sanne", reading.room, 3, "nieuw {n}")
    await reading.catch_up(reading.adapter(since_ms=after_ms))
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in new}
    await reading.catch_up(reading.adapter(since_ms=0))
    assert set(reading.shelf.messages) == {KEYS.event(event) for event in (*old, *new)}


# -- rooms -----------------------------------------------------------------------------------------------------------


async def test_a_room_we_are_invited_to_is_offered_and_a_room_we_join_is_read_from_before(reading: Reading) -> None:
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    room = reading.server.new_room("Borrelcommissie", by="sanne", members=("joris",), preset="private_chat")
    old = reading.server.say("joris", room, "Voor jij er was")
    reading.server.invite(room, reading.us.name, by="sanne")
    await reading.catch_up(adapter)
    assert reading.shelf.spaces[KEYS.room(room)].standing == "invited"
    assert adapter.capabilities(KEYS.room(room)).way("join") is Way.API
    assert adapter.capabilities(KEYS.room(room)).way("reply") is Way.NO
    assert KEYS.event(old) not in reading.shelf.messages
    reading.server.join(room, reading.us.name)
    await reading.catch_up(adapter)
    assert reading.shelf.spaces[KEYS.room(room)].standing == "joined"
    assert KEYS.event(old) in reading.shelf.messages


async def test_a_room_we_are_put_out_of_says_so_and_keeps_what_was_said(reading: Reading) -> None:
    room = reading.server.new_room("Weg hier", by="sanne", members=(reading.us.name,))
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    last = reading.server.say("sanne", room, "Het laatste woord")
    reading.server.kick(room, reading.us.name, "stoort", by="sanne")
    await reading.catch_up(adapter)
    assert reading.shelf.spaces[KEYS.room(room)].standing == "left"
    assert KEYS.event(last) in reading.shelf.messages
    for again in (adapter, reading.adapter()):
        assert {space.remote_id: space.standing for space in await again.spaces()}[room] == "left"
        assert again.capabilities(KEYS.room(room)).way("reply") is Way.NO


async def test_an_upgraded_room_is_one_that_moved(reading: Reading) -> None:
    room = reading.server.new_room("Oud", by=reading.us.name, version="10")
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    reading.server.upgrade(room, by=reading.us.name)
    await reading.catch_up(adapter)
    assert reading.shelf.spaces[KEYS.room(room)].standing == "moved"
    assert {space.standing for space in await reading.adapter().spaces() if space.remote_id == room} == {"moved"}


@pytest.mark.parametrize("version", ["10", "12"])
async def test_what_we_may_do_follows_our_level_in_the_room(reading: Reading, version: str) -> None:
    ours = reading.server.new_room(by=reading.us.name, version=version)
    theirs = reading.server.new_room(by="sanne", version=version, members=(reading.us.name,))
    adapter = reading.adapter()
    await reading.catch_up(adapter)
    assert adapter.capabilities(KEYS.room(ours)).way("delete") is Way.API
    assert adapter.capabilities(KEYS.room(ours)).way("pin") is Way.API
    assert adapter.capabilities(KEYS.room(theirs)).way("delete") is Way.NO
    assert adapter.capabilities(KEYS.room(theirs)).way("pin") is Way.NO
    assert adapter.capabilities(KEYS.room(theirs)).way("reply") is Way.API
    reading.server.set_power(theirs, reading.us.name, 50, by="sanne", events_default=0)
    await reading.catch_up(adapter)
    assert adapter.capabilities(KEYS.room(theirs)).way("delete") is Way.API


async def test_a_pinned_message_is_a_pinned_thread_also_when_somebody_else_pins_it(reading: Reading) -> None:
    said = reading.server.say("sanne", reading.room, "Belangrijk")
    await reading.catch_up()
    for pinned in (True, False):
        content = {"pinned": [said] if pinned else []}
        reading.server.set_state(reading.room, "m.room.pinned_events", content, by=reading.us.name)
        await reading.catch_up()
        assert reading.shelf.threads[ThreadKey(KEYS.event(said))].pinned is pinned


# -- reports ---------------------------------------------------------------------------------------------------------


async def test_reports_come_from_the_administrators_list_and_end_when_they_are_settled_elsewhere(
    reading: Reading,
) -> None:
    said = reading.server.say("joris", reading.room, "Scheldwoord")
    other = reading.server.say("joris", reading.room, "Nog een")
    reading.server.report("sanne", reading.room, said, "schelden", -100)
    reading.server.report("sanne", reading.room, other, None)
    adapter = reading.adapter(admin=reading.server.accounts["beheer"].token)
    await reading.catch_up(adapter)
    found = {report.message: report for report in reading.shelf.reports.values() if report.message in
             (KEYS.event(said), KEYS.event(other))}  # fmt: skip
    assert found[KEYS.event(said)].reason == "schelden"
    assert {report.state for report in found.values()} == {ReportState.PENDING}
    number = next(row["id"] for row in reading.server.reports() if row["event_id"] == said)
    reading.server.settle(number)
    await reading.catch_up(adapter)
    assert reading.shelf.reports[KEYS.report(number)].state is ReportState.DISMISSED
    assert reading.shelf.reports[found[KEYS.event(other)].key].state is ReportState.PENDING


async def test_without_an_administrators_token_there_are_no_reports(reading: Reading) -> None:
    assert [stream.key for stream in reading.adapter().streams()] == ["account"]
    assert reading.adapter().capabilities().way("settle") is Way.NO


# -- trouble ---------------------------------------------------------------------------------------------------------


async def pull_once(reading: Reading, cursor: Cursor | None = None) -> None:
    adapter = reading.adapter()
    await adapter.pull(adapter.streams()[0], cursor)


async def test_a_dead_token_is_told(reading: Reading) -> None:
    reading.server.logout(reading.us.name)
    with pytest.raises(AuthExpired) as dead:
        await pull_once(reading)
    assert dead.value.code == "signed_out"


async def test_a_limit_says_for_how_long(reading: Reading) -> None:
    limited = instead(429, '{"errcode":"M_LIMIT_EXCEEDED","error":"Too Many Requests","retry_after_ms":4867}')
    with reading.line.during(limited), pytest.raises(RateLimited) as told:
        await pull_once(reading)
    assert told.value.retry_after_s == 4.867


async def test_a_page_of_html_in_between_is_no_answer(reading: Reading) -> None:
    with reading.line.during(instead(404, "<html>weg</html>", "text/html")), pytest.raises(BadResponse):
        await pull_once(reading)


# -- the check -------------------------------------------------------------------------------------------------------


def codes(lines: object) -> set[str]:
    return {line.code for line in lines}  # type: ignore[attr-defined]


async def test_the_check_warns_of_people_who_are_ignored_and_names_what_waits(reading: Reading) -> None:
    reading.server.ignore(reading.us.name, "joris")
    room = reading.server.new_room("Kom erbij", by="sanne", members=(), preset="private_chat")
    reading.server.invite(room, reading.us.name, by="sanne")
    result = await adapter_of(reading.us, reading.line.url, admin=reading.server.accounts["beheer"].token).check()
    assert result.works
    assert {"signed_in", "ignores_people", "matrix_invited", "reports"} <= codes(result.lines)


async def test_a_token_without_a_device_is_warned_about(reading: Reading) -> None:
    token = reading.server.token_without_device(reading.us.name)
    result = await adapter_of(replace(reading.us, token=token, device_id=""), reading.line.url).check()
    assert result.works
    assert "no_device" in codes(result.lines)


async def test_somebody_who_is_no_administrator_gets_no_reports(reading: Reading) -> None:
    result = await adapter_of(reading.us, reading.line.url, admin=reading.server.accounts["sanne"].token).check()
    assert not result.works
    assert "not_admin" in codes(result.lines)


async def test_a_wrong_password_and_a_server_that_is_no_homeserver_are_told(reading: Reading) -> None:
    config = config_of(reading.us, reading.line.url)
    with pytest.raises(AuthExpired) as refused:
        await Matrix(config, {"password": "mis"}, Tools(now_ms=now_ms)).check()
    assert refused.value.code == "wrong_password"
    with reading.line.during(instead(404, "<html>een site</html>", "text/html")), pytest.raises(BadResponse) as other:
        await Matrix(config, {"password": "mis"}, Tools(now_ms=now_ms)).check()
    assert other.value.code == "not_matrix"


def test_an_event_key_and_its_id_are_each_others_reverse() -> None:
    assert KEYS.id_in(KEYS.event("$a:b/c"), "event") == "$a:b/c"
    assert KEYS.id_in(MessageKey("wordpress:x:event:1"), "event") == ""
