"""From events to changes: what a stretch of one room's events means for the messages that stand there.

An edit, a reaction or a redaction says nothing but which event it is about; that one is asked for anew, as the server
has it now, so that nothing depends on the order in which events come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.adapters.contract import Config, FetchedThread, Tools
from console.adapters.matrix_api import MAX_CHILDREN, Api
from console.adapters.matrix_reading import (
    SAID,
    Event,
    Keys,
    Place,
    answered,
    counted,
    id_of,
    is_edit,
    is_redacted,
    kind_of,
    read_gone,
    read_message,
    redacted_ids,
    relation,
    sent_ms,
    text_in,
    title_of,
    unsigned,
)
from console.adapters.matrix_rooms import Room, Rooms, pins
from console.domain.conversation import Change, MessageGone, Person, Thread, ThreadKey
from console.domain.platform import Cursor, Forbidden, NotFound

MAX_CHAIN = 20  # answers that are followed up, one to the other
MAX_BROUGHT = 5000
MEMORIES = 3  # of pages given and not known to be stored
WEEK_MS = 7 * 86_400_000


@dataclass(slots=True)
class Batch:
    """What a stretch of events came to.

    shown          messages that are among the changes of this page, also those of other rooms
    owes           messages that it is about and that stand before it
    children       edits and reactions in it, each with what it is about
    again_from_ms  from when on the room has to be walked through once more, None when it needn't
    """

    changes: list[Change] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    owes: set[str] = field(default_factory=set)
    children: dict[str, str] = field(default_factory=dict)
    again_from_ms: int | None = None


@dataclass(slots=True)
class _Sorted:
    """The events of a batch by what they do."""

    said: dict[str, Event] = field(default_factory=dict)
    gone: list[Event] = field(default_factory=list)
    redactions: list[Event] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)


class Batches:
    """Reads the events of one account's rooms. `me` is our own user id."""

    def __init__(self, api: Api, rooms: Rooms, keys: Keys, me: str, config: Config, tools: Tools) -> None:
        self._api = api
        self._rooms = rooms
        self._keys = keys
        self.me = me
        self._config = config
        self._tools = tools
        self._brought: dict[str, None] = {}  # messages that the store has from this process
        self._absent: dict[str, None] = {}  # what others answer and can't be had
        self._offered: list[tuple[Cursor, set[str]]] = []

    def place(self, room: str) -> Place:
        return Place(self._keys, room, self.me, self._config.settings.get("web_client", ""))

    def offered(self, cursor: Cursor, shown: set[str]) -> None:
        """A page ends here. Its messages count as brought once the store goes on from that cursor."""
        self._offered = [*self._offered[-MEMORIES:], (cursor, shown)]

    def settle(self, cursor: Cursor) -> None:
        for ended, shown in self._offered:
            if ended == cursor:
                self._brought.update(dict.fromkeys(shown))
                _shorten(self._brought)

    # -- a stretch of events -------------------------------------------------------------------------------------------

    async def read(
        self,
        room_id: str,
        events: Iterable[Event],
        children: Mapping[str, str],
        owed: set[str],
        shown: set[str],
        *,
        live: bool,
    ) -> Batch:
        """What these events mean, oldest first.

        children  edits and reactions of before
        owed      messages whose reactions must be counted
        shown     messages that this page shows already; those shown here are added
        live      messages of before that these are about are held already, and change
        """
        batch, room = Batch(shown=shown), self._rooms.known(room_id)
        if room.folder:
            return batch
        found = self._sort(events, batch)
        batch.changes += [read_gone(event, self._keys) for event in found.gone]
        for event in found.redactions:
            await self._redacted(room, event, {**children, **batch.children}, found, batch, live=live)
        batch.owes |= found.touched - found.said.keys()
        for event_id in [] if not live else sorted(found.touched - found.said.keys()):
            await self._again(room, event_id, batch)
        for event_id, event in found.said.items():
            touched = event_id in found.touched
            now = (await self._fetch(room.id, event_id) or event) if touched else event
            await self._put(room, now, found.said, batch, reacted=touched or event_id in owed)
        batch.changes = _in_order(batch.changes)
        return batch

    def _sort(self, events: Iterable[Event], batch: Batch) -> _Sorted:
        found = _Sorted()
        for event in events:
            kind, (related, target) = kind_of(event), relation(event)
            if "state_key" in event:
                if kind == "m.room.pinned_events":
                    found.touched |= set(pins(event.get("content"))) ^ set(pins(unsigned(event).get("prev_content")))
            elif kind == "m.room.redaction":
                found.redactions.append(event)
            elif (kind == "m.reaction" and related == "m.annotation") or (kind in SAID and is_edit(event)):
                if target:
                    found.touched.add(target)
                    batch.children[id_of(event)] = target
            elif kind in SAID and is_redacted(event):
                found.gone.append(event)
            elif kind in SAID:
                found.said[id_of(event)] = event
        return found

    async def _redacted(
        self, room: Room, event: Event, children: Mapping[str, str], found: _Sorted, batch: Batch, *, live: bool
    ) -> None:
        """Something was taken away: a message, or an edit or reaction of one."""
        target = redacted_ids(event)
        if target in children:
            found.touched.add(children[target])
            return
        if not target or not live or target in {id_of(one) for one in found.gone}:
            return
        try:
            gone = await self._api.event(room.id, target)
        except (NotFound, Forbidden):
            batch.changes.append(MessageGone(self._keys.event(target), sent_ms(event)))
            return
        if not is_redacted(gone):
            return
        if self._held(room, gone) or target in self._brought:
            batch.changes.append(read_gone(gone, self._keys))
        elif sent_ms(gone) >= self._config.since_ms and kind_of(gone) in SAID | {"m.reaction"}:
            # An edit or reaction of before this console: what it was about, it no longer says itself.
            batch.again_from_ms = min(batch.again_from_ms or sent_ms(gone), sent_ms(gone) - WEEK_MS)

    def _held(self, room: Room, event: Event) -> bool:
        return self._keys.event(id_of(event)) in self._tools.known(self._keys.room(room.id), sent_ms(event))

    async def _fetch(self, room: str, event: str) -> Event | None:
        """An event as it is now, None when it isn't shown to us."""
        try:
            return await self._api.event(room, event)
        except (NotFound, Forbidden):
            return None

    async def _again(self, room: Room, event_id: str, batch: Batch) -> None:
        """A message of before, as it is now."""
        event = await self._fetch(room.id, event_id)
        if event is None or kind_of(event) not in SAID or is_edit(event):
            return
        if sent_ms(event) < self._config.since_ms and event_id not in self._brought and not self._held(room, event):
            return  # from before what is collected: somebody's thumb doesn't bring it in
        await self._put(room, event, {}, batch, reacted=True)

    async def message(self, room_id: str, event_id: str) -> list[Change]:
        """What there is to show of one message now. Raises PlatformError, NotFound when it isn't there."""
        event = await self._api.event(room_id, event_id)
        batch = Batch()
        await self._put(self._rooms.known(room_id), event, {}, batch, reacted=True)
        return _in_order(batch.changes)

    async def thread(self, room_id: str, wanted: Sequence[str], most: int) -> FetchedThread:
        """The first of these with what stands in its thread, however old it all is, and what the others are and answer.

        Raises PlatformError; NotFound where none of them is shown to us.
        """
        room, batch = self._rooms.known(room_id), Batch()
        fetched = [await self._fetch(room_id, one) for one in dict.fromkeys(wanted)]
        found = {id_of(one): one for one in fetched if one is not None and kind_of(one) in SAID and not is_edit(one)}
        if not found:
            raise NotFound
        below = await self._api.children(room_id, wanted[0], "m.thread") if wanted[0] in found else []
        said = found | {id_of(one): one for one in below if kind_of(one) in SAID and not is_edit(one)}
        oldest_first = sorted(said.values(), key=sent_ms)
        for event in oldest_first[:most]:
            await self._put(room, event, said, batch, reacted=id_of(event) in found)
        whole = len(said) <= most and len(below) < MAX_CHILDREN
        return FetchedThread(tuple(_in_order(batch.changes)), whole)

    # -- one message ---------------------------------------------------------------------------------------------------

    async def _put(
        self, room: Room, event: Event, beside: Mapping[str, Event], batch: Batch, *, reacted: bool, depth: int = 0
    ) -> None:
        """A message with its author, and what it answers where the store may not have that yet.

        beside   the messages of the same batch
        reacted  whether there may be reactions to count
        """
        if is_redacted(event):
            batch.changes.append(read_gone(event, self._keys))
            return
        parents_shown = await self._above(room, event, beside, batch, depth)
        sender, event_id = text_in(event, "sender"), id_of(event)
        name = await self._name(room, sender)
        reactions = counted(await self._api.children(room.id, event_id, "m.annotation")) if reacted else ()
        message = read_message(event, self.place(room.id), name, reactions)
        batch.changes.append(Person(message.author, name, handle=sender))
        opens = message.root == ThreadKey(message.key)
        if opens or (message.root is None and not parents_shown):
            title, pinned = title_of(message), event_id in room.pinned
            head = Thread(ThreadKey(message.key), message.space, title, message.url, pinned=pinned)
            batch.changes.append(head)
        batch.changes.append(message)
        batch.shown.add(event_id)

    async def _above(
        self, room: Room, event: Event, beside: Mapping[str, Event], batch: Batch, depth: int
    ) -> bool:  # fmt: skip
        """Bring in the message that opens this one's thread, or the one it answers; False when that can't be had."""
        kind, root = relation(event)
        above = root if kind == "m.thread" else answered(event)[0]
        if not above or above in beside or above in self._brought or above in batch.shown:
            return True
        if depth >= MAX_CHAIN or above in self._absent:
            return False
        found = await self._fetch(room.id, above)
        if found is None or kind_of(found) not in SAID or is_redacted(found):
            self._absent[above] = None
            _shorten(self._absent)
            return False
        await self._put(room, found, beside, batch, reacted=True, depth=depth + 1)
        return True

    async def _name(self, room: Room, user: str) -> str:
        """What somebody is called in a room; their id when that isn't known."""
        if user and user not in room.names:
            try:
                told: Mapping[str, Any] = await self._api.state(room.id, "m.room.member", user)
            except (NotFound, Forbidden):
                told = {}
            room.names[user] = text_in(told, "displayname").strip() or user
        return room.names.get(user, user)


def _shorten(memory: dict[str, None]) -> None:
    while len(memory) > MAX_BROUGHT:
        del memory[next(iter(memory))]


def _in_order(changes: Iterable[Change]) -> list[Change]:
    """People and threads once each and before the messages, messages as they came."""
    heads: dict[str, Change] = {}
    messages: list[Change] = []
    for change in changes:
        if isinstance(change, Person | Thread):
            heads[change.key] = change
        else:
            messages.append(change)
    return [*heads.values(), *messages]
