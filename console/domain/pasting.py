"""A message that a person pasted: what they say of it, and what that is called here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

MOST_TEXT_CHARS = 100_000
MOST_LINK_CHARS = 4_096
MOST_NAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class Pasted:
    """What is known of it; "" for what isn't. Keys are those of `domain.conversation`.

    link        where it stands, made anew of the ids in what was pasted where we know how
    space       the group that it belongs to, as the link tells or a person chose
    group       the group's name as a person typed it, where it isn't held yet
    message     "" until text, author and group are known, where the link doesn't tell
    """

    text: str
    link: str = ""
    platform: str = ""
    space: str = ""
    group: str = ""
    author: str = ""
    posted_at_ms: int = 0
    message: str = ""
    thread: str = ""
    thread_link: str = ""
    parent: str = ""
    person: str = ""

    def lacking(self) -> list[str]:
        """What a person still has to say: "text", "author", "group"."""
        return [
            name for name, known in (("text", self.text), ("author", self.author), ("group", self.space)) if not known
        ]

    def as_line(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)

    @classmethod
    def of_line(cls, line: Mapping[str, Any]) -> Self:
        """Raises ValueError for what is none."""
        given: dict[str, Any] = {}
        for field in fields(cls):
            value = line.get(field.name, 0 if field.name == "posted_at_ms" else "")
            if not isinstance(value, int if field.name == "posted_at_ms" else str):
                raise ValueError(field.name)
            given[field.name] = value
        made = cls(**given)
        if not (made.text and made.message and made.thread and made.space and made.person):
            raise ValueError("message")
        return made
