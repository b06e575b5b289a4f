"""Yammer behind Microsoft Entra: signed in once in the browser, renewed in silence, and a plain word when that ends."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from console.adapters.contract import Config, Tools
from console.adapters.registry import sign_in_of
from console.adapters.yammer import Yammer as Adapted
from console.domain.conversation import ConnectionKey
from console.domain.platform import AuthExpired, Forbidden
from console.sentences.shown import error_sentence
from tests.fakes.entra import FakeEntra
from tests.fakes.yammer import Yammer


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEntra]:
    with FakeEntra() as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.trust(tmp_path)))
        yield fake


@pytest.fixture
def yammer(entra: FakeEntra) -> Iterator[Yammer]:
    with Yammer() as served:
        served.who = lambda authorization: "redactie" if entra.lets_in(authorization) else ""
        yield served


class Here:
    """One connection, and the secrets that are kept of it."""

    def __init__(self, entra: FakeEntra, yammer: Yammer, trust: Path) -> None:
        self.secrets: dict[str, str] = {}
        self.config = Config(ConnectionKey("c"), "yammer", yammer.url, settings=entra.settings())
        self.tools = Tools(now_ms=yammer.now_ms, keep=self.secrets.update, timeout_s=5)
        self._browser = httpx.Client(verify=ssl.create_default_context(cafile=str(trust)), trust_env=False)

    async def sign_in(self) -> None:
        way = sign_in_of(Adapted)
        assert way is not None
        attempt = way.begin(self.config, self.tools)
        answer = self._browser.get(f"{await attempt.address('http://localhost:9')}&person=noor&agrees=yes")
        self.secrets |= await attempt.answered(dict(httpx.URL(answer.headers["location"]).params))

    async def us(self) -> str:
        made = Adapted(self.config, self.secrets, self.tools)
        try:
            return (await made.check()).us
        finally:
            await made.close()


async def test_who_signed_in_once_goes_on_with_tokens_that_are_renewed(
    entra: FakeEntra, yammer: Yammer, tmp_path: Path
) -> None:
    here = Here(entra, yammer, tmp_path / "entra.pem")
    with pytest.raises(AuthExpired) as first:
        await here.us()
    assert first.value.code == "sign_in_first"
    await here.sign_in()
    assert await here.us() == "Redactie"
    made = Adapted(here.config, here.secrets, here.tools)
    await made.check()
    entra.end_access()
    assert (await made.check()).us == "Redactie", "in the midst of work, without anybody's doing"
    await made.close()
    assert not any(secret in str(here.config) for secret in entra.given)


async def test_who_is_signed_out_there_is_told_to_sign_in_again(
    entra: FakeEntra, yammer: Yammer, tmp_path: Path
) -> None:
    here = Here(entra, yammer, tmp_path / "entra.pem")
    await here.sign_in()
    entra.revoke()
    with pytest.raises(AuthExpired) as out:
        await here.us()
    assert "ign in" in error_sentence("AuthExpired", "yammer", out.value.words, out.value.code)


async def test_a_consent_that_lacks_the_permission_names_it(entra: FakeEntra, yammer: Yammer, tmp_path: Path) -> None:
    entra.world.permissions = {"user_impersonation"}
    here = Here(entra, yammer, tmp_path / "entra.pem")
    await here.sign_in()
    assert await here.us() == "Redactie", "its older name is as good"
    entra.world.permissions = {"iets_anders"}
    with pytest.raises(Forbidden) as lacking:
        await here.sign_in()
    assert "access_as_user" in error_sentence("Forbidden", "yammer", lacking.value.words, lacking.value.code)
