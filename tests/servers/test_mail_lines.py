"""The lines to a mail server: certificates that are wrong, a wait that is renewed in time, and few connections."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import trustme
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from console.adapters.conformance import Shelf
from console.adapters.contract import Config, Tools
from console.adapters.imap import Credential, Imap
from console.adapters.mail import Mail
from console.adapters.mail_address import Server
from console.adapters.mail_listening import Idle
from console.adapters.smtp import Smtp
from console.domain.conversation import ConnectionKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import Unreachable
from console.sentences.shown import check_line, error_sentence
from tests.fakes.imap import Call, OddImap
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.mailbox import Mailbox, now_ms

PATIENCE_S = 5.0
MINUTE_S = 60.0


async def credential(user: str) -> Credential:
    return Credential(user, PASSWORD)


async def sign_in() -> Credential:
    return await credential("redactie@intra.test")


# -- certificates ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Door:
    """A mail server as far as TLS, and all that is said to it."""

    kind: str
    tls: str
    context: ssl.SSLContext
    heard: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Server]:
        context = self.context if self.tls == "tls" else None
        listening = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        yield Server(self.kind, "127.0.0.1", listening.sockets[0].getsockname()[1], self.tls)
        listening.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):  # whoever doesn't trust it hangs up
            writer.write(b"220 hello\r\n" if self.kind == "smtp" else b"* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n")
            while line := (await reader.readline()).decode().strip():
                self.heard.append(line)
                tag = "" if self.kind == "smtp" else line.partition(" ")[0]
                if line.upper().startswith("EHLO"):
                    writer.write(b"250-here\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n")
                elif line.upper().endswith("STARTTLS"):
                    writer.write(f"{tag} OK go\r\n".encode() if tag else b"220 go\r\n")
                    await writer.start_tls(self.context)
                elif tag:
                    writer.write(f"* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n".encode())
                else:
                    writer.write(b"235 in\r\n")
        writer.close()


def certificate(folder: Path, wrong: str) -> ssl.SSLContext:
    """A certificate of an authority that is trusted as `folder` says, but for what is wrong with it."""
    authority, now = trustme.CA(), datetime.now(UTC)
    name = "elders.intra.test" if wrong == "cert_host" else "127.0.0.1"
    until = now - timedelta(days=1) if wrong == "cert_expired" else now + timedelta(days=1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, not_before=now - timedelta(days=9), not_after=until).configure_cert(context)
    trusted = trustme.CA() if wrong == "cert_untrusted" else authority
    trusted.cert_pem.write_to_path(str(folder / "authority.pem"))
    return context


@pytest.mark.parametrize("wrong", ["", "cert_expired", "cert_host", "cert_untrusted"])
@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("kind", ["imap", "smtp"])
async def test_no_password_goes_over_a_line_whose_certificate_is_wrong(
    kind: str, tls: str, wrong: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = Door(kind, tls, certificate(tmp_path, wrong))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    async def signed_in(server: Server) -> None:
        if kind == "smtp":
            await Smtp(server, sign_in, PATIENCE_S).look()
            return
        line = Imap(server, sign_in, PATIENCE_S)
        try:
            await line.do(lambda client: client.noop())
        finally:
            line.close()

    async with door.open() as server:
        if not wrong:
            await signed_in(server)
            assert any("LOGIN" in said or "AUTH" in said for said in door.heard), "with a good one it goes on"
            return
        with pytest.raises(Unreachable) as refused:
            await signed_in(server)
    assert refused.value.code == wrong
    assert not refused.value.maybe_sent
    assert error_sentence("Unreachable", "mail", refused.value.words, wrong)
    assert not any("LOGIN" in said or "AUTH" in said for said in door.heard)


# -- the wait for news -----------------------------------------------------------------------------------------------------


class Waits:
    """A server that ends a wait after so many minutes, by a clock that the test moves."""

    def __init__(self, server: OddImap, ends_s: float) -> None:
        self.at_s, self.ends_s = 0.0, ends_s
        self._began_s: float | None = None
        self._line: Call | None = None
        self.begun = self.dropped = 0
        server.instead |= {"IDLE": self._idle, "DONE": self._done}

    async def _idle(self, call: Call) -> bool:
        self._began_s, self._line, self.begun = self.at_s, call, self.begun + 1
        return False

    async def _done(self, call: Call) -> bool:
        self._began_s = None
        return False

    def advance(self, seconds: float) -> None:
        self.at_s += seconds
        if self._began_s is not None and self._line is not None and self.at_s - self._began_s >= self.ends_s:
            self.dropped, self._began_s = self.dropped + 1, None
            self._line.say(b"* BYE Autologout; idle for too long")
            self._line.writer.close()

    def tell(self) -> None:
        assert self._line is not None
        self._line.say(b"* 1 EXISTS")


@asynccontextmanager
async def waiting(server: OddImap, waits: Waits) -> AsyncIterator[Idle]:
    line = Imap(Server("imap", "127.0.0.1", server.port, "none"), sign_in, PATIENCE_S)
    yield Idle(line, ["INBOX"], lambda: waits.at_s)
    line.close()


async def test_a_server_that_ends_a_wait_after_29_minutes_never_has_to() -> None:
    async with OddImap() as server:
        waits = Waits(server, 29 * MINUTE_S)
        async with waiting(server, waits) as idle:
            for _minute in range(6 * 60):
                await idle.begin()
                await idle.wait(0.001)
                waits.advance(MINUTE_S)
            assert waits.dropped == 0
            assert waits.begun == pytest.approx(6 * 60 / 25, abs=2), "renewed, and not more often than needed"
            assert server.calls.count("LOGIN") == 1


@pytest.mark.parametrize("ends_min", [29, 4])
async def test_a_wait_that_was_dropped_all_the_same_is_begun_again_and_tells_of_what_comes(ends_min: int) -> None:
    """29: the computer slept, so that it wasn't renewed in time. 4: a router between forgets lines."""
    async with OddImap() as server:
        waits = Waits(server, ends_min * MINUTE_S)
        async with waiting(server, waits) as idle:
            for times in range(1, 4):
                await idle.begin()
                waits.advance(ends_min * MINUTE_S)
                assert waits.dropped == times, "it was really dropped"
                await idle.wait(PATIENCE_S)  # the goodbye is heard, and is no error
                waits.advance(MINUTE_S)
            await idle.begin()
            told = asyncio.create_task(idle.wait(60.0))
            await asyncio.sleep(0)
            waits.tell()
            await asyncio.wait_for(told, PATIENCE_S)
            assert waits.begun == 4


