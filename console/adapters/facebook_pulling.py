"""How a Page is read: its newest posts with their newest comments in one request, and the comments behind these.

A new comment moves no post in the list, and what is edited, hidden or removed is announced nowhere. So the newest
posts are compared with what they were; how many comments there are tells what else happened to a conversation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.adapters.contract import FetchedThread, Tools
from console.adapters.facebook_api import Api, Listing, listing_in
from console.adapters.facebook_reading import (
    COMMENT_FIELDS,
    PAGE_FIELDS,
    POST_FIELDS,
    comment_in,
    comment_key,
    node_of,
    post_in,
    post_key,
    read_comments,
    read_post,
    read_space,
    said_ms,
    space_key,
)
from console.adapters.held_on_page import HeldOnPage
from console.adapters.rows import in_order, told
from console.domain.conversation import Change, MessageGone, MessageKey, Space, ThreadKey, text_hash
from console.domain.platform import BadResponse, Cursor, NotFound, Page, Rejected

POSTS_A_PAGE = 25
SHOWN = 25  # comments that come with a post
COMMENTS_A_PAGE = 100
REMEMBERED = 200  # posts whose looks are kept
MOST_GAPS = 500
MOST_PAGES = 100  # of the comments of one post, some of them short or empty
ASKED_AT_ONCE = 25  # comments asked for by number in a page
_WITH_COMMENTS = (
    f"{POST_FIELDS},comments.filter(stream).order(reverse_chronological).limit({SHOWN}).summary(total_count)"
    f"{{{COMMENT_FIELDS}}}"
)

Gap = list[Any]  # [post, where it goes on, when the comment before that was said, whether it goes to the very end]


@dataclass(frozen=True, slots=True)
class Filled:
    """A gap came to its end: how many comments Facebook counts there that we don't hold. `whole`: all were read."""

    post: str
    lacking: int | None
    whole: bool


