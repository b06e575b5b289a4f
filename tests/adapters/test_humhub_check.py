"""Connecting to HumHub: what a check finds, the server's time zone, and what stands in the way in plain words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.humhub import HumHub as Adapted
from console.adapters.humhub_discovery import site_of, site_url
from console.domain.conversation import ConnectionKey
from console.domain.platform import CheckResult, PlatformError, Rejected
from console.sentences.shown import check_line, error_sentence
from tests.adapters.test_humhub_contract import config_of
from tests.fakes.humhub import HumHub
from tests.fakes.humhub_schema import Published

PAGE = b"<!doctype html><html><body><p>Onderhoud</p></body></html>"


@pytest.fixture
def humhub() -> Iterator[HumHub]:
    with HumHub() as served, Published(served):
        yield served


async def looked(
    humhub: HumHub, url: str = "", user: str = "", settings: dict[str, str] | None = None, **secrets: str
) -> CheckResult:
    config = Config(ConnectionKey(""), "humhub", url or humhub.url, user, settings=settings or {})
    made = Adapted(config, secrets, Tools(now_ms=humhub.now_ms, timeout_s=5.0))
    try:
        return await made.check()
    finally:
        await made.close()


async def refused(humhub: HumHub, **how: str) -> str:
    """The sentence a person reads when a check does not work at all."""
    with pytest.raises(PlatformError) as caught:
        await looked(humhub, **how)  # type: ignore[arg-type]
    return error_sentence(type(caught.value).__name__, "humhub", caught.value.words, caught.value.code)


async def test_a_check_says_who_we_are_what_we_administer_and_the_servers_time_zone(humhub: HumHub) -> None:
    humhub.space("Directie", public=True, joris="admin")
    humhub.post("sanne", "Hallo")
    result = await looked(humhub, token="redactie-token")
    assert [check_line(line, "humhub") for line in result.lines[1:]] == [
        "Signed in as redactie.",
        "2 spaces to read.",
        "This account administers 1 of 2 spaces. In the others we see no reports, and it closes and pins nothing from here.",
        "The server's clock is in the time zone Europe/Amsterdam.",
    ]
    assert [line.outcome for line in result.lines] == [*["ok"] * 3, "limited", "ok"]
    assert [space.title for space in result.spaces] == ["Algemeen", "Directie"]
    assert result.works
    assert result.account.endswith(":user:5")
    assert result.settings == {
        "site": humhub.url,
        "sign_in": "token",
        "time_zone": "Europe/Amsterdam",
        "spaces": "9,10",
    }


@pytest.mark.parametrize("zone", ["UTC", "Europe/Amsterdam", "Europe/London", "Asia/Tokyo"])
async def test_the_servers_zone_is_found_from_what_it_wrote(zone: str) -> None:
    with HumHub(zone) as humhub:
        humhub.post("sanne", "Winter")
        humhub.tick(-150 * 86_400)
        summer = humhub.post("sanne", "Zomer")
        found = (await looked(humhub, token="redactie-token")).settings["time_zone"]
        assert found == (zone if zone != "Asia/Tokyo" else "+09:00")
        wanted_ms = humhub.now_ms()
        assert site_of(config_of(humhub, time_zone=found)).moment_ms(summer.updated) == wanted_ms


async def test_a_zone_that_nothing_tells_can_be_given(humhub: HumHub) -> None:
    result = await looked(humhub, token="redactie-token")
    assert "--set time_zone=" in check_line(result.lines[-1], "humhub")
    assert (await looked(humhub, token="redactie-token", settings={"time_zone": "+02:00"})).settings[
        "time_zone"
    ] == "+02:00"
    assert "‘Mars’ is no time zone" in await refused(humhub, token="redactie-token", settings={"time_zone": "Mars"})  # type: ignore[arg-type]


async def test_a_password_is_changed_for_a_token_where_that_is_on_and_sent_along_where_not(humhub: HumHub) -> None:
    assert (await looked(humhub, user="redactie", password="geheim")).settings["sign_in"] == "jwt"
    humhub.jwt = False
    assert (await looked(humhub, user="redactie", password="geheim")).settings["sign_in"] == "password"


async def test_what_stands_in_the_way_is_said_plainly(humhub: HumHub) -> None:
    assert "doesn't know this token" in await refused(humhub, token="oud")
    assert "name or the password isn't right" in await refused(humhub, user="redactie", password="fout")
    assert "Give a password" in await refused(humhub)
    humhub.jwt = humhub.basic = False
    assert "didn't take this password" in await refused(humhub, user="redactie", password="geheim")
    humhub.installed = False
    assert "‘RESTful API’ and pretty URLs" in await refused(humhub, token="redactie-token")
    assert "‘RESTful API’ and pretty URLs" in await refused(humhub, user="redactie", password="geheim")
    with humhub.during(200, PAGE, "text/html"):
        assert "not a HumHub" in await refused(humhub, token="redactie-token")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("intranet.example.org/", "https://intranet.example.org"),
        ("https://example.org/hub/index.php", "https://example.org/hub"),
        ("HTTPS://example.org/api/v1/", "https://example.org"),
        ("localhost:8080", "http://localhost:8080"),
    ],
)
def test_an_address_is_taken_as_people_type_it(typed: str, meant: str) -> None:
    assert site_url(typed) == meant


@pytest.mark.parametrize("typed", ["", "ftp://example.org", "https://a:b@example.org", "https://[", "een twee"])
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Rejected):
        site_url(typed)
