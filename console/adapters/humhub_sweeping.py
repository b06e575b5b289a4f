"""The sweep of a space: its history the first time, and later what nobody announces: edited comments, removals.

It walks the contents newest first and reads the comments of each; then it asks for older ones of which something
newer is held. What is held and no list shows is asked for by number: only HumHub's own word counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.humhub_pulling import Reader
from console.adapters.humhub_reading import comment_in, content_id, content_in, meta_of, total_of
from console.adapters.rows import in_order, told
from console.domain.conversation import Change
from console.domain.platform import Cursor, Page

RECENT_MS = 7 * 86_400_000  # what most sweeps look at
WHOLE_EVERY_MS = 86_400_000
AT_ONCE = 20  # contents in a page, each of which may be a request or two


async def sweep(reader: Reader, container: int, cursor: Cursor | None, since_ms: int) -> Page:
    """The next page of a sweep.

    The cursor: `whole_ms`, when the last one over everything began; while one goes on `began_ms`, `after_ms` (how far
    back it looks), `texts` (the page of posts it is at, which brings a hundred texts at once), `page` of all contents,
    `until_ms` and `total` of the page before, at last `older`, the contents to ask for one by one.
    """
    at: dict[str, Any] = dict(cursor or {})
    now_ms = reader.tools.now_ms()
    if "began_ms" not in at:
        whole = not 0 <= now_ms - int(at.get("whole_ms", -WHOLE_EVERY_MS)) < WHOLE_EVERY_MS or since_ms < at.get(
            "since_ms", 0
        )
        after_ms = since_ms if whole else max(since_ms, now_ms - RECENT_MS)
        at |= {"began_ms": now_ms, "after_ms": after_ms, "page": 1}
        if whole:
            at |= {"whole_ms": now_ms, "since_ms": since_ms, "texts": 1}
    if "texts" in at:
        return await _texts(reader, container, at)
    if "older" in at:
        return await _older(reader, at)
    return await _contents(reader, container, at)


async def _texts(reader: Reader, container: int, at: dict[str, Any]) -> Page:
    listing = await reader.api.listing(f"post/container/{container}", page=at["texts"])
    changes = [change for row in listing.rows for change in reader.read(row)]
    ends = _oldest_ms(reader, [told(row, "content") for row in listing.rows]) < at["after_ms"]
    if listing.goes_on and not ends:
        return Page(in_order(changes), {**at, "texts": at["texts"] + 1}, more=True)
    del at["texts"]
    return Page(in_order(changes), at, more=True)


async def _contents(reader: Reader, container: int, at: dict[str, Any]) -> Page:
    space, after_ms, page = reader.site.space(container), int(at["after_ms"]), int(at["page"])
    listing = await reader.api.listing(
        f"content/find-by-container/{container}", AT_ONCE, orderBy="creationTime", page=page
    )
    if page > 1 and listing.total < int(at.get("total", 0)):
        # Something was removed, so that others moved up past us: a page back.
        return Page((), {**at, "page": page - 1, "total": listing.total}, more=True)
    held = reader.held(space, 0)
    talked = reader.talk(space)
    changes: list[Change] = []
    for row in listing.rows:
        content = content_id(row)
        if not content or _created_ms(reader, row) < after_ms:
            continue
        changes += await reader.thread(
            row,
            text=reader.site.content(content) not in held,
            comments=bool(total_of(row, "comments")) or content in talked,
        )
    shown = {content_id(row) for row in listing.rows}
    oldest_ms = _oldest_ms(reader, listing.rows)
    more = listing.goes_on and oldest_ms >= after_ms
    low_ms = max(after_ms, oldest_ms) if more else after_ms
    newer = reader.held(space, int(at["until_ms"])) if "until_ms" in at else {}
    for key in reader.held(space, low_ms):
        if not comment_in(key) and key not in newer and content_in(key) not in shown:
            changes += await reader.again(content_in(key), readable=bool(listing.rows))
    if more:
        onward = {**at, "page": page + 1, "until_ms": low_ms, "total": listing.total}
        return Page(in_order(changes), onward, more=True)
    opened = {content_in(key) for key in reader.held(space, after_ms) if not comment_in(key)} | shown
    older = {content_in(key) for key in reader.held(space, after_ms) if comment_in(key)} - opened
    return Page(in_order(changes), {**at, "older": sorted(older, reverse=True)}, more=True)


async def _older(reader: Reader, at: Mapping[str, Any]) -> Page:
    changes: list[Change] = []
    for content in at["older"][:AT_ONCE]:
        changes += await reader.again(int(content))
    left = at["older"][AT_ONCE:]
    if left:
        return Page(in_order(changes), {**at, "older": left}, more=True)
    return Page(in_order(changes), {"whole_ms": at["whole_ms"], "since_ms": at["since_ms"]})


def _created_ms(reader: Reader, row: object) -> int:
    """When a content was made; now for one that doesn't say, so that it is looked at."""
    try:
        return reader.site.moment_ms(meta_of(row).get("created_at"))
    except (TypeError, ValueError, OverflowError):
        return reader.tools.now_ms()


def _oldest_ms(reader: Reader, rows: list[Any]) -> int:
    return min((_created_ms(reader, row) for row in rows), default=0)
