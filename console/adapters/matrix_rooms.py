"""What is known of a room by its state: its name, who may do what in it, whether it is encrypted or was replaced.

No I/O: `Rooms` takes in the parts of sync answers in the order they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.adapters.matrix_reading import Event, Place, content_of, events_in, text_in
from console.domain.conversation import Space
from console.domain.platform import Capabilities, Way

MAX_BYTES = 30_000  # of a text: an edit says it twice, and a server takes 65,536 bytes of JSON
MAX_NAME_CHARS = 200
CREATOR_LEVEL = 10**6
CREATORS_RULE_FROM = 12  # room version in which who made the room is not listed and may do everything
STATE = (
    "m.room.create", "m.room.name", "m.room.canonical_alias", "m.room.power_levels", "m.room.encryption",
    "m.room.tombstone", "m.room.pinned_events", "m.room.member",
)  # fmt: skip

_LEVEL = re.compile(r"-?[0-9]{1,16}")


def whole(value: object, default: int) -> int:
    """A level as a number: older rooms hold some as text."""
    if isinstance(value, str) and _LEVEL.fullmatch(value):
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


@dataclass(slots=True)
class Room:
    """One room. `standing` is "joined", "invited", "left" or "moved"; `names` are those its people have in it."""

    id: str
    standing: str = "joined"
    title: str = ""
    alias: str = ""
    heroes: tuple[str, ...] = ()
    members: int | None = None
    folder: bool = False  # a "space" in Matrix's own words: it holds rooms, not conversations
    creators: frozenset[str] = frozenset()
    levels: Mapping[str, Any] = field(default_factory=dict)
    encrypted: bool = False
    moved_to: str = ""
    pinned: tuple[str, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    invited_by: str = ""

    def take(self, event: Event, me: str) -> None:
        """Take in one event of its state. One that is broken changes nothing."""
        content, key = content_of(event), event.get("state_key")
        match event.get("type"):
            case "m.room.member" if isinstance(key, str):
                self._member(event, key, me)
            case _ if key != "":
                return
            case "m.room.create":
                self._created(event)
            case "m.room.name":
                self.title = text_in(content, "name").strip()[:MAX_NAME_CHARS]
            case "m.room.canonical_alias":
                self.alias = text_in(content, "alias")[:MAX_NAME_CHARS]
            case "m.room.power_levels":
                self.levels = content
            case "m.room.encryption":
                self.encrypted = True  # it can't be switched off
            case "m.room.tombstone":
                self.moved_to = text_in(content, "replacement_room")
                self.standing = "moved" if self.standing == "joined" else self.standing
            case "m.room.pinned_events":
                self.pinned = pins(content)
            case _:
                return

    def _member(self, event: Event, user: str, me: str) -> None:
        content = content_of(event)
        name = text_in(content, "displayname").strip()[:MAX_NAME_CHARS]
        if name or content.get("membership") == "join":
            self.names[user] = name or user
        if user == me and content.get("membership") == "invite":
            self.invited_by = text_in(event, "sender")

    def _created(self, event: Event) -> None:
        content = content_of(event)
        self.folder = content.get("type") == "m.space"
        if whole(content.get("room_version"), 1) >= CREATORS_RULE_FROM:
            more = content.get("additional_creators")
            others = [one for one in (more if isinstance(more, list) else []) if isinstance(one, str)]
            self.creators = frozenset({text_in(event, "sender"), *others})

    def summary(self, told: object) -> None:
        """Take in what a sync says beside the state: it only says what changed."""
        if isinstance(told, Mapping):
            heroes = told.get("m.heroes")
            if isinstance(heroes, list):
                self.heroes = tuple(one for one in heroes if isinstance(one, str))
            members = told.get("m.joined_member_count")
            if isinstance(members, int) and 0 <= members < 2**53:
                self.members = members

    def level(self, user: str) -> int:
        """How much somebody may do here."""
        if user in self.creators:
            return CREATOR_LEVEL
        users = self.levels.get("users")
        listed = users.get(user) if isinstance(users, Mapping) else None
        return whole(listed, whole(self.levels.get("users_default"), 0))

    def needs(self, event: str, *, state: bool = False) -> int:
        """The level that sending such an event takes."""
        default = whole(self.levels.get("state_default"), 50) if state else whole(self.levels.get("events_default"), 0)
        events = self.levels.get("events")
        return whole(events.get(event) if isinstance(events, Mapping) else None, default)

    def may_redact(self, me: str) -> bool:
        """Whether we may take away what others said."""
        return self.level(me) >= max(whole(self.levels.get("redact"), 50), self.needs("m.room.redaction"))

    def capabilities(self, me: str, *, reports: bool) -> Capabilities:
        """What we can do here, by our level and what the room is. Hiding a message is deleting it, so there is none."""
        if self.standing == "invited":
            return Capabilities({"join": Way.API})
        ways = {"read": Way.API, "threads_in": Way.API, "files_in": Way.API}
        if self.standing == "left":
            return Capabilities(ways, max_bytes=MAX_BYTES)
        ways["live"] = Way.API
        level = self.level(me)
        if reports:
            ways |= {"reports": Way.API, "settle": Way.API}
        if self.encrypted:
            ways |= {"reply": Way.HANDOFF, "edit": Way.HANDOFF}
        elif level >= self.needs("m.room.message"):
            ways |= {"reply": Way.API, "edit": Way.API}
        if self.may_redact(me):
            ways["delete"] = Way.API
        if level >= self.needs("m.reaction"):
            ways |= {"react": Way.API, "unreact": Way.API}
        if level >= self.needs("m.room.pinned_events", state=True):
            ways |= {"pin": Way.API, "unpin": Way.API}
        return Capabilities(ways, max_bytes=MAX_BYTES)

    def space(self, place: Place) -> Space:
        others = [self.names.get(hero, hero) for hero in self.heroes if hero != place.me]
        title = self.title or self.alias or ", ".join(others)[:MAX_NAME_CHARS]
        if not title and self.invited_by:
            title = self.names.get(self.invited_by, self.invited_by)
        return Space(
            key=place.keys.room(self.id),
            remote_id=self.id,
            title=title or self.id,
            url=place.link(),
            members=self.members,
            standing=self.standing,
            encrypted=self.encrypted,
        )


def pins(content: object) -> tuple[str, ...]:
    found = content.get("pinned") if isinstance(content, Mapping) else None
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


class Rooms:
    """All rooms of one account, by id."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._rooms: dict[str, Room] = {}
        self.looked = False  # whether a whole answer was taken in

    def get(self, room: str) -> Room | None:
        return self._rooms.get(room)

    def known(self, room: str) -> Room:
        if room not in self._rooms:
            self._rooms[room] = Room(room)
        return self._rooms[room]

    def all(self) -> Iterable[Room]:
        return self._rooms.values()

    def take(self, answer: Mapping[str, Any], *, whole: bool = False) -> None:
        """Take in a sync answer. A `whole` one names every room there is: the others are forgotten."""
        parts = answer.get("rooms")
        if not isinstance(parts, Mapping):
            parts = {}
        if whole:
            self._rooms.clear()
            self.looked = True
        for standing, part in (("joined", "join"), ("invited", "invite"), ("left", "leave")):
            rooms = parts.get(part)
            for room_id, told in rooms.items() if isinstance(rooms, Mapping) else ():
                self._take_room(room_id, standing, told)

    def _take_room(self, room_id: str, standing: str, told: object) -> None:
        if standing == "left":
            gone = list(events_in(told, "state", "events")) + list(events_in(told, "timeline", "events"))
            if not self._put_out(gone):
                self._rooms.pop(room_id, None)  # we went, or turned the invitation down
                return
        room = self.known(room_id)
        room.standing = standing
        if isinstance(told, Mapping):
            room.summary(told.get("summary"))
        for path in (("state", "events"), ("timeline", "events"), ("invite_state", "events")):
            for event in events_in(told, *path):
                if "state_key" in event:
                    room.take(event, self._me)
        if room.moved_to and standing == "joined":
            room.standing = "moved"

    def _put_out(self, events: Iterable[Event]) -> bool:
        """Whether somebody else made us leave a room in which we were."""
        out = False
        for event in events:
            if event.get("type") == "m.room.member" and event.get("state_key") == self._me:
                previous = text_in(_before(event), "membership")
                away = content_of(event).get("membership") in ("leave", "ban")
                out = away and event.get("sender") != self._me and previous != "invite"
        return out


def _before(event: Event) -> object:
    holder = event.get("unsigned")
    return holder.get("prev_content") if isinstance(holder, Mapping) else None
