"""A thread in a few words, for tests: who says what when, on a week with ordinary working hours.

`MON` is Monday 16 November 2026, 09:00 in Amsterdam; an hour later is `MON + HOUR`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from console.domain.conversation import MessageKey, PersonKey, ReportState, ThreadKey
from console.domain.policy import Policy
from console.domain.reasons import MessageFacts, ReportFacts, ThreadFacts
from console.domain.triage import TriageEvent, TriageState, What, fold

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
MON = int(datetime(2026, 11, 16, 8, 0, tzinfo=UTC).timestamp() * 1000)
POLICY = Policy()
OPENING = MessageKey("m0")


def said(name: str, at_ms: int, who: str = "anna", **facts: Any) -> MessageFacts:
    return MessageFacts(MessageKey(name), at_ms, PersonKey(who), who.title(), text_hash=f"text of {name}", **facts)


def ours(name: str, at_ms: int, **facts: Any) -> MessageFacts:
    return said(name, at_ms, "karin", ours=True, **facts)


def report(name: str, message: str, at_ms: int, state: ReportState = ReportState.PENDING) -> ReportFacts:
    return ReportFacts(name, MessageKey(message), at_ms, state)


def thread(*messages: MessageFacts, **facts: Any) -> ThreadFacts:
    return ThreadFacts(ThreadKey(OPENING), messages, **facts)


def decided(
    what: What, at_ms: int, thread_then: ThreadFacts, message: str | None = None, **payload: Any
) -> TriageState:
    """The state after a decision by somebody who saw the thread as it was then."""
    last = max((m.place for m in thread_then.messages), default=(0, ""))
    about = next((m for m in thread_then.messages if m.key == message), None)
    seen = {
        "last": list(last), "message": message, "text_hash": about.text_hash if about else "",
        "reports": [r.key for r in thread_then.reports if r.state is ReportState.PENDING],
        "held": [m.key for m in thread_then.messages if m.state == "held"],
    }  # fmt: skip
    return fold([event(what, at_ms, message, seen=seen, **payload)])


def event(what: What, at_ms: int, message: str | None = None, **payload: Any) -> TriageEvent:
    about = MessageKey(message) if message else None
    return TriageEvent(
        f"e{at_ms}", "here", 1, at_ms << 16, at_ms, "Karin", ThreadKey(OPENING), about, what, payload=payload
    )
