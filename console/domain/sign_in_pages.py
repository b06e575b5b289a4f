"""Which addresses may be opened for somebody who signs in."""

from __future__ import annotations

from urllib.parse import urlsplit

MAX_ADDRESS = 8_000


def stands_on(address: str, place: str) -> bool:
    """Whether an address is a page of the web server at `place`: https, the same host and port, nobody's name in it."""
    if not address.isascii() or not address.isprintable() or len(address) > MAX_ADDRESS or " " in address:
        return False
    try:
        page, server = urlsplit(address), urlsplit(place)
        same = (page.hostname, page.port or 443) == (server.hostname, server.port or 443)
    except ValueError:
        return False
    plain = "@" not in page.netloc and "\\" not in address
    return page.scheme == "https" == server.scheme and bool(page.hostname) and same and plain
