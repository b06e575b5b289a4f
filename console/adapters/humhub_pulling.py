"""How spaces are read: what is new in each, and the comments of a thread.

A list of contents says when each was changed and how many comments it has, but a new comment moves no date: so the
newest hundred of each space are compared with what they were, by date and by counts, and activities tell of comments
on older ones. Dates are compared as HumHub wrote them, on its own clock; ours plays no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.contract import FetchedThread, Tools
from console.adapters.humhub_api import Api
from console.adapters.humhub_reading import (
    ROUTES,
    Site,
    comment_in,
    content_id,
    content_in,
    meta_of,
    parent_of,
    read_comments,
    read_content,
    total_of,
)
from console.adapters.rows import Row, in_order, number, told
from console.domain.conversation import Change, Message, MessageGone, MessageKey, SpaceKey, ThreadKey
from console.domain.platform import Cursor, Forbidden, NotFound, Page

FIRST_READ = 5  # threads read whole when a space is looked at for the first time: the sweep reads the others
AT_ONCE = 20  # changed contents in a page
REMEMBERED = 300  # contents of a space whose date and counts are kept
ACTIVITIES = 50
NEW_COMMENT = "\\NewComment"


class Reader:
    """Reads the spaces of one HumHub."""

    def __init__(self, api: Api, site: Site, tools: Tools) -> None:
        self.api = api
        self.site = site
        self.tools = tools
        self.read_whole: set[ThreadKey] = set()  # since a page began: threads of which all comments were read
        self._contents: dict[tuple[str, int], int] = {}  # (kind, number) of contents seen: the number of the content
        self._held: dict[tuple[SpaceKey, int], Mapping[MessageKey, str]] = {}
        self._talk: dict[SpaceKey, dict[int, list[MessageKey]]] = {}

    def begin(self) -> None:
        """A page begins: what the store holds is asked anew, once for the whole page."""
        self.read_whole.clear()
        self._held.clear()
        self._talk.clear()

    # -- what is new ---------------------------------------------------------------------------------------------------

    async def news(self, container: int, cursor: Cursor | None) -> Page:
        """What changed in a space since the cursor; nothing in one that is gone or closed to us.

        The cursor: `seen`, content -> [what its head looked like, its comments]; `upto`, the newest change that was
        caught up with; `walk` [date, page], where a walk back to it goes on; `activity`, the newest one looked at.
        """
        if not cursor:
            return await self._first(container)
        at: dict[str, Any] = dict(cursor)
        seen: dict[str, Any] = dict(at["seen"])
        before, page = at.get("walk") or ("", 1)
        until = {"dateUpdatedTo": before} if before else {}
        listing = await self.api.listing(
            f"content/find-by-container/{container}", orderBy="lastUpdate", page=page, **until
        )
        rows = [row for row in listing.rows if content_id(row)]
        changed = [row for row in rows if seen.get(str(content_id(row))) != _signs(row)]
        changes: list[Change] = []
        for row in changed[:AT_ONCE]:
            head, count = seen.get(str(content_id(row)), ("", 0))
            signs = _signs(row)
            changes += await self.thread(row, text=head != signs[0], comments=count != signs[1])
            seen[str(content_id(row))] = signs
        onward: dict[str, Any] = {**at, "seen": seen, "walk": [before, page]}
        if len(changed) > AT_ONCE:
            return Page(in_order(changes), onward, more=True)
        oldest = min((_updated(row) for row in rows), default="")
        if listing.goes_on and oldest > str(at["upto"]):
            onward["walk"] = [oldest, 1] if oldest != before else [before, page + 1]
            return Page(in_order(changes), onward, more=True)
        upto = max((str(signs[0])[:19] for signs in seen.values()), default="")
        told_of, latest = await self._activities(container, at.get("activity"), {content_id(row) for row in rows})
        return Page(in_order([*changes, *told_of]), {"seen": _newest(seen), "upto": upto, "activity": latest})

    async def _first(self, container: int) -> Page:
        """The newest hundred of a space in a few requests, a few of them whole; all the rest is the sweep's."""
        contents = await self.api.listing(f"content/find-by-container/{container}", orderBy="lastUpdate")
        posts = await self.api.listing(f"post/container/{container}")
        changes = [change for row in posts.rows for change in self.read(row)]
        told_of = {content_id(told(row, "content")) for row in posts.rows}
        left = FIRST_READ
        for row in contents.rows:
            unread, comments = content_id(row) not in told_of, bool(total_of(row, "comments"))
            if left >= unread + comments > 0:
                changes += await self.thread(row, text=unread, comments=comments)
                left -= unread + comments
        _, latest = await self._activities(container, None, set())
        seen = {str(content_id(row)): _signs(row) for row in contents.rows if content_id(row)}
        upto = max((_updated(row) for row in contents.rows), default="")
        return Page(in_order(changes), {"seen": seen, "upto": upto, "activity": latest})

    async def _activities(self, container: int, known: object, looked_at: set[int]) -> tuple[list[Change], int]:
        """Threads in which others commented, of those that the list of contents didn't show."""
        try:
            listing = await self.api.listing(f"activity/container/{container}", ACTIVITIES)
        except (NotFound, Forbidden):
            return [], number(known)
        latest = max([number(known), *(number(told(row, "id")) for row in listing.rows)])
        changes: list[Change] = []
        for row in listing.rows if known is not None else ():
            if number(told(row, "id")) > number(known) and str(told(row, "class") or "").endswith(NEW_COMMENT):
                content = await self.content_of(told(row, "source"))
                if content and content not in looked_at:
                    looked_at.add(content)
                    changes += await self.again(content)
        return changes, latest

    async def content_of(self, comment: object) -> int:
        """The number of the content that a comment stands under, 0 when it can't be found out."""
        try:
            if parent_of(comment):
                comment = await self.api.one(f"comment/{parent_of(comment)}")
            direct = number(told(comment, "content_id", "contentId"))
            kind, key = (
                str(told(comment, "objectModel", "object_model") or ""),
                number(told(comment, "objectId", "object_id")),
            )
            found = direct or self._contents.get((kind, key), 0)
            if not found and kind in ROUTES and key:
                self.read(await self.api.one(f"{ROUTES[kind]}/{key}"))
                found = self._contents.get((kind, key), 0)
        except (NotFound, Forbidden):
            return 0
        return found

    # -- one thread ----------------------------------------------------------------------------------------------------

    def read(self, whole: object) -> list[Change]:
        """A content with its text, and the newest comments that HumHub lays in with it."""
        inner = told(whole, "content")
        content = inner if isinstance(inner, Mapping) and "metadata" in inner else whole
        meta, found = meta_of(content), content_id(content)
        self._contents[str(meta.get("object_model") or ""), number(meta.get("object_id"))] = found
        changes = read_content(whole, self.site)
        latest = told(told(content, "comments"), "latest", "latestComments")
        if changes and isinstance(latest, list):
            if total_of(content, "comments") <= len(latest):
                self.read_whole.add(ThreadKey(self.site.content(found)))
            changes += read_comments(latest, found, self.site.space(number(meta.get("contentcontainer_id"))), self.site)
        return changes

    async def whole(self, content: Row) -> Row:
        """The row of a content with its text, as far as its module shows one."""
        meta = meta_of(content)
        route = ROUTES.get(str(meta.get("object_model") or ""))
        if route is None:
            return content
        try:
            return await self.api.one(f"{route}/{number(meta.get('object_id'))}")
        except (NotFound, Forbidden):
            return content  # its module is there no more, or keeps its text for itself: what it is shows all the same

    async def thread(self, content: Row, *, text: bool, comments: bool) -> list[Change]:
        """A content of which only the row of a list is known: its text, all its comments, and which of them are gone."""
        changes = self.read(await self.whole(content) if text else content) if text else []
        if comments:
            changes += await self.comments(
                content_id(content), self.site.space(number(meta_of(content).get("contentcontainer_id")))
            )
        return changes

    async def again(self, content: int, *, readable: bool = False) -> list[Change]:
        """One content by number, read anew, and whether it is gone.

        readable  its space can be read otherwise: then what may not be seen was removed, which HumHub tells only to
                  who may edit it, or made private
        """
        try:
            row = await self.api.one(f"content/{content}")
        except NotFound:
            return [MessageGone(self.site.content(content), self.tools.now_ms())]
        except Forbidden:
            return [MessageGone(self.site.content(content), self.tools.now_ms())] if readable else []
        return await self.thread(row, text=True, comments=True)

    async def comments(self, content: int, space: SpaceKey) -> list[Change]:
        """All comments of a content, oldest first, and those that are held and gone."""
        rows, _all = await self.listed(content)
        self.read_whole.add(ThreadKey(self.site.content(content)))
        changes = read_comments(rows, content, space, self.site)
        shown = {change.key for change in changes if isinstance(change, Message)}
        for key in self.talk(space).get(content, ()):
            if key not in shown:
                changes += await self.confirmed(key, content, space)
        return changes

    async def however_old(self, content: int, most: int) -> FetchedThread:
        """A content with what stands under it; of very many comments those that came first. Raises PlatformError."""
        if not content:
            raise NotFound
        row = await self.api.one(f"content/{content}")
        changes = self.read(await self.whole(row))
        rows, all_of_it = await self.listed(content, most) if total_of(row, "comments") else ([], True)
        space = self.site.space(number(meta_of(row).get("contentcontainer_id")))
        return FetchedThread(in_order([*changes, *read_comments(rows, content, space, self.site)]), all_of_it)

    async def listed(self, content: int, most: int | None = None) -> tuple[list[Any], bool]:
        """The comments of a content, oldest first, each with its answers, about `most` in all; and whether there are no more."""
        rows: list[Any] = []
        page = count = 0
        while True:
            page += 1
            listing = await self.api.listing(f"comment/content/{content}", page=page)
            rows += listing.rows
            count += sum(1 + number(told(row, "commentsCount")) for row in listing.rows)
            if not listing.rows or page >= listing.pages:
                return rows, True
            if most is not None and count >= most:
                return rows, False

    async def confirmed(self, key: MessageKey, content: int, space: SpaceKey) -> list[Change]:
        """A comment that no list shows: only when HumHub itself says that it is gone, it is."""
        try:
            row = await self.api.one(f"comment/{comment_in(key)}")
        except NotFound:
            return [MessageGone(key, self.tools.now_ms())]
        except Forbidden:
            return []
        return read_comments([row], content, space, self.site)

    def held(self, space: SpaceKey, since_ms: int) -> Mapping[MessageKey, str]:
        """What the store holds of a space, written since then."""
        if (space, since_ms) not in self._held:
            self._held[space, since_ms] = self.tools.known(space, since_ms)
        return self._held[space, since_ms]

    def talk(self, space: SpaceKey) -> Mapping[int, list[MessageKey]]:
        """The comments that the store holds, by the number of the content they stand under."""
        if space not in self._talk:
            found = self._talk[space] = {}
            for key in self.held(space, 0):
                if comment_in(key):
                    found.setdefault(content_in(key), []).append(key)
        return self._talk[space]


def _updated(row: object) -> str:
    meta = meta_of(row)
    return str(meta.get("updated_at") or meta.get("created_at") or "")


def _signs(row: object) -> list[Any]:
    """What tells that a content changed: its date with all that may change without it, and its number of comments."""
    meta = meta_of(row)
    marks = [str(int(bool(meta.get(name)))) for name in ("pinned", "locked_comments", "archived")]
    return [f"{_updated(row)} {total_of(row, 'likes')} {''.join(marks)} {meta.get('state')}", total_of(row, "comments")]


def _newest(seen: Mapping[str, Any]) -> dict[str, Any]:
    kept = sorted(seen, key=lambda name: str(seen[name][0]), reverse=True)[:REMEMBERED]
    return {name: seen[name] for name in kept}
