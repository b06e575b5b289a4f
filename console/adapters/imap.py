"""One connection to a mailbox: opened when first needed, used by one at a time, in a thread of its own.

IMAPClient waits where it stands; here is our patience instead, our limits, and our family of errors.
"""

from __future__ import annotations

import asyncio
import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, LoginError, ProtocolError

from console.adapters.line_errors import translated
from console.adapters.mail_address import Server
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

LIMIT_SCALE = (
    2  # how long we wait after a server says that it is too much, in our patience: mail can't say for how long
)
MAX_LITERAL_BYTES = 40_000_000
MAX_ANSWER_BYTES = 100_000_000  # of all that one command is answered with
SEES_S = (0.1, 0.5, 2.0)  # the moments that a server needs to see that connections ended
LINE_BYTES = 100  # that a line costs us besides what stands in it
WHOLE_SCALE = 20  # the longest that one piece of work may take, in our patience with one answer
_HALF_A_LINE = "got more than"  # as the library says of a line that it gave up reading

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Credential:
    """Who signs in, and with what; `token` says that it is one of OAuth2 and no password."""

    user: str
    secret: str
    token: bool = False


SignIn = Callable[[], Awaitable[Credential]]


class Imap:
    """A connection that is made anew after anything that leaves it in doubt."""

    def __init__(self, server: Server, sign_in: SignIn, timeout_s: float, *, waits: bool = False) -> None:
        """`waits`: it only waits for news, so that it may be broken off at any moment."""
        self._server = server
        self._sign_in = sign_in
        self._timeout_s = timeout_s
        self._waits = waits
        self._others: Sequence[Imap] = ()
        self._client: IMAPClient | None = None
        self._turn = asyncio.Lock()
        self._worker: ThreadPoolExecutor | None = None

    async def do(self, work: Callable[[IMAPClient], T], *, again: bool = True) -> T:
        """What `work` makes of the connection, in its thread. Raises PlatformError.

        again  do it once more where a connection turns out to have ended since it was last used
        Called away, or too late: the connection is closed under it, and the next work gets a new one.
        """
        async with self._turn:
            used = self._client is not None
            try:
                return await self._once(work)
            except Unreachable as error:
                if not used or not again or error.code != "line_broke":
                    raise
            except RateLimited as error:
                if used or self._waits or error.code != "mail_limit" or not self._others:
                    raise
                return await self._instead_of_the_others(work, error)
            return await self._once(work)

    async def _instead_of_the_others(self, work: Callable[[IMAPClient], T], refused: RateLimited) -> T:
        for pause_s in SEES_S:
            for other in self._others:
                await other.give_way()
            await asyncio.sleep(pause_s)
            try:
                return await self._once(work)
            except RateLimited as error:
                refused = error
        raise refused

    def shares_with(self, *others: Imap) -> None:
        """Connections to the same account, which are given up where the server lets us have no more."""
        self._others = others

    async def give_way(self) -> None:
        """End the connection, once what is going on is done; a wait for news ends at once."""
        if not self._waits:
            try:
                async with asyncio.timeout(self._timeout_s), self._turn:
                    self._drop()
            except TimeoutError:
                pass  # it is in use, and perhaps so is ours by it
        else:
            self._drop()

    async def _once(self, work: Callable[[IMAPClient], T]) -> T:
        credential = await self._sign_in() if self._client is None else None
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, thread_name_prefix=f"imap {self._server.host}")
        doing = asyncio.get_running_loop().run_in_executor(self._worker, self._guarded, work, credential)
        try:
            async with asyncio.timeout(self._timeout_s * WHOLE_SCALE):
                return await asyncio.shield(doing)
        except TimeoutError:
            self._abandon(doing)
            raise Unreachable(self._server.host, maybe_sent=False, code="timeout") from None
        except asyncio.CancelledError:
            self._abandon(doing)
            raise

    def close(self) -> None:
        self._drop()
        if self._worker is not None:
            self._worker.shutdown(wait=False, cancel_futures=True)
            self._worker = None

    def _abandon(self, doing: asyncio.Future[T]) -> None:
        self._drop()
        doing.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody waits for it any more

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(Exception):  # it may be broken in any way
                client.socket().shutdown(socket.SHUT_RDWR)  # wakes the thread that reads from it
            with contextlib.suppress(Exception):
                client.shutdown()

    def _guarded(self, work: Callable[[IMAPClient], T], credential: Credential | None) -> T:
        with at_the_border(self._server.host, self._timeout_s * LIMIT_SCALE):
            try:
                if self._client is None:
                    if credential is None:  # closed under us while we waited for the thread
                        raise Unreachable(self._server.host, maybe_sent=False, code="line_broke")
                    self._client = self._opened(credential)
                return work(self._client)
            except (NotFound, Forbidden, Rejected):
                raise  # an answer: the connection is as good as before
            except BaseException as error:
                if not _is_answer(error):
                    self._drop()
                raise

    def _opened(self, credential: Credential) -> IMAPClient:
        server, trusting = self._server, ssl.create_default_context()
        patience = SocketTimeout(connect=self._timeout_s, read=self._timeout_s)
        client = IMAPClient(
            server.host, server.port, ssl=server.tls == "tls", ssl_context=trusting, timeout=patience, use_uid=True
        )
        try:
            client.normalise_times = False
            _limit(client)
            if server.tls == "starttls":
                client.starttls(trusting)
            _sign_in(client, credential)
            if not self._waits and client.has_capability("QRESYNC"):
                _resyncs(client)
        except BaseException:
            with contextlib.suppress(Exception):
                client.shutdown()
            raise
        return client


