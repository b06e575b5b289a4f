"""The part of a WordPress's REST API that its posts and comments have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from console.adapters.rows import Row
from console.adapters.transport import Answer, Http
from console.adapters.wordpress_reading import signed_in
from console.adapters.wp_rest import PER_PAGE, Codes, Listing, Rest, total_of
from console.adapters.wp_rows import id_of
from console.domain.platform import AuthExpired, BadResponse, NotFound, PlatformError, RateLimited, Rejected

FLOOD_S = 15.0
COMMENT_FIELDS = (
    "id,post,parent,author,author_name,author_email,author_user_agent,date_gmt,content,link,status,type,_links"
)
POST_FIELDS = "id,date_gmt,modified_gmt,link,title,content,author,status,comment_status,sticky,type,_links,_embedded"
GONE = frozenset({"rest_comment_invalid_id", "rest_post_invalid_id", "rest_already_trashed"})
_CODES: Codes = {
    "rest_comment_invalid_post_id": NotFound,
    "rest_comment_closed": Rejected,
    "rest_comment_draft_post": Rejected,
    "rest_comment_trash_post": Rejected,
    "rest_comment_failed_create": Rejected,
    "rest_trash_not_supported": Rejected,
}


class Api(Rest):
    """Posts, pages and comments."""

    def __init__(self, http: Http, root: str, now_ms: Callable[[], int]) -> None:
        super().__init__(http, root, now_ms, _CODES)

    def error(self, answer: Answer) -> PlatformError:
        error = super().error(answer)
        if error.code == "comment_flood":  # a 400 that only asks to wait
            return RateLimited(FLOOD_S, error.words, code=error.code)
        return error

    async def listing(self, route: str, params: Mapping[str, str | int]) -> Listing:
        """One page of posts or comments. Raises PlatformError; AuthExpired when we are nobody any more."""
        listing = await self.rows(f"/wp/v2/{route}", {"per_page": PER_PAGE, **params})
        for row in listing.rows:
            signed_in(row)
        return listing

    async def count(self, route: str, params: Mapping[str, str | int]) -> int | None:
        """How many there are, without reading them."""
        return total_of(await self.send("HEAD", f"/wp/v2/{route}", {"per_page": 1, **params}))

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
