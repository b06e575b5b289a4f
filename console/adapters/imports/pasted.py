"""Lines of what was pasted, and of what was taken back, in a file of our own JSONL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.adapters.markup import from_plain
from console.adapters.rows import first_line
from console.domain.conversation import (
    Change,
    Message,
    MessageGone,
    MessageKey,
    Person,
    PersonKey,
    Space,
    SpaceKey,
    Thread,
    ThreadKey,
)
from console.domain.pasting import Pasted


def changes_of(told: Mapping[str, Any]) -> list[Change]:
    """What a line brings. Raises ValueError for one that isn't whole."""
    pasted = Pasted.of_line(told)
    if told.get("type") == "taken_back":
        return [MessageGone(MessageKey(pasted.message), pasted.posted_at_ms, pasted=True)]
    space = Space(SpaceKey(pasted.space), pasted.space.rpartition(":")[2], pasted.group, platform=pasted.platform)
    body = from_plain(pasted.text)
    opens = pasted.message == pasted.thread
    title = first_line(body.text, 100) if opens else ""
    return [
        space, Person(PersonKey(pasted.person), pasted.author),
        Thread(ThreadKey(pasted.thread), space.key, title, pasted.thread_link),
        Message(
            MessageKey(pasted.message), space.key, PersonKey(pasted.person), pasted.posted_at_ms, body.html, body.text,
            root=ThreadKey(pasted.thread), parent=MessageKey(pasted.parent) if pasted.parent else None,
            title=title, url=pasted.link,
        ),
    ]  # fmt: skip
