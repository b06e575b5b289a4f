"""When a conversation's platform gave all of it, however old."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE thread ADD COLUMN whole_at_ms INTEGER DEFAULT 0 NOT NULL")
    op.get_bind().exec_driver_sql("PRAGMA user_version=10")
