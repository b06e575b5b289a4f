"""Gathering what `domain.reasons.evaluate` may look at, for many threads at once.

Platform rows come from a connection to the cache; events and intents from one to the ledger, so that the desk can
ask within its own transaction, before anybody else sees what it wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from console.domain.conversation import MessageKey, MessageState, PersonKey, ReportState, ThreadKey
from console.domain.reasons import MessageFacts, ReportFacts, ThreadFacts
from console.domain.triage import TriageEvent, fold
from console.store.rows import event_of

_ACTION_SHOWS = {
    "approve": MessageState.VISIBLE, "unhide": MessageState.VISIBLE, "unspam": MessageState.VISIBLE,
    "restore": MessageState.VISIBLE, "hold": MessageState.HELD, "hide": MessageState.HIDDEN,
    "spam": MessageState.SPAM, "delete": MessageState.DELETED,
}  # fmt: skip

_THREADS = """
  SELECT t.id, t.key, t.connection, s.leadership, s.oldest_at_ms
    FROM thread AS t JOIN space AS s ON s.id = t.space_id
   WHERE t.id IN (SELECT value FROM json_each(?))
"""
_MESSAGES = """
  SELECT m.thread_id, m.key, m.posted_at_ms, m.state, m.asks, m.thanks, m.mentions, m.text_hash, m.edited_at_ms, m.title,
         substr(m.text, 1, 160) AS snippet, m.person_id, p.key AS author, p.name, p.leadership, p.bot,
         p.joined_at_ms, p.first_key = m.key AS first, a.key AS answered, a.name AS answered_name
    FROM message AS m
    JOIN person AS p ON p.id = m.person_id
    LEFT JOIN message AS q ON m.parent <> '' AND q.key = m.parent
    LEFT JOIN person AS a ON a.id = q.person_id
   WHERE m.thread_id IN (SELECT value FROM json_each(?))
ORDER BY m.thread_id, m.root = m.key DESC, m.posted_at_ms, m.key
"""
_REPORTS = """
  SELECT m.thread_id, r.key, r.message, r.at_ms, r.state
    FROM message AS m JOIN report AS r ON r.message = m.key
   WHERE m.thread_id IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A thread's facts, and of its rows what the list shows beside them."""

    thread_id: int
    facts: ThreadFacts
    rows: Sequence[Any]  # the platform's messages, oldest first
    events: Sequence[TriageEvent]
    read_up_to: tuple[int, str]


def gather(cache: Connection, ledger: Connection, thread_ids: Iterable[int], us: frozenset[str]) -> list[Gathered]:
    """The facts of these threads. `us`: person keys and names that are us."""
    listed = json.dumps(sorted(thread_ids))
    threads = cache.exec_driver_sql(_THREADS, (listed,)).all()
    messages = _grouped(cache.exec_driver_sql(_MESSAGES, (listed,)))
    reports = _grouped(cache.exec_driver_sql(_REPORTS, (listed,)))
    names: dict[str, int] = {row.key: row.id for row in threads}
    for row in cache.exec_driver_sql(
        "SELECT key, thread_id FROM alias WHERE thread_id IN (SELECT value FROM json_each(?))", (listed,)
    ):
        names[row.key] = row.thread_id
    known = json.dumps(list(names))
    events, intents, marks = _decided(ledger, names, known)
    start_lines = {
        row.key: row.start_line_ms for row in ledger.exec_driver_sql("SELECT key, start_line_ms FROM connection")
    }
    return [
        _gathered(
            thread,
            messages.get(thread.id, []),
            reports.get(thread.id, []),
            events.get(thread.id, []),
            intents.get(thread.id, []),
            marks.get(thread.id, (0, "")),
            start_lines.get(thread.connection, 0),
            us,
        )
        for thread in threads
    ]


def _decided(
    ledger: Connection, names: dict[str, int], known: str
) -> tuple[dict[int, list[TriageEvent]], dict[int, list[Any]], dict[int, tuple[int, str]]]:
    events: dict[int, list[TriageEvent]] = {}
    for made in ledger.exec_driver_sql(
        "SELECT * FROM event WHERE thread IN (SELECT value FROM json_each(?))", (known,)
    ).mappings():
        events.setdefault(names[made["thread"]], []).append(event_of(made))
    intents: dict[int, list[Any]] = {}
    for row in ledger.exec_driver_sql(
        "SELECT id, kind, thread, message, created_at_ms FROM intent WHERE state IN ('queued', 'sending', 'uncertain')"
        " AND thread IN (SELECT value FROM json_each(?)) ORDER BY created_at_ms, id",
        (known,),
    ):
        intents.setdefault(names[row.thread], []).append(row)
    marks: dict[int, tuple[int, str]] = {}
    for row in ledger.exec_driver_sql(
        "SELECT thread, at_ms, message FROM read_mark WHERE thread IN (SELECT value FROM json_each(?))", (known,)
    ):
        place = (row.at_ms, row.message)
        marks[names[row.thread]] = max(place, marks.get(names[row.thread], (0, "")))
    return events, intents, marks


def _grouped(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.thread_id, []).append(row)
    return found


def _gathered(
    thread: Any,
    messages: Sequence[Any],
    reports: Sequence[Any],
    events: Sequence[TriageEvent],
    intents: Sequence[Any],
    mark: tuple[int, str],
    start_line_ms: int,
    us: frozenset[str],
) -> Gathered:
    acted = {row.message: _ACTION_SHOWS[row.kind] for row in intents if row.kind in _ACTION_SHOWS}
    facts = [_message(row, acted, us) for row in messages]
    facts += [
        MessageFacts(MessageKey(row.id), row.created_at_ms, PersonKey(""), ours=True)
        for row in intents
        if row.kind == "reply"
    ]
    led = bool(thread.leadership) or bool(messages and messages[0].leadership)
    return Gathered(
        thread.id,
        ThreadFacts(
            key=ThreadKey(thread.key),
            messages=facts,
            leadership=led,
            start_line_ms=start_line_ms,
            history_from_ms=thread.oldest_at_ms,
            triage=fold(events),
            reports=[ReportFacts(r.key, MessageKey(r.message), r.at_ms, ReportState(r.state)) for r in reports],
        ),
        messages,
        events,
        mark,
    )


def _message(row: Any, acted: dict[str, MessageState], us: frozenset[str]) -> MessageFacts:
    return MessageFacts(
        key=row.key, posted_at_ms=row.posted_at_ms, author=row.author, author_name=row.name,
        ours=row.author in us or row.name in us, leadership=bool(row.leadership), bot=bool(row.bot),
        state=acted.get(row.key) or MessageState(row.state), asks=bool(row.asks), thanks=bool(row.thanks),
        mentions_us=bool(row.mentions), answers_us=row.answered in us or row.answered_name in us,
        text_hash=row.text_hash, edited_at_ms=row.edited_at_ms, first_of_author=bool(row.first),
        joined_at_ms=row.joined_at_ms,
    )  # fmt: skip
