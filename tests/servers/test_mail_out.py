"""Answering from a real mailbox: what leaves, how it is found, and what stands in the way."""

from __future__ import annotations

import email.policy
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
import pytest_asyncio

from console.adapters.conformance import Shelf
from console.adapters.contract import Config, Tools
from console.adapters.imap import Credential
from console.adapters.mail import Mail
from console.adapters.mail_address import Server
from console.adapters.smtp import Smtp
from console.domain.conversation import ConnectionKey, MessageKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, State
from console.domain.platform import AuthExpired, PlatformError, RateLimited, Rejected, Sighting, Unreachable
from console.sentences.shown import check_line, error_sentence
from tests.servers.dovecot import PASSWORD, Dovecot, mail
from tests.servers.mail_line import MailLine
from tests.servers.mailbox import Mailbox, now_ms, words
from tests.servers.proxy import AWAY, CUT_AFTER, Proxy, Request, Tls, instead

CREATED_MS = 1_795_600_000_000


@dataclass(slots=True)
class Answering:
    """A mailbox with a question in it, and what was confirmed."""

    box: Mailbox
    line: MailLine
    thread: ThreadKey
    shelf: Shelf = field(default_factory=Shelf)
    steps: list[str] = field(default_factory=list)

    def adapter(self, **settings: str) -> Mail:
        tools = Tools(now_ms=now_ms, known=self.shelf.known, held=self.shelf.held, timeout_s=5.0,
                      confirmed=lambda intent, step: self.steps.append(step))  # fmt: skip
        return self.box.adapter(tools, self.box.config(self.line.url, self.line.smtp_url, **settings))

    def intent(self, text: str = "Morgen.", message: MessageKey | None = None) -> Intent:
        return Intent(
            IntentId("0198-een-twee"), Kind.REPLY, ConnectionKey("connection"), self.box.space, self.thread, message, text,
            state=State.SENDING, by="ik", created_at_ms=CREATED_MS, not_before_ms=0, attempts=1, steps=tuple(self.steps),
        )  # fmt: skip

    def sent(self) -> list[EmailMessage]:
        return [parsed(data) for data in self.box.dovecot.mails(self.box.us, "Sent").values()]

    def came_back(self) -> int:
        return sum(self.box.us in str(parsed(data)["From"]) for data in self.box.dovecot.mails(self.box.us).values())


def parsed(data: bytes) -> EmailMessage:
    return BytesParser(_class=EmailMessage, policy=email.policy.default).parsebytes(data)


@pytest_asyncio.fixture
async def answering(dovecot: Dovecot) -> AsyncIterator[Answering]:
    box = Mailbox(dovecot)
    with MailLine(dovecot.imap_port, dovecot.smtp_port) as line:
        yield Answering(box, line, box.open_thread("Rooster", "Waar is het?"))
    dovecot.submission.next("ok")
    dovecot.end_sessions()


def handed_over(request: Request) -> bool:
    return request.method == "SEND"


def filed(request: Request) -> bool:
    return request.method == "APPEND"


async def test_an_answer_names_what_it_answers_and_lies_in_sent_once(answering: Answering) -> None:
    said = answering.box.say(answering.thread, "Weet iemand het?")
    adapter = answering.adapter(name="Redactie")
    performed = await adapter.perform(answering.intent(message=said))
    (sent,) = answering.sent()
    asked, root = answering.box.keys.id_in(said, "message"), answering.box.keys.id_in(answering.thread, "message")
    assert performed.message == answering.box.key(f"lp-0198-een-twee@{answering.box.us.partition('@')[2]}")
    assert str(sent["Message-ID"]) == f"<{answering.box.keys.id_in(performed.message, 'message')}>"
    assert str(sent["In-Reply-To"]) == f"<{asked}>"
    assert str(sent["References"]) == f"<{root}> <{asked}>"
    assert (str(sent["From"]), str(sent["To"]), str(sent["Subject"])) == (
        f"Redactie <{answering.box.us}>", "Sanne Bakker <sanne@intra.test>", "Re: Rooster",
    )  # fmt: skip
    assert str(sent["X-Auto-Response-Suppress"]) == "All"
    session = answering.box.dovecot.session(answering.box.us)
    session.select_folder("Sent", readonly=True)
    assert session.search("SEEN") == [1]
    assert (answering.came_back(), answering.steps) == (1, ["accepted"])
    await adapter.close()


