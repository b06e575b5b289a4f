"""What changed since somebody decided, as far as it matters to what they decided."""

from __future__ import annotations

import json
from dataclasses import dataclass

from console.domain.outbox import LEAVES, Intent, Kind, Seen
from console.store.connection import Store
from console.store.read.accounts import our_accounts


@dataclass(frozen=True, slots=True)
class Conflict:
    """What changed since its maker looked, and by whom: answered, said, edited, removed, moderated, reported, decided, judged
    (by its maker too) or locked.
    """

    what: str
    by: str = ""


def matters_since(store: Store, intent: Intent) -> Conflict | None:
    """What changed since the intent's maker looked, as far as it matters to this intent; None if nothing did."""
    seen = intent.seen
    if not seen.version:
        return None
    about = store.read("SELECT text_hash, state FROM message WHERE key = :key", {"key": intent.message or ""})
    if about:
        if about[0]["state"] in LEAVES.get(intent.kind, ()):
            return None  # it is so already, whoever did it
        if about[0]["state"] == "deleted" and seen.message_state != "deleted":
            return Conflict("removed")
        # A removal in steps, once begun, changes the text by its own hand: its earlier edits go first.
        begun = intent.kind is Kind.DELETE and intent.attempts > 0
        if about[0]["text_hash"] != seen.text_hash and not begun:
            return Conflict("edited")
        if intent.kind in LEAVES and about[0]["state"] not in _explained(store, intent):
            return Conflict("moderated")
        if (by := _decided(store, intent)) is not None:
            return Conflict("decided", by)
        if not begun and not intent.outside and _locked(store, intent):
            return Conflict("locked")
    if intent.outside:
        return _judged(store, intent) or _beside(store, intent)
    if intent.kind is Kind.SETTLE:
        # Reports that its maker saw are what it settles: what is left came since.
        left = store.read(
            "SELECT key FROM report_shown WHERE message = :key AND shown_state = 'pending'", {"key": intent.message}
        )
        return Conflict("reported") if {row["key"] for row in left} - set(seen.reports) else None
    if intent.kind is not Kind.REPLY:
        return None
    return _since_reply(store, intent, seen)


def _explained(store: Store, intent: Intent) -> set[str]:
    """The states a message may be in as far as its maker knows: as they saw it, or as they left it themselves since."""
    ours = store.read(
        "SELECT kind, seen FROM ledger.intent WHERE message = :message AND state = 'sent'"
        " AND (sent_at_ms >= :since OR id = :undone)",
        {"message": intent.message, "since": intent.created_at_ms, "undone": intent.inverse_of},
    )
    left = {state.value for row in ours for state in LEAVES.get(Kind(row["kind"]), ())}
    before = {str(json.loads(row["seen"]).get("message_state")) for row in ours}
    return left | before | {intent.seen.message_state}


def _decided(store: Store, intent: Intent) -> str | None:
    """Who of the others judged the message after this was decided, None where nobody did."""
    found = store.read(
        'SELECT v.event, v."by" FROM ledger.verdict AS v JOIN ledger.event AS e ON e.key = v.event'
        ' WHERE v.message = :message AND v."by" <> :by AND v.event NOT IN (:seen, :decision)'
        " AND e.hlc > coalesce((SELECT hlc FROM ledger.event WHERE key = :decision), 0)",
        {"message": intent.message, "by": intent.by, "seen": intent.seen.verdict, "decision": intent.decision},
    )
    return str(found[0]["by"]) if found else None


def _judged(store: Store, intent: Intent) -> Conflict | None:
    """Whoever it is passed on to isn't asked any more once somebody judged it anew, its maker too."""
    found = store.read('SELECT event, "by" FROM ledger.verdict WHERE message = :key', {"key": intent.message or ""})
    return Conflict("judged", found[0]["by"]) if found and found[0]["event"] != intent.decision else None


def _beside(store: Store, intent: Intent) -> Conflict | None:
    """The same of each other message that a letter is about."""
    for message, text_hash in intent.seen.beside:
        found = store.read(
            "SELECT m.text_hash, m.state, v.\"by\", json_extract(e.payload, '$.together')"
            " = (SELECT json_extract(payload, '$.together') FROM ledger.event WHERE key = :decision) AS stands"
            " FROM message AS m LEFT JOIN ledger.verdict AS v ON v.message = m.key"
            " LEFT JOIN ledger.event AS e ON e.key = v.event WHERE m.key = :message",
            {"message": message, "decision": intent.decision},
        )
        if not found:
            continue
        if not found[0]["stands"]:
            return Conflict("judged", found[0]["by"] or "")
        if text_hash and found[0]["state"] == "deleted":
            return Conflict("removed")
        if text_hash not in ("", found[0]["text_hash"]):
            return Conflict("edited")
    return None


def _locked(store: Store, intent: Intent) -> bool:
    """Whether the conversation was closed since, by somebody else than its maker."""
    if intent.seen.locked or intent.kind in (Kind.LOCK, Kind.UNLOCK, Kind.PIN, Kind.UNPIN):
        return False
    found = store.read(
        "SELECT 1 FROM thread AS t WHERE t.key = :thread AND t.locked = 1 AND NOT EXISTS (SELECT 1 FROM ledger.intent AS i"
        " WHERE i.thread = t.key AND i.kind = 'lock' AND i.state = 'sent' AND i.sent_at_ms >= :since)",
        {"thread": intent.thread, "since": intent.created_at_ms},
    )
    return bool(found)


def _since_reply(store: Store, intent: Intent, seen: Seen) -> Conflict | None:
    if _locked(store, intent):
        return Conflict("locked")
    ours = our_accounts(store)
    said = store.read(
        "SELECT m.key, m.mark, p.key AS author, p.name FROM message AS m JOIN person AS p ON p.id = m.person_id"
        " JOIN thread AS t ON t.id = m.thread_id WHERE t.key = :thread AND m.state IN ('visible', 'held', 'away')"
        " AND (m.posted_at_ms, m.key) > (:last_at_ms, :last) ORDER BY m.posted_at_ms, m.key",
        {"thread": intent.thread, "last_at_ms": seen.last_at_ms, "last": seen.last},
    )
    for row in said:
        by_us = row["author"] in ours or row["name"] in ours
        if not by_us:
            return Conflict("said", row["name"])
        own = store.read(
            "SELECT 1 FROM ledger.intent WHERE id = :mark OR remote_message = :key",
            {"mark": row["mark"], "key": row["key"]},
        )
        if not own:
            return Conflict("answered", row["name"])
    return None
