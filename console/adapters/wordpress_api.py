"""The REST API of one WordPress: its addresses in either form, its lists, and its errors in our family."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from console.adapters.markup import plain
from console.adapters.transport import Answer, Http, error_for
from console.adapters.wordpress_reading import Row, id_of, signed_in
from console.domain.platform import AuthExpired, BadResponse, Forbidden, NotFound, PlatformError, RateLimited, Rejected

PER_PAGE = 100
FLOOD_S = 15.0
COMMENT_FIELDS = (
    "id,post,parent,author,author_name,author_email,author_user_agent,date_gmt,content,link,status,type,_links"
)
POST_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,status,comment_status,sticky,type,_links,_embedded"
GONE = frozenset({"rest_comment_invalid_id", "rest_post_invalid_id", "rest_already_trashed"})
_CODES: Mapping[str, type[AuthExpired | NotFound | Rejected]] = {
    "incorrect_password": AuthExpired,
    "invalid_username": AuthExpired,
    "invalid_email": AuthExpired,
    "application_passwords_disabled": AuthExpired,
    "application_passwords_disabled_for_user": AuthExpired,
    "rest_comment_invalid_post_id": NotFound,
    "rest_comment_closed": Rejected,
    "rest_comment_draft_post": Rejected,
    "rest_comment_trash_post": Rejected,
    "rest_comment_failed_create": Rejected,
    "rest_trash_not_supported": Rejected,
}
_SPEAKS_FOR_ITSELF = frozenset({407, 429, 502, 503, 504, 511})  # whatever stands between may say so, in any form


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list. `total` counts rows before those we may not read were taken out, None when not told."""

    rows: list[Row]
    total: int | None
    date_ms: int | None

    def goes_on_after(self, offset: int) -> bool:
        """Whether there is more behind the page that began at `offset`."""
        if self.total is None:
            return len(self.rows) >= PER_PAGE
        return offset + PER_PAGE < self.total


class Api:
    """`root` is the address of the API's index: `…/wp-json/`, or `…/?rest_route=/` on a site with plain permalinks."""

    def __init__(self, http: Http, root: str, now_ms: Callable[[], int]) -> None:
        self._http = http
        self._root = root
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
        """One request; always with `context=edit`, which only who is signed in may ask. Raises PlatformError."""
        url, query = self.address(route)
        answer = await self._http.request(
            method, url, params={**query, "context": "edit", **(params or {})}, body=body, follow=method == "GET"
        )
        if answer.status >= 300:
            raise wordpress_error(answer, self.now_ms())
        return answer

    async def listing(self, route: str, params: Mapping[str, str | int]) -> Listing:
        """One page of posts or comments. Raises PlatformError; AuthExpired when we are nobody any more."""
        answer = await self.send("GET", f"/wp/v2/{route}", {"per_page": PER_PAGE, **params})
        rows = answer.json()
        if not isinstance(rows, list):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=False)
        for row in rows:
            signed_in(row)
        total = answer.headers.get("x-wp-total", "")
        return Listing(rows, int(total) if total.isdecimal() else None, answer.date_ms)

    async def count(self, route: str, params: Mapping[str, str | int]) -> int | None:
        """How many there are, without reading them."""
        answer = await self.send("HEAD", f"/wp/v2/{route}", {"per_page": 1, **params})
        total = answer.headers.get("x-wp-total", "")
        return int(total) if total.isdecimal() else None

    async def one(self, route: str, params: Mapping[str, str | int] | None = None) -> Row:
        """One post or comment. Raises PlatformError, NotFound when it is gone for good."""
        return self._row(await self.send("GET", f"/wp/v2/{route}", params))

    async def change(self, route: str, body: Mapping[str, Any], method: str = "POST") -> Row:
        """Make, change or bin one; returns it as it is now."""
        return self._row(await self.send(method, f"/wp/v2/{route}", None, body), body.get("author"))

    def _row(self, answer: Answer, author: object = None) -> Row:
        row = answer.json()
        if not id_of(row):
            raise BadResponse(answer.host, code="not_expected", maybe_sent=not answer.safe)
        try:
            signed_in(row)
        except AuthExpired:
            if answer.safe:
                raise
            if author is not None and row.get("author") == author:
                return dict(row)  # it was us; who may not moderate never gets `raw` back
            # What it changed it did as somebody: whether as us, only a look can tell.
            raise BadResponse(answer.host, code="anonymous", maybe_sent=True) from None
        return dict(row)


def wordpress_error(answer: Answer, now_ms: int) -> PlatformError:
    """The error an answer stands for. WordPress decides by `code`; its `message` is in the site's language."""
    found = answer.json() if answer.is_json else None
    if not isinstance(found, Mapping) or not isinstance(found.get("code"), str):
        if answer.status in _SPEAKS_FOR_ITSELF:
            return error_for(answer, now_ms)
        return BadResponse(answer.host, code="not_json", maybe_sent=not answer.safe)
    code, words = found["code"], plain(str(found.get("message") or ""))
    if code == "comment_flood":
        return RateLimited(FLOOD_S, words, code=code)
    forbidden = _forbidden_status(found)
    if code == "rest_invalid_param" and forbidden:
        # Asked as nobody for more than the public sees, a list answers 400; the 401 of it stands in the details.
        return AuthExpired(words, code=code) if forbidden == 401 else Forbidden(words, code=code)
    if code == "rest_invalid_param" and answer.safe:
        return BadResponse(words, code=code, maybe_sent=False)
    kind = _CODES.get(code)
    return kind(words, code=code) if kind else error_for(answer, now_ms, words, code)


def _forbidden_status(error: Mapping[str, Any]) -> int:
    """The status that a parameter was refused with for lack of rights, 0 when that was not the reason."""
    place: Any = error
    for step in ("data", "details", "status", "data", "status"):
        place = place.get(step) if isinstance(place, Mapping) else None
    return place if isinstance(place, int) and place in {401, 403} else 0
