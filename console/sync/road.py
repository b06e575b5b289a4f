"""For the road: what a view holds is brought up to date; what its conversations began with and their pictures are fetched.

All of it within a size. A connection that doesn't answer is asked nothing more: what is missing of it is told.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from console.adapters.contract import Lacking
from console.domain.conversation import ConnectionKey, ThreadKey
from console.domain.platform import PlatformError, Rejected
from console.domain.query import parse
from console.store.connection import Store
from console.store.errors import StoreFull
from console.store.read import road
from console.store.read.pictures import PASSING
from console.store.read.queue import View
from console.sync.pictures import Pictures, Room, reason

TELL_S = 0.25
GRACE_S = 2.0  # what is on its way when somebody stops may still arrive
_SILENT = {"Unreachable": "offline", "AuthExpired": "signed_out", "RateLimited": "busy"}
SILENCE = 3  # questions in a row without an answer: then a connection is asked nothing more
MOST_TIMES = 5  # what is fetched may itself answer what isn't here
MOST_TOLD = 200  # of what isn't here
SPARE_BYTES = 50_000_000  # of the disk: what is decided on the road needs room too

T = TypeVar("T")
Pull = Callable[[], Awaitable[list[dict[str, Any]]]]
Tell = Callable[[Mapping[str, Any]], None]
Fetch = Callable[[ConnectionKey, Lacking, Callable[[int], bool]], Awaitable[str]]


class _Stopped(Exception):
    """Whoever asked wants no more of it."""


class Packing:
    """Each job has a `ref` of whoever asked, to stop it by. What was fetched until then stays."""

    def __init__(self, store: Store, pull: Pull, fetch: Fetch, pictures: Pictures) -> None:
        """`pull` brings what is new of every connection; `fetch` one conversation, as `Engine.fetch_thread`. Both can be cancelled."""
        self._store = store
        self._pull = pull
        self._fetch_thread = fetch
        self._pictures = pictures
        self._stops: dict[str, asyncio.Event] = {}

    async def pack(self, args: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
        """Take a view along: {"view", "connection", "space", "query", "moderator", "limit_bytes", "ref"}; what was taken, and what wasn't and why.

        Raises Rejected "road_stopped" before there is anything; QueryError.
        """
        typed = str(args.get("query") or "")
        view = View(str(args.get("view") or road.FLAGGED), str(args.get("connection") or ""), str(args.get("space") or ""),
                    parse(typed) if typed else None, str(args.get("moderator") or ""))  # fmt: skip
        ref = str(args["ref"])
        stop = self._stops.setdefault(ref, asyncio.Event())
        limit_bytes = int(args["limit_bytes"])
        self._pictures.hold(limit_bytes)
        packed = _Packed(limit_bytes)
        try:
            tell({"what": "collecting"})
            packed.not_reached(await self._up_to_date(stop))
            with contextlib.suppress(_Stopped):
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
        try:
            return await _unless(stop, self._pull())
        except _Stopped:
            raise Rejected(code="road_stopped") from None

    async def _fetch(self, view: View, packed: _Packed, stop: asyncio.Event, tell: Tell) -> None:
        ids = road.threads(self._store, view)
        packed.of = len(ids)
        told_s = -TELL_S
        for number, thread_id in enumerate(ids):
            if (now_s := asyncio.get_running_loop().time()) - told_s >= TELL_S:
                told_s = now_s
                tell({"what": "packing", "done": number, "of": len(ids), "pictures": packed.pictures,
                      "bytes": packed.taken_bytes})  # fmt: skip
            if stop.is_set():
                return
            if (found := road.along(self._store, thread_id)) is None:
                packed.of -= 1  # with another one it became one
                continue
            if self._is_full():
                packed.full = True
                return
            found, why = await self._whole(found, packed, stop)
            if not packed.takes(found, why):
                continue
            for message in found.messages:
                if self._is_full():
                    packed.full = True
                    return
                silent = packed.silent.get(found.connection, "")
                bringing = self._pictures.bring([message], again=True, room=packed.room, unasked=silent)
                packed.has(found, await _unless(stop, bringing, GRACE_S))
                if packed.full:
                    return

    async def _whole(self, found: road.Along, packed: _Packed, stop: asyncio.Event) -> tuple[road.Along, str]:
        """A conversation with what it began with, where that can be had; and why it can't."""
        for _time in range(MOST_TIMES):
            if not found.is_fetched:
                return found, ""
            why = packed.silent.get(found.connection, "") or await self._rest(found, packed, stop)
            now = road.along_with(self._store, found.first)
            if why or now is None or now.lacking == found.lacking:
                return now or found, why or "not_shown"
            found = now
        return found, "very_long"

    async def _rest(self, found: road.Along, packed: _Packed, stop: asyncio.Event) -> str:
        lacking = Lacking(found.thread, found.space, found.lacking)
        try:
            fetching = self._fetch_thread(found.connection, lacking, lambda size: packed.fits(size - found.text_bytes))
            return await _unless(stop, fetching, GRACE_S)
        except PlatformError as error:
            return reason(error)

    def _is_full(self) -> bool:
        return shutil.disk_usage(self._store.folder).free < SPARE_BYTES


