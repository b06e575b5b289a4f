"""Signing in with Entra, against one that behaves: in the browser, with a code, and silently ever after."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.adapters.contract import Config, Tools
from console.adapters.entra import Entra, EntraTokens
from console.domain.conversation import ConnectionKey
from console.domain.platform import (
    AuthExpired,
)
from tests.fakes.entra import FakeEntra
from tests.houses import Clock

PAGES = Entra(("https://api.yammer.com/.default", "offline_access"), needs=(("access_as_user", "user_impersonation"),))
BACK = "http://localhost:9"


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEntra]:
    with FakeEntra() as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.trust(tmp_path)))
        yield fake


class House:
    """One connection's tokens, as the collector keeps them."""

    def __init__(self, entra: FakeEntra, **settings: str) -> None:
        self.entra = entra
        self.clock = Clock()
        self.secrets: dict[str, str] = {}
        self.config = Config(ConnectionKey("c"), "yammer", "", settings=entra.settings() | settings)
        self.tools = Tools(now_ms=self.clock, keep=self.secrets.update, timeout_s=5)

    async def sign_in(self, trust: Path, person: str = "noor") -> None:
        attempt = PAGES.begin(self.config, self.tools)
        self.secrets |= await attempt.answered(came_back(await attempt.address(BACK), trust, person))

    def tokens(self) -> EntraTokens:
        return EntraTokens(PAGES, self.config, self.secrets, self.tools)


def came_back(address: str, trust: Path, person: str = "noor", *, agrees: bool = True) -> dict[str, str]:
    """What the browser brings back, taken out of where it is sent."""
    import httpx

    browser = httpx.Client(verify=str(trust), trust_env=False)
    answer = browser.get(f"{address}&person={person}&agrees={'yes' if agrees else 'no'}")
    return dict(httpx.URL(answer.headers["location"]).params)


@pytest.fixture
def trust(entra: FakeEntra, tmp_path: Path) -> Path:
    return tmp_path / "entra.pem"


async def test_a_person_who_signs_in_gets_tokens_that_the_platform_takes(entra: FakeEntra, trust: Path) -> None:
    here = House(entra)
    with pytest.raises(AuthExpired) as first:
        await here.tokens().header()
    assert first.value.code == "sign_in_first"
    await here.sign_in(trust)
    assert entra.lets_in(await here.tokens().header())
    assert entra.asked == ["authorization_code", "refresh_token"] or entra.asked == ["authorization_code"]
