"""What BuddyPress says, read from rows of any kind; no server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from console.domain.conversation import Message, MessageState, Thread

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
