"""Fetching the pictures that somebody wants to see: of a stored message only, through the adapter of its connection."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.adapters.budgets import work
from console.adapters.contract import Adapter, FileSource
from console.domain.pictures import picture_key, pictures_in
from console.domain.platform import AuthExpired, Forbidden, NotFound, PlatformError, RateLimited, Unreachable
from console.store.connection import Store
from console.store.errors import StoreError
from console.store.read.pictures import PASSING, messages_with_pictures, states
from console.store.write import pictures

MAX_FILE_BYTES = 20_000_000
AT_ONCE = 4  # fetched at the same time; taken apart one by one, so that memory has a bound
# Why there is no picture. Those in PASSING are tried again when somebody looks again.
_CODES: tuple[tuple[type[PlatformError], str], ...] = (
    (AuthExpired, "signed_out"), (RateLimited, "busy"), (Unreachable, "offline"), (NotFound, "gone"),
    (Forbidden, "forbidden"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture of a message, and where its bytes are."""

    place: pictures.Place
    url: str


class Room:
    """How much there may be altogether: what is here already counts too."""

    def __init__(self, limit_bytes: int) -> None:
        self.left_bytes = limit_bytes

    def takes(self, size_bytes: int) -> bool:
        """Whether so much fits in what is left; then it is taken."""
        fits = size_bytes <= self.left_bytes
        self.left_bytes -= size_bytes if fits else 0
        return fits


class Pictures:
    """`adapter_of` finds the adapter that serves a connection, None while there is none."""

    def __init__(self, store: Store, adapter_of: Callable[[str], Adapter | None], limit_bytes: int) -> None:
        self._store = store
        self._adapter_of = adapter_of
        self._limit_bytes = limit_bytes
        self._fetching = asyncio.Semaphore(AT_ONCE)
        self._developing = asyncio.Lock()

    def hold(self, bytes: int) -> None:
        """Keep at least so much: what is taken along may not push out what was taken along before it."""
        self._limit_bytes = max(self._limit_bytes, bytes)

    async def bring(
        self, messages: Sequence[str], *, again: bool = False, room: Room | None = None, unasked: str = ""
    ) -> dict[str, str]:
        """Fetch what isn't here of these messages' pictures: key of a picture -> "" or why it can't be had.

        again    also what could not be had before
        room     what must all fit in; the rest is "over_limit"
        unasked  why nobody is asked now: what isn't here can't be had for this reason
        """
        wanted = self._of(messages)
        known = await asyncio.to_thread(states, self._store, [one.place.key for one in wanted])
        here = [one.place.key for one in wanted if one.place.key in known and not known[one.place.key].error]
        if here:
            await asyncio.to_thread(pictures.used, self._store, here)
        over = {key: "over_limit" for key in here if room is not None and not room.takes(known[key].size_bytes)}
        missing = [
            one for one in wanted
            if one.place.key not in known or known[one.place.key].error in PASSING or (again and known[one.place.key].error)
        ]  # fmt: skip
        asked = [] if unasked else missing
        errors = await asyncio.gather(*(self._bring(one, room) for one in asked)) if asked else [unasked] * len(missing)
        found = {one.place.key: known[one.place.key].error for one in wanted if one.place.key in known} | over
        return found | {one.place.key: error for one, error in zip(missing, errors, strict=True)}

    async def forget_removed(self) -> None:
        """A removed message takes its pictures with it."""
        held = await asyncio.to_thread(messages_with_pictures, self._store)
        rows = self._store.read(
            "SELECT key FROM message WHERE state = 'deleted' AND key IN (SELECT value FROM json_each(:keys))",
            {"keys": json.dumps(held)},
        )
        if rows:
            with contextlib.suppress(StoreError):
                await asyncio.to_thread(pictures.forget_messages, self._store, [row["key"] for row in rows])

    def _of(self, messages: Sequence[str]) -> list[Wanted]:
        """Only what a stored message names is ever fetched: whoever asks names a message, never an address."""
        rows = self._store.read(
            "SELECT m.key, m.attachments, s.connection FROM message AS m JOIN space AS s ON s.id = m.space_id"
            " WHERE m.key IN (SELECT value FROM json_each(:keys)) AND m.state <> 'deleted'",
            {"keys": json.dumps(list(messages))},
        )
        return [
            Wanted(pictures.Place(picture_key(row["connection"], url), row["connection"], row["key"]), url)
            for row in rows
            for url in pictures_in(json.loads(row["attachments"]))
        ]

    async def _bring(self, wanted: Wanted, room: Room | None) -> str:
        try:
            error = await self._fetched(wanted, room)
            if error and error != "over_limit":
                await asyncio.to_thread(pictures.refuse, self._store, wanted.place, error, self._limit_bytes)
        except StoreError:
            return "no_room"  # pictures are never worth ending the collector for
        return error

    async def _fetched(self, wanted: Wanted, room: Room | None) -> str:
        # Here and not beside it: a picture is decoded in the collector alone, and loaded only where one is wanted.
        from console.sync.developing import NotAPicture, develop

        adapter = self._adapter_of(wanted.place.connection)
        if adapter is None:
            return "offline"
        if room is not None and room.left_bytes <= pictures.ROW_BYTES:
            return "over_limit"
        if not isinstance(adapter, FileSource):
            return "no_way"
        try:
            async with self._fetching:
                with work("pictures", wanted.place.message):
                    data = await adapter.fetch_file(wanted.url, MAX_FILE_BYTES)
            if len(data) > MAX_FILE_BYTES:
                return "too_big"
            async with self._developing:
                found = await asyncio.to_thread(develop, data)
        except PlatformError as error:
            return reason(error)
        except NotAPicture:
            return "not_a_picture"
        if room is not None and not room.takes(len(found.data) + pictures.ROW_BYTES):
            return "over_limit"
        await asyncio.to_thread(pictures.keep, self._store, wanted.place, found, self._limit_bytes)
        return ""


def reason(error: PlatformError) -> str:
    """Why something can't be had, as a code: one of `PASSING`, "gone", "forbidden", or the platform's own."""
    return next((code for kind, code in _CODES if isinstance(error, kind)), error.code or "refused")
