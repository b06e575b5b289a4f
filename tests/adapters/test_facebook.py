"""Facebook's own ways, on one that behaves like it: what is read, in how many requests, what is noticed, and limits."""

from __future__ import annotations

import json

import pytest

from console.adapters.budgets import FULL_SHARE, work
from console.adapters.facebook_api import usage_in
from console.adapters.facebook_reading import read_comments, read_post
from console.domain.conversation import Message, MessageState
from console.domain.outbox import Kind
from console.domain.platform import AuthExpired, BadResponse, PlatformError, RateLimited
from console.sentences.shown import error_sentence
from tests.adapters.page import OurPage, facebook, page
from tests.adapters.test_facebook_contract import key_of_said
from tests.fakes.facebook import PAGE_TOKEN, Facebook
from tests.fakes.facebook_world import PAGE

__all__ = ["facebook", "page"]
DAY_S = 86_400


async def test_the_newest_of_a_page_is_there_in_one_request_and_the_history_comes_behind(
    facebook: Facebook, page: OurPage
) -> None:
    for number in range(60):
        post = facebook.post("sanne", f"Vraag {number}")
        facebook.comment("joris", post.id, f"Antwoord {number}")
    made = page.adapter()
    first = await made.pull(made.streams()[0], None)
    page.shelf.apply(first)
    await made.close()
    assert len(facebook.asked) == 1
    assert not first.more
    assert len(page.shelf.threads) == 25
    assert page.of(post).text == "Vraag 59"
    assert "Antwoord 59" in page.texts()
    await page.catch_up("sweep")
    assert len(page.shelf.messages) == 120


