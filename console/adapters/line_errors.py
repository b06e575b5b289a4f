"""What goes wrong on the line, as errors of our family: once, at the border, and with a code that says what it was.

Codes: "no_such_host", "refused", "no_network", "timeout", "line_broke", "proxy", "no_tls" (the server speaks none),
"cert_expired", "cert_not_yet", "cert_untrusted", "cert_host", "tls_failed", "broken", "bug".
"""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
from collections.abc import Iterator

import httpx

from console.domain.platform import BadResponse, Rejected, Unreachable

# Nothing of the request can have left when one of these is raised.
NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# OpenSSL's names for what is wrong with a certificate (X509_V_ERR_… in x509_vfy.h).
_CERTIFICATE = {9: "cert_not_yet", 10: "cert_expired", 62: "cert_host", 64: "cert_host"}


@contextlib.contextmanager
def translated(host: str, *, safe: bool) -> Iterator[None]:
    """Raises our errors for those of the client below, the system and TLS.

    safe  the request can't change anything, so that nothing is lost with its answer
    """
    try:
        yield
    except NOTHING_SENT as cause:
        raise Unreachable(host, maybe_sent=False, code=_why(cause)) from cause
    except httpx.TimeoutException as cause:
        raise Unreachable(host, maybe_sent=not safe, code="timeout") from cause
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as cause:
        raise Rejected(host, code="bad_url") from cause
    except httpx.LocalProtocolError as cause:
        raise BadResponse(host, maybe_sent=False, code="bug") from cause
    except httpx.TransportError as cause:
        raise Unreachable(host, maybe_sent=not safe, code=_why(cause)) from cause
    except (httpx.DecodingError, httpx.TooManyRedirects, httpx.CookieConflict, httpx.StreamError) as cause:
        raise BadResponse(host, maybe_sent=not safe, code="broken") from cause
    except httpx.HTTPError as cause:
        raise BadResponse(host, maybe_sent=not safe, code="broken") from cause
    except TimeoutError as cause:
        raise Unreachable(host, maybe_sent=not safe, code="timeout") from cause
    except (OSError, EOFError) as cause:  # ssl.SSLError is one
        raise Unreachable(host, maybe_sent=not safe, code=_why(cause)) from cause
    except UnicodeError as cause:  # a host name that can't be written down
        raise Rejected(host, code="bad_url") from cause


def _why(error: BaseException) -> str:
    """The code for the first cause that says something."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        code = _code(cause)
        if code:
            return code
        cause = cause.__cause__ or cause.__context__
    return "line_broke"


def _code(cause: BaseException) -> str:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _CERTIFICATE.get(cause.verify_code, "cert_untrusted")
    if isinstance(cause, ssl.SSLError):
        return (
            "no_tls"
            if cause.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"}
            else "tls_failed"
        )
    if isinstance(cause, socket.gaierror):
        return "no_such_host"
    if isinstance(cause, ConnectionRefusedError):
        return "refused"
    if isinstance(cause, OSError) and cause.errno in {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN}:
        return "no_network"
    if isinstance(cause, httpx.ConnectTimeout):
        return "timeout"
    if isinstance(cause, httpx.ProxyError):
        return "proxy"
    return ""
