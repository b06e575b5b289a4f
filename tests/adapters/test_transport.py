"""The one HTTP client against servers that misbehave; every fault is seen to have happened."""

from __future__ import annotations

import asyncio
import gzip
import inspect
import socket
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from console.adapters import transport
from console.adapters.budgets import Allowance, Budget, work
from console.adapters.line_errors import translated
from console.adapters.transport import Answer, Basic, Bearer, Http, error_for
from console.domain.platform import (
    AuthExpired,
    BadResponse,
    Forbidden,
    NotFound,
    PlatformError,
    RateLimited,
    Rejected,
    Unreachable,
)
from tests.servers import proxy as line
from tests.servers.proxy import Proxy, Tls, instead, to
from tests.virtual_clock import VirtualClock


@pytest.fixture
def server() -> Iterator[Proxy]:
    with Proxy() as listening:
        yield listening


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    client = Http(Basic("redactie", "geheim"), timeout_s=5)
    yield client
    await client.close()


FINE = instead(200, '{"fine": true}', set_cookie="sid=1; Path=/")


async def test_who_we_are_is_said_with_every_request_and_no_cookie_is_kept(server: Proxy, http: Http) -> None:
    server.always(FINE)
    for _ in range(2):
        assert (await http.request("GET", f"{server.url}/a", params={"b": "c d"})).json() == {"fine": True}
    asked = server.requests[1]
    assert asked.headers["authorization"] == "Basic cmVkYWN0aWU6Z2VoZWlt"
    assert asked.headers["user-agent"].startswith("Luisterpost/")
    assert asked.path == "/a?b=c+d"
    assert "cookie" not in asked.headers
    assert Bearer("x").header() == "Bearer x"


async def test_a_request_may_go_without_a_password(server: Proxy, http: Http) -> None:
    server.always(FINE)
    await http.request("GET", server.url, signed_in=False)
    assert "authorization" not in server.requests[0].headers


async def test_a_password_never_travels_in_the_open(http: Http) -> None:
    with pytest.raises(Rejected) as refused:
        await http.request("GET", "http://blog.example/")
    assert refused.value.code == "no_tls"


@pytest.mark.parametrize(
    "url", ["ftp://x/", "blog.example", "http://", "http://[::1", "https://u:p@x/", "http://x:0x1/"]
)
async def test_what_is_no_address_is_refused(http: Http, url: str) -> None:
    with pytest.raises(Rejected) as refused:
        await http.request("GET", url)
    assert refused.value.code == "bad_url"


async def test_a_numeric_address_of_the_sixth_version_works() -> None:
    with Proxy(host="::1") as server:
        server.always(FINE)
        client = Http(Basic("a", "b"))
        assert (await client.request("GET", server.url)).status == 200
        await client.close()


@pytest.mark.parametrize(
    ("kind", "method", "maybe_sent", "asked"),
    [
        (line.CUT_BEFORE, "GET", False, 3),
        (line.CUT_BEFORE, "POST", True, 1),
        (line.CUT_AFTER, "POST", True, 1),
        (line.HALF_ANSWER, "POST", True, 1),
    ],
    ids=str,
)
async def test_a_cut_line_says_whether_something_may_have_left(
    http: Http, kind: line.Kind, method: str, maybe_sent: bool, asked: int
) -> None:
    with Proxy() as behind, Proxy(behind.url) as server:
        behind.always(FINE)
        fault = server.always(kind)
        with pytest.raises(Unreachable) as lost:
            await http.request(method, server.url, body={"a": 1} if method == "POST" else None)
        assert (lost.value.maybe_sent, lost.value.code) == (maybe_sent, "line_broke")
        assert fault.happened == asked


async def test_a_safe_request_is_asked_again_when_the_line_broke_once(server: Proxy, http: Http) -> None:
    server.next(line.CUT_BEFORE)
    server.next(line.AWAY)
    server.always(FINE)
    assert (await http.request("GET", server.url)).status == 200
    assert server.count() == 3


async def test_nothing_left_when_nobody_listens(http: Http) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable) as lost:
            await http.request("POST", f"http://127.0.0.1:{port}/")
    assert (lost.value.maybe_sent, lost.value.code) == (False, "refused")


