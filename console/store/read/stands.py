"""Where many conversations stand: what one decision about all of them is counted by, and what changed until it is made."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NamedTuple

from console.domain.conversation import SpaceKey, ThreadKey
from console.store.connection import Store


class Stand(NamedTuple):
    """One conversation at a moment. `last`: its newest message; `reports`, `held`: how many wait in it."""

    thread_id: int
    key: ThreadKey
    space: SpaceKey
    platform: str
    last: str
    reports: int
    held: int
    locked: int
    state: str
    decided_at_ms: int
    assignee: str
    tags: str

    @property
    def tagged(self) -> list[str]:
        found: list[str] = json.loads(self.tags)
        return found


_STANDS = """
  SELECT t.id AS thread_id, t.key, s.key AS space, coalesce(nullif(s.platform, ''), c.platform, '') AS platform,
         t.last_key AS last, t.reports, t.held, t.locked, t.state, t.decided_at_ms, t.assignee, t.tags
    FROM thread_shown AS t
    JOIN space AS s ON s.id = t.space_id
    LEFT JOIN ledger.connection AS c ON c.key = t.connection
   WHERE t.id IN (SELECT value FROM json_each(:listed))
"""
_IDS = "SELECT id, key FROM thread WHERE key IN (SELECT value FROM json_each(:listed))"
_TITLES = """
  SELECT key, coalesce(nullif(title, ''), substr(snippet, 1, 80)) AS title
    FROM thread
   WHERE key IN (SELECT value FROM json_each(:listed))
"""
# The bare column is that of the row with the highest one.
_LAST_BY = """
  SELECT thread, "by", max(printf('%020d %s %020d', hlc, origin, origin_seq))
    FROM ledger.event
   WHERE thread IN (SELECT value FROM json_each(:listed))
GROUP BY thread
"""


def stands(store: Store, thread_ids: Iterable[int]) -> dict[int, Stand]:
    """By their ids, in the order asked; one that the cache doesn't hold is left out."""
    wanted = list(thread_ids)
    rows = store.read(_STANDS, {"listed": json.dumps(wanted)})
    found = {row["thread_id"]: Stand(*(row[name] for name in Stand._fields)) for row in rows}
    return {thread_id: found[thread_id] for thread_id in wanted if thread_id in found}


def ids_of(store: Store, threads: Iterable[ThreadKey]) -> dict[ThreadKey, int]:
    """The ids of those that the cache holds."""
    rows = store.read(_IDS, {"listed": json.dumps(list(threads))})
    return {ThreadKey(row["key"]): row["id"] for row in rows}


def titles(store: Store, threads: Iterable[ThreadKey]) -> dict[str, str]:
    """What these are called, or how they begin."""
    rows = store.read(_TITLES, {"listed": json.dumps(list(threads))})
    return {row["key"]: " ".join(row["title"].split()) for row in rows}


def last_by(store: Store, threads: Iterable[ThreadKey]) -> dict[ThreadKey, str]:
    """Who decided last on each of these."""
    rows = store.read(_LAST_BY, {"listed": json.dumps(list(threads))})
    return {ThreadKey(row["thread"]): row["by"] for row in rows}
