"""LinkedIn's own ways, on one that behaves like it: what is read, in how many requests, what is done, tokens and limits."""

from __future__ import annotations

import json

import pytest

from console.adapters.linkedin_reading import Home, read_comments, read_post
from console.adapters.linkedin_text import plain_of
from console.domain.conversation import Message, MessageState
from console.domain.outbox import Kind
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Sighting,
    Way,
)
from console.sentences.shown import error_sentence
from tests.adapters.organisation import OurPage, linkedin, page
from tests.adapters.test_linkedin_contract import key_of_said
from tests.fakes.linkedin import APP, PAGE, REFRESH, TOKEN, LinkedIn

__all__ = ["linkedin", "page"]
DAY_MS = 86_400_000


# -- in ------------------------------------------------------------------------------------------------------------------


async def test_the_newest_of_a_page_is_there_in_two_requests_and_its_comments_come_behind(
    linkedin: LinkedIn, page: OurPage
) -> None:
    for number in range(80):
        post = linkedin.post(f"Vraag {number}")
        linkedin.comment("Ab3dE", post.number, f"Antwoord {number}")
    made = page.adapter()
    first = await made.pull(made.streams()[0], None)
    page.shelf.apply(first)
    await made.close()
    assert len(linkedin.asked) == 2
    assert len(page.shelf.threads) == 50
    assert first.more
    await page.catch_up()
    assert len(page.shelf.messages) == 160


