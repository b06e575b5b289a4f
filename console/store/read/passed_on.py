"""What goes along when a message is passed on, the way it can leave by, and whether it was passed on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from console.domain.addresses import opening
from console.domain.conversation import ConnectionKey, MessageKey, SpaceKey, ThreadKey
from console.domain.triage import TriageEvent
from console.domain.verdicts import Action
from console.store.connection import Store
from console.store.read.judged import verdict_on
from console.store.read.names import opening as opening_message
from console.store.read.seen import looks
from console.store.rows import event_of


@dataclass(frozen=True, slots=True)
class MailWay:
    """The mailbox that a mail to somebody outside leaves by."""

    connection: ConnectionKey
    space: SpaceKey
    name: str
    max_bytes: int | None


@dataclass(frozen=True, slots=True)
class Quoted:
    """A message as whoever it is passed on to gets it: nothing of other people.

    text     as it reads now; of one that is gone, the last that was kept
    reasons  why it was reported, each once, without who did
    url      where it stands, "" where that isn't known
    """

    author: str
    text: str
    posted_at_ms: int
    space: str
    title: str
    platform: str
    url: str
    reasons: tuple[str, ...]


def mail_way(store: Store) -> MailWay | None:
    """The first mailbox of the profile that mails to any address; None where there is none."""
    found = store.read(
        "SELECT s.key, s.capabilities, c.key AS connection, c.name FROM ledger.connection AS c"
        " JOIN space AS s ON s.connection = c.key WHERE c.removed_at_ms IS NULL AND NOT c.paused"
        " AND s.capabilities <> '' AND json_extract(s.capabilities, '$.ways.mail_out') = 'api'"
        " ORDER BY c.created_at_ms, c.key, s.id LIMIT 1"
    )
    if not found:
        return None
    row = found[0]
    most = json.loads(row["capabilities"])["max_bytes"]
    return MailWay(ConnectionKey(row["connection"]), SpaceKey(row["key"]), row["name"], most)


def concerned(store: Store, threads: Sequence[ThreadKey]) -> list[MessageKey]:
    """The message that each of these conversations is about: of its first reason, else the one that opened it."""
    found = looks(store, [(thread, None) for thread in threads])
    about = [look.payload["message"] or opening_message(store, look.thread) for look in found.values()]
    return [MessageKey(message) for message in about if message]


def quoted(store: Store, message: MessageKey) -> Quoted | None:
    """None when the cache doesn't hold the message."""
    found = store.read(
        "SELECT m.text, m.posted_at_ms, m.url, p.name AS author, t.title, t.snippet, t.url AS thread_url, s.url AS space_url,"
        " s.title AS space, coalesce(nullif(s.platform, ''), c.platform, '') AS platform,"
        " (SELECT text FROM ledger.kept_version AS k WHERE k.message = m.key ORDER BY k.kept_at_ms DESC LIMIT 1) AS kept"
        " FROM message AS m JOIN person AS p ON p.id = m.person_id JOIN thread AS t ON t.id = m.thread_id"
        " JOIN space AS s ON s.id = m.space_id LEFT JOIN ledger.connection AS c ON c.key = t.connection"
        " WHERE m.key = :message",
        {"message": message},
    )
    if not found:
        return None
    row = found[0]
    reasons = store.read(
        "SELECT reason FROM report WHERE message = :message AND reason <> '' ORDER BY at_ms, key", {"message": message}
    )
    return Quoted(
        row["author"], row["text"] or row["kept"] or "", row["posted_at_ms"], row["space"],
        row["title"] or row["snippet"], row["platform"],
        next(filter(None, map(opening, (row["url"], row["thread_url"], row["space_url"]))), ""),
        tuple(dict.fromkeys(one["reason"] for one in reasons)),
    )  # fmt: skip


def passed_on(store: Store, message: MessageKey) -> TriageEvent | None:
    """The verdict that passed a message on, while it holds; also once it came back."""
    verdict = verdict_on(store, message)
    return verdict if verdict is not None and verdict.payload.get("action") == Action.ESCALATE else None


def passed_on_in(store: Store, thread: ThreadKey, message: str) -> MessageKey | None:
    """What of this conversation was passed on and isn't judged anew: this message where it is, else the last one."""
    found = store.read(
        "SELECT v.message FROM ledger.verdict AS v JOIN message AS m ON m.key = v.message JOIN thread AS t ON t.id = m.thread_id"
        " WHERE t.key = :thread AND v.action IN ('escalate', 'returned') ORDER BY v.message = :message DESC, v.at_ms DESC LIMIT 1",
        {"thread": thread, "message": message},
    )
    return MessageKey(found[0]["message"]) if found else None


def decided_together(store: Store, event: str) -> list[TriageEvent]:
    """The events that are one decision with this one, in their order."""
    found = store.read(
        "SELECT * FROM ledger.event WHERE key = :event UNION"
        " SELECT e.* FROM ledger.event AS o JOIN ledger.event AS e"
        " ON json_extract(e.payload, '$.together') = json_extract(o.payload, '$.together')"
        " AND json_extract(e.payload, '$.together') IS NOT NULL WHERE o.key = :event ORDER BY hlc, origin, origin_seq",
        {"event": event},
    )
    return [event_of(row) for row in found]


def answers_on(store: Store, verdict: str) -> list[TriageEvent]:
    """What was answered to one that passed a message on and wasn't taken back, oldest first."""
    found = store.read(
        "SELECT e.* FROM ledger.event AS e WHERE e.what = 'answer' AND json_extract(e.payload, '$.verdict') = :verdict"
        " AND e.thread = (SELECT thread FROM ledger.event WHERE key = :verdict)"
        " AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key) ORDER BY e.hlc, e.origin, e.origin_seq",
        {"verdict": verdict},
    )
    return [event_of(row) for row in found]
