"""What is in a HumHub: people, spaces, contents and comments, and what people do there.

Its clock goes a second on with everything that happens, and writes moments as the server's own zone has them. With a
`clock` to look at (epoch seconds) it is never behind that one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

NOW_S = 1_795_510_800
POST, COMMENT = "humhub\\modules\\post\\models\\Post", "humhub\\modules\\comment\\models\\Comment"
WIKI = "humhub\\modules\\wiki\\models\\WikiPage"
Json = dict[str, Any]


@dataclass
class User:
    id: int
    name: str
    password: str = "geheim"

    def short(self, url: str) -> Json:
        return {"id": self.id, "guid": f"guid-{self.id}", "display_name": self.name, "url": f"{url}/u/{self.name}/"}


@dataclass
class Space:
    """`roles` are user names and "member", "moderator", "admin"; `public` ones are read by everybody."""

    id: int
    name: str
    container: int
    roles: dict[str, str] = field(default_factory=dict)
    public: bool = False
    there: bool = True


@dataclass
class Content:
    """A post, or a page of a wiki, whose title is `title`."""

    id: int
    object_id: int
    model: str
    container: int
    author: User
    message: str
    created: str
    updated: str
    title: str = ""
    state: int = 1
    pinned: bool = False
    locked: bool = False
    archived: bool = False
    likes: int = 0
    files: list[Json] = field(default_factory=list)
    topics: list[Json] = field(default_factory=list)


@dataclass
class Comment:
    id: int
    content: int
    author: User
    message: str
    created: str
    parent: int = 0
    likes: int = 0
    files: list[Json] = field(default_factory=list)


class World:
    """One intranet, with a space "Algemeen" in which we are an administrator."""

    def __init__(self, zone: str, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or (lambda: 0.0)
        self.zone = ZoneInfo(zone)
        self.users = {name: User(number, name) for number, name in enumerate(("redactie", "sanne", "joris"), 5)}
        self.spaces: dict[int, Space] = {}
        self.contents: dict[int, Content] = {}
        self.comments: dict[int, Comment] = {}
        self._under: dict[int, list[Comment]] = {}  # by content
        self.activities: list[Json] = []  # {"id", "comment"}, oldest first
        self.reports: list[Json] = []  # {"id", "quoted", "by", "at"}, oldest first
        self.at_s = int(clock()) if clock else NOW_S
        self._ids = 40
        self.space("Algemeen", redactie="admin", sanne="member", joris="member")

    def now_ms(self) -> int:
        return self.at_s * 1000

    def tick(self, seconds: int = 1) -> str:
        """Time passes; the moment as the server writes it."""
        self.at_s = max(self.at_s + seconds, int(self._clock()))
        return datetime.fromtimestamp(self.at_s, self.zone).strftime("%Y-%m-%d %H:%M:%S")

    def next_id(self) -> int:
        self._ids += 1
        return self._ids

    def space(self, name: str, *, public: bool = False, **roles: str) -> Space:
        number = len(self.spaces) + 1
        made = Space(number, name, number + 8, roles, public)
        self.spaces[made.container] = made
        return made

    def post(self, author: str, message: str, container: int = 9, *, model: str = POST, title: str = "") -> Content:
        at, number = self.tick(), self.next_id()
        made = Content(number, self.next_id(), model, container, self.users[author], message, at, at, title)
        self.contents[number] = made
        return made

    def say(self, author: str, content: int, message: str, parent: int = 0) -> Comment:
        made = Comment(self.next_id(), content, self.users[author], message, self.tick(), parent)
        self.comments[made.id] = made
        self._under.setdefault(content, []).append(made)
        self.activities.append({"id": self.next_id(), "comment": made.id})
        return made

    def under(self, content: int) -> list[Comment]:
        """The comments under a content, answers among them, oldest first."""
        return self._under.get(content, [])

    def edit(self, number: int, message: str) -> None:
        """A comment is edited, which moves no date; or a content, which does."""
        if number in self.comments:
            self.comments[number].message = message
            self.tick()
        else:
            self.contents[number].message, self.contents[number].updated = message, self.tick()

    def drop(self, number: int) -> None:
        """A comment is gone for good with its answers; a content is kept where who may edit it still finds it."""
        if number in self.comments:
            content = self.comments[number].content
            self._under[content] = [one for one in self.under(content) if number not in (one.id, one.parent)]
            self.comments = {key: one for key, one in self.comments.items() if number not in (one.id, one.parent)}
        else:
            self.contents[number].state = 100
        self.tick()

    def report(self, quoted: str, by: str = "sanne") -> None:
        """Somebody reports something: its administrators get a notification that quotes its beginning."""
        self.reports.append({"id": self.next_id(), "quoted": quoted, "by": self.users[by], "at": self.tick()})
