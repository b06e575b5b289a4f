"""The one HTTP client: signing in, patience, limits, and every error translated once into our family.

What an adapter gets back is a whole `Answer` below MAX_ANSWER_BYTES, or one of the errors of
`console.domain.platform`. An error of a request that can't change anything always says `maybe_sent=False`.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import json
import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import httpx
import stamina

from console import __version__
from console.adapters.budgets import OURS, Allowance, Budget
from console.adapters.line_errors import translated
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

MAX_ANSWER_BYTES = 64 * 1024 * 1024  # a hundred comments of the longest kind, each character written as an entity
MAX_REDIRECTS = 4
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ATTEMPTS = 3  # of a safe request whose line broke
MIN_RETRY_AFTER_S, MAX_RETRY_AFTER_S = 1.0, 3600.0
# What is asked again is told by the error that remains; a line for each try is nobody's news.
logging.getLogger("stamina").setLevel(logging.ERROR)
USER_AGENT = f"Luisterpost/{__version__}"
SPEAKS_FOR_ITSELF = frozenset({407, 429, 502, 503, 504, 511})  # whatever stands between may say so, in any form
_PASSING = frozenset({502, 503, 504})  # a server behind another one, or itself, is away for a moment


@dataclass(frozen=True, slots=True)
class Basic:
    user: str
    password: str

    def header(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Bearer:
    token: str

    def header(self) -> str:
        return f"Bearer {self.token}"


class Tokens(Protocol):
    """Signs in with something that ends and is renewed meanwhile."""

    async def header(self, refused: str = "") -> str:
        """What to say; `refused` was answered with 401 just now. Raises PlatformError."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case. `safe` says whether the request could change anything.

    wait_s  how long nothing is asked of this server now that it said to wait, None when it didn't
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    safe: bool
    wait_s: float | None = None

    def json(self) -> Any:
        """The body as JSON. Raises BadResponse("not_json") for a page of HTML, a warning before it, or half of it."""
        try:
            return json.loads(self.body.decode("utf-8-sig"))
        except (ValueError, RecursionError) as cause:
            raise BadResponse(self.host, code="not_json", maybe_sent=not self.safe) from cause

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def is_json(self) -> bool:
        with contextlib.suppress(BadResponse):
            self.json()
            return True
        return False

    @property
    def date_ms(self) -> int | None:
        """The moment at which the server says it answered."""
        return _moment_ms(self.headers.get("date", ""))

    def retry_after_s(self, now_ms: int) -> float | None:
        """How long the server asks us to wait, within bounds; None when it doesn't say."""
        if self.wait_s is not None:
            return self.wait_s
        value = self.headers.get("retry-after", "").strip()
        if value.isdecimal():
            wait_s = float(value)
        else:
            until_ms = _moment_ms(value)
            if until_ms is None:
                return None
            # By the server's own clock where it tells the time: ours may be off.
            wait_s = (until_ms - (self.date_ms or now_ms)) / 1000
        return min(max(wait_s, MIN_RETRY_AFTER_S), MAX_RETRY_AFTER_S)


def _moment_ms(value: str) -> int | None:
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        moment = parsedate_to_datetime(value)
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    return None


