"""Reported messages: which wait for a verdict, in which order, and all that a verdict on one of them depends on."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import MessageKey, PersonKey, SpaceKey, ThreadKey
from console.domain.outbox import BY_HAND
from console.domain.triage import TriageEvent
from console.store.connection import Store
from console.store.rows import event_of

APPEAL = "appeal"  # the source of what stands among the reports and is none

# A report or an appeal that waits and wasn't passed on; what was passed on and came back, until it is done; or a verdict on words that
# read otherwise now, or by which we took away what its platform shows again. What is gone waits no more, unless its author
# appeals.
_WAITING = f"""
  SELECT message, min(at_ms) AS since_ms, sum(report) AS reports, max(changed) AS changed, max(appealed) AS appealed,
         max(returned) AS returned, max(again) AS again FROM (
      SELECT r.message, r.at_ms, r.source <> 'appeal' AS report, 0 AS changed, r.source = 'appeal' AS appealed, 0 AS returned,
             0 AS again
        FROM report_shown AS r
       WHERE r.shown_state = 'pending' AND NOT r.passed_on
       UNION ALL
      SELECT v.message, v.at_ms, 0, 0, 0, 1, 0
        FROM ledger.verdict AS v JOIN message AS m ON m.key = v.message JOIN thread_shown AS t ON t.id = m.thread_id
       WHERE v.action = 'returned' AND t.state <> 'done'
       UNION ALL
      SELECT v.message, coalesce(m.edited_at_ms, v.at_ms), 0, 1, 0, 0, 0
        FROM ledger.verdict AS v JOIN message AS m ON m.key = v.message
       WHERE v.text_hash <> m.text_hash AND m.state NOT IN ('deleted', 'hidden', 'spam')
       UNION ALL
      SELECT v.message, i.sent_at_ms, 0, 0, 0, 0, 1
        FROM ledger.verdict AS v JOIN message AS m ON m.key = v.message
        JOIN ledger.intent AS i ON i.decision = v.event AND i.message = v.message
       WHERE v.action IN ('hide', 'delete') AND m.state = 'visible' AND i.kind = v.action AND i.state = 'sent'
         AND i.steps NOT LIKE '%{BY_HAND}%'
         AND NOT EXISTS (SELECT 1 FROM ledger.intent AS o WHERE o.message = v.message AND o.rowid > i.rowid
                            AND o.kind IN ('unhide', 'restore', 'approve') AND o.state <> 'withdrawn'))
GROUP BY message
"""
_LISTED = f"""
  SELECT w.*, m.public_id, m.state, m.text_hash, p.name AS author, p.key AS author_key, p.who_id, t.key AS thread, t.title,
         t.snippet, s.title AS space, s.key AS space_key, coalesce(nullif(s.platform, ''), c.platform, '') AS platform
    FROM ({_WAITING}) AS w
    JOIN message_shown AS m ON m.key = w.message
    JOIN person AS p ON p.id = m.person_id
    JOIN thread AS t ON t.id = m.thread_id
    JOIN space AS s ON s.id = m.space_id
    LEFT JOIN ledger.connection AS c ON c.key = t.connection
   WHERE m.shown_state <> 'deleted' OR w.appealed
ORDER BY w.since_ms, w.message
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message that waits for a verdict.

    who      the person its author is, over all platforms: a number of this machine
    changed  it was judged, and reads otherwise since
    appealed  somebody objects to the verdict on it
    returned it was passed on, and came back
    again    it was hidden or removed by a verdict, and its platform shows it all the same
    """

    message: MessageKey
    public_id: str
    thread: ThreadKey
    author: str
    author_key: PersonKey
    who: int
    title: str
    space: str
    platform: str
    since_ms: int
    reports: int
    changed: bool
    appealed: bool = False
    returned: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Appeal:
    """Somebody's objection to a verdict that waits. asked: who is asked first, "" for anybody else than `judged_by`."""

    key: str
    author: str
    text: str
    at_ms: int
    asked: str
    judged_by: str


