"""Reported messages: which wait for a verdict, in which order, and all that a verdict on one of them depends on."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import MessageKey, PersonKey, ThreadKey
from console.domain.triage import TriageEvent
from console.store.connection import Store
from console.store.rows import event_of

# A report that waits and wasn't passed on; or a verdict on words that read otherwise now.
_WAITING = """
  SELECT message, min(at_ms) AS since_ms, count(*) AS reports, max(changed) AS changed FROM (
      SELECT r.message, r.at_ms, 0 AS changed
        FROM report_shown AS r
       WHERE r.shown_state = 'pending' AND NOT r.passed_on
       UNION ALL
      SELECT v.message, coalesce(m.edited_at_ms, v.at_ms), 1
        FROM ledger.verdict AS v JOIN message AS m ON m.key = v.message
       WHERE v.text_hash <> m.text_hash AND m.state NOT IN ('deleted', 'hidden', 'spam'))
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
   WHERE m.shown_state <> 'deleted'
ORDER BY w.since_ms, w.message
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message that waits for a verdict.

    who      the person its author is, over all platforms: a number of this machine
    changed  it was judged, and reads otherwise since
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


@dataclass(frozen=True, slots=True)
class Reported:
    """A message as a verdict needs it.

    reports    keys of all that a verdict settles: those that wait, and those that an earlier verdict settled
    pending    keys of those that wait, also of what was passed on
    reporters  names of whoever reported it, where they are known
    state      as the platform has it
    """

    message: MessageKey
    thread: ThreadKey
    author: str
    space: str
    title: str
    platform: str
    state: str
    text_hash: str
    reports: tuple[str, ...]
    pending: tuple[str, ...]
    reporters: tuple[str, ...]
    verdict: TriageEvent | None


def waiting(store: Store) -> list[Waiting]:
    """What waits for a verdict, the one that has waited longest first."""
    return [
        Waiting(
            MessageKey(row["message"]), row["public_id"], ThreadKey(row["thread"]), row["author"],
            PersonKey(row["author_key"]), row["who_id"], row["title"] or row["snippet"], row["space"], row["platform"],
            row["since_ms"], row["reports"] - row["changed"], bool(row["changed"]),
        )
        for row in store.read(_LISTED)
    ]  # fmt: skip


def reported(store: Store, message: MessageKey) -> Reported | None:
    """None when the cache doesn't hold the message."""
    found = store.read(
        "SELECT m.key, m.state, m.text_hash, p.name AS author, t.key AS thread, t.title, t.snippet, s.title AS space,"
        " coalesce(nullif(s.platform, ''), c.platform, '') AS platform FROM message AS m JOIN person AS p ON p.id = m.person_id"
        " JOIN thread AS t ON t.id = m.thread_id JOIN space AS s ON s.id = m.space_id"
        " LEFT JOIN ledger.connection AS c ON c.key = t.connection WHERE m.key = :message",
        {"message": message},
    )
    if not found:
        return None
    row = found[0]
    reports = store.read(
        "SELECT key, reporter, shown_state, verdict FROM report_shown WHERE message = :message ORDER BY at_ms, key",
        {"message": message},
    )
    return Reported(
        message, ThreadKey(row["thread"]), row["author"], row["space"], row["title"] or row["snippet"],
        row["platform"], row["state"], row["text_hash"],
        reports=tuple(report["key"] for report in reports if report["shown_state"] == "pending" or report["verdict"]),
        pending=tuple(report["key"] for report in reports if report["shown_state"] == "pending"),
        reporters=tuple(dict.fromkeys(report["reporter"] for report in reports if report["reporter"])),
        verdict=verdict_on(store, message),
    )  # fmt: skip


def verdict_on(store: Store, message: MessageKey) -> TriageEvent | None:
    """The verdict that holds for a message, None where nobody gave one."""
    found = store.read(
        "SELECT e.* FROM ledger.verdict AS v JOIN ledger.event AS e ON e.key = v.event WHERE v.message = :message",
        {"message": message},
    )
    return event_of(found[0]) if found else None