async def test_the_same_intent_is_always_the_same_mail(answering: Answering) -> None:
    answering.box.dovecot.submission.taken.clear()
    adapter = answering.adapter()
    await adapter.perform(answering.intent("Één 1 < 2 👍\n.\n.. en een punt"))
    answering.steps.clear()
    await adapter.perform(answering.intent("Één 1 < 2 👍\n.\n.. en een punt"))
    first, second = (one.content for one in answering.box.dovecot.submission.taken)
    assert first == second
    assert words(parsed(first)) == "Één 1 < 2 👍\n.\n.. en een punt"  # type: ignore[arg-type]
    assert len(answering.sent()) == 1
    await adapter.close()


async def test_whoever_asks_for_answers_elsewhere_gets_them_there_and_a_list_only_if_chosen(
    answering: Answering,
) -> None:
    box = answering.box
    headers = {"List_Id": "<v.intra.test>", "List_Post": "<mailto:v@intra.test>"}
    for number, (reply_to, settings, wanted) in enumerate((
        ("elders@intra.test", {}, "elders@intra.test"), ("v@intra.test", {}, "sanne@intra.test"),
        ("v@intra.test", {"answer_lists": "yes"}, "v@intra.test"),
    )):  # fmt: skip
        asked = mail("Vraag", to=box.us, message_id=f"<vraag{number}.{box.us}>", Reply_To=reply_to, **headers)
        box.dovecot.deliver(box.us, asked)
        adapter = answering.adapter(**settings)
        intent = replace(answering.intent(), id=IntentId(f"lijst-{number}"), message=box.key(f"vraag{number}.{box.us}"))
        await adapter.perform(intent)
        sent = next(one for one in answering.sent() if f"lijst-{number}" in str(one["Message-ID"]))
        assert wanted in str(sent["To"])
        await adapter.close()


@pytest.mark.parametrize(
    ("mode", "error", "told"),
    [("refuse", Rejected, "refused by policy"), ("later", RateLimited, "try later"), ("full", RateLimited, "mailbox full"),
     ("nobody", Rejected, "no such user")],
)  # fmt: skip
async def test_a_refusal_is_told_in_the_servers_own_words(
    answering: Answering, mode: str, error: type[PlatformError], told: str
) -> None:
    answering.box.dovecot.submission.next(mode)
    adapter = answering.adapter()
    with pytest.raises(error, match=told) as refused:
        await adapter.perform(answering.intent())
    assert answering.box.dovecot.submission.happened == 1, "it was really refused"
    assert told in error_sentence(error.__name__, "mail", refused.value.words, refused.value.code)
    assert (answering.sent(), answering.came_back(), answering.steps) == ([], 0, [])
    assert (await adapter.find_sent(answering.intent(), frozenset())).sighting is Sighting.ABSENT
    await adapter.close()


async def test_a_line_lost_after_the_last_dot_is_looked_for_in_our_own_mailbox(answering: Answering) -> None:
    answering.box.dovecot.submission.next("vanish")
    adapter = answering.adapter()
    with pytest.raises(Unreachable) as lost:
        await adapter.perform(answering.intent())
    assert lost.value.maybe_sent
    assert answering.box.dovecot.submission.happened == 1
    assert (await adapter.find_sent(answering.intent(), frozenset())).sighting is Sighting.SEEN
    assert answering.came_back() == 1
    await adapter.close()


async def test_without_a_copy_to_ourselves_absence_is_no_proof(answering: Answering) -> None:
    answering.box.dovecot.submission.next("vanish")
    adapter = answering.adapter(own_copy="no")
    with pytest.raises(Unreachable):
        await adapter.perform(answering.intent())
    assert answering.came_back() == 0
    assert (await adapter.find_sent(answering.intent(), frozenset())).sighting is Sighting.UNCLEAR
    await adapter.close()


