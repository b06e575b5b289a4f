"""Signing in with Entra, against one that behaves: in the browser, with a code, and silently ever after."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from console.adapters.contract import Config, Tools
from console.adapters.entra import EARLY_MS, SECRET, Attempt, Entra, EntraTokens
from console.domain.conversation import ConnectionKey
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    PlatformError,
    RateLimited,
    Rejected,
    Unreachable,
)
from tests.fakes.entra import CLIENT, FakeEntra, refusal, told
from tests.houses import Clock

PAGES = Entra(("https://api.yammer.com/.default", "offline_access"), needs=(("access_as_user", "user_impersonation"),))
BACK = "http://localhost:9"
PAGE = (200, "text/html", b"<html>Sign in to the guest network</html>")
AWAY = (503, "text/plain", b"")


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEntra]:
    with FakeEntra() as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.trust(tmp_path)))
        yield fake


class House:
    """One connection's tokens, as the collector keeps them. Its clock begins at Entra's."""

    def __init__(self, entra: FakeEntra, trust: Path, **settings: str) -> None:
        self.entra = entra
        self.clock = Clock(int(entra.world.now_s() * 1000))
        self.secrets: dict[str, str] = {}
        self.config = Config(ConnectionKey("c"), "yammer", "", settings=entra.settings() | settings)
        self.tools = Tools(now_ms=self.clock, keep=self.secrets.update, timeout_s=5)
        self._browser = httpx.Client(verify=ssl.create_default_context(cafile=str(trust)), trust_env=False)

    def attempt(self) -> Attempt:
        return PAGES.begin(self.config, self.tools)

    def came_back(self, address: str, *, agrees: str = "yes") -> dict[str, str]:
        """What the browser of somebody who signs in brings back."""
        answer = self._browser.get(f"{address}&person=noor&agrees={agrees}")
        return dict(httpx.URL(answer.headers["location"]).params)

    async def sign_in(self) -> None:
        attempt = self.attempt()
        self.secrets |= await attempt.answered(self.came_back(await attempt.address(BACK)))

    def tokens(self) -> EntraTokens:
        return EntraTokens(PAGES, self.config, self.secrets, self.tools)

    def forward(self, ms: int) -> None:
        self.clock.forward(ms)
        self.entra.world.offset_s += ms / 1000


@pytest.fixture
def here(entra: FakeEntra, tmp_path: Path) -> House:
    return House(entra, tmp_path / "entra.pem")


async def raised(work: Callable[[], object]) -> PlatformError:
    with pytest.raises(PlatformError) as found:
        await work()  # type: ignore[misc]
    return found.value


async def test_a_person_who_signs_in_gets_tokens_that_the_platform_takes(here: House, entra: FakeEntra) -> None:
    assert (await raised(here.tokens().header)).code == "sign_in_first"
    await here.sign_in()
    assert entra.lets_in(await here.tokens().header())
    assert entra.asked == ["authorization_code"], "nothing more was asked than the sign-in itself"


async def test_a_token_is_renewed_before_it_ends_and_what_is_new_is_kept(here: House, entra: FakeEntra) -> None:
    await here.sign_in()
    tokens = here.tokens()
    first = await tokens.header()
    slack_ms = EARLY_MS // 2  # the library counts from when it got the token, by the real clock
    here.forward(3_600_000 - EARLY_MS - slack_ms)
    assert await tokens.header() == first
    before = here.secrets[SECRET]
    here.forward(2 * slack_ms)
    second = await tokens.header()
    assert second != first
    assert entra.lets_in(first), "it had not ended yet"
    assert entra.lets_in(second)
    assert here.secrets[SECRET] != before
    assert entra.asked == ["authorization_code", "refresh_token"]
    assert entra.lets_in(await here.tokens().header()), "the next start goes on with what was kept"


async def test_many_who_ask_at_once_wait_for_one_renewal(here: House, entra: FakeEntra) -> None:
    entra.world.single_use = True
    await here.sign_in()
    tokens = here.tokens()
    old = await tokens.header()
    entra.end_access()
    said = await asyncio.gather(*(tokens.header(refused=old) for _caller in range(20)))
    assert len(set(said)) == 1
    assert entra.lets_in(said[0])
    assert entra.asked.count("refresh_token") == 1
    assert await tokens.header(refused=old) == said[0], "who comes late with the old one gets the new one"
    assert entra.asked.count("refresh_token") == 1


async def test_who_is_called_away_does_not_take_the_renewal_along(here: House, entra: FakeEntra) -> None:
    entra.world.single_use = True
    await here.sign_in()
    tokens = here.tokens()
    old = await tokens.header()
    entra.let_go.clear()
    waiting = asyncio.create_task(tokens.header(refused=old))
    await asyncio.to_thread(entra.held.wait, 20)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    entra.let_go.set()
    await tokens.close()
    assert entra.lets_in(await here.tokens().header()), "what came after all is kept"


async def test_a_sign_in_that_was_taken_away_asks_a_person(here: House, entra: FakeEntra) -> None:
    await here.sign_in()
    tokens = here.tokens()
    old = await tokens.header()
    entra.revoke()
    error = await raised(lambda: tokens.header(refused=old))
    assert isinstance(error, AuthExpired)
    assert error.code == "signed_out"
    await here.sign_in()
    assert entra.lets_in(await here.tokens().header())


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        (PAGE, BadResponse, "not_json"),
        (AWAY, Unreachable, "http_503"),
        ((429, "application/json", b"{}"), RateLimited, "http_429"),
        (told(200, {}), BadResponse, "entra_odd"),
        ((200, "application/json", b"[1, 2]"), BadResponse, "entra_odd"),
        (refusal("temporarily_unavailable", 90033), Unreachable, "temporarily_unavailable"),
        (refusal("invalid_grant", 65001), AuthExpired, "no_consent"),
        (refusal("interaction_required", 50076), AuthExpired, "signed_out"),
        (refusal("unauthorized_client", 700016), AuthExpired, "entra_no_app"),
        (refusal("made_up", 1), AuthExpired, ""),
    ],
)
async def test_a_renewal_that_fails_says_whether_to_wait_or_to_ask_a_person(
    here: House, entra: FakeEntra, fault: tuple[int, str, bytes], kind: type[PlatformError], code: str
) -> None:
    await here.sign_in()
    tokens = here.tokens()
    old = await tokens.header()
    entra.world.fault = fault
    error = await raised(lambda: tokens.header(refused=old))
    assert (type(error), error.code) == (kind, code)
    assert entra.asked == ["authorization_code"], "the fault answered"
    entra.world.fault = None
    assert entra.lets_in(await tokens.header(refused=old)), "it goes on where the fault ends"


async def test_what_is_kept_and_cannot_be_read_asks_to_sign_in(here: House) -> None:
    for broken in ("{", "[]", '{"AccessToken": {"a": 1}}', '{"AccessToken": {}}'):
        here.secrets[SECRET] = broken
        error = await raised(here.tokens().header)
        assert (type(error), error.code) == (AuthExpired, "sign_in_first"), broken


async def test_nobody_answers_and_it_goes_on_when_somebody_does(here: House, entra: FakeEntra) -> None:
    await here.sign_in()
    away = Config(
        ConnectionKey("c"), "yammer", "", settings={**here.config.settings, "authority": "https://127.0.0.1:9"}
    )
    tokens = EntraTokens(PAGES, away, here.secrets, here.tools)
    assert entra.lets_in(await tokens.header()), "what is held needs nobody"
    here.forward(7_200_000)
    assert isinstance(await raised(tokens.header), Unreachable)
    assert entra.lets_in(await here.tokens().header())


async def test_somebody_who_declines_is_told_so(here: House) -> None:
    attempt = here.attempt()
    brought = here.came_back(await attempt.address(BACK), agrees="no")
    error = await raised(lambda: attempt.answered(brought))
    assert (type(error), error.code) == (Forbidden, "declined")


async def test_a_consent_that_an_administrator_must_give_names_the_permission(here: House, entra: FakeEntra) -> None:
    entra.world.consent = False
    attempt = here.attempt()
    brought = here.came_back(await attempt.address(BACK))
    error = await raised(lambda: attempt.answered(brought))
    assert (type(error), error.code, error.words) == (Forbidden, "no_consent", "access_as_user")


@pytest.mark.parametrize(("given", "works"), [({"access_as_user"}, True), ({"user_impersonation"}, True),
                                              ({"something_else"}, False), (set(), True)])  # fmt: skip
async def test_what_was_given_must_hold_the_permission_by_one_of_its_names(
    here: House, entra: FakeEntra, given: set[str], works: bool
) -> None:
    entra.world.permissions = given
    if works:
        await here.sign_in()
        return
    error = await raised(here.sign_in)
    assert (type(error), error.code, error.words) == (Forbidden, "no_consent", "access_as_user")
    assert here.secrets == {}


async def test_only_the_answer_to_this_attempt_is_taken(here: House) -> None:
    attempt = here.attempt()
    assert not attempt.is_ours({"state": "", "code": "x"}), "before it began"
    brought = here.came_back(await attempt.address(BACK))
    assert attempt.is_ours(brought)
    for other in ({}, {"code": "x"}, {**brought, "state": "other"}, {"state": brought["state"]}):
        assert not attempt.is_ours(other)
    await attempt.answered(brought)
    assert not attempt.is_ours(brought), "a second time it is nobody's"


async def test_a_code_without_its_verifier_is_good_for_nothing(here: House) -> None:
    """Whoever overhears the way back to this computer has a code and not what it was asked with."""
    attempt, thief = here.attempt(), here.attempt()
    brought = here.came_back(await attempt.address(BACK))
    await thief.address(BACK)
    thief._flow["state"] = brought["state"]
    error = await raised(lambda: thief.answered(brought))
    assert (type(error), error.code) == (AuthExpired, "signed_out")


async def test_a_code_is_typed_elsewhere_and_looked_for_at_the_interval(here: House, entra: FakeEntra) -> None:
    attempt = here.attempt()
    code = await attempt.code()
    assert (code.address, code.ends_after_s) == (f"{entra.url}/device", 900)
    assert await attempt.look() == 5.0
    here.forward(5_000)
    assert await attempt.look() == 5.0
    assert await attempt.look() == 10.0, "too soon: the server asks for more patience"
    entra.type_code(code.code)
    here.forward(10_000)
    found = await attempt.look()
    assert isinstance(found, dict)
    here.secrets |= found
    assert entra.lets_in(await here.tokens().header())


@pytest.mark.parametrize(
    ("late", "kind", "code"), [(False, Forbidden, "declined"), (True, AuthExpired, "code_expired")]
)
async def test_a_code_that_is_declined_or_has_ended_is_said_so(
    here: House, entra: FakeEntra, late: bool, kind: type[PlatformError], code: str
) -> None:
    attempt = here.attempt()
    asked = await attempt.code()
    await attempt.look()
    if late:
        here.forward(901_000)
    else:
        entra.type_code(asked.code, yes=False)
        here.forward(5_000)
    error = await raised(attempt.look)
    assert (type(error), error.code) == (kind, code)


async def test_an_app_that_may_not_use_codes_says_what_to_ask_for(here: House, entra: FakeEntra) -> None:
    entra.world.public = False
    assert (await raised(here.attempt().code)).code == "entra_not_public"


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"client_id": ""}, "entra_no_client"),
        ({"client_id": "../evil"}, "entra_no_app"),
        ({"tenant": "elsewhere.example"}, "entra_no_tenant"),
        ({"tenant": "a/b"}, "entra_no_app"),
    ],
)
async def test_what_an_administrator_has_to_mend_is_named(
    entra: FakeEntra, tmp_path: Path, settings: dict[str, str], code: str
) -> None:
    here = House(entra, tmp_path / "entra.pem", **settings)
    assert (await raised(lambda: here.attempt().address(BACK))).code == code


@pytest.mark.parametrize(
    ("authority", "code"),
    [("http://127.0.0.1:1", "no_tls"), ("login.example", "bad_url"), ("https://a@login.example", "bad_url"),
     ("https://login.example/x", "bad_url"), ("file:///etc", "bad_url")],
)  # fmt: skip
def test_an_authority_is_a_server_with_https_and_nothing_else(authority: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        PAGES.place({"authority": authority})
    assert refused.value.code == code


async def test_a_sign_in_page_on_another_server_is_not_handed_on(here: House, entra: FakeEntra) -> None:
    entra.elsewhere = "https://evil.example"
    assert (await raised(lambda: here.attempt().address(BACK))).code == "bad_page"
    assert (await raised(here.sign_in)).code == "bad_page"


def test_the_server_is_microsofts_unless_a_connection_says_otherwise() -> None:
    assert PAGES.place({}) == "https://login.microsoftonline.com"
    assert CLIENT not in PAGES.place({"client_id": CLIENT})