class Http:
    """Speaks to one server. Closed by whoever made it.

    budgets    name -> at most so many requests in any window of so many seconds; "" where a request names none
    allowance  what the account may still ask: shared with everything else that asks in its name
    """

    def __init__(
        self,
        auth: Basic | Bearer | Tokens | None = None,
        *,
        timeout_s: float = 30.0,
        budgets: Mapping[str, Budget] | None = None,
        allowance: Allowance | None = None,
        attempts: int = ATTEMPTS,
        verify: bool = True,
    ) -> None:
        self._auth = auth
        self._timeout_s = timeout_s
        self._attempts = attempts
        self._budgets = {"": OURS, **(budgets or {})}
        self.allowance = allowance or Allowance()
        self._verify = verify
        self._clients: dict[bool, httpx.AsyncClient] = {}

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()
        self._clients.clear()

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        form: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        signed_in: bool = True,
        follow: bool = False,
        max_bytes: int | None = None,
        budget: str = "",
    ) -> Answer:
        """One request and its whole answer, whatever its status; it waits for its turn.

        body       sent as JSON; `form` is sent as it is
        follow     a redirect of a safe request within the same host is followed, also to https
        max_bytes  of an answer, else MAX_ANSWER_BYTES; a longer one is "too_big" and not read to its end
        budget     the one it is counted in, as every further try of it

        Raises RateLimited while the server wants no requests; Unreachable; BadResponse "too_big", "broken", "redirect"; Rejected "bad_url", "no_tls".
        """
        target = _allowed(url, signed_in=signed_in and self._auth is not None)
        safe = method in SAFE
        max_bytes = max_bytes or MAX_ANSWER_BYTES
        for _ in range(MAX_REDIRECTS):
            answer = await self._let_in(method, target, params, body, form, headers, signed_in, safe, max_bytes, budget)
            if answer.status not in {301, 302, 303, 307, 308}:
                return answer
            to = urljoin(target, answer.headers.get("location", ""))
            if not (follow and safe and _same_place(target, to)):
                raise BadResponse(to, code="redirect", maybe_sent=not safe)
            target, params = _allowed(to, signed_in=signed_in and self._auth is not None), None
        raise BadResponse(target, code="redirect", maybe_sent=not safe)

    async def _let_in(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
        form: bytes | None,
        headers: Mapping[str, str] | None,
        signed_in: bool,
        safe: bool,
        max_bytes: int,
        budget: str,
    ) -> Answer:
        """Say who we are; where that has ended, once more with what is new."""
        sent = {"user-agent": USER_AGENT, "accept": "application/json, */*;q=0.5", **(headers or {})}
        if signed_in and self._auth is not None:
            sent["authorization"] = await self._who()
        answer = await self._patiently(method, url, params, body, form, sent, safe, max_bytes, budget)
        if answer.status != 401 or not signed_in or self._auth is None:
            return answer
        # Refused before anything was done: also what changes something may be asked again.
        fresh = await self._who(sent["authorization"])
        if fresh == sent["authorization"]:
            return answer
        sent = {**sent, "authorization": fresh}
        return await self._patiently(method, url, params, body, form, sent, safe, max_bytes, budget)

    async def _who(self, refused: str = "") -> str:
        assert self._auth is not None
        if isinstance(self._auth, Basic | Bearer):
            return self._auth.header()
        try:
            return await self._auth.header(refused)
        except (Unreachable, BadResponse) as error:
            error.maybe_sent = False  # what was asked for didn't leave, or was refused
            raise

    async def _patiently(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        body: Mapping[str, Any] | None,
        form: bytes | None,
        headers: Mapping[str, str],
        safe: bool,
        max_bytes: int,
        budget: str,
    ) -> Answer:
        sent = dict(headers)
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace") if body is not None else form
        if body is not None:
            sent["content-type"] = "application/json"
        attempts = self._attempts if safe else 1
        answer: Answer | None = None
        # What is asked again is only what may be asked twice, and only when the line or a server in between failed.
        async for attempt in stamina.retry_context(
            on=_worth_another,
            attempts=attempts,
            timeout=self._timeout_s,
            wait_initial=0.05,
            wait_max=1.0,
            wait_jitter=0.05,
        ):
            with attempt:
                answer = await self._once(method, url, params, content, sent, safe, max_bytes, budget)
                if (
                    safe
                    and answer.status in _PASSING
                    and attempt.num < attempts
                    and "retry-after" not in answer.headers
                ):
                    raise Unreachable(answer.host, maybe_sent=False, code=f"http_{answer.status}")
        assert answer is not None
        return answer

    async def _once(
        self,
        method: str,
        url: str,
        params: Mapping[str, str | int] | None,
        content: bytes | None,
        headers: Mapping[str, str],
        safe: bool,
        max_bytes: int,
        budget: str,
    ) -> Answer:
        async with self.allowance.turn(budget, self._budgets[budget]):
            with translated(urlsplit(url).netloc, safe=safe):
                async with asyncio.timeout(self._timeout_s * 4):
                    client = self._client(url)
                    request = client.build_request(method, url, params=params, content=content, headers=dict(headers))
                    response = await client.send(request, stream=True)
                    try:
                        answer = await _whole(response, safe, max_bytes)
                    finally:
                        await response.aclose()
        if answer.status == 429:
            asked_s = answer.retry_after_s(self.allowance.clock.now_ms())
            return replace(answer, wait_s=self.allowance.refused(asked_s))
        self.allowance.welcome()
        return answer

    def _client(self, url: str) -> httpx.AsyncClient:
        """A client that goes through the system's proxy, or straight to this machine."""
        near = is_loopback(urlsplit(url).hostname or "")
        if near not in self._clients:
            self._clients[near] = httpx.AsyncClient(
                verify=_trust() if self._verify else _no_trust(),
                trust_env=not near,
                timeout=httpx.Timeout(self._timeout_s),
                # Nothing is remembered: who we are is said with every request and nowhere else.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
                follow_redirects=False,
            )
        return self._clients[near]


