"""Who decided what, when, and what was taken back: by conversation, colleague, moderator, time and words; page by page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from console.domain.conversation import ThreadKey
from console.domain.query import QueryError
from console.store.connection import Store
from console.store.folded import folded
from console.store.read.thread import BECAME, HistoryRow
from console.store.rows import event_of

PAGE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """Which decisions. Empty fields ask for nothing.

    by       who decided, as they are called
    about    the colleague whose message or conversation it was: their name, or a part of it
    since_ms, until_ms  from that moment on, and before that one
    words    all of them stand in the decision, its notes, what was answered, or the title
    meant    of these words: the codes of decisions that a reader knows by one; those are found by it too
    """

    thread: ThreadKey | None = None
    by: str = ""
    about: str = ""
    since_ms: int | None = None
    until_ms: int | None = None
    words: tuple[str, ...] = ()
    meant: Mapping[str, frozenset[str]] = field(default_factory=dict)


_SAID = """folded(coalesce(t.title, '') || ' ' || e."by" || ' ' || e.what || ' '
    || coalesce((SELECT group_concat(part.atom, ' ') FROM json_tree(e.payload) AS part
                  WHERE part.key IN ('text', 'tag', 'to', 'from', 'action', 'kind', 'author', 'title', 'asked')), '') || ' '
    || coalesce((SELECT group_concat(i.text, ' ') FROM ledger.intent AS i WHERE i.decision = e.key), ''))"""

_MEANT = """e.what IN (SELECT value FROM json_each({codes})) OR EXISTS (
    SELECT 1 FROM json_tree(e.payload) AS part
     WHERE part.key IN ('action', 'kind') AND part.atom IN (SELECT value FROM json_each({codes})))"""


def page(store: Store, asked: Asked, limit: int, after: str | None = None) -> tuple[list[HistoryRow], str | None]:
    """Decisions, newest first, and the opaque `next` of the page. Raises QueryError "bad_next"."""
    where, values = _where(store, asked)
    if after:
        hlc, origin, seq = _place(after)
        where.append("(e.hlc, e.origin, e.origin_seq) < (:hlc, :origin, :seq)")
        values |= {"hlc": hlc, "origin": origin, "seq": seq}
    rows = _newest(store, f"WHERE {' AND '.join(where)}" if where else "", values, limit + 1)
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1].event
    return rows[:limit], json.dumps([last.hlc, last.origin, last.origin_seq])


def _newest(store: Store, condition: str, values: dict[str, Any], limit: int) -> list[HistoryRow]:
    found = store.read(
        "SELECT e.*, coalesce(nullif(t.title, ''), t.snippet, '') AS title,"
        f" {BECAME} FROM ledger.event AS e LEFT JOIN thread AS t ON t.key = e.thread {condition}"
        " ORDER BY e.hlc DESC, e.origin DESC, e.origin_seq DESC LIMIT :limit",
        values | {"limit": limit},
    )
    return [HistoryRow(event_of(row), row["title"], bool(row["undone"]), bool(row["superseded"])) for row in found]


def named(store: Store, keys: Sequence[str]) -> list[HistoryRow]:
    """The decisions with these keys, the newest first."""
    marks = {f"key{n}": key for n, key in enumerate(keys)}
    return _newest(store, f"WHERE e.key IN ({', '.join(f':{mark}' for mark in marks)})", marks, len(keys))


def all_of(store: Store, asked: Asked) -> Iterator[HistoryRow]:
    """All of them, newest first; no read outlives a page."""
    after: str | None = None
    while True:
        rows, after = page(store, asked, PAGE, after)
        yield from rows
        if after is None:
            return


def ending_in(store: Store, ending: str) -> list[str]:
    """The keys of decisions that end like that: two at most, the whole key first."""
    found = store.read(
        "SELECT key FROM ledger.event WHERE key = :ending OR substr(key, -length(:ending)) = :ending"
        " ORDER BY key = :ending DESC, hlc DESC LIMIT 2",
        {"ending": ending},
    )
    keys = [str(row["key"]) for row in found]
    return keys[:1] if ending in keys else keys


def deciders(store: Store) -> list[str]:
    """Everybody who ever decided something, by name."""
    return [row["by"] for row in store.read('SELECT DISTINCT "by" FROM ledger.event ORDER BY "by"')]


def _where(store: Store, asked: Asked) -> tuple[list[str], dict[str, Any]]:
    where: list[str] = []
    values: dict[str, Any] = {}
    if asked.thread is not None:
        where.append(
            "e.thread IN (SELECT :thread UNION ALL SELECT a.key FROM alias AS a JOIN thread AS o ON o.id = a.thread_id"
            " WHERE o.key = :thread)"
        )
        values["thread"] = asked.thread
    if asked.by:
        where.append('folded(e."by") = :by')
        values["by"] = folded(asked.by.strip())
    if asked.about.strip():
        # A conversation's key is that of its opening message.
        where.append(
            "EXISTS (SELECT 1 FROM message AS m WHERE m.key = coalesce(e.message, e.thread)"
            " AND m.person_id IN (SELECT value FROM json_each(:people)))"
        )
        values["people"] = json.dumps(_people(store, asked.about))
    for name, sign, moment in (("since", ">=", asked.since_ms), ("until", "<", asked.until_ms)):
        if moment is not None:
            where.append(f"e.at_ms {sign} :{name}")
            values[name] = moment
    for n, word in enumerate(word for word in asked.words if word.strip()):
        found, values[f"word{n}"] = f"instr({_SAID}, :word{n}) > 0", folded(word)
        codes = asked.meant.get(word)
        if codes:
            found, values[f"codes{n}"] = f"({_MEANT.format(codes=f':codes{n}')} OR {found})", json.dumps(sorted(codes))
        where.append(found)
    return where, values


def _people(store: Store, name: str) -> list[int]:
    """The identities of everybody who is called like that, also those that are the same person elsewhere."""
    found = store.read(
        "SELECT id FROM person WHERE who_id IN (SELECT who_id FROM person WHERE instr(folded(name), :name) > 0)"
        " OR instr(folded(name), :name) > 0",
        {"name": folded(name.strip())},
    )
    return [int(row["id"]) for row in found]


def _place(after: str) -> tuple[int, str, int]:
    """Where a page begins. Raises QueryError "bad_next"."""
    try:
        hlc, origin, seq = json.loads(after)
    except (ValueError, TypeError):
        raise QueryError(0, "bad_next", after) from None
    if (
        not (isinstance(hlc, int) and isinstance(origin, str) and isinstance(seq, int))
        or max(hlc, seq).bit_length() > 63
    ):
        raise QueryError(0, "bad_next", after)
    return hlc, origin, seq
