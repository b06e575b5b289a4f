"""For the road: what a view holds is brought up to date and its pictures are fetched, within a size."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from console.domain.platform import Rejected
from console.domain.query import parse
from console.store.connection import Store, StoreFull
from console.store.read import road
from console.store.read.queue import View
from console.sync.pictures import Pictures, Room

TELL_S = 0.25
MOST_TOLD = 200  # of what isn't here
SPARE_BYTES = 50_000_000  # of the disk: what is decided on the road needs room too

Pull = Callable[[], Awaitable[list[dict[str, Any]]]]
Tell = Callable[[Mapping[str, Any]], None]


class Packing:
    """Each job has a `ref` of whoever asked, to stop it by. What was fetched until then stays."""

    def __init__(self, store: Store, pull: Pull, pictures: Pictures, limit_bytes: int) -> None:
        """`pull` brings what is new of every connection, and can be cancelled."""
        self._store = store
        self._pull = pull
        self._pictures = pictures
        self._limit_bytes = limit_bytes
        self._stops: dict[str, asyncio.Event] = {}

    async def pack(self, args: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Take a view along: {"view", "query", "moderator", "ref"}; what was taken, and what wasn't and why.

        Raises Rejected "road_stopped" before there is anything; QueryError.
        """
        typed = str(args.get("query") or "")
        view = View(str(args.get("view") or road.FLAGGED), query=parse(typed) if typed else None,
                    moderator=str(args.get("moderator") or ""))  # fmt: skip
        ref = str(args["ref"])
        stop = self._stops.setdefault(ref, asyncio.Event())
        packed = _Packed(self._limit_bytes)
        try:
            tell({"what": "collecting"})
            packed.not_reached(await self._up_to_date(stop))
            await self._fetch(view, packed, stop, tell)
        except StoreFull:
            packed.full = True
        finally:
            del self._stops[ref]
        return packed.facts() | {"stopped": stop.is_set()}

    def stop(self, ref: str) -> None:
        self._stops.setdefault(ref, asyncio.Event()).set()

    async def _up_to_date(self, stop: asyncio.Event) -> list[dict[str, Any]]:
        """What is new, also what is flagged since: of all connections, because any may hold some."""
        round_ = asyncio.ensure_future(self._pull())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({round_, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not round_.done():
                raise Rejected(code="road_stopped")
            return round_.result()
        finally:
            for task in (round_, stopping):
                task.cancel()
            await asyncio.gather(round_, stopping, return_exceptions=True)

    async def _fetch(self, view: View, packed: _Packed, stop: asyncio.Event, tell: Tell) -> None:
        ids = road.threads(self._store, view)
        told_s = -TELL_S
        for number, thread_id in enumerate(ids):
            if (now_s := asyncio.get_running_loop().time()) - told_s >= TELL_S:
                told_s = now_s
                tell({"what": "packing", "done": number, "of": len(ids), "pictures": packed.pictures,
                      "bytes": packed.taken_bytes})  # fmt: skip
            if stop.is_set() or packed.full:
                return
            if (found := road.along(self._store, thread_id)) is None:
                continue
            packed.takes(found)
            for message in found.messages:
                if self._is_full():
                    packed.full = True
                    return
                packed.has(found, await self._pictures.bring([message], again=True, room=packed.room))
                if stop.is_set() or packed.full:
                    return

    def _is_full(self) -> bool:
        return shutil.disk_usage(self._store.folder).free < SPARE_BYTES


class _Packed:
    """What is in the bag so far."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.room = Room(limit_bytes)
        self.full = False
        self.threads = self.messages = self.pictures = 0
        self._people: set[int] = set()
        self._missed: list[dict[str, Any]] = []

    @property
    def taken_bytes(self) -> int:
        return self._limit_bytes - self.room.left_bytes

    def takes(self, found: road.Along) -> None:
        """Count a conversation: its words are here already, and leave less room for pictures."""
        self.room.left_bytes = max(0, self.room.left_bytes - found.text_bytes)
        self.threads += 1
        self.messages += found.said
        self._people |= found.people
        for hole in found.holes:
            self._miss(found, "context", "", hole)

    def has(self, found: road.Along, errors: Mapping[str, str]) -> None:
        for key, error in errors.items():
            if error:
                self._miss(found, "picture", found.files.get(key, ""), error)
                self.full = self.full or error == "no_room"
            else:
                self.pictures += 1

    def not_reached(self, rounds: list[dict[str, Any]]) -> None:
        self._missed += [
            {"what": "connection", "thread": None, "title": row["platform"], "name": row["name"],
             "why": row["error_kind"], "words": row["words"], "code": row["error"] or ""}
            for row in rounds if not row["ok"]
        ]  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {
            "threads": self.threads, "messages": self.messages, "people": len(self._people), "pictures": self.pictures,
            "bytes": self.taken_bytes, "limit_bytes": self._limit_bytes, "full": self.full,
            "missed": self._missed[:MOST_TOLD], "missed_count": len(self._missed),
        }  # fmt: skip

    def _miss(self, found: road.Along, what: str, name: str, why: str) -> None:
        self._missed.append({"what": what, "thread": found.public_id, "title": found.title, "name": name, "why": why,
                             "words": "", "code": ""})  # fmt: skip
