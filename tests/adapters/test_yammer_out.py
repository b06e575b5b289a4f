"""What is decided about Yammer: done there once, found again, and refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.domain.conversation import Message
from console.domain.outbox import Kind
from console.domain.platform import Forbidden, PlatformError, Rejected, Sighting, Unreachable, Way
from console.sentences.shown import error_sentence
from tests.adapters.network import Network
from tests.fakes.yammer import Yammer


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer() as served:
        yield served


@pytest.fixture
def network(yammer: Yammer) -> Network:
    return Network(yammer)


async def test_a_reply_stands_under_the_post_and_is_shown_at_once(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Wanneer komt het rooster?")
    answer = yammer.answer("joris", post.id, "Goede vraag")
    made = network.adapter()
    performed = (await network.clock.run(made.perform(network.intent(Kind.REPLY, answer, "Vrijdag & zeker\n\nGroet"))))[
        0
    ]
    shown = [change for change in performed.changes if isinstance(change, Message)]
    assert [(one.key, one.text) for one in shown] == [(performed.message, "Vrijdag & zeker\n\nGroet")]
    assert yammer.in_thread(post.id)[0].text == "Vrijdag & zeker\n\nGroet"
    await made.close()


async def test_a_reply_whose_answer_was_lost_is_found_although_it_was_laid_under_the_post(
    yammer: Yammer, network: Network
) -> None:
    post = yammer.post("sanne", "Hallo")
    answer = yammer.answer("joris", post.id, "Vraag")
    intent = network.intent(Kind.REPLY, answer, "Vrijdag")
    made = network.adapter()
    yammer.loses = 1
    with pytest.raises(Unreachable) as lost:
        await network.clock.run(made.perform(intent))
    assert lost.value.maybe_sent
    assert yammer.in_thread(post.id)[0].text == "Vrijdag", "it was stored"
    found = (await network.clock.run(made.find_sent(intent, frozenset())))[0]
    assert (found.sighting, found.message) == (Sighting.SEEN, network.key(yammer.in_thread(post.id)[0]))
    again = (await network.clock.run(made.find_sent(intent, frozenset({found.message}))))[0]
    assert again.sighting is Sighting.ABSENT
    await made.close()


async def test_two_of_ours_with_the_same_words_are_for_a_person_to_tell_apart(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    for _twice in range(2):
        yammer.answer("redactie", post.id, "Dank je")
    made = network.adapter()
    intent = network.intent(Kind.REPLY, post, "Dank je")
    assert (await network.clock.run(made.find_sent(intent, frozenset())))[0].sighting is Sighting.UNCLEAR
    await made.close()


async def test_what_others_said_or_we_said_long_ago_is_not_ours_now(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    yammer.answer("redactie", post.id, "Dank je")
    yammer.at_s += 3600
    yammer.answer("joris", post.id, "Dank je")
    made = network.adapter()
    intent = network.intent(Kind.REPLY, post, "Dank je")
    assert (await network.clock.run(made.find_sent(intent, frozenset())))[0].sighting is Sighting.ABSENT
    await made.close()


async def test_in_a_conversation_that_runs_fast_a_reply_is_found_among_all_that_is_ours(
    yammer: Yammer, network: Network
) -> None:
    post = yammer.post("sanne", "Hallo")
    intent = network.intent(Kind.REPLY, post, "Rustig aan")
    ours = yammer.answer("redactie", post.id, "Rustig aan")
    for n in range(230):
        yammer.answer("joris", post.id, f"En nog iets {n}")
    yammer.at_s -= 200
    made = network.adapter()
    found = (await network.clock.run(made.find_sent(intent, frozenset())))[0]
    assert found.message == network.key(ours)
    assert any(asked.path == "messages/sent.json" for asked in yammer.asked)
    await made.close()


async def test_a_reply_to_what_is_gone_says_so(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    answer = yammer.answer("joris", post.id, "Straks weg")
    intent = network.intent(Kind.REPLY, answer, "Antwoord")
    yammer.drop(answer.id)
    made = network.adapter()
    with pytest.raises(Rejected) as refused:
        await network.clock.run(made.perform(intent))
    error = refused.value
    assert error.words.startswith("Cannot reply to deleted message")
    assert error_sentence("Rejected", "yammer", error.words, error.code) == "The message you answer is gone."
    await made.close()


async def test_gone_and_not_allowed_are_told_apart(yammer: Yammer, network: Network) -> None:
    """Yammer answers both with the same."""
    post, ours = yammer.post("sanne", "Van een ander"), yammer.post("redactie", "Van ons")
    yammer.home.admins.clear()
    made = network.adapter()
    intent = network.intent(Kind.DELETE, post)
    with pytest.raises(Forbidden) as refused:
        await network.clock.run(made.perform(intent))
    assert "may not remove" in error_sentence("Forbidden", "yammer", refused.value.words, refused.value.code)
    assert (await network.clock.run(made.find_sent(intent, frozenset())))[0].sighting is Sighting.ABSENT
    own = network.intent(Kind.DELETE, ours)
    for _twice in range(2):  # gone is gone, whoever did it
        await network.clock.run(made.perform(own))
    assert ours.id not in yammer.said
    assert post.id in yammer.said
    await made.close()


async def test_what_has_no_interface_is_by_hand_and_leads_to_the_message(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    made = network.adapter()
    await network.round(made, "space")
    able = made.capabilities(network.site.space(str(yammer.home.id)))
    for kind in (Kind.EDIT, Kind.HIDE, Kind.UNHIDE, Kind.APPROVE, Kind.LOCK, Kind.UNLOCK, Kind.PIN, Kind.UNPIN):
        assert able.way(kind.value) is Way.HANDOFF
        with pytest.raises(PlatformError):
            await network.clock.run(made.perform(network.intent(kind, post, "Toch")))
    assert able.way("reports") is Way.NO
    assert network.shelf.messages[network.key(post)].url.endswith(f"/messages/{post.id}")
    await made.close()


async def test_our_token_goes_nowhere_but_to_yammer(yammer: Yammer, network: Network) -> None:
    picture = {"type": "image", "name": "taart.png", "content_type": "image/png", "size": 3, "web_url": "https://x.example/7",
               "download_url": f"{yammer.url}/api/v1/uploaded_files/7/download"}  # fmt: skip
    post = yammer.post("sanne", "Taart", attachments=[picture])
    made = network.adapter()
    await network.round(made, "space")
    (attached,) = network.shelf.messages[network.key(post)].attachments
    assert (await network.clock.run(made.fetch_file(attached.url, 100)))[0] == yammer.file_bytes
    for elsewhere in ("https://tenant.sharepoint.example/7", "https://www.yammer.com.evil.example/api/v1/uploaded_files/7/download",
                      f"{yammer.url}/api/v1/../../elders", f"{yammer.url}/andere/weg"):  # fmt: skip
        with pytest.raises(Rejected) as refused:
            await network.clock.run(made.fetch_file(elsewhere, 100))
        assert refused.value.code == "elsewhere"
    with Yammer() as sharepoint:
        yammer.files_at = sharepoint.url
        with pytest.raises(PlatformError) as led:
            await network.clock.run(made.fetch_file(attached.url, 100))
        assert led.value.code == "redirect"
        assert not sharepoint.asked
    await made.close()


async def test_a_like_of_others_is_not_ours(yammer: Yammer, network: Network) -> None:
    post = yammer.post("sanne", "Hallo")
    post.likes += [yammer.users["joris"], yammer.users["sanne"]]
    made = network.adapter()
    react, unreact = network.intent(Kind.REACT, post, "👍"), network.intent(Kind.UNREACT, post, "👍")
    assert (await network.clock.run(made.find_sent(react, frozenset())))[0].sighting is Sighting.ABSENT
    await network.clock.run(made.perform(react))
    assert len(post.likes) == 3
    assert (await network.clock.run(made.find_sent(unreact, frozenset())))[0].sighting is Sighting.ABSENT
    await network.clock.run(made.perform(unreact))
    assert yammer.users["redactie"] not in post.likes
    await made.close()
