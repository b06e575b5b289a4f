"""What makes a message heavy, read for many at once: the reports on it that weren't dismissed, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from console.domain.conversation import MessageKey
from console.domain.triage import What
from console.store.connection import Store
from console.store.read.judged import APPEAL

COUNTS = frozenset({"pending", "upheld"})  # states of a report; the others were wrong, or their message is gone


@dataclass(frozen=True, slots=True)
class Told:
    """Of one reported message: reason and words of each report, and its text."""

    message: MessageKey
    reports: tuple[tuple[str, str], ...]
    text: str


def told_of(store: Store, messages: Iterable[str]) -> list[Told]:
    """Those of these messages that were reported and not let stand."""
    rows = store.read(
        "SELECT r.message, r.reason, r.text AS said, m.text FROM report_shown AS r JOIN message AS m ON m.key = r.message"
        " WHERE r.message IN (SELECT value FROM json_each(:messages)) AND r.source <> :appeal"
        " AND r.shown_state IN (SELECT value FROM json_each(:counts)) ORDER BY r.message, r.at_ms, r.key",
        {"messages": json.dumps(list(messages)), "appeal": APPEAL, "counts": json.dumps(sorted(COUNTS))},
    )
    found: dict[str, Told] = {}
    for row in rows:
        before = found.get(row["message"])
        reports = () if before is None else before.reports
        found[row["message"]] = Told(MessageKey(row["message"]), (*reports, (row["reason"], row["said"])), row["text"])
    return list(found.values())


def handed_on(store: Store, moderator: str, messages: Iterable[str]) -> frozenset[MessageKey]:
    """Those of these messages that this person handed on to somebody who has their thread still."""
    rows = store.read(
        "SELECT DISTINCT e.message FROM ledger.event AS e JOIN thread_shown AS t ON t.key = e.thread"
        ' WHERE e.message IN (SELECT value FROM json_each(:messages)) AND e."by" = :me AND e.what = :assign'
        " AND t.assignee = json_extract(e.payload, '$.to') AND t.assignee NOT IN ('', :me)",
        {"messages": json.dumps(list(messages)), "me": moderator, "assign": What.ASSIGN.value},
    )
    return frozenset(MessageKey(row["message"]) for row in rows)
