"""A social intranet as BuddyPress shows it to us: its groups, lists, people and threads, each as they are now.

Pages are counted from the newest: when a list became shorter while we walk, the walk steps back, so that nothing slips
through.
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
from console.adapters.contract import Config, Tools
from console.adapters.rows import Row
from console.adapters.wp_rest import Listing
from console.adapters.wp_rows import id_of, in_order, written_ms
from console.domain.conversation import Change, Person
from console.domain.platform import Forbidden, NotFound


class Site:
    """One site, as the account that asks may see it."""

    def __init__(self, api: Api, keys: Keys, config: Config, tools: Tools) -> None:
        self._api = api
        self._tools = tools
        self._has_groups = config.settings.get("groups", "yes") == "yes"
        self._people: dict[int, Person] = {}
        self.moderates = "bp_moderate" in config.settings.get("rights", "").split(",")
        self.keys = keys
        self.since_ms = config.since_ms
        self.url = config.settings.get("site_url", config.url)
        self.joined: frozenset[int] | None = None  # groups we are a member of, once we looked
        self.ahead_ms = 0  # how far the site's clock is ahead of ours

    # -- groups ----------------------------------------------------------------------------------------------------------

    async def groups(self) -> list[Group]:
        """The groups that we can read, those with the latest news first. Raises AuthExpired when we are nobody."""
        own = await self.own_groups()
        others = await self._api.readable_groups(self.moderates) if self._has_groups else []
        found = {group.number: group for group in (*others, *own)}
        return sorted(found.values(), key=lambda group: (group.active, group.number), reverse=True)

    async def own_groups(self) -> list[Group]:
        own = await self._api.own_groups() if self._has_groups else []
        self.joined = frozenset(group.number for group in own)
        return own

    # -- lists -----------------------------------------------------------------------------------------------------------

    async def listed(self, group: int, page: int) -> Listing:
        """One page of a group's activities, or of those said to the whole site."""
        return await self._activities(group, {"page": page})

    async def comments_listed(self, page: int) -> Listing:
        """One page of the newest comments of the whole site, for an administrator."""
        params: dict[str, str | int] = {
            "type": "activity_comment", "display_comments": "stream", "order": "desc", "page": page,
        }  # fmt: skip
        return await self._activities(SITE, params)

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

    # -- reading ---------------------------------------------------------------------------------------------------------

    async def read(self, rows: Sequence[Row], group: int, since_ms: int | None = None) -> tuple[Change, ...]:
        """The changes that activities mean, oldest first, with who said it all; nothing of what ended before `since_ms`."""
        since_ms = self.since_ms if since_ms is None else since_ms
        wanted = [row for row in reversed(rows) if said(row) and not _older_than(row, since_ms)]
        people = await self.who([one for row in wanted for one in (row, *_below(row))])
        changes = [change for row in wanted for change in read_thread(row, self.keys, group, self.url)]
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
