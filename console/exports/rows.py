"""A decision as the terminal's JSON and every file tell it; docs/json.md describes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.sentences.shown import what_happened
from console.store.public_id import public_id
from console.store.read.exporting import Decided
from console.store.read.thread import HistoryRow


def when(at_ms: int | None) -> str | None:
    """RFC 3339 in UTC."""
    if not at_ms:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(row: HistoryRow) -> dict[str, Any]:
    found = row.event
    return {
        "id": found.key, "at": when(found.at_ms), "by": found.by, "what": found.what.value,
        "thread": public_id("t", found.thread) if found.thread else None, "title": row.thread_title, "undoes": found.undoes,
        "undone": row.undone, "superseded": row.superseded,
        "message": public_id("m", found.message) if found.message else None, "words": what_happened(found),
    }  # fmt: skip


def decision(found: Decided) -> dict[str, Any]:
    """A decision as a row of a file: also in a sentence, and with the words that went with it."""
    return event(found.row) | {"text": found.text}
