"""Connecting to Yammer: what a check finds, and every bad answer with a plain sentence."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.yammer import Yammer as Adapted
from console.adapters.yammer_api import MAX_PAGE_BYTES
from console.adapters.yammer_discovery import HOME, site_url
from console.domain.conversation import ConnectionKey, Message
from console.domain.outbox import Kind
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    CheckResult,
    Forbidden,
    PlatformError,
    RateLimited,
    Rejected,
    Way,
)
from console.sentences.shown import check_line, error_sentence
from tests.adapters.network import Network
from tests.fakes.yammer import Yammer
from tests.fakes.yammer_world import NETWORK

PAGE = b"<!doctype html><html><body><p>Onderhoud</p></body></html>"


@pytest.fixture
def yammer() -> Iterator[Yammer]:
    with Yammer() as served:
        yield served


async def looked(yammer: Yammer, url: str = "", token: str = "redactie-token", **settings: str) -> CheckResult:
    config = Config(ConnectionKey(""), "yammer", url or yammer.url, settings=settings)
    made = Adapted(config, {"token": token} if token else {}, Tools(now_ms=yammer.now_ms, timeout_s=5.0))
    try:
        return await made.check()
    finally:
        await made.close()


def sentence(error: PlatformError) -> str:
    return error_sentence(type(error).__name__, "yammer", error.words, error.code)


async def refused(yammer: Yammer, **how: str) -> str:
    """The sentence a person reads when a check does not work at all."""
    with pytest.raises(PlatformError) as caught:
        await looked(yammer, **how)
    return sentence(caught.value)


async def test_a_check_says_who_we_are_what_there_is_to_read_and_what_stays_away(yammer: Yammer) -> None:
    yammer.group("Kantine", "redactie")
    yammer.group("Van anderen", "sanne")
    result = await looked(yammer)
    assert [check_line(line, "yammer") for line in result.lines][:3] == [
        "Found: Voorbeeld.", "Signed in as Redactie.", "3 spaces to read."
    ]  # fmt: skip
    assert result.works
    reports = result.lines[3]
    assert reports.limited
    assert "Yammer mails them" in check_line(reports, "yammer")
    assert result.account.endswith(f"/{NETWORK}:user:{yammer.users['redactie'].id}")
    assert result.settings["spaces"].split(",")[-1] == result.settings["general"] == "general"
    assert [space.title for space in result.spaces] == ["Vragen aan de directie", "Kantine", "The whole company"]


async def test_the_whole_company_is_a_group_like_any_other_in_newer_networks(yammer: Yammer) -> None:
    yammer.general_group = yammer.group("Iedereen", "redactie", "sanne")
    yammer.post("sanne", "Welkom", yammer.general_group)
    result = await looked(yammer)
    assert result.settings["general"] == str(yammer.general_group.id)
    assert [space.title for space in result.spaces] == ["Vragen aan de directie", "Iedereen"]


async def test_private_messages_come_in_only_where_somebody_switched_them_on(yammer: Yammer) -> None:
    both = frozenset({"redactie", "sanne"})
    private = yammer.post("sanne", "Even tussen ons", everywhere=True, direct_to=both)
    yammer.answer("redactie", private.id, "Ja?")
    for wanted in (False, True):
        network = Network(yammer, **{"messages": "yes"} if wanted else {})
        made = network.adapter()
        names = {space.remote_id for space in (await network.clock.run(made.spaces()))[0]}
        assert ("private" in names) is wanted
        await network.caught_up(made)
        found = [one for one in network.shelf.messages.values() if isinstance(one, Message)]
        assert {one.text for one in found} == ({"Even tussen ons", "Ja?"} if wanted else set())
        assert {one.space for one in found} <= {network.site.space("private")}
        if wanted:
            assert made.capabilities(network.site.space("private")).way("reply") is Way.API
            reply = network.intent(Kind.REPLY, private, "Morgen")
            await network.clock.run(made.perform(reply))
            assert yammer.in_thread(private.id)[0].direct_to == both
        await made.close()


async def test_hundreds_of_communities_are_all_listed(yammer: Yammer) -> None:
    for n in range(130):
        yammer.group(f"Groep {n}", "redactie")
    assert len((await looked(yammer)).spaces) == 132


# -- bad input -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["", "https://www.yammer.com/voorbeeld.example", "yammer.com", "https://engage.cloud.microsoft/main/feed"]
)
def test_an_address_is_taken_as_people_know_it_and_leads_to_the_one_place(typed: str) -> None:
    assert site_url(typed) == HOME


@pytest.mark.parametrize(
    "typed", ["https://intranet.example", "https://yammer.com.evil.example", "https://notyammer.com"]
)
def test_a_token_goes_to_no_other_host(typed: str) -> None:
    with pytest.raises(Rejected) as error:
        site_url(typed)
    assert "token goes nowhere else" in sentence(error.value)


async def test_what_stands_in_the_way_is_said_plainly(yammer: Yammer) -> None:
    assert "no longer lets us in" in await refused(yammer, token="ingetrokken")
    assert "Sign in first" in await refused(yammer, token="")
    with yammer.during(200, PAGE, "text/html"):
        assert "not as Yammer does" in await refused(yammer)
    with yammer.during(404, PAGE, "text/html"):
        assert "not as Yammer does" in await refused(yammer)
    with yammer.during(200, b'{"id": 5}'):
        assert "not as Yammer does" in await refused(yammer)
    off = json.dumps({"response": {"message": "Account deactivated", "code": 4, "stat": "fail"}}).encode()
    with yammer.during(401, off):
        assert "switched this account off" in await refused(yammer)


FAIL = '{{"response": {{"message": "Nee.", "code": {code}, "stat": "fail"}}}}'


@pytest.mark.parametrize(
    ("status", "body", "kind", "expected", "says"),
    [
        (401, FAIL.format(code=16), "application/json", AuthExpired, "Sign in again; nothing is lost"),
        (200, FAIL.format(code=16), "application/json", AuthExpired, "Sign in again; nothing is lost"),
        (200, FAIL.format(code=99), "application/json", BadResponse, "an error instead of data. Nothing is lost"),
        (200, FAIL.format(code=33), "application/json", RateLimited, ""),
        (400, FAIL.format(code=32), "application/json", RateLimited, ""),
        (429, "", "text/plain", RateLimited, ""),
        (403, FAIL.format(code=0), "application/json", Forbidden, ""),
        (400, '{"base": ["Dat mag niet"]}', "application/json", Rejected, "‘Dat mag niet’"),
        (200, PAGE.decode(), "text/html", BadResponse, "a page instead of data. Nothing is lost"),
        (404, PAGE.decode(), "text/html", BadResponse, "a page instead of data. Nothing is lost"),
        (200, '{"messages": 7}', "application/json", BadResponse, ""),
        (200, "[]", "application/json", BadResponse, ""),
        (200, " " * (MAX_PAGE_BYTES + 1), "application/json", BadResponse, "more than we accept. Nothing is lost"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
async def test_a_bad_answer_is_told_in_a_plain_sentence_and_loses_nothing(
    yammer: Yammer, status: int, body: str, kind: str, expected: type[PlatformError], says: str
) -> None:
    yammer.post("sanne", "Hallo")
    network = Network(yammer)
    made = network.adapter()
    with yammer.during(status, body.encode(), kind), pytest.raises(PlatformError) as caught:
        await network.clock.run(made.pull(made.streams()[0], None))
    assert type(caught.value) is expected
    assert says in sentence(caught.value)
    await network.clock.advance(400)
    await network.caught_up(made)
    assert [message.text for message in network.shelf.messages.values()] == ["Hallo"]
    await made.close()


async def test_a_limit_without_a_word_on_its_end_is_waited_out_longer_each_time(yammer: Yammer) -> None:
    network = Network(yammer)
    made = network.adapter()
    waits = []
    with yammer.during(429, b""):
        for _ in range(5):
            with pytest.raises(RateLimited) as limited:
                await network.clock.run(made.pull(made.streams()[0], None))
            waits.append(round(limited.value.retry_after_s))
            await network.clock.advance(limited.value.retry_after_s)
    assert waits == [30, 60, 120, 240, 300]
    asked = len(yammer.asked)
    await network.clock.run(made.pull(made.streams()[0], None))
    assert len(yammer.asked) == asked + 1
    await made.close()


async def test_a_limit_told_in_the_answer_alone_empties_the_budget_too(yammer: Yammer) -> None:
    network = Network(yammer)
    made = network.adapter()
    with yammer.during(400, FAIL.format(code=33).encode()), pytest.raises(RateLimited):
        await network.clock.run(made.pull(made.streams()[0], None))
    asked = len(yammer.asked)
    with pytest.raises(RateLimited):
        await network.clock.run(made.pull(made.streams()[0], None))
    assert len(yammer.asked) == asked, "nothing left"
    await made.close()
