"""A decision's message on two sides: as it was when it was judged, and as it is now."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import MessageKey
from console.domain.outbox import Seen
from console.domain.triage import TriageEvent
from console.store.connection import Store
from console.store.rows import event_of


@dataclass(frozen=True, slots=True)
class Side:
    """`text` is None where that version isn't kept; `state` "" where nothing is known of it."""

    text: str | None
    state: str
    locked: bool
    verdict: TriageEvent | None


def sides(store: Store, message: MessageKey, seen: Seen, but: str = "") -> tuple[Side, Side] | None:
    """As its maker saw it, and as it is now; `but`: the maker's own verdict is none of the others'. None where it isn't held."""
    rows = store.read(
        "SELECT m.text, m.text_hash, m.state, t.locked FROM message AS m JOIN thread AS t ON t.id = m.thread_id"
        " WHERE m.key = :key",
        {"key": message},
    )
    if not rows:
        return None
    now = rows[0]
    standing = store.read("SELECT event FROM ledger.verdict WHERE message = :key", {"key": message})
    judged = standing[0]["event"] if standing and standing[0]["event"] != but else seen.verdict
    gone = now["state"] == "deleted"
    return (
        Side(_text(store, message, seen.text_hash, now), seen.message_state, seen.locked, _event(store, seen.verdict)),
        Side("" if gone else now["text"], now["state"], bool(now["locked"]), _event(store, judged)),
    )


def _text(store: Store, message: MessageKey, text_hash: str, now: object) -> str | None:
    if now["text_hash"] == text_hash and now["text"]:  # type: ignore[index]  # a row of the driver
        return str(now["text"])  # type: ignore[index]
    kept = store.read(
        "SELECT text FROM ledger.kept_version WHERE message = :key AND text_hash = :hash ORDER BY id DESC LIMIT 1",
        {"key": message, "hash": text_hash},
    )
    return str(kept[0]["text"]) if kept else None


def _event(store: Store, key: str) -> TriageEvent | None:
    found = store.read("SELECT * FROM ledger.event WHERE key = :key", {"key": key}) if key else []
    return event_of(found[0]) if found else None
