"""The REST API of one WordPress site: its addresses in either form, its lists, and its errors in our family.

Shared by every adapter of something that lives in a WordPress; each adds the codes of its own part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from console.adapters.markup import plain
from console.adapters.rows import Row
from console.adapters.transport import SPEAKS_FOR_ITSELF, Answer, Http, error_for
from console.domain.platform import AuthExpired, BadResponse, Forbidden, NotFound, PlatformError, Rejected

PER_PAGE = 100
Codes = Mapping[str, type[AuthExpired | Forbidden | NotFound | Rejected]]
_CODES: Codes = {
    "incorrect_password": AuthExpired,
    "invalid_username": AuthExpired,
    "invalid_email": AuthExpired,
    "application_passwords_disabled": AuthExpired,
    "application_passwords_disabled_for_user": AuthExpired,
}


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `total` counts rows before those we may not read were taken out, None when not told."""

    rows: list[Row]
    total: int | None
    date_ms: int | None

    def goes_on_after(self, offset: int, per_page: int = PER_PAGE) -> bool:
        """Whether there is more behind the page that began at `offset`."""
        if self.total is None:
            return len(self.rows) >= per_page
        return offset + per_page < self.total


class Rest:
    """`root` is the address of the API's index: `…/wp-json/`, or `…/?rest_route=/` on a site with plain permalinks.

    codes      what a code of this part of the site means, where its status does not say it
    max_bytes  of an answer, where it is less than the transport takes
    """

    def __init__(
        self,
        http: Http,
        root: str,
        now_ms: Callable[[], int],
        codes: Codes | None = None,
        max_bytes: int | None = None,
    ) -> None:
        self._http = http
        self._root = root
        self._codes = codes or {}
        self._max_bytes = max_bytes
        self.now_ms = now_ms

    def address(self, route: str) -> tuple[str, dict[str, str]]:
        """The address of a route and the parameters that belong to it."""
        parts = urlsplit(self._root)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if "rest_route" in query:
            query["rest_route"] = query["rest_route"].rstrip("/") + route
            return urlunsplit(parts._replace(query="")), query
        return self._root.rstrip("/") + route, query

    async def send(
        self,
        method: str,
        route: str,
        params: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request; always with `context=edit`, which says what is stored. Raises PlatformError."""
        url, query = self.address(route)
        answer = await self._http.request(
            method,
            url,
            params={**query, "context": "edit", **(params or {})},
            body=body,
            follow=method == "GET",
            max_bytes=self._max_bytes,
        )
        if answer.status >= 300:
            raise self.error(answer)
        return answer

    async def rows(self, route: str, params: Mapping[str, str | int]) -> Listing:
        """One page of a list. Raises PlatformError."""
        answer = await self.send("GET", route, params)
        rows = answer.json()
        if not isinstance(rows, list):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        return Listing(rows, total_of(answer), answer.date_ms)

    def error(self, answer: Answer) -> PlatformError:
        """The error an answer stands for."""
        return wp_error(answer, self.now_ms(), self._codes)


def total_of(answer: Answer) -> int | None:
    """How many rows a list has in all, None when not told."""
    total = answer.headers.get("x-wp-total", "")
    return int(total) if total.isdecimal() else None


def wp_error(answer: Answer, now_ms: int, codes: Codes) -> PlatformError:
    """The error an answer stands for. WordPress decides by `code`; its `message` is in the site's language."""
    found = answer.json() if answer.is_json else None
    if not isinstance(found, Mapping) or not isinstance(found.get("code"), str):
        if answer.status in SPEAKS_FOR_ITSELF:
            return error_for(answer, now_ms)
        return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
    code, words = found["code"], plain(str(found.get("message") or ""))
    forbidden = _forbidden_status(found)
    if code == "rest_invalid_param" and forbidden:
        # Asked as nobody for more than the public sees, a list answers 400; the 401 of it stands in the details.
        return AuthExpired(words, code=code) if forbidden == 401 else Forbidden(words, code=code)
    if code == "rest_invalid_param" and answer.safe:
        return BadResponse(words, code=code, maybe_sent=False)
    kind = codes.get(code) or _CODES.get(code)
    return kind(words, code=code) if kind else error_for(answer, now_ms, words, code)


def _forbidden_status(error: Mapping[str, Any]) -> int:
    """The status that a parameter was refused with for lack of rights, 0 when that was not the reason."""
    place: Any = error
    for step in ("data", "details", "status", "data", "status"):
        place = place.get(step) if isinstance(place, Mapping) else None
    return place if isinstance(place, int) and place in {401, 403} else 0
