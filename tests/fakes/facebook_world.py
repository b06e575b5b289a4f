"""What is on a Page of Facebook: posts, comments, people, and what they do there.

Its clock goes a second on with everything that happens. With a `clock` to look at (epoch seconds) it is never behind
that one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOW_S = 1_795_510_800
PAGE = "1029"
Json = dict[str, Any]


@dataclass
class Who:
    id: str
    name: str


@dataclass
class Said:
    """A post, or a comment with the post it stands under in `post` and the comment it answers in `parent`.

    private  what was written privately about it, "" when nothing was
    """

    id: str
    author: Who
    message: str
    at_s: int
    post: str = ""
    parent: str = ""
    updated_s: int = 0
    hidden: bool = False
    likes: int = 0
    liked: bool = False
    private: str = ""
    closed: bool = False
    attachments: list[Json] = field(default_factory=list)


class World:
    """One Page, "Ons bedrijf", with two people who speak there."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or (lambda: 0.0)
        self.at_s = int(clock()) if clock else NOW_S
        self.us = Who(PAGE, "Ons bedrijf")
        self.people = {"sanne": Who("556601", "Sanne de Wit"), "joris": Who("556602", "Joris Bakker")}
        self.said: dict[str, Said] = {}
        self._under: dict[str, list[Said]] = {}
        self._ids = 7000

    def now_ms(self) -> int:
        return self.at_s * 1000

    def tick(self, seconds: int = 1) -> int:
        self.at_s = max(self.at_s + seconds, int(self._clock()))
        return self.at_s

    def _id(self) -> str:
        self._ids += 1
        return str(self._ids)

    def who(self, name: str) -> Who:
        return self.us if name == "us" else self.people[name]

    def post(self, author: str, message: str, at_s: int = 0) -> Said:
        now_s = at_s or self.tick()
        made = Said(f"{PAGE}_{self._id()}", self.who(author), message, now_s, updated_s=now_s)
        self.said[made.id] = made
        self._under[made.id] = []
        return made

    def comment(self, author: str, post: str, message: str, parent: str = "") -> Said:
        """Facebook has one level of answers: what answers an answer stands beside it."""
        parent = (self.said[parent].parent or parent) if parent else ""
        made = Said(f"{post.partition('_')[2]}_{self._id()}", self.who(author), message, self.tick(), post, parent)
        self.said[made.id] = made
        self._under[post].append(made)
        self.said[post].updated_s = self.at_s
        return made

    def posts(self) -> list[Said]:
        """Newest first."""
        return sorted(
            (one for one in self.said.values() if not one.post), key=lambda one: (one.at_s, one.id), reverse=True
        )

    def under(self, post: str) -> list[Said]:
        """All comments under a post, answers among them, oldest first."""
        return self._under.get(post, [])

    def edit(self, number: str, message: str) -> None:
        """A comment's edit moves no moment; a post's does."""
        self.said[number].message = message
        now_s = self.tick()
        if not self.said[number].post:
            self.said[number].updated_s = now_s

    def drop(self, number: str) -> None:
        """What is removed goes with all that answers it; what is gone stays so."""
        one = self.said.get(number)
        if one is None:
            return
        gone = {number} | {other.id for other in self.said.values() if number in (other.post, other.parent)}
        self.said = {key: other for key, other in self.said.items() if key not in gone}
        if one.post:
            self._under[one.post] = [other for other in self.under(one.post) if other.id not in gone]
        else:
            self._under.pop(number)
        self.tick()


def moment(at_s: int) -> str:
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
