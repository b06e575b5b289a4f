"""What a person who decides now has seen: it goes with the decision, so that a later change is noticed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Seen
from console.domain.triage import version_of
from console.store.connection import Row, Store
from console.store.kinds import reasons_of


@dataclass(frozen=True, slots=True)
class Look:
    """A thread as it is now: where it stands, and what a decision on it is made on."""

    thread: ThreadKey
    connection: ConnectionKey
    space: SpaceKey
    seen: Seen
    payload: dict[str, Any]


Place = tuple[ThreadKey, MessageKey | None]

_LISTED = "IN (SELECT value FROM json_each(:listed))"
_HEADS = f"""
  SELECT t.id, t.key, t.connection, t.locked, t.reasons, s.key AS space
    FROM thread_shown AS t JOIN space AS s ON s.id = t.space_id
   WHERE t.key {_LISTED}
"""
_SAID = f"""
  SELECT thread_id, key, text_hash, state, posted_at_ms
    FROM message
   WHERE thread_id {_LISTED}
ORDER BY thread_id, posted_at_ms, key
"""
_VERDICTS = f"SELECT message, event FROM ledger.verdict WHERE message {_LISTED}"
# As a list of messages, and no join: that looks through every report that there ever was.
_REPORTS = f"""
  SELECT key, message
    FROM report_shown
   WHERE message IN (SELECT key FROM message WHERE thread_id {_LISTED}) AND shown_state = 'pending'
ORDER BY key
"""
# The bare column is that of the row with the highest one.
_LAST = f"""
  SELECT thread, key, max(printf('%020d %s %020d', hlc, origin, origin_seq)) AS newest
    FROM ledger.event
   WHERE thread {_LISTED}
GROUP BY thread
"""


def look(store: Store, thread: ThreadKey, message: MessageKey | None = None) -> Look | None:
    """None when the cache doesn't hold the thread."""
    return looks(store, [(thread, message)]).get((thread, message))


def looks(store: Store, places: Iterable[Place]) -> dict[Place, Look]:
    """The same for many at once; those that the cache doesn't hold are left out."""
    wanted = list(dict.fromkeys(places))
    threads = list(dict.fromkeys(thread for thread, _message in wanted))
    heads = {row["key"]: row for row in store.read(_HEADS, {"listed": json.dumps(threads)})}
    ids = {"listed": json.dumps([row["id"] for row in heads.values()])}
    said: dict[int, list[Row]] = {}
    for row in store.read(_SAID, ids):
        said.setdefault(row["thread_id"], []).append(row)
    homes = {row["key"]: row["thread_id"] for rows in said.values() for row in rows}
    reports: dict[int, list[Row]] = {}
    for row in store.read(_REPORTS, ids):
        reports.setdefault(homes[row["message"]], []).append(row)
    last = {row["thread"]: row["key"] for row in store.read(_LAST, {"listed": json.dumps(list(heads))})}
    named = {"listed": json.dumps([message for _thread, message in wanted if message is not None])}
    verdicts = {row["message"]: str(row["event"]) for row in store.read(_VERDICTS, named)}
    found: dict[Place, Look] = {}
    for thread, message in wanted:
        if (head := heads.get(thread)) is not None:
            here = said.get(head["id"], []), reports.get(head["id"], []), last.get(thread, "")
            verdict = verdicts.get(message, "") if message is not None else ""
            found[thread, message] = _looked(head, message, *here, verdict)
    return found


def text_hashes(store: Store, messages: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What each of these messages says now, as `Seen.beside` has it; without those that the cache doesn't hold."""
    found = store.read(
        f"SELECT key, CASE state WHEN 'deleted' THEN '' ELSE text_hash END AS text_hash FROM message WHERE key {_LISTED}",
        {"listed": json.dumps(list(messages))},
    )
    return tuple((row["key"], row["text_hash"]) for row in found)


def _looked(
    head: Row, message: MessageKey | None, said: list[Row], reports: list[Row], last_event: str, verdict: str
) -> Look:
    version = version_of(((row["key"], row["text_hash"]) for row in said), last_event)
    newest = said[-1] if said else None
    about = next((row for row in said if row["key"] == message), None)
    seen = Seen(
        last_at_ms=newest["posted_at_ms"] if newest else 0, last=newest["key"] if newest else "",
        text_hash=about["text_hash"] if about else "", message_state=about["state"] if about else "",
        locked=bool(head["locked"]), version=version,
        reports=tuple(row["key"] for row in reports if row["message"] == message), verdict=verdict,
    )  # fmt: skip
    # Who decides on a thread without naming a message judges the one that its first reason is about.
    reasons = reasons_of(head["reasons"])
    judged = message or (reasons[0].message if reasons else None)
    payload = {
        "last": [seen.last_at_ms, seen.last], "message": judged,
        "text_hash": next((row["text_hash"] for row in said if row["key"] == judged), ""),
        "reports": [row["key"] for row in reports], "held": [row["key"] for row in said if row["state"] == "held"],
        "state": seen.message_state, "locked": seen.locked, "verdict": seen.verdict,
    }  # fmt: skip
    return Look(ThreadKey(head["key"]), ConnectionKey(head["connection"]), SpaceKey(head["space"]), seen, payload)
