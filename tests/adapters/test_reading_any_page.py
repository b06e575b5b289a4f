"""What Facebook and LinkedIn say of a Page is read whatever it is: nothing but values comes out, harmless and in bounded work."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters import facebook_api, facebook_reading, linkedin_reading
from console.adapters.linkedin_text import plain_of
from console.adapters.markup import Body
from console.domain.conversation import Change, Message, Person, Thread
from tests.adapters.test_markup import is_safe
from tests.adapters.test_reading_anything import JSON

POST: dict[str, Any] = {
    "id": "1029_7", "message": "Dag", "created_time": "2026-11-23T08:12:10+0000", "from": {"id": "5", "name": "Sanne"},
    "permalink_url": "https://www.facebook.com/1029", "is_hidden": False, "attachments": {"data": [{"title": "x"}]},
    "reactions": {"summary": {"total_count": 2}}, "parent": {"id": "7_8"}, "like_count": 1, "attachment": {"type": "photo"},
    "comments": {"data": [], "paging": {"cursors": {"after": "x"}, "next": "https://x"}, "summary": {"total_count": 3}},
}  # fmt: skip
SHARE: dict[str, Any] = {
    "id": "urn:li:share:7", "author": "urn:li:organization:77", "commentary": "Dag", "createdAt": 1_795_510_800_000,
    "lastModifiedAt": 1_795_510_800_001, "lifecycleStateInfo": {"isEditedByAuthor": True}, "content": {"media": {"title": "x"}},
}  # fmt: skip
COMMENT: dict[str, Any] = {
    "id": "7412", "commentUrn": "urn:li:comment:(urn:li:activity:7124,7412)", "actor": "urn:li:person:Ab3dE",
    "created": {"time": 1_795_510_800_000}, "lastModified": {"time": 1_795_510_800_001}, "message": {"text": "Dag"},
    "likesSummary": {"totalLikes": 2}, "commentsSummary": {"totalFirstLevelComments": 1},
}  # fmt: skip
NUMBERS: dict[str, Any] = {
    "commentsState": "CLOSED", "commentSummary": {"count": 3}, "reactionSummaries": {"LIKE": {"count": 2}},
}  # fmt: skip
HOME = linkedin_reading.Home("77", "Ons bedrijf")


def spoilt(row: dict[str, Any]) -> st.SearchStrategy[Any]:
    """The row with some of its fields replaced by anything, or anything at all."""
    return st.dictionaries(st.sampled_from(sorted(row)), JSON, max_size=4).map(lambda odd: {**row, **odd}) | JSON


def look_at(changes: list[Change]) -> None:
    for change in changes:
        assert isinstance(change, Message | Person | Thread)
        if isinstance(change, Message):
            is_safe(Body(change.html, change.text))
            assert change.posted_at_ms >= 0
            assert isinstance(change.url, str)


@settings(max_examples=150, deadline=None)
@given(spoilt(POST))
def test_any_row_of_facebook_is_read(row: Any) -> None:
    look_at(facebook_reading.read_post(row, "1029"))
    look_at(facebook_reading.read_comments([row], "1029_7", "1029"))
    facebook_reading.read_space(row, "1029")
    facebook_api.listing_in(row)


@settings(max_examples=150, deadline=None)
@given(spoilt(SHARE), spoilt(COMMENT), spoilt(NUMBERS))
def test_any_row_of_linkedin_is_read(share: Any, comment: Any, numbers: Any) -> None:
    look_at(linkedin_reading.read_post(share, numbers, HOME))
    look_at(linkedin_reading.read_comments([comment, share], "urn:li:share:7", HOME))
    linkedin_reading.read_space(share, "77")
    linkedin_reading.comments_of(numbers)
    linkedin_reading.urn_of(comment)


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="@[](){}|\\#hastg_ax", max_size=60))
def test_any_little_text_is_read(text: str) -> None:
    assert len(plain_of(text)) <= len(text)


@given(
    st.dictionaries(st.sampled_from(["x-app-usage", "x-page-usage", "x-business-use-case-usage"]), st.text(max_size=40))
)
def test_any_header_of_usage_is_read(headers: dict[str, str]) -> None:
    share, regain_s = facebook_api.usage_in(headers)
    assert share >= 0
    assert regain_s >= 0
