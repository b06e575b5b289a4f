"""Connecting a Page of LinkedIn: what a check finds, when the token ends, and what stands in the way in plain words."""

from __future__ import annotations

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.linkedin import LinkedIn as Adapted
from console.domain.conversation import ConnectionKey
from console.domain.platform import CheckResult, PlatformError, Way
from console.sentences.shown import check_line, error_sentence
from tests.adapters.organisation import linkedin
from tests.fakes.linkedin import APP, PAGE, REFRESH, TOKEN, LinkedIn

__all__ = ["linkedin"]
DAY_S = 86_400


async def looked(
    linkedin: LinkedIn, token: str = TOKEN, settings: dict[str, str] | None = None, **secrets: str
) -> CheckResult:
    stored = {"root": f"{linkedin.url}/rest", "oauth": f"{linkedin.url}/oauth/v2", **(settings or {})}
    config = Config(ConnectionKey(""), "linkedin", "", settings=stored)
    made = Adapted(config, {"token": token, **secrets}, Tools(now_ms=linkedin.now_ms, timeout_s=5.0))
    try:
        return await made.check()
    finally:
        await made.close()


async def refused(linkedin: LinkedIn, token: str = TOKEN, **settings: str) -> str:
    """The sentence a person reads when a check does not work at all."""
    with pytest.raises(PlatformError) as caught:
        await looked(linkedin, token, settings)
    return error_sentence(type(caught.value).__name__, "linkedin", caught.value.words, caught.value.code)


async def test_a_check_says_which_page_it_is_what_may_be_done_and_when_the_token_ends(linkedin: LinkedIn) -> None:
    linkedin.post("Nieuws")
    result = await looked(linkedin)
    assert [check_line(line, "linkedin") for line in result.lines] == [
        "The Page ‘Ons bedrijf’.",
        "It answers and moderates in the Page's name.",
        "The token ends on 23 Jan 2027 at the latest. LinkedIn's last 60 days. Luisterpost says so two weeks before; then"
        " sign in again with a new one.",
    ]
    assert result.works
    assert [space.url for space in result.spaces] == ["https://www.linkedin.com/company/ons-bedrijf/"]
    assert (result.settings["page"], result.settings["page_name"], result.settings["may"]) == (
        PAGE,
        "Ons bedrijf",
        "engage",
    )
    assert result.us == "Ons bedrijf"


async def test_with_the_app_of_the_customer_the_end_of_the_token_is_known(linkedin: LinkedIn) -> None:
    linkedin.ends_s = linkedin.now_ms() // 1000 + 10 * DAY_S
    app = {"client_id": APP["client_id"]}
    (line,) = [
        one for one in (await looked(linkedin, settings=app, client_secret="geheim")).lines if "token" in one.code
    ]
    assert (line.code, line.outcome) == ("token_ends_soon", "limited")
    result = await looked(linkedin, settings=app, client_secret="geheim", refresh_token=REFRESH)
    assert "token_renews" in {one.code for one in result.lines}
    assert result.settings["token_ends_ms"] == ""
    wrong = await looked(linkedin, settings=app, client_secret="mis")
    assert "token_ends_by" in {one.code for one in wrong.lines}


@pytest.mark.parametrize(
    ("role", "code", "way"),
    [
        ("CONTENT_ADMINISTRATOR", "page_moderates", Way.API),
        ("ANALYST", "page_role", Way.HANDOFF),
    ],
)
async def test_what_the_role_allows_is_told_truly(linkedin: LinkedIn, role: str, code: str, way: Way) -> None:
    linkedin.roles[PAGE] = [role]
    result = await looked(linkedin)
    assert result.works
    assert result.lines[1].code == code
    made = Adapted(
        Config(ConnectionKey(""), "linkedin", "", settings=result.settings), {"token": TOKEN}, Tools(linkedin.now_ms)
    )
    assert made.capabilities().way("reply") is way
    await made.close()


async def test_of_several_pages_one_is_named(linkedin: LinkedIn) -> None:
    linkedin.roles["78"], linkedin.names["78"] = ["ADMINISTRATOR"], "Ander bedrijf"
    assert "Ons bedrijf, Ander bedrijf" in await refused(linkedin)
    for wanted in ("ander bedrijf", "78", "https://www.linkedin.com/company/ander-bedrijf/"):
        linkedin.instead = lambda asked: (
            (200, "application/json", b'{"elements": []}') if asked.path == "posts" else None
        )
        assert (await looked(linkedin, settings={"page": wanted})).settings["page"] == "78"


async def test_what_stands_in_the_way_is_said_plainly(linkedin: LinkedIn) -> None:
    assert "Give a password or an access token" in await refused(linkedin, "")
    assert "no longer lets us in" in await refused(linkedin, "AQXmis")
    assert "is no version" in await refused(linkedin, version="26-08")
    assert "--set version" in await refused(linkedin, version="202401")
    linkedin.roles.clear()
    assert "knows no Page" in await refused(linkedin)


async def test_no_token_goes_over_an_open_line(linkedin: LinkedIn) -> None:
    for name in ("root", "oauth"):
        with pytest.raises(PlatformError) as caught:
            await looked(linkedin, settings={name: "http://api.example.org/rest"})
        assert caught.value.code == "no_tls"
