"""How an account is read: what is new by `/sync`, and what is missing by walking back through a room.

One cursor for the whole account. It holds `since`, the token to go on from; `at_ms`, when it was given; `floor_ms`, how
far back is collected; and `gaps`: walks back through one room each that are not finished, with where they go on
(`from`), where they end (`to` a token, or `floor_ms` a moment) and what they `owe`: messages that something newer
points at, whose reactions are counted when the walk meets them. `children` are the latest edits and reactions with what
each is about: once redacted they no longer say so themselves.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.adapters.contract import Config, Tools
from console.adapters.matrix_api import Api
from console.adapters.matrix_batches import Batches
from console.adapters.matrix_reading import Event, content_of, events_in, id_of, position, sent_ms, text_in, unsigned
from console.adapters.matrix_rooms import STATE, Room, Rooms
from console.domain.conversation import Change
from console.domain.platform import Cursor, Forbidden, NotFound, Page, Rejected

POLL_S = 10.0
LISTEN_S = 25.0
FULL = 90  # events in an answer that may be cut off at 100 without saying so
DAY_MS = 86_400_000
MAX_CHILDREN = 300
_QUIET: Mapping[str, Any] = {
    "presence": {"types": []}, "account_data": {"types": ["m.ignored_user_list"]},
}  # fmt: skip
_LAZY = {"lazy_load_members": True}
# Without `types` in the timeline: they would hide how full it was.
NEWS = json.dumps({"room": {"timeline": {"limit": 100, **_LAZY}, "state": _LAZY, "ephemeral": {"types": []},
                            "account_data": {"types": []}}, **_QUIET})  # fmt: skip
HISTORY = json.dumps(_LAZY)


def _whole(limit: int) -> str:
    """The filter for an answer that names every room with its state and its last so many events."""
    room = {"include_leave": True, "timeline": {"limit": limit, **_LAZY}, "state": {"types": list(STATE), **_LAZY},
            "ephemeral": {"types": []}, "account_data": {"types": []}}  # fmt: skip
    return json.dumps({"room": room, **_QUIET})


LOOK, BEGIN = _whole(1), _whole(20)


class Reader:
    """Pulls the stream of one account."""

    def __init__(self, api: Api, rooms: Rooms, batches: Batches, config: Config, tools: Tools) -> None:
        self.api = api
        self.rooms = rooms
        self.batches = batches
        self._config = config
        self._tools = tools

    async def look(self) -> None:
        """Take in every room there is, unless that was done before."""
        if not self.rooms.looked:
            self.rooms.take(await self._whole(LOOK), whole=True)

    async def _whole(self, filter: str) -> Mapping[str, Any]:
        # The same question within two minutes gets the same old answer: so it is never quite the same. Without a
        # token the answer comes at once, whatever the timeout.
        return await self.api.sync(filter, "", self._tools.now_ms() % 1_000_000)

    async def pull(self, cursor: Cursor | None, every_s: float) -> Page:
        """The next page. What is new and what was before take turns while there is much to walk back through."""
        now: dict[str, Any] = dict(cursor or {})
        self.batches.settle(now)
        if not now.get("since"):
            return await self._begin({})
        await self.look()
        if self._config.since_ms < int(now.get("floor_ms", 0)):
            now = self._further_back(now)
        rested = not 0 <= self._tools.now_ms() - int(now.get("at_ms", 0)) < every_s * 1000
        if now.get("gaps") and (now.get("walks") or not rested):
            return await self._walk({**now, "walks": False})
        return await self._news({**now, "walks": True}, 0)

    async def listen(self, cursor: Cursor, every_s: float) -> Page:
        """Wait for news; what is still to be walked through doesn't wait."""
        now: dict[str, Any] = dict(cursor)
        if not now.get("since") or now.get("gaps") or self._config.since_ms < int(now["floor_ms"]):
            return await self.pull(cursor, every_s)
        self.batches.settle(now)
        await self.look()
        return await self._news(now, int(min(LISTEN_S, self._tools.timeout_s * 0.8) * 1000))

    # -- beginnings ----------------------------------------------------------------------------------------------------

    async def _begin(self, before: dict[str, Any]) -> Page:
        """From the newest back, each room on its own walk; after a cursor that fell away no further than it was."""
        told = await self._whole(BEGIN)
        self.rooms.take(told, whole=True)
        since_ms = self._config.since_ms
        floor_ms = max(since_ms, int(before["at_ms"]) - DAY_MS) if before.get("at_ms") else since_ms
        floors = {str(gap["room"]): int(gap["floor_ms"]) for gap in before.get("gaps", ())}
        cursor = self._cursor(before, told, since_ms)
        changes, shown = list(self._spaces(None)), set[str]()
        for room_id, part in self._said(told):
            gap = self._gap(room_id, part, "", min(floor_ms, floors.get(room_id, floor_ms)))
            events = [event for event in events_in(part, "timeline", "events") if sent_ms(event) >= since_ms]
            changes += await self._read(room_id, events, cursor, gap, shown, live=bool(before))
            cursor["gaps"].append(gap)
        return self._page(changes, cursor, shown)

    def _cursor(self, before: Mapping[str, Any], told: Mapping[str, Any], floor_ms: int) -> dict[str, Any]:
        return {
            "since": text_in(told, "next_batch"),
            "at_ms": self._tools.now_ms(),
            "floor_ms": floor_ms,
            "gaps": [],
            "children": dict(before.get("children") or {}),
            "walks": True,
        }

    def _further_back(self, cursor: dict[str, Any]) -> dict[str, Any]:
        """More is wanted than was collected: every room once more, down to there."""
        since_ms = self._config.since_ms
        gaps = [self._gap(room.id, {}, "", since_ms) for room in self.rooms.all() if room.standing != "invited"]
        return {**cursor, "floor_ms": since_ms, "gaps": [*gaps, *cursor.get("gaps", ())]}

    def _gap(self, room: str, part: object, until: str, floor_ms: int) -> dict[str, Any]:
        timeline = part.get("timeline") if isinstance(part, Mapping) else None
        return {"room": room, "from": text_in(timeline, "prev_batch"), "to": until, "floor_ms": floor_ms, "owed": []}

    # -- what is new ---------------------------------------------------------------------------------------------------

    async def _news(self, cursor: dict[str, Any], timeout_ms: int) -> Page:
        since = str(cursor["since"])
        try:
            told = await self.api.sync(NEWS, since, timeout_ms)
        except Rejected as error:
            if error.code not in {"M_UNKNOWN", "M_INVALID_PARAM"}:
                raise
            return await self._begin(cursor)  # the server can't go on from there
        before, now = position(since), position(told["next_batch"])
        if before is not None and now is not None and now < before:
            return await self._begin(cursor)  # it was set back to an earlier day
        self.rooms.take(told)
        fresh = {**cursor, "since": told["next_batch"], "at_ms": self._tools.now_ms(), "gaps": list(cursor["gaps"])}
        fresh["children"] = dict(cursor.get("children") or {})
        changes, shown = list(self._spaces(told)), set[str]()
        for room_id, part in self._said(told):
            events = list(events_in(part, "timeline", "events"))
            joined = self._came_in([*events_in(part, "state", "events"), *events])
            timeline = part["timeline"] if isinstance(part.get("timeline"), Mapping) else {}
            cut_off = timeline.get("limited") is True or len(events) >= FULL
            gap = self._gap(room_id, part, "" if joined else since, self._config.since_ms)
            changes += await self._read(room_id, events, fresh, gap, shown, live=True)
            if (joined or cut_off) and gap["from"]:
                fresh["gaps"].append(gap)
        return self._page(changes, fresh, shown)

    def _said(self, told: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
        """The rooms of an answer in which something may have been said, also those we were put out of."""
        rooms = told.get("rooms")
        found: list[tuple[str, Mapping[str, Any]]] = []
        for name in ("join", "leave"):
            parts = rooms.get(name) if isinstance(rooms, Mapping) else None
            for room_id, part in parts.items() if isinstance(parts, Mapping) else ():
                if isinstance(part, Mapping) and self.rooms.get(room_id) is not None:
                    found.append((room_id, part))
        return found

    def _came_in(self, events: list[Event]) -> bool:
        """Whether we joined a room in these: then nothing of before is held."""
        for event in events:
            if event.get("type") == "m.room.member" and event.get("state_key") == self.batches.me:
                was = text_in(unsigned(event).get("prev_content"), "membership")
                if text_in(content_of(event), "membership") == "join" and was != "join":
                    return True
        return False

    def _spaces(self, told: Mapping[str, Any] | None) -> list[Change]:
        """The rooms whose description may be another now; all of them without an answer."""
        wanted: set[str] = {room.id for room in self.rooms.all()} if told is None else set()
        rooms = (told or {}).get("rooms")
        for name in ("join", "invite", "leave"):
            parts = rooms.get(name) if isinstance(rooms, Mapping) else None
            for room_id, part in parts.items() if isinstance(parts, Mapping) else ():
                seen = [*events_in(part, "state", "events"), *events_in(part, "timeline", "events")]
                kinds = {str(event.get("type")) for event in seen if "state_key" in event}
                if name != "join" or kinds & set(STATE) - {"m.room.pinned_events"}:
                    wanted.add(room_id)
        found = [room for room_id in sorted(wanted) if (room := self.rooms.get(room_id)) is not None]
        return [room.space(self.batches.place(room.id)) for room in found if not room.folder]

    # -- what was before -----------------------------------------------------------------------------------------------

    async def _walk(self, cursor: dict[str, Any]) -> Page:
        """A page of the first gap."""
        gap, *others = (dict(one) for one in cursor["gaps"])
        cursor = {**cursor, "gaps": others, "children": dict(cursor.get("children") or {})}
        room = self.rooms.known(str(gap["room"]))
        try:
            told = await self.api.messages(room.id, str(gap["from"]), str(gap["to"]), HISTORY)
        except (Forbidden, NotFound):
            return self._page([], cursor, set())  # nothing of it is shown to us any more
        except Rejected:
            if not gap["from"]:
                raise
            # The server forgot where that was: from its newest, as far as is wanted.
            return self._page([], {**cursor, "gaps": [{**gap, "from": "", "to": ""}, *others]}, set())
        chunk = list(events_in(told, "chunk"))
        self._names(room, told)
        floor_ms, oldest_ms = int(gap["floor_ms"]), sent_ms(chunk[-1]) if chunk else 0
        wanted = [event for event in reversed(chunk) if sent_ms(event) >= self._config.since_ms]
        live, shown = bool(gap["to"]) or floor_ms > self._config.since_ms, set[str]()
        changes = await self._read(room.id, wanted, cursor, gap, shown, live=live)
        end = text_in(told, "end")
        if end and end != gap["from"] and chunk and oldest_ms >= floor_ms:
            cursor["gaps"] = [{**gap, "from": end}, *cursor["gaps"]]
        return self._page(changes, cursor, shown)

    def _names(self, room: Room, told: Mapping[str, Any]) -> None:
        """People of before, who may have another name by now: what is known already stays."""
        for event in events_in(told, "state"):
            user, name = event.get("state_key"), text_in(content_of(event), "displayname").strip()
            if event.get("type") == "m.room.member" and isinstance(user, str) and name:
                room.names.setdefault(user, name)

    # -- both ----------------------------------------------------------------------------------------------------------

    async def _read(
        self,
        room: str,
        events: list[Event],
        cursor: dict[str, Any],
        gap: dict[str, Any],
        shown: set[str],
        *,
        live: bool,
    ) -> list[Change]:
        """The changes that events of one room mean, oldest first.

        live  messages that these events are about may be held already, and may not be met by the walk
        """
        owed = set(gap["owed"])
        batch = await self.batches.read(room, events, cursor["children"], owed, shown, live=live)
        gap["owed"] = sorted((owed | batch.owes) - {id_of(event) for event in events})
        children = list({**cursor["children"], **batch.children}.items())
        cursor["children"] = dict(children[-MAX_CHILDREN:])
        if batch.again_from_ms is not None:
            floor_ms = max(batch.again_from_ms, self._config.since_ms)
            cursor["gaps"].append(self._gap(room, {}, "", floor_ms))
        return batch.changes

    def _page(self, changes: list[Change], cursor: dict[str, Any], shown: set[str]) -> Page:
        self.batches.offered(cursor, shown)
        return Page(tuple(changes), cursor, more=bool(cursor["gaps"]))
