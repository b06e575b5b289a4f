"""The screens' temporary views: platform rows with what is not folded or not delivered yet laid over them.

A stored view can't reach an attached file, so each reading connection makes its own. The two halves of
`thread_shown` stay apart on purpose: SQLite merges them along the same index, without sorting.
"""

from __future__ import annotations

from console.domain.outbox import BY_HAND

_OVERLAID = (
    "state", "level", "due_at_ms", "next_stage_at_ms", "reasons", "kinds", "reports", "held", "unread",
    "assignee", "tags", "snoozed_until_ms", "decided_at_ms",
)  # fmt: skip
# A decided thread is found by its key or id, or by walking the few there are: these columns' indexes are no way to it,
# and a cast is what keeps SQLite from taking one.
_CAST = {"connection": "TEXT", "space_id": "INTEGER"}
_PLAIN = (
    "id", "key", "public_id", "connection", "space_id", "title", "url", "locked", "pinned", "author_id",
    "opened_at_ms", "last_at_ms", "last_key", "messages", "snippet",
)  # fmt: skip


def _plain(column: str) -> str:
    return f"CAST(t.{column} AS {_CAST[column]}) AS {column}" if column in _CAST else f"t.{column}"


_THREAD_SHOWN = f"""
CREATE TEMP VIEW thread_shown AS
  SELECT {", ".join(f"t.{column}" for column in (*_PLAIN, *_OVERLAID))}
    FROM main.thread AS t
   WHERE t.key NOT IN (SELECT thread FROM ledger.fresh)
   UNION ALL
  SELECT {", ".join(_plain(column) for column in _PLAIN)}, {", ".join(f"f.{column}" for column in _OVERLAID)}
    FROM ledger.fresh AS f
    JOIN main.thread AS t ON t.key = f.thread
"""


def _leaves(kind: str) -> str:
    return f"""CASE WHEN {kind} IN ('approve', 'unhide', 'unspam', 'restore') THEN 'visible'
                     WHEN {kind} = 'hold' THEN 'held'
                     WHEN {kind} = 'hide' THEN 'hidden'
                     WHEN {kind} = 'spam' THEN 'spam'
                     WHEN {kind} = 'delete' THEN 'deleted' END"""


# What the last that is on its way will make of its message, once the platform confirms it; and what a person did by hand,
# as long as the platform shows the message as it was before and nothing else was done to it since. `intent`: the last that
# is open, whatever it does.
_MESSAGE_SHOWN = f"""
CREATE TEMP VIEW message_shown AS
  SELECT m.*,
         i.id AS intent, i.kind AS pending, i.text AS pending_text,
         coalesce({_leaves("c.kind")},
                  CASE WHEN h.steps LIKE '%{BY_HAND}%' AND m.state = json_extract(h.seen, '$.message_state')
                       THEN {_leaves("h.kind")} END,
                  m.state) AS shown_state
    FROM main.message AS m
    LEFT JOIN ledger.intent AS i
           ON i.id = (SELECT id FROM ledger.intent
                       WHERE message = m.key AND kind NOT IN ('reply', 'write')
                         AND state NOT IN ('sent', 'withdrawn', 'draft')
                       ORDER BY rowid DESC LIMIT 1)
    LEFT JOIN ledger.intent AS c
           ON c.id = (SELECT id FROM ledger.intent
                       WHERE message = m.key AND state IN ('queued', 'sending', 'uncertain')
                         AND {_leaves("kind")} IS NOT NULL
                       ORDER BY rowid DESC LIMIT 1)
    LEFT JOIN ledger.intent AS h
           ON h.id = (SELECT id FROM ledger.intent
                       WHERE message = m.key AND state = 'sent' AND {_leaves("kind")} IS NOT NULL
                       ORDER BY rowid DESC LIMIT 1)
"""

# Reports, and the appeals against what was decided on them, which wait in the same way: `source` tells them apart.
# A report is what the last verdict that knew of it says; else one that we settled, or are settling, is dismissed,
# whatever its platform lists still. `passed_on`: it waits for whoever it was passed on to.
_REPORT_SHOWN = """
CREATE TEMP VIEW report_shown AS
  SELECT r.*, coalesce(d.event, '') AS verdict, coalesce(d.state = 'escalated', 0) AS passed_on,
         CASE WHEN d.state IN ('upheld', 'dismissed') THEN d.state
              WHEN r.state = 'pending' AND EXISTS (
                   SELECT 1 FROM ledger.intent AS i, json_each(i.seen, '$.reports') AS s
                    WHERE i.message = r.message AND i.kind = 'settle' AND s.value = r.key
                      AND i.state IN ('queued', 'sending', 'uncertain', 'sent'))
              THEN 'dismissed' ELSE r.state END AS shown_state
    FROM main.report AS r
    LEFT JOIN ledger.settled AS d ON d.report = r.key
   UNION ALL
  SELECT NULL AS id, a.event AS key, a.message, a.at_ms, '' AS reason, a.text, a.author AS reporter, 'appeal' AS source,
         'pending' AS state, coalesce(d.event, '') AS verdict, coalesce(d.state = 'escalated', 0) AS passed_on,
         CASE WHEN d.state IN ('upheld', 'dismissed') THEN d.state ELSE 'pending' END AS shown_state
    FROM ledger.appeal AS a
    LEFT JOIN ledger.settled AS d ON d.report = a.event
"""

# Which row stands for the whole person. Apart for the same reason: who is asked for by `who_id` is found along the index.
_PERSON_SHOWN = """
CREATE TEMP VIEW person_shown AS
  SELECT p.id, p.key, p.name, p.handle, p.joins, p.who_id, p.how
    FROM main.person AS p
   WHERE p.key NOT IN (SELECT identity FROM ledger.fresh_person)
   UNION ALL
  SELECT p.id, p.key, p.name, p.handle, p.joins, coalesce(w.id, p.who_id), f.how
    FROM ledger.fresh_person AS f
    JOIN main.person AS p ON p.key = f.identity
    LEFT JOIN main.person AS w ON w.key = f.who
"""

SHOWN_VIEWS = (_THREAD_SHOWN, _MESSAGE_SHOWN, _REPORT_SHOWN, _PERSON_SHOWN)
