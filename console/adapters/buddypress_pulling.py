"""How a social intranet is read: the newest of every group first, then page by page what was there before.

BuddyPress lists activities by the moment they were opened and knows no "since": a new comment moves nothing. So each
round looks at the newest page of every group, and where we are an administrator at the newest comments of the whole
site; other comments on older threads come with the sweep.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.adapters.buddypress_reading import MAX_COMMENTS, SITE, Keys, comments_of, said
from console.adapters.buddypress_site import Site
from console.adapters.buddypress_sweeping import Sweep
from console.adapters.contract import Config, FetchedThread
from console.adapters.rows import Row
from console.adapters.wp_rest import Listing
from console.adapters.wp_rows import id_of, number_in, positive
from console.domain.conversation import Change
from console.domain.platform import Cursor, NotFound, Page, Stream

POLL_S = 60.0
RECENT_MS = 30 * 86_400_000  # what the frequent sweep looks at
COMMENTS = -1  # in the place of a group's number: the newest comments of the whole site


def streams(config: Config) -> tuple[Stream, ...]:
    """What is followed, and how often; `poll_s` of the settings is the unit."""
    settings, space = config.settings, Keys(config.server).messages(number_in(config.account, "user"))
    poll_s = float(settings.get("poll_s") or POLL_S)
    private = (Stream("messages", poll_s, space=space),) if settings.get("messages") == "yes" else ()
    return (
        Stream("activity", poll_s),
        *private,
        Stream("sweep", poll_s * 10, sweep=True),
        Stream("sweep:whole", poll_s * 1440, sweep=True),
    )


class Reader:
    """Pulls the streams of one site."""

    def __init__(self, site: Site, config: Config) -> None:
        self._site = site
        self._sweeps = {stream.key: Sweep(site) for stream in streams(config) if stream.sweep}

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.sweep:
            span_ms = None if ":" in stream.key else RECENT_MS
            return await self._sweeps[stream.key].pull(dict(cursor or {}), span_ms, stream.every_s)
        return await self._news(dict(cursor or {}), stream.every_s)

    async def thread(self, root: int, group: int) -> FetchedThread:
        """An activity with its comments, which all come with it, however old. Raises PlatformError."""
        row = await self._site.thread(root, group) if root else None
        if row is None or not said(row):
            raise NotFound
        return FetchedThread(await self._site.read([row], group, 0), whole=len(comments_of(row)) < MAX_COMMENTS)

    async def _news(self, cursor: dict[str, Any], every_s: float) -> Page:
        """The newest of every group; in between, page by page, what was there before.

        The cursor: `todo` the groups that this round still looks at, `walk` where in the first of them, `tops` the
        newest number known of each, `old` the walks through what was there before, `looked_ms` when the round began,
        `since_ms` how far back it all goes, `olds_turn` that an old page is next.
        """
        now_ms = self._site.now_ms
        if self._site.since_ms < int(cursor.get("since_ms", self._site.since_ms)):
            cursor = {}
        fresh: dict[str, Any] = {"todo": [], "tops": {}, "old": {}, "looked_ms": 0, "olds_turn": False}
        cursor = {**fresh, "since_ms": self._site.since_ms, **cursor}
        rested = not 0 <= now_ms - int(cursor["looked_ms"]) < every_s * 1000
        if not cursor["todo"] and (not cursor["old"] or (rested and not cursor["olds_turn"])):
            groups = [group.number for group in await self._site.groups()]
            cursor |= {"todo": [*groups, SITE, *([COMMENTS] if self._site.moderates else [])], "looked_ms": now_ms}
        if cursor["todo"]:
            changes = await self._newest(cursor)
            cursor["olds_turn"] = not cursor["todo"]
        else:
            changes = await self._older(cursor)
            cursor["olds_turn"] = False
        return Page(changes, cursor, more=bool(cursor["todo"] or cursor["old"]))

    async def _newest(self, cursor: dict[str, Any]) -> tuple[Change, ...]:
        place = int(cursor["todo"][0])
        walk, known = cursor.pop("walk", {}), cursor["tops"].get(str(place))
        listing, onward = await self._walk(place, walk)
        ids = [number for row in listing.rows if (number := id_of(row))]
        top = max([int(walk.get("top", 0)), *ids], default=0)
        if known is None and onward is not None and place != COMMENTS:
            cursor["old"] = {**cursor["old"], str(place): onward}  # the first look takes the newest page only
        if known is None or onward is None or (ids and min(ids) <= int(known)):
            cursor["tops"] = {**cursor["tops"], str(place): max(top, int(known or 0))}
            cursor["todo"] = cursor["todo"][1:]
        else:
            cursor["walk"] = {**onward, "top": top}
        if place == COMMENTS:
            # The first look needs none of them: they stand in the threads that are walked through.
            return await self._threads_of(row for row in listing.rows if known is not None and id_of(row) > int(known))
        return await self._site.read(listing.rows, place)

    async def _older(self, cursor: dict[str, Any]) -> tuple[Change, ...]:
        """One page of what was there before, each group in its turn."""
        place, walk = next(iter(cursor["old"].items()))
        listing, onward = await self._walk(int(place), walk)
        left = {other: step for other, step in cursor["old"].items() if other != place}
        cursor["old"] = {**left, place: onward} if onward is not None else left
        return await self._site.read(listing.rows, int(place))

    async def _walk(self, place: int, walk: Mapping[str, Any]) -> tuple[Listing, dict[str, Any] | None]:
        """One page of a list, newest first, and where the next one begins (None at the end)."""
        page = int(walk.get("page", 1))
        listing = await (self._site.comments_listed(page) if place == COMMENTS else self._site.listed(place, page))
        return listing, self._site.onward(listing, walk, self._site.since_ms)

    async def _threads_of(self, comments: Iterable[Row]) -> tuple[Change, ...]:
        roots = sorted({root for row in comments if (root := positive(row.get("primary_item_id")))})
        return await self._site.read(await self._site.look(roots), SITE) if roots else ()
