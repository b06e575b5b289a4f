"""What gives itself out for a platform's notice, and what only looks like one, is never taken for a colleague's post."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.adapters.mail_parsing import read as parsed
from console.adapters.notices import Notice, Suspicious, likely_servers, read
from console.adapters.notices.proof import NAMELESS, verdicts_in
from tests.adapters.corpus_mail import cases
from tests.adapters.test_notices import OURS, UNDERSTOOD, example

SERVER = b"mx.voorbeeld.example"
PATIENCE_S = 10.0  # of the processor, for one mail
_RESULTS = re.compile(rb"Authentication-Results: ([^\r\n]*)\n")
_FROM = re.compile(rb"\nFrom: ([^\r\n]*)<([^@>]*)@([^>]*)>")


def results(data: bytes, instead: bytes) -> bytes:
    return _RESULTS.sub(lambda _found: instead, data, count=1)


def domain(data: bytes) -> bytes:
    found = _FROM.search(data)
    assert found is not None
    return found.group(3)


def sender(data: bytes, name: bytes, address: bytes) -> bytes:
    """The same mail from somebody else, whom our server knows as such."""
    host = address.rpartition(b"@")[2]
    data = _FROM.sub(lambda _found: b"\nFrom: " + name + b" <" + address + b">", data, count=1)
    return results(
        data, b"Authentication-Results: %s; dkim=pass header.d=%s; dmarc=pass header.from=%s\n" % (SERVER, host, host)
    )


def failing(data: bytes, more: bytes = b"") -> bytes:
    return b"Authentication-Results: %s; dkim=fail%s header.d=%s; dmarc=fail header.from=%s\n" % (
        SERVER, more, domain(data), domain(data),
    )  # fmt: skip


def below(data: bytes) -> bytes:
    """Our server's word on top, and below it one that the mail brought along."""
    brought = b"Authentication-Results: %s; dkim=pass header.d=%s; dmarc=pass header.from=%s\n" % (
        SERVER,
        domain(data),
        domain(data),
    )
    return results(data, failing(data)).replace(b"\nDate: ", b"\n" + brought + b"Date: ", 1)


FORGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "our server says no": (lambda data: results(data, failing(data)), "forged"),
    "it says so in a comment": (lambda data: results(data, failing(data, b" (dkim=pass header.d=%s;)" % domain(data))), "forged"),
    "it says so in quotes": (lambda data: results(data, failing(data, b' reason="; dkim=pass header.d=%s"' % domain(data))), "forged"),
    "a word of its own below ours": (below, "forged"),
    "signed by somebody else": (
        lambda data: results(data, b"Authentication-Results: %s; dkim=pass header.d=evil.example\n" % SERVER), "forged"),
    "a domain that begins alike": (
        lambda data: results(data, b"Authentication-Results: %s; dkim=pass header.d=%s.evil.example\n" % (SERVER, domain(data))), "forged"),
    "only where it came from": (
        lambda data: results(data, b"Authentication-Results: %s; spf=pass smtp.mailfrom=%s\n" % (SERVER, domain(data))), "unproven"),
    "nobody says anything": (lambda data: results(data, b""), "unproven"),
    "another server says yes": (
        lambda data: results(data, b"Authentication-Results: mx.evil.example; dkim=pass header.d=%s\n" % domain(data)), "unproven"),
    "two who write": (lambda data: _FROM.sub(rb"\g<0>, Kees <kees@evil.example>", data, count=1), "forged"),
    "two who write, in two lines": (lambda data: _FROM.sub(rb"\g<0>\nFrom: Kees <kees@evil.example>", data, count=1), "forged"),
    "a domain that reads alike": (
        lambda data: sender(data, b"Nieuws", b"notification@" + domain(data).replace(b"l", b"1").replace(b"m", b"rn", 1)), "elsewhere"),
    "a longer domain": (lambda data: sender(data, b"Nieuws", b"groups-noreply@" + domain(data) + b".evil.example"), "elsewhere"),
    "the platform's name alone": (
        lambda data: sender(data, {b"f": b"Facebook", b"l": b"LinkedIn"}.get(domain(data)[:1], b"Viva Engage"), b"info@evil.example"),
        "elsewhere"),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_a_forged_notice_is_suspicious_and_says_why(how: str) -> None:
    change, reason = FORGED[how]
    for name in UNDERSTOOD:
        found = read(parsed(change(example(name))), OURS)
        assert isinstance(found, Suspicious), name
        assert found.reason == reason, name


def test_a_colleague_who_forwards_or_imitates_a_notice_writes_an_ordinary_mail() -> None:
    for name in UNDERSTOOD:
        data = re.sub(rb"\n(?:X-Facebook|X-LinkedIn|X-Yammer|Feedback-ID|X-Mailer)[^\n]*", b"", example(name))
        assert read(parsed(sender(data, b"Noor van Dam", b"noor@voorbeeld.example")), OURS) is None, name


def test_while_nobody_knows_our_own_server_all_stay_ordinary_mails() -> None:
    for name in UNDERSTOOD:
        assert read(parsed(example(name)), frozenset()) is None


def test_a_notice_without_a_link_to_a_conversation_is_none() -> None:
    for name in UNDERSTOOD:
        bare = re.sub(rb"https?://[^\s\"'<>]+", b"https://www.voorbeeld.example/", example(name))
        if b"base64" not in bare and b"quoted-printable" not in bare:
            assert not isinstance(read(parsed(bare), OURS), Notice), name


def test_no_odd_or_hostile_mail_is_taken_for_one() -> None:
    odd = cases()
    assert len(odd) >= 300
    for name, data, _words in odd:
        assert read(parsed(data), OURS | {"intra.test"}) is None, name


