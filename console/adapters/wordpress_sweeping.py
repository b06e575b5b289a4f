"""The sweep: everything of a while back once more, to notice edits, new statuses and removals nobody announces.

One request lists a hundred comments of one status. What the store holds and no list shows is asked for by number, and
only a comment that WordPress itself says is gone is believed to be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.wordpress_blog import Blog
from console.adapters.wordpress_reading import read_post
from console.adapters.wp_rows import id_of
from console.domain.conversation import Change, MessageGone
from console.domain.platform import Page

STATUSES = ("all", "spam", "trash", "post-trashed")
MEMORIES = 4  # of sweeps begun: a page that could not be stored is asked for again
CONFIRMED_AT_ONCE = 20  # numbers asked for one by one in a page


class Sweep:
    """Its cursor: `started_ms`, `after_ms` (what was written since then is looked at), `status` and `page` of the list,
    then `ask_comments` and `ask_posts` (numbers to confirm), at last `done_ms`.

    Which numbers the lists showed stays in memory. A sweep whose memory is gone begins anew.
    """

    def __init__(self, blog: Blog) -> None:
        self._blog = blog
        self._shown: dict[int, set[int]] = {}  # by the moment each sweep started

    async def pull(self, cursor: Mapping[str, Any], span_ms: int | None, every_s: float) -> tuple[Page, set[int]]:
        """The next page of a sweep over `span_ms` back from now, or over everything that is collected."""
        now_ms = self._blog.now_ms
        if "done_ms" in cursor:
            if span_ms is None and 0 <= now_ms - int(cursor["done_ms"]) < every_s * 1000:
                return Page((), dict(cursor)), set()  # a long one is not repeated because somebody asks for news
            cursor = {}
        if "ask_comments" in cursor:
            return await self._confirm(cursor), set()
        if not cursor or int(cursor["started_ms"]) not in self._shown:
            since_ms = self._blog.since_ms
            after_ms = since_ms if span_ms is None else max(since_ms, now_ms - span_ms)
            cursor = {"started_ms": now_ms, "after_ms": after_ms, "status": STATUSES[0], "page": 1}
            latest = list(self._shown.items())[-MEMORIES + 1 :]
            self._shown = {**dict(latest), now_ms: set()}
        return await self._list(dict(cursor))

    async def _list(self, cursor: dict[str, Any]) -> tuple[Page, set[int]]:
        status, page, after_ms = str(cursor["status"]), int(cursor["page"]), int(cursor["after_ms"])
        listing, more = await self._blog.swept(status, after_ms, page)
        shown = self._shown[int(cursor["started_ms"])]
        shown |= {id_of(row) for row in listing.rows}
        changes, posts = await self._blog.read(list(reversed(listing.rows)))
        if more:
            cursor["page"] = page + 1
        elif status != STATUSES[-1]:
            cursor |= {"status": STATUSES[STATUSES.index(status) + 1], "page": 1}
        else:
            comments, held = self._blog.known(after_ms)
            ask_comments = [number for number in comments if number not in shown]
            ask_posts = await self._unlisted(held)
            if not ask_comments and not ask_posts:
                return Page(changes, {"done_ms": self._blog.now_ms}), posts
            cursor = {"started_ms": cursor["started_ms"], "ask_comments": ask_comments, "ask_posts": ask_posts}
        return Page(changes, cursor, more=True), posts

    async def _unlisted(self, held: list[int]) -> list[int]:
        """Which of the posts that the store holds no list has any more."""
        left = held
        for route in ("posts", "pages"):
            if left:
                found = {id_of(row) for row in await self._blog.posts(route, left, "id,content")}
                left = [number for number in left if number not in found]
        return left

    async def _confirm(self, cursor: Mapping[str, Any]) -> Page:
        blog, at_ms = self._blog, int(cursor["started_ms"])
        comments, posts = list(cursor["ask_comments"]), list(cursor["ask_posts"])
        changes: list[Change] = []
        for number in posts[:CONFIRMED_AT_ONCE]:
            row = await blog.post(number)
            changes += [MessageGone(blog.keys.post(number), at_ms)] if row is None else read_post(row, blog.keys)
        room = CONFIRMED_AT_ONCE - len(posts[:CONFIRMED_AT_ONCE])
        for number in comments[:room]:
            row = await blog.comment(number)
            if row is None:
                changes.append(MessageGone(blog.keys.comment(number), at_ms))
            else:
                changes += (await blog.read([row]))[0]
        left: dict[str, Any] = {
            **cursor, "ask_comments": comments[room:], "ask_posts": posts[CONFIRMED_AT_ONCE:],
        }  # fmt: skip
        if left["ask_comments"] or left["ask_posts"]:
            return Page(tuple(changes), left, more=True)
        return Page(tuple(changes), {"done_ms": blog.now_ms})
