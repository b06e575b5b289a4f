"""One conversation: its messages as they are shown, reports, notes, history, earlier versions, and who speaks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from console.domain.conversation import MessageKey, PersonKey, ReportKey, ThreadKey
from console.domain.outbox import BY_HAND, IntentId, On
from console.domain.triage import Note, TriageEvent, TriageState, fold
from console.store.connection import Store
from console.store.read.accounts import our_accounts
from console.store.rows import event_of


@dataclass(frozen=True, slots=True)
class ShownReport:
    key: str
    at_ms: int
    reason: str
    text: str
    reporter: str
    source: str
    state: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message with what is on its way laid over it.

    state     as shown: what is on its way counts
    pending   the kind of intent on its way for it, "" when none; for a reply of ours that the platform has not
              shown yet it is "reply" and the message has no key of its own but the intent's id
    encrypted it stands in a space whose messages we can't read
    partial   there is more of it on its platform
    doubt     why it isn't trusted, "" for what is; the words as in domain.conversation.Message
    """

    key: MessageKey
    public_id: str
    parent: MessageKey | None
    author: str
    author_key: PersonKey
    author_title: str
    ours: bool
    posted_at_ms: int
    edited_at_ms: int | None
    gone_at_ms: int | None
    gone_by_author: bool | None
    state: str
    pending: str
    intent: IntentId | None
    not_before_ms: int
    html: str
    text: str
    text_hash: str
    attachments: tuple[tuple[str, str, int | None, str], ...]
    reactions: tuple[tuple[str, int], ...]
    reports: tuple[ShownReport, ...]
    versions: int
    url: str
    encrypted: bool = False
    partial: bool = False
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One decision in words' facts: what, by whom, when, and whether it was taken back.

    superseded  something of it waited for its maker, who judged the message anew: it won't leave
    """

    event: TriageEvent
    thread_title: str
    undone: bool
    superseded: bool


@dataclass(frozen=True, slots=True)
class KeptVersion:
    html: str
    text: str
    edited_at_ms: int | None
    posted_at_ms: int
    kept_at_ms: int
    why: str
    text_hash: str = ""


# What became of a decision `e`: columns of a HistoryRow.
BECAME = f"""EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key) AS undone,
       EXISTS (SELECT 1 FROM ledger.intent AS i
                 JOIN ledger.intent_step AS s ON s.id = (SELECT max(id) FROM ledger.intent_step WHERE intent = i.id)
                WHERE i.decision = e.key AND i.state = 'withdrawn' AND s."on" = '{On.SUPERSEDED}') AS superseded"""
_MESSAGES = """
  SELECT m.*, s.encrypted, p.name AS author, p.key AS author_key, p.title AS author_title,
         (SELECT count(*) FROM ledger.kept_version AS k WHERE k.message = m.key AND k.why = 'edited') AS versions,
         coalesce((SELECT not_before_ms FROM ledger.intent AS i WHERE i.id = m.intent AND i.state = 'queued'), 0)
         AS not_before_ms
    FROM message_shown AS m
    JOIN person AS p ON p.id = m.person_id
    JOIN space AS s ON s.id = m.space_id
   WHERE m.thread_id = :thread
ORDER BY m.root = m.key DESC, m.posted_at_ms, m.key
"""
# A reply that the platform shows already is not shown twice: it came back with its mark, or was matched. One that was
# placed by hand may never be shown there.
_REPLIES = f"""
  SELECT i.*
    FROM ledger.intent AS i
   WHERE i.thread IN (SELECT key FROM thread WHERE id = :thread UNION ALL SELECT key FROM alias WHERE thread_id = :thread)
     AND i.kind = 'reply' AND i.state NOT IN ('withdrawn', 'draft')
     AND (i.state <> 'sent' OR i.remote_message = '' AND i.steps LIKE '%{BY_HAND}%')
     AND NOT EXISTS (SELECT 1 FROM message AS m WHERE m.mark = i.id)
