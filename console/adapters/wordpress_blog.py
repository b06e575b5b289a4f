"""A blog as WordPress shows it to us: its lists, and its comments and posts, each as it is now.

There is no "id greater than", so lists are walked by id, newest first, in pages that overlap by one row: when that row is
not there again, something was deleted in between and the walk steps back, so that nothing slips through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.adapters.contract import Config, FetchedThread, Tools
from console.adapters.rows import Row
from console.adapters.wordpress_api import COMMENT_FIELDS, GONE, POST_FIELDS, Api
from console.adapters.wordpress_reading import Keys, read_comment, read_post, route_of_post, thread_without_post, utc
from console.adapters.wp_rest import PER_PAGE, Listing
from console.adapters.wp_rows import id_of, in_order, number_in
from console.domain.conversation import Change, Message
from console.domain.platform import NotFound

STATUSES = ("all", "spam", "trash")  # of comments; `all` is what stands and what is held
POST_STATUSES = "publish,private,future,draft,pending,trash"


class Blog:
    """One blog, as the account that asks may see it."""

    def __init__(self, api: Api, keys: Keys, me: int, config: Config, tools: Tools) -> None:
        self._api = api
        self._me = me
        self._tools = tools
        self._site_url = config.settings.get("site_url", config.url)
        self.keys = keys
        self.since_ms = config.since_ms
        self.brought: set[int] = set()  # posts whose thread the store has from this process
        self.routes: dict[int, str] = {}  # of posts seen: "posts", "pages"

    @property
    def now_ms(self) -> int:
        return self._tools.now_ms()

    async def walk(
        self, route: str, params: Mapping[str, str | int], walk: Mapping[str, Any]
    ) -> tuple[Listing, dict[str, Any] | None]:
        """One page of a list by id, newest first, and where the next one begins (None at the end)."""
        offset, last = int(walk.get("offset", 0)), walk.get("last")
        listing = await self._api.listing(
            route, {"orderby": "id", "order": "desc", "per_page": PER_PAGE, "offset": offset, **params}
        )
        ids = [id_of(row) for row in listing.rows]
        if last is not None and last not in ids and offset > 0:
            return listing, {"offset": max(0, offset - PER_PAGE + 1)}
        if not listing.goes_on_after(offset):
            return listing, None
        step: dict[str, Any] = {"offset": offset + PER_PAGE - 1}
        if len(ids) == PER_PAGE:
            step["last"] = ids[-1]
        return listing, step

    async def read(self, rows: Sequence[Row]) -> tuple[tuple[Change, ...], set[int]]:
        """The changes that rows of comments mean, oldest first, with the threads they stand in; and whose these are."""
        changes = self._said(list(reversed(rows)))
        threads, posts = await self._threads(rows)
        return in_order([*threads, *changes]), posts

    def _said(self, rows: Sequence[Row]) -> list[Change]:
        """The changes that rows of comments mean; the rows oldest first."""
        changes: list[Change] = []
        at_ms = 0
        for row in rows:
            read = read_comment(row, self.keys, self._me, self._site_url, at_ms)
            at_ms = next((change.posted_at_ms for change in read if isinstance(change, Message)), at_ms)
            changes += read
        return changes

    async def thread(self, number: int, most: int) -> FetchedThread:
        """A post with everything said under it, however old; of very many comments those that came first. Raises PlatformError."""
        post = await self.post(number) if number else None
        if post is None:
            raise NotFound
        rows: list[Row] = []
        whole = True
        for status in STATUSES:
            params: dict[str, str | int] = {"post": number, "status": status, "orderby": "id", "order": "asc"}
            page, goes_on = 0, True
            while goes_on and len(rows) < most:
                page += 1
                listing = await self._api.listing("comments", {**params, "_fields": COMMENT_FIELDS, "page": page})
                rows += listing.rows
                goes_on = listing.goes_on_after((page - 1) * PER_PAGE)
            whole = whole and not goes_on
        rows.sort(key=id_of)
        return FetchedThread(in_order([*read_post(post, self.keys), *self._said(rows)]), whole)

    async def _threads(self, rows: Sequence[Row]) -> tuple[list[Change], set[int]]:
        """The posts of comments that this process has not brought yet: also those older than what is collected."""
        wanted: dict[int, Row] = {}
        for row in rows:
            post = row.get("post") if isinstance(row, Mapping) else None
            if isinstance(post, int) and post > 0 and post not in self.brought:
                wanted.setdefault(post, row)
        changes: list[Change] = []
        by_route: dict[str, list[int]] = {}
        for post, row in wanted.items():
            by_route.setdefault(route_of_post(row), []).append(post)
        for route, posts in by_route.items():
            found = await self.posts(route, posts) if route else []
            self.routes.update((id_of(row), route) for row in found)
            changes += [change for row in found for change in read_post(row, self.keys)]
            missing = set(posts) - {id_of(row) for row in found}
            changes += [thread_without_post(wanted[post], self.keys) for post in sorted(missing)]
        return changes, set(wanted)

    async def posts(self, route: str, posts: Sequence[int], fields: str = POST_FIELDS) -> list[Row]:
        """These posts in whatever status, as far as they are of this type; in the order of their numbers."""
        found: list[Row] = []
        for at in range(0, len(posts), PER_PAGE):
            part = ",".join(str(post) for post in posts[at : at + PER_PAGE])
            params = {"include": part, "status": POST_STATUSES, "_embed": "author", "_fields": fields}
            try:
                found += (await self._api.listing(route, params)).rows
            except NotFound:
                return []  # a type whose route was taken away
        return sorted(found, key=id_of)

    async def swept(self, status: str, after_ms: int, page: int) -> tuple[Listing, bool]:
        """One page of all comments of a status written after a moment; whether there is another."""
        params: dict[str, str | int] = {"status": status, "orderby": "id", "order": "asc", "_fields": COMMENT_FIELDS}
        if after_ms > 0:
            params["after"] = utc(after_ms - 1000)
        listing = await self._api.listing("comments", {**params, "page": page})
        return listing, listing.goes_on_after((page - 1) * PER_PAGE)

    def known(self, after_ms: int) -> tuple[list[int], list[int]]:
        """Numbers of the comments and of the posts that the store holds and that were written after a moment."""
        held = self._tools.known(self.keys.space, after_ms)
        comments = sorted(number for key in held if (number := number_in(key, "comment")))
        return comments, sorted(number for key in held if (number := number_in(key, "post")))

    async def comment(self, number: int) -> Row | None:
        """One comment in whatever status; None when it is gone for good."""
        try:
            return await self._api.one(f"comments/{number}", {"_fields": COMMENT_FIELDS})
        except NotFound as error:
            if error.code in GONE:
                return None
            raise

    async def post(self, number: int) -> Row | None:
        """One post or page; None when no type has it any more."""
        known = self.routes.get(number)
        for route in [known] if known else ["posts", "pages"]:
            try:
                row = await self._api.one(f"{route}/{number}", {"_embed": "author", "_fields": POST_FIELDS})
            except NotFound as error:
                if error.code not in GONE:
                    raise
            else:
                self.routes[number] = route
                return row
        return None
