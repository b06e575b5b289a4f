"""What a conversation on a Page of LinkedIn began with, fetched by its key: in few requests, or with its reason."""

from __future__ import annotations

import pytest

from console.adapters import linkedin_pulling
from console.adapters.contract import FetchedThread, Lacking
from console.adapters.linkedin_reading import Home, post_key
from console.domain.conversation import ThreadKey
from console.domain.platform import AuthExpired, Forbidden, NotFound, Page, PlatformError, RateLimited
from tests.adapters.organisation import OurPage, linkedin, page
from tests.fakes.linkedin import PAGE, LinkedIn, Post, Refused

__all__ = ["linkedin", "page"]
YEAR_MS = 365 * 86_400_000


async def fetched(page: OurPage, post: Post, most: int = 2000) -> FetchedThread:
    page.linkedin.asked.clear()
    made = page.adapter()
    try:
        found = await made.fetch_thread(Lacking(ThreadKey(post_key(post.urn)), Home(PAGE).space), most)
    finally:
        await made.close()
    page.shelf.apply(Page(found.changes, {}))
    return found


def old_post(page: OurPage, comments: int) -> Post:
    """A post of a year ago with so many comments; what is collected began later."""
    post = page.linkedin.post("Zo begon het")
    for number in range(comments):
        page.linkedin.comment("Ab3dE", post.number, f"Toen {number}")
    page.since_ms = page.linkedin.tick(YEAR_MS)
    return post


async def test_it_comes_with_a_request_for_each_page_and_for_each_comment_that_was_answered(
    linkedin: LinkedIn, page: OurPage
) -> None:
    post = old_post(page, 60)
    linkedin.comment("Xy9", post.number, "Daaronder", linkedin.under(post.number)[3].number)
    await page.catch_up()
    assert page.texts() == set(), "it is too old to be collected"
    post.closed = True
    assert (await fetched(page, post)).whole
    assert page.texts() == {"Zo begon het", "Daaronder", *(f"Toen {number}" for number in range(60))}
    assert page.shelf.threads[ThreadKey(post_key(post.urn))].locked
    assert len(linkedin.asked) == 2 + 2 + 1


async def test_a_post_without_comments_is_two_requests(linkedin: LinkedIn, page: OurPage) -> None:
    assert (await fetched(page, old_post(page, 0))).whole
    assert (page.texts(), len(linkedin.asked)) == ({"Zo begon het"}, 2)


async def test_it_costs_no_more_than_is_asked_for_or_than_a_day_can_spare(
    linkedin: LinkedIn, page: OurPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = old_post(page, 120)
    assert not (await fetched(page, post, most=50)).whole
    assert (len(page.texts()), len(linkedin.asked)) == (51, 3)
    monkeypatch.setattr(linkedin_pulling, "MOST_PAGES", 2)
    assert not (await fetched(page, post)).whole
    assert len(linkedin.asked) == 4


async def test_a_post_that_moved_again_is_read_whole_by_the_round_and_asked_for_no_more(
    linkedin: LinkedIn, page: OurPage
) -> None:
    post = old_post(page, 3)
    linkedin.edit(post.number, "Zo begon het dus")
    made = page.adapter()
    news = made.streams()[0]
    found = await made.pull(news, None)
    assert not found.whole, "its comments are still to come"
    assert (await made.pull(news, found.cursor)).whole == {ThreadKey(post_key(post.urn))}
    await made.close()


@pytest.mark.parametrize(
    ("hinders", "error", "asked"),
    [
        ("gone", NotFound, 1),
        ("closed", Forbidden, 1),
        ("comments closed", Forbidden, 3),
        ("spent", RateLimited, 1),
        ("ended", AuthExpired, 1),
    ],
)
async def test_one_that_cannot_be_had_says_why(
    linkedin: LinkedIn,
    page: OurPage,
    monkeypatch: pytest.MonkeyPatch,
    hinders: str,
    error: type[PlatformError],
    asked: int,
) -> None:
    post = old_post(page, 1)

    def refuses(*_args: object) -> object:
        raise Refused(403, "ACCESS_DENIED", "Not enough permissions to access: r_organization_social")

    match hinders:
        case "gone":
            linkedin.drop(post.number)
        case "closed":
            monkeypatch.setattr(linkedin, "post_row", refuses)
        case "comments closed":
            monkeypatch.setattr(linkedin, "row", refuses)
        case "spent":
            linkedin.spent = True
        case "ended":
            linkedin.ended = "EXPIRED_ACCESS_TOKEN"
    with pytest.raises(error):
        await fetched(page, post)
    assert len(linkedin.asked) == asked