async def test_nothing_left_when_there_is_no_such_host(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    client = Http(timeout_s=5)
    with pytest.raises(Unreachable) as lost:
        await client.request("POST", "https://nergens.invalid/")
    assert (lost.value.maybe_sent, lost.value.code) == (False, "no_such_host")
    await client.close()


@pytest.mark.parametrize(("method", "maybe_sent"), [("GET", False), ("POST", True)])
async def test_patience_ends(server: Proxy, method: str, maybe_sent: bool) -> None:
    fault = server.always(line.LATE)
    client = Http(timeout_s=0.2)
    with pytest.raises(Unreachable) as lost:
        await client.request(method, server.url)
    assert (lost.value.maybe_sent, lost.value.code, fault.happened) == (maybe_sent, "timeout", 1)
    await client.close()


async def test_an_answer_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, server: Proxy, http: Http) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", 100_000)
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    server.next(instead(200, bomb, content_encoding="gzip"))
    with pytest.raises(BadResponse) as big:
        await http.request("GET", server.url)
    assert (big.value.code, big.value.maybe_sent) == ("too_big", False)


@pytest.mark.parametrize(
    "body", [b"<!doctype html><p>Welkom", b"\xff\xfe{}", b"", b"Warning: x in y.php\n{}", b'{"half": ', b"[" * 100_000]
)
async def test_what_is_no_json_is_not_understood(server: Proxy, http: Http, body: bytes) -> None:
    server.always(instead(200, body))
    answer = await http.request("GET", server.url)
    assert not answer.is_json
    with pytest.raises(BadResponse) as bad:
        answer.json()
    assert (bad.value.code, bad.value.maybe_sent) == ("not_json", False)
    assert (await http.request("POST", server.url)).safe is False


async def test_a_mark_before_the_json_does_no_harm(server: Proxy, http: Http) -> None:
    server.next(instead(200, b'\xef\xbb\xbf{"a": "\xc3\xa9"}'))
    assert (await http.request("GET", server.url)).json() == {"a": "é"}


async def test_a_broken_encoding_is_not_understood(server: Proxy, http: Http) -> None:
    server.next(instead(200, b"no gzip at all", content_encoding="gzip"))
    with pytest.raises(BadResponse) as bad:
        await http.request("GET", server.url)
    assert bad.value.code == "broken"


async def test_a_password_is_never_taken_to_another_host(server: Proxy, http: Http) -> None:
    with Proxy() as other:
        other.always(FINE)
        server.always(line.redirect(f"{other.url}/hier"))
        with pytest.raises(BadResponse) as led:
            await http.request("GET", server.url, follow=True)
        assert (led.value.code, led.value.words) == ("redirect", f"{other.url}/hier")
        assert other.count() == 0


async def test_a_redirect_within_the_host_is_followed_when_asked(server: Proxy, http: Http) -> None:
    server.next(line.redirect("/nl/"), to("/oud"))
    server.always(FINE, to("/nl/"))
    assert (await http.request("GET", f"{server.url}/oud", follow=True)).url == f"{server.url}/nl/"
    server.next(line.redirect("/nl/", 307), to("/oud"))
    with pytest.raises(BadResponse) as led:
        await http.request("POST", f"{server.url}/oud", follow=True)
    assert (led.value.code, led.value.maybe_sent) == ("redirect", True)


async def test_a_redirect_in_a_circle_ends(server: Proxy, http: Http) -> None:
    fault = server.always(line.redirect("/rond"))
    with pytest.raises(BadResponse) as led:
        await http.request("GET", server.url, follow=True)
    assert led.value.code == "redirect"
    assert fault.happened == transport.MAX_REDIRECTS


