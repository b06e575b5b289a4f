"""What a moderator decides, carried out in a room, and looked for when nobody confirmed it.

The intent's own number is the transaction of its request: as long as the server remembers it (24 hours, for one device)
the same request once more changes nothing, and what was said comes back with that number.
"""

from __future__ import annotations

from typing import Any

from console.adapters.contract import Tools
from console.adapters.matrix_api import C3, Api, part
from console.adapters.matrix_batches import Batches
from console.adapters.matrix_pulling import Reader
from console.adapters.matrix_reading import (
    Event,
    Keys,
    answered,
    content_of,
    events_in,
    id_of,
    is_edit,
    is_redacted,
    newest_edit,
    relation,
    sent_ms,
    text_in,
    unsigned,
)
from console.adapters.matrix_reports import Reports
from console.adapters.matrix_rooms import MAX_BYTES, Room, pins
from console.adapters.outgoing import ready, sighting
from console.domain.conversation import MessageGone
from console.domain.outbox import Intent, Kind
from console.domain.platform import (
    Forbidden,
    Found,
    NotFound,
    Performed,
    PlatformError,
    Rejected,
    Sighting,
)

LIKE = "👍"
SLACK_MS = 120_000  # by which the server's clock may differ from ours
REMEMBERED_MS = 23 * 3_600_000  # the server's own memory is an hour longer
MAX_PAGES = 20  # of our own messages, when one of them is looked for


