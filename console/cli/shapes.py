"""The JSON that others rely on: docs/json.md describes each shape, and a test holds the two together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.domain.hand_over import HandOver
from console.domain.house_policies import HousePolicy
from console.domain.platform import Capabilities
from console.domain.reasons import Reason
from console.domain.triage import Note
from console.exports.rows import when
from console.sentences.effects import Effect
from console.sentences.shown import reason_sentence
from console.store.public_id import public_id
from console.store.read.card import Card
from console.store.read.connections import ConnectionRow, SpaceRow
from console.store.read.held import Held
from console.store.read.notices import UnknownNotice
from console.store.read.outbox import IntentRow
from console.store.read.people import Identity, PersonCard
from console.store.read.queue import QueueRow
from console.store.read.records import Record
from console.store.read.search import Hit
from console.store.read.thread import KeptVersion, ShownMessage, ShownReport


def thread(row: QueueRow, now_ms: int) -> dict[str, Any]:
    return {
        "id": row.public_id, "platform": row.platform, "connection": row.connection_name, "space": row.space_title,
        "title": row.title or row.snippet, "author": row.author, "opened_at": when(row.opened_at_ms),
        "last_message_at": when(row.last_at_ms), "messages": row.messages, "unread": row.unread,
        "reports": row.reports, "state": row.state, "assignee": row.assignee or None, "tags": list(row.tags),
        "level": None if row.level is None else row.level.word, "due_at": when(row.due_at_ms),
        "reasons": [reason(found, now_ms) for found in row.reasons], "url": row.url,
    }  # fmt: skip


def reason(found: Reason, now_ms: int) -> dict[str, Any]:
    return {
        "kind": found.kind.value, "message": public_id("m", found.message), "text": reason_sentence(found, now_ms),
        "level": found.level.word, "due_at": when(found.due_at_ms),
    }  # fmt: skip


def message(shown: ShownMessage, records: Mapping[str, Record] | None = None) -> dict[str, Any]:
    """`records`: how the earlier reports of each reporter came out, by name."""
    return {
        "id": shown.public_id or shown.key, "parent": public_id("m", shown.parent) if shown.parent else None,
        "author": shown.author, "posted_at": when(shown.posted_at_ms), "edited_at": when(shown.edited_at_ms),
        "state": shown.state, "pending": shown.pending or None, "text": shown.text, "html": shown.html,
        "attachments": [{"name": name, "mime": mime, "size_bytes": size} for name, mime, size, _ in shown.attachments],
        "reactions": dict(shown.reactions), "reports": [report(found, (records or {}).get(found.reporter)) for found in shown.reports],
        "versions": shown.versions, "partial": shown.partial, "doubt": shown.doubt or None, "url": shown.url,
    }  # fmt: skip


def report(found: ShownReport, record: Record | None) -> dict[str, Any]:
    return {"reporter": found.reporter or None, "reason": found.reason, "text": found.text, "source": found.source,
            "at": when(found.at_ms), "state": found.state,
            "reporter_upheld": None if record is None else record.upheld,
            "reporter_dismissed": None if record is None else record.dismissed}  # fmt: skip


def note(found: Note) -> dict[str, Any]:
    return {"by": found.by, "at": when(found.at_ms), "text": found.text}


def held(one: Held) -> dict[str, Any]:
    day, week, month, year, older = one.ages
    return {"kind": one.kind, "count": one.count, "oldest_at": when(one.oldest_ms), "day": day, "week": week,
            "month": month, "year": year, "older": older}  # fmt: skip


def version(kept: KeptVersion) -> dict[str, Any]:
    return {"text": kept.text, "kept_at": when(kept.kept_at_ms), "why": kept.why}


def intent(row: IntentRow) -> dict[str, Any]:
    found = row.intent
    return {
        "id": found.id, "kind": found.kind.value, "thread": public_id("t", found.thread),
        "message": public_id("m", found.message) if found.message else None, "text": found.text,
        "state": found.state.value, "asks": found.asks, "waits_for": found.waits_for or None,
        "recipient": found.recipient or None, "outside": found.outside or None,
        "attempts": found.attempts, "created_at": when(found.created_at_ms), "not_before": when(found.not_before_ms),
        "sent_at": when(found.sent_at_ms), "error": found.error or None, "words": found.error_words or None,
        "url": row.url or None, "opened_at": when(row.opened_ms),
        "like": public_id("m", row.like.key) if row.like is not None else None,
    }  # fmt: skip


def effect(found: Effect) -> dict[str, str]:
    return {"where": found.where, "text": found.text}


def hand_over(found: HandOver) -> dict[str, Any]:
    assigned, snoozed, drafts, notes = found.counts
    return {"from": found.by, "to": found.to or None, "at": when(found.made_at_ms), "threads": len(found.threads),
            "assigned": assigned, "snoozed": snoozed, "drafts": drafts, "notes": notes}  # fmt: skip


def policy(found: HousePolicy) -> dict[str, Any]:
    return {"number": found.number, "title": found.title, "text": found.text, "urgent": found.urgent, "first": found.first,
            "do": found.do or None, "call": found.call or None, "reported_as": list(found.words)}  # fmt: skip


def hit(found: Hit) -> dict[str, Any]:
    return {
        "id": found.public_id, "thread": found.thread_public_id, "title": found.title, "author": found.author,
        "posted_at": when(found.posted_at_ms), "text": found.text, "space": found.space_title,
        "platform": found.platform, "url": found.url,
    }  # fmt: skip


def person(card: PersonCard) -> dict[str, Any]:
    return {
        "id": public_id("p", card.first.key), "name": card.first.name, "since": when(card.since_ms),
        "messages": card.messages, "threads": card.threads_total, "identities": [identity(one) for one in card.identities],
    }  # fmt: skip


def identity(one: Identity) -> dict[str, Any]:
    return {
        "id": public_id("p", one.key), "platform": one.platform, "name": one.name, "handle": one.handle,
        "title": one.title, "department": one.department, "mail": one.mail or None, "how": one.how.value,
        "messages": one.messages, "spaces": one.spaces,
    }  # fmt: skip


def connection(row: ConnectionRow) -> dict[str, Any]:
    return {
        "name": row.name, "platform": row.platform, "url": row.url, "user": row.user, "us": row.us,
        "state": "paused" if row.paused else row.health.state, "since": when(row.health.since_ms),
        "last_ok_at": when(row.health.last_ok_ms), "retry_at": when(row.health.retry_at_ms),
        "error": row.health.error or None, "pages": row.health.pages, "messages": row.health.messages,
        "approximate": row.approximate, "start_line": when(row.start_line_ms),
    }  # fmt: skip


def card(found: Card, now_ms: int) -> dict[str, Any]:
    """A connection with all that its card shows."""
    progress = found.progress
    return connection(found.row) | {
        "oldest_at": when(progress.oldest_ms),
        "unread": [{"stream": stream, "space": space or None} for stream, space in progress.unread],
        "budgets": [
            {"name": one.name, "requests": one.requests, "per_s": one.per_ms / 1000, "published": one.published,
             "left": one.left(now_ms), "none_until": when(one.quiet_until_ms)}
            for one in found.budgets
        ],
        "waits": [
            {"what": one.what, "about": one.about or None, "title": one.title or None, "why": one.why,
             "since": when(one.since_ms), "due_at": when(one.due_ms)}
            for one in found.waiting
        ],
        "spaces": len(found.spaces), "followed": sum(space.followed for space in found.spaces),
    }  # fmt: skip


def space(row: SpaceRow) -> dict[str, Any]:
    return {"id": row.key, "title": row.title, "members": row.members, "followed": row.followed,
            "messages": row.messages, "standing": row.standing, "encrypted": row.encrypted,
            "platform": row.platform or None, "capabilities": capabilities(row.capabilities)}  # fmt: skip


def capabilities(can: Capabilities) -> dict[str, str]:
    return {name: way.value for name, way in can.ways.items()}


def notice(one: UnknownNotice) -> dict[str, Any]:
    return {"id": one.public_id, "thread": one.thread_public_id, "sender": one.sender, "title": one.title,
            "posted_at": when(one.posted_at_ms), "example": one.example}  # fmt: skip


def print_line(said: dict[str, Any]) -> None:
    """One line of the collector's own, for the window that started it."""
    try:
        print(json.dumps(said), flush=True)
    except BrokenPipeError:  # the window went; stdin's end says so too
        return
