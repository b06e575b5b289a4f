"""How a blog is read: new posts, new comments, what was there before, and the sweep for silent changes.

Comments carry no modified date and there is no "id greater than", so they are listed by id, newest first, until a page
holds only ids that are known. A walk takes pages that overlap by one row: when that row is not there again, something
was deleted in between and the walk steps back, so that nothing slips through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.adapters.contract import Config, Tools
from console.adapters.rows import Row
from console.adapters.wordpress_api import COMMENT_FIELDS, GONE, POST_FIELDS, Api
from console.adapters.wordpress_reading import Keys, read_comment, read_post, route_of_post, thread_without_post, utc
from console.adapters.wordpress_sweeping import Sweep
from console.adapters.wp_rest import PER_PAGE, Listing
from console.adapters.wp_rows import id_of, in_order, number_in, written_ms
from console.domain.conversation import Change, Message
from console.domain.platform import Cursor, NotFound, Page, Stream

POLL_S = 60.0
STATUSES = ("all", "spam", "trash")  # `all` is what stands and what is held
POST_STATUSES = "publish,private,future,draft,pending,trash"
# `modified_after` compares the site's own time, in which one hour comes twice when summer time ends.
MODIFIED_OVERLAP_MS = 3_660_000
RECENT_MS = 30 * 86_400_000  # what the frequent sweep looks at
_SHOWN = frozenset({"publish", "private"})


def streams(settings: Mapping[str, str]) -> tuple[Stream, ...]:
    """What is followed, and how often; `poll_s` of the settings is the unit."""
    poll_s = float(settings.get("poll_s") or POLL_S)
    return (
        Stream("posts", poll_s * 2),
        Stream("pages", poll_s * 5),
        *(Stream(f"comments:{status}", poll_s) for status in STATUSES),
        Stream("sweep", poll_s * 10, sweep=True),
        Stream("sweep:whole", poll_s * 1440, sweep=True),
    )


class Reader:
    """Pulls the streams of one blog."""

    def __init__(self, api: Api, keys: Keys, me: int, config: Config, tools: Tools) -> None:
        self._api = api
        self._keys = keys
        self._me = me
        self._config = config
        self._tools = tools
        self._site_url = config.settings.get("site_url", config.url)
        self._brought: set[int] = set()  # posts whose thread the store has from this process
        self._handed_out: dict[str, tuple[Cursor, set[int]]] = {}
        self.routes: dict[int, str] = {}  # of posts seen: "posts", "pages"
        self._sweeps = {stream.key: Sweep(self) for stream in streams(config.settings) if stream.sweep}

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        self._settle(stream, cursor)
        kind, _, what = stream.key.partition(":")
        if kind in {"posts", "pages"}:
            return await self._posts(kind, dict(cursor or {}))
        if kind == "comments":
            page, posts = await self._comments(what, dict(cursor or {}), stream.every_s)
        else:
            span_ms = None if what else RECENT_MS
            page, posts = await self._sweeps[stream.key].pull(dict(cursor or {}), span_ms, stream.every_s)
        self._handed_out[stream.key] = (page.cursor, posts)
        return page

    def _settle(self, stream: Stream, cursor: Cursor | None) -> None:
        """Threads count as brought once the store asks on from the page they stood on."""
        handed_out = self._handed_out.pop(stream.key, None)
        if handed_out is not None and cursor == handed_out[0]:
            self._brought |= handed_out[1]

    # -- lists ---------------------------------------------------------------------------------------------------------

    async def _walk(
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

    # -- posts and pages -------------------------------------------------------------------------------------------------

    async def _posts(self, route: str, cursor: dict[str, Any]) -> Page:
        since_ms = self._config.since_ms
        if not cursor or since_ms < int(cursor.get("since_ms", 0)):
            cursor = {"from_ms": since_ms, "since_ms": since_ms}
        walk = cursor.get("walk") or {}
        params: dict[str, str | int] = {"status": POST_STATUSES, "_embed": "author", "_fields": POST_FIELDS}
        if int(cursor["from_ms"]) > 0:
            params["modified_after"] = utc(int(cursor["from_ms"]) - 1000)
        listing, onward = await self._walk(route, params, walk)
        # Whatever changes while we walk is found by the next walk: it begins before this one did, by the site's clock.
        began_ms = int(walk.get("began_ms") or listing.date_ms or self._tools.now_ms())
        if onward is None:
            cursor = {"from_ms": max(0, began_ms - MODIFIED_OVERLAP_MS), "since_ms": cursor["since_ms"]}
        else:
            cursor = {**cursor, "walk": {**onward, "began_ms": began_ms}}
        changes = [change for row in self._taking_comments(listing.rows) for change in read_post(row, self._keys)]
        self.routes.update((id_of(row), route) for row in listing.rows)
        return Page(in_order(changes), cursor, more=onward is not None)

    def _taking_comments(self, rows: Sequence[Row]) -> list[Row]:
        """Oldest first: what can be said something under, and what is known from when it could."""
        doubtful = [row for row in rows if not _open(row)]
        known: Mapping[Any, str] = {}
        if doubtful:
            known = self._tools.known(self._keys.space, min(written_ms(row) for row in doubtful))
        return [row for row in reversed(rows) if _open(row) or self._keys.post(id_of(row)) in known]

    # -- comments --------------------------------------------------------------------------------------------------------

    async def _comments(self, status: str, cursor: dict[str, Any], every_s: float) -> tuple[Page, set[int]]:
        """New ones first; in between, page by page, those from before.

        The cursor: `max` the newest id known, `looked_ms` when that was, `new` a walk down to it that is not finished,
        `old` a walk through what was there before, `since_ms` how far back that one goes, `olds_turn` that it is next.
        """
        now_ms, since_ms = self._tools.now_ms(), self._config.since_ms
        if cursor.get("old") is None and since_ms < int(cursor.get("since_ms", since_ms + 1)):
            cursor = {**cursor, "old": {}, "since_ms": since_ms}
        params: dict[str, str | int] = {"status": status, "_fields": COMMENT_FIELDS}
        if since_ms > 0:
            params["after"] = utc(since_ms - 1000)
        rested = not 0 <= now_ms - int(cursor.get("looked_ms", 0)) < every_s * 1000
        in_turn = rested and not cursor.get("olds_turn")
        if cursor.get("new") is not None or cursor.get("old") is None or "max" not in cursor or in_turn:
            walk = cursor.get("new") or {}
            listing, onward = await self._walk("comments", params, walk)
            ids = [number for row in listing.rows if (number := id_of(row))]
            top = max([int(walk.get("top", 0)), *ids], default=0)
            forward = onward is not None and onward["offset"] > int(walk.get("offset", 0))
            # The first look takes the newest page only: all before it is old.
            if onward is None or "max" not in cursor or (forward and ids and min(ids) <= int(cursor["max"])):
                reached = max(top, int(cursor.get("max", 0)))
                cursor = {**cursor, "max": reached, "looked_ms": now_ms, "new": None, "olds_turn": True}
            else:
                cursor = {**cursor, "new": {**onward, "top": top}}
        else:
            listing, onward = await self._walk("comments", params, cursor["old"])
            cursor = {**cursor, "old": onward, "olds_turn": False}
        changes, posts = await self.read(listing.rows)
        more = cursor.get("new") is not None or cursor.get("old") is not None
        return Page(changes, cursor, more=more), posts

    async def read(self, rows: Sequence[Row]) -> tuple[tuple[Change, ...], set[int]]:
        """The changes that rows of comments mean, oldest first, with the threads they stand in; and whose these are."""
        changes: list[Change] = []
        at_ms = 0
        for row in reversed(rows):
            read = read_comment(row, self._keys, self._me, self._site_url, at_ms)
            at_ms = next((change.posted_at_ms for change in read if isinstance(change, Message)), at_ms)
            changes += read
        threads, posts = await self._threads(rows)
        return in_order([*threads, *changes]), posts

    async def _threads(self, rows: Sequence[Row]) -> tuple[list[Change], set[int]]:
        """The posts of comments that this process has not brought yet: also those older than what is collected."""
        wanted: dict[int, Row] = {}
        for row in rows:
            post = row.get("post") if isinstance(row, Mapping) else None
            if isinstance(post, int) and post > 0 and post not in self._brought:
                wanted.setdefault(post, row)
        changes: list[Change] = []
        by_route: dict[str, list[int]] = {}
        for post, row in wanted.items():
            by_route.setdefault(route_of_post(row), []).append(post)
        for route, posts in by_route.items():
            found = await self.posts(route, posts) if route else []
            self.routes.update((id_of(row), route) for row in found)
            changes += [change for row in found for change in read_post(row, self._keys)]
            missing = set(posts) - {id_of(row) for row in found}
            changes += [thread_without_post(wanted[post], self._keys) for post in sorted(missing)]
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

    # -- what the sweep needs --------------------------------------------------------------------------------------------

    async def swept(self, status: str, after_ms: int, page: int) -> tuple[Listing, bool]:
        """One page of all comments of a status written after a moment; whether there is another."""
        params: dict[str, str | int] = {"status": status, "orderby": "id", "order": "asc", "_fields": COMMENT_FIELDS}
        if after_ms > 0:
            params["after"] = utc(after_ms - 1000)
        listing = await self._api.listing("comments", {**params, "page": page})
        return listing, listing.goes_on_after((page - 1) * PER_PAGE)

    def known(self, after_ms: int) -> tuple[list[int], list[int]]:
        """Numbers of the comments and of the posts that the store holds and that were written after a moment."""
        held = self._tools.known(self._keys.space, after_ms)
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

    @property
    def keys(self) -> Keys:
        return self._keys

    @property
    def since_ms(self) -> int:
        return self._config.since_ms

    @property
    def now_ms(self) -> int:
        return self._tools.now_ms()


def _open(row: Row) -> bool:
    return row.get("comment_status") == "open" and row.get("status") in _SHOWN