@dataclass(frozen=True, slots=True)
class Reported:
    """A message as a verdict needs it.

    reports    keys of all that a verdict settles: those that wait, and those that an earlier verdict settled
    pending    keys of those that wait, also of what was passed on; without the appeal
    appeal     the newest that waits, None where nobody objects
    reporters  names of whoever reported it, where they are known
    state      as the platform has it; shown: as it will be with what is on its way there
    locked     nobody can answer in its conversation
    """

    message: MessageKey
    thread: ThreadKey
    author: str
    space_key: SpaceKey
    space: str
    title: str
    platform: str
    state: str
    text_hash: str
    reports: tuple[str, ...]
    pending: tuple[str, ...]
    reporters: tuple[str, ...]
    verdict: TriageEvent | None
    appeal: Appeal | None = None
    shown: str = ""
    locked: bool = False


def waiting(store: Store) -> list[Waiting]:
    """What waits for a verdict, the one that has waited longest first."""
    return [
        Waiting(
            MessageKey(row["message"]), row["public_id"], ThreadKey(row["thread"]), row["author"],
            PersonKey(row["author_key"]), row["who_id"], row["title"] or row["snippet"], row["space"], row["platform"],
            row["since_ms"], row["reports"], bool(row["changed"]), bool(row["appealed"]), bool(row["returned"]),
            bool(row["again"]),
        )
        for row in store.read(_LISTED)
    ]  # fmt: skip


def reported(store: Store, message: MessageKey) -> Reported | None:
    """None when the cache doesn't hold the message."""
    found = store.read(
        "SELECT m.key, m.state, m.shown_state, m.text_hash, p.name AS author, t.locked, t.key AS thread, t.title, t.snippet, s.title AS space, s.key AS space_key,"
        " coalesce(nullif(s.platform, ''), c.platform, '') AS platform FROM message_shown AS m JOIN person AS p ON p.id = m.person_id"
        " JOIN thread AS t ON t.id = m.thread_id JOIN space AS s ON s.id = m.space_id"
        " LEFT JOIN ledger.connection AS c ON c.key = t.connection WHERE m.key = :message",
        {"message": message},
    )
    if not found:
        return None
    row = found[0]
    reports = store.read(
        "SELECT key, reporter, shown_state, verdict, source FROM report_shown WHERE message = :message ORDER BY at_ms, key",
        {"message": message},
    )
    return Reported(
        message, ThreadKey(row["thread"]), row["author"], SpaceKey(row["space_key"]), row["space"],
        row["title"] or row["snippet"], row["platform"], row["state"], row["text_hash"],
        reports=tuple(report["key"] for report in reports if report["shown_state"] == "pending" or report["verdict"]),
        pending=tuple(r["key"] for r in reports if r["shown_state"] == "pending" and r["source"] != APPEAL),
        reporters=tuple(dict.fromkeys(r["reporter"] for r in reports if r["reporter"] and r["source"] != APPEAL)),
        verdict=verdict_on(store, message), appeal=_appeal(store, message), locked=bool(row["locked"]),
        shown=row["shown_state"],
    )  # fmt: skip


def _appeal(store: Store, message: MessageKey) -> Appeal | None:
    found = store.read(
        "SELECT a.event, a.author, a.text, a.at_ms, a.asked, a.judged_by FROM ledger.appeal AS a"
        " LEFT JOIN ledger.settled AS d ON d.report = a.event"
        " WHERE a.message = :message AND coalesce(d.state, 'escalated') = 'escalated' ORDER BY a.at_ms DESC, a.event DESC LIMIT 1",
        {"message": message},
    )
    if not found:
        return None
    row = found[0]
    return Appeal(row["event"], row["author"], row["text"], row["at_ms"], row["asked"], row["judged_by"])


def verdict_on(store: Store, message: MessageKey) -> TriageEvent | None:
    """The verdict that holds for a message, None where nobody gave one."""
    found = store.read(
        "SELECT e.* FROM ledger.verdict AS v JOIN ledger.event AS e ON e.key = v.event WHERE v.message = :message",
        {"message": message},
    )
    return event_of(found[0]) if found else None
