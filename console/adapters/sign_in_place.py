"""The one server whose sign-in pages may be opened, as a setting names it."""

from __future__ import annotations

from urllib.parse import urlsplit

from console.domain.platform import Rejected
from console.domain.sign_in_pages import stands_on


def page_server(named: str) -> str:
    """https, a host, perhaps a port, and nothing else. Raises Rejected "bad_url", "no_tls"."""
    place = named.rstrip("/")
    parts = urlsplit(place)
    if parts.scheme == "http":
        raise Rejected(parts.netloc, code="no_tls")
    if not stands_on(place, place) or parts.path or parts.query:
        raise Rejected(place, code="bad_url")
    return place
