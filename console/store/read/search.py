"""Messages that match a query, newest first."""

from __future__ import annotations

from dataclasses import dataclass

from console.domain.conversation import MessageKey, ThreadKey
from console.domain.query import Not, Phrase, Query, QueryError, Word
from console.store.connection import Store
from console.store.read.search_terms import match_of, messages_where


@dataclass(frozen=True, slots=True)
class Hit:
    """One message that matches."""

    key: MessageKey
    public_id: str
    thread: ThreadKey
    thread_public_id: str
    title: str
    author: str
    posted_at_ms: int
    text: str
    space_title: str
    platform: str
    url: str


def search(
    store: Store, query: Query, limit: int = 50, after: str | None = None, moderator: str = ""
) -> tuple[list[Hit], str | None]:
    """A page of hits and the opaque place where the next starts.

    The index's row ids are moments, so newest first is its own order and a page costs no sorting.
    """
    condition = messages_where(query, moderator=moderator, now_ms=store.now_ms(), timezone=store.policy.hours.timezone)
    values = condition.values | {"limit": limit + 1, "after": _place(after)}
    words = [expression for term in query.terms if (expression := match_of(term)) is not None]
    source, where = "message AS m", condition.sql
    if words and all(isinstance(term, Word | Phrase) for term in query.terms if not isinstance(term, Not)):
        # The index drives: it walks newest first and stops at the page's end.
        source = (
            "(SELECT rowid AS found FROM message_index WHERE message_index MATCH :match AND rowid < :after"
            " ORDER BY rowid DESC) AS x JOIN message AS m ON m.search_id = x.found"
        )
        values["match"] = " AND ".join(f"({word})" for word in words)
        rest = Query(tuple(term for term in query.terms if isinstance(term, Not)))
        condition = messages_where(
            rest, moderator=moderator, now_ms=store.now_ms(), timezone=store.policy.hours.timezone
        )
        where, values = condition.sql, condition.values | values
    found = store.read(
        "SELECT m.key, m.public_id, m.search_id, m.posted_at_ms, m.text, m.url, p.name AS author,"
        " thread_shown.key AS thread, thread_shown.public_id AS thread_public_id, thread_shown.title,"
        " thread_shown.snippet, s.title AS space_title,"
        " coalesce(nullif(s.platform, ''), c.platform) AS platform"
        f" FROM {source} JOIN person AS p ON p.id = m.person_id"
        " JOIN thread_shown ON thread_shown.id = m.thread_id JOIN space AS s ON s.id = m.space_id"
        " LEFT JOIN ledger.connection AS c ON c.key = thread_shown.connection"
        f" WHERE m.search_id < :after AND {where} ORDER BY m.search_id DESC LIMIT :limit",
        values,
    )
    hits = [
        Hit(
            MessageKey(row["key"]),
            row["public_id"],
            ThreadKey(row["thread"]),
            row["thread_public_id"],
            row["title"] or row["snippet"],
            row["author"],
            row["posted_at_ms"],
            row["text"],
            row["space_title"],
            row["platform"] or "",
            row["url"],
        )
        for row in found[:limit]
    ]
    return hits, str(found[limit - 1]["search_id"]) if len(found) > limit else None


def _place(after: str | None) -> int:
    """Where a page begins. Raises QueryError "bad_next"."""
    place = int(after) if after and after.isdecimal() and len(after) < 20 else 0
    if after and not 0 < place < 1 << 62:
        raise QueryError(0, "bad_next", after)
    return place or 1 << 62
