"""Addresses that a browser is given: of the web, and with nothing in them that lets in whoever has the address."""

from __future__ import annotations

import re

_WEB = re.compile(r"(https?)://([^/?#\\\s]+)([^?#\s]*)(?:\?([^#\s]*))?(#\S*)?\Z", re.IGNORECASE)
# What mails and feeds put into their links to know or to let in one reader.
_PERSONAL = re.compile(
    r".*(?:token|secret|passw|signature|session).*|[a-z]*sig|otp.*|jwt|auth|api_?key|pwd|"
    r"utm_.*|trk.*|notif_.*|fbclid|gclid|mibextid",
    re.IGNORECASE,
)


def opening(url: str) -> str:
    """The address as a browser may be given it; "" for what isn't of the web.

    A name and password before the host are left out, and so is every part of the query that is somebody's own.
    """
    found = _WEB.match(url)
    if found is None:
        return ""
    scheme, authority, path, query, fragment = found.groups()
    host = authority.rpartition("@")[2]
    if not host:
        return ""
    kept = "&".join(
        part for part in (query or "").split("&") if part and not _PERSONAL.fullmatch(part.partition("=")[0])
    )
    inside = "" if fragment is None or _PERSONAL.fullmatch(fragment[1:].partition("=")[0]) else fragment
    return f"{scheme.lower()}://{host}{path}{'?' if kept else ''}{kept}{inside}"