class Reader:
    """Reads one Page. `page` is its id."""

    def __init__(self, api: Api, page: str, tools: Tools, since_ms: int) -> None:
        self.api = api
        self.page = page
        self.tools = tools
        self.since_ms = since_ms
        self.space = space_key(page)
        self._posts_a_page = POSTS_A_PAGE
        self.held = HeldOnPage(tools, self.space, post_key=post_key, post_in=post_in, comment_in=comment_in)

    def begin(self) -> None:
        """A page begins: what the store holds is asked anew, once for the whole page."""
        self.held.begin()

    async def as_space(self) -> Space:
        """The Page as it is now. Raises PlatformError."""
        return read_space(await self.api.one(self.page, fields=PAGE_FIELDS), self.page)

    # -- what is new -----------------------------------------------------------------------------------------------------

    async def news(self, cursor: Cursor | None, *, look: bool) -> Page:
        """What is new since the cursor.

        The cursor: `seen`, post -> [how it and its newest comments looked, how many comments we lack]; `gaps`, whose
        comments go on where; `walk`, where the list of posts goes on that leads back to what is known.

        look  the list of posts is looked at, whatever gaps are left
        """
        at: dict[str, Any] = {"seen": {}, "gaps": [], **(cursor or {})}
        if "walk" in at or not at["gaps"] or not cursor or look:
            return await self._look(at, first=not cursor)
        changes, gaps, end = await self.fill(at["gaps"])
        seen = dict(at["seen"])
        if end is not None and end.post in seen:
            sign, before = seen[end.post]
            if not end.whole and before not in (None, end.lacking):
                gaps = [[end.post, "", 0, True], *gaps]
            seen[end.post] = [sign, end.lacking]
        return Page(in_order(changes), {**at, "seen": seen, "gaps": gaps}, more=bool(gaps))

    async def _look(self, at: dict[str, Any], *, first: bool) -> Page:
        walk = str(at.pop("walk", ""))
        try:
            listing = await self.feed(walk)
        except Rejected:
            if not walk:
                raise
            listing = await self.feed("")  # where it went on was forgotten
        seen: dict[str, Any] = dict(at["seen"])
        gaps: list[Gap] = list(at["gaps"])
        changes: list[Change] = []
        known = 0
        for row in listing.rows:
            post = node_of(row)
            before = seen.get(post)
            known += before is not None
            sign = _sign(row)
            if not post or 0 < said_ms(row) < self.since_ms or (before and before[0] == sign):
                continue
            found, comments = await self.post(row)
            changes += found
            lacking = self._lacking(post, comments)
            gap = self._gap(post, comments, before, lacking)
            gaps += [gap] if gap and gap not in gaps else []
            # While a gap is open nobody can say what we lack: its end does.
            seen[post] = [sign, lacking if not gap else None if gap[-1] or not before else before[1]]
        onward: dict[str, Any] = {"seen": dict(list(seen.items())[-REMEMBERED:]), "gaps": gaps[:MOST_GAPS]}
        oldest_ms = min((said_ms(row) for row in listing.rows), default=self.since_ms)
        if not first and not known and listing.after and oldest_ms >= self.since_ms:
            onward["walk"] = listing.after
        return Page(in_order(changes), onward, more="walk" in onward or bool(gaps))

    def _lacking(self, post: str, comments: Listing) -> int | None:
        """How many comments Facebook counts that we don't hold, once these are held; it counts some that nobody sees."""
        shown = {comment_key(post, node_of(row)) for row in comments.rows}
        return None if comments.total is None else comments.total - len(self.held.under(post) | shown)

    def _gap(self, post: str, comments: Listing, before: Sequence[Any] | None, lacking: int | None) -> Gap | None:
        """What is to be read of a conversation besides its newest comments, None where that is all."""
        held = self.held.under(post)
        new = all(comment_key(post, node_of(row)) not in held for row in comments.rows)
        low_ms = min(map(said_ms, comments.rows), default=0)
        if comments.after and new and low_ms >= self.since_ms:
            return [post, comments.after, low_ms, False]
        if before and None not in (before[1], lacking) and before[1] != lacking:
            return [post, "", 0, True]  # some came or went that are not among the newest
        return None

    async def fill(self, gaps: Sequence[Gap]) -> tuple[list[Change], list[Gap], Filled | None]:
        """One page of comments into the first of the gaps, what gaps are left, and what to know of one that is filled."""
        (post, after, until_ms, to_the_end), *others = gaps
        try:
            listing = await self.comments(post, after)
        except NotFound:  # the post went; the sweep asks
            return [], others, None
        except Rejected:
            # Where it goes on is forgotten after a while: from the beginning, to the end.
            if not after:
                raise
            return [], [[post, "", 0, True], *others], None
        held, known = self.held.under(post), False
        if not to_the_end:
            known = any(comment_key(post, node_of(row)) in held for row in listing.rows)
        changes = await self.read_comments(post, listing, int(until_ms))
        low_ms = min(map(said_ms, listing.rows), default=int(until_ms))
        if listing.after and not known and (low_ms >= self.since_ms or not low_ms):
            return changes, [[post, listing.after, low_ms, to_the_end], *others], None
        gone = sum(isinstance(one, MessageGone) for one in changes)
        lacking = self._lacking(post, listing)
        return changes, others, Filled(post, None if lacking is None else lacking + gone, to_the_end)

    # -- one conversation ------------------------------------------------------------------------------------------------

    async def feed(self, after: str) -> Listing:
        """A page of posts, newest first, each with its newest comments; smaller pages where that is too much at once."""
        while True:
            try:
                return await self.api.listing(
                    f"{self.page}/feed", fields=_WITH_COMMENTS, limit=self._posts_a_page, after=after
                )
            except BadResponse as error:
                if error.code != "facebook_too_much" or self._posts_a_page == 1:
                    raise
                self._posts_a_page //= 2

    async def however_old(self, thread: ThreadKey, most: int) -> FetchedThread:
        """A post with what is said under it; of very many comments those that came first. Raises PlatformError."""
        post = post_in(thread)
        if not post:
            raise NotFound
        row = await self.api.one(post, fields=_WITH_COMMENTS)
        comments = listing_in(told(row, "comments")) or Listing([], "", None)
        rows, more = comments.rows, bool(comments.after)
        if more:
            rows, more = await self._from_the_first(post, most)
        changes = [*read_post(row, self.page), *read_comments(rows, post, self.page)]
        return FetchedThread(in_order(changes), whole=not more)

    async def _from_the_first(self, post: str, most: int) -> tuple[list[Any], bool]:
        """About so many of a post's comments, those that came first; and whether there are more."""
        rows: list[Any] = []
        after = ""
        for _page in range(MOST_PAGES):
            listing = await self.comments(post, after, "chronological")
            rows += listing.rows
            after = listing.after
            if not after or len(rows) >= most:
                break
        return rows, bool(after)

    async def comments(self, post: str, after: str, order: str = "reverse_chronological") -> Listing:
        """A page of a post's comments, answers among them, the newest first or the oldest."""
        return await self.api.listing(
            f"{post}/comments",
            fields=COMMENT_FIELDS,
            limit=COMMENTS_A_PAGE,
            after=after,
            summary="total_count",
            filter="stream",
            order=order,
        )

    async def post(self, row: object) -> tuple[list[Change], Listing]:
        """A post with the comments that came with it, and which of those held are gone."""
        post = node_of(row)
        comments = listing_in(told(row, "comments")) or Listing([], "", None)
        return [*read_post(row, self.page), *await self.read_comments(post, comments, 0)], comments

    async def read_comments(self, post: str, listing: Listing, until_ms: int) -> list[Change]:
        """A page of comments, and what is held, belongs on it and isn't shown: gone only when Facebook says so itself.

        until_ms  when the last comment of the page before was said, 0 on the first one
        """
        changes = read_comments(listing.rows, post, self.page)
        shown = {comment_key(post, node_of(row)) for row in listing.rows}
        lacking = self.held.under(post) - shown
        if lacking and listing.after:
            low_ms = min(map(said_ms, listing.rows), default=until_ms)
            lacking &= self.held.since(low_ms).keys()
        if lacking and until_ms:
            lacking -= self.held.since(until_ms).keys()
        gone: list[Change] = []
        for key in sorted(lacking)[:ASKED_AT_ONCE]:
            found = await self.asked(key)
            (gone if found and isinstance(found[0], MessageGone) else changes).extend(found)
        if gone and listing.rows and not await self._is_told_truly(node_of(listing.rows[0])):
            gone = []
        return [*changes, *gone]

    async def asked(self, key: MessageKey) -> list[Change]:
        """One message by number: what it is now, or that it is gone."""
        post, comment = post_in(key), comment_in(key)
        try:
            row = await self.api.one(comment or post, fields=COMMENT_FIELDS if comment else POST_FIELDS)
        except NotFound:
            return [MessageGone(key, self.tools.now_ms())]
        return read_comments([row], post, self.page) if comment else read_post(row, self.page)

    async def _is_told_truly(self, comment: str) -> bool:
        """Whether what is surely there is told of by number: Facebook says "gone" too of what we may not see."""
        try:
            await self.api.one(comment, fields="id")
        except NotFound:
            return False
        return True


def _sign(row: object) -> str:
    """What tells that a post, its newest comments or their number changed."""
    comments = told(row, "comments")
    others = {name: value for name, value in row.items() if name != "comments"} if isinstance(row, Mapping) else {}
    return text_hash(str((others, told(comments, "data"), told(comments, "summary"))))
