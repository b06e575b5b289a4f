"""What a Matrix server says is read whatever it is: nothing but the documented errors, in bounded work, harmless."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters import matrix_reading as matrix
from console.adapters.markup import Body
from console.adapters.matrix_rooms import Room, Rooms, pins, whole
from console.domain.conversation import Message, MessageGone, MessageState
from tests.adapters.test_markup import is_safe
from tests.adapters.test_reading_anything import HOSTILE, JSON, steps

CORPUS = sorted((Path(__file__).parent / "corpus_matrix").glob("*.json"))
ME = "@mod:localhost"
PLACE = matrix.Place(matrix.Keys("localhost"), "!kamer:localhost", ME)
REPLY = "<mx-reply><blockquote>x</blockquote></mx-reply><b>y</b>"
POLL: dict[str, Any] = {"question": {"org.matrix.msc1767.text": "Waar?"}, "answers": [{"id": "1", "m.text": "Hier"}]}
GOOD: dict[str, dict[str, Any]] = {
    "text": {"msgtype": "m.text", "body": "> <@a:b> x\n\ny", "format": matrix.HTML, "formatted_body": REPLY},
    "emote": {"msgtype": "m.emote", "body": "zwaait", "filename": "x"},
    "file": {"msgtype": "m.image", "body": "Kijk", "filename": "f.png", "url": "mxc://localhost/x",
             "info": {"mimetype": "image/png", "size": 58}},
    "poll": {"m.poll": POLL, "org.matrix.msc3381.poll.start": POLL, "body": "Waar?"},
}  # fmt: skip
TYPES = (*sorted(matrix.SAID), "m.reaction", "m.room.redaction", "m.room.name")
STATE = {
    "m.room.name": "name", "m.room.canonical_alias": "alias", "m.room.power_levels": "users",
    "m.room.tombstone": "replacement_room", "m.room.pinned_events": "pinned", "m.room.member": "displayname",
    "m.room.create": "room_version",
}  # fmt: skip
LEVELS = st.sampled_from(["50", "-1", "--5", "-", "9" * 30, "\u0665", 10**400]) | JSON
# Half a character is text in JSON, and none anywhere else.
ANY = JSON | st.sampled_from(["\ud800", "$\udfff:localhost", "mxc://x/\ud800"])


def event(kind: str, content: Any) -> dict[str, Any]:
    """A message as a server gives it, with an edit that it attached."""
    edit = {"type": kind, "sender": "@a:b", "origin_server_ts": 9, "content": {"m.new_content": content}}
    return {
        "type": kind, "event_id": "$1:localhost", "sender": "@a:b", "origin_server_ts": 1_790_000_000_000,
        "content": content, "unsigned": {"transaction_id": "abc", "m.relations": {"m.replace": edit}},
    }  # fmt: skip


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """An event with some of it, of its content and of its relations replaced by anything, or left out."""
    content = dict(GOOD[draw(st.sampled_from(sorted(GOOD)))])
    content["m.relates_to"] = _spoiled(draw, {
        "rel_type": draw(st.sampled_from(["m.thread", "m.replace", "m.annotation"])), "event_id": "$0:localhost",
        "key": "👍", "is_falling_back": True, "m.in_reply_to": {"event_id": "$0:localhost"},
    })  # fmt: skip
    return _spoiled(draw, event(draw(st.sampled_from(TYPES)), _spoiled(draw, content)))


def _spoiled(draw: st.DrawFn, good: dict[str, Any]) -> dict[str, Any]:
    made = dict(good)
    for name in draw(st.lists(st.sampled_from(sorted(good)), max_size=2)):
        if draw(st.integers(0, 4)):
            made[name] = draw(ANY)
        else:
            made.pop(name, None)
    return made


def read(one: Any) -> None:
    """Everything of the adapter that reads an event, which is a mapping by then: lists leave out what is none."""
    for found in matrix.events_in({"events": [one]}, "events"):
        message = matrix.read_message(found, PLACE, "Sanne", matrix.counted([found, one]))
        assert isinstance(message, Message)
        is_safe(Body(message.html, message.text))
        assert message.state is not MessageState.UNREADABLE or not message.html
        assert all(not file.url or file.url.startswith("mxc://") for file in message.attachments)
        assert len(matrix.title_of(message)) <= 255
        assert 0 <= message.posted_at_ms < 10**14
        assert isinstance(matrix.read_gone(found, PLACE.keys), MessageGone)
        for look in (matrix.is_redacted, matrix.redacted_ids, matrix.newest_edit, matrix.is_edit):
            look(found)
        assert not pins(found.get("content")) or all(isinstance(pin, str) for pin in pins(found["content"]))
    for look in (matrix.id_of, matrix.kind_of, matrix.position):
        look(one)


@given(events())
def test_any_event_of_matrix_is_read_or_kept_as_it_came(one: dict[str, Any]) -> None:
    read(one)


@given(ANY)
def test_anything_in_the_place_of_an_event_is_kept_as_it_came(one: Any) -> None:
    read(one)
    read({"type": "m.room.message", "content": one, "unsigned": one, "redacted_because": one})


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_body_in_every_field_is_read(name: str) -> None:
    body = HOSTILE[name]
    for good in GOOD.values():
        for field in good:
            for kind in sorted(matrix.SAID):
                read(event(kind, {**good, field: body}))
    for field in event("m.room.message", {}):
        read({**event("m.room.message", GOOD["text"]), field: body})


@given(st.lists(st.tuples(st.sampled_from(sorted(STATE)), LEVELS | ANY, st.booleans()), max_size=6), ANY)
def test_whatever_is_said_of_a_room_it_can_be_shown_and_tells_what_we_may_do(told: Any, summary: Any) -> None:
    state = [
        {"type": kind, "state_key": "", "content": {STATE[kind]: {ME: value} if deep else value, "redact": value}}
        for kind, value, deep in told
    ]
    rooms = Rooms(ME)
    for part in ("join", "invite", "leave"):
        rooms.take({"rooms": {part: {"!a:b": {"summary": summary, "state": {"events": [*state, summary]}}}}})
    rooms.take({"rooms": summary}, whole=True)
    room = Room("!a:b")
    for one in state:
        room.take(one, ME)
    room.summary({"m.heroes": summary, "m.joined_member_count": summary})
    space = room.space(PLACE)
    assert isinstance(space.title, str)
    assert space.members is None or 0 <= space.members < 2**53
    assert room.capabilities(ME, reports=True).way("read")


@pytest.mark.parametrize("level", ["--5", "-", "", "9" * 5000, "\u00b2", None, True, 1.5])
def test_a_level_that_is_no_number_is_the_one_that_holds_without_it(level: object) -> None:
    assert whole(level, 50) == 50
    assert whole("-10", 50) == -10


@pytest.mark.parametrize("file", CORPUS, ids=lambda file: file.name)
def test_what_once_went_wrong_is_read(file: Path) -> None:
    read(json.loads(file.read_text("utf-8")))


def test_the_corpus_is_there() -> None:
    assert CORPUS


# -- bounded work ------------------------------------------------------------------------------------------------------

GROWING: dict[str, Callable[[int], dict[str, Any]]] = {
    "quoted": lambda n: {"body": "> <@a:b>\n" + "> x\n" * n},
    "repeated": lambda n: {"body": "x", "format": matrix.HTML, "formatted_body": "<mx-reply>" * n + "</mx-reply" * n},
    "answers": lambda n: {"m.poll": {"question": {"body": "x"}, "answers": [{"body": "y"}] * n}},
    "words": lambda n: {"m.poll": {"question": {"m.text": [{}] * n, "body": "x"}}},
    "lines": lambda n: {"body": "x\n" * n},
}  # fmt: skip


@pytest.mark.parametrize("kind", GROWING)
def test_twice_the_content_costs_no_more_than_about_twice_the_steps(kind: str) -> None:
    def reads(n: int) -> Callable[[], object]:
        content = {"m.relates_to": {"m.in_reply_to": {"event_id": "$0"}}, "msgtype": "m.text", **GROWING[kind](n)}
        one = event("m.poll.start" if "m.poll" in content else "m.room.message", content)
        return lambda: matrix.read_message(one, PLACE)

    small, large = steps(reads(500)), steps(reads(1000))  # beyond 400 elements a body is made flat first
    assert large <= 3 * small + 200


def test_twice_the_reactions_cost_no_more_than_about_twice_the_steps() -> None:
    def counts(n: int) -> Callable[[], object]:
        given = [{"sender": f"@{who}:b", "content": {"m.relates_to": {"key": str(who % 50)}}} for who in range(n)]
        return lambda: matrix.counted(given)

    small, large = steps(counts(400)), steps(counts(800))
    assert large <= 3 * small + 200
