"""Bad days of a mail server: what came in is kept, the rest goes on, and a plain sentence says what is the matter."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from console.adapters import imap
from console.adapters.conformance import Shelf
from console.adapters.contract import Config, Tools
from console.adapters.mail import Mail
from console.domain.conversation import ConnectionKey, MessageState
from console.domain.platform import BadResponse, PlatformError, RateLimited, Unreachable
from console.sentences.shown import error_sentence
from tests.fakes.imap import Call, OddImap
from tests.servers.dovecot import PASSWORD, mail
from tests.servers.mailbox import now_ms

US = "redactie@intra.test"
PATIENCE_S = 2.0
VISIBLE = MessageState.VISIBLE


def mails(*texts: str) -> list[bytes]:
    return [
        mail(text, subject=text, message_id=f"<{n}@intra.test>").as_bytes().replace(b"\n", b"\r\n")
        for n, text in enumerate(texts)
    ]


class Reader:
    """Somebody who reads such a server."""

    def __init__(self, server: OddImap, timeout_s: float = PATIENCE_S, **settings: str) -> None:
        self.shelf = Shelf()
        self.later_ms = 0
        tools = Tools(
            now_ms=lambda: now_ms() + self.later_ms, known=self.shelf.known, held=self.shelf.held, timeout_s=timeout_s
        )
        config = Config(ConnectionKey("c"), "mail", server.url, US, "imap.intra.test", settings=settings)
        self.mail = Mail(config, {"password": PASSWORD}, tools)

    async def catch_up(self) -> None:
        await self.shelf.catch_up(self.mail)

    async def fails(self) -> PlatformError:
        """What goes wrong; it must be said in a sentence of ours."""
        with pytest.raises(PlatformError) as told:
            await self.catch_up()
        error = told.value
        assert len(error_sentence(type(error).__name__, "mail", error.words, error.code)) > 20
        return error

    def texts(self) -> list[str]:
        return [one.text for one in self.shelf.messages.values()]


@pytest_asyncio.fixture
async def server() -> AsyncIterator[OddImap]:
    async with OddImap(mails("Een", "Twee", "Drie")) as made:
        yield made


@pytest_asyncio.fixture
async def reader(server: OddImap) -> AsyncIterator[Reader]:
    made = Reader(server)
    yield made
    await made.mail.close()


def about(call: Call, uid: int) -> bool:
    """Whether a command asks for this mail."""
    wanted = (part.partition(":") for part in call.rest.partition(" ")[0].split(","))
    return any(int(first) <= uid <= int(last or first) for first, _, last in wanted)


def asks_for_text(call: Call) -> bool:
    return "BODY.PEEK[]" in call.rest or "BODY.PEEK[TEXT]" in call.rest


async def test_it_is_read_as_any_other(server: OddImap, reader: Reader) -> None:
    await reader.catch_up()
    assert reader.texts() == ["Een", "Twee", "Drie"]


REFUSALS = [b"NO [SERVERBUG] Internal error occurred", b"BAD Command Error. 10", b"NO some of it is broken"]


@pytest.mark.parametrize("told", REFUSALS)
async def test_a_mail_that_cant_be_had_whole_is_read_as_far_as_it_can(
    server: OddImap, reader: Reader, told: bytes
) -> None:
    refused = 0

    async def refuse(call: Call) -> bool:
        nonlocal refused
        if not about(call, 2) or "BODY.PEEK[]" not in call.rest:
            return False
        refused += 1
        call.done(told)
        return True

    server.instead["FETCH"] = refuse
    await reader.catch_up()
    assert refused >= 1, "it was really refused"
    assert reader.texts() == ["Een", "Twee", "Drie"]


@pytest.mark.parametrize("told", REFUSALS)
async def test_a_mail_that_cant_be_had_is_kept_as_unreadable_and_read_once_it_can(
    server: OddImap, reader: Reader, told: bytes
) -> None:
    refused = 0

    async def refuse(call: Call) -> bool:
        nonlocal refused
        if not about(call, 2) or not asks_for_text(call):
            return False
        refused += 1
        call.done(told)
        return True

    server.instead["FETCH"] = refuse
    await reader.catch_up()
    assert refused >= 1, "it was really refused"
    states = {one.title: one.state for one in reader.shelf.messages.values()}
    assert states == {"Een": VISIBLE, "Twee": MessageState.UNREADABLE, "Drie": VISIBLE}
    refused = 0
    await reader.catch_up()
    assert refused == 0, "it isn't asked for again and again"
    server.instead.clear()
    reader.later_ms += 600_000
    await reader.catch_up()
    assert {one.title: one.state for one in reader.shelf.messages.values()} == dict.fromkeys(states, VISIBLE)
    assert sorted(reader.texts()) == ["Drie", "Een", "Twee"]


async def test_a_mail_of_which_nothing_can_be_had_stands_there_until_it_can(server: OddImap, reader: Reader) -> None:
    async def refuse(call: Call) -> bool:
        if not about(call, 2):
            return False
        call.done(REFUSALS[0])
        return True

    server.instead["FETCH"] = refuse
    await reader.catch_up()
    states = [one.state for one in reader.shelf.messages.values()]
    assert sorted(states) == [MessageState.UNREADABLE, VISIBLE, VISIBLE]
    server.instead.clear()
    reader.later_ms += 600_000
    await reader.catch_up()
    assert sorted(reader.texts()) == ["Drie", "Een", "Twee"]
    await reader.catch_up()
    assert [one.state for one in reader.shelf.messages.values()] == [VISIBLE] * 3


async def test_a_mailbox_that_gives_no_mail_at_all_is_said_and_nothing_is_taken_for_read(
    server: OddImap, reader: Reader
) -> None:
    async def refuse(call: Call) -> bool:
        if asks_for_text(call):
            call.done(REFUSALS[0])
        return asks_for_text(call)

    server.instead["FETCH"] = refuse
    assert (await reader.fails()).code == "mail_fault"
    assert reader.texts() == []
    server.instead.clear()
    await reader.catch_up()
    assert reader.texts() == ["Een", "Twee", "Drie"]


async def test_a_mail_larger_than_it_said_stops_no_other(server: OddImap, reader: Reader) -> None:
    announced = 0

    async def announce(call: Call) -> bool:
        nonlocal announced
        if not about(call, 2) or not asks_for_text(call):
            return False
        announced += 1
        call.say(b"* 2 FETCH (UID 2 BODY[] {200000000}")
        call.writer.write(b"x" * 100_000)
        return True

    server.instead["FETCH"] = announce
    await reader.catch_up()
    assert announced >= 1
    states = {one.title: one.state for one in reader.shelf.messages.values()}
    assert states == {"Een": VISIBLE, "Twee": MessageState.UNREADABLE, "Drie": VISIBLE}


async def test_a_goodbye_in_the_middle_keeps_what_was_read(server: OddImap, reader: Reader) -> None:
    await reader.catch_up()
    server.mails += mails("Een", "Twee", "Drie", "Vier")[3:]
    left = 2

    async def goodbye(call: Call) -> bool:
        nonlocal left
        if not left:
            return False
        left -= 1
        call.say(b"* 4 FETCH (UID 4", b"* BYE Autologout; see you")
        call.writer.close()
        return True

    server.instead["FETCH"] = goodbye
    assert isinstance(await reader.fails(), Unreachable)
    assert reader.texts() == ["Een", "Twee", "Drie"]
    await reader.catch_up()
    assert left == 0
    assert reader.texts() == ["Een", "Twee", "Drie", "Vier"]


@pytest.mark.parametrize(
    ("greeting", "kind", "code"),
    [(b"* BYE Too many connections\r\n", RateLimited, "mail_limit"), (b"* BYE [UNAVAILABLE] later\r\n", Unreachable, "mail_busy"),
     (b"HTTP/1.1 400 Bad Request\r\n\r\n", BadResponse, "broken"), (b"\xff\xfe\x00\r\n" * 50, BadResponse, "broken"),
     (b"* OK " + b"x" * 2_000_000 + b"\r\n", BadResponse, "broken"), (b"", Unreachable, "timeout")],
)  # fmt: skip
async def test_a_server_that_says_no_or_nonsense_at_the_door(
    greeting: bytes, kind: type[PlatformError], code: str
) -> None:
    async with OddImap(greeting=greeting) as server:
        reader = Reader(server, 0.5)
        error = await reader.fails()
        assert (type(error), error.code) == (kind, code)
        assert server.calls == [], "nothing was said to it"
        await reader.mail.close()


async def test_no_password_goes_to_a_server_that_takes_none(server: OddImap, reader: Reader) -> None:
    server.capabilities = "IMAP4rev1 LOGINDISABLED AUTH=GSSAPI"
    error = await reader.fails()
    assert (type(error).__name__, error.code) == ("AuthExpired", "mail_no_passwords")
    assert not {"LOGIN", "AUTHENTICATE"} & set(server.calls)


async def test_too_many_connections_are_said_and_waited_for(server: OddImap, reader: Reader) -> None:
    async def full(call: Call) -> bool:
        call.done(b"NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=1)")
        return True

    server.instead["LOGIN"] = full
    error = await reader.fails()
    assert isinstance(error, RateLimited)
    assert error.code == "mail_limit"
    del server.instead["LOGIN"]
    await reader.catch_up()
    assert len(reader.texts()) == 3


async def test_a_server_that_talks_without_end_is_left(
    server: OddImap, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "MAX_ANSWER_BYTES", imap.MAX_ANSWER_BYTES // 50)
    said = 0

    async def endless(call: Call) -> bool:
        nonlocal said
        while not call.writer.is_closing() and said < 20_000_000:
            call.writer.write(b"* OK still here, and here is more for you to read\r\n" * 2_000)
            said += 100_000
            await call.writer.drain()
        return True

    server.instead["EXAMINE"] = endless
    error = await reader.fails()
    assert (type(error), error.code) == (BadResponse, "too_big")
    assert said < 20_000_000


async def test_a_server_that_answers_letter_by_letter_is_left(server: OddImap) -> None:
    letters = 0

    async def drip(call: Call) -> bool:
        nonlocal letters
        while not call.writer.is_closing():
            call.writer.write(b"*")
            letters += 1
            await call.writer.drain()
            await asyncio.sleep(0.02)
        return True

    server.instead["EXAMINE"] = drip
    reader = Reader(server, 0.05)
    error = await reader.fails()
    assert (type(error), error.code) == (Unreachable, "timeout")
    assert letters > 3, "it never was silent for so long"
    await reader.mail.close()


@pytest.mark.parametrize(
    "told",
    [
        b'* 1 FETCH (UID 1 INTERNALDATE "99-Foo-0000 99:99:99 +9999" RFC822.SIZE x)',
        b"* FETCH",
        b"* 1 FETCH ((((((",
        b"* 1 FETCH NIL",
    ],
)
async def test_nonsense_about_one_mail_stops_no_other(server: OddImap, reader: Reader, told: bytes) -> None:
    strikes = 0

    async def nonsense(call: Call) -> bool:
        nonlocal strikes
        if not about(call, 1):
            return False
        strikes += 1
        asked = call.rest.partition(" ")[2]
        call.say(told, *(server.fetched(uid, asked) for uid in (2, 3) if about(call, uid)))
        call.done()
        return True

    server.instead["FETCH"] = nonsense
    await reader.catch_up()
    assert strikes
    assert {"Twee", "Drie"} <= set(reader.texts())


@pytest.mark.parametrize(
    "name", [b'"&AGkX"', b'"a&b"', b'"&&&&"', '"Café"'.encode(), b'"&2D3eAA-"', b'{5}\r\nab"cd', b"NIL"]
)
async def test_a_folder_whose_name_is_none_hides_no_other(server: OddImap, name: bytes) -> None:
    server.folders += [b'(\\HasNoChildren) "/" ' + name, b'(\\HasNoChildren \\Sent) "/" Verzonden']
    reader = Reader(server, smtp="smtp://127.0.0.1:1")
    found = await reader.mail.check()
    assert {"signed_in", "mail_folders"} <= {line.code for line in found.lines if line.ok}
    assert "mail_no_folder" not in {line.code for line in found.lines}
    assert found.settings["sent"] == "Verzonden"
    await reader.mail.close()
