"""Handing one mail to a server that sends it on, and telling apart what it refused, and what may have left."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Callable, Sequence

import aiosmtplib

from console.adapters.imap import LIMIT_SCALE, SignIn
from console.adapters.line_errors import translated
from console.adapters.mail_address import Server
from console.domain.platform import AuthExpired, BadResponse, PlatformError, RateLimited, Rejected, Unreachable

GOES = 421  # the server ends the connection: said after the last dot, it may have taken the mail all the same


class Smtp:
    def __init__(self, server: Server, sign_in: SignIn, timeout_s: float) -> None:
        self._server = server
        self._sign_in = sign_in
        self._timeout_s = timeout_s

    async def look(self) -> None:
        """Sign in and go again. Raises PlatformError."""
        async with self._line():
            pass

    async def send(
        self, sender: str, to: Sequence[str], mail: bytes, copy: str = "", without: Callable[[], None] = lambda: None
    ) -> None:
        """Returns when the server answers for the mail. Raises PlatformError; `maybe_sent` once the mail itself went.

        copy     an address that gets it too, if the server takes mail for it: else it goes without
        without  called before the mail goes without
        """
        async with self._line() as line:
            with self._border(maybe_sent=False):
                await line.mail(sender)
                for address in to:
                    await line.rcpt(address)
                if copy:
                    try:
                        await line.rcpt(copy)
                    except aiosmtplib.SMTPRecipientRefused:
                        without()
            with self._border(maybe_sent=True):
                await line.data(mail)

    @contextlib.asynccontextmanager
    async def _line(self) -> AsyncIterator[aiosmtplib.SMTP]:
        server, credential = self._server, await self._sign_in()
        line = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, use_tls=server.tls == "tls", start_tls=server.tls == "starttls",
            tls_context=ssl.create_default_context() if server.tls != "none" else None, timeout=self._timeout_s,
        )  # fmt: skip
        try:
            with self._border(maybe_sent=False):
                await line.connect()
                if credential.token:
                    await line.auth_xoauth2(credential.user, credential.secret)
                else:
                    await line.login(credential.user, credential.secret)
            yield line
        finally:
            line.close()

    @contextlib.contextmanager
    def _border(self, *, maybe_sent: bool):  # type: ignore[no-untyped-def]  # a generator of nothing
        host = self._server.host
        with translated(host, safe=not maybe_sent):
            try:
                yield
            except PlatformError:
                raise
            except aiosmtplib.SMTPAuthenticationError as cause:
                raise self._refused(
                    cause.code, cause.message, AuthExpired(cause.message, code="mail_password")
                ) from cause
            except aiosmtplib.SMTPRecipientsRefused as cause:
                one = cause.recipients[0]
                raise self._refused(one.code, one.message) from cause
            except aiosmtplib.SMTPResponseException as cause:
                if maybe_sent and cause.code == GOES:
                    raise Unreachable(cause.message, code="mail_busy") from cause
                if not 400 <= cause.code < 600:
                    raise BadResponse(cause.message, maybe_sent=maybe_sent, code="broken") from cause
                raise self._refused(cause.code, cause.message) from cause
            except aiosmtplib.SMTPNotSupported as cause:
                raise Rejected(str(cause), code="mail_no_sign_in") from cause
            except (aiosmtplib.SMTPTimeoutError, TimeoutError) as cause:
                raise Unreachable(host, maybe_sent=maybe_sent, code="timeout") from cause
            except (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPConnectError) as cause:
                if isinstance(cause.__cause__, OSError):
                    raise cause.__cause__ from cause
                raise Unreachable(host, maybe_sent=maybe_sent, code="line_broke") from cause
            except aiosmtplib.SMTPException as cause:
                raise BadResponse(str(cause)[:300], maybe_sent=maybe_sent, code="broken") from cause
            except OSError:
                raise  # a wrong certificate is a ValueError as well
            except (ValueError, LookupError, RuntimeError, AttributeError) as cause:
                raise BadResponse(host, maybe_sent=maybe_sent, code="broken") from cause

    def _refused(self, code: int, words: str, otherwise: PlatformError | None = None) -> PlatformError:
        """4xx: not now. 5xx: no, with the server's own words."""
        words = " ".join(words.split())[:300]
        if 400 <= code < 500:
            return RateLimited(self._timeout_s * LIMIT_SCALE, words, code="mail_later")
        return otherwise or Rejected(f"{code} {words}", code="mail_refused")
