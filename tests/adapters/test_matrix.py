"""Reading what a homeserver says: no event, however broken, gets in the way of the others."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters.contract import Config, Tools
from console.adapters.matrix_api import matrix_error
from console.adapters.matrix_batches import Batches
from console.adapters.matrix_reading import (
    Keys,
    Place,
    counted,
    is_redacted,
    newest_edit,
    position,
    read_gone,
    read_message,
    redacted_ids,
    title_of,
)
from console.adapters.matrix_reports import facts
from console.adapters.matrix_rooms import CREATOR_LEVEL, Room, Rooms
from console.adapters.matrix_sending import reply_relation
from console.adapters.transport import Answer
from console.domain.conversation import ConnectionKey, Message, MessageState
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    RateLimited,
    Rejected,
    Unreachable,
    Way,
)

ME = "@moderator:intra.test"
PLACE = Place(Keys("intra.test"), "!Q7v", ME)


def event(**fields: Any) -> dict[str, Any]:
    return {
        "type": "m.room.message", "event_id": "$A1", "sender": "@sanne:intra.test", "origin_server_ts": 1795449000123,
        "content": {"msgtype": "m.text", "body": "Komt er nog een antwoord?"}, **fields,
    }  # fmt: skip


def said(text: str, **content: Any) -> dict[str, Any]:
    return event(content={"msgtype": "m.text", "body": text, **content})


def edited(text: Any, sender: str = "@sanne:intra.test") -> dict[str, Any]:
    return {"type": "m.room.message", "event_id": "$E1", "sender": sender, "origin_server_ts": 1795449009000,
            "content": {"m.new_content": {"msgtype": "m.text", "body": text}, "body": f"* {text}",
                        "m.relates_to": {"rel_type": "m.replace", "event_id": "$A1"}}}  # fmt: skip


# -- any broken event ------------------------------------------------------------------------------------------------

NAMES = st.sampled_from([
    "type", "event_id", "sender", "content", "origin_server_ts", "unsigned", "body", "msgtype", "format", "info", "url",
    "formatted_body", "m.relates_to", "m.in_reply_to", "rel_type", "m.new_content", "m.relations", "m.replace", "key",
    "redacted_because", "redacts", "state_key", "filename", "m.poll", "question", "answers", "m.text", "users", "rooms",
    "join", "timeline", "events", "state", "summary", "m.heroes", "leave", "invite", "invite_state", "prev_content",
    "is_falling_back", "mimetype", "size", "room_version", "pinned", "displayname", "membership", "transaction_id",
])  # fmt: skip
WORDS = st.sampled_from([
    "m.room.message", "m.sticker", "m.room.encrypted", "m.poll.start", "org.matrix.msc3381.poll.start", "m.image",
    "m.emote", "m.text", "m.thread", "m.replace", "m.annotation", "$A1", ME, "org.matrix.custom.html", "m.room.member",
    "m.room.create", "m.room.power_levels", "m.room.tombstone", "join", "leave", "", "<mx-reply>x</mx-reply>y", "> <@a>",
])  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)
EVENTS = st.dictionaries(NAMES, JSON, max_size=9) | st.fixed_dictionaries(
    {"type": WORDS, "event_id": JSON, "sender": JSON, "origin_server_ts": JSON, "content": JSON, "unsigned": JSON}
)


@given(EVENTS)
@settings(max_examples=400, deadline=None)
def test_any_event_is_read_or_kept_as_it_came(broken: dict[str, Any]) -> None:
    message = read_message(broken, PLACE, "Sanne")
    assert message.state in (MessageState.VISIBLE, MessageState.UNREADABLE)
    assert message.key.startswith("matrix:intra.test:event:")
    assert isinstance(message.posted_at_ms, int)
    if message.state is MessageState.UNREADABLE:
        assert message.raw
    assert isinstance(title_of(message), str)
    read_gone(broken, PLACE.keys)
    is_redacted(broken)
    newest_edit(broken)
    counted([broken])
    redacted_ids(broken)
    facts(broken)
    reply_relation(broken)
    json.dumps(message.text)


class NothingThere:
    """A server that knows none of the events it is asked for."""

    async def event(self, room: str, event: str) -> Any:
        raise NotFound

    async def children(self, room: str, event: str, relation: str) -> list[Any]:
        return []

    async def state(self, room: str, kind: str, key: str = "") -> Any:
        raise NotFound


@given(st.lists(EVENTS, max_size=5), st.booleans())
@settings(max_examples=300, deadline=None)
def test_one_broken_event_does_not_stop_the_others(broken: list[dict[str, Any]], live: bool) -> None:
    config = Config(ConnectionKey("c"), "matrix", "https://intra.test")
    api: Any = NothingThere()
    batches = Batches(api, Rooms(ME), PLACE.keys, ME, config, Tools(now_ms=lambda: 0))
    good = said("Gewoon gezegd") | {"event_id": "$goed"}
    batch = asyncio.run(batches.read("!Q7v", [*broken, good], {}, set(), set(), live=live))
    assert "Gewoon gezegd" in [change.text for change in batch.changes if isinstance(change, Message)]
    json.dumps(batch.children)
    json.dumps(sorted(batch.owes))


@given(JSON)
@settings(max_examples=400, deadline=None)
def test_any_answer_leaves_the_rooms_in_order(told: Any) -> None:
    rooms = Rooms(ME)
    rooms.take(told if isinstance(told, dict) else {"rooms": {"join": {"!Q7v": told}, "leave": {"!x": told}}})
    for room in rooms.all():
        assert room.space(PLACE).title
        assert set(room.capabilities(ME, reports=True).ways.values()) <= set(Way)


@given(EVENTS)
@settings(max_examples=200, deadline=None)
def test_any_piece_of_state_changes_nothing_it_should_not(broken: dict[str, Any]) -> None:
    room = Room("!Q7v")
    room.take({**broken, "state_key": ""}, ME)
    room.take({**broken, "state_key": ME}, ME)
    assert room.id == "!Q7v"
    assert isinstance(room.level(ME), int)
    assert isinstance(room.needs("m.room.message"), int)


@given(st.integers(100, 599), st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
@settings(max_examples=200, deadline=None)
def test_any_refusal_is_an_error_of_the_family(status: int, body: bytes) -> None:
    matrix_error(Answer(status, {}, body, "https://intra.test/_matrix", False), 0)


# -- what is read ----------------------------------------------------------------------------------------------------


def test_a_message_without_relation_is_a_thread_of_its_own() -> None:
    message = read_message(event(), PLACE)
    assert (message.root, message.parent) == (message.key, None)
    assert message.url == "https://matrix.to/#/!Q7v/$A1?via=intra.test"


def test_the_company_s_own_web_client_opens_the_message() -> None:
    place = Place(PLACE.keys, "!Q7v:intra.test", ME, "https://chat.intra.test/")
    assert read_message(event(), place).url == "https://chat.intra.test/#/room/!Q7v%3Aintra.test/$A1"


def test_the_newest_edit_is_laid_over_and_a_stranger_s_is_not() -> None:
    with_edit = event(unsigned={"m.relations": {"m.replace": edited("Nieuw")}})
    assert read_message(with_edit, PLACE).text == "Nieuw"
    assert read_message(with_edit, PLACE).edited_at_ms == 1795449009000
    foreign = event(unsigned={"m.relations": {"m.replace": edited("Nieuw", "@joris:intra.test")}})
    assert read_message(foreign, PLACE).text == "Komt er nog een antwoord?"
    assert read_message(foreign, PLACE).edited_at_ms is None


def test_the_mark_is_only_believed_in_what_we_said_ourselves() -> None:
    told = {"unsigned": {"transaction_id": "0198c0aa"}}
    assert read_message(event(sender=ME, **told), PLACE).mark == "0198c0aa"
    assert read_message(event(**told), PLACE).mark == ""


def test_what_an_answer_repeats_is_left_out_and_nothing_else() -> None:
    answering = {"m.relates_to": {"m.in_reply_to": {"event_id": "$R0"}}}
    html = {"format": "org.matrix.custom.html", "formatted_body": "<mx-reply><p>Oud</p></mx-reply><p>Nieuw</p>"}
    assert read_message(said("> <@a:b> Oud\n> nog meer\n\nNieuw", **answering), PLACE).text == "Nieuw"
    assert read_message(said("> <@a:b> Oud\n\nNieuw", **answering, **html), PLACE).text == "Nieuw"
    twice = {**html, "formatted_body": "Een <MX-REPLY a='b'>Oud</mx-reply\n>twee <mx-reply>ouder</mx-reply>drie"}
    assert read_message(said("x", **answering, **twice), PLACE).text == "Een twee drie"
    endless = {**html, "formatted_body": "<mx-reply>" * 3 + "<p>Nieuw</p>"}
    assert read_message(said("x", **answering, **endless), PLACE).text == "Nieuw"
    # Where nothing is answered nothing is repeated: those are words that somebody wants unseen.
    assert "Oud" in read_message(said("x", **html), PLACE).text
    assert "wel" in read_message(said("> wel een citaat", **answering), PLACE).text
    hidden = {**html, "formatted_body": "<mx-reply>Verstopt</mx-reply>"}
    assert read_message(said("Wat er staat", **answering, **hidden), PLACE).text == "Wat er staat"


def test_formatted_words_count_only_in_the_one_format_there_is() -> None:
    assert read_message(said("gewoon", formatted_body="<b>vet</b>", format="text/x"), PLACE).text == "gewoon"
    assert read_message(said("a\nb & <c>"), PLACE).text == "a\nb & <c>"


def test_an_empty_message_was_taken_away_whoever_did_it() -> None:
    assert is_redacted(event(content={}))
    assert read_gone(event(content={}), PLACE.keys).by_author is None
    by_author = event(content={}, unsigned={"redacted_because": {"sender": "@sanne:intra.test", "origin_server_ts": 9}})
    assert (read_gone(by_author, PLACE.keys).by_author, read_gone(by_author, PLACE.keys).at_ms) == (True, 9)


@pytest.mark.parametrize("where", ["top", "content", "both"])
def test_what_a_redaction_is_about_stands_in_two_places(where: str) -> None:
    told: dict[str, Any] = {"type": "m.room.redaction", "content": {"redacts": "$B2"} if where != "top" else {}}
    assert redacted_ids(told | ({"redacts": "$B2"} if where != "content" else {})) == "$B2"


def test_reactions_count_people_and_not_how_often_they_press() -> None:
    def given_by(sender: str, key: str) -> dict[str, Any]:
        return {"type": "m.reaction", "sender": sender, "content": {"m.relates_to": {"key": key}}}

    pressed = [given_by("a", "👍"), given_by("a", "👍"), given_by("b", "👍"), given_by("c", "🎂"), None, "x"]
    assert counted(pressed) == (("👍", 2), ("🎂", 1))


def test_a_title_is_the_beginning_of_the_first_line() -> None:
    assert title_of(read_message(said("\n  Eerste regel\nTweede"), PLACE)) == "Eerste regel"
    long = title_of(read_message(said("woord " * 60), PLACE))
    assert len(long) <= 122
    assert long.endswith(" …")
    picture = {"msgtype": "m.image", "body": "foto.png", "url": "mxc://intra.test/abc"}
    assert title_of(read_message(event(content=picture), PLACE)) == "foto.png"


def test_a_file_that_is_no_media_of_the_server_has_no_address() -> None:
    (file,) = read_message(said("x.exe", msgtype="m.file", url="https://elders.example/x.exe"), PLACE).attachments
    assert file.url == ""


def test_the_place_of_a_token_is_its_first_number() -> None:
    assert position("s819_1_2") == 819
    assert position("t12-x") is None
    assert position(None) is None


# -- rooms -----------------------------------------------------------------------------------------------------------


def state(kind: str, sender: str = "@sanne:intra.test", **content: Any) -> dict[str, Any]:
    return {"type": kind, "state_key": "", "sender": sender, "content": content}


@pytest.mark.parametrize(("version", "level"), [("11", 0), ("12", CREATOR_LEVEL), ("13", CREATOR_LEVEL), ("x", 0)])
def test_who_made_a_room_may_do_everything_from_version_12_on(version: str, level: int) -> None:
    room = Room("!Q7v")
    room.take(state("m.room.create", ME, room_version=version), ME)
    assert room.level(ME) == level


def test_creators_that_were_named_count_too() -> None:
    room = Room("!Q7v")
    room.take(state("m.room.create", room_version="12", additional_creators=[ME, 5]), ME)
    assert room.level(ME) == CREATOR_LEVEL
    assert room.may_redact(ME)


def test_levels_decide_and_have_defaults() -> None:
    room = Room("!Q7v")
    assert not room.may_redact(ME)
    room.take(state("m.room.power_levels", users={ME: "50"}, events={"m.reaction": 60}), ME)
    assert room.may_redact(ME)
    ways = room.capabilities(ME, reports=False).ways
    assert ways["pin"] is Way.API
    assert "react" not in ways
    assert "settle" not in ways


def test_a_room_for_two_is_called_after_the_other() -> None:
    room = Room("!Q7v")
    room.summary({"m.heroes": [ME, "@joris:intra.test"], "m.joined_member_count": 2})
    room.names["@joris:intra.test"] = "Joris"
    assert room.space(PLACE).title == "Joris"
    assert room.space(PLACE).members == 2


def test_a_folder_of_rooms_is_no_room() -> None:
    room = Room("!Q7v")
    room.take(state("m.room.create", type="m.space", room_version="12"), ME)
    assert room.folder


# -- errors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "errcode", "kind"),
    [
        (401, "M_UNKNOWN_TOKEN", AuthExpired), (401, "M_MISSING_TOKEN", AuthExpired), (403, "M_FORBIDDEN", Forbidden),
        (403, "M_USER_SUSPENDED", Forbidden), (401, "M_USER_LOCKED", Forbidden), (404, "M_NOT_FOUND", NotFound),
        (405, "M_UNRECOGNIZED", NotFound), (400, "M_BAD_JSON", Rejected), (413, "M_TOO_LARGE", Rejected),
        (400, "M_DUPLICATE_ANNOTATION", Rejected), (403, "M_RESOURCE_LIMIT_EXCEEDED", Forbidden),
        (429, "M_LIMIT_EXCEEDED", RateLimited), (500, "M_UNKNOWN_ELSE", BadResponse), (503, "M_X", Unreachable),
    ],
)  # fmt: skip
def test_an_error_is_what_its_code_says(status: int, errcode: str, kind: type[Exception]) -> None:
    body = json.dumps({"errcode": errcode, "error": "Nee", "retry_after_ms": 4867}).encode()
    error = matrix_error(Answer(status, {}, body, "https://intra.test/x", False), 0)
    assert isinstance(error, kind)
    if isinstance(error, RateLimited):
        assert error.retry_after_s == 4.867


def test_signing_out_softly_is_told_apart() -> None:
    body = b'{"errcode":"M_UNKNOWN_TOKEN","error":"x","soft_logout":true}'
    assert matrix_error(Answer(401, {}, body, "https://intra.test/x", True), 0).code == "soft_logout"
