"""Rows to domain values and back: the one place where a stored event or intent gets its types."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.outbox import Intent, IntentId, Kind, Seen, State
from console.domain.triage import TriageEvent, What
from console.store.connection import Row

_WHATS = {what.value: what for what in What}

EVENT_COLUMNS = (
    "key", "origin", "origin_seq", "hlc", "at_ms", "by", "thread", "message", "seen_version", "what", "undoes",
    "payload", "payload_hash", "chain",
)  # fmt: skip

INTENT_COLUMNS = (
    "id", "kind", "connection", "space", "thread", "message", "text", "state", "by", "created_at_ms",
    "not_before_ms", "decision", "inverse_of", "seen", "attempts", "steps", "waits_for", "last_byte_at_ms",
    "sent_at_ms", "remote_message", "error", "error_words", "asks", "recipient", "outside",
)  # fmt: skip


def event_of(row: Row) -> TriageEvent:
    return event_from([row[name] for name in EVENT_COLUMNS])


def event_from(values: Sequence[Any]) -> TriageEvent:
    """The same of the columns of EVENT_COLUMNS, in their order."""
    (key, origin, origin_seq, hlc, at_ms, by, thread, message, seen_version, what, undoes, payload, payload_hash,
     chain) = values  # fmt: skip
    return TriageEvent(
        key, origin, origin_seq, hlc, at_ms, by, ThreadKey(thread), None if message is None else MessageKey(message),
        _WHATS[what], seen_version, undoes, json.loads(payload), payload_hash, chain,
    )  # fmt: skip


def intent_of(row: Row) -> Intent:
    return Intent(
        id=IntentId(row["id"]), kind=Kind(row["kind"]), connection=ConnectionKey(row["connection"]),
        space=SpaceKey(row["space"]), thread=ThreadKey(row["thread"]),
        message=None if row["message"] is None else MessageKey(row["message"]), text=row["text"],
        state=State(row["state"]), by=row["by"], created_at_ms=row["created_at_ms"],
        not_before_ms=row["not_before_ms"], decision=row["decision"], inverse_of=row["inverse_of"],
        seen=_seen(row["seen"]), attempts=row["attempts"], steps=tuple(json.loads(row["steps"])),
        waits_for=row["waits_for"], last_byte_at_ms=row["last_byte_at_ms"], sent_at_ms=row["sent_at_ms"],
        remote_message=row["remote_message"], error=row["error"], error_words=row["error_words"],
        asks=bool(row["asks"]), recipient=row["recipient"], outside=row["outside"],
    )  # fmt: skip


def _seen(stored: str) -> Seen:
    parts = json.loads(stored)
    beside = tuple((message, text_hash) for message, text_hash in parts.get("beside", ()))
    return Seen(**{**parts, "reports": tuple(parts.get("reports", ())), "beside": beside})


def intent_values(intent: Intent) -> tuple[Any, ...]:
    """The columns of INTENT_COLUMNS, in their order."""
    seen = intent.seen
    seen_json = json.dumps(
        {
            "last_at_ms": seen.last_at_ms,
            "last": seen.last,
            "text_hash": seen.text_hash,
            "message_state": seen.message_state,
            "locked": seen.locked,
            "version": seen.version,
            "reports": seen.reports,
            "verdict": seen.verdict,
            "beside": seen.beside,
        }
    )
    return (
        intent.id, intent.kind.value, intent.connection, intent.space, intent.thread, intent.message, intent.text,
        intent.state.value, intent.by, intent.created_at_ms, intent.not_before_ms, intent.decision,
        intent.inverse_of, seen_json, intent.attempts, json.dumps(list(intent.steps)), intent.waits_for,
        intent.last_byte_at_ms, intent.sent_at_ms, intent.remote_message, intent.error, intent.error_words,
        int(intent.asks), intent.recipient, intent.outside,
    )  # fmt: skip
