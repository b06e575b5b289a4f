"""What is done on a Page through Facebook, on one that behaves like it: replies, hiding, private answers, refusals."""

from __future__ import annotations

import pytest

from console.domain.conversation import MessageState, said_hash
from console.domain.outbox import Kind, Seen
from console.domain.platform import Forbidden, NotFound, PlatformError, RateLimited, Rejected, Sighting, Way
from console.sentences.shown import error_sentence
from tests.adapters.page import OurPage, facebook, page
from tests.adapters.test_facebook_contract import key_of_said
from tests.fakes.facebook import READ, Facebook

__all__ = ["facebook", "page"]


async def sentence(page: OurPage, *what: object) -> str:
    """What a person reads when something isn't done."""
    with pytest.raises(PlatformError) as caught:
        await page.do(*what)  # type: ignore[arg-type]
    return error_sentence(type(caught.value).__name__, "facebook", caught.value.words, caught.value.code)


async def test_an_answer_to_an_answer_stands_beside_it_and_is_found_there(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    first = facebook.comment("joris", post.id, "Een")
    second = facebook.comment("sanne", post.id, "Twee", first.id)
    done = await page.do(Kind.REPLY, second, "Drie")
    said = facebook.under(post.id)[-1]
    assert (said.message, said.parent, done.message) == ("Drie", first.id, key_of_said(said))
    assert (await page.look(Kind.REPLY, second, "Drie")).message == done.message


async def test_the_same_words_before_this_moment_are_not_ours_to_find(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    await page.do(Kind.REPLY, post, "Dank je wel!")
    facebook.tick(3600)
    assert (await page.look(Kind.REPLY, post, "Dank je wel!")).sighting is Sighting.ABSENT


async def test_of_two_with_the_same_words_a_person_says_which(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    one, _other = [await page.do(Kind.REPLY, post, "Dank je wel!") for _twice in range(2)]
    assert (await page.look(Kind.REPLY, post, "Dank je wel!")).sighting is Sighting.UNCLEAR
    found = await page.look(Kind.REPLY, post, "Dank je wel!", matched=frozenset({one.message}))
    assert found.sighting is Sighting.SEEN
    assert found.message != one.message


async def test_a_hide_that_facebook_takes_and_leaves_is_no_success(facebook: Facebook, page: OurPage) -> None:
    said = facebook.comment("joris", facebook.post("sanne", "Vraag").id, "Scheldwoord")
    facebook.ignores_hiding = True
    assert "left it as it was" in await sentence(page, Kind.HIDE, said)
    facebook.ignores_hiding = False
    done = await page.do(Kind.HIDE, said)
    assert [getattr(one, "state", None) for one in done.changes][-1] is MessageState.HIDDEN


async def test_what_cannot_be_hidden_says_so(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    ours = facebook.comment("us", post.id, "Van ons")
    assert "doesn't let this comment be hidden" in await sentence(page, Kind.HIDE, ours)
    assert "with a comment only" in await sentence(page, Kind.HIDE, post)


async def test_a_private_answer_leaves_once_and_is_found_by_its_conversation(facebook: Facebook, page: OurPage) -> None:
    said = facebook.comment("joris", facebook.post("sanne", "Vraag").id, "Mijn nummer is 5")
    assert (await page.look(Kind.WRITE, said, "Bel ons even")).sighting is Sighting.ABSENT
    await page.do(Kind.WRITE, said, "Bel ons even")
    assert said.private == "Bel ons even"
    assert (await page.look(Kind.WRITE, said, "Bel ons even")).sighting is Sighting.SEEN
    assert (await page.look(Kind.WRITE, said, "Iets anders")).sighting is Sighting.UNCLEAR
    assert "once, within seven days" in await sentence(page, Kind.WRITE, said, "Nog eens")
    assert said.private == "Bel ons even"
    assert "with a comment only" in await sentence(page, Kind.WRITE, facebook.post("sanne", "Post"), "Dag")


async def test_only_our_own_comments_are_edited_and_only_as_their_editor_saw_them(
    facebook: Facebook, page: OurPage
) -> None:
    post = facebook.post("us", "Nieuws")
    theirs, ours = facebook.comment("joris", post.id, "Van Joris"), facebook.comment("us", post.id, "Morgne")
    with pytest.raises(Forbidden):
        await page.do(Kind.EDIT, theirs, "Anders")
    with pytest.raises(Rejected):
        await page.do(Kind.EDIT, post, "Anders")
    made, intent = page.adapter(), page.intent(Kind.EDIT, ours, "Morgen")
    facebook.edit(ours.id, "Overmorgen")
    changed = type(intent)(**{name: getattr(intent, name) for name in intent.__slots__} | {
        "seen": Seen(text_hash=said_hash("", "Morgne"))})  # fmt: skip
    with pytest.raises(Rejected, match="changed"):
        await made.perform(changed)
    await made.close()
    await page.do(Kind.EDIT, ours, "Morgen")
    assert ours.message == "Morgen"


async def test_what_facebook_stopped_for_a_while_is_not_tried_again_at_once(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Vraag")
    facebook.blocked = True
    made = page.adapter()
    for _twice in range(2):
        with pytest.raises(RateLimited) as limited:
            await made.perform(page.intent(Kind.REPLY, post, "Antwoord"))
        assert limited.value.retry_after_s > 3000
    changes = [one for one in facebook.asked if one.method != "GET"]
    assert len(changes) == 1, "the second one never left"
    page.shelf.apply(await made.pull(made.streams()[0], None))
    assert page.texts() == {"Vraag"}, "reading goes on"
    facebook.blocked = False
    facebook.tick(3601)
    await made.perform(page.intent(Kind.REPLY, post, "Antwoord"))
    await made.close()
    assert [one.message for one in facebook.under(post.id)] == ["Antwoord"]


async def test_a_like_of_the_page_is_given_to_a_post_too(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("sanne", "Taart")
    await page.do(Kind.REACT, post)
    assert post.liked
    assert (await page.look(Kind.REACT, post)).sighting is Sighting.SEEN
    await page.do(Kind.UNREACT, post)
    assert not post.liked


async def test_what_is_gone_is_removed_already_and_answered_by_nobody(facebook: Facebook, page: OurPage) -> None:
    said = facebook.comment("joris", facebook.post("sanne", "Vraag").id, "Weg")
    facebook.drop(said.id)
    await page.do(Kind.DELETE, said)
    assert (await page.look(Kind.DELETE, said)).sighting is Sighting.SEEN
    with pytest.raises(NotFound):
        await page.do(Kind.REPLY, said, "Antwoord")
    assert (await page.look(Kind.REPLY, said, "Antwoord")).sighting is Sighting.UNCLEAR


async def test_a_role_that_only_reads_answers_by_hand(facebook: Facebook, page: OurPage) -> None:
    page.settings["may"] = ""
    made = page.adapter()
    able = made.capabilities()
    await made.close()
    assert {able.way(kind) for kind in ("reply", "edit", "hide", "delete", "react", "write")} == {Way.HANDOFF}
    assert able.way("read") is Way.API


async def test_a_permission_that_was_taken_away_says_so_in_facebooks_words(facebook: Facebook, page: OurPage) -> None:
    said = facebook.comment("joris", facebook.post("sanne", "Vraag").id, "Hoi")
    facebook.scopes = READ
    assert "pages_manage_engagement" in await sentence(page, Kind.REPLY, said, "Antwoord")


async def test_a_post_on_which_nobody_may_comment_says_so(facebook: Facebook, page: OurPage) -> None:
    post = facebook.post("us", "Nieuws")
    post.closed = True
    assert "This conversation is locked on Facebook" in await sentence(page, Kind.REPLY, post, "Antwoord")