NAMED = [
    b"From: Redactie Facebook <redactie@voorbeeld.example>\r\nSubject: Facebook-planning week 48\r\n\r\nZie bijlage.",
    b"From: Meta de Boer <meta@voorbeeld.example>\r\nSubject: Sanne posted in Vragen\r\n\r\nhttps://www.facebook.com/groups/1/posts/2/",
    b"From: LinkedIn-training <info@linkedintraining.example>\r\nSubject: Leer netwerken\r\n\r\nSchrijf je in.",
    b"From: Viva Engage beheer <beheer@voorbeeld.example>\r\nSubject: Nieuwe community\r\n\r\nhttps://engage.cloud.microsoft/main/feed",
    b"From: HumHub <noreply@intranet.voorbeeld.example>\r\nSubject: Sanne heeft een bericht geplaatst in Vragen\r\n\r\nLees verder.",
]


@pytest.mark.parametrize("data", NAMED)
def test_a_mail_that_only_speaks_of_a_platform_is_an_ordinary_one(data: bytes) -> None:
    assert read(parsed(data), OURS) is None


def test_exchange_signs_without_a_name() -> None:
    said = ("spf=pass (sender IP is 66.220.155.148) smtp.mailfrom=facebookmail.com; dkim=pass (signature was verified)"
            " header.d=facebookmail.com;dmarc=pass action=none header.from=facebookmail.com;compauth=pass reason=100")  # fmt: skip
    server, verdicts = verdicts_in(said)
    assert server == NAMELESS
    assert [(one.method, one.result, one.domain) for one in verdicts if one.domain] == [
        ("dkim", "pass", "facebookmail.com"), ("dmarc", "pass", "facebookmail.com"),
    ]  # fmt: skip


def test_our_own_server_is_the_one_that_most_mails_name() -> None:
    def told(server: str, many: int) -> list[list[tuple[str, str]]]:
        return [[("authentication-results", f"{server}; dkim=pass header.d=x.example")]] * many

    assert likely_servers([*told("mx.voorbeeld.example", 8), *told("mx.evil.example", 3)]) == {"mx.voorbeeld.example"}
    plain = [[("from", "x@voorbeeld.example")]]
    assert likely_servers([*told("mx.voorbeeld.example", 2), *plain * 3]) == frozenset()
    assert likely_servers([*told("mx.voorbeeld.example", 4), *plain * 40]) == frozenset(), "some mails brought it along"
    assert likely_servers([[("authentication-results", "spf.example; spf=pass")]] * 9) == frozenset()
    many = [one for n in range(9) for one in told(f"mx{n}.mail.provider.example", 1)]
    assert likely_servers(many) == {"*.mail.provider.example"}


def test_a_name_that_none_of_the_last_servers_has_was_brought_along() -> None:
    def mails(server: str, by: str, to: str = "redactie@voorbeeld.example") -> list[list[tuple[str, str]]]:
        said = f"{server}; dkim=pass header.d=facebookmail.com".removeprefix("-; ")
        return [[("received", f"from x by {by} with ESMTPS"), ("authentication-results", said), ("to", to)]] * 5

    assert likely_servers(mails("mx.evil.example", "imap.voorbeeld.example")) == frozenset()
    assert likely_servers(mails("mx.voorbeeld.example", "imap.voorbeeld.example")) == {"mx.voorbeeld.example"}
    assert likely_servers(mails("mx.voorbeeld.example", "store7.internal.host")) == {"mx.voorbeeld.example"}
    assert likely_servers(mails("mx.google.com", "mx.google.com")[:1]) == {"mx.google.com"}, "one mail alone"
    assert likely_servers(mails("-", "AM0PR05.eurprd05.prod.outlook.com")) == {"-"}
    assert likely_servers(mails("-", "imap.voorbeeld.example")) == frozenset()


PIECES = st.sampled_from([
    b"<a href='https://www.facebook.com/n/?groups%2F1%2F2%2F&bcode=x'>", b"</a>", b"<div style='display:none'>", b"</div>", b"<td>",
    b"Sanne heeft een bericht geplaatst in Vragen", b"posted in", b"\xff\xfe", b"\n\n", b"https://www.linkedin.com/comm/groups/4455/4455-1",
    b"<!--", b"-->", b"<span style=", b"&#x", b"{author}", b"(" * 50, b"Bekijken op Facebook", b"=?utf-8?b?", b"\x00", b"<" * 30,
])  # fmt: skip


@settings(max_examples=120)
@given(
    st.sampled_from(UNDERSTOOD), st.lists(st.tuples(st.integers(0, 6_000), PIECES), max_size=12), st.integers(0, 8_000)
)
def test_no_mail_breaks_it_or_keeps_it_busy(name: str, pieces: list[tuple[int, bytes]], cut: int) -> None:
    data = example(name)
    for at, piece in pieces:
        data = data[:at] + piece + data[at:]
    began_s = time.process_time()
    found = read(parsed(data[: len(data) - cut]), OURS)
    assert time.process_time() - began_s < PATIENCE_S
    assert not isinstance(found, Notice) or all(card.place.permalink for card in found.cards)


@pytest.mark.parametrize("piece", PIECES.elements)  # type: ignore[attr-defined]
def test_a_mail_full_of_one_thing_is_read_in_bounded_work(piece: bytes) -> None:
    data = example("facebook-digest-nl-five").replace(b"<table>", b"<table>" + piece * (120_000 // len(piece)), 1)
    began_s = time.process_time()
    read(parsed(data), OURS)
    assert time.process_time() - began_s < PATIENCE_S
