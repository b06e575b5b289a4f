"""What WordPress says, read from rows of any kind, and its addresses and errors; no server."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.adapters.transport import Answer, Http
from console.adapters.typed_address import server_of
from console.adapters.wordpress_api import Api
from console.adapters.wordpress_pulling import streams
from console.adapters.wordpress_reading import Keys, mark_in, marked, read_comment, read_post, signed_in, utc
from console.adapters.wp_rows import number_in, says
from console.adapters.wp_site import with_scheme
from console.domain.conversation import Message, MessageState, Person, Thread
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Unreachable,
)

KEYS = Keys("blog.example")
SITE = "https://blog.example"
COMMENT: Mapping[str, Any] = {
    "id": 412,
    "post": 88,
    "parent": 409,
    "author": 23,
    "author_name": "Sanne de Wit",
    "author_email": "Sanne@Example.test",
    "author_user_agent": "Mozilla/5.0",
    "date_gmt": "2026-11-23T16:34:38",
    "content": {"rendered": "<p>Waarom horen wij dit nu pas?</p>\n", "raw": "Waarom horen wij dit nu pas?"},
    "link": "https://blog.example/2026/11/x/#comment-412",
    "status": "hold",
    "meta": [],
}
POST: Mapping[str, Any] = {
    "id": 88,
    "date_gmt": "2026-11-23T16:00:00",
    "link": "https://blog.example/2026/11/x/",
    "title": {"rendered": "Waarom we &#8217;luisteren&#8217;"},
    "content": {"rendered": "<p>Lees <a href='/meer'>meer</a></p>", "raw": "x", "protected": False},
    "author": 1,
    "status": "publish",
    "comment_status": "open",
    "sticky": True,
    "_embedded": {"author": [{"id": 1, "name": "Ria &amp; Jo"}]},
}


def message_in(row: Any, me: int = 0) -> Message:
    (message,) = [change for change in read_comment(row, KEYS, me, SITE, 7) if isinstance(change, Message)]
    return message


def test_a_comment_is_read_whole() -> None:
    person, message = read_comment(COMMENT, KEYS, 1, SITE)
    assert isinstance(person, Person)
    assert isinstance(message, Message)
    assert (person.key, person.name) == ("wordpress:blog.example:user:23", "Sanne de Wit")
    assert message.key == "wordpress:blog.example:comment:412"
    assert (message.root, message.parent) == (KEYS.post(88), KEYS.comment(409))
    assert (message.state, message.text) == (MessageState.HELD, "Waarom horen wij dit nu pas?")
    assert message.posted_at_ms == 1_795_451_678_000
    assert message.url == f"{SITE}/wp-admin/comment.php?action=editcomment&c=412"
    assert message_in({**COMMENT, "parent": 0}).parent == KEYS.post(88)


@pytest.mark.parametrize(
    ("status", "state"),
    [("approved", "visible"), ("hold", "held"), ("spam", "spam"), ("trash", "deleted"), ("post-trashed", "hidden"),
     ("van-een-plugin", "hidden")],
)  # fmt: skip
def test_every_status_has_a_state(status: str, state: str) -> None:
    assert message_in({**COMMENT, "status": status}).state.value == state


def test_a_guest_is_known_by_address_and_else_by_name() -> None:
    guest = {**COMMENT, "author": 0}
    assert message_in(guest).author == "wordpress:blog.example:mail:sanne@example.test"
    assert message_in({**guest, "author_email": ""}).author == "wordpress:blog.example:name:Sanne de Wit"


def test_a_mark_counts_only_in_what_we_wrote_ourselves() -> None:
    row = {**COMMENT, "author_user_agent": marked("Luisterpost/1.0", "6f1c-0d4e")}
    assert mark_in(row, 23) == "6f1c-0d4e"
    assert mark_in(row, 1) == mark_in(row, 0) == ""


@pytest.mark.parametrize(
    "broken",
    [
        {"status": None}, {"status": ["x"]}, {"date_gmt": None}, {"date_gmt": "0000-00-00T00:00:00"}, {"post": 0},
        {"post": "88"}, {"parent": None}, {"content": None}, {"content": []}, {"content": {"rendered": None, "raw": ""}},
        {"content": "tekst"}, {"id": None}, {"id": "412"}, {"id": -1}, {"date_gmt": 5},
    ],
    ids=str,
)  # fmt: skip
def test_a_broken_comment_is_kept_as_it_came(broken: Mapping[str, Any]) -> None:
    row = {**COMMENT, **broken}
    message = message_in(row)
    assert message.state is MessageState.UNREADABLE
    assert "Sanne de Wit" in message.raw
    assert message.posted_at_ms in {7, 1_795_451_678_000}
    assert message_in(row) == message
    assert message.key


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*COMMENT, "rendered", "raw", "_links", "up", "href"]), inner, max_size=6)
        ),
        max_leaves=12,
    )
)
def test_nothing_wordpress_could_say_breaks_reading(row: Any) -> None:
    assert message_in(row).key
    if isinstance(row, dict):
        assert message_in({**COMMENT, **row}).key


def test_a_post_is_a_thread_with_its_opening() -> None:
    person, thread, message = read_post(POST, KEYS)
    assert isinstance(person, Person)
    assert isinstance(thread, Thread)
    assert isinstance(message, Message)
    assert person.name == "Ria & Jo"
    assert (thread.key, thread.title) == (KEYS.post(88), "Waarom we ’luisteren’")
    assert (thread.locked, thread.pinned) == (False, True)
    assert message.html == '<p>Lees <a href="https://blog.example/meer">meer</a></p>'
    assert message.key == message.root == thread.key


@pytest.mark.parametrize(
    "broken",
    [{"content": None}, {"content": {}}, {"date_gmt": None}, {"status": []}, {"title": None}, {"_embedded": []},
     {"_embedded": {"author": [{"code": "rest_user_invalid_id"}]}}, {"link": None}, {"author": None}],
    ids=str,
)  # fmt: skip
def test_a_broken_post_still_heads_its_comments(broken: Mapping[str, Any]) -> None:
    changes = read_post({**POST, **broken}, KEYS)
    assert [change.key for change in changes if isinstance(change, Thread)] == [KEYS.post(88)]
    (message,) = [change for change in changes if isinstance(change, Message)]
    assert message.key == KEYS.post(88)


def test_a_post_without_a_number_is_no_post() -> None:
    with pytest.raises(BadResponse):
        read_post({**POST, "id": None}, KEYS)


def test_a_row_that_anybody_gets_means_we_are_nobody() -> None:
    signed_in(COMMENT)
    with pytest.raises(AuthExpired):
        signed_in({**COMMENT, "content": {"rendered": "<p>x</p>"}})


def test_what_we_sent_is_recognised_however_it_is_given_back() -> None:
    def row(raw: str, rendered: str = "") -> dict[str, Any]:
        return {"content": {"raw": raw, "rendered": rendered}}

    assert says(row("1 &lt; 2\r\nregel"), "1 < 2\nregel ")
    assert says(row("gefilterd", "<p>1 &lt; 2<br />\nregel</p>"), "1 < 2\nregel")
    assert not says(row("iets anders", "<p>iets anders</p>"), "1 < 2")
    assert not says({}, "x")


def test_keys_tell_which_kind_they_are() -> None:
    assert number_in("wordpress:blog.example:8080/nl:comment:412", "comment") == 412
    assert number_in("wordpress:blog.example:post:88", "comment") == 0
    assert number_in(None, "comment") == number_in("", "post") == 0


def test_moments_are_asked_for_in_utc() -> None:
    assert utc(1_795_451_678_999) == "2026-11-23T16:34:38Z"
    assert utc(-5) == "1970-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("root", "address"),
    [
        ("https://blog.example/wp-json/", ("https://blog.example/wp-json/wp/v2/posts", {})),
        ("https://blog.example/nl/wp-json", ("https://blog.example/nl/wp-json/wp/v2/posts", {})),
        ("https://blog.example/?rest_route=/", ("https://blog.example/", {"rest_route": "/wp/v2/posts"})),
        (
            "https://blog.example/index.php?lang=nl&rest_route=/",
            ("https://blog.example/index.php", {"lang": "nl", "rest_route": "/wp/v2/posts"}),
        ),
    ],
)
def test_both_forms_of_address_are_built(root: str, address: tuple[str, dict[str, str]]) -> None:
    assert Api(Http(), root, lambda: 0).address("/wp/v2/posts") == address


@pytest.mark.parametrize(
    ("typed", "url", "server"),
    [
        ("blog.example", "https://blog.example/", "blog.example"),
        (" https://Blog.Example/nl/ ", "https://Blog.Example/nl/", "blog.example/nl"),
        ("localhost:8080", "http://localhost:8080/", "localhost:8080"),
        ("127.0.0.1:81/blog", "http://127.0.0.1:81/blog", "127.0.0.1:81/blog"),
        ("http://[::1]:8080", "http://[::1]:8080/", "[::1]:8080"),
        ("blog.example:8443/x?y=1#z", "https://blog.example:8443/x?y=1", "blog.example:8443/x"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, url: str, server: str) -> None:
    assert with_scheme(typed) == url
    assert server_of(url) == server


def answer(status: int, body: object, method: str = "POST", **headers: str) -> Answer:
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers, encoded, "https://blog.example/wp-json/wp/v2/comments", safe=method == "GET")


def said(status: int, code: str, method: str = "POST", **data: object) -> Answer:
    return answer(
        status, {"code": code, "message": "Niet &#8217;goed&#8217;", "data": {"status": status, **data}}, method
    )


FORBIDDEN_STATUS = {"status": {"code": "rest_forbidden_status", "data": {"status": 401}}}


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (said(400, "comment_flood"), RateLimited),
        (said(409, "comment_duplicate"), Rejected),
        (said(400, "rest_comment_content_invalid"), Rejected),
        (said(400, "comment_content_column_length"), Rejected),
        (said(400, "rest_invalid_param", "GET"), BadResponse),
        (said(400, "rest_invalid_param"), Rejected),
        (said(400, "rest_invalid_param", "GET", details=FORBIDDEN_STATUS), AuthExpired),
        (said(401, "rest_forbidden_context", "GET"), AuthExpired),
        (said(403, "rest_forbidden_context", "GET"), Forbidden),
        (said(401, "plugin_says_no", "GET"), AuthExpired),
        (said(403, "incorrect_password"), AuthExpired),
        (said(403, "rest_cannot_edit"), Forbidden),
        (said(403, "rest_comment_closed"), Rejected),
        (said(403, "rest_comment_draft_post"), Rejected),
        (said(403, "rest_comment_invalid_post_id"), NotFound),
        (said(404, "rest_comment_invalid_id"), NotFound),
        (said(404, "rest_no_route"), NotFound),
        (said(410, "rest_already_trashed"), NotFound),
        (said(500, "rest_comment_failed_create"), Rejected),
        (said(500, "internal_server_error"), BadResponse),
        (said(429, "too_many"), RateLimited),
        (answer(500, b"<html>Error establishing a database connection"), BadResponse),
        (answer(503, b"<html>Briefly unavailable"), Unreachable),
        (answer(429, b"<html>Slow down"), RateLimited),
        (answer(403, b"<html>Are you human?"), BadResponse),
        (answer(404, b""), BadResponse),
        (answer(400, [1, 2]), BadResponse),
        (answer(400, {"code": 7}), BadResponse),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_every_refusal_becomes_an_error_of_the_family(given: Answer, error: type[PlatformError]) -> None:
    made = Api(Http(), "https://blog.example/wp-json/", lambda: 0).error(given)
    assert type(made) is error
    if given.is_json and isinstance(given.json(), dict) and isinstance(given.json()["code"], str):
        assert made.words == "Niet ’goed’"
        assert made.code == given.json()["code"]


def test_how_often_it_asks_follows_the_settings() -> None:
    usual = {stream.key: stream.every_s for stream in streams({})}
    hasty = {stream.key: stream.every_s for stream in streams({"poll_s": "0.5"})}
    assert usual["comments:all"] == 60
    assert all(hasty[key] * 120 == usual[key] for key in usual)
    assert [stream.key for stream in streams({}) if stream.sweep] == ["sweep", "sweep:whole"]