ORDER BY i.created_at_ms, i.id
"""


def messages(store: Store, thread_id: int) -> list[ShownMessage]:
    """The messages of a thread, oldest first, then our replies that are on their way."""
    ours = our_accounts(store)
    reports: dict[str, list[ShownReport]] = {}
    for row in store.read(
        # As a list of messages, and no join: that looks through every report that there ever was.
        "SELECT * FROM report_shown WHERE message IN (SELECT key FROM message WHERE thread_id = :thread)"
        " ORDER BY at_ms, key",
        {"thread": thread_id},
    ):
        reports.setdefault(row["message"], []).append(_report(row))
    shown = [
        _message(row, ours, tuple(reports.get(row["key"], ()))) for row in store.read(_MESSAGES, {"thread": thread_id})
    ]
    return shown + [_reply(row) for row in store.read(_REPLIES, {"thread": thread_id})]


def pending_reports(store: Store, message: MessageKey) -> list[ReportKey]:
    """The reports on a message that wait for a decision, oldest first."""
    found = store.read(
        "SELECT key FROM report WHERE message = :message AND state = 'pending' ORDER BY at_ms, key",
        {"message": message},
    )
    return [ReportKey(row["key"]) for row in found]


def reports_on(store: Store, message: MessageKey) -> list[ShownReport]:
    """All reports on a message, as they stand, the oldest first."""
    found = store.read("SELECT * FROM report_shown WHERE message = :message ORDER BY at_ms, key", {"message": message})
    return [_report(row) for row in found]


def triage(store: Store, thread: ThreadKey) -> TriageState:
    return fold(events(store, thread))


def notes(store: Store, thread: ThreadKey) -> tuple[Note, ...]:
    return triage(store, thread).notes


def events(store: Store, thread: ThreadKey) -> list[TriageEvent]:
    """All events of a thread, also those made on what is now an alias of it."""
    found = store.read(
        "SELECT * FROM ledger.event WHERE thread IN (SELECT :thread UNION ALL SELECT a.key FROM alias AS a"
        " JOIN thread AS t ON t.id = a.thread_id WHERE t.key = :thread) ORDER BY hlc, origin, origin_seq",
        {"thread": thread},
    )
    return [event_of(row) for row in found]


def history(store: Store, thread: ThreadKey | None = None, limit: int = 200) -> list[HistoryRow]:
    """Decisions, newest first, of one thread or of the whole profile."""
    where = "" if thread is None else (
        " WHERE e.thread IN (SELECT :thread UNION ALL SELECT a.key FROM alias AS a JOIN thread AS t"
        " ON t.id = a.thread_id WHERE t.key = :thread)"
    )  # fmt: skip
    found = store.read(
        "SELECT e.*, coalesce(t.title, '') AS title,"
        f" {BECAME} FROM ledger.event AS e LEFT JOIN thread AS t ON t.key = e.thread{where}"
        " ORDER BY e.hlc DESC, e.origin DESC, e.origin_seq DESC LIMIT :limit",
        {"thread": thread, "limit": limit},
    )
    return [HistoryRow(event_of(row), row["title"], bool(row["undone"]), bool(row["superseded"])) for row in found]


def versions(store: Store, message: MessageKey) -> list[KeptVersion]:
    """Earlier texts of a message that are kept, oldest first."""
    found = store.read("SELECT * FROM ledger.kept_version WHERE message = :message ORDER BY kept_at_ms, id",
                       {"message": message})  # fmt: skip
    return [
        KeptVersion(
            row["html"],
            row["text"],
            row["edited_at_ms"],
            row["posted_at_ms"],
            row["kept_at_ms"],
            row["why"],
            row["text_hash"],
        )
        for row in found
    ]


def _report(row: Any) -> ShownReport:
    return ShownReport(
        row["key"], row["at_ms"], row["reason"], row["text"], row["reporter"], row["source"], row["shown_state"]
    )


def _message(row: Any, ours: frozenset[str], reports: tuple[ShownReport, ...]) -> ShownMessage:
    return ShownMessage(
        key=MessageKey(row["key"]), public_id=row["public_id"],
        parent=MessageKey(row["parent"]) if row["parent"] else None, author=row["author"],
        author_key=PersonKey(row["author_key"]), author_title=row["author_title"],
        ours=row["author_key"] in ours or row["author"] in ours, posted_at_ms=row["posted_at_ms"],
        edited_at_ms=row["edited_at_ms"], gone_at_ms=row["gone_at_ms"],
        gone_by_author=None if row["gone_by_author"] is None else bool(row["gone_by_author"]),
        state=row["shown_state"], pending=row["pending"] or "",
        intent=None if row["intent"] is None else IntentId(row["intent"]),
        not_before_ms=row["not_before_ms"], html=row["html"], text=row["text"], text_hash=row["text_hash"],
        attachments=tuple(tuple(part) for part in json.loads(row["attachments"])),
        reactions=tuple((emoji, count) for emoji, count in json.loads(row["reactions"])), reports=reports,
        versions=row["versions"], url=row["url"], encrypted=bool(row["encrypted"]), partial=bool(row["partial"]), doubt=row["doubt"],
    )  # fmt: skip


def _reply(row: Any) -> ShownMessage:
    return ShownMessage(
        key=MessageKey(row["id"]), public_id="", parent=MessageKey(row["message"]) if row["message"] else None,
        author=row["by"], author_key=PersonKey(""), author_title="", ours=True,
        posted_at_ms=row["sent_at_ms"] or row["created_at_ms"],
        edited_at_ms=None, gone_at_ms=None, gone_by_author=None, state="visible",
        pending="reply", intent=IntentId(row["id"]),
        not_before_ms=row["not_before_ms"] if row["state"] == "queued" else 0,
        html="", text=row["text"], text_hash="", attachments=(), reactions=(), reports=(), versions=0,
        url="",
    )  # fmt: skip
