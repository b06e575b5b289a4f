"""What persons finish by hand, settled by what the platform shows, whichever connection, export or page brought it.

It goes by what stands in the two files and not by one page, so it may be done as often as one likes: after a crash,
and after the cache was collected again, it comes to the same.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from console.domain.conversation import MessageKey
from console.domain.handoff import LATE_MS, There, Whose, alike, brought_about, reads_as, settled
from console.domain.outbox import BY_HAND, Intent, Kind, On, State
from console.store.connection import Store
from console.store.read.accounts import our_accounts
from console.store.read.seen import look
from console.store.rows import intent_of
from console.store.write import folding
from console.store.write.intents import claim, move

_OPEN = "state = 'handoff' AND state NOT IN ('sent', 'withdrawn')"
# Placed by hand and not shown yet: the message that is it is no answer of somebody else's, nor another reply's.
_UNSEEN = f"kind = 'reply' AND state = 'sent' AND remote_message = '' AND steps LIKE '%{BY_HAND}%'"
_SAID = """
  SELECT m.key, m.parent, m.posted_at_ms, m.text, m.mark, p.key AS author_key, p.name AS author
    FROM message AS m JOIN person AS p ON p.id = m.person_id
   WHERE m.thread_id = :thread AND m.posted_at_ms >= :since AND m.state NOT IN ('deleted', 'unreadable')
"""


def settle(store: Store, thread_ids: Collection[int] | None = None) -> None:
    """End what stands there now, in these threads (local ids) or in all; ask about what only may be it.

    For who holds the collector's lock. Raises a StoreError.
    """
    found = _waiting(store, thread_ids)
    moved = [thread for _key, intents in groupby(found, key=lambda one: one.thread_id)
             for thread in _Thread(store, _key, [one.intent for one in intents]).settle()]  # fmt: skip
    if moved:
        folding.reproject(store, moved)


@dataclass(frozen=True, slots=True)
class _Waiting:
    thread_id: int
    intent: Intent


def _waiting(store: Store, thread_ids: Collection[int] | None) -> list[_Waiting]:
    """What is to be settled, by thread, the oldest first; nothing of threads that the cache doesn't hold."""
    if thread_ids is None:
        rows = store.read(f"SELECT * FROM ledger.intent WHERE {_OPEN} ORDER BY created_at_ms, id")
        listed = json.dumps(sorted({row["thread"] for row in rows}))
        homes = store.read(
            "SELECT key, id FROM thread WHERE key IN (SELECT value FROM json_each(:keys)) UNION ALL"
            " SELECT key, thread_id FROM alias WHERE key IN (SELECT value FROM json_each(:keys))",
            {"keys": listed},
        )
    else:
        listed = json.dumps(sorted(thread_ids))
        homes = store.read(
            "SELECT key, id FROM thread WHERE id IN (SELECT value FROM json_each(:ids)) UNION ALL"
            " SELECT key, thread_id FROM alias WHERE thread_id IN (SELECT value FROM json_each(:ids))",
            {"ids": listed},
        )
        rows = store.read(
            f"SELECT * FROM ledger.intent WHERE thread IN (SELECT value FROM json_each(:keys)) AND ({_OPEN} OR {_UNSEEN})"
            " ORDER BY created_at_ms, id",
            {"keys": json.dumps([row["key"] for row in homes])},
        )
    home = {row["key"]: row["id"] for row in homes}
    found = [_Waiting(home[row["thread"]], intent_of(row)) for row in rows if row["thread"] in home]
    return sorted(found, key=lambda one: one.thread_id)


