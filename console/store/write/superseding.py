"""Who judges a message anew has said what becomes of it: what waits for them about it since before no longer does.

A fold as the verdicts are: what is superseded, and by which verdict, follows from the decisions that stand. So it waits
again as it did when the newer verdict is taken back. What is on its way isn't touched, nor what may have arrived.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from console.domain.outbox import LEAVES, STUCK, Intent, Kind, On, State, after
from console.domain.triage import What
from console.store.opening import Connection
from console.store.rows import intent_of
from console.store.write import drafts
from console.store.write.intent_rows import put_intent

CONCERNS = frozenset({What.VERDICT, What.UNDO})
_AGAIN: Mapping[State, On] = {State.CONFLICT: On.CONFLICT_AGAIN, State.FAILED: On.FAILED_AGAIN}
_SETTLED_BY_A_VERDICT = ", ".join(f"'{kind.value}'" for kind in (*LEAVES, Kind.SETTLE))
_ON_THESE = "i.message IN (SELECT value FROM json_each(:messages)) AND i.message IS NOT NULL"
_STANDS = "NOT EXISTS (SELECT 1 FROM undone AS u WHERE u.event = {event}.key)"
# A letter about several messages waits for the others too.
_SUPERSEDED = f"""
  SELECT i.*, max(n.hlc) AS latest, n.key AS newer
    FROM intent AS i
    JOIN event AS d ON d.key = i.decision
    JOIN event AS n ON n.message = i.message AND n.what = 'verdict' AND n."by" = i."by"
   WHERE {_ON_THESE} AND i.state IN ({", ".join(f"'{state.value}'" for state in sorted(STUCK))})
     AND (d.what = 'verdict' OR i.kind IN ({_SETTLED_BY_A_VERDICT}))
     AND coalesce(json_array_length(i.seen, '$.beside'), 0) = 0
     AND (n.hlc, n.origin, n.origin_seq) > (d.hlc, d.origin, d.origin_seq) AND {_STANDS.format(event="n")}
GROUP BY i.id
"""
# What was said otherwise since, in the same words, isn't asked about again.
_WAITS_AGAIN = f"""
  SELECT i.*, (SELECT b.state FROM intent_step AS b WHERE b.intent = i.id AND b.id < s.id ORDER BY b.id DESC LIMIT 1) AS before
    FROM intent AS i
    JOIN intent_step AS s ON s.id = (SELECT max(id) FROM intent_step WHERE intent = i.id)
    JOIN event AS d ON d.key = i.decision
    JOIN event AS n ON n.key = s.detail
   WHERE {_ON_THESE} AND i.state = 'withdrawn' AND s."on" = '{On.SUPERSEDED}'
     AND {_STANDS.format(event="d")} AND NOT {_STANDS.format(event="n")}
     AND NOT EXISTS (SELECT 1 FROM intent AS o WHERE o.message = i.message AND o.kind = i.kind AND o.text = i.text
                        AND o.recipient = i.recipient AND o.text <> '' AND o.rowid > i.rowid AND o.state <> 'withdrawn')
"""


def refresh(ledger: Connection, messages: Iterable[str], now_ms: int) -> None:
    """Work out anew what waits for a person about these messages, inside the caller's transaction."""
    if not (listed := list(messages)):
        return
    about = {"messages": json.dumps(listed)}
    for row in ledger.exec_driver_sql(_WAITS_AGAIN, about).mappings().all():
        intent, on = intent_of(row), _AGAIN[State(row["before"])]
        draft = drafts.kind_of(intent)
        if not draft or drafts.take_out(ledger, intent.thread, draft, intent.text):
            _move(ledger, intent, on, now_ms)
    for row in ledger.exec_driver_sql(_SUPERSEDED, about).mappings().all():
        intent = intent_of(row)
        draft = drafts.kind_of(intent)
        if draft and not _said_by(ledger, row["newer"], intent):
            drafts.put(ledger, intent.thread, draft, intent.text, intent.message or "", now_ms=now_ms)
        _move(ledger, intent, On.SUPERSEDED, now_ms, row["newer"])


def _said_by(ledger: Connection, verdict: str, intent: Intent) -> bool:
    """Whether the newer verdict says the same words itself."""
    found = ledger.exec_driver_sql(
        "SELECT 1 FROM intent WHERE decision = ? AND kind = ? AND text = ? AND recipient = ?",
        (verdict, intent.kind.value, intent.text, intent.recipient),
    )
    return found.first() is not None


def _move(ledger: Connection, intent: Intent, on: On, now_ms: int, detail: str = "") -> None:
    put_intent(ledger, replace(intent, state=after(intent.state, on, intent.kind)), now_ms, on.value, detail)