def _sign_in(client: IMAPClient, credential: Credential) -> None:
    if credential.token:
        client.oauth2_login(credential.user, credential.secret)
    elif not client.has_capability("LOGINDISABLED"):
        client.login(credential.user, credential.secret)
    elif client.has_capability("AUTH=PLAIN"):
        client.plain_login(credential.user, credential.secret)
    else:  # it would refuse the password, and whoever listens have it
        raise AuthExpired(code="mail_no_passwords")


def _resyncs(client: IMAPClient) -> None:
    """Have the server tell which mails vanished, when asked (RFC 7162). One that won't is read as one that can't."""
    try:
        client.enable("QRESYNC")
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        return


def _limit(client: IMAPClient) -> None:
    """No answer is larger than we bear, whatever it announces."""
    inner = client._imap
    whole, line, tag = inner.read, inner.readline, inner._new_tag
    had = 0

    def bear(more: int) -> None:
        nonlocal had
        had += more
        if had > MAX_ANSWER_BYTES:
            raise BadResponse(code="too_big", maybe_sent=False)

    def read(size: int) -> bytes:
        if size > MAX_LITERAL_BYTES:
            raise BadResponse(code="too_big", maybe_sent=False)
        bear(size)
        data: bytes = whole(size)
        return data

    def readline() -> bytes:
        data: bytes = line()
        bear(len(data) + LINE_BYTES)
        return data

    def new_tag() -> bytes:
        nonlocal had
        had = 0
        made: bytes = tag()
        return made

    inner.read, inner.readline, inner._new_tag = read, readline, new_tag


def _is_answer(error: BaseException) -> bool:
    """Whether the server refused one command, and the connection goes on: after half a line it doesn't."""
    if isinstance(error, imaplib.IMAP4.abort | LoginError | ProtocolError) or _HALF_A_LINE in str(error):
        return False
    return isinstance(error, imaplib.IMAP4.error)


@contextlib.contextmanager
def at_the_border(host: str, wait_s: float) -> Iterator[None]:
    """Raises our errors for those of the client below. Reading changes nothing: `maybe_sent` is always False."""
    with translated(host, safe=True):
        try:
            yield
        except PlatformError:
            raise
        except LoginError as cause:
            raise _refusal(str(cause), wait_s, AuthExpired(_words(str(cause)), code="mail_password")) from cause
        except CapabilityError as cause:
            raise BadResponse(_words(str(cause)), code="mail_too_old", maybe_sent=False) from cause
        except ProtocolError as cause:
            raise BadResponse(host, code="broken", maybe_sent=False) from cause
        except imaplib.IMAP4.abort as cause:
            broken = "unexpected" in str(cause) or _HALF_A_LINE in str(cause)
            otherwise = (
                BadResponse(host, code="broken", maybe_sent=False)
                if broken
                else Unreachable(host, maybe_sent=False, code="line_broke")
            )
            raise _refusal(str(cause), wait_s, otherwise) from cause
        except imaplib.IMAP4.error as cause:
            raise _refusal(
                str(cause), wait_s, BadResponse(_words(str(cause)), code="broken", maybe_sent=False)
            ) from cause
        except OSError:
            raise  # a wrong certificate is a ValueError as well
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, AssertionError) as cause:
            # What the library makes of an answer that isn't IMAP.
            raise BadResponse(host, code="broken", maybe_sent=False) from cause


def _refusal(told: str, wait_s: float, otherwise: PlatformError) -> PlatformError:
    """The error for a refusal, by the code in brackets that a server gives with it (RFC 5530)."""
    words = _words(told)
    code = re.search(r"\[([A-Z-]+)", told)
    if code is None and re.search(
        r"mailbox.{0,80}(?:doesn't exist|does not exist|not found)|no such mailbox", told, re.IGNORECASE
    ):
        return NotFound(words, code="no_folder")
    match code.group(1) if code else "":
        case "AUTHENTICATIONFAILED" | "AUTHORIZATIONFAILED" | "EXPIRED" | "PRIVACYREQUIRED" | "CONTACTADMIN":
            return AuthExpired(words, code="mail_password")
        case "LIMIT":
            return RateLimited(wait_s, words, code="mail_limit")
        case "UNAVAILABLE" | "INUSE":
            return Unreachable(words, maybe_sent=False, code="mail_busy")
        case "SERVERBUG":
            return BadResponse(words, maybe_sent=False, code="mail_fault")
        case "OVERQUOTA":
            return Rejected(words, code="mail_full")
        case "NONEXISTENT" | "TRYCREATE":
            return NotFound(words, code="no_folder")
        case "NOPERM":
            return Forbidden(words, code="no_folder")
        case _:
            return RateLimited(wait_s, words, code="mail_limit") if "too many" in told.lower() else otherwise


def is_missing(error: imaplib.IMAP4.error) -> bool:
    """Whether a command was refused because its folder isn't there, or not for us."""
    return isinstance(_refusal(str(error), 0.0, BadResponse()), NotFound | Forbidden)


def _words(told: str) -> str:
    """The server's own words, without what Python or the protocol put around them."""
    words = re.sub(r"^(?:b['\"])|['\"]$", "", re.sub(r"\[[^\]]*\]\s*", "", told)).strip()
    return words[:300]
