"""The sweep: the threads of a while back once more, to notice comments, edits, spam marks and removals nobody announces.

What the store holds and no list shows is looked at once more by its thread: a comment that is missing from a thread
which is shown is gone, and a thread is gone when the site itself says so. Where the site refuses to show a single
thread (see docs/platforms/buddypress.md), it is gone when its group's list lacks it and we are still a member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.adapters.buddypress_reading import SITE, comments_of, place_in
from console.adapters.buddypress_site import Site
from console.adapters.rows import Row
from console.adapters.wp_rows import id_of
from console.domain.conversation import Change, MessageGone
from console.domain.platform import Forbidden, Page

CONFIRMED_AT_ONCE = 20  # threads looked at in a page
MEMORIES = 4  # of groups begun: a page that could not be stored is asked for again


class Sweep:
    """Its cursor: `started_ms`, `after_ms` (threads opened since then are looked at), `todo` the groups left, `walk` where
    in the first of them, then `ask` (what of it to confirm, as pairs of thread and message), at last `done_ms`.

    Which numbers the lists showed stays in memory. A group whose memory is gone is begun anew.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._shown: dict[tuple[int, int], set[int]] = {}  # by the moment a sweep started, and group

    async def pull(self, cursor: dict[str, Any], span_ms: int | None, every_s: float) -> Page:
        """The next page of a sweep over `span_ms` back from now, or over everything that is collected."""
        site, now_ms = self._site, self._site.now_ms
        if "done_ms" in cursor:
            if span_ms is None and 0 <= now_ms - int(cursor["done_ms"]) < every_s * 1000:
                return Page((), cursor)  # a long one is not repeated because somebody asks for news
            cursor = {}
        if not cursor:
            site.forget_names()
            groups = [group.number for group in await site.groups()]
            after_ms = site.since_ms if span_ms is None else max(site.since_ms, now_ms - span_ms)
            cursor = {"started_ms": now_ms, "after_ms": after_ms, "todo": [*groups, SITE], "walk": {}}
        if cursor.get("ask"):
            changes = await self._confirm(cursor)
        else:
            changes = await self._list(cursor)
        if not cursor.get("ask") and not cursor["todo"]:
            return Page(changes, {"done_ms": site.now_ms})
        return Page(changes, cursor, more=True)

    async def _list(self, cursor: dict[str, Any]) -> tuple[Change, ...]:
        group, after_ms = int(cursor["todo"][0]), int(cursor["after_ms"])
        name = int(cursor["started_ms"]), group
        if name not in self._shown:
            cursor["walk"] = {}
            self._shown = {**dict(list(self._shown.items())[-MEMORIES + 1 :]), name: set()}
        walk, shown = cursor["walk"], self._shown[name]
        listing = await self._site.listed(group, int(walk.get("page", 1)))
        for row in listing.rows:
            shown |= _numbers(row)
        onward = self._site.onward(listing, walk, after_ms)
        cursor["walk"] = onward or {}
        if onward is None:
            places = [place_in(key) for key in self._site.known(group, after_ms)]
            cursor["ask"] = sorted([root, number] for root, number in places if root and number not in shown)
            cursor["group"] = group
            cursor["todo"] = cursor["todo"][1:]
        return await self._site.read(listing.rows, group, after_ms)

    async def _confirm(self, cursor: dict[str, Any]) -> tuple[Change, ...]:
        site, group = self._site, int(cursor["group"])
        ask = [(int(root), int(number)) for root, number in cursor["ask"]]
        roots = sorted({root for root, _number in ask})[:CONFIRMED_AT_ONCE]
        rows = [row for row in await site.look(roots, group) if id_of(row) in roots]
        gone: set[int] = set()
        refused: set[int] = set()
        for root in sorted(set(roots) - {id_of(row) for row in rows}):
            try:
                row = await site.thread(root, group)
            except Forbidden:
                refused.add(root)
                continue
            if row is None:
                gone.add(root)
            else:
                rows.append(row)
        # We were a member all the while, so the list would have shown it.
        if refused and group in {own.number for own in await site.own_groups()}:
            gone |= refused
        there = {id_of(row): _numbers(row) for row in rows}
        changes = [
            MessageGone(site.keys.message(root, number), int(cursor["started_ms"]))
            for root, number in ask
            if root in gone or (root in there and number not in there[root])
        ]
        cursor["ask"] = [[root, number] for root, number in ask if root not in roots]
        return (*await site.read(rows, group), *changes)


def _numbers(row: Row) -> set[int]:
    """The numbers of everything in a thread."""
    below: Sequence[Row] = comments_of(row) if isinstance(row, Mapping) else ()
    return {number for one in (row, *below) if (number := id_of(one))}
