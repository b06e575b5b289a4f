"""ledger.db: what can't be pulled again. Triage events, intents, drafts, kept versions, connections, requests.

`fresh` holds the rows of threads decided on since the collector last folded: the screens lay them over the
cache's rows, so a decision shows in the same frame.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, UniqueConstraint, func, text

metadata = MetaData()


def _int(name: str, default: int | None = None, *, null: bool = False, primary: bool = False) -> Column[int]:
    server_default = None if default is None else text(str(default))
    return Column(name, Integer, primary_key=primary, nullable=null, server_default=server_default)


def _text(name: str, default: str | None = None, *, null: bool = False, primary: bool = False) -> Column[str]:
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, primary_key=primary, nullable=null, server_default=server_default)


Table("profile", metadata, _text("name", primary=True), _text("value"), sqlite_strict=True)

Table(
    "connection", metadata, _text("key", primary=True), _text("name"), _text("platform"), _text("adapter"),
    _text("url", ""), _text("user", ""), _text("server", ""), _text("account", ""), _text("us", ""),
    _int("since_ms", 0), _int("start_line_ms", 0), _text("settings", "{}"), _int("paused", 0),
    _int("created_at_ms"), _int("removed_at_ms", null=True), sqlite_strict=True,
)  # fmt: skip

Table("space_choice", metadata, _text("space", primary=True), _int("followed"), sqlite_strict=True)

event = Table(
    "event", metadata, _int("seq", primary=True), _text("key"), _text("origin"), _int("origin_seq"), _int("hlc"),
    _int("at_ms"), _text("by"), _text("thread"), _text("message", null=True), _text("seen_version", ""), _text("what"),
    _text("undoes", null=True), _text("payload", "{}"), _text("payload_hash"), _text("chain"),
    UniqueConstraint("origin", "origin_seq"), sqlite_strict=True,
)  # fmt: skip
Index("event_key", event.c.key, unique=True)
Index("event_thread", event.c.thread)
Index("event_by", event.c.by, event.c.hlc)
Index("event_undoes", event.c.undoes, sqlite_where=text("undoes IS NOT NULL"))
Index("event_message", event.c.message, sqlite_where=text("message IS NOT NULL"))

# Several events that are one decision share a mark; an erased payload leaves it.
_together = func.json_extract(event.c.payload, "$.together")
Index("event_together", _together, sqlite_where=_together.is_not(None))

# Events that are taken back. A fold of the events.
Table("undone", metadata, _text("event", primary=True), sqlite_strict=True)

# What the verdicts come to: the one that holds for a message, and what became of each report. Folds of the events.
Table("verdict", metadata, _text("message", primary=True), _text("event"), _text("action"), _text("by"),
      _int("at_ms"), _text("text_hash"), sqlite_strict=True)  # fmt: skip
settled = Table("settled", metadata, _text("report", primary=True), _text("message"), _text("event"), _text("state"),
                sqlite_strict=True)  # fmt: skip
Index("settled_message", settled.c.message)

# Appeals that stand, decided or not: what `settled` says of their event says whether they wait. A fold of the events.
appeal = Table("appeal", metadata, _text("event", primary=True), _text("message"), _int("at_ms"), _text("author"),
               _text("text"), _text("asked"), _text("judged_by"), _text("verdict"), sqlite_strict=True)  # fmt: skip
Index("appeal_message", appeal.c.message)

fresh = Table(
    "fresh", metadata, _text("thread", primary=True), _int("seq"), _text("state"), _int("level"), _int("due_at_ms"),
    _int("next_stage_at_ms", null=True), _text("reasons"), _int("kinds"), _int("reports"), _int("held"),
    _int("unread"), _text("assignee"), _text("tags"), _int("snoozed_until_ms", null=True), _int("decided_at_ms"),
    sqlite_strict=True,
)  # fmt: skip

# Where identities belong by decisions about people that the collector hasn't folded yet.
Table("fresh_person", metadata, _text("identity", primary=True), _text("who"), _text("how"), _int("seq"),
      sqlite_strict=True)  # fmt: skip

Table("read_mark", metadata, _text("thread", primary=True), _int("at_ms"), _text("message"), sqlite_strict=True)

Table("draft", metadata, _text("thread", primary=True), _text("kind", primary=True), _text("message", ""),
      _text("text"), _int("updated_at_ms"), sqlite_strict=True)  # fmt: skip

intent = Table(
    "intent", metadata, _text("id", primary=True), _text("kind"), _text("connection"), _text("space"), _text("thread"),
    _text("message", null=True), _text("text", ""), _text("state"), _text("by"), _int("created_at_ms"),
    _int("not_before_ms"), _text("decision", ""), _text("inverse_of", ""), _text("seen", "{}"), _int("attempts", 0),
    _text("steps", "[]"), _text("waits_for", ""), _int("last_byte_at_ms", null=True), _int("sent_at_ms", null=True),
    _text("remote_message", ""), _text("error", ""), _text("error_words", ""), _int("asks", 0), _text("recipient", ""),
    _text("outside", ""), sqlite_strict=True,
)  # fmt: skip
Index("intent_open", intent.c.connection, intent.c.created_at_ms,
      sqlite_where=text("state NOT IN ('sent', 'withdrawn')"))  # fmt: skip
Index("intent_thread", intent.c.thread)
Index("intent_message", intent.c.message, sqlite_where=text("message IS NOT NULL"))
Index("intent_remote", intent.c.remote_message, sqlite_where=text("remote_message <> ''"))
Index("intent_decision", intent.c.decision)

intent_step = Table("intent_step", metadata, _int("id", primary=True), _text("intent"), _int("at_ms"), _text("on"),
                    _text("state"), _text("detail", ""), sqlite_strict=True)  # fmt: skip
Index("intent_step_intent", intent_step.c.intent)

kept = Table(
    "kept_version", metadata, _int("id", primary=True), _text("message"), _text("text_hash"), _text("author"),
    _int("posted_at_ms"), _int("edited_at_ms", null=True), _text("html"), _text("text"), _int("kept_at_ms"),
    _text("why"), UniqueConstraint("message", "text_hash", "why"), sqlite_strict=True,
)  # fmt: skip
Index("kept_version_message", kept.c.message)

request = Table(
    "request", metadata, _text("id", primary=True), _text("kind"), _text("args", "{}"), _text("state", "asked"),
    _text("answer", ""), _int("asked_at_ms"), _int("answered_at_ms", null=True), sqlite_strict=True,
)  # fmt: skip
Index("request_open", request.c.asked_at_ms, sqlite_where=text("state = 'asked'"))

Table("changed", metadata, Column("seq", Integer, primary_key=True), Column("thread", Text, nullable=False),
      sqlite_autoincrement=True, sqlite_strict=True)  # fmt: skip
