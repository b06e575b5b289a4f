"""What a moderator has in hand: what is assigned to them or set aside by them, what they began to write, and its notes."""

from __future__ import annotations

from console.domain.conversation import ThreadKey
from console.domain.hand_over import HandedDraft, HandedNote, HandedThread
from console.store.connection import Store
from console.store.read import thread
from console.store.write import drafts

_STANDS = "NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key)"  # nobody took it back
# Assigned, or set aside by their own last word on it, or begun to be answered, or noted on and still open.
_IN_HAND = f"""
  SELECT t.key, t.state, t.assignee, t.snoozed_until_ms, coalesce(nullif(t.title, ''), t.snippet) AS title
    FROM thread_shown AS t
   WHERE (t.state <> 'done' AND t.assignee = :who)
      OR t.key IN (SELECT thread FROM ledger.draft WHERE kind = 'reply' AND text <> '')
      OR (t.state <> 'done' AND t.key IN (
          SELECT e.thread FROM ledger.event AS e WHERE e."by" = :who AND e.what IN ('snooze', 'note')
             AND {_STANDS}))
ORDER BY t.level, t.due_at_ms, t.key
"""


def in_hand(store: Store, who: str) -> tuple[HandedThread, ...]:
    """Every conversation that this moderator would hand over, the most urgent first."""
    found = []
    for row in store.read(_IN_HAND, {"who": who}):
        key = ThreadKey(row["key"])
        draft = drafts.load(store, key)
        handed = None
        if draft is not None and draft.text:
            handed = HandedDraft(draft.text, draft.message, tuple(drafts.aside(store, key)))
        notes = tuple(HandedNote(note.key, note.by, note.at_ms, note.text) for note in thread.notes(store, key))
        until_ms = row["snoozed_until_ms"] if row["state"] == "snoozed" else None
        assigned = row["assignee"] == who and row["state"] != "done"
        found.append(HandedThread(key, row["title"], assigned, until_ms, handed, notes))
    return tuple(found)


def missing(store: Store, threads: tuple[HandedThread, ...]) -> int:
    """How many of these conversations the cache doesn't hold, as they are or under an older one."""
    known = "SELECT 1 FROM thread WHERE key = :key UNION ALL SELECT 1 FROM alias WHERE key = :key LIMIT 1"
    return sum(1 for one in threads if not store.read(known, {"key": one.thread}))


def taken(store: Store, hand_over: str) -> bool:
    """Whether this hand-over was taken here, and that stands."""
    return bool(
        store.read(
            f"SELECT 1 FROM ledger.event AS e WHERE json_extract(e.payload, '$.taken_over') = :key AND {_STANDS} LIMIT 1",
            {"key": hand_over},
        )
    )


def known_notes(store: Store) -> frozenset[str]:
    """Keys of the notes that are here: written here, or taken over before and not taken back."""
    found = store.read(
        "SELECT key FROM ledger.event WHERE what IN ('note', 'escalate', 'verdict') UNION ALL"
        f" SELECT json_extract(e.payload, '$.handed') FROM ledger.event AS e WHERE e.what = 'note' AND {_STANDS}"
    )
    return frozenset(row["key"] for row in found if row["key"])
