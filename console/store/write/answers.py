"""Mails that answer one of ours by which a message was passed on: told at that message, which waits for a person again."""

from __future__ import annotations

import json
from collections.abc import Collection

from console.domain.quoting import pieces_of_text
from console.domain.triage import TriageEvent, What
from console.store.connection import Connection, Row, Store
from console.store.read.accounts import our_accounts
from console.store.read.passed_on import decided_together
from console.store.write import folding
from console.store.write.decisions import NewEvent, append

MOST_CHARS = 8_000  # of an answer; all of it stands in the mailbox

# The conversation that our mail began; a machine's answer (somebody is on holiday) is none.
_SAID = """
  SELECT m.key, m.text, p.key AS author_key, p.name, p.handle, i.recipient, i.outside, i.decision
    FROM ledger.intent AS i
    JOIN thread AS t ON t.key = i.remote_message
                     OR t.id = (SELECT thread_id FROM alias WHERE key = i.remote_message)
    JOIN message AS m ON m.thread_id = t.id
    JOIN person AS p ON p.id = m.person_id
   WHERE i.outside <> '' AND i.remote_message <> '' AND m.key <> i.remote_message AND i.message IS NOT NULL
     AND m.doubt = '' AND m.state = 'visible' AND NOT p.bot
     AND (:all OR t.id IN (SELECT value FROM json_each(:ids)))
ORDER BY m.posted_at_ms, m.key
"""


def take(store: Store, thread_ids: Collection[int] | None = None) -> None:
    """Write down the answers in these conversations of mailboxes (local ids), or in all, each once.

    For who holds the collector's lock. It goes by what stands in the two files: it may be done as often as one likes,
    also after the cache was collected again. Raises a StoreError.
    """
    if not store.ledger.exec_driver_sql("SELECT 1 FROM intent WHERE outside <> '' LIMIT 1").first():
        return
    ids = json.dumps(sorted(thread_ids or ()))
    us = our_accounts(store)
    said = [
        row for row in store.read(_SAID, {"ids": ids, "all": thread_ids is None})
        if row["author_key"] not in us and row["name"] not in us
    ]  # fmt: skip
    # Nobody can tell which of several messages an answer to their one letter is about.
    moved: list[str] = [
        verdict.thread for row in said for verdict in decided_together(store, row["decision"])
        if _write(store, row, verdict)
    ]  # fmt: skip
    if moved:
        folding.reproject(store, moved)


class _Known(Exception):
    """That mail was told of already."""


def _write(store: Store, row: Row, verdict: TriageEvent) -> bool:
    """Whether it was news at the message of this verdict."""
    same = row["handle"].casefold() == row["outside"].casefold()
    payload = {
        "from": row["recipient"] if same else f"{row['name']} ({row['handle']})", "text": _words(row["text"]),
        "closes": False, "verdict": verdict.key, "mail": row["key"],
    }  # fmt: skip

    def once(ledger: Connection) -> None:
        known = ledger.exec_driver_sql(
            "SELECT 1 FROM event WHERE message = ? AND what = 'answer' AND json_extract(payload, '$.mail') = ?",
            (verdict.message, row["key"]),
        )
        if known.first() is not None:
            raise _Known

    event = NewEvent(verdict.thread, What.ANSWER, str(payload["from"]), verdict.message, payload=payload)
    try:
        append(store, [event], before=once)
    except _Known:
        return False
    return True


def _words(text: str) -> str:
    """What the mail says itself, without what it quotes."""
    said = "\n".join(piece.text for piece in pieces_of_text(text) if not piece.quoted).strip()
    return (said or text.strip())[:MOST_CHARS]
