"""How a blog is read: new posts, new comments, what was there before, and the sweep for silent changes.

Comments carry no modified date and there is no "id greater than", so they are listed by id, newest first, until a page
holds only ids that are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.adapters.contract import Config, Tools
from console.adapters.rows import Row
from console.adapters.wordpress_api import COMMENT_FIELDS, POST_FIELDS
from console.adapters.wordpress_blog import POST_STATUSES, STATUSES, Blog
from console.adapters.wordpress_reading import read_post, utc
from console.adapters.wordpress_sweeping import Sweep
from console.adapters.wp_rows import id_of, in_order, written_ms
from console.domain.platform import Cursor, Page, Stream

POLL_S = 60.0
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

    def __init__(self, blog: Blog, config: Config, tools: Tools) -> None:
        self._blog = blog
        self._known = tools.known
        self._handed_out: dict[str, tuple[Cursor, set[int]]] = {}
        self._sweeps = {stream.key: Sweep(blog) for stream in streams(config.settings) if stream.sweep}

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
            self._blog.brought |= handed_out[1]

    # -- posts and pages -------------------------------------------------------------------------------------------------

    async def _posts(self, route: str, cursor: dict[str, Any]) -> Page:
        since_ms = self._blog.since_ms
        if not cursor or since_ms < int(cursor.get("since_ms", 0)):
            cursor = {"from_ms": since_ms, "since_ms": since_ms}
        walk = cursor.get("walk") or {}
        params: dict[str, str | int] = {"status": POST_STATUSES, "_embed": "author", "_fields": POST_FIELDS}
        if int(cursor["from_ms"]) > 0:
            params["modified_after"] = utc(int(cursor["from_ms"]) - 1000)
        listing, onward = await self._blog.walk(route, params, walk)
        # Whatever changes while we walk is found by the next walk: it begins before this one did, by the site's clock.
        began_ms = int(walk.get("began_ms") or listing.date_ms or self._blog.now_ms)
        if onward is None:
            cursor = {"from_ms": max(0, began_ms - MODIFIED_OVERLAP_MS), "since_ms": cursor["since_ms"]}
        else:
            cursor = {**cursor, "walk": {**onward, "began_ms": began_ms}}
        changes = [change for row in self._taking_comments(listing.rows) for change in read_post(row, self._blog.keys)]
        self._blog.routes.update((id_of(row), route) for row in listing.rows)
        return Page(in_order(changes), cursor, more=onward is not None)

    def _taking_comments(self, rows: Sequence[Row]) -> list[Row]:
        """Oldest first: what can be said something under, and what is known from when it could."""
        doubtful = [row for row in rows if not _open(row)]
        known: Mapping[Any, str] = {}
        if doubtful:
            known = self._known(self._blog.keys.space, min(written_ms(row) for row in doubtful))
        return [row for row in reversed(rows) if _open(row) or self._blog.keys.post(id_of(row)) in known]

    # -- comments --------------------------------------------------------------------------------------------------------

    async def _comments(self, status: str, cursor: dict[str, Any], every_s: float) -> tuple[Page, set[int]]:
        """New ones first; in between, page by page, those from before.

        The cursor: `max` the newest id known, `looked_ms` when that was, `new` a walk down to it that is not finished,
        `old` a walk through what was there before, `since_ms` how far back that one goes, `olds_turn` that it is next.
        """
        now_ms, since_ms = self._blog.now_ms, self._blog.since_ms
        if cursor.get("old") is None and since_ms < int(cursor.get("since_ms", since_ms + 1)):
            cursor = {**cursor, "old": {}, "since_ms": since_ms}
        params: dict[str, str | int] = {"status": status, "_fields": COMMENT_FIELDS}
        if since_ms > 0:
            params["after"] = utc(since_ms - 1000)
        rested = not 0 <= now_ms - int(cursor.get("looked_ms", 0)) < every_s * 1000
        in_turn = rested and not cursor.get("olds_turn")
        if cursor.get("new") is not None or cursor.get("old") is None or "max" not in cursor or in_turn:
            walk = cursor.get("new") or {}
            listing, onward = await self._blog.walk("comments", params, walk)
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
            listing, onward = await self._blog.walk("comments", params, cursor["old"])
            cursor = {**cursor, "old": onward, "olds_turn": False}
        changes, posts = await self._blog.read(listing.rows)
        more = cursor.get("new") is not None or cursor.get("old") is not None
        return Page(changes, cursor, more=more), posts


def _open(row: Row) -> bool:
    return row.get("comment_status") == "open" and row.get("status") in _SHOWN
