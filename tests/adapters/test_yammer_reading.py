"""Whatever Yammer says is read or kept as it came; bodies, polls and praise read as people meant them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters import yammer_text
from console.adapters.rows import in_order, number
from console.adapters.yammer_reading import (
    Refs,
    Site,
    moment_ms,
    name_in,
    number_in,
    read_all,
    read_group,
    read_message,
    thread_in,
    truth,
)
from console.domain.conversation import Attachment, Message, MessageState, Person, Thread
from console.domain.pictures import pictures_in
from console.domain.platform import Rejected
from tests.adapters.hostile_bodies import bodies
from tests.adapters.test_markup import is_safe
from tests.adapters.test_reading_anything import JSON

SITE = Site("www.yammer.com/5897756673", "https://www.yammer.com")
USER = {
    "type": "user", "id": 36425097217, "full_name": "Sanne de Wit", "name": "sanne.dewit", "job_title": "Verpleegkundige",
    "activated_at": "2024/01/08 09:00:00 +0000", "network_id": 5897756673, "email": "sanne.dewit@voorbeeld.example",
    "department": "Zorg",
}  # fmt: skip
OPENING: dict[str, Any] = {
    "id": 2000337749565441, "sender_id": 36425097217, "replied_to_id": None, "created_at": "2026/11/23 08:12:10 +0000",
    "message_type": "update", "sender_type": "user", "group_id": 31158067201, "thread_id": 2000337749565441,
    "web_url": "https://www.yammer.com/voorbeeld.example/messages/2000337749565441", "system_message": False,
    "direct_message": False, "title": None, "attachments": [], "liked_by": {"count": 3, "names": []},
    "body": {
        "parsed": "Wanneer komt het rooster? [[user:36425097217]]", "plain": "Wanneer komt het rooster? Sanne de Wit",
        "rich": "Wanneer komt het rooster? <a href=\"https://www.yammer.com/x\">Sanne de Wit</a>",
    },
}  # fmt: skip
ANSWER = {**OPENING, "id": 2000338000000001, "replied_to_id": 2000337749565441}
REFERENCES: list[Any] = [
    USER, {"type": "topic", "id": 55, "name": "rooster"}, {"type": "group", "id": 9, "full_name": "Kantine"},
    {"type": "van een andere soort", "id": 1}, None, 7,
    {"type": "thread", "id": 2000337749565441, "stats": {"updates": 2, "latest_reply_id": 2000338000000001}},
]  # fmt: skip
REFS = Refs.of(REFERENCES)


def message(row: object, refs: Refs = REFS) -> Message:
    return next(one for one in read_message(row, refs, SITE) if isinstance(one, Message))


def body(rich: str | None = None, parsed: str | None = None, plain: str | None = None) -> Message:
    return message({**OPENING, "body": {"rich": rich, "parsed": parsed, "plain": plain}})


@st.composite
def rows(draw: st.DrawFn) -> dict[str, Any]:
    """A row as Yammer gives it, with some of it replaced by anything, or left out."""
    row = dict(draw(st.sampled_from([OPENING, ANSWER])))
    for name in draw(st.lists(st.sampled_from(sorted(OPENING)), max_size=5)):
        if draw(st.integers(0, 4)):
            row[name] = draw(JSON)
        else:
            row.pop(name, None)
    return row


@settings(max_examples=300, deadline=None)
@given(rows(), st.lists(JSON, max_size=3))
def test_any_row_is_read_or_kept_as_it_came(row: dict[str, Any], references: list[Any]) -> None:
    changes = read_message(row, Refs.of([*REFERENCES, *references]), SITE, 5)
    messages = [one for one in changes if isinstance(one, Message)]
    assert len(messages) == (1 if number(row.get("id")) else 0)
    for one in messages:
        is_safe(yammer_text.Body(one.html, one.text))
        assert one.state is not MessageState.UNREADABLE or one.raw
        assert (one.key == one.root) == any(isinstance(head, Thread) for head in changes)
    in_order(changes)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_anything_at_all_is_read_as_nothing_or_kept(row: Any) -> None:
    assert all(isinstance(one, Message | Thread | Person) for one in read_all([row], Refs.of(row), SITE))
    assert read_group(row, SITE) is None or isinstance(row, dict)
    yammer_text.files(row, SITE.url)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        JSON | st.dictionaries(st.sampled_from(["type", "options", "name", "url", "users", "poll"]), JSON), max_size=3
    )
)
def test_whatever_hangs_at_a_message_never_hides_it(attachments: list[Any]) -> None:
    odd = [
        {**one, "type": kind}
        for one in attachments
        if isinstance(one, dict)
        for kind in ("poll", "praise", "ymodule", "image")
    ]
    read = message({**OPENING, "attachments": [*attachments, *odd]})
    assert read.text.startswith("Wanneer komt het rooster?")
    is_safe(yammer_text.Body(read.html, read.text))


@pytest.mark.parametrize("name", [name for name, text in bodies().items() if len(text) < 3_000])
def test_a_hostile_body_in_any_of_its_forms_is_harmless(name: str) -> None:
    hostile = bodies()[name]
    for forms in ({"rich": hostile}, {"parsed": hostile}, {"plain": hostile}):
        read = body(**forms)
        is_safe(yammer_text.Body(read.html, read.text))


def test_a_mail_address_is_vouched_for_by_the_directory_and_not_for_guests() -> None:
    person = read_message(OPENING, REFS, SITE)[0]
    assert isinstance(person, Person)
    assert (person.mail, person.mail_verified, person.department) == ("sanne.dewit@voorbeeld.example", True, "Zorg")
    for other in ({"network_id": 7}, {"email": "geen adres"}, {"email": 7}):
        guest = read_message(OPENING, Refs.of([{**USER, **other}]), SITE)[0]
        assert isinstance(guest, Person)
        assert not guest.mail_verified


def test_a_page_that_says_nothing_of_its_author_takes_no_name_away() -> None:
    changes = read_message(OPENING, Refs(), SITE)
    assert not any(isinstance(change, Person) for change in changes)
    assert message(OPENING, Refs()).author == SITE.person(str(USER["id"]))


def test_a_message_is_read_with_who_said_it_and_what_it_opens() -> None:
    person, thread, opening = read_message(OPENING, REFS, SITE)
    assert isinstance(person, Person)
    assert isinstance(thread, Thread)
    assert isinstance(opening, Message)
    assert (person.name, person.handle, person.title) == ("Sanne de Wit", "sanne.dewit", "Verpleegkundige")
    assert person.joined_at_ms == moment_ms("2024/01/08 09:00:00 +0000")
    assert thread.title == "Wanneer komt het rooster? Sanne de Wit"
    assert opening.reactions == (("👍", 3),)
    assert opening.posted_at_ms == 1_795_421_530_000
    answer = message(ANSWER)
    assert (answer.root, answer.parent) == (thread.key, thread.key)
    assert (thread_in(answer.key), number_in(answer.key)) == (2000337749565441, 2000338000000001)


@pytest.mark.parametrize("big", [2000337749565441, "2000337749565441", 9_223_372_036_854_775_807])
def test_numbers_keep_every_digit(big: int | str) -> None:
    assert message({**OPENING, "id": big, "thread_id": big}).key.endswith(f":{big}")


@pytest.mark.parametrize(
    ("value", "meant"), [(5, 5), ("5", 5), (0, 0), (-3, 0), (True, 0), ("x", 0), (None, 0), ("9" * 40, 0), (2.5, 0), ("²", 0)]
)  # fmt: skip
def test_numbers_come_as_numbers_or_as_text(value: object, meant: int) -> None:
    assert number(value) == meant


@pytest.mark.parametrize(
    ("value", "meant"), [(True, True), ("true", True), (1, True), ("1", True), (False, False), ("false", False), (0, False),
                         ("0", False), (None, False), ("", False)],
)  # fmt: skip
def test_flags_come_as_flags_text_or_numbers(value: object, meant: bool) -> None:
    assert truth(value) is meant


@pytest.mark.parametrize(
    "value", ["2026/11/23 16:34:54 +0000", "2026/11/23 17:34:54 +0100", "2026-11-23T16:34:54Z", "2026-11-23T16:34:54.000+0000"]
)  # fmt: skip
def test_moments_come_in_forms_of_their_own(value: str) -> None:
    assert moment_ms(value) == 1_795_451_694_000


def test_keys_tell_what_they_name() -> None:
    assert (thread_in(SITE.message(4, 7)), number_in(SITE.message(4, 7))) == (4, 7)
    assert (thread_in(SITE.thread(4)), number_in(SITE.thread(4))) == (4, 4)
    assert (thread_in(None), number_in(SITE.space("4")), name_in(SITE.space("general"))) == (0, 0, "general")
    assert name_in(SITE.thread(4)) == ""


# -- bodies --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("forms", "text"),
    [
        ({"rich": "Een<br>Twee &amp; drie"}, "Een\nTwee & drie"),
        ({"rich": "Een\nTwee"}, "Een\nTwee"),
        ({"rich": "<p>Een</p><ul><li>twee</li></ul>"}, "Een\n\n- twee"),
        ({"parsed": "Dag [[user:36425097217]], zie [[topic:55]] en [[group:9]]"}, "Dag Sanne de Wit, zie rooster en Kantine"),
        ({"parsed": "Dag [[user:5]]"}, "Dag [[user:5]]"),
        ({"plain": "1 &lt; 2 &amp; klaar"}, "1 < 2 & klaar"),
        ({"rich": "", "parsed": "", "plain": "Alleen dit"}, "Alleen dit"),
        ({"rich": ""}, ""),
    ],
)  # fmt: skip
def test_a_body_is_read_from_the_best_form_there_is(forms: dict[str, str], text: str) -> None:
    assert body(**forms).text == text


def test_a_link_that_is_led_past_a_counter_shows_where_it_goes() -> None:
    led = body(
        rich='<a href="https://www.yammer.com/redirect?url=https%3A%2F%2Fintranet.example%2Fa%3Fb%3D1&amp;x=2">hier</a>'
    )
    assert 'href="https://intranet.example/a?b=1"' in led.html
    other = body(rich='<a href="https://elders.example/?url=https%3A%2F%2Fa.example">hier</a>')
    assert 'href="https://elders.example/' in other.html


def test_polls_praise_and_cards_read_as_text() -> None:
    poll = {"type": "poll", "name": "Wanneer schikt het?", "options": [{"option": "Ochtend", "votes": 4}, "Middag <b>"]}
    praise = {"type": "praise", "praised_user_ids": [36425097217], "comment": "Bedankt & dank"}
    card = {"type": "ymodule", "name": "Rooster", "web_url": "https://intranet.example/rooster"}
    empty = {"rich": "", "plain": ""}
    for hangs, text in (
        (poll, "📊 Wanneer schikt het?\n\n- Ochtend (4)\n- Middag <b>"),
        ({"type": "poll", "poll": {"question": "Eens?", "poll_options": ["Ja", "Nee"]}}, "📊 Eens?\n\n- Ja\n- Nee"),
        (praise, "👏 Sanne de Wit: Bedankt & dank"),
        (card, "Rooster"),
    ):
        assert message({**OPENING, "body": empty, "attachments": [hangs]}).text == text
    assert message({**OPENING, "attachments": [poll]}).attachments == ()


def test_an_announcement_and_a_question_have_the_title_they_were_given() -> None:
    for kind in ("announcement", "question", "een soort die nog niet bestaat"):
        read = message({**OPENING, "message_type": kind, "title": "Nieuw &amp; beter"})
        assert read.title == "Nieuw & beter"
        assert read.text.startswith("Wanneer komt")


@pytest.mark.parametrize("how", [{"system_message": True}, {"system_message": "true"}, {"message_type": "system"}])
def test_what_yammer_says_by_itself_is_nobodys_question(how: dict[str, object]) -> None:
    person = read_message({**OPENING, **how}, REFS, SITE)[0]
    assert isinstance(person, Person)
    assert person.bot
    assert not person.key.endswith(str(USER["id"]))


def test_files_have_names_and_sizes_and_pictures_lie_where_the_token_may_go() -> None:
    picture = {
        "type": "image", "name": "taart.png", "content_type": "image/png", "size": 1234, "web_url": "https://www.yammer.com/x",
        "download_url": "https://tenant.sharepoint.example/taart.png",
        "preview_url": "https://www.yammer.com/api/v1/uploaded_files/7/preview/taart.png",
    }  # fmt: skip
    document = {"type": "file", "name": "rooster.pdf", "size": "3", "web_url": "https://www.yammer.com/files/8",
                "download_url": "https://www.yammer.com/api/v1/uploaded_files/8/download"}  # fmt: skip
    elsewhere = {"type": "image", "name": "ver.jpg", "web_url": "https://tenant.sharepoint.example/ver.jpg"}
    found = message({**OPENING, "attachments": [picture, document, elsewhere, None, {"type": "file"}]}).attachments
    assert found == (
        Attachment("taart.png", "image/png", 1234, picture["preview_url"]),
        Attachment("rooster.pdf", "application/pdf", None, "https://www.yammer.com/files/8"),
        Attachment("ver.jpg", "image/jpeg", None, "https://tenant.sharepoint.example/ver.jpg"),
    )
    assert pictures_in([(one.name, one.mime, one.size_bytes, one.url) for one in found])[0] == picture["preview_url"]


# -- back ----------------------------------------------------------------------------------------------------------------


def test_what_looks_like_a_mention_tells_nobody() -> None:
    assert yammer_text.sendable("Zie [[user:5]] en [[topic:7]]") == "Zie [ [user:5] ] en [ [topic:7] ]"
    assert yammer_text.sendable("  [[niets]] \r\nTwee ") == "[[niets]] \nTwee"


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab 1<>&[]:\n\"'user"), max_size=40))
def test_what_was_sent_is_found_again(text: str) -> None:
    from tests.fakes.yammer_world import World

    try:
        sent = yammer_text.sendable(text)
    except Rejected:
        return
    assert yammer_text.says({"body": World().body(sent)}, REFS.name, text)