async def _unless(stop: asyncio.Event, job: Awaitable[T], grace_s: float = 0) -> T:
    """What comes of it. Raises _Stopped where it is stopped first; what is underway then gets so long to end."""
    doing, stopping = asyncio.ensure_future(job), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done() and grace_s:
            await asyncio.wait({doing}, timeout=grace_s)
        if not doing.done():
            raise _Stopped
        return doing.result()
    finally:
        for task in (doing, stopping):
            task.cancel()
        await asyncio.gather(doing, stopping, return_exceptions=True)


class _Packed:
    """What is in the bag so far."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit_bytes = limit_bytes
        self.room = Room(limit_bytes)
        self.full = False
        self.threads = self.messages = self.pictures = self.of = 0
        self.silent: dict[str, str] = {}  # connections that don't answer now, and why
        self._unanswered: dict[str, int] = {}  # how often each of them didn't answer, since it last did
        self._taken: set[ThreadKey] = set()
        self._people: set[int] = set()
        self._missed: list[dict[str, Any]] = []

    def fits(self, more_bytes: int) -> bool:
        return more_bytes <= self.room.left_bytes

    @property
    def taken_bytes(self) -> int:
        return self._limit_bytes - self.room.left_bytes

    def takes(self, found: road.Along, why: str) -> bool:
        """Count a conversation: its words are here by now, and leave less room for pictures. False where it is counted already.

        why  it has no beginning
        """
        if found.thread in self._taken:
            self.of -= 1
            return False
        self._taken.add(found.thread)
        if why:
            self._hears(found.connection, why)
        self.room.left_bytes = max(0, self.room.left_bytes - found.text_bytes)
        self.threads += 1
        self.messages += found.said
        self._people |= found.people
        for hole in found.holes:
            self._miss(found, "context", "", hole, why if hole in ("before", "between") else "")
        return True

    def has(self, found: road.Along, errors: Mapping[str, str]) -> None:
        for key, error in errors.items():
            self._hears(found.connection, error)
            if error:
                self._miss(found, "picture", found.files.get(key, ""), error)
                self.full = self.full or error == "no_room"
            else:
                self.pictures += 1

    def not_reached(self, rounds: list[dict[str, Any]]) -> None:
        """What the round before brought of each connection: one that didn't answer then isn't asked now."""
        for row in rounds:
            if not row["ok"] and "key" in row and (why := _SILENT.get(row["error_kind"])):
                self.silent[row["key"]] = why
        self._missed += [
            {"what": "connection", "thread": None, "title": row["platform"], "name": row["name"],
             "why": row["error_kind"], "words": row["words"], "code": row["error"] or ""}
            for row in rounds if not row["ok"]
        ]  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {
            "threads": self.threads, "of": self.of, "messages": self.messages, "people": len(self._people), "pictures": self.pictures,
            "bytes": self.taken_bytes, "limit_bytes": self._limit_bytes, "full": self.full,
            "missed": self._missed[:MOST_TOLD], "missed_count": len(self._missed),
        }  # fmt: skip

    def _hears(self, connection: str, why: str) -> None:
        """What a question to a connection came to; one file on which its server breaks off is no silence yet."""
        if why not in PASSING:
            self._unanswered.pop(connection, None)
            return
        self._unanswered[connection] = self._unanswered.get(connection, 0) + 1
        if why != "offline" or self._unanswered[connection] >= SILENCE:
            self.silent.setdefault(connection, why)

    def _miss(self, found: road.Along, what: str, name: str, why: str, code: str = "") -> None:
        self._missed.append({"what": what, "thread": found.public_id, "title": found.title, "name": name, "why": why,
                             "words": "", "code": code})  # fmt: skip
