"""Mail at Microsoft 365: who signed in once in the browser is let in by a token, and a plain word says when that ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from console.adapters.contract import Config, Tools
from console.adapters.mail_address import FILES_SENT, imap_server, smtp_servers
from console.adapters.outlook import Outlook
from console.adapters.registry import sign_in_of
from console.domain.conversation import ConnectionKey
from console.domain.platform import AuthExpired
from console.sentences.shown import error_sentence
from tests.fakes.entra import RESOURCE, FakeEntra
from tests.fakes.only_tokens import OnlyTokens

WHO = "redactie@contoso.example"


@pytest.fixture
def entra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEntra]:
    with FakeEntra() as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.trust(tmp_path)))
        fake.world.permissions = {"IMAP.AccessAsUser.All", "SMTP.Send"}
        yield fake


@pytest_asyncio.fixture
async def server(entra: FakeEntra) -> AsyncIterator[tuple[OnlyTokens, int]]:
    made = OnlyTokens(entra)
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    yield made, listening.sockets[0].getsockname()[1]
    listening.close()


async def test_who_signed_in_once_is_let_in_by_a_token_also_into_a_shared_mailbox(
    entra: FakeEntra, server: tuple[OnlyTokens, int], tmp_path: Path
) -> None:
    there, port = server
    secrets: dict[str, str] = {}
    # The scopes are those of the fake: it knows no others.
    settings = {**entra.settings(), "scope": f"{RESOURCE}/.default"}
    config = Config(ConnectionKey("c"), "outlook", f"imap://127.0.0.1:{port}", WHO, settings=settings)
    tools = Tools(now_ms=lambda: int(entra.world.now_s() * 1000), keep=secrets.update, timeout_s=5)

    async def let_in() -> None:
        made = Outlook(config, secrets, tools)
        try:
            await made._parts().lines[0].do(lambda client: client.capabilities())
        finally:
            await made.close()

    with pytest.raises(AuthExpired) as first:
        await let_in()
    assert first.value.code == "sign_in_first"
    way = sign_in_of(Outlook)
    assert way is not None
    attempt = way.begin(config, tools)
    trusting = ssl.create_default_context(cafile=str(tmp_path / "entra.pem"))
    async with httpx.AsyncClient(verify=trusting, trust_env=False) as browser:
        answer = await browser.get(f"{await attempt.address('http://localhost:9')}&person=noor&agrees=yes")
    secrets |= await attempt.answered(dict(httpx.URL(answer.headers["location"]).params))
    await let_in()
    assert there.users == [WHO], "the mailbox's address, not that of who signed in"
    entra.revoke()
    with pytest.raises(AuthExpired) as ended:
        await let_in()
    assert error_sentence("AuthExpired", "outlook", ended.value.words, ended.value.code)


def test_microsofts_servers_are_known_and_file_what_was_sent_themselves() -> None:
    made = Outlook(Config(ConnectionKey("c"), "outlook", "", WHO), {}, Tools(now_ms=lambda: 0))
    imap = imap_server(made._config.url)
    assert imap.address == "imaps://outlook.office365.com:993"
    assert [one.address for one in smtp_servers("", imap)] == ["smtp://smtp.office365.com:587"]
    assert imap.host in FILES_SENT
