"""How a Page is read: its newest posts and how many comments each has, in two requests; then the comments that are new.

LinkedIn promises no order of comments and pages by offset, so a conversation of which the number of comments moved is read
whole, pages overlap, and a place that shrank is gone back to. The number of comments that LinkedIn counts and we lack is
remembered for each, so that what went and came unseen is noticed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.adapters.contract import FetchedThread, Tools
from console.adapters.held_on_page import HeldOnPage
from console.adapters.linkedin_api import Api, Listing, encoded
from console.adapters.linkedin_reading import (
    Home,
    answers_of,
    comment_in,
    comment_key,
    comment_of,
    comments_of,
    post_in,
    post_key,
    post_of,
    read_comments,
    read_post,
    read_space,
    said_ms,
    top_in,
    urn_of,
)
from console.adapters.rows import in_order, number, told
from console.domain.conversation import Change, Message, MessageGone, MessageKey, Space, ThreadKey, text_hash
from console.domain.platform import Cursor, Forbidden, NotFound, Page

REMEMBERED = 200  # posts whose looks are kept
MOST_GAPS = 300
MOST_SHOWN = 1_000  # comments of a conversation that are remembered while it is read, to see which are gone
OVERLAP = 5  # rows that one page of a list repeats of the one before
MOST_PAGES = 50  # that one conversation may cost at once: LinkedIn counts them in a day
ASKED_AT_ONCE = 20

# [post, the comment whose answers they are or "", its URN, where it goes on, how many there were, what was shown]
Gap = list[Any]


class Reader:
    """Reads one Page."""

    def __init__(self, api: Api, home: Home, tools: Tools, since_ms: int) -> None:
        self.api = api
        self.home = home
        self.tools = tools
        self.since_ms = since_ms
        self.held = HeldOnPage(tools, home.space, post_key=post_key, post_in=post_in, comment_in=comment_in)

    def begin(self) -> None:
        """A page begins: what the store holds is asked anew, once for the whole page."""
        self.held.begin()

    async def as_space(self) -> Space:
        """The Page as it is now. Raises PlatformError."""
        return read_space(await self.api.one(f"organizations/{self.home.page}"), self.home.page)

    # -- what is new -----------------------------------------------------------------------------------------------------

    async def news(self, cursor: Cursor | None, *, look: bool) -> Page:
        """What is new since the cursor.

        The cursor: `seen`, post -> [how it looked, how many comments it has, how many of these we lack]; `gaps`, the
        conversations that are being read; `walk`, where the list of posts goes on that leads back to what is known.

        look  the list of posts is looked at, whatever gaps are left
        """
        at: dict[str, Any] = {"seen": {}, "gaps": [], **(cursor or {})}
        if "walk" in at or not at["gaps"] or not cursor or look:
            return await self._look(at, first=not cursor)
        changes, gaps, ended = await self.fill(at["gaps"])
        seen = dict(at["seen"])
        if any(gap[0] == ended for gap in gaps):
            ended = ""
        if ended in seen:
            gone = {change.key for change in changes if isinstance(change, MessageGone)}
            shown = {change.key for change in changes}
            sign, count, _lacking = seen[ended]
            seen[ended] = [
                sign,
                count,
                None if count is None else count - len((self.held.under(ended) | _comments(shown)) - gone),
            ]
        read = frozenset([ThreadKey(post_key(ended))] if ended else [])
        return Page(in_order(changes), {**at, "seen": seen, "gaps": gaps}, more=bool(gaps), whole=read)

    async def _look(self, at: dict[str, Any], *, first: bool) -> Page:
        walk = number(at.pop("walk", 0))
        listing, numbers = await self.posts(walk, "LAST_MODIFIED")
        seen: dict[str, Any] = dict(at["seen"])
        gaps: list[Gap] = list(at["gaps"])
        changes: list[Change] = []
        known = 0
        for row in listing.rows:
            post = post_of(row)
            before = seen.get(post)
            known += before is not None
            if not post or 0 < _moved_ms(row) < self.since_ms:
                continue
            counts, count = numbers.get(post), comments_of(numbers.get(post))
            sign = text_hash(str((row, counts)))
            if before and before[0] == sign:
                continue
            changes += read_post(row, counts, self.home)
            lacking = None if count is None else count - len(self.held.under(post))
            moved = before is None or before[2] is None or before[2] != lacking
            if moved and (count != 0 or self.held.under(post)) and not any(gap[0] == post for gap in gaps):
                gaps.append(whole(post))
            seen[post] = [sign, count, lacking]
        onward: dict[str, Any] = {"seen": dict(list(seen.items())[-REMEMBERED:]), "gaps": gaps[:MOST_GAPS]}
        oldest_ms = min((_moved_ms(row) for row in listing.rows), default=0)
        if not first and listing.rows and not known and listing.onward and oldest_ms >= self.since_ms:
            onward["walk"] = max(1, listing.onward - OVERLAP)
        return Page(in_order(changes), onward, more="walk" in onward or bool(gaps))

    async def posts(self, start: int, order: str) -> tuple[Listing, Mapping[str, Any]]:
        """A page of posts, and how many comments and reactions each has."""
        listing = await self.api.posts(self.home.urn, start, order)
        return listing, await self.api.numbers([post for row in listing.rows if (post := post_of(row))])

    # -- one conversation ------------------------------------------------------------------------------------------------

    async def however_old(self, thread: ThreadKey, most: int) -> FetchedThread:
        """A post with what is said under it; about `most` of very many comments, or as many as it may cost. Raises PlatformError."""
        post = post_in(thread)
        if not post:
            raise NotFound
        changes, count = await self._post(post)
        gaps, said, pages = [whole(post)] if count != 0 else [], 0, 0
        while gaps and said < most and pages < MOST_PAGES:
            # A comment that went meanwhile takes its answers along; the post itself has to be there.
            found, gaps, _ended = await (self.fill(gaps) if gaps[0][1] else self._fill(gaps))
            changes += found
            said += sum(isinstance(one, Message) for one in found)
            pages += 1
        return FetchedThread(in_order(changes), whole=not gaps)

    async def fill(self, gaps: Sequence[Gap]) -> tuple[list[Change], list[Gap], str]:
        """One page of the first of these conversations, what is left to read, and the post whose part came to its end."""
        try:
            return await self._fill(gaps)
        except (NotFound, Forbidden):  # the post went, or was closed to us; the sweep asks
            return [], list(gaps[1:]), ""

    async def _fill(self, gaps: Sequence[Gap]) -> tuple[list[Change], list[Gap], str]:
        """As `fill`. Raises PlatformError."""
        (post, top, urn, start, total, shown), *others = gaps
        listing = await self.api.comments(urn or post, start)
        if listing.total is not None and start > 0 and listing.total < total:
            # Some were removed, so that others moved up past us.
            back = max(0, start - (total - listing.total) - OVERLAP)
            return [], [[post, top, urn, back, listing.total, shown], *others], ""
        changes = read_comments(listing.rows, post, self.home, top)
        found = [comment for row in listing.rows if (comment := comment_of(row))]
        shown = [*shown, *(one for one in found if one not in shown)]
        if not top:
            others = [*self._answers(post, listing.rows), *others]
        if listing.onward:
            onward = max(start + 1, listing.onward - OVERLAP)
            return changes, [[post, top, urn, onward, listing.total or 0, shown[:MOST_SHOWN]], *others], ""
        if len(shown) < MOST_SHOWN:
            changes += await self._missing(post, top, {comment_key(post, one, top) for one in shown})
        return changes, others, post

    def _answers(self, post: str, rows: Sequence[object]) -> list[Gap]:
        """The answers to these comments that are to be read: where there are any, or were."""
        return [
            [post, comment_of(row), urn_of(row), 0, 0, []]
            for row in rows
            if urn_of(row) and (answers_of(row) or self._answered(post, comment_of(row)))
        ]

    def _answered(self, post: str, top: str) -> bool:
        return any(top_in(key) == top != comment_in(key) for key in self.held.under(post))

    async def _missing(self, post: str, top: str, shown: set[MessageKey]) -> list[Change]:
        """What is held there and no page showed: gone only when LinkedIn says so itself, with all that answers it."""
        held = {key for key in self.held.under(post) if (top_in(key) if top_in(key) != comment_in(key) else "") == top}
        changes: list[Change] = []
        for key in sorted(held - shown)[:ASKED_AT_ONCE]:
            found = await self.asked(key)
            changes += found
            if found and isinstance(found[0], MessageGone) and not top:
                under = {one for one in self.held.under(post) if top_in(one) == comment_in(key) and one != key}
                changes += [MessageGone(one, self.tools.now_ms()) for one in under]
        return changes

    async def asked(self, key: MessageKey) -> list[Change]:
        """One message by number: what it is now, or that it is gone. Nothing where we may not look."""
        try:
            if not comment_in(key):
                return (await self._post(post_in(key)))[0]
            row = await self.comment(key)
        except NotFound:
            return [MessageGone(key, self.tools.now_ms())]
        except Forbidden:
            return []
        top = top_in(key) if top_in(key) != comment_in(key) else ""
        return read_comments([row], post_in(key), self.home, top)

    async def _post(self, post: str) -> tuple[list[Change], int | None]:
        """A post as it is now, and how many comments it has, None where nothing tells. Raises NotFound."""
        row = await self.api.one(f"posts/{encoded(post)}")
        numbers = (await self.api.numbers([post])).get(post)
        return read_post(row, numbers, self.home), comments_of(numbers)

    async def comment(self, key: str | None) -> Mapping[str, Any]:
        """A comment as it is now. Raises NotFound."""
        return await self.api.one(await self.route(key))

    async def route(self, key: str | None) -> str:
        """Where a comment is read, changed and removed: below the comment that it answers, or below its post."""
        post, top, comment = post_in(key), top_in(key), comment_in(key)
        if not comment:
            raise NotFound(code="no_thread")
        if top == comment:
            return f"socialActions/{encoded(post)}/comments/{comment}"
        return f"socialActions/{encoded(await self.urn(post, top))}/comments/{comment}"

    async def urn(self, post: str, comment: str) -> str:
        """The URN of a comment on a post, which only LinkedIn knows how to spell. Raises NotFound."""
        urn = urn_of(await self.api.one(f"socialActions/{encoded(post)}/comments/{comment}"))
        if not urn:
            raise NotFound(code="no_thread")
        return urn


def whole(post: str) -> Gap:
    """A conversation that is to be read from its beginning to its end."""
    return [post, "", "", 0, 0, []]


def _comments(keys: Any) -> set[MessageKey]:
    return {key for key in keys if comment_in(key)}


def _moved_ms(row: object) -> int:
    """When a post was changed last."""
    return number(told(row, "lastModifiedAt")) or said_ms(row)