def _worth_another(error: Exception) -> bool:
    return isinstance(error, Unreachable) and (error.code == "line_broke" or error.code.startswith("http_"))


async def _whole(response: httpx.Response, safe: bool, max_bytes: int) -> Answer:
    parts: list[bytes] = []
    size_bytes = 0
    async for part in response.aiter_bytes():
        size_bytes += len(part)
        if size_bytes > max_bytes:
            raise BadResponse(response.url.host, code="too_big", maybe_sent=not safe)
        parts.append(part)
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(response.status_code, headers, b"".join(parts), str(response.url), safe)


def _trust() -> ssl.SSLContext:
    """The authorities this computer trusts, which are also those of the organisation, and the public ones."""
    context = ssl.create_default_context()
    with contextlib.suppress(ImportError, OSError):
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _no_trust() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def is_loopback(host: str) -> bool:
    if host.lower() == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    return False


def _allowed(url: str, *, signed_in: bool) -> str:
    """The address, if it is one to speak to. Raises Rejected "bad_url", or "no_tls" for a secret in the open."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Rejected(url, code="bad_url") from None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        raise Rejected(url, code="bad_url")
    if parts.scheme == "http" and signed_in and not is_loopback(host):
        raise Rejected(parts.netloc, code="no_tls")
    return url


def _same_place(url: str, to: str) -> bool:
    """Whether a redirect stays where it is: the same host and port, or from http to https on it."""
    try:
        a, b = urlsplit(url), urlsplit(to)
        same_port = (a.scheme, a.port) == (b.scheme, b.port) or (
            a.scheme == "http" and b.scheme == "https" and a.port in {None, 80} and b.port in {None, 443}
        )
    except ValueError:
        return False
    return a.hostname == b.hostname and same_port


def error_for(answer: Answer, now_ms: int, words: str = "", code: str = "") -> PlatformError:
    """The error that an answer's status means, where the platform's own code doesn't say more."""
    code = code or f"http_{answer.status}"
    lost = not answer.safe
    match answer.status:
        case 401:
            return AuthExpired(words, code=code)
        case 403:
            return Forbidden(words, code=code)
        case 404 | 410:
            return NotFound(words, code=code)
        case 429:
            return RateLimited(answer.retry_after_s(now_ms) or 30.0, words, code=code)
        case 407 | 511:
            return Unreachable(answer.host, maybe_sent=False, code="proxy_page")
        case 503 if answer.safe and answer.retry_after_s(now_ms) is not None:
            return RateLimited(answer.retry_after_s(now_ms) or 30.0, words, code=code)
        case 502 | 503 | 504:
            # A server in between says so: the one behind it may have done what was asked all the same.
            return Unreachable(words or answer.host, maybe_sent=lost, code=code)
        case status if 400 <= status < 500 and status != 408:
            return Rejected(words, code=code)
        case _:
            return BadResponse(words or answer.host, maybe_sent=lost, code=code)
