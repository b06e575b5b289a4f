"""A query's syntax tree to SQL: what is typed only ever becomes bound values, never SQL or an index expression."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from console.domain.policy import ReasonKind
from console.domain.query import Field, Not, Phrase, Query, Term, Word, day_of
from console.store.folded import folded
from console.store.kinds import bit
from console.store.stems import stems_of

_TOKEN = re.compile(r"\w+", re.UNICODE)


@dataclass(slots=True)
class Condition:
    """An SQL condition with its bound values."""

    sql: str = "1"
    values: dict[str, object] = field(default_factory=dict)

    def bind(self, value: object) -> str:
        name = f"q{len(self.values)}"
        self.values[name] = value
        return f":{name}"


def threads_where(query: Query, *, moderator: str = "", now_ms: int = 0, timezone: str = "UTC") -> Condition:
    """A condition on `thread_shown`: its columns are used without a prefix."""
    return _all(query, moderator, now_ms, timezone, text="thread_shown.id IN (SELECT thread_id FROM message WHERE search_id IN ({}))",
                message="EXISTS (SELECT 1 FROM message AS m JOIN person AS p ON p.id = m.person_id WHERE"
                " m.thread_id = thread_shown.id AND {})")  # fmt: skip


def messages_where(query: Query, *, moderator: str = "", now_ms: int = 0, timezone: str = "UTC") -> Condition:
    """A condition on `message AS m` joined with `thread_shown` and `person AS p`."""
    return _all(query, moderator, now_ms, timezone, text="m.search_id IN ({})", message="{}")


def match_of(term: Term) -> str | None:
    """The index expression of a word or phrase: its tokens, quoted, so that none is read as an operator."""
    match term:
        case Phrase(text):
            tokens = _TOKEN.findall(text)
            return '{text title author} : "' + " ".join(tokens) + '"' if tokens else None
        case Word(text):
            tokens = _TOKEN.findall(text)
            if not tokens:
                return None
            if len(tokens) > 1:
                return '{text title author} : "' + " ".join(tokens) + '" *'
            stems = " OR ".join(f'"{stem}"' for stem in stems_of(tokens[0].lower()).split())
            return f'({{text title author}} : "{tokens[0]}" *) OR (stems : {stems})'
        case _:
            return None


def _all(query: Query, moderator: str, now_ms: int, timezone: str, *, text: str, message: str) -> Condition:
    found = Condition(values={"moderator": moderator})
    parts = []
    for term in query.terms:
        inner, negated = (term.term, True) if isinstance(term, Not) else (term, False)
        if isinstance(inner, Field):
            sql = _field(found, inner, now_ms, timezone, message)
        else:
            expression = match_of(inner)
            if expression is None:
                continue
            bound = found.bind(expression)
            sql = text.format(f"SELECT rowid FROM message_index WHERE message_index MATCH {bound}")
        parts.append(f"NOT ({sql})" if negated else f"({sql})")
    found.sql = " AND ".join(parts) or "1"
    return found


_IS = {
    "open": "thread_shown.state = 'open'", "snoozed": "thread_shown.state = 'snoozed'", "escalated": "thread_shown.state = 'escalated'",
    "done": "thread_shown.state = 'done'", "unread": "thread_shown.unread > 0", "flagged": "thread_shown.reports > 0", "held": "thread_shown.held > 0",
    "pinned": "thread_shown.pinned = 1", "locked": "thread_shown.locked = 1", "mine": "thread_shown.assignee <> '' AND thread_shown.assignee = :moderator",
    "first": "thread_shown.level = 0", "today": "thread_shown.level = 1", "waiting": "thread_shown.level < 3",
    "unanswered": f"thread_shown.kinds & {bit(ReasonKind.UNANSWERED)}", "newcomer": f"thread_shown.kinds & {bit(ReasonKind.NEWCOMER)}",
    "leadership": f"thread_shown.kinds & {bit(ReasonKind.LEADERSHIP)}", "mention": f"thread_shown.kinds & {bit(ReasonKind.MENTION)}",
    "reply": f"thread_shown.kinds & {bit(ReasonKind.REPLY_TO_US)}",
}  # fmt: skip
# Also what was said with passing on or with a verdict is a note; a thread that was joined to another keeps its own.
_NOTED = """thread_shown.key IN (
    SELECT coalesce((SELECT t.key FROM alias AS a JOIN thread AS t ON t.id = a.thread_id WHERE a.key = e.thread), e.thread)
      FROM ledger.event AS e
     WHERE (e.what = 'note' OR e.what IN ('escalate', 'verdict') AND json_extract(e.payload, '$.text') <> '')
       AND NOT EXISTS (SELECT 1 FROM ledger.undone AS u WHERE u.event = e.key))"""
_HAS = {
    "attachment": ("m.attachments <> '[]'", True), "link": ("m.html LIKE '%<a %'", True),
    "reaction": ("m.reactions <> '[]'", True), "report": ("thread_shown.reports > 0", False), "tag": ("thread_shown.tags <> '[]'", False),
    "edit": ("m.edited_at_ms IS NOT NULL", True),
    "note": (_NOTED, False),
}  # fmt: skip


def _field(found: Condition, term: Field, now_ms: int, timezone: str, message: str) -> str:
    match term.name:
        case "is":
            return _IS[term.value]
        case "has":
            sql, of_message = _HAS[term.value]
            return message.format(sql) if of_message else sql
        case "before" | "after":
            sign = "<" if term.name == "before" else ">="
            return message.format(f"m.posted_at_ms {sign} {found.bind(_day_ms(term.value, now_ms, timezone))}")
        case "from":
            value = found.bind(folded(term.value))
            named = (
                f"SELECT who_id FROM person_shown WHERE instr(folded(name), {value}) > 0 OR folded(handle) = {value}"
            )
            people = f"SELECT id FROM person_shown WHERE who_id IN ({named})"  # whatever they are called elsewhere
            return message.format(f"m.person_id IN ({people})")
        case "in":
            value = found.bind(folded(term.value))
            return f"thread_shown.space_id IN (SELECT id FROM space WHERE instr(folded(title), {value}) > 0)"
        case "platform":
            value = found.bind(folded(term.value))
            here = "SELECT id FROM space WHERE platform"
            return (
                f"(thread_shown.space_id IN ({here} = {value})"
                f" OR thread_shown.connection IN (SELECT key FROM ledger.connection WHERE instr(folded(name), {value}) > 0)"
                f" OR (thread_shown.connection IN (SELECT key FROM ledger.connection WHERE platform = {value})"
                f" AND thread_shown.space_id NOT IN ({here} <> '')))"
            )
        case _:
            value = found.bind(folded(term.value))
            return f"EXISTS (SELECT 1 FROM json_each(thread_shown.tags) WHERE folded(value) = {value})"


def _day_ms(value: str, now_ms: int, timezone: str) -> int:
    zone = ZoneInfo(timezone)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()
    return int(datetime.combine(day_of(value, today), time(), zone).timestamp() * 1000)