@pytest.mark.parametrize(
    ("tls", "code"),
    [
        (Tls.EXPIRED, "cert_expired"),
        (Tls.NOT_YET, "cert_not_yet"),
        (Tls.WRONG_HOST, "cert_host"),
        (Tls.GOOD, "cert_untrusted"),
    ],
)
async def test_certificates_that_fail_are_told_apart(
    tls: Tls, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Proxy(tls=tls) as server:
        server.always(FINE)
        if code != "cert_untrusted":
            monkeypatch.setenv("SSL_CERT_FILE", str(server.trust(tmp_path)))
        client = Http(Basic("a", "b"), timeout_s=5)
        with pytest.raises(Unreachable) as lost:
            await client.request("POST", server.url)
        assert (lost.value.code, lost.value.maybe_sent, server.count()) == (code, False, 0)
        await client.close()
        # The control: without looking at the certificate the same server answers.
        blind = Http(timeout_s=5, verify=False)
        assert (await blind.request("GET", server.url)).status == 200
        await blind.close()


async def test_a_trusted_certificate_lets_us_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy(tls=Tls.GOOD) as server:
        server.always(FINE)
        monkeypatch.setenv("SSL_CERT_FILE", str(server.trust(tmp_path)))
        client = Http(Basic("a", "b"), timeout_s=5)
        assert (await client.request("GET", server.url)).status == 200
        await client.close()


async def test_a_server_without_tls_is_told_from_a_bad_certificate(server: Proxy) -> None:
    client = Http(timeout_s=5)
    with pytest.raises(Unreachable) as lost:
        await client.request("GET", server.url.replace("http:", "https:"))
    assert (lost.value.code, lost.value.maybe_sent) == ("no_tls", False)
    await client.close()


async def test_requests_beyond_the_budget_wait_and_further_tries_count(server: Proxy) -> None:
    clock = VirtualClock()
    client = Http(budgets={"": Budget(4, 30.0)}, allowance=Allowance(clock), timeout_s=5)
    server.next(line.CUT_BEFORE)
    server.always(FINE)
    with work("deliver"):
        for _ in range(3):
            await client.request("GET", server.url)
        assert server.count() == 4
        waiting = asyncio.create_task(client.request("GET", server.url))
        await clock.advance(29.9)
        assert server.count() == 4
        await clock.run(waiting_for(waiting))
    assert server.count() == 5
    assert clock.now_s() >= 1030.0
    await client.close()


async def waiting_for(task: asyncio.Task[Answer]) -> None:
    await task


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({"retry_after": "12"}, 12.0),
        ({"retry_after": "Tue, 24 Nov 2026 10:01:30 GMT", "date": "Tue, 24 Nov 2026 10:00:00 GMT"}, 90.0),
        ({}, 30.0),
        ({"retry_after": "soon"}, 30.0),
    ],
)
async def test_a_429_empties_the_whole_account_until_then(
    server: Proxy, headers: dict[str, str], wait_s: float
) -> None:
    """Two clients of one account, two budgets: the one is refused, nothing of the other leaves."""
    clock = VirtualClock()
    allowance = Allowance(clock)
    budgets = {"": Budget(10, 30.0), "messages": Budget(10, 30.0)}
    pulling, other = (Http(budgets=budgets, allowance=allowance, timeout_s=5) for _n in range(2))
    server.next(instead(429, "{}", **headers))
    server.always(FINE)
    refused = error_for(await pulling.request("GET", server.url, budget="messages"), now_ms=clock.now_ms())
    assert isinstance(refused, RateLimited)
    assert refused.retry_after_s == wait_s
    await clock.advance(wait_s - 0.5)
    for client, method in ((pulling, "GET"), (other, "POST")):
        with pytest.raises(RateLimited) as told:
            await client.request(method, server.url)
        assert told.value.retry_after_s == 0.5
    assert server.count() == 1
    await clock.advance(0.5)
    assert (await other.request("POST", server.url)).status == 200
    await pulling.close()
    await other.close()


async def test_a_second_429_without_a_time_is_waited_for_twice_as_long(server: Proxy) -> None:
    clock = VirtualClock()
    client = Http(allowance=Allowance(clock), timeout_s=5)
    waits = []
    for told in (429, 429, 429, 200, 429):
        server.next(instead(told, "{}"))
        waits.append((await client.request("GET", server.url)).retry_after_s(0))
        await clock.advance(300)
    assert waits == [30.0, 60.0, 120.0, None, 30.0]
    await client.close()


def answer(status: int, method: str = "POST", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, b"", "https://blog.example/x", safe=method == "GET")


@pytest.mark.parametrize(
    ("given", "error", "facts"),
    [
        (answer(401), AuthExpired, {}),
        (answer(403), Forbidden, {}),
        (answer(404), NotFound, {}),
        (answer(410), NotFound, {}),
        (answer(400), Rejected, {}),
        (answer(409), Rejected, {}),
        (answer(429, retry_after="12"), RateLimited, {"retry_after_s": 12.0}),
        (answer(429), RateLimited, {"retry_after_s": 30.0}),
        (answer(429, retry_after="999999"), RateLimited, {"retry_after_s": 3600.0}),
        (answer(429, retry_after="-5"), RateLimited, {"retry_after_s": 30.0}),
        (answer(503, "GET", retry_after="60"), RateLimited, {"retry_after_s": 60.0}),
        (answer(503, "GET"), Unreachable, {"maybe_sent": False}),
        (answer(503, retry_after="60"), Unreachable, {"maybe_sent": True}),
        (answer(504), Unreachable, {"maybe_sent": True}),
        (answer(500), BadResponse, {"maybe_sent": True}),
        (answer(500, "GET"), BadResponse, {"maybe_sent": False}),
        (answer(408), BadResponse, {"maybe_sent": True}),
        (answer(511), Unreachable, {"code": "proxy_page"}),
        (answer(304), BadResponse, {"maybe_sent": True}),
    ],
)
def test_a_status_becomes_one_error_of_the_family(
    given: Answer, error: type[PlatformError], facts: dict[str, object]
) -> None:
    made = error_for(given, now_ms=0)
    assert type(made) is error
    assert {name: getattr(made, name) for name in facts} == facts