class Sender:
    """Performs intents of one account, and finds them. Without `reports` none can be settled."""

    def __init__(
        self, api: Api, keys: Keys, reader: Reader, batches: Batches, reports: Reports | None, tools: Tools
    ) -> None:  # fmt: skip
        self._api = api
        self._keys = keys
        self._reader = reader
        self._batches = batches
        self._reports = reports
        self._tools = tools

    # -- doing ---------------------------------------------------------------------------------------------------------

    async def perform(self, intent: Intent) -> Performed:
        if intent.kind is Kind.JOIN:
            return await self._join(intent)
        if intent.kind is Kind.SETTLE:
            await self._report_list().settle(self._pending(intent))
            return Performed(intent.message or "")
        room = await self._room(intent)
        match intent.kind:
            case Kind.REPLY:
                return await self._reply(intent, room)
            case Kind.EDIT:
                return await self._edit(intent, room)
            case Kind.DELETE:
                return await self._delete(intent, room)
            case Kind.REACT | Kind.UNREACT:
                return await self._react(intent, room)
            case Kind.PIN | Kind.UNPIN:
                return await self._pin(intent, room)
            case _:
                raise Rejected(code="not_possible")

    async def _room(self, intent: Intent) -> Room:
        """The room of an intent, if anything can be done there. Raises Forbidden, saying why not."""
        await self._reader.look()
        room = self._reader.rooms.get(self._keys.id_in(intent.space, "room"))
        if room is None or room.standing in ("left", "invited"):
            raise Forbidden(code="not_in_room")
        if room.encrypted and intent.kind in (Kind.REPLY, Kind.EDIT):
            raise Forbidden(code="encrypted_room")  # the server would take it, for everybody to read
        if room.standing == "moved" and intent.kind is not Kind.DELETE:
            raise Forbidden(code="room_moved")
        return room

    def _event_id(self, key: str | None) -> str:
        event = self._keys.id_in(key, "event")
        if not event:
            raise NotFound(code="no_thread")
        return event

    async def _reply(self, intent: Intent, room: Room) -> Performed:
        text = sendable(intent.text)
        above = await self._standing(room, self._event_id(intent.message or intent.thread), "parent_gone")
        content: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.relates_to": reply_relation(above)}
        author = text_in(above, "sender")
        content["m.mentions"] = {"user_ids": [author]} if author and author != self._batches.me else {}
        event = await self._api.send(room.id, "m.room.message", content, intent.id)
        return await self._shown(room, event)

    async def _standing(self, room: Room, event: str, code: str) -> Event:
        """A message that is there and wasn't taken away. Raises NotFound with that code."""
        try:
            found = await self._api.event(room.id, event)
        except NotFound as error:
            raise NotFound(error.words, code=code) from None
        if is_redacted(found):
            raise NotFound(code=code)
        return found

    async def _shown(self, room: Room, event: str) -> Performed:
        """What was brought about, to show at once. It was done: where it can't be read now, it comes with the news."""
        try:
            changes = tuple(await self._batches.message(room.id, event))
        except PlatformError:
            changes = ()
        return Performed(self._keys.event(event), changes)

    async def _edit(self, intent: Intent, room: Room) -> Performed:
        text, event = sendable(intent.text), self._event_id(intent.message)
        found = await self._standing(room, event, "M_NOT_FOUND")
        if found.get("sender") != self._batches.me:
            raise Forbidden(code="not_ours")
        if not says(found, intent.text):
            new = {"msgtype": "m.text", "body": text}
            content = {**new, "body": f"* {text}", "m.new_content": new,
                       "m.relates_to": {"rel_type": "m.replace", "event_id": event}}  # fmt: skip
            await self._api.send(room.id, "m.room.message", content, intent.id)
        return await self._shown(room, event)

    async def _delete(self, intent: Intent, room: Room) -> Performed:
        """Take a message away with its edits: they can be read on their own, and afterwards nothing leads to them."""
        event = self._event_id(intent.message)
        found = await self._api.event(room.id, event)
        if found.get("sender") != self._batches.me and not room.may_redact(self._batches.me):
            raise Forbidden(code="no_power")
        for edit in await self._edits(room, found):
            step = f"edit {edit}"
            if step not in intent.steps:
                await self._api.redact(room.id, edit, intent.text, f"{intent.id}.{edit}")
                self._tools.confirmed(intent.id, step)
        if not is_redacted(found):
            await self._api.redact(room.id, event, intent.text, intent.id)
            self._tools.confirmed(intent.id, "message")
        key = self._keys.event(event)
        by_author = found.get("sender") == self._batches.me
        return Performed(key, (MessageGone(key, self._tools.now_ms(), by_author),))

    async def _edits(self, room: Room, event: Event) -> list[str]:
        """The author's edits of a message that still hold words."""
        found = await self._api.children(room.id, id_of(event), "m.replace")
        return [id_of(one) for one in found if one.get("sender") == event.get("sender") and not is_redacted(one)]

    async def _react(self, intent: Intent, room: Room) -> Performed:
        event = self._event_id(intent.message)
        await self._standing(room, event, "M_NOT_FOUND")
        ours = await self._our_reactions(room, event, intent.text or LIKE)
        if intent.kind is Kind.UNREACT:
            for one in ours:
                await self._api.redact(room.id, one, "", f"{intent.id}.{one}")
        elif not ours:
            about = {"rel_type": "m.annotation", "event_id": event, "key": intent.text or LIKE}
            try:
                await self._api.send(room.id, "m.reaction", {"m.relates_to": about}, intent.id)
            except Rejected as error:
                if error.code != "M_DUPLICATE_ANNOTATION":
                    raise
        return await self._shown(room, event)

    async def _our_reactions(self, room: Room, event: str, key: str) -> list[str]:
        found = await self._api.children(room.id, event, "m.annotation")
        return [
            id_of(one)
            for one in found
            if one.get("sender") == self._batches.me
            and not is_redacted(one)
            and text_in(content_of(one).get("m.relates_to"), "key") == key
        ]

    async def _pin(self, intent: Intent, room: Room) -> Performed:
        event, pinned = self._event_id(intent.thread), await self._pins(room)
        wanted = [one for one in pinned if one != event] + ([event] if intent.kind is Kind.PIN else [])
        if (event in pinned) is not (intent.kind is Kind.PIN):
            await self._api.set_state(room.id, "m.room.pinned_events", {"pinned": wanted})
        room.pinned = tuple(wanted)
        return await self._shown(room, event)

    async def _pins(self, room: Room) -> tuple[str, ...]:
        try:
            return pins(await self._api.state(room.id, "m.room.pinned_events"))
        except NotFound:
            return ()

    async def _join(self, intent: Intent) -> Performed:
        await self._reader.look()
        room_id = self._keys.id_in(intent.space, "room")
        if not room_id:
            raise NotFound(code="not_in_room")
        await self._api.ask("POST", f"{C3}/rooms/{part(room_id)}/join", body={})
        room = self._reader.rooms.known(room_id)
        room.standing = "joined"
        return Performed("", (room.space(self._batches.place(room_id)),))

    def _report_list(self) -> Reports:
        if self._reports is None:
            raise Forbidden(code="no_admin")
        return self._reports

    def _pending(self, intent: Intent) -> list[str]:
        return list(self._tools.pending_reports(intent.message)) if intent.message else []

    # -- looking -------------------------------------------------------------------------------------------------------

    async def find(self, intent: Intent, matched: frozenset[str]) -> Found:
        """Whether an intent arrived. A reply is known by its transaction; anything else by what it brings about."""
        if intent.kind is Kind.SETTLE:
            return sighting(not await self._report_list().unsettled(self._pending(intent)), intent)
        await self._reader.look()
        room = self._reader.rooms.known(self._keys.id_in(intent.space, "room"))
        if intent.kind is Kind.REPLY:
            return await self._find_reply(intent, room, matched)
        if intent.kind is Kind.JOIN:
            return sighting(await self._are_in(room), intent)
        if intent.kind in (Kind.PIN, Kind.UNPIN):
            pinned = self._event_id(intent.thread) in await self._pins(room)
            return sighting(pinned is (intent.kind is Kind.PIN), intent)
        event = self._event_id(intent.message)
        if intent.kind in (Kind.REACT, Kind.UNREACT):
            ours = await self._our_reactions(room, event, intent.text or LIKE)
            return sighting(bool(ours) is (intent.kind is Kind.REACT), intent)
        try:
            found = await self._api.event(room.id, event)
        except NotFound:
            return sighting(intent.kind is Kind.DELETE, intent)
        if intent.kind is Kind.EDIT:
            return sighting(says(found, intent.text), intent)
        return sighting(is_redacted(found), intent)

    async def _are_in(self, room: Room) -> bool:
        try:
            told = await self._api.state(room.id, "m.room.member", self._batches.me)
        except (Forbidden, NotFound):
            return False
        return text_in(told, "membership") == "join"

    async def _find_reply(self, intent: Intent, room: Room, matched: frozenset[str]) -> Found:
        """Walk back through what we said here until before the intent was made."""
        now_ms, likely = self._tools.now_ms(), False
        begun_ms = intent.created_at_ms - SLACK_MS
        forgotten = now_ms - begun_ms > REMEMBERED_MS
        filter = f'{{"lazy_load_members":true,"types":["m.room.message"],"senders":["{self._batches.me}"]}}'
        begin = ""
        for _page in range(MAX_PAGES):
            told = await self._api.messages(room.id, begin, "", filter)
            chunk = list(events_in(told, "chunk"))
            for event in chunk:
                if self._keys.event(id_of(event)) in matched or is_edit(event):
                    continue
                txn = text_in(unsigned(event), "transaction_id")
                if txn == intent.id:
                    return Found(Sighting.SEEN, self._keys.event(id_of(event)))
                # Who signs in without a device, or looks a day later, isn't told: then it may be ours by its words.
                likely = likely or (
                    forgotten and not txn and sent_ms(event) >= begun_ms and says(event, intent.text)
                )  # fmt: skip
            oldest_ms = sent_ms(chunk[-1]) if chunk else 0
            begin = text_in(told, "end")
            if not begin or (chunk and oldest_ms < begun_ms):
                return Found(Sighting.UNCLEAR if likely else Sighting.ABSENT)
        return Found(Sighting.UNCLEAR)


def reply_relation(above: Event) -> dict[str, Any]:
    """How an answer is tied to a message: in its thread, or, where people answer without threads, as they do."""
    (kind, root), event = relation(above), id_of(above)
    if kind == "m.thread" and root:
        return {
            "rel_type": "m.thread",
            "event_id": root,
            "is_falling_back": False,
            "m.in_reply_to": {"event_id": event},
        }
    if kind or answered(above)[0]:
        return {"m.in_reply_to": {"event_id": event}}  # a thread may not begin at what relates to something else
    return {"rel_type": "m.thread", "event_id": event, "is_falling_back": True, "m.in_reply_to": {"event_id": event}}


def says(event: Event, text: str) -> bool:
    """Whether a message holds this text as we sent it, with its newest edit."""
    edit = newest_edit(event)
    content = content_of(edit).get("m.new_content") if edit is not None else content_of(event)
    return _even(text_in(content, "body")) == _even(text)


def _even(text: str) -> str:
    return "\n".join(text.splitlines()).strip()


def sendable(text: str) -> str:
    """A moderator's plain text as a body. Raises Rejected "empty" or "too_long"."""
    return ready(_even(text), MAX_BYTES)
