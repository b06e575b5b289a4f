"""How a social intranet is read: the newest of every group first, then page by page what was there before.

BuddyPress lists activities by the moment they were opened and knows no "since": a new comment moves nothing. So each
round looks at the newest page of every group, and where we are an administrator at the newest comments of the whole
site; other comments on older threads come with the sweep. Pages are counted from the newest: when the list became
shorter while we walk, it steps back, so that nothing slips through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from console.adapters.buddypress_api import GONE, ROOTS, Api
from console.adapters.buddypress_reading import (
    SITE,
    Group,
    Keys,
    author_of,
    comments_of,
    latest_ms,
    name_in,
    read_person,
    read_thread,
    said,
)
from console.adapters.buddypress_sweeping import Sweep
from console.adapters.contract import Config, Tools
from console.adapters.rows import Row
from console.adapters.wp_rest import Listing
from console.adapters.wp_rows import id_of, in_order, number_in, positive, written_ms
from console.domain.conversation import Change, Person
from console.domain.platform import Cursor, Forbidden, NotFound, Page, Stream

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

    def __init__(self, api: Api, keys: Keys, config: Config, tools: Tools) -> None:
        self._api = api
        self._tools = tools
        self._moderates = "bp_moderate" in config.settings.get("rights", "").split(",")
        self._has_groups = config.settings.get("groups", "yes") == "yes"
        self._people: dict[int, Person] = {}
        self._sweeps = {stream.key: Sweep(self) for stream in streams(config) if stream.sweep}
        self.keys = keys
        self.since_ms = config.since_ms
        self.site_url = config.settings.get("site_url", config.url)
        self.joined: frozenset[int] | None = None  # groups we are a member of, once we looked
        self.ahead_ms = 0  # how far the site's clock is ahead of ours

    async def pull(self, stream: Stream, cursor: Cursor | None) -> Page:
        if stream.sweep:
            span_ms = None if ":" in stream.key else RECENT_MS
            return await self._sweeps[stream.key].pull(dict(cursor or {}), span_ms, stream.every_s)
        return await self._news(dict(cursor or {}), stream.every_s)

    # -- groups ----------------------------------------------------------------------------------------------------------

    async def groups(self) -> list[Group]:
        """The groups that we can read, those with the latest news first. Raises AuthExpired when we are nobody."""
        own = await self.own_groups()
        others = await self._api.readable_groups(self._moderates) if self._has_groups else []
        found = {group.number: group for group in (*others, *own)}
        return sorted(found.values(), key=lambda group: (group.active, group.number), reverse=True)

    async def own_groups(self) -> list[Group]:
        own = await self._api.own_groups() if self._has_groups else []
        self.joined = frozenset(group.number for group in own)
        return own

    # -- news ------------------------------------------------------------------------------------------------------------

    async def _news(self, cursor: dict[str, Any], every_s: float) -> Page:
        """The newest of every group; in between, page by page, what was there before.

        The cursor: `todo` the groups that this round still looks at, `walk` where in the first of them, `tops` the
        newest number known of each, `old` the walks through what was there before, `looked_ms` when the round began,
        `since_ms` how far back it all goes, `olds_turn` that an old page is next.
        """
        now_ms = self.now_ms
        if self.since_ms < int(cursor.get("since_ms", self.since_ms)):
            cursor = {}
        fresh: dict[str, Any] = {"todo": [], "tops": {}, "old": {}, "looked_ms": 0, "olds_turn": False}
        cursor = {**fresh, "since_ms": self.since_ms, **cursor}
        rested = not 0 <= now_ms - int(cursor["looked_ms"]) < every_s * 1000
        if not cursor["todo"] and (not cursor["old"] or (rested and not cursor["olds_turn"])):
            groups = [group.number for group in await self.groups()]
            cursor |= {"todo": [*groups, SITE, *([COMMENTS] if self._moderates else [])], "looked_ms": now_ms}
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
        return await self.read(listing.rows, place)

    async def _older(self, cursor: dict[str, Any]) -> tuple[Change, ...]:
        """One page of what was there before, each group in its turn."""
        place, walk = next(iter(cursor["old"].items()))
        listing, onward = await self._walk(int(place), walk)
        left = {other: step for other, step in cursor["old"].items() if other != place}
        cursor["old"] = {**left, place: onward} if onward is not None else left
        return await self.read(listing.rows, int(place))

    async def _walk(self, place: int, walk: Mapping[str, Any]) -> tuple[Listing, dict[str, Any] | None]:
        """One page of a list, newest first, and where the next one begins (None at the end)."""
        page = int(walk.get("page", 1))
        if place == COMMENTS:
            params: dict[str, str | int] = {
                "type": "activity_comment", "display_comments": "stream", "order": "desc", "page": page,
            }  # fmt: skip
            listing = await self._activities(SITE, params)
        else:
            listing = await self.listed(place, page)
        return listing, self.onward(listing, walk, self.since_ms)

    async def listed(self, group: int, page: int) -> Listing:
        """One page of a group's activities, or of those said to the whole site."""
        return await self._activities(group, {"page": page})

    async def _activities(self, group: int, params: Mapping[str, str | int]) -> Listing:
        """As the API lists them; nothing of a group that vanished or was closed to us meanwhile."""
        try:
            listing = await self._api.activities(group, params)
        except (Forbidden, NotFound):
            return Listing([], None, None)
        self.ahead_ms = (listing.date_ms or self.now_ms) - self.now_ms
        return listing

    def onward(self, listing: Listing, walk: Mapping[str, Any], since_ms: int) -> dict[str, Any] | None:
        """Where a walk goes on after this page, None at the end or beyond the moment that it goes back to."""
        page, before = int(walk.get("page", 1)), walk.get("total")
        if page > 1 and before is not None and listing.total is not None and listing.total < int(before):
            back = -(-(int(before) - listing.total) // ROOTS)
            return {"page": max(1, page - back), "total": listing.total}
        moments = [at_ms for row in listing.rows if isinstance(row, Mapping) and (at_ms := written_ms(row))]
        if not listing.rows or not listing.goes_on_after((page - 1) * ROOTS, ROOTS):
            return None
        if moments and min(moments) < since_ms:
            return None
        return {"page": page + 1, "total": listing.total}

    async def _threads_of(self, comments: Iterable[Row]) -> tuple[Change, ...]:
        roots = sorted({root for row in comments if (root := positive(row.get("primary_item_id")))})
        return await self.read(await self.look(roots), SITE) if roots else ()

    # -- reading ---------------------------------------------------------------------------------------------------------

    async def read(self, rows: Sequence[Row], group: int, since_ms: int | None = None) -> tuple[Change, ...]:
        """The changes that activities mean, oldest first, with who said it all; nothing of what ended before `since_ms`."""
        since_ms = self.since_ms if since_ms is None else since_ms
        wanted = [row for row in reversed(rows) if said(row) and not _older_than(row, since_ms)]
        people = await self.who([one for row in wanted for one in (row, *_below(row))])
        changes = [change for row in wanted for change in read_thread(row, self.keys, group, self.site_url)]
        return in_order([*people, *changes])

    async def who(self, rows: Sequence[Row]) -> list[Person]:
        """Who said these; of whoever left the site, what the activity itself says."""
        authors = {author_of(row): row for row in rows if author_of(row)}
        for row in await self._api.members(sorted(authors.keys() - self._people.keys())):
            if person := read_person(row, self.keys):
                self._people[id_of(row)] = person
        found = [self._people.get(number) or name_in(row, self.keys) for number, row in authors.items()]
        return [person for person in found if person is not None]

    def forget_names(self) -> None:
        """Ask for everybody anew: names change, and nothing says so."""
        self._people.clear()

    # -- looking ---------------------------------------------------------------------------------------------------------

    async def look(self, roots: Sequence[int], group: int | None = None) -> list[Row]:
        """These threads as they are now, those that a list still shows; of one group, or as an administrator of all."""
        part = ",".join(str(root) for root in roots)
        if group is None:
            params: dict[str, str | int] = {
                "include": part, "display_comments": "threaded", "status": "all", "per_page": ROOTS,
            }  # fmt: skip
            return (await self._api.list_of("activity", params)).rows
        return (await self._activities(group, {"include": part})).rows

    async def thread(self, root: int, group: int) -> Row | None:
        """One thread as it is now, also when it moved to another group; None when it is gone.

        Raises PlatformError: Forbidden where the site doesn't show it to us.
        """
        for row in await self.look([root], group):
            if id_of(row) == root:
                return row
        try:
            return await self._api.one(root)
        except NotFound as error:
            if error.code == GONE:
                return None
            raise

    def known(self, group: int, after_ms: int) -> Iterable[str]:
        """The keys of the messages that the store holds of a group, written after a moment."""
        return self._tools.known(self.keys.space(group), after_ms)

    @property
    def now_ms(self) -> int:
        return self._tools.now_ms()


def _below(row: object) -> list[Row]:
    return comments_of(row) if isinstance(row, Mapping) else []


def _older_than(row: object, since_ms: int) -> bool:
    return isinstance(row, Mapping) and 0 < latest_ms(row) < since_ms
