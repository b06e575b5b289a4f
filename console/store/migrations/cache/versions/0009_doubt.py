"""A mail may be doubted, and says why."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.get_bind().exec_driver_sql("ALTER TABLE message ADD COLUMN doubt TEXT DEFAULT '' NOT NULL")
    op.get_bind().exec_driver_sql("PRAGMA user_version=9")
