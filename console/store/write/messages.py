"""The messages of a page: what is new, what was edited, and which words have to be kept for that."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import Message, MessageState, said_hash
from console.domain.policy import Policy
from console.domain.questions import asks, only_thanks
from console.store.opening import Connection
from console.store.public_id import public_id
from console.store.write.people import Author
from console.store.write.search_index import SearchIndex
from console.store.write.sources import Source
from console.store.write.versions import Version

_FACTS = (
    "space_id", "person_id", "root", "parent", "posted_at_ms", "edited_at_ms", "state", "title", "html", "text",
    "text_hash", "attachments", "reactions", "url", "mark", "raw", "partial", "source", "doubt",
)  # fmt: skip
_DERIVED = ("asks", "thanks", "mentions", "search_id", "thread_id", "public_id", "key")
_INSERT = (
    f"INSERT INTO message({', '.join((*_FACTS, *_DERIVED))}) VALUES ({', '.join('?' * (len(_FACTS) + len(_DERIVED)))})"
)
_UPDATE = (
    f"UPDATE message SET {', '.join(f'{name} = ?' for name in (*_FACTS, *_DERIVED[:-1]))},"
    " gone_at_ms = NULL, gone_by_author = NULL WHERE key = ?"
)
_DELETED = MessageState.DELETED.value


@dataclass(slots=True)
class Stored:
    """A message as the cache holds it: its facts in the order of _FACTS."""

    facts: tuple[Any, ...]
    search_id: int | None
    gone: bool

    @property
    def by_name(self) -> Mapping[str, Any]:
        return dict(zip(_FACTS, self.facts, strict=True))


class Messages:
    """The messages of one page: read with one question, written with one statement."""

    def __init__(self, cache: Connection, index: SearchIndex, policy: Policy, now_ms: int) -> None:
        self._cache = cache
        self._index = index
        self._policy = policy
        self._now_ms = now_ms
        self._stored: dict[str, Stored] = {}
        self._new: dict[str, tuple[Any, ...]] = {}
        self._edited: dict[str, tuple[Any, ...]] = {}
        self.kept: list[Version] = []

    def load(self, keys: Iterable[str]) -> Mapping[str, int]:
        """Read those that are here already; returns in which thread each is."""
        rows = self._cache.exec_driver_sql(
            f"SELECT {', '.join(_FACTS)}, key, thread_id, search_id, gone_at_ms IS NOT NULL FROM message"
            " WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        homes: dict[str, int] = {}
        for *facts, key, thread_id, search_id, gone in rows:
            self._stored[key] = Stored(tuple(facts), search_id, bool(gone))
            homes[key] = thread_id
        return homes

    def stored(self, key: str) -> Stored | None:
        return self._stored.get(key)

    def forget(self, key: str) -> None:
        """It has no row any more."""
        self._stored.pop(key, None)

    def put(self, message: Message, facts: tuple[Any, ...], author: Author, thread_id: int) -> None:
        """Take a message in that is new or not what it was. The words it had are kept, unless they were second-hand."""
        old = self._stored.get(message.key)
        search_id = None
        if old is not None:
            if old.by_name["source"] == Source.OWN:
                self.remember(message.key, author.name, message.state, str(facts[10]))
            if old.search_id is not None:
                self._index.remove(old.search_id)
        if message.state is not MessageState.DELETED:
            stays = old is not None and old.search_id is not None and old.facts[4] == message.posted_at_ms
            search_id = old.search_id if stays and old is not None else self._index.free_id(message.posted_at_ms)
            assert search_id is not None
            self._index.put(search_id, message.text, message.title, author.name)
        row = (
            *facts, int(asks(message.text)), int(only_thanks(message.text)),
            int(self._policy.mentioned_in(message.text)), search_id, thread_id, public_id("m", message.key), message.key,
        )  # fmt: skip
        # One that came twice in a page is written once, as it was said last.
        (self._new if old is None or message.key in self._new else self._edited)[message.key] = row
        self._stored[message.key] = Stored(facts, search_id, False)

    def remember(self, key: str, author: str, state: MessageState, hash_now: str) -> None:
        """An edit takes a text away, and so does a removal: both are kept in the ledger."""
        row = self._stored[key].by_name
        removed = state is MessageState.DELETED and row["state"] != _DELETED
        if row["text"] and (row["text_hash"] != hash_now or removed):
            self.kept.append(
                Version(
                    key, row["text_hash"], author, row["posted_at_ms"], row["edited_at_ms"], row["html"], row["text"],
                    self._now_ms, "removed" if removed else "edited",
                )
            )  # fmt: skip

    def flush(self) -> None:
        """Write what is new and what changed."""
        if self._new:
            self._cache.exec_driver_sql(_INSERT, list(self._new.values()))
        if self._edited:
            self._cache.exec_driver_sql(_UPDATE, list(self._edited.values()))
        self._new.clear()
        self._edited.clear()


def facts_of(message: Message, space_id: int, person_id: int, source: int) -> tuple[Any, ...]:
    """What of a message is stored as it was said, in the order of _FACTS."""
    return (
        space_id, person_id, message.root or "", message.parent or "", message.posted_at_ms, message.edited_at_ms,
        message.state.value, message.title, message.html, message.text, said_hash(message.title, message.text),
        _json([[a.name, a.mime, a.size_bytes, a.url] for a in message.attachments]) if message.attachments else "[]",
        _json([list(reaction) for reaction in message.reactions]) if message.reactions else "[]",
        message.url, message.mark, message.raw, int(message.partial), source, message.doubt,
    )  # fmt: skip


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
