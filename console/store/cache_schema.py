"""cache.db: threads, messages, people, the search index, reasons. It may be deleted and is pulled again.

Local integer ids are for joins only. Times are UTC epoch milliseconds. `thread.level` is 3 and `due_at_ms` is
NO_DUE where nothing needs a person, so that the queue's order is one index.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text, text

from console.domain.policy import ReasonKind
from console.store.files import NO_DUE, NO_LEVEL
from console.store.kinds import bit

metadata = MetaData()


def _table(name: str, *columns: Column[int] | Column[str]) -> Table:
    return Table(name, metadata, *columns, sqlite_strict=True)


def _int(name: str, default: int | None = None, *, null: bool = False, primary: bool = False) -> Column[int]:
    server_default = None if default is None else text(str(default))
    return Column(name, Integer, primary_key=primary, nullable=null, server_default=server_default)


def _text(name: str, default: str | None = None, *, null: bool = False, primary: bool = False) -> Column[str]:
    server_default = None if default is None else text(f"'{default}'")
    return Column(name, Text, primary_key=primary, nullable=null, server_default=server_default)


_table("meta", _text("name", primary=True), _text("value"))

_table("stream", _text("connection", primary=True), _text("key", primary=True), _text("cursor"),
       _int("again_at_ms", 0), _int("pulled_at_ms", 0), _int("more", 0))  # fmt: skip

_table("health", _text("connection", primary=True), _text("state", "new"), _int("since_ms", 0),
       _int("last_ok_ms", null=True), _int("retry_at_ms", null=True), _text("error", ""), _text("words", ""),
       _int("pages", 0), _int("messages", 0), _int("working", 0))  # fmt: skip

# What each budget of an account has spent: the moments (null: on its way) that still count, and until when its platform
# wants no requests at all.
_table("allowance", _text("connection", primary=True), _text("name", primary=True), _int("requests"), _int("per_ms"),
       _int("published"), _text("spent", "[]"), _int("quiet_until_ms", 0))  # fmt: skip

# What has waited for its turn longer than a moment; due_at_ms is null where that hangs on what goes before it.
_table("wait", _int("id", primary=True), _text("connection"), _text("work"), _text("about", ""), _text("why"),
       _int("since_ms"), _int("due_at_ms", null=True))  # fmt: skip

space = _table("space", _int("id", primary=True), _text("key"), _text("connection"), _text("remote_id"),
               _text("title", ""), _text("url", ""), _int("members", null=True), _int("leadership", 0),
               _text("standing", "joined"), _int("encrypted", 0), _text("capabilities", ""), _int("oldest_at_ms", NO_DUE),
               _text("platform", ""))  # fmt: skip
Index("space_key", space.c.key, unique=True)
Index("space_connection", space.c.connection)

person = _table("person", _int("id", primary=True), _text("key"), _text("name", ""), _text("handle", ""),
                _text("title", ""), _int("joined_at_ms", null=True), _int("leadership", 0), _int("bot", 0),
                _int("first_at_ms", NO_DUE), _text("first_key", ""),
                _text("mail", ""), _int("mail_verified", 0), _text("department", ""),
                # A row is one identity. `joins` is its verified address as addresses are compared, `alike` its name and
                # department. Projections: `who_id` is the row that stands for the whole person, `how` by what it is there.
                # `begins`: the person's first known message is this identity's; `since_ms`: their earliest join date.
                _text("joins", ""), _text("alike", ""), _int("who_id", 0), _text("how", "alone"),
                _int("begins", 1), _int("since_ms", null=True))  # fmt: skip
Index("person_key", person.c.key, unique=True)
Index("person_who", person.c.who_id)
Index("person_joins", person.c.joins, person.c.how, sqlite_where=text("joins <> ''"))
Index("person_alike", person.c.alike, sqlite_where=text("alike <> ''"))

thread = _table(
    "thread", _int("id", primary=True), _text("key"), _text("public_id"), _text("connection"), _int("space_id"),
    _text("title", ""), _text("url", ""), _int("locked", 0), _int("pinned", 0), _int("author_id", null=True),
    _int("opened_at_ms", 0), _int("last_at_ms", 0), _text("last_key", ""), _int("messages", 0), _text("snippet", ""),
    # projections: the fold of the ledger's events, and what the reasons come to
    _text("state", "open"), _int("level", NO_LEVEL), _int("due_at_ms", NO_DUE), _int("next_stage_at_ms", null=True),
    _text("reasons", "[]"), _int("kinds", 0), _int("reports", 0), _int("held", 0), _int("unread", 0),
    _text("assignee", ""), _text("tags", "[]"), _int("snoozed_until_ms", null=True), _int("decided_at_ms", 0),
    _text("topics", "[]"),  # what the platform files it under
    _int("whole_at_ms", 0),  # when its platform gave all of it, however old; 0 for never
)  # fmt: skip
Index("thread_key", thread.c.key, unique=True)
Index("thread_public_id", thread.c.public_id)
# Only the open ones that need a person: the inbox is a walk along this index.
Index("thread_needs", thread.c.level, thread.c.due_at_ms, thread.c.key,
      sqlite_where=text("state = 'open' AND level < 3"))  # fmt: skip
# Views that hold few of those, each an index of its own: a walk along all that wait takes longer than a frame.
for _name, _of in (
    ("flagged", "reports > 0"),
    ("unanswered", f"kinds & {bit(ReasonKind.UNANSWERED)}"),
    ("newcomers", f"kinds & {bit(ReasonKind.NEWCOMER)}"),
):
    Index(f"thread_{_name}", thread.c.level, thread.c.due_at_ms, thread.c.key,
          sqlite_where=text(f"state = 'open' AND level < 3 AND {_of}"))  # fmt: skip
Index("thread_connection", thread.c.connection, thread.c.level, thread.c.due_at_ms, thread.c.key,
      sqlite_where=text("state = 'open' AND messages > 0"))  # fmt: skip
Index("thread_space", thread.c.space_id, thread.c.state, thread.c.level, thread.c.due_at_ms, thread.c.key)
Index("thread_set_aside", thread.c.state, thread.c.level, thread.c.due_at_ms, thread.c.key,
      sqlite_where=text("state <> 'open'"))  # fmt: skip
Index("thread_assignee", thread.c.assignee, sqlite_where=text("assignee <> ''"))
Index("thread_next_stage", thread.c.next_stage_at_ms, sqlite_where=text("next_stage_at_ms IS NOT NULL"))
Index("thread_author", thread.c.author_id)

alias = _table("alias", _text("key", primary=True), _int("thread_id"))
Index("alias_thread", alias.c.thread_id)

message = _table(
    "message", _int("id", primary=True), _text("key"), _text("public_id"), _int("thread_id"), _int("space_id"),
    _int("person_id"), _text("root", ""), _text("parent", ""), _int("posted_at_ms"), _int("edited_at_ms", null=True),
    _text("state", "visible"), _text("title", ""), _text("html"), _text("text"), _text("text_hash"),
    _text("attachments", "[]"), _text("reactions", "[]"), _text("url", ""), _text("mark", ""), _text("raw", ""),
    _int("asks", 0), _int("thanks", 0), _int("mentions", 0),
    _int("gone_at_ms", null=True), _int("gone_by_author", null=True), _int("search_id", null=True), _int("partial", 0), _text("doubt", ""),
    _int("source", 3),  # store.write.sources.Source
)  # fmt: skip
Index("message_key", message.c.key, unique=True)
Index("message_public_id", message.c.public_id)
Index("message_thread", message.c.thread_id, message.c.posted_at_ms, message.c.key)
Index("message_person", message.c.person_id, message.c.thread_id, message.c.space_id)
Index("message_parent", message.c.parent, sqlite_where=text("root = ''"))
Index("message_search", message.c.search_id, unique=True, sqlite_where=text("search_id IS NOT NULL"))
Index("message_mark", message.c.mark, sqlite_where=text("mark <> ''"))
Index("message_space", message.c.space_id, message.c.posted_at_ms)

report = _table("report", _int("id", primary=True), _text("key"), _text("message"), _int("at_ms"), _text("reason", ""),
                _text("text", ""), _text("reporter", ""), _text("source", ""), _text("state"))  # fmt: skip
Index("report_key", report.c.key, unique=True)
Index("report_message", report.c.message)

Table("changed", metadata, Column("seq", Integer, primary_key=True), Column("thread_id", Integer, nullable=False),
      sqlite_autoincrement=True, sqlite_strict=True)  # fmt: skip

# The index keeps no text of its own (the messages do). Prefixes: see docs/decisions on search.
SEARCH_INDEX = """
CREATE VIRTUAL TABLE message_index USING fts5(
    text, title, author, stems,
    content='', contentless_delete=1, prefix='1 2 3', tokenize="unicode61 remove_diacritics 2"
)
"""
