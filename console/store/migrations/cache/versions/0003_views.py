"""Views of few threads, and those of a connection, have indexes of their own."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

_NEEDS = "ON thread (level, due_at_ms, key) WHERE state = 'open' AND level < 3 AND"


def upgrade() -> None:
    run = op.get_bind().exec_driver_sql
    run(f"CREATE INDEX thread_flagged {_NEEDS} reports > 0")
    run(f"CREATE INDEX thread_unanswered {_NEEDS} kinds & 128")
    run(f"CREATE INDEX thread_newcomers {_NEEDS} kinds & 32")
    run("CREATE INDEX thread_connection ON thread (connection, level, due_at_ms, key)"
        " WHERE state = 'open' AND messages > 0")  # fmt: skip
    run("PRAGMA user_version=3")
