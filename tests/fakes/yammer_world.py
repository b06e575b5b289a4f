"""What there is in the network of the fake: people, communities, and what they say."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
FIRST_ID = 2_000_337_000_000_000  # more than a float of 32 bits holds, as all numbers of Yammer
NETWORK = 5_897_756_673
_MENTION = re.compile(r"\[\[user:(\d+)\]\]")


@dataclass
class User:
    id: int
    name: str
    full_name: str
    verified: bool = False
    kind: str = "user"


@dataclass
class Group:
    id: int
    name: str
    public: bool = False
    members: set[str] = field(default_factory=set)
    admins: set[str] = field(default_factory=set)
    there: bool = True


@dataclass
class Said:
    """One message. `text` holds placeholders as Yammer keeps them; `group` is None in the whole company's feed."""

    id: int
    thread: int
    sender: User
    text: str
    group: int | None
    replied_to: int | None
    at_s: int
    kind: str = "update"
    title: str | None = None
    system: bool = False
    direct_to: frozenset[str] = frozenset()
    attachments: list[Json] = field(default_factory=list)
    likes: list[User] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)


def moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y/%m/%d %H:%M:%S +0000")


class World:
    """The state of the network, and what people do in it. `at_s` is its clock."""

    def __init__(self) -> None:
        self.at_s = int(datetime(2026, 11, 23, 15, 0, tzinfo=UTC).timestamp())
        self.users: dict[str, User] = {}
        self.groups: dict[int, Group] = {}
        self.said: dict[int, Said] = {}
        self.deleted: list[tuple[Said, int]] = []  # with when that was
        self.edits: list[tuple[int, str, int]] = []  # number, the text before, and when it changed
        self._next = FIRST_ID
        for name, full_name in (("redactie", "Redactie"), ("sanne", "Sanne de Wit"), ("joris", "Joris Bakker")):
            self.user(name, full_name)
        self.home = self.group("Vragen aan de directie", "redactie", "sanne", "joris")

    @property
    def topics(self) -> list[str]:
        """All that anything is filed under; a topic's number is its place here, from 1."""
        return sorted({name for one in self.said.values() for name in one.topics})

    def now_ms(self) -> int:
        return self.at_s * 1000

    def user(self, name: str, full_name: str, kind: str = "user") -> User:
        made = self.users[name] = User(36_425_097_001 + len(self.users), name, full_name, kind=kind)
        return made

    def group(self, name: str, *members: str, public: bool = True, admin: str = "redactie") -> Group:
        number = 31_158_067_201 + len(self.groups)
        made = self.groups[number] = Group(number, name, public, set(members), {admin})
        return made

    def number(self) -> int:
        self._next += 1_001
        return self._next

    def post(self, name: str, text: str, group: Group | None = None, **more: Any) -> Said:
        """Somebody opens a thread: in this group, else in the first one; `group=None, everywhere=True` to all."""
        self.at_s += 1
        number, place = self.number(), None if more.pop("everywhere", False) else (group or self.home).id
        made = Said(number, number, self.users[name], text, place, None, self.at_s, **more)
        self.said[number] = made
        return made

    def answer(self, name: str, to: int, text: str, **more: Any) -> Said:
        """Somebody answers a message."""
        self.at_s += 1
        above, number = self.said[to], self.number()
        made = Said(number, above.thread, self.users[name], text, above.group, to, self.at_s,
                    direct_to=above.direct_to, **more)  # fmt: skip
        self.said[number] = made
        return made

    def drop(self, number: int) -> None:
        """A message vanishes; with the opening of a thread all of it."""
        gone = [one.id for one in self.said.values() if number in (one.id, one.thread)]
        for one in gone:
            self.deleted.append((self.said.pop(one), self.at_s))

    def edit(self, number: int, text: str) -> None:
        """Its author changes a message. No feed tells; only the export does."""
        self.at_s += 1
        self.edits.append((number, self.said[number].text, self.at_s))
        self.said[number].text = text

    def in_thread(self, thread: int) -> list[Said]:
        """Newest first."""
        return self.threads({thread}).get(thread, [])

    def threads(self, wanted: Set[int]) -> dict[int, list[Said]]:
        """What is said in each of these threads, newest first."""
        found: dict[int, list[Said]] = {}
        for one in self.said.values():
            if one.thread in wanted:
                found.setdefault(one.thread, []).append(one)
        return {thread: sorted(said, key=lambda one: -one.id) for thread, said in found.items()}

    def mentions(self, text: str) -> Iterator[User]:
        for match in _MENTION.finditer(text):
            yield from (user for user in self.users.values() if user.id == int(match[1]))

    def body(self, text: str) -> Json:
        """The three forms in which a text comes."""
        names = {str(user.id): user.full_name for user in self.mentions(text)}
        plain = _MENTION.sub(lambda match: names.get(match[1], match[0]), text)
        linked = _MENTION.sub(
            lambda match: f'<a href="https://www.yammer.com/users/{match[1]}">{names.get(match[1], "")}</a>',
            html.escape(text, quote=False),
        )
        return {"parsed": text, "plain": plain, "rich": linked.replace("\n", "<br>")}
