"""Gathering what `domain.reasons.evaluate` may look at, for many threads at once.

Platform rows come from a connection to the cache; events and intents from one to the ledger, so that the desk can
ask within its own transaction, before anybody else sees what it wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from console.domain.conversation import MessageKey, MessageState, PersonKey, ReportState, ThreadKey
from console.domain.outbox import BY_HAND
from console.domain.reasons import MessageFacts, ReportFacts, ThreadFacts
from console.domain.triage import TriageEvent, TriageState, fold
from console.domain.verdicts import ESCALATED, Settled, settled
from console.store.rows import EVENT_COLUMNS, event_from

_ACTION_SHOWS = {
    "approve": MessageState.VISIBLE, "unhide": MessageState.VISIBLE, "unspam": MessageState.VISIBLE,
    "restore": MessageState.VISIBLE, "hold": MessageState.HELD, "hide": MessageState.HIDDEN,
    "spam": MessageState.SPAM, "delete": MessageState.DELETED,
}  # fmt: skip

_ACTIONS = ", ".join(f"'{kind}'" for kind in _ACTION_SHOWS)
_MESSAGE_STATES = {state.value: state for state in MessageState}
_REPORT_STATES = {state.value: state for state in ReportState}

_THREADS = """
  SELECT t.id, t.key, t.connection, s.leadership, s.oldest_at_ms
    FROM thread AS t JOIN space AS s ON s.id = t.space_id
   WHERE t.id IN (SELECT value FROM json_each(?))
"""
_MESSAGES = """
  SELECT m.thread_id, m.key, m.posted_at_ms, m.state, m.asks, m.thanks, m.mentions, m.text_hash, m.edited_at_ms,
         substr(m.text, 1, 160), m.person_id, p.key, p.name, p.leadership, p.bot,
         CASE WHEN p.how = 'alone' THEN p.joined_at_ms ELSE p.since_ms END, p.first_key = m.key AND p.begins,
         a.key, a.name, m.parent
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


_ALIASES = "SELECT key, thread_id FROM alias WHERE thread_id IN (SELECT value FROM json_each(?))"
_EVENT_COLUMNS = ", ".join(f'"{name}"' for name in EVENT_COLUMNS)
_EVENTS = f"SELECT {_EVENT_COLUMNS} FROM event WHERE thread IN (SELECT value FROM json_each(?))"
_INTENTS = f"""
  SELECT id, coalesce(sent_at_ms, created_at_ms), thread, message, kind, seen, state = 'sent', remote_message
    FROM intent AS i
   WHERE (state IN ('queued', 'sending', 'uncertain')
          OR state = 'sent' AND (kind = 'settle' OR steps LIKE '%{BY_HAND}%' AND NOT EXISTS (
             SELECT 1 FROM intent AS o
              WHERE o.message = i.message AND o.state = 'sent' AND o.rowid > i.rowid AND o.kind IN ({_ACTIONS}))))
     AND thread IN (SELECT value FROM json_each(?))
ORDER BY state <> 'sent', rowid
"""
_READ_MARKS = "SELECT thread, at_ms, message FROM read_mark WHERE thread IN (SELECT value FROM json_each(?))"

# Of the platform's messages, what the list shows beside the projections: columns of a thread's row.
SHOWN = ("author_id", "opened_at_ms", "last_at_ms", "last_key", "messages", "snippet")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A thread's facts, its decisions, and what its messages come to in the order of SHOWN."""

    thread_id: int
    facts: ThreadFacts
    shown: tuple[Any, ...]
    read_up_to: tuple[int, str]


@dataclass(slots=True)
class _Gathering:
    """What was found so far of one thread."""

    messages: list[MessageFacts] = field(default_factory=list)
    shown: tuple[Any, ...] = (None, 0, 0, "", 0, "")
    led: bool = False
    reports: list[ReportFacts] = field(default_factory=list)
    events: list[TriageEvent] = field(default_factory=list)
    acted: dict[str, tuple[MessageState, str]] = field(default_factory=dict)
    settled: set[str] = field(default_factory=set)
    triage: TriageState = field(default_factory=TriageState)
    verdicts: Mapping[str, Settled] = field(default_factory=dict)
    replies: list[MessageFacts] = field(default_factory=list)
    read_up_to: tuple[int, str] = (0, "")