async def test_a_server_that_goes_down_after_the_last_dot_may_have_taken_it(answering: Answering) -> None:
    down = answering.line.next(AWAY, handed_over)
    adapter = answering.adapter()
    with pytest.raises(Unreachable) as lost:
        await adapter.perform(answering.intent())
    assert down.happened == 1
    assert lost.value.maybe_sent
    await adapter.close()


@pytest.mark.parametrize("command", ["EHLO", "AUTH", "MAIL FROM", "RCPT TO"])
async def test_a_line_lost_before_the_mail_itself_has_surely_sent_nothing(answering: Answering, command: str) -> None:
    cut = answering.line.next(CUT_AFTER, lambda request: request.target.upper().startswith(command))
    adapter = answering.adapter()
    with pytest.raises(Unreachable) as lost:
        await adapter.perform(answering.intent())
    assert cut.happened == 1, "it was really cut"
    assert not lost.value.maybe_sent
    await adapter.close()


async def test_a_copy_in_sent_that_fails_is_made_later_and_nothing_leaves_twice(answering: Answering) -> None:
    cut = answering.line.next(CUT_AFTER, filed)
    adapter = answering.adapter()
    with pytest.raises(Unreachable) as lost:
        await adapter.perform(answering.intent())
    assert cut.happened == 1
    assert lost.value.maybe_sent
    for _twice in range(2):
        assert (await adapter.find_sent(answering.intent(), frozenset())).sighting is Sighting.SEEN
    await adapter.perform(answering.intent())
    assert (len(answering.sent()), answering.came_back()) == (1, 1)
    await adapter.close()


async def test_a_full_mailbox_takes_no_copy_and_the_answer_has_left(answering: Answering) -> None:
    full = answering.line.always(instead(200, b"{tag} NO [OVERQUOTA] Quota exceeded"), filed)
    adapter = answering.adapter()
    await adapter.perform(answering.intent())
    assert full.happened == 1, "it was really full"
    assert (answering.sent(), answering.came_back()) == ([], 1)
    await adapter.close()


async def test_a_bounce_stands_in_the_conversation_of_the_answer_it_is_about(answering: Answering) -> None:
    adapter = answering.adapter()
    performed = await adapter.perform(answering.intent())
    sent = answering.box.keys.id_in(performed.message, "message")
    bounce = (
        "From: MAILER-DAEMON@intra.test\r\nTo: x\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b1@intra.test>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="g"\r\n\r\n'
        "--g\r\nContent-Type: text/plain\r\n\r\nNiet bezorgd.\r\n--g\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n"
        f"--g\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{sent}>\r\nSubject: Re: Rooster\r\n\r\nMorgen.\r\n--g--\r\n"
    )
    answering.box.dovecot.deliver(answering.box.us, bounce.encode(), sender="")
    await answering.shelf.catch_up(adapter)
    told = answering.shelf.messages[answering.box.key("b1@intra.test")]
    assert told.root == answering.thread
    assert told.text.startswith("Niet bezorgd.")
    assert answering.shelf.people[told.author].bot
    await adapter.close()


# -- signing in, and the line itself ----------------------------------------------------------------------------------------


def trusting(monkeypatch: pytest.MonkeyPatch, dovecot: Dovecot) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.authority))


def over_tls(box: Mailbox, **settings: str) -> Mail:
    server = box.dovecot
    config = Config(ConnectionKey(""), "mail", f"imaps://localhost:{server.imaps_port}", box.us,
                    settings={"smtp": f"smtps://localhost:{server.smtps_port}", **settings})  # fmt: skip
    return Mail(config, {"password": PASSWORD}, Tools(now_ms=now_ms, timeout_s=5.0))


