"""The sweep of a Page: its history the first time, and later what nobody announces: edits, hidden comments, removals.

It walks the posts newest first, with their newest comments, and reads conversations that are longer page by page. What
is held and not shown is asked for by number: only Facebook's own word counts. Most rounds look at the last month, one a
day at everything since the connection counts.
"""

from __future__ import annotations

from typing import Any

from console.adapters.facebook_pulling import Gap, Reader
from console.adapters.facebook_reading import node_of, post_in, post_key, said_ms
from console.adapters.rows import in_order
from console.domain.conversation import Change, MessageGone
from console.domain.platform import Cursor, Forbidden, NotFound, Page, Rejected

RECENT_MS = 30 * 86_400_000  # what most rounds look at
WHOLE_EVERY_MS = 86_400_000
EVERY_MS = 30 * 60_000
ASKED_AT_ONCE = 25


async def sweep(reader: Reader, cursor: Cursor | None) -> Page:
    """The next page of a sweep.

    The cursor: `whole_ms`, when the last one over everything began, and `since_ms`, how far back that went; while one
    goes on `back_to_ms`, `whole`, `after` and `until_ms`, where it is, and `gaps`, conversations that go on.
    """
    at: dict[str, Any] = dict(cursor or {})
    now_ms = reader.tools.now_ms()
    if "back_to_ms" not in at:
        whole = not 0 <= now_ms - int(at.get("whole_ms", -WHOLE_EVERY_MS)) < WHOLE_EVERY_MS
        whole = whole or reader.since_ms < int(at.get("since_ms", 0))
        back_to_ms = reader.since_ms if whole else max(reader.since_ms, now_ms - RECENT_MS)
        at |= {"back_to_ms": back_to_ms, "whole": whole, "after": "", "until_ms": 0, "gaps": []}
        if whole:
            at |= {"whole_ms": now_ms, "since_ms": reader.since_ms}
    if at["gaps"]:
        changes, gaps, _filled = await reader.fill(at["gaps"])
        at["gaps"] = gaps
        return _onward(reader, changes, at)
    return await _posts(reader, at)


async def _posts(reader: Reader, at: dict[str, Any]) -> Page:
    try:
        listing = await reader.feed(at["after"])
    except Rejected:
        if not at["after"]:
            raise
        # Where it goes on was forgotten: a new round, and as far back as this one.
        kept = {} if at["whole"] else {name: at[name] for name in ("whole_ms", "since_ms")}
        return Page((), kept, again_at_ms=reader.tools.now_ms() + EVERY_MS)
    changes: list[Change] = []
    gaps: list[Gap] = []
    for row in listing.rows:
        post = node_of(row)
        if post and not 0 < said_ms(row) < at["back_to_ms"]:
            found, comments = await reader.post(row)
            changes += found
            if at["whole"] and comments.after:
                gaps.append([post, comments.after, min(map(said_ms, comments.rows), default=0), True])
    low_ms = min((made_ms for row in listing.rows if (made_ms := said_ms(row))), default=at["until_ms"])
    ends = not listing.after or low_ms < at["back_to_ms"]
    changes += await _missing(
        reader, {post_key(node_of(row)) for row in listing.rows}, at, at["back_to_ms"] if ends else low_ms
    )
    at |= {"after": "" if ends else listing.after, "until_ms": low_ms, "gaps": gaps, "ends": ends}
    return _onward(reader, changes, at)


async def _missing(reader: Reader, shown: set[Any], at: dict[str, Any], low_ms: int) -> list[Change]:
    """The posts that are held and belong on this page but aren't shown, asked for by number."""
    lacking = reader.held.posts(low_ms, at["until_ms"]) - shown
    changes: list[Change] = []
    for key in sorted(lacking, reverse=True)[:ASKED_AT_ONCE]:
        try:
            found = await reader.asked(key)
        except Forbidden:
            continue
        changes += found
        if found and isinstance(found[0], MessageGone):
            changes += [MessageGone(one, reader.tools.now_ms()) for one in reader.held.under(post_in(key))]
    if any(isinstance(one, MessageGone) for one in changes) and not await _is_readable(reader, shown):
        return []
    return changes


async def _is_readable(reader: Reader, shown: set[Any]) -> bool:
    """Whether "gone" means gone: a post that is surely there is told of by number, or the Page itself."""
    try:
        await reader.api.one(next((post_in(key) for key in shown), "") or reader.page, fields="id")
    except (NotFound, Forbidden):
        return False
    return True


def _onward(reader: Reader, changes: list[Change], at: dict[str, Any]) -> Page:
    if at["gaps"] or not at.get("ends"):
        return Page(in_order(changes), at, more=True)
    kept = {name: at[name] for name in ("whole_ms", "since_ms")}
    return Page(in_order(changes), kept, again_at_ms=reader.tools.now_ms() + EVERY_MS)