def gather(cache: Any, ledger: Any, thread_ids: Iterable[int], us: frozenset[str]) -> list[Gathered]:
    """The facts of these threads.

    cache, ledger  the driver's connections: many rows are read here, for every page and every decision
    us             person keys and names that are us
    """
    listed = json.dumps(sorted(thread_ids))
    threads = cache.execute(_THREADS, (listed,)).fetchall()
    found = {thread[0]: _Gathering() for thread in threads}
    names = {thread[1]: thread[0] for thread in threads}
    names.update(cache.execute(_ALIASES, (listed,)).fetchall())
    known = json.dumps(list(names))
    for key, at_ms, thread, message, kind, seen, by_hand, shown_as in ledger.execute(_INTENTS, (known,)):
        if not shown_as:  # else the platform shows what became of it
            before = str(json.loads(seen).get("message_state")) if by_hand else ""
            _on_its_way(found[names[thread]], key, at_ms, message, kind, seen, before)
    for row in ledger.execute(_EVENTS, (known,)):
        event = event_from(row)
        found[names[event.thread]].events.append(event)
    for gathering in found.values():
        if gathering.events:
            gathering.triage = fold(gathering.events)
            gathering.verdicts = settled(gathering.triage.verdicts, gathering.triage.answers)
            gathering.reports += [_appeal(gathering, event) for event in gathering.triage.appeals]
    for thread, at_ms, message in ledger.execute(_READ_MARKS, (known,)):
        gathering = found[names[thread]]
        gathering.read_up_to = max((at_ms, message), gathering.read_up_to)
    for thread_id, key, message, at_ms, state in cache.execute(_REPORTS, (listed,)):
        found[thread_id].reports.append(ReportFacts(key, message, at_ms, _report_state(found[thread_id], key, state)))
    for thread_id, rows in groupby(cache.execute(_MESSAGES, (listed,)), key=itemgetter(0)):
        _said(found[thread_id], rows, us)
    start_lines = dict(ledger.execute("SELECT key, start_line_ms FROM connection").fetchall())
    return [_gathered(thread, found[thread[0]], start_lines) for thread in threads]


def _appeal(gathering: _Gathering, event: TriageEvent) -> ReportFacts:
    """An appeal waits as a report does, until a verdict that knew of it."""
    state = _report_state(gathering, event.key, ReportState.PENDING.value)
    by = str(event.payload.get("author", "")) or event.by
    return ReportFacts(event.key, MessageKey(event.message or ""), event.at_ms, state, by)


def _report_state(gathering: _Gathering, key: str, state: str) -> ReportState:
    """A verdict's word goes before the platform's; what is passed on waits still."""
    verdict = gathering.verdicts.get(key)
    if verdict is not None and verdict.state != ESCALATED:
        return _REPORT_STATES[verdict.state]
    return ReportState.DISMISSED if state == "pending" and key in gathering.settled else _REPORT_STATES[state]


def _on_its_way(
    gathering: _Gathering, key: str, at_ms: int, message: str | None, kind: str, seen: str, before: str
) -> None:
    """An intent that may still reach the platform counts as done; what was settled stays so, whatever is listed there.

    before   of what was done by hand: as the platform showed the message then, and as long as it does
    """
    if kind == "reply":
        gathering.replies.append(MessageFacts(MessageKey(key), at_ms, PersonKey(""), ours=True))
    elif kind in _ACTION_SHOWS and message is not None:
        gathering.acted[message] = (_ACTION_SHOWS[kind], before)
    elif kind == "settle":
        gathering.settled.update(json.loads(seen).get("reports", ()))


def _said(gathering: _Gathering, rows: Iterable[tuple[Any, ...]], us: frozenset[str]) -> None:
    """The messages of one thread, the opening one first."""
    shown: list[Any] = []
    there = 0
    for (
        _thread, key, posted_at_ms, state, asks, thanks, mentions, text_hash, edited_at_ms, snippet, person_id, author,
        name, leadership, bot, joined_at_ms, first, answered, answered_name, parent,
    ) in rows:  # fmt: skip
        if not shown:
            shown = [person_id, posted_at_ms, posted_at_ms, key, 0, snippet]
            gathering.led = bool(leadership)
        shown[2:4] = posted_at_ms, key
        there += state != "deleted"
        gathering.messages.append(
            MessageFacts(
                key, posted_at_ms, author, name, author in us or name in us, bool(leadership), bool(bot),
                _shown(gathering, key, state), bool(asks), bool(thanks), bool(mentions),
                answered in us or answered_name in us, text_hash, edited_at_ms, bool(first), joined_at_ms, parent,
            )
        )  # fmt: skip
    shown[4] = there
    gathering.shown = tuple(shown)


def _shown(gathering: _Gathering, message: str, state: str) -> MessageState:
    acted, before = gathering.acted.get(message, (_MESSAGE_STATES[state], ""))
    return acted if before in ("", state) else _MESSAGE_STATES[state]


def _gathered(thread: Sequence[Any], found: _Gathering, start_lines: Mapping[str, int]) -> Gathered:
    thread_id, key, connection, leadership, oldest_at_ms = thread
    facts = ThreadFacts(
        key=ThreadKey(key), messages=found.messages + found.replies, leadership=bool(leadership) or found.led,
        start_line_ms=start_lines.get(connection, 0), history_from_ms=oldest_at_ms, triage=found.triage, reports=found.reports,
    )  # fmt: skip
    return Gathered(thread_id, facts, found.shown, found.read_up_to)