async def test_the_check_over_tls_finds_all_there_is(dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    trusting(monkeypatch, dovecot)
    box = Mailbox(dovecot)
    box.open_thread("Vraag", "Hallo")
    result = await over_tls(box).check()
    assert [line.code for line in result.lines] == ["signed_in", "mail_folders", "mail_live", "mail_sends"]
    assert result.works
    assert all(check_line(line, "mail") for line in result.lines)
    assert (result.settings["sent"], result.settings["archive"], result.settings["idle"]) == ("Sent", "Archive", "yes")
    assert [space.title for space in result.spaces] == ["INBOX"]
    assert dovecot.session(box.us).select_folder("INBOX", readonly=True)[b"RECENT"] == 1, "nothing was touched"
    missing = await over_tls(box, folders="INBOX;Nergens").check()
    assert not missing.works
    assert [line.facts["name"] for line in missing.lines if not line.ok] == ["Nergens"]


async def test_sending_begins_without_tls_and_goes_on_with_it(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def sign_in() -> Credential:
        return Credential("redactie@intra.test", PASSWORD)

    server = Server("smtp", "localhost", dovecot.starttls_port, "starttls")
    with pytest.raises(Unreachable) as refused:
        await Smtp(server, sign_in, 5.0).look()
    assert refused.value.code == "cert_untrusted"
    trusting(monkeypatch, dovecot)
    await Smtp(server, sign_in, 5.0).look()


async def test_a_wrong_password_is_said_and_so_is_none(dovecot: Dovecot) -> None:
    box = Mailbox(dovecot)
    for secrets, code in (({"password": "fout"}, "mail_password"), ({}, "no_secret")):
        with pytest.raises(AuthExpired) as refused:
            await Mail(box.config(), secrets, Tools(now_ms=now_ms, timeout_s=5.0)).check()
        assert refused.value.code == code
        assert error_sentence("AuthExpired", "mail", refused.value.words, code)


@pytest.mark.parametrize(
    ("tls", "code"), [(Tls.EXPIRED, "cert_expired"), (Tls.WRONG_HOST, "cert_host"), (None, "cert_untrusted")]
)
async def test_a_wrong_certificate_is_named_and_no_password_goes_over_it(
    dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tls: Tls | None, code: str
) -> None:
    box = Mailbox(dovecot)
    with Proxy(tls=tls or Tls.GOOD, host="127.0.0.1") as line:
        if tls is not None:
            monkeypatch.setenv("SSL_CERT_FILE", str(line.trust(tmp_path)))
        config = Config(ConnectionKey(""), "mail", f"imaps://127.0.0.1:{line.port}", box.us)
        with pytest.raises(Unreachable) as refused:
            await Mail(config, {"password": PASSWORD}, Tools(now_ms=now_ms, timeout_s=5.0)).check()
    assert refused.value.code == code
    assert not line.requests


@pytest.mark.parametrize(
    ("url", "user", "code"),
    [("https://mail.example.org", "a@b.nl", "bad_mail_url"), ("", "a@b.nl", "bad_mail_url"), ("imap://u:p@x", "a@b.nl", "bad_mail_url"),
     ("imap.example.org", "redactie", "no_mail_address"), ("imap.example.org:port", "a@b.nl", "bad_mail_url")],
)  # fmt: skip
async def test_what_is_no_mailbox_is_said_before_anybody_is_called(url: str, user: str, code: str) -> None:
    with pytest.raises(Rejected) as refused:
        await Mail(Config(ConnectionKey(""), "mail", url, user), {"password": "x"}, Tools(now_ms=now_ms)).check()
    assert refused.value.code == code
    assert error_sentence("Rejected", "mail", refused.value.words, code)


def test_a_password_goes_over_tls_but_to_this_computer() -> None:
    from console.adapters.mail_address import imap_server, smtp_servers

    assert imap_server("imap.example.org") == Server("imap", "imap.example.org", 993, "tls")
    assert imap_server("imap://imap.example.org") == Server("imap", "imap.example.org", 143, "starttls")
    assert imap_server("imap://127.0.0.1:9").tls == "none"
    assert [one.address for one in smtp_servers("", imap_server("imap.example.org"))] == [
        "smtps://smtp.example.org:465", "smtp://smtp.example.org:587",
    ]  # fmt: skip
    assert all(one.tls != "none" for one in smtp_servers("smtp.example.org:25", imap_server("imap.example.org")))
    assert ssl.create_default_context().check_hostname
