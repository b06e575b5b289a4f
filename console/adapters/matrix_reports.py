"""Reports: the list that a server's administrators have, read and settled with a token of one of them.

Synapse keeps a report until somebody deletes it, and knows no verdicts: what is no longer listed was settled. The
cursor holds what was listed (`open`: number -> what is needed to say so) and `top`, the highest number seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.adapters.contract import Tools
from console.adapters.matrix_api import ADMIN, Api
from console.adapters.matrix_batches import Batches
from console.adapters.matrix_reading import Event, Keys, events_in, text_in
from console.adapters.matrix_rooms import Rooms
from console.domain.conversation import Change, MessageKey, Report, ReportState
from console.domain.platform import Cursor, Forbidden, NotFound, Page

PER_PAGE = 100
MAX_PAGES = 20
EVERY_S = 60.0


class Reports:
    """`api` speaks with the administrator's token, `batches` with our own."""

    def __init__(self, api: Api, keys: Keys, rooms: Rooms, batches: Batches, tools: Tools) -> None:
        self._api = api
        self._keys = keys
        self._rooms = rooms
        self._batches = batches
        self._tools = tools

    async def pull(self, cursor: Cursor | None) -> Page:
        """All that is listed now, compared with what was listed before."""
        before: Mapping[str, Any] = (cursor or {}).get("open") or {}  # type: ignore[assignment]  # our own JSON
        listed, lowest = await self._listed()
        changes: list[Change] = []
        for number in sorted(listed.keys() - {int(one) for one in before}):
            changes += await self._message(listed[number])
        changes += [self._report(number, facts, ReportState.PENDING) for number, facts in sorted(listed.items())]
        kept: dict[str, Any] = {str(number): facts for number, facts in listed.items()}
        for held, facts in before.items():
            if int(held) < lowest:
                kept[held] = facts  # further down than was read
            elif held not in kept:
                changes.append(self._report(int(held), facts, ReportState.DISMISSED))
        top = max([int(str((cursor or {}).get("top", 0))), *listed])
        return Page(tuple(changes), {"top": top, "open": kept})

    async def settle(self, keys: Iterable[str]) -> None:
        """Take reports off the list; one that is off it already is settled. Raises PlatformError."""
        for key in keys:
            number = self._keys.id_in(key, "report")
            if number.isdecimal():
                try:
                    await self._api.ask("DELETE", f"{ADMIN}/event_reports/{number}")
                except NotFound:
                    continue

    async def unsettled(self, keys: Iterable[str]) -> list[str]:
        """Which of these are still on the list. Raises PlatformError."""
        left: list[str] = []
        for key in keys:
            number = self._keys.id_in(key, "report")
            try:
                if number.isdecimal() and await self._api.ask("GET", f"{ADMIN}/event_reports/{number}"):
                    left.append(key)
            except NotFound:
                continue
        return left

    async def _listed(self) -> tuple[dict[int, dict[str, Any]], int]:
        """What is listed by number, and down to which number that was read."""
        found: dict[int, dict[str, Any]] = {}
        begin: int | str = 0
        for _page in range(MAX_PAGES):
            told = await self._api.ask(
                "GET", f"{ADMIN}/event_reports", {"dir": "b", "limit": PER_PAGE, "from": begin}
            )  # fmt: skip
            rows = list(events_in(told, "event_reports"))
            found |= {row["id"]: facts(row) for row in rows if isinstance(row.get("id"), int)}
            after = told.get("next_token")
            if not rows or not isinstance(after, int | str) or isinstance(after, bool) or after == begin:
                return found, 0
            # A report settled meanwhile shifts those below it up by one: the pages overlap.
            begin = max(0, int(after) - 5) if str(after).isdecimal() and len(rows) > 5 else after
        return found, min(found, default=0)

    async def _message(self, facts: Mapping[str, Any]) -> list[Change]:
        """The message a report is about, for one said before what is collected."""
        room = self._rooms.get(str(facts["room"]))
        if room is None or room.standing not in ("joined", "moved"):
            return []
        key = self._keys.event(str(facts["event"]))
        if key in self._tools.known(self._keys.room(room.id), 0):
            return []
        try:
            return await self._batches.message(room.id, str(facts["event"]))
        except (NotFound, Forbidden):
            return []

    def _report(self, number: int, facts: Mapping[str, Any], state: ReportState) -> Report:
        return Report(
            key=self._keys.report(number),
            message=MessageKey(self._keys.event(str(facts["event"]))),
            at_ms=int(facts["at_ms"]),
            reason=str(facts["reason"]),
            reporter=self._name(str(facts["room"]), str(facts["by"])),
            source="matrix",
            state=state,
        )

    def _name(self, room_id: str, user: str) -> str:
        """What a reporter is called in the room, as far as that is known."""
        room = self._rooms.get(room_id)
        return room.names.get(user, user) if room is not None else user


def facts(row: Event) -> dict[str, Any]:
    """What is kept of a row of the list: plain JSON, whatever the row holds."""
    at_ms = row.get("received_ts")
    return {
        "event": text_in(row, "event_id"),
        "room": text_in(row, "room_id"),
        "at_ms": at_ms if isinstance(at_ms, int) and 0 < at_ms < 10**14 else 0,
        "reason": " ".join(text_in(row, "reason").split())[:500],
        "by": text_in(row, "user_id"),
    }
