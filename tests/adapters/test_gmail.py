"""Mail at Google: who signed in once in the browser is let in by a token, and a plain word says when that ends."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio

from console.adapters.contract import Config, Tools
from console.adapters.gmail import SIGN_IN, Gmail
from console.adapters.google import Attempt
from console.adapters.mail_address import FILES_SENT, imap_server, smtp_servers
from console.adapters.registry import sign_in_of
from console.domain.conversation import ConnectionKey
from console.domain.platform import AuthExpired, BadResponse, Forbidden, PlatformError, Rejected, Unreachable
from console.domain.sign_in_pages import stands_on
from console.sentences.shown import error_sentence
from tests.fakes.google import FakeGoogle
from tests.fakes.only_tokens import OnlyTokens

WHO = "redactie@example.org"


class SigningIn:
    """Somebody who signs in with this Google, and the mailbox that is let in."""

    def __init__(self, google: FakeGoogle, trust: Path, port: int) -> None:
        self.google, self.secrets, self._trust = google, dict[str, str](), trust
        self.config = Config(ConnectionKey("c"), "gmail", f"imap://127.0.0.1:{port}", WHO, settings=google.settings())
        self.tools = Tools(now_ms=lambda: int(google.world.now_s() * 1000), keep=self.secrets.update, timeout_s=5)

    def attempt(self, **settings: str) -> Attempt:
        config = Config(ConnectionKey(""), "gmail", "", WHO, settings={**self.config.settings, **settings})
        return SIGN_IN.begin(config, self.tools)

    async def query(self, attempt: Attempt, agrees: str = "yes") -> dict[str, str]:
        """What the browser brings back."""
        address = await attempt.address("http://localhost:9")
        assert stands_on(address, SIGN_IN.place(self.config.settings))
        trusting = ssl.create_default_context(cafile=str(self._trust))
        async with httpx.AsyncClient(verify=trusting, trust_env=False) as browser:
            answer = await browser.get(f"{address}&person=noor&agrees={agrees}")
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["location"]).query))

    async def let_in(self) -> None:
        made = Gmail(self.config, self.secrets, self.tools)
        try:
            await made._parts().lines[0].do(lambda client: client.capabilities())
        finally:
            await made.close()


@pytest.fixture
def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    with FakeGoogle() as fake:
        monkeypatch.setenv("SSL_CERT_FILE", str(fake.trust(tmp_path)))
        yield fake


@pytest_asyncio.fixture
async def signing_in(google: FakeGoogle, tmp_path: Path) -> AsyncIterator[tuple[SigningIn, OnlyTokens]]:
    there = OnlyTokens(google)
    listening = await asyncio.start_server(there.serve, "127.0.0.1", 0)
    yield SigningIn(google, tmp_path / "entra.pem", listening.sockets[0].getsockname()[1]), there
    listening.close()


def sentence(error: PlatformError) -> str:
    return error_sentence(type(error).__name__, "gmail", error.words, error.code)


async def test_who_signed_in_once_is_let_in_renewed_and_told_when_it_ends(
    signing_in: tuple[SigningIn, OnlyTokens],
) -> None:
    who, there = signing_in
    with pytest.raises(AuthExpired) as first:
        await who.let_in()
    assert first.value.code == "sign_in_first"
    attempt = who.attempt()
    query = await who.query(attempt)
    assert attempt.is_ours(query)
    assert not attempt.is_ours({**query, "state": "anders"})
    who.secrets |= await attempt.answered(query)
    assert not attempt.is_ours(query), "an answer is good for once"
    await who.let_in()
    assert who.google.asked == ["authorization_code"], "a token that is good is not renewed"
    who.google.end_access()
    who.google.world.offset_s += 3_600
    await who.let_in()
    assert who.google.asked == ["authorization_code", "refresh_token"]
    assert there.users == [WHO, WHO]
    who.google.world.offset_s += 3_600
    who.google.revoke()
    with pytest.raises(AuthExpired) as ended:
        await who.let_in()
    assert (ended.value.code, bool(sentence(ended.value))) == ("signed_out", True)


async def test_what_a_person_or_an_administrator_has_to_mend_is_named(signing_in: tuple[SigningIn, OnlyTokens]) -> None:
    who, _there = signing_in
    attempt = who.attempt()
    with pytest.raises(Forbidden) as declined:
        await attempt.answered(await who.query(attempt, agrees="no"))
    assert declined.value.code == "declined"
    who.google.scope = "openid"
    attempt = who.attempt()
    with pytest.raises(Forbidden) as unticked:
        await attempt.answered(await who.query(attempt))
    assert (unticked.value.code, "tick" in sentence(unticked.value)) == ("google_no_mail", True)
    attempt = who.attempt(client_secret="fout")
    with pytest.raises(Rejected) as unknown:
        await attempt.answered(await who.query(attempt))
    assert (unknown.value.code, "googleusercontent" in sentence(unknown.value)) == ("google_no_app", True)
    with pytest.raises(Rejected) as empty:
        await who.attempt(client_secret="").address("http://localhost:9")
    assert (empty.value.code, bool(sentence(empty.value))) == ("google_no_client", True)
    with pytest.raises(Rejected) as code:
        await who.attempt().code()
    assert (code.value.code, bool(sentence(code.value))) == ("google_no_code", True)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [((200, "text/html", b"<p>Welkom</p>"), BadResponse), ((200, "application/json", b"[]"), BadResponse),
     ((200, "application/json", b"{}"), BadResponse), ((200, "application/json", b'{"access_token":"x","expires_in":3600}'), BadResponse),
     ((503, "text/html", b"weg"), Unreachable)],
)  # fmt: skip
async def test_an_odd_answer_is_said_and_signs_nobody_in(
    signing_in: tuple[SigningIn, OnlyTokens], fault: tuple[int, str, bytes], kind: type[PlatformError]
) -> None:
    who, _there = signing_in
    attempt = who.attempt()
    query = await who.query(attempt)
    who.google.world.fault = fault
    with pytest.raises(kind) as odd:
        await attempt.answered(query)
    assert sentence(odd.value)


@pytest.mark.parametrize("kept", ["", "{}", "[]", "null", "geen json", '{"access_token": "x"}'])
async def test_what_was_kept_and_cant_be_read_asks_for_a_new_sign_in(
    signing_in: tuple[SigningIn, OnlyTokens], kept: str
) -> None:
    who, _there = signing_in
    who.secrets["tokens"] = kept
    with pytest.raises(AuthExpired) as first:
        await who.let_in()
    assert first.value.code == "sign_in_first"


def test_googles_servers_are_known_and_file_what_was_sent_themselves() -> None:
    made = Gmail(Config(ConnectionKey("c"), "gmail", "", WHO), {}, Tools(now_ms=lambda: 0))
    imap = imap_server(made._config.url)
    assert imap.address == "imaps://imap.gmail.com:993"
    assert [one.address for one in smtp_servers("", imap)] == ["smtps://smtp.gmail.com:465"]
    assert imap.host in FILES_SENT
    assert sign_in_of(Gmail) is SIGN_IN