def test_a_moment_to_wait_for_is_read_by_the_servers_own_clock() -> None:
    given = answer(429, retry_after="Tue, 24 Nov 2026 10:01:30 GMT", date="Tue, 24 Nov 2026 10:00:00 GMT")
    made = error_for(given, now_ms=4_000_000_000_000)
    assert isinstance(made, RateLimited)
    assert made.retry_after_s == 90.0


def every_error_below() -> list[type[Exception]]:
    kinds = [kind for _, kind in inspect.getmembers(httpx, inspect.isclass) if issubclass(kind, Exception)]
    # A status is looked at by us and never raised by the client.
    return [kind for kind in kinds if kind is not httpx.HTTPStatusError]


@pytest.mark.parametrize("kind", every_error_below(), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("safe", [True, False])
def test_no_error_of_the_client_below_gets_through(kind: type[Exception], safe: bool) -> None:
    error = (
        kind()
        if kind in {httpx.ResponseNotRead, httpx.RequestNotRead, httpx.StreamConsumed, httpx.StreamClosed}
        else kind("x")
    )
    with pytest.raises(PlatformError) as ours, translated("blog.example", safe=safe):
        raise error
    nothing_left = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError)
    if isinstance(error, httpx.TransportError) and isinstance(ours.value, Unreachable):
        assert ours.value.maybe_sent is (not nothing_left and not safe)


@pytest.mark.parametrize(
    "error", [OSError(), TimeoutError(), ConnectionResetError(), EOFError(), UnicodeError()], ids=repr
)
def test_no_error_of_the_system_gets_through(error: Exception) -> None:
    with pytest.raises(PlatformError), translated("blog.example", safe=True):
        raise error


class Renewing:
    """Tokens that end: each one refused is followed by the next, for as many as there are."""

    def __init__(self, *tokens: str, lost: PlatformError | None = None) -> None:
        self._tokens = list(tokens)
        self._lost = lost
        self.refused: list[str] = []

    async def header(self, refused: str = "") -> str:
        if refused:
            self.refused.append(refused)
            if self._lost is not None:
                raise self._lost
            self._tokens = self._tokens[1:] or self._tokens
        return f"Bearer {self._tokens[0]}"


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_token_that_has_ended_is_renewed_and_what_was_refused_asked_once_more(
    server: Proxy, method: str
) -> None:
    server.next(instead(401, "{}"))
    server.always(FINE)
    tokens = Renewing("old", "new", "newer")
    client = Http(tokens, timeout_s=5)
    answer = await client.request(method, server.url, body={"a": 1} if method == "POST" else None)
    await client.close()
    assert answer.status == 200
    assert [asked.headers["authorization"] for asked in server.requests] == ["Bearer old", "Bearer new"]
    assert tokens.refused == ["Bearer old"]


@pytest.mark.parametrize(("tokens", "asked"), [(("old",), 1), (("old", "new", "newer"), 2)])
async def test_what_is_refused_again_is_answered_so_and_not_asked_for_ever(
    server: Proxy, tokens: tuple[str, ...], asked: int
) -> None:
    server.always(instead(401, "{}"))
    client = Http(Renewing(*tokens), timeout_s=5)
    assert isinstance(error_for(await client.request("POST", server.url, body={}), 0), AuthExpired)
    await client.close()
    assert server.count() == asked


async def test_a_renewal_that_fails_has_surely_sent_nothing(server: Proxy) -> None:
    server.always(instead(401, "{}"))
    client = Http(Renewing("old", lost=Unreachable("login", maybe_sent=True, code="timeout")), timeout_s=5)
    with pytest.raises(Unreachable) as lost:
        await client.request("POST", server.url, body={"a": 1})
    await client.close()
    assert (server.count(), lost.value.maybe_sent) == (1, False)
