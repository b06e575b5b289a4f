"""Connecting a Page of Facebook: what a check finds, when the token ends, and what stands in the way in plain words."""

from __future__ import annotations

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.facebook import Facebook as Adapted
from console.domain.conversation import ConnectionKey
from console.domain.platform import CheckResult, PlatformError, Way
from console.sentences.shown import administrator_of, check_line, error_sentence
from tests.adapters.page import facebook
from tests.fakes.facebook import ALL, PAGE_TOKEN, READ, USER_TOKEN, Facebook
from tests.fakes.facebook_world import PAGE

__all__ = ["facebook"]
DAY_S = 86_400


async def looked(facebook: Facebook, token: str = USER_TOKEN, **settings: str) -> CheckResult:
    config = Config(ConnectionKey(""), "facebook", "", settings={"root": facebook.url, **settings})
    made = Adapted(config, {"token": token}, Tools(now_ms=facebook.now_ms, timeout_s=5.0))
    try:
        return await made.check()
    finally:
        await made.close()


def said(result: CheckResult) -> list[str]:
    return [check_line(line, "facebook") for line in result.lines]


async def refused(facebook: Facebook, token: str = USER_TOKEN, **settings: str) -> str:
    """The sentence a person reads when a check does not work at all."""
    with pytest.raises(PlatformError) as caught:
        await looked(facebook, token, **settings)
    return error_sentence(type(caught.value).__name__, "facebook", caught.value.words, caught.value.code)


async def test_a_token_of_a_system_user_is_changed_for_that_of_the_page(facebook: Facebook) -> None:
    result = await looked(facebook)
    assert said(result) == [
        "The Page ‘Ons bedrijf’.", "It answers and moderates in the Page's name.", "The token has no end.",
    ]  # fmt: skip
    assert [line.outcome for line in result.lines] == ["ok"] * 3
    assert result.secrets == {"token": PAGE_TOKEN}
    assert result.account.endswith(f":user:{PAGE}")
    assert result.settings == {"page": PAGE, "may": "engage,message", "token_ends_ms": ""}
    assert [(space.title, space.members) for space in result.spaces] == [("Ons bedrijf", 812)]


async def test_a_token_of_the_page_itself_works_as_it_is(facebook: Facebook) -> None:
    result = await looked(facebook, PAGE_TOKEN)
    assert result.works
    assert result.secrets == {"token": PAGE_TOKEN}


async def test_of_several_pages_one_is_named_by_its_name_its_number_or_its_address(facebook: Facebook) -> None:
    facebook.pages.append(("2048", "Ander bedrijf"))
    assert "Ons bedrijf, Ander bedrijf" in await refused(facebook)
    for wanted in ("ons bedrijf", PAGE, "https://www.facebook.com/onsbedrijf/", "facebook.com/onsbedrijf"):
        assert (await looked(facebook, page=wanted)).settings["page"] == PAGE
    assert "Which Page is meant?" in await refused(facebook, page="Derde bedrijf")


async def test_a_token_that_sees_no_page_says_what_to_ask_for(facebook: Facebook) -> None:
    facebook.pages.clear()
    assert "knows no Page" in await refused(facebook)


@pytest.mark.parametrize(("days", "outcome"), [(60, "ok"), (10, "limited")])
async def test_when_the_token_ends_is_said_and_in_time(facebook: Facebook, days: int, outcome: str) -> None:
    facebook.ends_s = facebook.at_s + days * DAY_S
    result = await looked(facebook)
    (line,) = [line for line in result.lines if line.code.startswith("token_ends")]
    assert line.outcome == outcome
    assert " 2027." in check_line(line, "facebook") or " 2026." in check_line(line, "facebook")
    assert result.settings["token_ends_ms"] == str(facebook.ends_s * 1000)
    assert bool(administrator_of(line)) is (outcome == "limited")


async def test_a_token_that_nobody_may_look_at_works_and_says_what_is_not_known(facebook: Facebook) -> None:
    facebook.scopes = None
    result = await looked(facebook)
    assert result.works
    assert {"page_untold", "token_untold"} <= {line.code for line in result.lines if line.limited}
    assert result.settings["may"] == "engage,message"


async def test_a_token_that_may_not_read_does_not_connect_and_names_what_lacks(facebook: Facebook) -> None:
    facebook.scopes = ("pages_show_list", "pages_read_engagement")
    result = await looked(facebook)
    assert not result.works
    assert "pages_read_user_content" in said(result)[1]
    assert "pages_read_user_content" in administrator_of(result.lines[1])


@pytest.mark.parametrize(
    ("scopes", "tasks", "code", "may"),
    [
        (READ, ("MODERATE", "MESSAGING"), "page_reads_only", ""),
        (ALL, ("ANALYZE",), "page_role", ""),
        ((*READ, "pages_manage_engagement"), ("MODERATE", "MESSAGING"), "facebook_not_private", "engage"),
        (ALL, ("MANAGE",), "page_moderates", "engage,message"),
    ],
)
async def test_what_the_role_and_the_permissions_allow_is_told_truly(
    facebook: Facebook, scopes: tuple[str, ...], tasks: tuple[str, ...], code: str, may: str
) -> None:
    facebook.scopes, facebook.tasks = scopes, tasks
    result = await looked(facebook)
    assert result.works
    assert code in {line.code for line in result.lines}
    assert all(check_line(line, "facebook") for line in result.lines)
    assert result.settings["may"] == may
    config = Config(ConnectionKey(""), "facebook", "", settings={**result.settings, "root": facebook.url})
    made = Adapted(config, result.secrets, Tools(now_ms=facebook.now_ms))
    assert (made.capabilities().way("reply") is Way.API) is ("engage" in may)
    assert (made.capabilities().way("write") is Way.API) is ("message" in may)
    await made.close()


async def test_an_ended_version_is_answered_in_another_and_that_is_said(facebook: Facebook) -> None:
    (line,) = [line for line in (await looked(facebook, version="v19.0")).lines if line.code == "page_version"]
    assert line.limited
    assert "v19.0" in check_line(line, "facebook")
    assert "v23.0" in check_line(line, "facebook")
    assert "--set version" in await refused(facebook, version="v99.0")
    assert "is no version" in await refused(facebook, version="../me")


async def test_what_stands_in_the_way_is_said_plainly(facebook: Facebook) -> None:
    assert "no longer lets us in" in await refused(facebook, "EAAonzin")
    assert "Give a password or an access token" in await refused(facebook, "")
    facebook.ended = 463
    assert "The token has ended" in await refused(facebook)


async def test_an_app_that_demands_its_secret_says_what_to_switch_off(facebook: Facebook) -> None:
    error = {"error": {"message": "API calls from the server require an appsecret_proof argument", "code": 100}}
    facebook.twist = lambda _answer: error
    assert "Require app secret" in await refused(facebook)


async def test_no_token_goes_over_an_open_line(facebook: Facebook) -> None:
    with pytest.raises(PlatformError) as caught:
        await looked(facebook, root="http://graph.example.org")
    assert caught.value.code == "no_tls"
