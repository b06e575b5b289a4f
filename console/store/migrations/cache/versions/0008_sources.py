"""A message says how near to its platform the best is that told of it."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE message ADD COLUMN source INTEGER DEFAULT 3 NOT NULL")
    op.get_bind().exec_driver_sql("PRAGMA user_version=8")
