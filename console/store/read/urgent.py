"""The reports that wait for a verdict, as far as it takes to see which are urgent."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.conversation import MessageKey
from console.store.connection import Store
from console.store.read.judged import APPEAL


@dataclass(frozen=True, slots=True)
class WaitingReport:
    """`reason`: the platform's category, or why its reporter says it is reported; `text`: their words."""

    key: str
    message: MessageKey
    reason: str
    text: str


# Each part has the condition of an index in so many words: this is asked whenever anything changed. The messages are a list,
# and no join: that looks through every report that there ever was.
_WAITING = """
  SELECT key, message, reason, text FROM report_shown
   WHERE shown_state = 'pending' AND NOT passed_on AND source <> 'appeal' AND message IN (
         SELECT m.key FROM (
                SELECT id FROM thread_shown WHERE state = 'open' AND level < 3 AND reports > 0
                 UNION ALL
                SELECT id FROM thread_shown WHERE state <> 'open' AND state = 'escalated' AND reports > 0) AS t
           JOIN message AS m ON m.thread_id = t.id)
ORDER BY at_ms, key
"""


def reports_on(store: Store, messages: Iterable[str]) -> list[WaitingReport]:
    """Those that wait on these messages, wherever their threads stand and whoever they were passed on to."""
    rows = store.read(
        "SELECT key, message, reason, text FROM report_shown WHERE message IN (SELECT value FROM json_each(:messages))"
        " AND shown_state = 'pending' AND source <> :appeal ORDER BY at_ms, key",
        {"messages": json.dumps(list(messages)), "appeal": APPEAL},
    )
    return [WaitingReport(row["key"], MessageKey(row["message"]), row["reason"], row["text"]) for row in rows]


def waiting_reports(store: Store) -> list[WaitingReport]:
    """The one that has waited longest first; without what was passed on."""
    return [
        WaitingReport(row["key"], MessageKey(row["message"]), row["reason"], row["text"])
        for row in store.read(_WAITING)
    ]