class _Thread:
    """What is to be settled in one thread."""

    def __init__(self, store: Store, thread_id: int, waiting: list[Intent]) -> None:
        self._store = store
        self._thread_id = thread_id
        self._replies = [intent for intent in waiting if intent.kind is Kind.REPLY]
        self._actions = [intent for intent in waiting if intent.kind is not Kind.REPLY]

    def settle(self) -> Iterable[str]:
        """The keys of the threads of what moved."""
        there = self._there() if self._replies else []
        found = settled(self._replies, there)
        for intent_id, message in found.items():
            yield self._is_there(next(one for one in self._replies if one.id == intent_id), message)
        left = {one.key: one for one in there if one not in found.values()}
        for intent in self._replies:
            if intent.state is State.HANDOFF and intent.id not in found:
                like = alike(intent, [one for one in left.values() if one.key not in self._denied(intent)])
                if like is not None:
                    del left[like.key]
                if self._ask(intent, "" if like is None else like.key):
                    yield intent.thread
        for intent in self._actions:
            if self._is_done(intent):
                yield self._move(intent, On.FOUND, sent_at_ms=self._store.now_ms())

    def _is_there(self, intent: Intent, message: There) -> str:
        if intent.state is State.SENT:
            claim(self._store, intent.id, message.key)
            return intent.thread
        return self._move(intent, On.FOUND, remote_message=message.key,
                          sent_at_ms=max(intent.created_at_ms, message.posted_at_ms))  # fmt: skip

    def _ask(self, intent: Intent, like: str) -> bool:
        """Ask about a message that may be it; no longer about one that went. Whether anything moved."""
        if like == intent.remote_message:
            return False
        on, about = (On.CANT_TELL, like) if like else (On.NOT_IT, intent.remote_message)
        self._move(intent, on, about, asks=bool(like), remote_message=like)
        return True

    def _is_done(self, intent: Intent) -> bool:
        if intent.kind is Kind.EDIT:
            row = self._store.read("SELECT text, text_hash FROM message WHERE key = :key", {"key": intent.message})
            return bool(row) and row[0]["text_hash"] != intent.seen.text_hash and reads_as(intent.text, row[0]["text"])
        now = look(self._store, intent.thread, intent.message)
        if now is None:
            return False
        # What we settled is shown as dismissed; here it counts what the platform says.
        pending = self._store.read(
            "SELECT key FROM report WHERE message = :key AND state = 'pending'", {"key": intent.message or ""}
        )
        return brought_about(intent, replace(now.seen, reports=tuple(row["key"] for row in pending)))

    def _move(self, intent: Intent, on: On, detail: str = "", **fields: Any) -> str:
        fields = {"asks": False, "error": "", "error_words": "", **fields}
        move(self._store, intent.id, on, detail=detail, only_if=lambda now: now.state is intent.state, **fields)
        return intent.thread

    def _there(self) -> list[There]:
        """The messages of the thread that no intent claims; one that is asked about counts as free."""
        since_ms = min(intent.created_at_ms for intent in self._replies) - LATE_MS
        rows = self._store.read(_SAID, {"thread": self._thread_id, "since": since_ms})
        named = json.dumps([row["key"] for row in rows] + [row["mark"] for row in rows if row["mark"]])
        taken = {
            row["name"]
            for row in self._store.read(
                "SELECT remote_message AS name FROM ledger.intent WHERE remote_message <> '' AND asks = 0"
                " AND remote_message IN (SELECT value FROM json_each(:named))"
                " UNION ALL SELECT id FROM ledger.intent WHERE id IN (SELECT value FROM json_each(:named))",
                {"named": named},
            )
        }
        whose = _Us(self._store)
        return [
            There(MessageKey(row["key"]), MessageKey(row["parent"]) if row["parent"] else None, row["posted_at_ms"],
                  row["text"], whose.of(row["author_key"], row["author"]), row["author"])
            for row in rows if row["key"] not in taken and row["mark"] not in taken
        ]  # fmt: skip

    def _denied(self, intent: Intent) -> set[str]:
        """What a person said is something else."""
        rows = self._store.read(
            "SELECT detail FROM ledger.intent_step WHERE intent = :id AND \"on\" = 'not_it'", {"id": intent.id}
        )
        return {row["detail"] for row in rows}


class _Us:
    """Who may be us. On a platform where no account of ours is known, anybody whose words are ours may be."""

    def __init__(self, store: Store) -> None:
        self._ours = our_accounts(store)
        rows = store.read("SELECT us FROM ledger.connection WHERE us <> '' AND removed_at_ms IS NULL")
        self._names = {row["us"] for row in rows}
        self._platforms = {account.partition(":")[0] for account in self._ours if ":" in account}

    def of(self, author: str, name: str) -> Whose:
        if author in self._ours or name in self._ours or name in self._names:
            return Whose.OURS
        known = author.partition(":")[0] in self._platforms
        return Whose.THEIRS if known and name else Whose.UNTOLD
