"""Who tells of a message: its platform, somebody else's mails, a file, or a person who pasted it.

What is told second-hand is put together, whichever comes first: the whole text stays rather than a shortened one, the longer
rather than the shorter, and what was decided or taken away stays so. What the platform itself tells replaces all that.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import IntEnum
from typing import Any

from console.domain.conversation import Attachment, Message, MessageKey, MessageState, PersonKey, ThreadKey
from console.store.connection import Store

FILES, PASTED_IN = "files", "pasted"  # an adapter, and the address of its one connection that people paste into


class Source(IntEnum):
    """How near to the platform the best is that told of a thing."""

    PASTED = 0
    FILE = 1
    TOLD = 2
    OWN = 3


# From what is taken back by any other word to what no word takes back.
_STAYS = {state.value: number for number, state in enumerate(
    (MessageState.UNREADABLE, MessageState.HELD, MessageState.VISIBLE, MessageState.AWAY, MessageState.HIDDEN, MessageState.SPAM,
     MessageState.DELETED)
)}  # fmt: skip


class Sources:
    """How near each connection is to what it tells of."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connections: dict[str, Callable[[str], Source]] = {}

    def of(self, connection: str, key: str) -> Source:
        """What a connection is to a thing with this key. One that was taken away gives its place to any other."""
        if connection not in self._connections:
            row = self._store.ledger.exec_driver_sql(
                "SELECT platform, server, adapter, url, removed_at_ms FROM connection WHERE key = ?", (connection,)
            ).first()
            self._connections[connection] = _asked(*row) if row is not None else lambda key: Source.OWN
        return self._connections[connection](key)


def _asked(platform: str, server: str, adapter: str, url: str, removed_at_ms: int | None) -> Callable[[str], Source]:
    if removed_at_ms is not None or (adapter == FILES and url == PASTED_IN):
        return lambda key: Source.PASTED
    if adapter == FILES:
        return lambda key: Source.FILE

    def of(key: str) -> Source:
        theirs, _colon, rest = key.partition(":")
        # A mailbox at a provider of its own kind has the keys of any mailbox.
        return Source.OWN if theirs == platform or (server and rest.startswith(f"{server}:")) else Source.TOLD

    return of


def together(old: Mapping[str, Any], author: PersonKey, new: Message, source: Source) -> Message:
    """A message that was told of before, by `author`, and is told of again: the same whichever came first.

    old  what is stored, by the names of its columns
    """
    told, kept = (not new.partial, len(new.text), new.text), (not old["partial"], len(old["text"]), old["text"])
    wins = (told, new.author) > (kept, author)
    state = max(old["state"], new.state.value, key=_STAYS.__getitem__)
    # A person who pastes says roughly when it was.
    sure = [at for at, how in ((old["posted_at_ms"], old["source"]), (new.posted_at_ms, source)) if how > Source.PASTED]
    return replace(
        new,
        author=new.author if wins else author,
        html=new.html if wins else old["html"],
        text=new.text if wins else old["text"],
        partial=new.partial if wins else bool(old["partial"]),
        title=max(old["title"], new.title, key=lambda title: (len(title), title)),
        posted_at_ms=min(sure or [old["posted_at_ms"], new.posted_at_ms]),
        edited_at_ms=max(filter(None, (old["edited_at_ms"], new.edited_at_ms)), default=None),
        state=MessageState(state),
        root=_thread(old["root"], str(new.root or "")),
        parent=MessageKey(old["parent"]) if old["parent"] else new.parent,
        attachments=max(_attachments(old["attachments"]), new.attachments, key=lambda files: (len(files), repr(files))),
        reactions=max(
            tuple(tuple(one) for one in json.loads(old["reactions"])), new.reactions, key=lambda one: (len(one), one)
        ),
        url=max(old["url"], new.url),
        mark=max(old["mark"], new.mark),
        raw=max(old["raw"], new.raw),
    )


def _thread(one: str, other: str) -> ThreadKey | None:
    known = [key for key in (one, other) if key]
    return ThreadKey(min(known)) if known else None


def _attachments(stored: str) -> tuple[Attachment, ...]:
    return tuple(Attachment(*one) for one in json.loads(stored))