async def test_a_quiet_round_is_one_request_and_brings_nothing(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    for number in range(60):
        facebook.comment("joris", post.id, f"Antwoord {number}")
    await page.catch_up()
    facebook.tick(61)
    made = page.adapter()
    quiet = await made.pull(made.streams()[0], page.shelf.cursors["posts"])
    await made.close()
    assert (quiet.changes, quiet.more) == ((), False)


async def test_news_stops_at_what_is_known(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    for number in range(300):
        facebook.comment("joris", post.id, f"Antwoord {number}")
    await page.catch_up()
    assert len(page.shelf.messages) == 301
    facebook.tick(61)
    late = facebook.comment("joris", post.id, "Nog een")
    assert await page.catch_up("posts") == 1
    assert page.of(late).text == "Nog een"
    facebook.tick(61)
    for number in range(60):
        facebook.comment("joris", post.id, f"Later {number}")
    assert await page.catch_up("posts") == 2, "the list, and one page of comments that reaches what is known"
    assert len(page.shelf.messages) == 362


async def test_many_posts_in_a_minute_are_walked_back_to_what_is_known(facebook: Facebook, page: OurPage) -> None:
    facebook.post("sanne", "Eerder")
    await page.catch_up()
    facebook.tick(61)
    for number in range(70):
        facebook.post("sanne", f"Vraag {number}")
    await page.catch_up("posts")
    assert len(page.shelf.messages) == 71


async def test_what_is_older_than_the_connection_counts_stays_away(facebook: Facebook, page: OurPage) -> None:
    page.since_ms = facebook.now_ms() - 10 * DAY_S * 1000
    old = facebook.post("sanne", "Lang geleden", at_s=facebook.at_s - 11 * DAY_S)
    new = facebook.post("sanne", "Pas geleden", at_s=facebook.at_s - 9 * DAY_S)
    await page.catch_up()
    assert key_of_said(new) in page.shelf.messages
    assert key_of_said(old) not in page.shelf.messages


async def test_the_number_of_comments_reveals_what_nobody_announces(facebook: Facebook, page: OurPage) -> None:
    """A comment far below the newest ones is removed, and another one comes: the number of comments stays as it was."""
    post = facebook.post("sanne", "Vraag")
    said = [facebook.comment("joris", post.id, f"Antwoord {number}") for number in range(150)]
    await page.catch_up()
    await page.catch_up("posts")
    facebook.tick(61)
    facebook.drop(said[20].id)
    facebook.comment("joris", post.id, "Erbij")
    await page.catch_up("posts")
    assert page.gone() == {key_of_said(said[20])}
    assert len(page.shelf.messages) == 151


async def test_a_hidden_and_an_edited_comment_among_the_newest_are_seen_in_the_next_round(
    facebook: Facebook, page: OurPage
) -> None:
    post = facebook.post("sanne", "Vraag")
    bad, typo = facebook.comment("joris", post.id, "Scheldwoord"), facebook.comment("joris", post.id, "Morgne")
    await page.catch_up()
    facebook.tick(61)
    bad.hidden = True
    facebook.edit(typo.id, "Morgen")
    assert await page.catch_up("posts") == 1
    assert page.of(bad).state is MessageState.HIDDEN
    assert page.of(typo).text == "Morgen"


async def test_a_post_that_is_gone_goes_with_its_comments_and_a_blind_token_removes_nothing(
    facebook: Facebook, page: OurPage
) -> None:
    post, other = facebook.post("sanne", "Straks weg"), facebook.post("sanne", "Blijft")
    said = facebook.comment("joris", post.id, "Antwoord")
    await page.catch_up()
    facebook.drop(post.id)
    facebook.blind = True  # whatever is asked for by number, Facebook says that it isn't there or not for us
    await page.catch_up()
    assert not page.gone()
    facebook.blind = False
    await page.catch_up()
    assert page.gone() == {key_of_said(post), key_of_said(said)}
    assert key_of_said(other) in page.shelf.messages


async def test_a_place_in_a_list_that_facebook_forgot_begins_anew(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    for number in range(250):
        facebook.comment("joris", post.id, f"Antwoord {number}")
    made = page.adapter()
    first = await made.pull(made.streams()[0], None)
    page.shelf.apply(first)
    assert first.more
    facebook.forgets_cursors = True
    second = await made.pull(made.streams()[0], first.cursor)
    assert second.changes == ()
    facebook.forgets_cursors = False
    page.shelf.cursors["posts"] = second.cursor
    await page.shelf.catch_up(made, "posts")
    await made.close()
    assert len(page.shelf.messages) == 251


async def test_a_page_that_is_too_much_at_once_is_asked_for_in_smaller_ones(facebook: Facebook, page: OurPage) -> None:
    facebook.most = 6
    for number in range(30):
        facebook.post("sanne", f"Vraag {number}")
    await page.catch_up()
    assert len(page.shelf.messages) == 30


async def test_the_address_of_a_next_page_with_its_token_is_kept_nowhere(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    for number in range(150):
        facebook.comment("joris", post.id, f"Antwoord {number}")
    facebook.broken = lambda row: {**row, "created_time": 5} if row["id"] == post.id else row
    made = page.adapter()
    pages = [await made.pull(stream, None) for stream in made.streams()]
    await made.close()
    assert any(isinstance(one, Message) and one.raw for one in pages[0].changes)
    for one in pages:
        assert PAGE_TOKEN not in json.dumps([one.cursor, [repr(change) for change in one.changes]])


async def test_who_is_not_named_is_nobody_in_particular(facebook: Facebook, page: OurPage) -> None:
    facebook.nameless = True
    post = facebook.post("sanne", "Vraag")
    ours = facebook.comment("us", post.id, "Antwoord van de Pagina")
    await page.catch_up()
    assert page.shelf.people[page.of(post).author].name == ""
    assert page.shelf.people[page.of(ours).author].name == "Ons bedrijf"


# -- limits and errors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "share", "regain_s"),
    [
        ({"x-app-usage": '{"call_count": 28, "total_time": 80, "total_cputime": 25}'}, 0.8, 0),
        ({"x-page-usage": '{"call_count": 96}'}, 0.96, 0),
        ({"x-business-use-case-usage": '{"1029": [{"type": "pages", "call_count": 100, "total_cputime": 1, "total_time": 1,'
          ' "estimated_time_to_regain_access": 7}]}'}, 1.0, 420),
        ({"x-app-usage": "{"}, 0, 0),
        ({"x-app-usage": '{"call_count": "veel"}', "x-page-usage": "[1]"}, 0, 0),
        ({}, 0, 0),
    ],
)  # fmt: skip
def test_what_is_used_up_is_read_from_every_header(header: dict[str, str], share: float, regain_s: float) -> None:
    assert usage_in(header) == (share, regain_s)


async def test_pulling_rests_when_nearly_all_is_used_up_and_replies_still_leave(
    facebook: Facebook, page: OurPage
) -> None:
    post = facebook.post("sanne", "Vraag")
    facebook.usage = {"x-app-usage": {"call_count": FULL_SHARE * 100, "total_time": 1, "total_cputime": 1}}
    made = page.adapter()
    page.shelf.apply(await made.pull(made.streams()[0], None))
    with pytest.raises(RateLimited) as limited:
        await made.pull(made.streams()[1], None)
    assert limited.value.retry_after_s == pytest.approx(300)
    await made.close()
    with work("deliver"):
        await page.do(Kind.REPLY, post, "Toch een antwoord")
    assert [one.message for one in facebook.under(post.id)] == ["Toch een antwoord"]


async def test_how_long_facebook_wants_nothing_is_kept_to(facebook: Facebook, page: OurPage) -> None:
    facebook.post("sanne", "Vraag")
    used = [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 5}]
    facebook.usage = {"x-business-use-case-usage": {PAGE: used}}
    facebook.limit = 80001
    made = page.adapter()
    with pytest.raises(RateLimited) as limited:
        await made.pull(made.streams()[0], None)
    assert limited.value.retry_after_s == pytest.approx(300)
    facebook.limit, facebook.usage = 0, {}
    asked = len(facebook.asked)
    with pytest.raises(RateLimited):
        await made.pull(made.streams()[0], None)
    assert len(facebook.asked) == asked, "nothing is asked before that"
    await page.clock.advance(301)
    page.shelf.apply(await made.pull(made.streams()[0], None))
    assert page.texts() == {"Vraag"}
    await made.close()


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001])
async def test_every_limit_asks_to_wait(facebook: Facebook, page: OurPage, code: int) -> None:
    facebook.limit = code
    with pytest.raises(RateLimited):
        await page.catch_up()


