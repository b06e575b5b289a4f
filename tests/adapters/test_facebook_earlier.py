"""What a conversation on a Page of Facebook began with, fetched by its key: in few requests, or with its reason."""

from __future__ import annotations

import pytest

from console.adapters import facebook_pulling
from console.adapters.by_hand import ELSEWHERE, by_hand
from console.adapters.contract import FetchedThread, Lacking
from console.adapters.facebook_reading import post_key, space_key
from console.domain.conversation import ThreadKey
from console.domain.platform import AuthExpired, NotFound, Page, PlatformError, RateLimited, Way
from console.sentences.road import before_words
from tests.adapters.page import OurPage, facebook, page
from tests.fakes.facebook import Facebook
from tests.fakes.facebook_world import PAGE, Said

__all__ = ["facebook", "page"]
YEAR_S = 365 * 86_400


async def fetched(page: OurPage, post: Said, most: int = 2000) -> FetchedThread:
    page.facebook.asked.clear()
    made = page.adapter()
    try:
        found = await made.fetch_thread(Lacking(ThreadKey(post_key(post.id)), space_key(PAGE)), most)
    finally:
        await made.close()
    page.shelf.apply(Page(found.changes, {}))
    return found


def old_post(page: OurPage, comments: int) -> Said:
    """A post of a year ago with so many comments; what is collected began later."""
    post = page.facebook.post("sanne", "Zo begon het")
    for number in range(comments):
        page.facebook.comment("joris", post.id, f"Toen {number}")
    page.since_ms = page.facebook.tick(YEAR_S) * 1000
    return post


async def test_it_comes_in_one_request_where_a_page_holds_it(facebook: Facebook, page: OurPage) -> None:
    post = old_post(page, 24)
    facebook.comment("sanne", post.id, "Dat ook", facebook.under(post.id)[0].id)
    await page.catch_up()
    assert page.texts() == set(), "it is too old to be collected"
    assert (await fetched(page, post)).whole
    assert page.texts() == {"Zo begon het", "Dat ook", *(f"Toen {number}" for number in range(24))}
    assert len(facebook.asked) == 1


async def test_a_longer_one_is_read_from_its_beginning_and_no_further_than_asked(
    facebook: Facebook, page: OurPage
) -> None:
    post = old_post(page, 250)
    assert (await fetched(page, post)).whole
    assert (len(page.texts()), len(facebook.asked)) == (251, 4)
    page.shelf.messages.clear()
    assert not (await fetched(page, post, most=100)).whole
    assert page.texts() == {"Zo begon het", *(f"Toen {number}" for number in range(100))}
    assert len(facebook.asked) == 2


async def test_pages_without_an_end_are_not_turned_for_ever(page: OurPage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facebook_pulling, "MOST_PAGES", 2)
    assert not (await fetched(page, old_post(page, 250))).whole
    assert len(page.facebook.asked) == 3


@pytest.mark.parametrize(
    ("hinders", "error"),
    [("gone", NotFound), ("not_ours", NotFound), ("limit", RateLimited), ("ended", AuthExpired)],
)
async def test_one_that_cannot_be_had_says_why(page: OurPage, hinders: str, error: type[PlatformError]) -> None:
    post = old_post(page, 1)
    match hinders:
        case "gone":
            page.facebook.drop(post.id)
        case "not_ours":  # Facebook tells that no otherwise
            page.facebook.blind = True
        case "limit":
            page.facebook.limit = 4
        case "ended":
            page.facebook.ended = 463
    with pytest.raises(error):
        await fetched(page, post)
    assert len(page.facebook.asked) == 1


@pytest.mark.parametrize("platform", sorted(ELSEWHERE))
def test_of_a_closed_group_the_place_says_that_nothing_older_can_be_fetched(platform: str) -> None:
    able = by_hand(platform).way("threads_in") is Way.API
    assert "nothing older can be fetched" in before_words("before", can_be_fetched=able)
