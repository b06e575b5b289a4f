"""Which addresses may be opened for somebody who signs in."""

from __future__ import annotations

import re

MAX_ADDRESS = 8_000
_PAGE = re.compile(r"https://([a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?(?:[/?][!-\[\]-~]*)?", re.IGNORECASE)


def stands_on(address: str, place: str) -> bool:
    """Whether an address is a page of the web server at `place`: https, the same host and port, nobody's name in it."""
    if len(address) > MAX_ADDRESS:
        return False
    page, server = _PAGE.fullmatch(address), _PAGE.fullmatch(place)
    return page is not None and server is not None and _server(page) == _server(server)


def _server(page: re.Match[str]) -> tuple[str, int]:
    return page[1].lower(), int(page[2] or 443)
