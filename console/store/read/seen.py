"""What a person who decides now has seen: it goes with the decision, so that a later change is noticed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Seen
from console.domain.triage import version_of
from console.store.connection import Store
from console.store.kinds import reasons_of


@dataclass(frozen=True, slots=True)
class Look:
    """A thread as it is now: where it stands, and what a decision on it is made on."""

    thread: ThreadKey
    connection: ConnectionKey
    space: SpaceKey
    seen: Seen
    payload: dict[str, Any]


def _verdict(store: Store, message: MessageKey | None) -> str:
    found = store.read("SELECT event FROM ledger.verdict WHERE message = :message", {"message": message or ""})
    return str(found[0]["event"]) if found else ""


def look(store: Store, thread: ThreadKey, message: MessageKey | None = None) -> Look | None:
    """None when the cache doesn't hold the thread."""
    heads = store.read(
        "SELECT t.id, t.connection, t.locked, t.reasons, s.key AS space FROM thread_shown AS t"
        " JOIN space AS s ON s.id = t.space_id WHERE t.key = :thread",
        {"thread": thread},
    )
    if not heads:
        return None
    head = heads[0]
    said = store.read(
        "SELECT key, text_hash, state, posted_at_ms FROM message WHERE thread_id = :id ORDER BY posted_at_ms, key",
        {"id": head["id"]},
    )
    reports = store.read(
        "SELECT r.key, r.message FROM report_shown AS r JOIN message AS m ON m.key = r.message"
        " WHERE m.thread_id = :id AND r.shown_state = 'pending' ORDER BY r.key",
        {"id": head["id"]},
    )
    last = store.read(
        "SELECT key FROM ledger.event WHERE thread = :thread ORDER BY hlc DESC, origin DESC LIMIT 1", {"thread": thread}
    )
    version = version_of(((row["key"], row["text_hash"]) for row in said), last[0]["key"] if last else "")
    newest = said[-1] if said else None
    about = next((row for row in said if row["key"] == message), None)
    seen = Seen(
        last_at_ms=newest["posted_at_ms"] if newest else 0, last=newest["key"] if newest else "",
        text_hash=about["text_hash"] if about else "", message_state=about["state"] if about else "",
        locked=bool(head["locked"]), version=version,
        reports=tuple(row["key"] for row in reports if row["message"] == message),
        verdict=_verdict(store, message),
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
    return Look(thread, ConnectionKey(head["connection"]), SpaceKey(head["space"]), seen, payload)
