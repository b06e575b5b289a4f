"""The sweep of a Page: its history the first time, and later what nobody announces: edited comments and removed posts.

It walks the posts newest first and reads their conversations whole. LinkedIn allows little a day, so most rounds look at
the last week, and one a week at everything since the connection counts.
"""

from __future__ import annotations

from typing import Any

from console.adapters.linkedin_pulling import OVERLAP, Reader, whole
from console.adapters.linkedin_reading import comments_of, post_in, post_key, post_of, read_post, said_ms
from console.adapters.rows import in_order
from console.domain.conversation import Change, MessageGone
from console.domain.platform import Cursor, Page

DAY_MS = 86_400_000
RECENT_MS, WHOLE_EVERY_MS, EVERY_MS = 7 * DAY_MS, 7 * DAY_MS, DAY_MS // 4
ASKED_AT_ONCE = 20


async def sweep(reader: Reader, cursor: Cursor | None) -> Page:
    """The next page of a sweep.

    The cursor: `whole_ms`, when the last one over everything began, and `since_ms`, how far back that went; while one
    goes on `back_to_ms`, `start`, `total` and `until_ms`, where it is, `ends`, and `gaps`, conversations being read.
    """
    at: dict[str, Any] = dict(cursor or {})
    now_ms = reader.tools.now_ms()
    if "back_to_ms" not in at:
        everything = not 0 <= now_ms - int(at.get("whole_ms", -WHOLE_EVERY_MS)) < WHOLE_EVERY_MS
        everything = everything or reader.since_ms < int(at.get("since_ms", 0))
        back_to_ms = reader.since_ms if everything else max(reader.since_ms, now_ms - RECENT_MS)
        at |= {"back_to_ms": back_to_ms, "start": 0, "total": 0, "until_ms": 0, "gaps": [], "ends": False}
        if everything:
            at |= {"whole_ms": now_ms, "since_ms": reader.since_ms}
    if at["gaps"]:
        changes, at["gaps"], _ended = await reader.fill(at["gaps"])
        return _onward(reader, changes, at)
    return await _posts(reader, at)


async def _posts(reader: Reader, at: dict[str, Any]) -> Page:
    listing, numbers = await reader.posts(at["start"], "CREATED")
    if listing.total is not None and at["start"] > 0 and listing.total < at["total"]:
        # Some were removed, so that others moved up past us.
        back = max(0, at["start"] - (at["total"] - listing.total) - OVERLAP)
        return Page((), {**at, "start": back, "total": listing.total}, more=True)
    changes: list[Change] = []
    for row in listing.rows:
        post = post_of(row)
        if post and not 0 < said_ms(row) < at["back_to_ms"]:
            changes += read_post(row, numbers.get(post), reader.home)
            if comments_of(numbers.get(post)) != 0 or reader.held.under(post):
                at["gaps"] = [*at["gaps"], whole(post)]
    low_ms = min((made_ms for row in listing.rows if (made_ms := said_ms(row))), default=at["until_ms"])
    ends = not listing.onward or low_ms < at["back_to_ms"]
    changes += await _missing(
        reader, {post_key(post_of(row)) for row in listing.rows}, at["back_to_ms"] if ends else low_ms, at["until_ms"]
    )
    at |= {
        "start": max(at["start"] + 1, listing.onward - OVERLAP),
        "total": listing.total or 0,
        "until_ms": low_ms,
        "ends": ends,
    }
    return _onward(reader, changes, at)


async def _missing(reader: Reader, shown: set[Any], low_ms: int, until_ms: int) -> list[Change]:
    """The posts that are held and belong on this page but aren't shown, asked for by number; a thread goes with its post."""
    lacking = reader.held.posts(low_ms, until_ms) - shown
    changes: list[Change] = []
    for key in sorted(lacking, reverse=True)[:ASKED_AT_ONCE]:
        found = await reader.asked(key)
        changes += found
        if found and isinstance(found[0], MessageGone):
            changes += [MessageGone(one, reader.tools.now_ms()) for one in reader.held.under(post_in(key))]
    return changes


def _onward(reader: Reader, changes: list[Change], at: dict[str, Any]) -> Page:
    if at["gaps"] or not at["ends"]:
        return Page(in_order(changes), at, more=True)
    kept = {name: at[name] for name in ("whole_ms", "since_ms")}
    return Page(in_order(changes), kept, again_at_ms=reader.tools.now_ms() + EVERY_MS)