async def test_a_quiet_round_is_two_requests_and_brings_nothing(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Vraag")
    for number in range(60):
        linkedin.comment("Ab3dE", post.number, f"Antwoord {number}")
    await page.catch_up()
    made = page.adapter()
    asked = len(linkedin.asked)
    quiet = await made.pull(made.streams()[0], page.shelf.cursors["posts"])
    await made.close()
    assert (quiet.changes, quiet.more, len(linkedin.asked) - asked) == ((), False, 2)


async def test_only_a_conversation_whose_number_of_comments_moved_is_read_again(
    linkedin: LinkedIn, page: OurPage
) -> None:
    posts = [linkedin.post(f"Vraag {number}") for number in range(5)]
    said = [linkedin.comment("Ab3dE", post.number, "Antwoord") for post in posts]
    answer = linkedin.comment("Xy9", posts[2].number, "Daaronder", said[2].number)
    await page.catch_up()
    assert page.of(answer).parent == key_of_said(said[2])
    linkedin.drop(answer.number)
    new = linkedin.comment("Xy9", posts[1].number, "Nieuw")
    asked = await page.catch_up("posts")
    assert asked == 2 + 2 + 1 + 2, "the list and the numbers, two conversations, what answered one, and what went there"
    assert page.of(new).text == "Nieuw"
    assert page.shelf.gone == {key_of_said(answer)}


async def test_an_edited_comment_and_a_removed_post_are_found_by_the_sweep(linkedin: LinkedIn, page: OurPage) -> None:
    post, gone = linkedin.post("Vraag"), linkedin.post("Straks weg")
    typo, under = linkedin.comment("Ab3dE", post.number, "Morgne"), linkedin.comment("Ab3dE", gone.number, "Onder")
    await page.catch_up()
    linkedin.edit(typo.number, "Morgen")
    linkedin.drop(gone.number)
    await page.catch_up()
    assert page.of(typo).text == "Morgen"
    assert page.of(typo).edited_at_ms == typo.changed_ms
    assert page.shelf.gone == {key_of_said(gone), key_of_said(under)}


async def test_what_is_older_than_the_connection_counts_stays_away(linkedin: LinkedIn, page: OurPage) -> None:
    page.since_ms = linkedin.now_ms() - 10 * DAY_MS
    old = linkedin.post("Lang geleden", at_ms=linkedin.now_ms() - 11 * DAY_MS)
    new = linkedin.post("Pas geleden", at_ms=linkedin.now_ms() - 9 * DAY_MS)
    await page.catch_up()
    assert key_of_said(new) in page.shelf.messages
    assert key_of_said(old) not in page.shelf.messages


async def test_a_closed_post_is_locked_and_its_reactions_are_counted(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Nieuws")
    await page.catch_up()
    post.closed, post.likes = True, 3
    await page.catch_up("posts")
    (thread,) = page.shelf.threads.values()
    assert thread.locked
    assert page.of(post).reactions == (("👍", 3),)


async def test_members_have_no_names_but_stay_apart_and_the_page_has_its_own(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Nieuws")
    said = [linkedin.comment(who, post.number, "Hoi") for who in ("Ab3dE", "Xy9", "us")]
    await page.catch_up()
    names = [page.shelf.people[page.of(one).author].name for one in (post, *said)]
    assert names == ["Ons bedrijf", "LinkedIn Ab3dE", "LinkedIn Xy9", "Ons bedrijf"]


@pytest.mark.parametrize(
    ("little", "plain"),
    [
        (r"Dag \(allemaal\) \# 5\_000", "Dag (allemaal) # 5_000"),
        (r"Kijk @[Ons bedrijf](urn:li:organization:77) en {hashtag|\#|rooster}", "Kijk Ons bedrijf en #rooster"),
        ("@[half", "@[half"),
        ("{hashtag|", "{hashtag|"),
        ("\\", "\\"),
        ("", ""),
    ],
)
def test_little_text_is_read_as_people_see_it(little: str, plain: str) -> None:
    assert plain_of(little) == plain


@pytest.mark.parametrize(
    "row",
    [None, 5, "x", [], {}, {"id": "../x"}, {"id": 7}, {"id": "urn:li:share:1", "author": 5}, {"id": "9", "actor": "x"}],
)
def test_any_broken_row_is_kept_and_stops_nothing(row: object) -> None:
    home = Home(PAGE)
    for change in (*read_comments([row], "urn:li:share:7", home), *read_post(row, None, home)):
        if isinstance(change, Message):
            assert change.state is MessageState.UNREADABLE
            assert change.raw


async def test_the_family_alone_leaves_whatever_linkedin_answers(linkedin: LinkedIn, page: OurPage) -> None:
    linkedin.post("Vraag")
    for answer in (5, [], {}, {"elements": 5}, {"message": 5, "status": 500}, {"elements": [{"id": 1}]}, None):
        linkedin.twist = lambda _answer, answer=answer: answer
        try:
            await page.catch_up()
        except PlatformError:
            continue


# -- back ----------------------------------------------------------------------------------------------------------------


async def sentence(page: OurPage, *what: object) -> str:
    """What a person reads when something isn't done."""
    with pytest.raises(PlatformError) as caught:
        await page.do(*what)  # type: ignore[arg-type]
    return error_sentence(type(caught.value).__name__, "linkedin", caught.value.words, caught.value.code)


@pytest.mark.parametrize("bare", [False, True])
async def test_an_answer_to_an_answer_stands_under_the_same_comment(
    linkedin: LinkedIn, page: OurPage, bare: bool
) -> None:
    linkedin.bare = bare
    post = linkedin.post("Vraag")
    first = linkedin.comment("Ab3dE", post.number, "Een")
    second = linkedin.comment("Xy9", post.number, "Twee", first.number)
    done = await page.do(Kind.REPLY, second, "Drie")
    said = linkedin.under(post.number)[-1]
    assert (said.text, said.parent, done.message) == ("Drie", first.number, key_of_said(said))
    assert (await page.look(Kind.REPLY, second, "Drie")).message == done.message
    assert bool(done.changes) is not bare
    await page.do(Kind.EDIT, said, "Drie en een half")
    assert said.text == "Drie en een half"
    await page.do(Kind.DELETE, said)
    assert said.number not in linkedin.comments


async def test_of_two_with_the_same_words_a_person_says_which(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Vraag")
    one, _other = [await page.do(Kind.REPLY, post, "Dank je wel!") for _twice in range(2)]
    assert (await page.look(Kind.REPLY, post, "Dank je wel!")).sighting is Sighting.UNCLEAR
    found = await page.look(Kind.REPLY, post, "Dank je wel!", matched=frozenset({one.message}))
    assert found.sighting is Sighting.SEEN
    linkedin.tick(DAY_MS)
    assert (await page.look(Kind.REPLY, post, "Dank je wel!")).sighting is Sighting.ABSENT


async def test_only_our_own_comments_are_edited_and_posts_by_hand(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Nieuws")
    theirs = linkedin.comment("Ab3dE", post.number, "Van een ander")
    with pytest.raises(Forbidden):
        await page.do(Kind.EDIT, theirs, "Anders")
    assert "Open it there" in await sentence(page, Kind.EDIT, post, "Anders")
    await page.do(Kind.DELETE, post)
    assert not linkedin.posts


async def test_what_is_gone_is_removed_already_and_answered_by_nobody(linkedin: LinkedIn, page: OurPage) -> None:
    said = linkedin.comment("Ab3dE", linkedin.post("Vraag").number, "Weg")
    linkedin.drop(said.number)
    await page.do(Kind.DELETE, said)
    assert (await page.look(Kind.DELETE, said)).sighting is Sighting.SEEN
    with pytest.raises(NotFound):
        await page.do(Kind.REPLY, said, "Antwoord")
    assert (await page.look(Kind.REPLY, said, "Antwoord")).sighting is Sighting.UNCLEAR


async def test_two_changes_that_met_are_tried_again_and_a_double_is_refused(linkedin: LinkedIn, page: OurPage) -> None:
    post = linkedin.post("Vraag")
    linkedin.conflicts = 1
    with pytest.raises(BadResponse) as caught:
        await page.do(Kind.REPLY, post, "Antwoord")
    assert not caught.value.maybe_sent
    await page.do(Kind.REPLY, post, "Antwoord")
    assert [one.text for one in linkedin.under(post.number)] == ["Antwoord"]
    error = {
        "status": 422,
        "message": "Content is a duplicate of urn:li:comment:(urn:li:activity:1,2)",
        "code": "DUPLICATE",
    }
    linkedin.instead = lambda asked: (
        (422, "application/json", json.dumps(error).encode()) if asked.method == "POST" else None
    )
    with pytest.raises(Rejected):
        await page.do(Kind.REPLY, post, "Antwoord")
    assert "takes no text twice" in await sentence(page, Kind.REPLY, post, "Antwoord")


async def test_a_post_on_which_nobody_may_comment_and_one_that_is_gone_say_so(
    linkedin: LinkedIn, page: OurPage
) -> None:
    post = linkedin.post("Nieuws")
    post.closed = True
    assert "This conversation is locked on LinkedIn" in await sentence(page, Kind.REPLY, post, "Antwoord")
    linkedin.drop(post.number)
    assert "can't be found on LinkedIn" in await sentence(page, Kind.REPLY, post, "Antwoord")


async def test_a_role_that_only_reads_answers_by_hand(page: OurPage) -> None:
    page.settings["may"] = ""
    made = page.adapter()
    assert {made.capabilities().way(kind) for kind in ("reply", "edit", "delete")} == {Way.HANDOFF}
    assert made.capabilities().way("read") is Way.API
    await made.close()


# -- limits, versions and tokens -----------------------------------------------------------------------------------------


async def test_what_is_spent_for_today_waits_until_midnight_and_says_until_when(
    linkedin: LinkedIn, page: OurPage
) -> None:
    linkedin.retry_after = ""
    linkedin.spent = True
    with pytest.raises(RateLimited) as limited:
        await page.catch_up()
    assert (linkedin.now_ms() + limited.value.retry_after_s * 1000) % DAY_MS == pytest.approx(0, abs=2000)
    asked = len(linkedin.asked)
    linkedin.spent = False
    with pytest.raises(RateLimited):
        await page.catch_up()
    assert len(linkedin.asked) == asked, "nothing is asked before that"


async def test_a_version_that_ended_is_said_and_another_can_be_given(linkedin: LinkedIn, page: OurPage) -> None:
    page.settings["version"] = "202401"
    with pytest.raises(BadResponse) as caught:
        await page.catch_up()
    assert not caught.value.maybe_sent
    assert "--set version" in error_sentence("BadResponse", "linkedin", "", caught.value.code)
    page.settings["version"] = "202610"
    linkedin.post("Vraag")
    await page.catch_up()
    assert page.texts() == {"Vraag"}


@pytest.mark.parametrize(
    ("ended", "words"),
    [
        ("EXPIRED_ACCESS_TOKEN", "The token has ended"),
        ("REVOKED_ACCESS_TOKEN", "withdrew the token"),
        ("OTHER", "with a new token"),
    ],
)
async def test_a_token_that_no_longer_works_says_why(linkedin: LinkedIn, page: OurPage, ended: str, words: str) -> None:
    linkedin.ended = ended
    with pytest.raises(AuthExpired) as caught:
        await page.catch_up()
    said = error_sentence("AuthExpired", "linkedin", caught.value.words, caught.value.code)
    assert words in said
    assert "no longer lets us in" in said


async def test_a_token_with_its_app_is_renewed_and_kept_and_the_reply_leaves_once(
    linkedin: LinkedIn, page: OurPage
) -> None:
    page.settings["client_id"] = APP["client_id"]
    page.secrets = {"token": TOKEN, "refresh_token": REFRESH, "client_secret": APP["client_secret"]}
    post = linkedin.post("Vraag")
    linkedin.ended = "EXPIRED_ACCESS_TOKEN"
    await page.do(Kind.REPLY, post, "Antwoord")
    assert [one.text for one in linkedin.under(post.number)] == ["Antwoord"]
    assert page.kept == {"token": linkedin.token, "refresh_token": REFRESH}
    page.secrets = {**page.secrets, "refresh_token": "verlopen"}
    linkedin.ended = "EXPIRED_ACCESS_TOKEN"
    with pytest.raises(AuthExpired) as caught:
        await page.do(Kind.REPLY, post, "Nog een")
    assert caught.value.code == "token_ended"
