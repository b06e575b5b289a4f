"""The address of a server as a person types it."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from console.adapters.transport import is_loopback
from console.domain.platform import Rejected


def typed_address(url: str) -> SplitResult:
    """Its parts, the scheme in lower case: https where nothing else is said. Raises Rejected "bad_url"."""
    url = url.strip()
    if "://" not in url:
        host = re.split(r"[/:?#]", url, maxsplit=1)[0]
        url = ("http://" if is_loopback(host) else "https://") + url
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if (
        not usable
        or parts.scheme.lower() not in {"http", "https"}
        or re.search(r"\s", url)
        or parts.username is not None
    ):
        raise Rejected(url, code="bad_url")
    return parts._replace(scheme=parts.scheme.lower())


def server_of(url: str) -> str:
    """Host, port and path of a site, in lower case: the middle of its keys."""
    parts = urlsplit(url.lower())
    return (parts.netloc + parts.path).rstrip("/")


def refuse_an_open_line(url: str) -> None:
    """No password goes over plain http, but to this computer itself. Raises Rejected "no_tls"."""
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Rejected(parts.netloc, code="no_tls")