@pytest.mark.parametrize(
    ("subcode", "words"),
    [(463, "The token has ended"), (460, "changed their password"), (458, "app was removed"), (467, "new token")],
)
async def test_a_token_that_no_longer_works_says_why(
    facebook: Facebook, page: OurPage, subcode: int, words: str
) -> None:
    facebook.ended = subcode
    with pytest.raises(AuthExpired) as caught:
        await page.catch_up()
    said = error_sentence("AuthExpired", "facebook", caught.value.words, caught.value.code)
    assert words in said
    assert "no longer lets us in" in said


async def test_a_version_that_facebook_no_longer_answers_is_said(facebook: Facebook, page: OurPage) -> None:
    page.settings["version"] = "v99.0"
    with pytest.raises(BadResponse) as caught:
        await page.catch_up()
    assert not caught.value.maybe_sent
    assert "--set version" in error_sentence("BadResponse", "facebook", "", caught.value.code)


@pytest.mark.parametrize(
    "row", [None, 5, "x", [], {}, {"id": "../x"}, {"id": 7}, {"id": "1_2", "created_time": "morgen"}]
)
def test_any_broken_row_is_kept_and_stops_nothing(row: object) -> None:
    for change in (*read_comments([row], "1029_7", PAGE), *read_post(row, PAGE)):
        if isinstance(change, Message):
            assert change.state is MessageState.UNREADABLE
            assert change.raw


async def test_the_family_alone_leaves_whatever_facebook_answers(facebook: Facebook, page: OurPage) -> None:
    facebook.post("sanne", "Vraag")
    for answer in (5, [], {}, {"data": 5}, {"error": 5}, {"error": {"code": "x"}}, {"data": [{"id": 1}]}, None):
        facebook.twist = lambda _answer, answer=answer: answer
        try:
            await page.catch_up()
        except PlatformError:
            continue