# -- few connections ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [1, 2])
async def test_where_few_connections_are_allowed_news_still_comes_and_answers_still_leave(most: int) -> None:
    few = Dovecot(f"mail_max_userip_connections = {most}")
    try:
        box = Mailbox(few)
        thread = box.open_thread("Rooster", "Waar is het?")
        few.end_sessions()
        lines = [IMAPClient(few.host, few.imap_port, ssl=False) for _ in range(most + 1)]
        with pytest.raises(LoginError, match="LIMIT"):  # it is really one too many
            [line.login(box.us, PASSWORD) for line in lines]
        for line in lines:
            line.shutdown()
        shelf = Shelf()
        tools = Tools(now_ms=now_ms, known=shelf.known, held=shelf.held, timeout_s=PATIENCE_S)
        adapter = box.adapter(tools, box.config(poll_s="1"))
        stream = adapter.streams()[0]
        await shelf.catch_up(adapter)
        listening = asyncio.create_task(adapter.listen(stream, shelf.cursors["mail"]))
        await asyncio.sleep(0)
        intent = Intent(
            IntentId("0198-weinig"), Kind.REPLY, ConnectionKey("connection"), box.space, thread, None, "Morgen.",
            state=State.SENDING, by="ik", created_at_ms=1_795_600_000_000, not_before_ms=0, attempts=1,
        )  # fmt: skip
        await adapter.perform(intent)
        await listening
        await shelf.catch_up(adapter)
        assert sorted(one.text for one in shelf.messages.values()) == ["Morgen.", "Waar is het?"]
        await adapter.close()
    finally:
        few.close()


# -- several folders ---------------------------------------------------------------------------------------------------------


async def test_a_server_that_can_tells_of_every_folder_at_once(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    name = 'Zeg "ja"'
    dovecot.session(box.us).create_folder(name)
    line = Imap(
        Server("imap", "127.0.0.1", dovecot.imap_port, "none"), partial(credential, box.us), PATIENCE_S, waits=True
    )
    idle = Idle(line, ["INBOX", name, "Weg"])
    await idle.begin()
    told = asyncio.create_task(idle.wait(60.0))
    await asyncio.to_thread(dovecot.put, box.us, name, box.mail("Vraag", "Hallo").as_bytes())
    await asyncio.wait_for(told, 20)
    line.close()


async def test_where_only_one_folder_tells_the_check_says_so() -> None:
    async with OddImap(folders=[b'(\\HasNoChildren) "/" INBOX', b'(\\HasNoChildren) "/" Vragen']) as server:
        config = Config(
            ConnectionKey("c"),
            "mail",
            server.url,
            "a@b.nl",
            settings={"folders": "INBOX;Vragen", "smtp": "smtp://127.0.0.1:1"},
        )
        made = Mail(config, {"password": PASSWORD}, Tools(now_ms=now_ms, timeout_s=PATIENCE_S))
        (line,) = [one for one in (await made.check()).lines if one.code == "mail_live_first"]
        assert line.limited
        assert "‘INBOX’" in str(check_line(line, "mail"))
        await made.close()
