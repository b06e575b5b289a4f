"""Mails that answer one of ours by which a message was passed on: told at that message, which waits for a person again."""

from __future__ import annotations

import json
from collections.abc import Collection

from console.domain.conversation import ThreadKey
from console.domain.quoting import pieces_of_text
from console.domain.triage import TriageEvent, What
from console.store.connection import Row, Store
from console.store.read.accounts import our_accounts
from console.store.read.passed_on import decided_together
from console.store.read.seen import look
from console.store.write import folding
from console.store.write.decisions import NewEvent, append

MOST_CHARS = 8_000  # of an answer; all of it stands in the mailbox

# The conversation that our mail began; a machine's answer (somebody is on holiday) is none.
_SAID = """
  SELECT m.key, m.text, p.key AS author_key, p.name, p.handle, t.key AS thread, i.recipient,
         i.outside, i.decision
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
    moved: list[str] = [thread for row in said for thread in _told(store, row)]
    if moved:
        folding.reproject(store, moved)


def _told(store: Store, row: Row) -> list[ThreadKey]:
    """Tell of one mail at each message that its letter was about; the threads that moved, none where it was told before.

    Nobody can tell which of several messages an answer to their one letter is about. The mail's own conversation is done
    by that, where it brings a message back: it would need a person twice.
    """
    same = row["handle"].casefold() == row["outside"].casefold()
    payload = {
        "from": row["recipient"] if same else f"{row['name']} ({row['handle']})", "text": _words(row["text"]),
        "closes": False, "mail": row["key"],
    }  # fmt: skip
    by = str(payload["from"])
    verdicts = [one for one in decided_together(store, row["decision"]) if not _is_known(store, one, row["key"])]
    events = [
        NewEvent(one.thread, What.ANSWER, by, one.message, payload={**payload, "verdict": one.key}) for one in verdicts
    ]
    seen = look(store, row["thread"])
    if seen is not None and any(_stands(store, one) for one in verdicts):
        done = {"seen": seen.payload, "answers": verdicts[0].key}
        events.append(NewEvent(row["thread"], What.DONE, by, None, seen.seen.version, payload=done))
    append(store, events)
    return [event.thread for event in events]


def _is_known(store: Store, verdict: TriageEvent, mail: str) -> bool:
    found = store.read(
        "SELECT 1 FROM ledger.event WHERE message = :message AND what = 'answer'"
        " AND json_extract(payload, '$.mail') = :mail AND json_extract(payload, '$.verdict') = :verdict",
        {"message": verdict.message, "mail": mail, "verdict": verdict.key},
    )
    return bool(found)


def _stands(store: Store, verdict: TriageEvent) -> bool:
    """Whether the message is passed on by it still: else the answer changes nothing there, and somebody has to read it."""
    return bool(store.read("SELECT 1 FROM ledger.verdict WHERE event = :event AND message = :message",
                           {"event": verdict.key, "message": verdict.message}))  # fmt: skip


def _words(text: str) -> str:
    """What the mail says itself, without what it quotes."""
    said = "\n".join(piece.text for piece in pieces_of_text(text) if not piece.quoted).strip()
    return (said or text.strip())[:MOST_CHARS]
